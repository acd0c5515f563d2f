"""Franz–Parisi entropy of tree committees, K → ∞, relu-2019 (C6)–(C20) and unveiling-2021 (34)–(36) and (Gamma, committees).

Two choices and nothing else distinguish a machine here. The activation enters by its effective
overlap Δ(q) of `effective_overlaps`, of which (C9)–(C20) are six differences,

    Δ₃ = Δ₂ − Δ(p),   Σ₀ = Δ(q) − Δ₋₁,   Σ₁ = Δ₂ − Δ(q),
    D₀ = Δ(t₀) − Δ₋₁,   D₁ = Δ(t₁) − Δ(t₀),   Γ = Δ(p) − Δ₋₁ − D₀²/Σ₀,

and the prior on a weight by its entropic term, (C6) or (C7), from `planted_priors`.

The energetic term (C8) is that of the perceptron in these six numbers, with margins in the units of
the output field K^(−1/2) Σ c g. p and t₀ enter it by Δ alone, so that its saddle-point equations gain
a factor Δ′:

    p̂ = α Δ′(p) ⟨A(η)²⟩/Δ₃,     t̂₀ = α Δ′(t₀) ⟨A(ξ) A(η)⟩/√(Σ₁ Δ₃),
    dφ_FP/dd = 2 (t̂₁ − α Δ′(t₁) ⟨ψ′ δ(v − κ̃)⟩).
"""

import math

from mpmath import mp, mpf
import numpy as np

from . import planted, typical
from .arithmetic import Digits, Doubles
from .effective_overlaps import PERCEPTRON
from .franz_parisi import Reference, State, Unknowns
from .inputs import real
from .newton import damped_newton, polish
from .planted_priors import BINARY
from .trapezoid import GUARD_DIGITS


def fields(arithmetic, deltas, reference, p, t0, t1):
    """The `planted.Fields` of relu-2019 (C8): (C9)–(C14) for sign units, (C15)–(C20) for ReLU.

    The differences are formed in mpmath, whatever the arithmetic of the arguments.

    >>> found = fields(Doubles, PERCEPTRON, Reference(0.5, 0.3, 0.0, 0.5, 1.2), 0.6, 0.4, 0.7)
    >>> print(*(round(value, 12) for value in found))
    0.5 0.5 0.4 0.3 0.28 0.4 0.0 0.3
    """
    q, p, t0, t1 = map(mpf, (reference.q, p, t0, t1))
    if not (abs(p) < 1 and abs(t0) < 1):
        raise ValueError(f"p = {float(p):g} and t0 = {float(t0):g} must be overlaps, in (−1, 1).")
    at = lambda overlap: deltas.at(overlap, mp)
    lowest, highest = deltas.lowest(mp), deltas.highest(mp)
    sigma0, sigma1 = at(q) - lowest, highest - at(q)
    d0, d1 = at(t0) - lowest, at(t1) - at(t0)
    gamma = at(p) - lowest - d0**2 / sigma0
    if not (gamma > 0 and d1**2 < gamma * sigma1):
        raise ValueError(
            f"p = {float(p):g}, t0 = {float(t0):g}, t1 = {float(t1):g} and q = {float(q):g} are no "
            "overlaps: Γ must be positive and ΓΣ₁ larger than D₁²."
        )
    six = map(arithmetic.number, (sigma0, sigma1, d0, d1, gamma, highest - at(p)))
    return planted.Fields(*six, reference.kappa, reference.kappa_reference)


def energetic_term(arithmetic, deltas, reference, p, t0, t1):
    """𝒢_E of relu-2019 (C8), the root in the numerator over both Σ₀ and Γ.

    >>> reference = Reference(0.5, 0.3, 0.0, 0.5, 1.2)
    >>> value = energetic_term(Doubles, PERCEPTRON, reference, 0.6, 0.4, 0.7)
    >>> round(float(value - planted.energetic_term(Doubles, reference, 0.6, 0.4, 0.7)), 12) + 0.0
    0.0
    """
    at = fields(arithmetic, deltas, reference, p, t0, t1)
    (value,) = planted.field_average(arithmetic, at, lambda eta: [arithmetic.log_H(eta)])
    return value


def entropy_in(arithmetic, deltas, prior, reference, distance, p, t0, p_hat, t0_hat, delta_hat):
    """𝓕_FP of (C2) with (C8) and (C6) or (C7), in a given arithmetic, δ̂ = t̂₁ − t̂₀.

    The perceptron's is that of `franz_parisi`:

    >>> from . import franz_parisi
    >>> reference = Reference(0.5, 0.3, 0.0, 0.52, 2.0)
    >>> at = (0.2, 0.44, 0.45, 0.5, 0.7, 0.4)
    >>> ours = entropy_in(Doubles, PERCEPTRON, BINARY, reference, *at)
    >>> round(float(ours - franz_parisi.entropy_in(Doubles, reference, *at)), 12) + 0.0
    0.0
    """
    t1 = 1 - 2 * distance
    energy = energetic_term(arithmetic, deltas, reference, p, t0, t1)
    entropic = prior.term(arithmetic, reference, p, t0, t1, p_hat, t0_hat, delta_hat)
    return entropic + reference.alpha * energy


