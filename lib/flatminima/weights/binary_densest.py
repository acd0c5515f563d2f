r"""Entropic term of y → ∞ real replicas for binary weights, over the fields at which the maxima are reached.

relu-2019 (D1) contains, at every u, max_v [−v²/2 + ln 2cosh(√q̂₁ u + √δq̂₀ v)]. The maximiser gives the
field g = √q̂₁ u + δq̂₀ T with T = tanh g, so that u = (g − δq̂₀ T)/√q̂₁ is explicit and increasing in g.
For δq̂₀ > 1 the maximiser jumps from −g₀ to g₀ at u = 0, with g₀ = δq̂₀ tanh g₀, and the g in between
are never reached. The stationarity equations are

    ⟨T²⟩ = q₁,    δq₀ = ⟨u T⟩/√q̂₁ − (1 − q₁).

At their solution the term is ⟨s(T)⟩ + q̂₁(1 − q₁ + δq₀)/2, where s(T) is the entropy of a spin of
magnetisation T. Without patterns T = √q₁ throughout. What the patterns add is therefore

    q̂₁(1 − q₁ + δq₀)/2 + ⟨s(T) − s(√q₁) − s′(T² − q₁)⟩,    s′ = ds/d(T²) at √q₁,

two terms that are accurate however small they are.
"""

import math

import numpy as np
from numba import njit

from flatminima import saddle

PANELS = 6  # of 16 nodes each: rounding alone is left
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_REACH = 9.0  # standard deviations of u


def binary_densest(complement, q1_hat, panels=PANELS):
    r"""Order parameters and entropic term of y → ∞ binary replicas at 1 − q₁ = `complement`, in units of their free value.

    Returns (δq₀, δq̂₀, 𝒢_S(q̂₁) − 𝒢_S(0)), with 𝒢_S of relu-2019 (D1), at its stationary point in δq̂₀ and q̂₁.
    `q1_hat` > 0, up to the q̂ of typical solutions at q₁, where δq₀ = 0.

    >>> delta_q0, delta_hat, _ = binary_densest(0.19, 1e-12)  # δq̂₀ → artanh(√q₁)/√q₁, δq₀ → √(2q₁/πq̂₁)
    >>> print(f"{delta_hat:.6f} {delta_q0 * 1e-6 / math.sqrt(1.62 / math.pi):.6f}")
    1.635799 1.000000
    """
    free = _free_field(complement)
    surplus = lambda delta_hat: math.log(densest_averages(q1_hat, delta_hat, complement, panels)[1] / complement)
    delta_hat = saddle.critical(surplus, 0.0, free * (1.0 + 1e-9)) if surplus(0.0) > 0.0 else 0.0
    excess, _, response = densest_averages(q1_hat, delta_hat, complement, panels)
    if q1_hat < (1e-16 * complement) ** 2:  # it is of order q̂₁, the term beside it of order √q̂₁
        excess = 0.0
    return max(response - complement, 0.0), delta_hat, excess + 0.5 * q1_hat * response


@njit(error_model="numpy", cache=True)
def _free_field(complement):
    """δq̂₀ = artanh(√q₁)/√q₁ at q̂₁ = 0, which is also −2s′."""
    root = math.sqrt(1.0 - complement)
    return (math.log1p(root) - 0.5 * math.log(complement)) / root


@njit(error_model="numpy", cache=True)
def _entropy_ratio(r):
    """(1 + r) ln(1 + r) − r, by its series where it is small."""
    if r <= -1.0:
        return 1.0
    if abs(r) > 0.01:
        return (1.0 + r) * math.log1p(r) - r
    total, power = 0.0, r * r
    for k in range(2, 10):
        total += power / (k * (k - 1))
        power *= -r
    return total


@njit(error_model="numpy", cache=True)
def densest_averages(q1_hat, delta_hat, complement, panels):
    """(⟨s(T) − s(√q₁) − s′(T² − q₁)⟩, 1 − ⟨T²⟩, ⟨u T⟩/√q̂₁): twice the half-line g = g₀ + e, e = sinh t ≥ 0."""
    root = math.sqrt(q1_hat)
    jump = delta_hat if delta_hat > 1.0 else 0.0
    for _ in range(60):  # g − δq̂₀ tanh g is convex: Newton's method from above stays above
        tanh = math.tanh(jump)
        if delta_hat > 1.0:
            jump -= (jump - delta_hat * tanh) / (1.0 - delta_hat * (1.0 - tanh * tanh))
    at_jump = math.tanh(jump)
    gap = 4.0 * math.exp(-2.0 * jump) / (1.0 + math.exp(-2.0 * jump)) ** 2  # 1 − tanh² g₀
    end = _REACH * root + delta_hat * (1.0 - at_jump)
    for _ in range(60):
        shift = end - delta_hat * math.tanh(end) * gap / (1.0 + at_jump * math.tanh(end))
        end -= (shift - _REACH * root) / (1.0 - delta_hat / math.cosh(jump + end) ** 2)
    centre = math.sqrt(1.0 - complement)
    below = complement / (1.0 + centre)  # 1 − √q₁
    pull = _free_field(complement)  # −2s′
    half = 0.5 * math.asinh(end) / panels
    excess, flat, response = 0.0, 0.0, 0.0
    for panel in range(panels):
        for i in range(_NODES.size):
            t = half * (2 * panel + 1 + _NODES[i])
            e = math.sinh(t)
            step = math.tanh(e)
            decay = math.exp(-2.0 * (jump + e))
            one_minus_tanh = 2.0 * decay / (1.0 + decay)
            sech_squared = one_minus_tanh * (2.0 - one_minus_tanh)
            # u without cancellation: tanh(g₀ + e) − tanh g₀ by the addition theorem
            u = (e - delta_hat * step * gap / (1.0 + at_jump * step)) / root
            measure = 2.0 * half * _WEIGHTS[i] * math.cosh(t) * (1.0 - delta_hat * sech_squared) / root
            measure *= math.exp(-0.5 * u * u) / math.sqrt(2.0 * math.pi)
            off = below - one_minus_tanh  # T − √q₁
            relative = 0.5 * (1.0 + centre) * _entropy_ratio(off / (1.0 + centre))
            relative += 0.5 * below * _entropy_ratio(-off / below)
            excess += measure * (0.5 * pull * off * off - relative)
            flat += measure * sech_squared
            response += measure * u * (1.0 - one_minus_tanh) / root
    return excess, flat, response
