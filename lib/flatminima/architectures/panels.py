"""Functions resolved panel by panel: bisect until the Legendre coefficients have decayed."""

import numpy as np

from flatminima.errors import NotConverged

ORDER = 16  # Gauss–Legendre nodes on a panel
NODES, WEIGHTS = np.polynomial.legendre.leggauss(ORDER)
TO_COEFFICIENTS = np.linalg.inv(np.polynomial.legendre.legvander(NODES, ORDER - 1))  # from values at the nodes
_SMALLEST = 2.0**-24  # of the widest panel: what is not smooth by then is not smooth
_MOST = 200  # panels still rough


def nodes_of(edges):
    """Gauss–Legendre nodes and weights between neighbouring edges (last axis), along a new last axis.

    >>> x, weights = nodes_of(np.array([0.0, 2.0]))
    >>> bool(abs((weights * x**31).sum() * 32 / 2.0**32 - 1.0) < 1e-14)
    True
    """
    left, right = edges[..., :-1, None], edges[..., 1:, None]
    half = 0.5 * (right - left)
    return left + half * (1.0 + NODES), half * WEIGHTS


def resolve(function, edges, tolerance, *, scale=None):
    """Bisect until `function` is a polynomial of degree 15 on each panel: its edges and values at the nodes.

    `function` takes nodes of shape (panels, 16) and returns (panels, 16, columns). Converged is a
    panel whose last three Legendre coefficients are below `tolerance` times `scale`, the largest
    value of the first column: on all first panels, or on each panel for itself with scale="panel".
    Raises NotConverged with the place as state where bisection meets a jump or a bend.

    >>> edges, values = resolve(lambda x: np.tanh(9 * x)[..., None], np.array([-1.0, 1.0]), 1e-12)
    >>> len(edges), values.shape
    (17, (16, 16, 1))
    """
    pending = np.column_stack([edges[:-1], edges[1:]])
    smallest = _SMALLEST * np.max(pending[:, 1] - pending[:, 0])
    done, largest = [], None
    while len(pending):
        values = function(nodes_of(pending)[0][:, 0])
        sizes = np.abs(values[:, :, 0]).max(axis=1)
        largest = sizes.max() if largest is None else largest
        tails = np.abs(np.einsum("ni,pik->pnk", TO_COEFFICIENTS[-3:], values)).max(axis=(1, 2))
        fine = tails <= tolerance * (sizes if scale == "panel" else largest)
        done += zip(*pending[fine].T, values[fine])
        rough = pending[~fine]
        if len(rough) > _MOST or (len(rough) and np.min(rough[:, 1] - rough[:, 0]) < smallest):
            place = float(rough[np.argmax(tails[~fine])].mean())
            raise NotConverged(f"not smooth near {place:.6g}", residual=float(tails.max() / largest), state=place)
        middle = rough.mean(axis=1)
        pending = np.concatenate([np.column_stack([rough[:, 0], middle]), np.column_stack([middle, rough[:, 1]])])
    done.sort(key=lambda panel: panel[0])
    return np.array([panel[0] for panel in done] + [done[-1][1]]), np.array([panel[2] for panel in done])
