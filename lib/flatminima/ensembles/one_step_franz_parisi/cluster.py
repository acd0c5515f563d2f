r"""What a cluster of neighbours adds: averages over its own field z, seen by one pattern and by one weight.

At one step of replica-symmetry breaking the neighbours of a cluster share, on top of the fields h
and g of `franz_parisi`, a Gaussian field of their own (unveiling-2021 (31), inner integrals):

    ℓ_m(h) = (1/m) ln ∫Dz H^m((κ − h − √(p₁−p₀) z)/√(1−p₁)),
    c_m(g) = (1/m) ln ∫Dz [2cosh(g + √(p̂₁−p̂₀) z)]^m.

⟨·⟩_m is the average over z with the integrand as weight. The planted averages over h and g are the
replica-symmetric ones: E[·] of `energetic` and of `binary_planted`, with p → p₀ and p̂ → p̂₀.
"""

import math

import numpy as np
from numba import njit

from flatminima.ensembles.franz_parisi import energetic
from flatminima.ensembles.franz_parisi.constraint import wall
from flatminima.gaussian.grading import graded_trapezoid
from flatminima.gaussian.tails import _tail_scalar
from flatminima.weights import binary_planted
from flatminima.weights.binary_clustered import tilted

_TAIL = 8.5  # standard deviations kept of the cluster's field
_ROOT_2_PI = math.sqrt(2.0 * math.pi)
_energetic_rows, _entropic_rows = energetic.planted_rows, binary_planted.planted_rows


@njit(error_model="numpy", cache=True)
def _pattern(h, spread, width, margin, m, step):
    """ℓ_m, ⟨ℓ⟩ − ℓ_m, ⟨ℓ′⟩ and the variance of ℓ′: ℓ(u) = ln H((κ − u)/width) at u = h + spread z.

    The weight exp(−z²/2) H^m falls on both sides of its maximum at least like a Gaussian of unit
    variance, because ln H is concave; the maximum lies within 1 of that of the quadratic ℓ ≈ −c²/2.
    """
    ratio, c0 = spread / width, (margin - h) / width
    peak = m * ratio * max(c0, 0.0) / (1.0 + m * ratio * ratio)
    slow = max(ratio, 1e-3)  # below it ℓ hardly varies, and its step is far away
    low, high = peak - _TAIL - 1.0, peak + _TAIL + 1.0
    z, weight = graded_trapezoid(np.full(1, c0 / slow), np.full(1, 1.0 / slow), low, high, step)
    top = m * _tail_scalar(c0 - ratio * peak)[1] - 0.5 * peak * peak
    log_h, mills = np.empty(z.size), np.empty(z.size)
    total, mean_log, mean = 0.0, 0.0, 0.0
    for k in range(z.size):
        _, log_h[k], mills[k] = _tail_scalar(c0 - ratio * z[k])
        weight[k] *= math.exp(m * log_h[k] - 0.5 * z[k] * z[k] - top)
        total += weight[k]
        mean_log += weight[k] * log_h[k]
        mean += weight[k] * mills[k]
    mean /= total
    variance = 0.0
    for k in range(z.size):
        variance += weight[k] * (mills[k] - mean) ** 2
    value = (top + math.log(total / _ROOT_2_PI)) / m
    return value, mean_log / total - value, mean / width, variance / (total * width * width)


@njit(error_model="numpy", cache=True)
def energetic_averages(Q, P0, T1, T0, eta, zeta, gamma, spread, width, margin_reference, margin, m, step):
    """E[ℓ_m], E[⟨ℓ⟩ − ℓ_m], E[⟨ℓ′⟩²], E[A⟨ℓ′⟩]/√(1−Q), ∂E[ℓ_m]/∂T₁ and E[⟨ℓ′²⟩ − ⟨ℓ′⟩²].

    `spread` = √(P₁−P₀) and `width` = √(1−P₁). ℓ_m(h) changes on the scale √(1−P₀) as ln H does.
    """
    total_width = spread * spread + width * width
    constraint = wall(margin_reference)
    h, weight, sums = _energetic_rows(Q, 1.0 - Q, P0, T1, T0, eta, zeta, gamma, total_width, constraint, margin, step)
    result = np.zeros(6)
    for i in range(h.size):
        value, gain, slope, variance = _pattern(h[i], spread, width, margin, m, step)
        w0, w1, w2 = weight[i] * sums[i, 0], weight[i] * sums[i, 1], weight[i] * sums[i, 2]
        result[0] += w0 * value
        result[1] += w0 * gain
        result[2] += w0 * slope * slope
        result[3] += w1 * slope
        result[4] += w2 * slope
        result[5] += w0 * variance
    return result


@njit(error_model="numpy", cache=True)
def binary_averages(q, q_hat, p0_hat, t0_hat, delta_hat, spread, m, step):
    """E[s_m] (see `tilted`), E[⟨ln 2cosh⟩ − c_m], 1 − t₁, η = p₀ − t₁², ζ = q t₁ − t₀, p₁ − p₀ and 1 − p₁, weighed by ω.

    `spread` = √(p̂₁−p̂₀).
    """
    deviation, weight, sums = _entropic_rows(q_hat, p0_hat, t0_hat, delta_hat, step)
    n = deviation.size
    rest = np.empty(n)
    result = np.zeros(7)
    for i in range(n):
        value, gain, rest[i], flat, variance = tilted(delta_hat + deviation[i], spread, m, step)
        w0 = weight[i] * sums[i, 0]
        result[0] += w0 * value
        result[1] += w0 * (gain + 0.5 * m * spread * spread)
        result[2] += w0 * rest[i]
        result[5] += w0 * variance
        result[6] += w0 * flat
    for i in range(n):
        tau = result[2] - rest[i]  # ⟨T⟩ − t₁
        w0, w1 = weight[i] * sums[i, 0], weight[i] * sums[i, 1]
        result[3] += w0 * tau * tau
        result[4] -= ((1.0 - q) * w0 - w1) * tau
    return result
