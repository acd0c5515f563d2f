"""Distributions of stabilities, relu-2019 (E3)–(E6) and (G), in arbitrary precision.

Written in the parameters of the paper, as it prints them but for four misprints, and with a margin κ.
With G(x) = exp(−x²/2)/√(2π), the effective overlaps Δ, and Ξ > κ:

    P(Ξ) = ∫Dz G(x) / (√(Δ₂−Δ) H(c)),       (x, c) = ((Ξ, κ) − √(Δ−Δ₋₁) z)/√(Δ₂−Δ)                   (E3)

    P(Ξ) = ∫Dz₀ ∫Dz₁ G(x) H(c)^{m−1} / (√(Δ₂−Δ₁) ∫Dz₁ H(c)^m),
           (x, c) = ((Ξ, κ) − √(Δ₀−Δ₋₁) z₀ − √(Δ₁−Δ₀) z₁)/√(Δ₂−Δ₁)                                  (E4)

    P(Ξ) = ∫Dz₀ G(x) / (√(Δ₂−Δ₁) H(c)),     (x, c) = ((Ξ, κ) − √(Δ₁−Δ₋₁) z₀ − √δΔ₀ z₁*)/√(Δ₂−Δ₁)     (E5)

    z₁* = argmax [−z₁²/2 + ln H(c)]                                                                 (E6)

As printed, (E3) has Δ₁ for Δ₋₁ and lacks a root, (E4) and (E5) have the second field inside G with the
other sign, and (E6) lacks its H. Each function returns P(Ξ) and P′(Ξ), from the same sums, to about
``digits`` digits; with ``arithmetic=Doubles`` to thirteen, and fast.

In products arrays stand before mpmath's numbers, which otherwise format the whole array first.
"""

import numpy as np
from mpmath import mp

from .arithmetic import Digits, Doubles
from .inputs import real
from .trapezoid import GUARD_DIGITS, STRIP_OF_LOG_H, cutoff, step

_STEPS_OF_NEWTON = 100


