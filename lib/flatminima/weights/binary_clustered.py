r"""Entropic term of binary weights that fall into clusters: relu-2019 (B5) at the stationary point of its hats.

A weight feels the field g = √q̂₀ u, shared by all clusters, and the field √Δ̂ v of its own cluster,
Δ̂ = q̂₁ − q̂₀. ⟨·⟩ is the average over v with the weight [2cosh(g + √Δ̂ v)]^m, and with T = tanh,

    c_m(g) = (1/m) ln ∫Dv [2cosh(g + √Δ̂ v)]^m,    1 − q₁ = E⟨cosh⁻²⟩,    q₁ − q₀ = E[⟨T²⟩ − ⟨T⟩²],

each an average of its own. The weight of v has two peaks, near ±m√Δ̂. Moving v to the higher of the
two takes the largest part out of c_m, and out of its Legendre terms:

    e^{m s_m} = ∫Dz (1 + e^{−2a})^m,   a = |g| + mΔ̂ + √Δ̂ z,   c_m = |g| + mΔ̂/2 + s_m.
"""

import math

import numpy as np
from numba import njit

from flatminima import saddle
from flatminima.gaussian.grading import graded_trapezoid

_TAIL = 8.5  # standard deviations kept of a cluster's field
_CUTOFF = 9.5  # and of the field shared by all
_SMOOTH = 1.3  # √Δ̂ below which equal steps are good nodes for tanh
_ROOT_2_PI = math.sqrt(2.0 * math.pi)


@njit(error_model="numpy", cache=True)
def _nodes(far, spread, m, step):
    """Nodes z and weights for one g: the second peak, never above the first, is at z = −2m√Δ̂."""
    low, slow = -_TAIL - 2.0 * m * spread, max(spread, 1e-3)
    if spread > _SMOOTH:
        return graded_trapezoid(
            np.full(1, -(far + m * spread * spread) / slow), np.full(1, 1.0 / slow), low, _TAIL, step
        )
    # Gaussian of curvature 1, zeros of cosh at Im z = π/(2 spread): both errors below e⁻²⁵ at step 0.22
    dz = step * min(3.8, 1.8 / slow)
    z = low + dz * np.arange(int((_TAIL - low) / dz) + 1)
    return z, np.full(z.size, dz)


@njit(error_model="numpy", cache=True)
def tilted(g, spread, m, step):
    """s_m, ⟨ln 2cosh⟩ − c_m − mΔ̂/2, ⟨1 − T⟩, ⟨cosh⁻²⟩ and the variance of T, at √Δ̂ = `spread`.

    For g < 0, s_m is that of c_m = g + mΔ̂/2 + s_m.
    """
    centre = abs(g) + m * spread * spread
    z, weight = _nodes(abs(g), spread, m, step)
    rest, flat, softplus = np.empty(z.size), np.empty(z.size), np.empty(z.size)  # 1 − T, cosh⁻², ln(1 + e^{−2a})
    top = 0.0
    for k in range(z.size):
        a = centre + spread * z[k]
        decay = math.exp(-2.0 * abs(a))
        softplus[k] = math.log1p(decay) + (0.0 if a > 0.0 else -2.0 * a)
        rest[k] = 2.0 * (decay if a > 0.0 else 1.0) / (1.0 + decay)
        flat[k] = 4.0 * decay / (1.0 + decay) ** 2
        top = max(top, m * softplus[k] - 0.5 * z[k] * z[k])
    top = top if top > 1.0 else 0.0
    excess, total, mean_log, mean_rest, mean_flat = 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(z.size):
        tilt = m * softplus[k]
        measure = weight[k] / _ROOT_2_PI
        weight[k] = measure * math.exp(tilt - 0.5 * z[k] * z[k] - top)
        prior = measure * math.exp(-0.5 * z[k] * z[k])
        excess += prior * math.expm1(tilt) if tilt < 1.0 else weight[k] - prior
        total += weight[k]
        mean_log += weight[k] * (softplus[k] + spread * z[k])
        mean_rest += weight[k] * rest[k]
        mean_flat += weight[k] * flat[k]
    mean_rest /= total
    variance = 0.0
    for k in range(z.size):
        variance += weight[k] * (rest[k] - mean_rest) ** 2
    value = (math.log1p(excess) if top == 0.0 else top + math.log(total)) / m
    gain = mean_log / total - value
    if g < 0.0:
        value, mean_rest = value - 2.0 * g, 2.0 - mean_rest
    return value, gain, mean_rest, mean_flat / total, variance / total


