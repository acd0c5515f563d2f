"""Franz–Parisi entropy of the binary perceptron, unveiling-2021 (26)–(27b) and (gamma), in arbitrary precision.

With γ = p − t₀²/q, t₁ = 1 − 2d and the reference's own q, q̂ at margin κ̃:

    φ_FP = −p̂(1 − p)/2 + t₀ t̂₀ − t₁ t̂₁ + 𝒢_S + α 𝒢_E                                  (26)

    𝒢_S = ∫Dx Σ_w̃ e^{√q̂ w̃ x} ∫Dy ln 2cosh(Y) / [2cosh(√q̂ x)],                         (27a)
          Y = √(p̂ − t̂₀²/q̂) y + (t̂₀/√q̂) x + (t̂₁ − t̂₀) w̃

    𝒢_E = ∫Dx ∫Dy H(χ) ln H(η) / H(ξ),                                                 (27b)
          ξ = (κ̃ − √q x)/√(1 − q),
          χ = [√γ(κ̃ − √q x) − (t₁ − t₀) y] / √(γ(1 − q) − (t₁ − t₀)²),
          η = [κ − (t₀/√q) x − √γ y] / √(1 − p)

Write ⟨·⟩ for the average with the weights of (27a) or of (27b), T = tanh Y and A = G/H.
The saddle-point equations that `residual` evaluates follow from (26) so.

Hats. ∂/∂p̂ acts through the coefficient of y, ⟨T y⟩/(2√(p̂ − t̂₀²/q̂)), and one integration
by parts in y makes it ½⟨1 − T²⟩. ∂/∂t̂₁ gives ⟨w̃ T⟩. In ∂/∂t̂₀ the integration by parts in
x meets the weight e^{√q̂ w̃ x}/[2cosh(√q̂ x)], whose logarithm has the derivative
√q̂ (w̃ − τ) with τ = tanh(√q̂ x); the terms with 1 − T² and with w̃ T cancel. Together

    p = ⟨T²⟩,     t₁ = ⟨w̃ T⟩,     t₀ = ⟨τ T⟩.

Overlaps. (27b) is the average of ψ(u) = ln H((κ − u)/√(1 − p)) given v > κ̃, where u and v are
Gaussian with means (t₀/√q) x and √q x, variances γ and 1 − q, covariance t₁ − t₀. A Gaussian
average changes with a variance by half its second derivative, with a covariance by the mixed
derivative and with a mean by the first, and ln H obeys ∂_s ψ = ½(ψ″ + ψ′²) with s = 1 − p.
For p the two ψ″ cancel and −½⟨ψ′²⟩ is left. For t₀ the derivatives with respect to γ and to
the covariance cancel against the integration by parts of ⟨x ψ′⟩, except for the term where
1/H(ξ) is differentiated, −⟨ψ′ A(ξ)⟩/√(1 − q). With ψ′ = A(η)/√(1 − p),

    p̂ = α ⟨A(η)²⟩ / (1 − p),     t̂₀ = α ⟨A(ξ) A(η)⟩ / √((1 − q)(1 − p)).

These two give the hats, so three unknowns remain: p, t₀ and δ̂ = t̂₁ − t̂₀.

Slope. At the saddle point only the explicit t₁ contributes to the derivative of (26):

    dφ_FP/dd = −2 ∂φ_FP/∂t₁ = 2 (t̂₁ − α ⟨ψ′ δ(v − κ̃)⟩).
"""

from collections import namedtuple
import math

from mpmath import mp, mpf
import numpy as np

from . import planted, typical
from .arithmetic import Digits, Doubles
from .inputs import real
from .newton import damped_newton, polish
from .trapezoid import GUARD_DIGITS

Reference = namedtuple("Reference", "alpha kappa_reference kappa q q_hat")
Unknowns = namedtuple("Unknowns", "p t0 delta_hat")
State = namedtuple(
    "State", "distance alpha kappa_reference kappa q q_hat p t0 p_hat t0_hat delta_hat entropy slope"
)


