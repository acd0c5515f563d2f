r"""Entropic term of the Franz–Parisi entropy for binary weights: one weight of the neighbour.

With the reference's weight gauged to w̃ = 1, its shared field x is drawn from Dx ω(x),
ω = 1 + tanh(√q̂ x), and the neighbour's weight feels the field

    g = δ̂ + (t̂₀/√q̂) x + √(p̂ − t̂₀²/q̂) y,   δ̂ = t̂₁ − t̂₀.

Overlaps are averages E[·] over this measure (from unveiling-2021 (27a) and (35), relu-2019 (C7)):

    t₁ = E[tanh g],   p = E[tanh² g],   t₀ = E[tanh(√q̂ x) tanh g].

Returned are the combinations that stay accurate as d → 0, each an average of its own: 1 − t₁,
η = p − t₁² = E[(tanh g − t₁)²] and ζ = q t₁ − t₀ = −cov(tanh √q̂x, tanh g).
"""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.grading import graded_trapezoid
from flatminima.gaussian.tails import _exponential

_TAIL = 8.5
_SMOOTH = 1.3  # features wider than this need no grading beside the Gaussian measure's own


@njit(error_model="numpy", cache=True)
def planted_rows(q_hat, p_hat, t0_hat, delta_hat, step):
    """Nodes of the neighbour's field g and, for each, sums over the reference's shared field.

    Returns g − δ̂ (n,), weight (n,) of the Gaussian measure of g, and the conditional averages (n, 3)
    of ω, of cosh⁻²(√q̂ x) and of cosh⁻²(√q̂ x) tanh(√q̂ x).
    """
    root_p, root_q = math.sqrt(p_hat), math.sqrt(q_hat)
    rho = min(t0_hat / (root_p * root_q), 1.0)
    s = math.sqrt(max(p_hat - t0_hat * t0_hat / q_hat, 0.0)) / root_p
    # tanh g turns at g = 0; so does ω(x), averaged over x given y, at y = 0
    scale = max(root_p, 1e-3)
    centres = np.array([-delta_hat / scale, 0.0])
    widths = np.array([1.0 / scale, math.sqrt(s * s + 1.0 / q_hat) / max(rho, 1e-3)])
    needed = 2 if widths[1] < _SMOOTH else 1
    y, weight = graded_trapezoid(centres[:needed], widths[:needed], -_TAIL, _TAIL, step)
    # Gaussian of curvature 1, poles of tanh at √q̂ s Im z = π/2: both errors below e⁻²⁵ at step 0.22
    dz = step * min(3.8, 1.8 / max(root_q * s, 1e-3))
    half = int(_TAIL / dz)
    gaussian = np.empty(2 * half + 1)
    for k in range(-half, half + 1):
        gaussian[k + half] = dz / math.sqrt(2.0 * math.pi) * math.exp(-0.5 * (k * dz) ** 2)
    omega, flat, odd = np.empty_like(gaussian), np.empty_like(gaussian), np.empty_like(gaussian)
    deviation = np.empty(y.size)
    sums = np.zeros((y.size, 3))
    for i in range(y.size):
        deviation[i] = root_p * y[i]
        weight[i] *= math.exp(-0.5 * y[i] * y[i]) / math.sqrt(2.0 * math.pi)
        # two loops, because one that also sums cannot be turned into vector instructions
        for k in range(gaussian.size):
            field = root_q * (rho * y[i] + s * dz * (k - half))
            decay = _exponential(-2.0 * abs(field), 0.0)
            share = gaussian[k] / (1.0 + decay)
            magnetisation = (1.0 - decay) / (1.0 + decay)
            omega[k] = 2.0 * share * (1.0 if field > 0.0 else decay)
            flat[k] = 4.0 * decay * share / (1.0 + decay)
            odd[k] = flat[k] * (magnetisation if field > 0.0 else -magnetisation)
        omega_sum, flat_sum, odd_sum = 0.0, 0.0, 0.0
        for k in range(gaussian.size):
            omega_sum += omega[k]
            flat_sum += flat[k]
            odd_sum += odd[k]
        sums[i, 0], sums[i, 1], sums[i, 2] = omega_sum, flat_sum, odd_sum
    return deviation, weight, sums


@njit(error_model="numpy", cache=True)
def binary_overlaps(q, q_hat, p_hat, t0_hat, delta_hat, step):
    """The averages of unveiling-2021 (27a): E[ln(1 + e^{−2g})], 1 − t₁, η, ζ, their Jacobian, and E[cosh⁻⁴ g].

    The Jacobian (3, 3) is of (ln(1 − t₁), η, ζ) with respect to (p̂, t̂₀, δ̂).
    """
    deviation, weight, sums = planted_rows(q_hat, p_hat, t0_hat, delta_hat, step)
    centre = math.tanh(delta_hat)
    centre_complement = 2.0 / (1.0 + math.exp(2.0 * delta_hat))
    n = deviation.size
    tau, flat = np.empty(n), np.empty(n)  # tanh g − t₁, cosh⁻² g
    potential, complement, shift, replicon = 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        g = delta_hat + deviation[i]
        decay = math.exp(-2.0 * abs(g))
        softplus = math.log1p(decay) + (0.0 if g > 0.0 else -2.0 * g)
        one_minus_tanh = 2.0 * (decay if g > 0.0 else 1.0) / (1.0 + decay)
        flat[i] = 4.0 * decay / (1.0 + decay) ** 2
        # tanh g − tanh δ̂ = tanh(g − δ̂) (1 − tanh g tanh δ̂), with no difference of near-equals
        tau[i] = math.tanh(deviation[i]) * (one_minus_tanh + (1.0 - one_minus_tanh) * centre_complement)
        w0 = weight[i] * sums[i, 0]
        potential += w0 * softplus
        complement += w0 * one_minus_tanh
        shift += w0 * tau[i]
        replicon += w0 * flat[i] * flat[i]
    t1 = centre + shift
    eta, zeta = 0.0, 0.0
    jacobian = np.zeros((3, 3))
    for i in range(n):
        tau[i] -= shift
        tanh = t1 + tau[i]
        w0, w1, w2 = weight[i] * sums[i, 0], weight[i] * sums[i, 1], weight[i] * sums[i, 2]
        # ψ − qω with ψ = ω tanh(√q̂ x) = ω − cosh⁻²(√q̂ x), and its derivative over √q̂
        tilt, tilt_slope = (1.0 - q) * w0 - w1, w1 * (1.0 - q) + 2.0 * w2
        eta += w0 * tau[i] * tau[i]
        zeta -= tilt * tau[i]
        first, second = flat[i], -2.0 * tanh * flat[i]  # derivatives of tanh
        jacobian[0, 0] += 0.5 * w0 * second
        jacobian[0, 1] += w1 * first
        jacobian[0, 2] += w0 * first
        jacobian[1, 0] += w0 * (first * first + tau[i] * second)
        jacobian[1, 1] += 2.0 * w1 * first * tau[i]
        jacobian[1, 2] += 2.0 * w0 * first * tau[i]
        jacobian[2, 0] -= 0.5 * tilt * second
        jacobian[2, 1] -= tilt_slope * first
        jacobian[2, 2] -= tilt * first
    for j in range(3):
        jacobian[0, j] /= -complement
    return potential, complement, eta, zeta, jacobian, replicon