def hats(unknowns, distance, deltas, reference, arithmetic):
    """(p̂, t̂₀) from the saddle-point equations of p and t₀."""
    p, t0, _ = unknowns
    at = fields(arithmetic, deltas, reference, p, t0, 1 - 2 * distance)

    def of_eta(eta):
        inverse_mills = arithmetic.inverse_mills(eta)
        return [inverse_mills**2, inverse_mills]

    square, product = planted.field_average(
        arithmetic, at, of_eta, lambda xi: [1, arithmetic.inverse_mills(xi)]
    )
    slope_p, slope_t = (arithmetic.number(deltas.slope(mpf(overlap), mp)) for overlap in (p, t0))
    p_hat = reference.alpha * slope_p * square / at.Delta3
    return p_hat, reference.alpha * slope_t * product / arithmetic.sqrt(at.Sigma1 * at.Delta3)


def residual(unknowns, distance, deltas, prior, reference, arithmetic):
    """The overlaps that the hats of `hats` imply, less p, t₀ and t₁: zero at the saddle point."""
    p_hat, t0_hat = hats(unknowns, distance, deltas, reference, arithmetic)
    implied = prior.overlaps(arithmetic, reference, p_hat, t0_hat, unknowns.delta_hat)
    return [got - wanted for got, wanted in zip(implied, (unknowns.p, unknowns.t0, 1 - 2 * distance))]


def reference_state(alpha, kappa_reference, kappa, deltas, prior, digits):
    """The reference's typical saddle point, (B1)–(B3).

    >>> from .effective_overlaps import RELU
    >>> from .planted_priors import SPHERICAL
    >>> mp.nstr(reference_state(1, 0, 0, RELU, SPHERICAL, digits=8).q, 8)
    '0.45261387'
    """
    state = typical.solve(alpha, real("kappa_reference", kappa_reference), digits, prior.typical, deltas)
    return Reference(state.alpha, state.kappa, real("kappa", kappa), state.q, state.q_hat)


def solve(distance, reference, deltas, prior, start, digits=12):
    """The saddle point at distance d near ``start`` = (p, t₀, δ̂), to about ``digits`` digits, as a `State`.

    ``reference`` comes from `reference_state` with at least as many digits. Raises ArithmeticError
    where no saddle point is found.

    >>> from .effective_overlaps import RELU
    >>> from .planted_priors import SPHERICAL
    >>> reference = reference_state(1, 0, 0, RELU, SPHERICAL, digits=8)
    >>> state = solve("0.1", reference, RELU, SPHERICAL, (0.72, 0.47, 2.5), digits=8)
    >>> print(mp.nstr(state.entropy, 8), mp.nstr(state.p, 4))
    0.50783999 0.7185
    """
    with mp.workdps(digits + GUARD_DIGITS):
        distance = real("distance", distance, 0, 1)
        in_doubles = Reference(*map(float, reference))
        with np.errstate(all="ignore"):
            root, jacobian = damped_newton(
                lambda x: _residual_or_nan(_unknowns(x, Doubles), float(distance), deltas, prior, in_doubles),
                [math.log1p(-float(start[0])), float(start[1]), float(start[2])],
            )
        arithmetic = Digits(digits)
        x = polish(
            lambda x: residual(_unknowns(x, arithmetic), distance, deltas, prior, reference, arithmetic),
            root,
            jacobian,
            digits,
        )
        return _complete(_unknowns(x, arithmetic), distance, deltas, prior, reference, arithmetic)


def contact_average(arithmetic, deltas, reference, p, t0, t1):
    """∂𝒢_E/∂t₁ = Δ′(t₁) ⟨ψ′ δ(v − κ̃)⟩.

    >>> from .effective_overlaps import SIGN
    >>> at = lambda t1: (Doubles, SIGN, Reference(0.5, 0.3, 0.0, 0.5, 1.2), 0.5, 0.4, t1)
    >>> quotient = (energetic_term(*at(0.6001)) - energetic_term(*at(0.5999))) / 2e-4
    >>> round(float(quotient - contact_average(*at(0.6))), 6) + 0.0
    0.0
    """
    at = fields(arithmetic, deltas, reference, p, t0, t1)
    (force,) = planted.field_average(
        arithmetic, at, lambda eta: [arithmetic.inverse_mills(eta)], contact=True
    )
    return arithmetic.number(deltas.slope(mpf(t1), mp)) * force / arithmetic.sqrt(at.Delta3)


def _complete(unknowns, distance, deltas, prior, reference, arithmetic):
    """The `State` at solved unknowns: hats, entropy and slope by one evaluation each."""
    p, t0, delta_hat = unknowns
    p_hat, t0_hat = hats(unknowns, distance, deltas, reference, arithmetic)
    value = entropy_in(arithmetic, deltas, prior, reference, distance, p, t0, p_hat, t0_hat, delta_hat)
    force = contact_average(arithmetic, deltas, reference, p, t0, 1 - 2 * distance)
    slope = 2 * (t0_hat + delta_hat - reference.alpha * force)
    return State(distance, *reference, p, t0, p_hat, t0_hat, delta_hat, value, slope)


def _residual_or_nan(unknowns, distance, deltas, prior, reference):
    try:
        return residual(unknowns, distance, deltas, prior, reference, Doubles)
    except ValueError:
        return [math.nan] * 3


def _unknowns(x, arithmetic):
    return Unknowns(1 - arithmetic.exp(x[0]), x[1], x[2])