@njit(error_model="numpy", cache=True)
def averages(q0_hat, step_hat, m, step):
    """E[|g| + s_m], E⟨ln 2cosh⟩ − E[c_m] − mΔ̂/2, 1 − q₁ and q₁ − q₀, at Δ̂ = `step_hat`.

    As functions of g all are even. They turn at g = 0: on the scale 1 of tanh; where the two peaks
    of a cluster's field compete, on the scale 1/m; on that of the cluster's field where it is wider.
    """
    root, spread = math.sqrt(q0_hat), math.sqrt(step_hat)
    scale = max(root, 1e-3)
    slow = max(1.0, min(spread, 1.0 / m)) / scale
    widths = np.array([slow, 1.0 / (m * scale)]) if m > 1.0 else np.full(1, slow)
    u, weight = graded_trapezoid(np.zeros(widths.size), widths, -1e-9, _CUTOFF, step)
    value, gain, flat, variance = 0.0, 0.0, 0.0, 0.0
    for i in range(u.size):
        g = root * abs(u[i])
        measure = (1.0 if i == 0 else 2.0) * weight[i] * math.exp(-0.5 * u[i] * u[i]) / _ROOT_2_PI
        s_m, gain_i, _, flat_i, variance_i = tilted(g, spread, m, step)
        value += measure * (g + s_m)
        gain += measure * gain_i
        flat += measure * flat_i
        variance += measure * variance_i
    return value, gain, flat, variance


def binary_clustered(q1, q0_hat, m, step):
    r"""q₁ − q₀, q̂₁ − q̂₀ and the entropic term of binary clusters of overlap q₁, at given q̂₀.

    $$ \mathcal G_S = -\frac{\hat q_1}2(1 - q_1) + \frac m2(q_0\hat q_0 - q_1\hat q_1)
       + \frac1m \int Du \ln \int Dv \left[2\cosh\!\left(\sqrt{\hat q_0}u + \sqrt{\hat q_1 - \hat q_0}v\right)\right]^m $$

    relu-2019 (B5), stationary in q̂₀ and q̂₁, any m > 0. q̂₁ − q̂₀ is the root of E⟨tanh²⟩ = q₁; where already
    q̂₁ = q̂₀ gives that overlap or a larger one, it is 0. `step` is that of the graded trapezoid.

    >>> step, step_hat, _ = binary_clustered(0.5, 0.0, 1.0, 0.125)   # no shared field: q₀ = 0
    >>> round(step, 12)
    0.5
    """
    complement = 1.0 - q1
    surplus = lambda x: math.log(averages(q0_hat, x, m, step)[2] / complement)
    step_hat = 0.0
    if surplus(0.0) > 0.0:
        low, high = 0.0, 1.0 / (1.0 + m)
        while surplus(high) > 0.0:
            low, high = high, 4.0 * high
        step_hat = saddle.critical(surplus, low, high)
    value, _, flat, variance = averages(q0_hat, step_hat, m, step)
    legendre = -0.5 * q0_hat * (complement + m * variance) - 0.5 * (1.0 - m) * step_hat * complement
    return variance, step_hat, legendre + value


def binary_clustered_slope(q1, q0_hat, overlap_step, step_hat, m, step):
    r"""∂𝒢_S/∂m of `binary_clustered`, at q₁ − q₀ = `overlap_step` and q̂₁ − q̂₀ = `step_hat`."""
    gain = averages(q0_hat, step_hat, m, step)[1]
    return 0.5 * (step_hat * (1.0 - q1) - overlap_step * q0_hat) + gain / m