def entropy(distance, p, t0, p_hat, t0_hat, delta_hat, reference, digits=16):
    """φ_FP of unveiling-2021 (26) at any order parameters; δ̂ = t̂₁ − t̂₀.

    ``reference`` is a `Reference`; q and q̂ need not solve their saddle-point equations.
    Needs pq > t₀², (pq − t₀²)(1 − q) > q (t₁ − t₀)² and p̂ q̂ ≥ t̂₀².

    Where t₁ = t₀ and t̂₁ = t̂₀ the reference drops out, and (26) is the entropy (13) of typical
    solutions:

    >>> elsewhere = Reference("0.5", "0.3", "0", "0.5", "1.2")
    >>> value = entropy("0.375", "0.4", "0.25", "0.8", "0.5", "0", elsewhere, digits=8)
    >>> bool(abs(value - typical.free_entropy("0.4", "0.8", "0.5", digits=8)) < 1e-8)
    True
    """
    with mp.workdps(digits + GUARD_DIGITS):
        order_parameters = map(mpf, (distance, p, t0, p_hat, t0_hat, delta_hat))
        return entropy_in(Digits(digits), Reference(*map(mpf, reference)), *order_parameters)


def entropy_in(arithmetic, reference, distance, p, t0, p_hat, t0_hat, delta_hat):
    """unveiling-2021 (26) in a given arithmetic, all numbers already of its type."""
    t1 = 1 - 2 * distance
    # Without patterns (27b) drops out of (26), and need not be defined.
    energy = planted.energetic_term(arithmetic, reference, p, t0, t1) if reference.alpha else 0
    return (
        -p_hat * (1 - p) / 2
        + t0 * t0_hat
        - t1 * (t0_hat + delta_hat)
        + planted.entropic_term(arithmetic, reference, p_hat, t0_hat, delta_hat)
        + reference.alpha * energy
    )


def hats(unknowns, distance, reference, arithmetic):
    """(p̂, t̂₀) from the saddle-point equations of p and t₀, at p, t₀ and d.

    They are proportional to α:

    >>> one, two = (Reference(alpha, 0.3, 0.0, 0.5, 1.2) for alpha in (0.25, 0.5))
    >>> unknowns = Unknowns(0.5, 0.4, 0.5)
    >>> p_hat, _ = hats(unknowns, 0.2, one, Doubles)
    >>> round(float(hats(unknowns, 0.2, two, Doubles)[0] / p_hat), 12)
    2.0
    """
    t1 = 1 - 2 * distance
    p, t0, _ = unknowns
    one = arithmetic.number(1)
    square, product = planted.tail_averages(arithmetic, reference, p, t0, t1)
    p_hat = reference.alpha * square / (one - p)
    t0_hat = reference.alpha * product / arithmetic.sqrt((one - reference.q) * (one - p))
    return p_hat, t0_hat


def residual(unknowns, distance, reference, arithmetic):
    """[⟨T²⟩ − p, ⟨τT⟩ − t₀, ⟨w̃T⟩ − t₁] with the hats eliminated: zero at the saddle point.

    >>> solved = Unknowns(0.44026444537418, 0.44706886633808, 0.36708476927217)
    >>> reference = Reference(0.5, 0.3, 0.0, 0.51904168428038, 1.98947420550713)
    >>> bool(np.max(np.abs(residual(solved, 0.2, reference, Doubles))) < 1e-12)
    True
    """
    t1 = 1 - 2 * distance
    p_hat, t0_hat = hats(unknowns, distance, reference, arithmetic)
    overlaps = planted.overlaps(arithmetic, reference, p_hat, t0_hat, unknowns.delta_hat)
    return [got - wanted for got, wanted in zip(overlaps, (unknowns.p, unknowns.t0, t1))]


def reference_state(alpha, kappa_reference, kappa, digits):
    """The reference's typical saddle point, as the `Reference` of the functions above.

    >>> mp.nstr(reference_state("0.5", "0.3", 0, digits=8).q, 6)
    '0.519042'
    """
    state = typical.solve(alpha, real("kappa_reference", kappa_reference), digits)
    return Reference(state.alpha, state.kappa, real("kappa", kappa), state.q, state.q_hat)


def complete(unknowns, distance, reference, digits):
    """The `State` at solved unknowns (mpf): hats, entropy and slope by one evaluation each."""
    arithmetic = Digits(digits)
    p, t0, delta_hat = unknowns
    p_hat, t0_hat = hats(unknowns, distance, reference, arithmetic)
    value = entropy_in(arithmetic, reference, distance, p, t0, p_hat, t0_hat, delta_hat)
    force = planted.contact_average(arithmetic, reference, p, t0, 1 - 2 * distance)
    slope = 2 * (t0_hat + delta_hat - reference.alpha * force)
    return State(distance, *reference, p, t0, p_hat, t0_hat, delta_hat, value, slope)


