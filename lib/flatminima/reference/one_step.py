"""One-step broken Franz–Parisi entropy, unveiling-2021 (30)–(31b) and (gamma, 1RSB), at fixed m, in arbitrary precision.

The constrained weights fall into clusters: overlap p₁ inside a cluster, p₀ between two of
them, and m the weight given to a cluster. With γ = p₀ − t₀²/q and t₁ = 1 − 2d,

    φ_FP = −t₁ t̂₁ + t₀ t̂₀ − (m/2)(p₁ p̂₁ − p₀ p̂₀) − p̂₁(1 − p₁)/2 + 𝒢_S + α 𝒢_E          (30)

    𝒢_S = (1/m) ∫Dx Σ_w̃ e^{√q̂ w̃ x} ∫Dy ln ∫Dz [2cosh(Y + √(p̂₁ − p̂₀) z)]^m / [2cosh(√q̂ x)]   (31a)

    𝒢_E = (1/m) ∫Dx ∫Dy H(χ) ln ∫Dz H(ζ)^m / H(ξ),                                        (31b)
          ζ = [κ − √(p₁ − p₀) z − (t₀/√q) x − √γ y] / √(1 − p₁)

where ξ, χ and Y are those of (27a) and (27b) with p, p̂ replaced by p₀, p̂₀. So (31a) and (31b)
are the averages of (27a) and (27b) of two other functions,

    ln 2cosh(Y)  →  (1/m) ln ∫Dz [2cosh(Y + √(p̂₁ − p̂₀) z)]^m,
    ln H(η)      →  (1/m) ln ∫Dz H(ζ)^m.

Two limits bring back the replica-symmetric entropy. For p₁ = p₀ and p̂₁ = p̂₀ the integrals over
z are trivial. For m = 1 they can be done: they give 2cosh(Y) e^{(p̂₁ − p̂₀)/2} and H(η) at
p = p₀, so that p₁ and p̂₁ drop out of (30).
"""

from mpmath import mp, mpf

from . import planted
from .arithmetic import Digits
from .franz_parisi import Reference
from .trapezoid import GUARD_DIGITS, STRIP_OF_LOG_H, STRIP_OF_TANH, cutoff, lattice, step


def entropy(
    distance, p0, p1, t0, p0_hat, p1_hat, t0_hat, delta_hat, m, reference, digits=13
):
    """φ_FP of unveiling-2021 (30) at any order parameters; δ̂ = t̂₁ − t̂₀.

    ``reference`` is a `franz_parisi.Reference`. Needs p₀ ≤ p₁ < 1, p̂₀ ≤ p̂₁, 0 < m ≤ 1 and the
    inequalities of `franz_parisi.entropy` for p₀ and p̂₀.

    >>> reference = Reference("0.5", "0.3", "0", "0.52", "2")
    >>> value = entropy("0.2", "0.44", "0.6", "0.45", "0.5", "0.7", "0.9", "0.4", 1, reference, 6)
    >>> from .franz_parisi import entropy as unbroken             # m = 1: no p₁, no p̂₁
    >>> bool(abs(value - unbroken("0.2", "0.44", "0.45", "0.5", "0.9", "0.4", reference, 6)) < 1e-6)
    True
    """
    with mp.workdps(digits + GUARD_DIGITS):
        order_parameters = map(
            mpf, (distance, p0, p1, t0, p0_hat, p1_hat, t0_hat, delta_hat, m)
        )
        return entropy_in(Digits(digits), Reference(*map(mpf, reference)), *order_parameters)


def entropy_in(
    arithmetic, reference, distance, p0, p1, t0, p0_hat, p1_hat, t0_hat, delta_hat, m
):
    """unveiling-2021 (30) in a given arithmetic, all numbers already of its type."""
    if not (p0 <= p1 < 1 and p0_hat <= p1_hat and 0 < m <= 1):
        raise ValueError(
            f"p0 = {float(p0):g}, p1 = {float(p1):g}, p0_hat = {float(p0_hat):g}, "
            f"p1_hat = {float(p1_hat):g} and m = {float(m):g} must obey p0 ≤ p1 < 1, "
            "p0_hat ≤ p1_hat and 0 < m ≤ 1."
        )
    t1 = 1 - 2 * distance
    (log_weights,) = planted.entropic_average(
        arithmetic,
        reference,
        p0_hat,
        t0_hat,
        delta_hat,
        lambda Y: [_cluster_weight(arithmetic, Y, p1_hat - p0_hat, m)],
    )
    (energy,) = planted.energetic_average(
        arithmetic,
        reference,
        p0,
        t0,
        t1,
        lambda eta: [_cluster_probability(arithmetic, eta * arithmetic.sqrt(1 - p0), p0, p1, m)],
    )
    return (
        -t1 * (t0_hat + delta_hat)
        + t0 * t0_hat
        - m / 2 * (p1 * p1_hat - p0 * p0_hat)
        - p1_hat * (1 - p1) / 2
        + log_weights
        + reference.alpha * energy
    )


def _cluster_weight(arithmetic, Y, variance, m):
    """(1/m) ln ∫Dz [2cosh(Y + √variance z)]^m for an array Y.

    The m-th power moves the mass of z by at most m √variance, so the range is widened by that.
    """
    width = arithmetic.sqrt(variance)
    spacing, radius = _inner_step(arithmetic, STRIP_OF_TANH, width)
    z = arithmetic.array(lattice(radius + m * width, spacing))
    weight = spacing * arithmetic.density(z)
    powers = arithmetic.exp(m * arithmetic.log_2cosh(Y[:, None] + width * z[None, :]))
    return arithmetic.log((powers * weight).sum(axis=1)) / m


def _cluster_probability(arithmetic, gap, p0, p1, m):
    """(1/m) ln ∫Dz H(ζ)^m, ζ = (gap − √(p₁ − p₀) z)/√(1 − p₁), for an array ``gap`` = κ − u.

    Where the gap is large and positive, ln H(ζ) ≃ −ζ²/2, and the maximum of −z²/2 − mζ²/2 lies
    at z = m √(p₁ − p₀) gap/(1 − p₁ + m(p₁ − p₀)). The lattice of z is centred there; the
    integrand falls off from its maximum at least as fast as a unit Gaussian.
    """
    width, inner = arithmetic.sqrt(p1 - p0), arithmetic.sqrt(1 - p1)
    spacing, radius = _inner_step(arithmetic, STRIP_OF_LOG_H * inner, width)
    centre = m * width / (1 - p1 + m * (p1 - p0)) * (gap + abs(gap)) / 2
    z = centre[:, None] + arithmetic.array(lattice(radius, spacing))[None, :]
    log_powers = m * arithmetic.log_H((gap[:, None] - width * z) / inner)
    weight = spacing * arithmetic.density(z)
    return arithmetic.log((arithmetic.exp(log_powers) * weight).sum(axis=1)) / m


def _inner_step(arithmetic, strip, width):
    """Step and radius of the lattice of z, for a strip of half-width ``strip`` in width · z."""
    digits = arithmetic.digits + planted.EXTRA_DIGITS
    spacing = step(digits, strip / width if width else mp.inf)
    return arithmetic.number(spacing), arithmetic.number(cutoff(digits) + planted.MARGIN)
