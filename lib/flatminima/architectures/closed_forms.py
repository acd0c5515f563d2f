r"""Overlap maps in closed form: the perceptron, and tree committees with sign, ReLU or erf units, K → ∞.

With q = cos θ two points of the map lie at angles θ₁ > θ₂, and everything is built from their half
difference h and mean m, which cancel nothing:

    q₂ − q₁ = 2 sin m sin h,     tan h = (q₂ − q₁)/(√(1−q₁²) + √(1−q₂²)).
"""

import math

from flatminima.architectures.architecture import Architecture


def _half_angle(one_minus_q, step, radius=1.0):
    """Half of arcsin((q + step)/r) − arcsin(q/r), for a radius r ≥ 1."""
    beyond = radius - 1.0
    low = (beyond + one_minus_q) * (radius + 1.0 - one_minus_q)  # r² − q²
    one_minus_q = max(one_minus_q - step, 0.0)
    high = (beyond + one_minus_q) * (radius + 1.0 - one_minus_q)
    return math.atan2(step, math.sqrt(low) + math.sqrt(high))


def _sine(one_minus_q):
    """√(1 − q²)."""
    return math.sqrt(one_minus_q * (2.0 - one_minus_q))


def _angle(one_minus_q):
    """arccos q."""
    return 2.0 * math.asin(math.sqrt(0.5 * one_minus_q))


def _or_infinite(numerator, denominator):
    return numerator / denominator if denominator > 0.0 else math.copysign(math.inf, numerator)


PERCEPTRON = Architecture(
    name="perceptron",
    difference=lambda one_minus_q, step: step,
    slope=lambda one_minus_q: 1.0,
    curvature=lambda one_minus_q: 0.0,
)
"""ρ(q) = q."""

SIGN = Architecture(
    name="sign",
    difference=lambda one_minus_q, step: 4.0 / math.pi * _half_angle(one_minus_q, step),
    slope=lambda one_minus_q: _or_infinite(2.0 / math.pi, _sine(one_minus_q)),
    curvature=lambda one_minus_q: _or_infinite(2.0 / math.pi * (1.0 - one_minus_q), _sine(one_minus_q) ** 3),
)
"""g = sgn: ρ(q) = (2/π) arcsin q, relu-2019 (Delta, sign) and (C10), shaping-2020 (effective overlaps)."""

ERF = Architecture(
    name="erf",
    difference=lambda one_minus_q, step: 12.0 / math.pi * _half_angle(one_minus_q, step, radius=2.0),
    slope=lambda one_minus_q: 6.0 / math.pi / math.sqrt((1.0 + one_minus_q) * (3.0 - one_minus_q)),
    curvature=lambda one_minus_q: 6.0 / math.pi * (1.0 - one_minus_q) / ((1.0 + one_minus_q) * (3.0 - one_minus_q)) ** 1.5,
    field_scale=math.sqrt(1.0 / 3.0),
)
"""g(x) = erf(x/√2): ρ(q) = (6/π) arcsin(q/2)."""


def _relu_difference(one_minus_q, step):
    half = _half_angle(one_minus_q, step)
    mean = _angle(one_minus_q) - half
    return 2.0 / (math.pi - 1.0) * (
        math.sin(half) * math.sin(mean) * (math.pi - mean) - math.cos(mean) * _sine_less_chord(half)
    )


def _sine_less_chord(h):
    """sin h − h cos h."""
    if abs(h) > 0.5:
        return math.sin(h) - h * math.cos(h)
    # Σ (−1)^{k+1} 2k h^{2k+1}/(2k+1)!, whose terms fall by at least 20
    term, total = h**3 / 6.0, 0.0
    for k in range(1, 9):
        total += 2.0 * k * term
        term *= -h * h / ((2 * k + 2) * (2 * k + 3))
    return total


RELU = Architecture(
    name="relu",
    difference=_relu_difference,
    slope=lambda one_minus_q: (math.pi - _angle(one_minus_q)) / (math.pi - 1.0),
    curvature=lambda one_minus_q: _or_infinite(1.0 / (math.pi - 1.0), _sine(one_minus_q)),
    field_scale=math.sqrt(0.5 - 0.5 / math.pi),
)
"""g(x) = max(0, x): ρ(q) = [√(1−q²) + q (π − arccos q) − 1]/(π − 1), relu-2019 (Delta, ReLU) and (C16)."""
