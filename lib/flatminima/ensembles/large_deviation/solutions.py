"""Entropy of y replicas at one mutual overlap or many."""

import math
from numbers import Real

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles.large_deviation.constraints import Boltzmann, Margin
from flatminima.ensembles.large_deviation.densest import FREE, Densest
from flatminima.ensembles.large_deviation.replicas import Replicas
from flatminima.ensembles.machine import require_machine
from flatminima.errors import NoSolution
from flatminima.losses import require_loss
from flatminima.validation import real_number
from flatminima.weights import BINARY

LOWEST_OVERLAP = 1e-6


def solve(q1, alpha, y=math.inf, kappa=0.0, weights=BINARY, architecture=PERCEPTRON, *, loss=None, beta=None):
    r"""Entropy, per replica and per weight, of y solutions at mutual overlap q₁.

    $$ \mathcal F_y(q_1) = \lim_{N\to\infty} \frac{1}{yN} \big\langle \ln Z_{LD} \big\rangle
       = \operatorname*{extr} \left[ \mathcal G_S(q_1) + \alpha\, \mathcal G_E(q_1) \right] $$

    relu-2019 (8) and (9), the latter with the 1/y that it drops; 𝒢_S and 𝒢_E are (B4)–(B6) at m = y, and (D1)–(D3) for
    y = ∞, shaping-2020 (G_S, K=inf) and (G_E, K=inf). `q1` in (1e-6, 1), `alpha` > 0, `y` ≥ 1, real or infinite. At y = 1
    the entropy is that of typical solutions whatever q₁. Returns a `LargeDeviationState`, or `NoSolution` where typical
    solutions are already closer than q₁. Accuracy 1e-12. Raises ValueError or TypeError for input out of range.

    With a `loss` at inverse temperature `beta` > 0 the replicas are drawn with the weight exp(−βℒ) each, and ln H gives
    way to the logarithm of exp(−βf) averaged over N(0, 1 − ρ(q₁)): `free_entropy` and `entropy` of the state then differ
    by β `energy`. As β → ∞ a loss that is zero from κ on is the margin κ. Accuracy 1e-10. Raises `NotConverged` at y = ∞ for
    loads so small that δq₀ > 1e6 (1 − q₁), and ValueError there for losses whose maximum over the centre jumps.

    >>> round(solve(0.9, 0.5).entropy, 10)
    0.1111926338
    >>> bool(solve(0.3, 0.5))
    False
    """
    alpha = real_number("alpha", alpha, 0.0)
    equations = equations_at(q1, y, kappa, weights, architecture, loss, beta)
    high, stride = equations.highest, 1.0
    if equations.mismatch(high, alpha) >= 0.0:
        return NoSolution(
            f"at alpha = {alpha:g} {equations.constraint} overlap by more than q1 = {equations.q1:g}: "
            "replicas held further apart do not share a dense region (delta_q0 would be negative)."
        )
    while equations.mismatch(low := high - stride, alpha) < 0.0:
        high, stride = low, 2.0 * stride
        if equations.y == math.inf and high - stride < FREE:
            return equations.unconstrained(alpha)
    return equations.state(saddle.critical(lambda x: equations.mismatch(x, alpha), low, high), alpha)


def trace(q1, alpha, y=math.inf, kappa=0.0, weights=BINARY, architecture=PERCEPTRON, *, loss=None, beta=None):
    """Entropy per replica of y solutions at many mutual overlaps: see `solve`.

    `q1` is a sequence in (1e-6, 1), in any order. Returns a list of `LargeDeviationState`, or
    `NoSolution` where there is none.

    >>> [round(state.normalised, 8) for state in trace([0.9, 0.8], 0.5)]
    [-0.00811731, -0.03627331]
    """
    asked = alpha, y, kappa, weights, architecture
    return [solve(overlap, *asked, loss=loss, beta=beta) for overlap in np.atleast_1d(q1).tolist()]


def equations_at(q1, y, kappa, weights, architecture, loss=None, beta=None):
    """The saddle-point equations at one q₁, with their input checked."""
    q1 = real_number("q1", q1, LOWEST_OVERLAP, 1.0)
    require_machine(weights, architecture)
    constraint = _constraint(kappa, architecture, loss, beta)
    if isinstance(y, Real) and y == math.inf:
        return Densest(q1, constraint, weights, architecture)
    return Replicas(q1, real_number("y", y, 1.0, math.inf, closed=True), constraint, weights, architecture)


def _constraint(kappa, architecture, loss, beta):
    kappa = real_number("kappa", kappa)
    if loss is None and beta is None:
        return Margin(kappa, architecture)
    require_loss(loss)
    if kappa != 0.0:
        raise ValueError(f"kappa is {kappa!r}; beside a loss it must be 0: the loss takes the place of the margin.")
    return Boltzmann(loss, real_number("beta", beta, 0.0), architecture)