def typical(stability, lowest, delta, highest, kappa=0, arithmetic=None, digits=20):
    """(P, P′) of relu-2019 (E3) with (Δ₋₁, Δ, Δ₂) = (``lowest``, ``delta``, ``highest``).

    >>> P, slope = typical(0, 0, 0, 1)             # no overlap: one half of a Gaussian
    >>> mp.nstr(mp.pi * P**2, 12)
    '2.0'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        arithmetic = arithmetic or Digits(digits)
        stability, lowest, delta, highest, kappa = _numbers(arithmetic, stability, lowest, delta, highest, kappa)
        root, width = arithmetic.sqrt(delta - lowest), arithmetic.sqrt(highest - delta)
        z, measure = _gaussian(arithmetic, root / width)
        return _average(stability, z * root, measure, kappa, width, arithmetic)


def one_step(stability, lowest, delta_0, delta_1, highest, m, kappa=0, arithmetic=None, digits=20):
    """(P, P′) of relu-2019 (E4) with (Δ₋₁, Δ₀, Δ₁, Δ₂) = (``lowest``, ``delta_0``, ``delta_1``, ``highest``),
    m ≥ 1 and Δ₀ < Δ₁.

    >>> one = one_step(0.5, 0, 0.3, 0.6, 1, m=1, arithmetic=Doubles)[0]     # one replica is a typical one
    >>> bool(abs(one - typical(0.5, 0, 0.3, 1)[0]) < 1e-13)
    True
    """
    with mp.workdps(digits + GUARD_DIGITS):
        arithmetic = arithmetic or Digits(digits)
        numbers = _numbers(arithmetic, stability, lowest, delta_0, delta_1, highest, kappa)
        stability, lowest, delta_0, delta_1, highest, kappa = numbers
        m = arithmetic.number(real("m", m, 1, closed=True))
        root, spread, width = (arithmetic.sqrt(d) for d in (delta_0 - lowest, delta_1 - delta_0, highest - delta_1))
        # after the average over z₁ the outer average sees no length below this one
        bend = 1 + 2 * arithmetic.sqrt(arithmetic.log(1 + m * (spread / width) ** 2))
        z0, outer = _gaussian(arithmetic, root / arithmetic.sqrt(width**2 + spread**2) * bend)
        # where patterns do not fit, z₁ is drawn out as far as it takes to fit them
        farthest = (abs(kappa) + root * z0[-1]) / spread
        z1, inner = _gaussian(arithmetic, spread / width, 1 + m * (spread / width) ** 2, farthest)
        total = [arithmetic.number(0)] * 2
        for field, weight in zip(z0 * root, outer):
            h = z1 * spread + field
            exponent = arithmetic.log_H((h - kappa) / -width) * m
            tilted = arithmetic.exp(exponent - z1 * z1 / 2 - np.max(exponent - z1 * z1 / 2))
            row = _average(stability, h, tilted / np.sum(tilted), kappa, width, arithmetic)
            total = [a + b * weight for a, b in zip(total, row)]
        return tuple(total)


def densest(stability, lowest, delta_1, push, highest, kappa=0, arithmetic=None, digits=20):
    """(P, P′) of relu-2019 (E5) with (Δ₋₁, Δ₁, δΔ₀, Δ₂) = (``lowest``, ``delta_1``, ``push``, ``highest``).

    >>> P, _ = densest(0.5, 0, 0.6, 1e-30, 1, arithmetic=Doubles)
    >>> bool(abs(P - typical(0.5, 0, 0.6, 1)[0]) < 1e-13)
    True
    """
    with mp.workdps(digits + GUARD_DIGITS):
        arithmetic = arithmetic or Digits(digits)
        numbers = _numbers(arithmetic, stability, lowest, delta_1, push, highest, kappa)
        stability, lowest, delta_1, push, highest, kappa = numbers
        root, spread, width = (arithmetic.sqrt(d) for d in (delta_1 - lowest, push, highest - delta_1))
        bend = 1 + 2 * arithmetic.sqrt(arithmetic.log(1 + push / width**2))
        z0, measure = _gaussian(arithmetic, root / width * bend)
        z1 = argmax(z0 * root, spread, width, kappa, arithmetic)
        return _average(stability, z0 * root + z1 * spread, measure, kappa, width, arithmetic)


def argmax(field, spread, width, kappa, arithmetic):
    """z₁* of relu-2019 (E6) for an array of fields √(Δ₁−Δ₋₁) z₀. The slope of the bracket decreases and is
    convex, so that Newton's method from z₁ = 0 comes up to its only root."""
    z1, smallest = field * 0, 10.0 ** (2 - arithmetic.digits)
    for _ in range(_STEPS_OF_NEWTON):
        c = (field + z1 * spread - kappa) / -width
        mills = arithmetic.inverse_mills(c)
        change = (mills * (spread / width) - z1) / (1 + mills * (mills - c) * (spread / width) ** 2)
        z1 = z1 + change
        if np.max(np.abs(change) / (1 + np.abs(z1))) < smallest:
            return z1
    raise ArithmeticError("The inner maximum was not found.")


def _average(stability, h, measure, kappa, width, arithmetic):
    """Sums of G(x)/(w H(c)) and of its derivative over the local means h."""
    x, c = (h - stability) / -width, (h - kappa) / -width
    terms = measure * arithmetic.exp(-x * x / 2 - arithmetic.log_H(c)) / (width * arithmetic.sqrt(2 * arithmetic.number(mp.pi)))
    return np.sum(terms), -np.sum(terms * x) / width


def _gaussian(arithmetic, steepness, growth=1, farthest=0):
    """Nodes z and weights of Dz for functions of H(· − ``steepness`` z); z reaches ``farthest`` beyond the usual end."""
    digits = arithmetic.digits + GUARD_DIGITS
    strip = STRIP_OF_LOG_H / steepness if steepness > 0 else mp.inf
    spacing, end = step(digits, strip, max(growth, 1 + steepness**2)), cutoff(digits)
    nodes = range(-int(end / spacing), int((end + farthest) / spacing) + 1)
    z = arithmetic.array([k * spacing for k in nodes])
    return z, arithmetic.density(z) * arithmetic.number(spacing)


def _numbers(arithmetic, *values):
    return [arithmetic.number(real("each parameter", value)) for value in values]
