"""The entropic terms of the Franz–Parisi entropy, relu-2019 (C6) and (C7), each with its Legendre terms.

In the names of this book S = t₁, t = t₀, Ŝ = t̂₁, t̂ = t̂₀, and δ̂ = t̂₁ − t̂₀.

`BINARY`, (C7):  −p̂(1 − p)/2 + t₀t̂₀ − t₁t̂₁ + that of the perceptron, in `planted`.

`SPHERICAL`, (C6):  P̂/2 + p̂p/2 + t₀t̂₀ − t₁t̂₁ + ln(2π/s)/2 + B/s,   s = P̂ + p̂,
                    B = p̂/2 + δ̂² (Q̂/2 + q̂)/(Q̂ + q̂)² + t̂₀ δ̂/(Q̂ + q̂).

Its stationarity, parameter by parameter, with Q̂ + q̂ = 1/(1 − q) and q̂ = q/(1 − q)² of the typical
reference, so that (Q̂/2 + q̂)/(Q̂ + q̂)² = 1/2:

    P̂:  s² − s = 2B,      p̂:  p = 2B/s² = 1 − 1/s,
    t̂₀: t₀ = (q δ̂ + (1 − q) t̂₀)/s,      t̂₁: t₁ = (δ̂ + (1 − q) t̂₀)/s.
"""

from collections import namedtuple

from mpmath import mp

from . import planted, priors

PlantedPrior = namedtuple("PlantedPrior", "name typical term overlaps")
PlantedPrior.__doc__ = """𝒢_S and the overlaps that make it stationary.

``typical`` is the reference's own `priors.Prior`; term(arithmetic, reference, p, t₀, t₁, p̂, t̂₀, δ̂) is
𝒢_S, and overlaps(arithmetic, reference, p̂, t̂₀, δ̂) are p, t₀ and t₁ where its derivatives vanish.
"""


def binary_term(arithmetic, reference, p, t0, t1, p_hat, t0_hat, delta_hat):
    """relu-2019 (C7).

    >>> from .arithmetic import Doubles
    >>> from .franz_parisi import Reference
    >>> round(float(binary_term(Doubles, Reference(0.5, 0.3, 0.0, 0.5, 1.2), 0, 0, 0, 1e-9, 1e-9, 0)), 8)
    0.69314718
    """
    legendre = -p_hat * (1 - p) / 2 + t0 * t0_hat - t1 * (t0_hat + delta_hat)
    return legendre + planted.entropic_term(arithmetic, reference, p_hat, t0_hat, delta_hat)


def spherical_term(arithmetic, reference, p, t0, t1, p_hat, t0_hat, delta_hat):
    """relu-2019 (C6) at the stationary P̂.

    Without hats it is the volume of the whole sphere, ln(2πe)/2:

    >>> from .arithmetic import Doubles
    >>> from .franz_parisi import Reference
    >>> round(float(spherical_term(Doubles, Reference(1.0, 0.0, 0.0, 0.5, 2.0), 0, 0, 0, 0, 0, 0)), 10)
    1.4189385332
    """
    bracket, s = _bracket(arithmetic, reference, p_hat, t0_hat, delta_hat)
    return (
        (s - p_hat) / 2
        + p_hat * p / 2
        + t0_hat * t0
        - (t0_hat + delta_hat) * t1
        + arithmetic.log(2 * arithmetic.number(mp.pi) / s) / 2
        + bracket / s
    )


def spherical_overlaps(arithmetic, reference, p_hat, t0_hat, delta_hat):
    """p, t₀ and t₁ from the saddle-point equations of relu-2019 (C6).

    >>> from .arithmetic import Doubles
    >>> from .franz_parisi import Reference
    >>> p, t0, t1 = spherical_overlaps(Doubles, Reference(1.0, 0.0, 0.0, 0.5, 2.0), 0, 0, 2.0)
    >>> round(float(p - t1**2), 12) + 0.0, round(float(t0 - 0.5 * t1), 12) + 0.0
    (0.0, 0.0)
    """
    bracket, s = _bracket(arithmetic, reference, p_hat, t0_hat, delta_hat)
    through = (1 - reference.q) * t0_hat
    return [2 * bracket / s**2, (reference.q * delta_hat + through) / s, (delta_hat + through) / s]


def _bracket(arithmetic, reference, p_hat, t0_hat, delta_hat):
    """B, and s from the equation of P̂."""
    s_reference = 1 / (1 - reference.q)  # Q̂ + q̂
    half_Q_hat = (s_reference - reference.q_hat) / 2
    bracket = (
        p_hat / 2
        + delta_hat**2 * (half_Q_hat + reference.q_hat) / s_reference**2
        + t0_hat * delta_hat / s_reference
    )
    return bracket, (1 + arithmetic.sqrt(1 + 8 * bracket)) / 2


BINARY = PlantedPrior("binary", priors.BINARY, binary_term, planted.overlaps)
SPHERICAL = PlantedPrior("spherical", priors.SPHERICAL, spherical_term, spherical_overlaps)
