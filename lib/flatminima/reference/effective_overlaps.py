"""How the outputs of two machines overlap: the Δ's of the papers, as they are printed.

relu-2019 (Delta, sign), (Delta, ReLU) and (delta Delta), shaping-2020 (effective overlaps).

With standard Gaussians u and v of correlation q,

    Δ₋₁ = E[g(u)] E[g(v)],   Δ(q) = E[g(u) g(v)],   Δ₂ = E[g(u)²],   δΔ = lim (Δ₂ − Δ)/(1 − q) at q → 1.

The perceptron's are 0, q and 1. Each formula is written once for all arithmetics: ``f`` is a
namespace with sqrt, acos, asin, atan and pi, such as mpmath's ``mp`` for numbers or
`ball_integrals.Balls` for balls.
"""

from collections import namedtuple

EffectiveOverlaps = namedtuple("EffectiveOverlaps", "name lowest at highest slope bend delta_delta")
EffectiveOverlaps.__doc__ = """Functions: Δ₋₁(f), Δ(q, f), Δ₂(f), dΔ/dq and d²Δ/dq² at (q, f) for 0 ≤ q < 1, and δΔ(f)."""

PERCEPTRON = EffectiveOverlaps(
    "perceptron",
    lowest=lambda f: 0,
    at=lambda q, f: q,
    highest=lambda f: 1,
    slope=lambda q, f: 1,
    bend=lambda q, f: 0,
    delta_delta=lambda f: 1,
)
SIGN = EffectiveOverlaps(
    "sign",
    lowest=lambda f: 0,
    at=lambda q, f: 1 - 2 / f.pi * f.acos(q),
    highest=lambda f: 1,
    slope=lambda q, f: 2 / (f.pi * f.sqrt(1 - q**2)),
    bend=lambda q, f: 2 * q / (f.pi * f.sqrt(1 - q**2) ** 3),
    delta_delta=lambda f: f.inf,
)
RELU = EffectiveOverlaps(
    "relu",
    lowest=lambda f: 1 / (2 * f.pi),
    at=lambda q, f: f.sqrt(1 - q**2) / (2 * f.pi) + q / f.pi * f.atan(f.sqrt((1 + q) / (1 - q))),
    highest=lambda f: 0.5,
    slope=lambda q, f: f.atan(f.sqrt((1 + q) / (1 - q))) / f.pi,
    bend=lambda q, f: 1 / (2 * f.pi * f.sqrt(1 - q**2)),
    delta_delta=lambda f: 0.5,
)
# erf(x/√2) is the average of sgn(x + z) over a standard Gaussian z, which halves the correlation
ERF = EffectiveOverlaps(
    "erf",
    lowest=lambda f: 0,
    at=lambda q, f: 2 / f.pi * f.asin(q / 2),
    highest=lambda f: 2 / f.pi * f.asin(0.5),
    slope=lambda q, f: 2 / (f.pi * f.sqrt(4 - q**2)),
    bend=lambda q, f: 2 * q / (f.pi * f.sqrt(4 - q**2) ** 3),
    delta_delta=lambda f: 2 / (f.pi * f.sqrt(3)),
)
