r"""What messages leave out where patterns resemble each other, to first order: the Gaussian fluctuations around a fixed point.

At a fixed point every pattern acts on the fields of a unit like a Gaussian factor of precision R_ℓ^μ/V_ℓ, with
R = A/(1 − A), A_ℓ^μ = V_ℓ Γ_ℓ^μ. For such factors ln Z is a determinant, in which the overlaps of the patterns occur; messages
have in its place what is true if the overlaps are those of independent patterns. The difference is

$$ \Delta \ln Z = \frac12 \sum_\ell \Big[ \sum_\mu \ln(1 + R_\ell^\mu) - n \Lambda_\ell V_\ell - n \ln(1 - \Lambda_\ell V_\ell)
   - \ln\det\Big(1 + \frac{X_\ell R_\ell}{1 - \Lambda_\ell V_\ell}\Big) \Big], \qquad
   X_\ell^{\mu\nu} = \frac1n \sum_i \xi_{\ell i}^\mu \xi_{\ell i}^\nu . $$

notebooks/shaping-2020/19-fully-connected derives it.
"""

import math

import numpy as np

from flatminima.algorithms.belief_propagation.majority import majority
from flatminima.algorithms.belief_propagation.products import Products


def first_loop(beliefs, patterns, machine):
    """Return Δ ln Z, to be added to N times the free entropy of converged `beliefs` for spherical weights; NaN if unstable.

    The Gaussian factors need not leave a maximum: where the determinant is not positive, there is no such correction.
    Correlations between units are left out. Raises ValueError or TypeError for patterns and machines as `iterate` does.

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
    n = machine.fan_in
    V = beliefs.variance.mean(axis=1)
    curvature = V * majority(beliefs.omega, V)[2]
    part = curvature.sum(axis=0) / n  # Λ V
    R = curvature / (1 - curvature)
    pieces = [products.inputs] * machine.units if products.shared else products.inputs
    total = 0.0
    for unit, inputs in enumerate(pieces):
        if unit == 0 or not products.shared:
            overlaps = inputs @ inputs.T / n
        sign, log_det = np.linalg.slogdet(np.eye(len(overlaps)) + overlaps * (R[:, unit] / (1 - part[unit])))
        if sign <= 0:
            return math.nan
        own = np.sum(np.log1p(R[:, unit])) - n * (part[unit] + math.log1p(-part[unit]))
        total += 0.5 * (own - log_det)
    return float(total)
