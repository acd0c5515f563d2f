"""Entropy of the densest regions at one mutual overlap or many, and the load at which they break."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.curves import dip
from flatminima.ensembles.large_deviation.equations import Overlap
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import BINARY, require_binary

_LOWEST_OVERLAP = 1e-6
_FREE = -600.0  # ln q̂₁ below which the patterns do not bind: F is then within 1e-130 of its value at α = 0


def solve(q1, alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Entropy per copy of y → ∞ solutions at one mutual overlap q₁.

    $$ \mathcal F(q_1) = \operatorname*{extr}_{\hat q_1, \delta q_0, \delta\hat q_0}
       \left[ \mathcal G_S(q_1) + \alpha\, \mathcal G_E(q_1) \right] $$

    relu-2019 (9) at y → ∞ with (D1) and (D3); the integrals are those at the top of this package.
    `q1` in (1e-6, 1), `alpha` > 0. Returns a `LargeDeviationState`, or `NoSolution` where typical
    solutions are already closer than q₁. Accuracy 1e-12. Raises ValueError or TypeError for input
    out of range.

    >>> round(solve(0.9, 0.5).entropy, 10)
    0.1111926338
    >>> bool(solve(0.3, 0.5))
    False
    """
    require_binary(weights)
    alpha, kappa = real_number("alpha", alpha, 0.0), real_number("kappa", kappa)
    equations = Overlap(real_number("q1", q1, _LOWEST_OVERLAP, 1.0), kappa, architecture)
    surplus = lambda x: equations.inverse_load(x) - 1.0 / alpha
    high, stride = equations.highest, 1.0
    if surplus(high) >= 0.0:
        return NoSolution(
            f"at alpha = {alpha:g} typical solutions of margin {kappa:g} overlap by more than q1 = {q1:g}: "
            "replicas held further apart do not share a dense region (delta_q0 would be negative)."
        )
    while surplus(low := high - stride) < 0.0:
        high, stride = low, 2.0 * stride
        if high - stride < _FREE:
            return equations.unconstrained(alpha)
    return equations.state(saddle.critical(surplus, low, high), alpha)


def trace(q1, alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    """Entropy per copy of y → ∞ solutions at many mutual overlaps: see `solve`, relu-2019 (9).

    `q1` is a sequence in (1e-6, 1), in any order. Returns a list of `LargeDeviationState`, or
    `NoSolution` where there is none.

    >>> [round(state.normalised, 8) for state in trace([0.9, 0.8], 0.5)]
    [-0.00811731, -0.03627331]
    """
    return [solve(overlap, alpha, kappa, weights, architecture) for overlap in np.atleast_1d(q1).tolist()]


def marginal_load(q1, kappa=0.0, architecture=PERCEPTRON):
    r"""The smallest load at which dF/dd vanishes at mutual overlap q₁, where the branch first turns flat.

    $$ \frac{d\mathcal F}{dd}\big(q_1; \alpha_0(q_1)\big) = 0 $$

    The other root, at the largest load of this q₁, is the maximum of F over typical solutions; where
    it is the only one, `NoSolution` is returned. Accuracy 1e-12.

    >>> round(marginal_load(0.92), 10)
    0.7553035311
    """
    equations = Overlap(real_number("q1", q1, _LOWEST_OVERLAP, 1.0), real_number("kappa", kappa), architecture)
    try:
        low, high = saddle.first_sign_change(equations.force, equations.highest - np.geomspace(40.0, 0.05, 40))
    except NotConverged:
        return NoSolution(f"at q1 = {q1:g} the entropy grows with the distance at every load.")
    return 1.0 / equations.inverse_load(saddle.critical(equations.force, low, high))


def fracture(kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The load α_U at which F(q₁) stops being monotonic in the distance.

    $$ \alpha_U = \min_{q_1} \alpha_0(q_1), \qquad \frac{d\mathcal F}{dd}\big(q_1; \alpha_0(q_1)\big) = 0 $$

    The criterion that relu-2019 calls α_U, here in the mutual overlap of y → ∞ replicas: beyond it the
    dense cluster breaks into pieces. Accuracy 1e-9.

    >>> round(fracture(), 8)
    0.75530203
    """
    require_binary(weights)

    def loads(log_d):
        found = [marginal_load(1.0 - 2.0 * math.exp(x), kappa, architecture) for x in log_d]
        return np.array([load or math.nan for load in found])

    return dip(loads, np.log(np.geomspace(0.012, 0.16, 25)))[0]