def solve(distance, alpha, kappa_reference, kappa=0, start=None, digits=16):
    """The saddle point of unveiling-2021 (26) at Hamming distance d, to about ``digits`` digits.

    ``start`` is (p, t₀, δ̂), or a `State` of a near-by distance; it only has to lie in the
    basin of Newton's method. Without it the branch is followed, in doubles, from the
    maximum of φ_FP, which needs κ ≠ κ̃. Raises ArithmeticError where no saddle point is found.

    >>> state = solve("0.2", "0.5", "0.3", start=(0.44, 0.45, 0.37), digits=8)
    >>> mp.nstr(state.entropy, 8)
    '0.2895232'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        distance = real("distance", distance, 0, 1)
        reference = reference_state(alpha, kappa_reference, kappa, digits)
        if start is None:
            start = _follow(float(distance), reference)
        root, jacobian = _solve_in_doubles(float(distance), reference, _three(start))
        arithmetic = Digits(digits)
        unknowns = polish(
            lambda x: residual(_unknowns(x, arithmetic), distance, reference, arithmetic),
            root,
            jacobian,
            digits,
        )
        return complete(_unknowns(unknowns, arithmetic), distance, reference, digits)


def maximum(reference):
    """(d, p, t₀, δ̂) where φ_FP is largest, in doubles, for κ ≠ κ̃.

    There dφ_FP/dd = 0 with t₁ = t₀ and δ̂ = 0: the distance no longer costs anything, the
    constrained weights are typical solutions of margin κ, and p = q(κ). Only t₀ is left; the
    equation t₀ = ⟨τT⟩ is iterated.

    >>> d, p, t0, delta_hat = maximum(reference_state("0.5", "0.3", 0, 15))
    >>> round(d, 6), delta_hat
    (0.298953, 0.0)
    """
    p = float(typical.solve(reference.alpha, reference.kappa, Doubles.digits).q)
    reference = Reference(*map(float, reference))
    t0, change = p * reference.q, 1.0
    while abs(change) > 1e-12:
        change = residual(Unknowns(p, t0, 0.0), (1 - t0) / 2, reference, Doubles)[1]
        t0 += change
    return float((1 - t0) / 2), p, float(t0), 0.0


def _follow(distance, reference):
    """(p, t₀, δ̂) at d in doubles, by continuation in ln d from the maximum.

    The guess for the next distance has 1 − p in proportion to d and δ̂ shifted by
    −½ Δ ln d, as for configurations without any constraint at small d.
    """
    reached, *unknowns = maximum(reference)
    steps = max(1, math.ceil(abs(math.log(distance / reached)) / 0.25))
    ratio = (distance / reached) ** (1 / steps)
    for _ in range(steps):
        reached *= ratio
        p, t0, delta_hat = unknowns
        guess = (1 - (1 - p) * min(ratio, 1), t0, delta_hat - math.log(ratio) / 2)
        root, _ = _solve_in_doubles(reached, reference, guess)
        unknowns = _unknowns(root, Doubles)
    return unknowns


def _solve_in_doubles(distance, reference, start):
    reference = Reference(*map(float, reference))
    with np.errstate(all="ignore"):
        return damped_newton(
            lambda x: _residual_or_nan(_unknowns(x, Doubles), distance, reference),
            [math.log1p(-start[0]), start[1], start[2]],
        )


def _residual_or_nan(unknowns, distance, reference):
    """The residual in doubles, NaN outside the domain of (27a) and (27b)."""
    try:
        return residual(unknowns, distance, reference, Doubles)
    except ValueError:
        return [math.nan] * 3


def _unknowns(x, arithmetic):
    """Newton's coordinates are ln(1 − p), t₀ and δ̂, so that p < 1 always."""
    return Unknowns(1 - arithmetic.exp(x[0]), x[1], x[2])


def _three(start):
    if isinstance(start, State):
        start = (start.p, start.t0, start.delta_hat)
    return [float(value) for value in start]
