"""The load at which dense regions break."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.curves import dip
from flatminima.ensembles import typical
from flatminima.ensembles.large_deviation.solutions import equations_at
from flatminima.errors import NoSolution, NotConverged
from flatminima.weights import BINARY


def marginal_load(q1, y=math.inf, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The smallest load at which dF/dd vanishes at mutual overlap q₁, where the branch first turns flat.

    $$ \frac{d\mathcal F}{dd}\big(q_1; \alpha_0(q_1)\big) = 0 $$

    The other root, at the largest load of this q₁, is the maximum of F over typical solutions; where
    it is the only one, `NoSolution` is returned. Accuracy 1e-12.

    >>> round(marginal_load(0.92), 10)
    0.7553035311
    """
    equations = equations_at(q1, y, kappa, weights, architecture)
    try:
        low, high = saddle.first_sign_change(equations.force, equations.highest - np.geomspace(40.0, 0.05, 40))
    except NotConverged:
        return NoSolution(f"at q1 = {q1:g} the entropy grows with the distance at every load with solutions.")
    return 1.0 / equations.inverse_load(saddle.critical(equations.force, low, high))


def fracture(kappa=0.0, weights=BINARY, architecture=PERCEPTRON, y=math.inf):
    r"""The load α_U at which F(q₁) stops being monotonic in the distance.

    $$ \alpha_U = \min_{q_1} \alpha_0(q_1), \qquad \frac{d\mathcal F}{dd}\big(q_1; \alpha_0(q_1)\big) = 0 $$

    The fracture of unveiling-2021, here in the mutual overlap of y replicas: beyond it the dense cluster
    breaks into pieces. The entropy is the one before normalisation, for spherical weights as for
    binary ones: normalised curves are monotonic at every load where ρ is convex. Where α₀(q₁) has no
    minimum between the ends, the curve first turns flat at its maximum, over typical solutions, and α_U is
    `typical.instability`. `NoSolution` where it stays monotonic, for binary weights up to
    their capacity. Accuracy 1e-9.

    >>> round(fracture(), 8)
    0.75530203
    """

    def loads(log_d):
        found = [marginal_load(1.0 - 2.0 * math.exp(x), y, kappa, weights, architecture) for x in log_d]
        return np.array([load or math.nan for load in found])

    grid = np.log(np.geomspace(0.012, 0.3, 30))
    steps = np.diff(found := [load for load in loads(grid).tolist() if math.isfinite(load)])
    inside = np.any((steps[:-1] <= 0.0) & (steps[1:] > 0.0)) if len(found) > 2 else False
    onset = typical.instability(kappa, weights, architecture)
    candidates = [dip(loads, grid)[0]] if inside else []
    candidates += [onset] if onset else []
    if weights.discrete:  # beyond their capacity there are no solutions, dense or not
        capacity = typical.critical_capacity(kappa, weights, architecture)
        candidates = [load for load in candidates if load < capacity]
    if not candidates:
        machines = f"{architecture.name} machines of margin {kappa:g}"
        return NoSolution(f"the entropy of {machines} grows with the distance at every load with solutions.")
    return min(candidates)
