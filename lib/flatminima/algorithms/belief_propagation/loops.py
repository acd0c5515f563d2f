r"""What messages leave out where patterns resemble each other, to first order: the Gaussian fluctuations around a fixed point.

At a fixed point every pattern acts on the fields of a unit like a Gaussian factor of precision R_ℓ^μ/V_ℓ, with
R = VΓ/(1 − VΓ). For such factors ln Z is a determinant, in which the overlaps of the patterns occur; messages
have in its place what is true if the overlaps are those of independent patterns. The difference is

$$ \Delta \ln Z = \frac12 \sum_\ell \Big[ \sum_\mu \ln(1 + R_\ell^\mu) - n \Lambda_\ell V_\ell - n \ln(1 - \Lambda_\ell V_\ell)
   - \ln\det\Big(1 + \frac{X_\ell R_\ell}{1 - \Lambda_\ell V_\ell}\Big) \Big], \qquad
   X_\ell^{\mu\nu} = \frac1n \sum_i \xi_{\ell i}^\mu \xi_{\ell i}^\nu . $$

notebooks/shaping-2020/19-fully-connected derives it.
"""

import math

import numpy as np

from flatminima.algorithms.belief_propagation.beliefs import Beliefs
from flatminima.algorithms.belief_propagation.majority import majority
from flatminima.algorithms.belief_propagation.products import Products
from flatminima.errors import NotConverged

_RESIDUAL = 1e-3  # of the means; the formula holds at a fixed point, and nowhere else

def first_loop(beliefs, patterns, machine):
    """Return Δ ln Z, to be added to N times the free entropy of converged `beliefs` for spherical weights.

    Correlations between units are left out. Raises TypeError or ValueError for beliefs that are none, belong to other
    patterns or a machine of another shape, or whose variances differ within a unit, as for binary weights;
    NotConverged for a residual above 1e-3 and where the Gaussian factors leave no maximum: then there is no such correction.

    One pattern has no loop. Two equal ones do: their probability 1/2 is counted as 0.37, and with the first loop as 0.43.

    >>> from flatminima import SPHERICAL
    >>> from flatminima.algorithms.belief_propagation import solve
    >>> from flatminima.networks import Patterns, perceptron
    >>> for copies in (1, 2):
    ...     patterns, machine = Patterns(np.ones((copies, 10_000)), np.ones(copies)), perceptron(10_000)
    ...     beliefs = solve(patterns, machine, SPHERICAL, damping=0.5)
    ...     found = 10_000 * (beliefs.free_entropy - 0.5 * math.log(2 * math.pi * math.e))
    ...     print(round(math.exp(found), 2), round(math.exp(found + first_loop(beliefs, patterns, machine)), 2))
    0.5 0.5
    0.37 0.43
    """
    products = Products(patterns, machine)
    _require_fixed_point(beliefs, products)
    n = machine.fan_in
    V = beliefs.variance[:, 0]
    curvature = V * majority(beliefs.omega, V)[2]
    part = curvature.sum(axis=0) / n  # Λ V
    if not np.all(part < 1):
        raise _no_maximum(f"ΛV is {part.max():g} in a unit; it must be below 1.", beliefs)
    R = curvature / (1 - curvature)
    total = 0.0
    for unit in range(machine.units):
        if unit == 0 or not products.shared:
            root = _root((products.inputs if products.shared else products.inputs[unit]) / math.sqrt(n))
        # √X R √X is symmetric and has the eigenvalues of X R: the maximum is one if all are above −1.
        eigenvalues = np.linalg.eigvalsh(root.T @ (R[:, unit, None] / (1 - part[unit]) * root))
        if not eigenvalues[0] > -1:
            raise _no_maximum(f"an eigenvalue of XR/(1 − ΛV) is {eigenvalues[0]:g}; it must be above −1.", beliefs)
        own = np.sum(np.log1p(R[:, unit])) - n * (part[unit] + math.log1p(-part[unit]))
        total += 0.5 * (own - np.sum(np.log1p(eigenvalues)))
    return float(total)


def _root(inputs):
    """A matrix B with B Bᵀ = the overlaps of the inputs."""
    squares, directions = np.linalg.eigh(inputs @ inputs.T)
    return directions * np.sqrt(np.maximum(squares, 0.0))


def _require_fixed_point(beliefs, products):
    if not isinstance(beliefs, Beliefs):
        raise TypeError(f"beliefs is of type {type(beliefs).__name__}; it must be Beliefs, as solve returns them.")
    if beliefs.mean.shape != products.weights or beliefs.omega.shape != products.answers:
        raise ValueError(
            f"beliefs has shape {beliefs.mean.shape} from {len(beliefs.omega)} patterns;"
            f" here it must be {products.weights} from {products.answers[0]}."
        )
    if np.any(np.ptp(beliefs.variance, axis=1) > 0):
        raise ValueError("beliefs has variances that differ within a unit; they must be those of spherical weights.")
    if not beliefs.residual <= _RESIDUAL:
        raise NotConverged(
            f"beliefs is no fixed point; its residual must be at most {_RESIDUAL:g}.", residual=beliefs.residual, state=beliefs
        )


def _no_maximum(why, beliefs):
    return NotConverged(f"the Gaussian factors leave no maximum: {why}", residual=beliefs.residual, state=beliefs)
