"""y real replicas at mutual overlap q₁ as relu-2019 prints them: (B4)–(B6) at m = y, (D1)–(D6) at y → ∞.

The latter with sign units are shaping-2020 (G_S, K=inf) and (G_E, K=inf).

The entropy (9), per replica, at given order parameters, for both kinds of weights and for the Δ's of
`effective_overlaps`. At a saddle point it is stationary in everything but q₁, α, y and κ:

    (B4)  𝒢_S = Q̂/2 + q̂₁q₁/2 + (m/2)(q₀q̂₀ − q₁q̂₁) + ½[ln 2π/(Q̂ + q̂₁)
                + (1/m) ln (Q̂ + q̂₁)/(Q̂ + q̂₁ − m(q̂₁ − q̂₀)) + q̂₀/(Q̂ + q̂₁ − m(q̂₁ − q̂₀))]
    (B5)  𝒢_S = −q̂₁(1 − q₁)/2 + (m/2)(q₀q̂₀ − q₁q̂₁) + (1/m) ∫Du ln ∫Dv (2cosh(√q̂₀ u + √(q̂₁ − q̂₀) v))^m
    (B6)  𝒢_E = (1/m) ∫Dz₀ ln ∫Dz₁ H^m((κ − √(Δ₀ − Δ₋₁) z₀ − √(Δ₁ − Δ₀) z₁)/√(Δ₂ − Δ₁))
    (D2)  𝒢_S = ½ q₁/(1 − q₁ + δq₀) + ½ ln(1 − q₁) + ½ ln 2πe

(D2) with the constant that it drops; (D1) and (D3) are those of `large_deviation`.
"""

from mpmath import mp

from . import large_deviation, one_step
from .arithmetic import Digits
from .effective_overlaps import PERCEPTRON
from .inputs import real
from .trapezoid import GUARD_DIGITS, STRIP_OF_LOG_H, cutoff, lattice, step


def spherical_term(y, q1, q0, q1_hat, q0_hat, Q_hat):
    """relu-2019 (B4) at m = y.

    >>> half = mp.mpf("0.5")
    >>> value = spherical_term(3, half, 0, half, 0, 3 * half)      # at its stationary hats for q₀ = 0
    >>> bool(abs(value - (1 + mp.log(2 * mp.pi) - mp.log(2) / 3) / 2) < 1e-14)
    True
    """
    total = Q_hat + q1_hat
    rest = total - y * (q1_hat - q0_hat)
    legendre = Q_hat / 2 + q1_hat * q1 / 2 + y / 2 * (q0 * q0_hat - q1 * q1_hat)
    return legendre + (mp.log(2 * mp.pi / total) + mp.log(total / rest) / y + q0_hat / rest) / 2


def entropy(q1, alpha, y, q0, q1_hat, q0_hat, Q_hat=None, kappa=0, overlaps=PERCEPTRON, digits=12):
    """relu-2019 (9) per replica for finite y: binary weights, or spherical ones where ``Q_hat`` is given.

    >>> value = entropy("0.8", "0.5", 1, "0.52", "3", "2", digits=8)     # y = 1: no q₁, no q̂₁
    >>> other = entropy("0.6", "0.5", 1, "0.52", "2.5", "2", digits=8)
    >>> bool(abs(value - other) < 1e-8)
    True
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q1, alpha, y, q0 = real("q1", q1, 0, 1), real("alpha", alpha, 0), real("y", y, 0), real("q0", q0, 0, closed=True)
        q1_hat, q0_hat, kappa = real("q1_hat", q1_hat, 0), real("q0_hat", q0_hat, 0), real("kappa", kappa)
        arithmetic = Digits(digits)
        lowest, between, within, highest = overlaps.lowest(mp), overlaps.at(q0, mp), overlaps.at(q1, mp), overlaps.highest(mp)
        fields = lambda z: _power(arithmetic, kappa - z * mp.sqrt(between - lowest), within - between, highest - within, y)
        energetic = _outer(fields, arithmetic)
        if Q_hat is not None:
            return spherical_term(y, q1, q0, q1_hat, q0_hat, real("Q_hat", Q_hat)) + alpha * energetic
        legendre = -q1_hat * (1 - q1) / 2 + y / 2 * (q0 * q0_hat - q1 * q1_hat)
        fields = lambda u: one_step._cluster_weight(arithmetic, u * mp.sqrt(q0_hat), q1_hat - q0_hat, y)
        return legendre + _outer(fields, arithmetic) + alpha * energetic


def densest_entropy(q1, alpha, delta_q0, q1_hat=None, delta_q0_hat=None, kappa=0, overlaps=PERCEPTRON, digits=12):
    """relu-2019 (9) at y → ∞: spherical weights, or binary ones where ``q1_hat`` and ``delta_q0_hat`` are given.

    >>> value = densest_entropy("0.9", "0.5", "6.409230501", "0.01369183463", "1.824994433", digits=10)
    >>> mp.nstr(value, 10)
    '0.1111926338'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q1, alpha, kappa = real("q1", q1, 0, 1), real("alpha", alpha, 0), real("kappa", kappa)
        delta_q0 = real("delta_q0", delta_q0, 0)
        arithmetic = Digits(digits)
        shared, private = overlaps.at(q1, mp) - overlaps.lowest(mp), overlaps.highest(mp) - overlaps.at(q1, mp)
        delta_of_delta = overlaps.slope(q1, mp) * delta_q0  # (D6)
        energetic = large_deviation.energetic_maximum(shared, private, delta_of_delta, kappa, arithmetic)
        if q1_hat is None:
            return (q1 / (1 - q1 + delta_q0) + mp.log(1 - q1) + mp.log(2 * mp.pi) + 1) / 2 + alpha * energetic
        q1_hat, delta_q0_hat = real("q1_hat", q1_hat, 0), real("delta_q0_hat", delta_q0_hat, 0)
        entropic = large_deviation.entropic_averages(q1_hat, delta_q0_hat, arithmetic)[0]
        return -(q1_hat * (1 - q1) + delta_q0 * q1_hat + q1 * delta_q0_hat) / 2 + entropic + alpha * energetic


def _power(arithmetic, gap, variance, private, m):
    """(1/m) ln ∫Dz H(ζ)^m, ζ = (gap − √variance z)/√private, for an array ``gap``.

    Off the real axis H^m grows like exp(m ratio² Im² z/2), and its peak is narrow by the same factor. Where the
    gap is large, ln H(ζ) ≃ −ζ²/2 puts the peak at the centre of the lattice.
    """
    ratio = mp.sqrt(variance / private)
    digits = arithmetic.digits + GUARD_DIGITS
    spacing = step(digits, STRIP_OF_LOG_H / ratio, 1 + m * ratio**2)
    centre = (gap + abs(gap)) * (m * ratio / (1 + m * ratio**2) / mp.sqrt(private) / 2)
    z = centre[:, None] + arithmetic.array(lattice(cutoff(digits) + 2, spacing))[None, :]
    log_powers = arithmetic.log_H(gap[:, None] / mp.sqrt(private) - z * ratio) * m
    return arithmetic.log((arithmetic.exp(log_powers) * arithmetic.density(z)).sum(axis=1) * spacing) / m


def _outer(function, arithmetic):
    """∫Dz of an array function."""
    reach = cutoff(arithmetic.digits + GUARD_DIGITS)
    return large_deviation._trapezoid(lambda z: [arithmetic.density(z) * function(z)], -reach, reach, arithmetic)[0]
