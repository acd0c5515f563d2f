r"""Energetic term of the Franz–Parisi entropy: one pattern seen by the reference and by its neighbour.

Three jointly Gaussian fields meet in a pattern: the reference's field v, the part x of it that all
typical references share, and the mean field h of the neighbours,

    var v = var x = 1, cov(v, x) = √Q, var h = P, cov(v, h) = T₁, cov(x, h) = T₀/√Q.

The *planted average* E[·] weighs (x, v, h) by Θ(v − κ̃) / H(a), a = (κ̃ − √Q x)/√(1−Q): the reference
satisfies its margin. Everything is an average of the neighbour's log-probability ℓ(h) and its
derivatives (unveiling-2021 (27b), with the constrained field outside and the reference's inside):

    G_E = E[ℓ],   P̂ = E[ℓ′²],   T̂₀ = E[A(a) ℓ′]/√(1−Q),   ∂G_E/∂T₁ = E[δ(v − κ̃) ℓ′].

For fixed h the field x = T₀h/(√Q P) + s z is Gaussian, and v, integrated out, leaves H(b), b linear
in h and z. The sums over z of H(b)/H(a) times {1, A(a), A(b), 2A(a)² − aA(a)} serve all of it.

Near d = 0 neighbours nearly fix the reference and every residual variance is a small difference.
They are therefore built from

    η = P − T₁²,   ζ = Q T₁ − T₀,   γ = P − T₀²/Q,   var(v | x, h) = [(1−Q) η − ζ²/Q] / γ,

which the entropic side supplies as averages of squares and never as differences.
"""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.grading import graded_trapezoid
from flatminima.gaussian.tails import _exponential, _split_tail, _tail_scalar

_TAIL = 8.5  # standard deviations kept of every Gaussian factor
_SMOOTH = 1.3  # features wider than this need no grading beside the Gaussian measure's own
_STEEPEST = 500.0  # slope of b(z), some 20 times that of any state; the work grows with it
_NEGLIGIBLE = -38.0  # log of a density that no longer counts: 3e-17


@njit(error_model="numpy", cache=True)
def planted_rows(Q, one_minus_Q, P, T1, T0, eta, zeta, gamma, one_minus_P, margin_reference, margin, step):
    """Nodes of the constrained field h and, for each, the four sums over the reference's field.

    Returns h (n,), weight (n,) of ∫dh including its prior density, and sums (n, 4). The conditional
    weight is H(b)/H(a) under z ~ N(0, 1); sums[:, 0] is its integral.
    """
    root_Q, root_one_minus_Q, root_P = math.sqrt(Q), math.sqrt(one_minus_Q), math.sqrt(P)
    s = math.sqrt(gamma / P)
    mean_x = T0 / (root_Q * P)
    residual = math.sqrt(max((one_minus_Q * eta - zeta * zeta / Q) / gamma, 1e-300))
    slope_v, spread_v = T1 / P, (eta * Q + T1 * zeta) / (P * root_Q * s)
    # a = (κ̃ − √Q x)/√(1−Q) and b = (κ̃ − E[v|x,h])/residual are linear in (h, z)
    a0, ah, az = margin_reference / root_one_minus_Q, -root_Q * mean_x / root_one_minus_Q, -root_Q * s / root_one_minus_Q
    b0, bh, bz = margin_reference / residual, -slope_v / residual, -spread_v / residual

    low, high = _range_of_h(Q, one_minus_Q, T1, eta, zeta, one_minus_P, margin_reference, margin)
    # ℓ turns at h = κ; the step of H(b), averaged over z, at b = 0; that of 1/H(a) at a = 0. An
    # overlap T → 0 moves its step to infinity and makes it as wide.
    per_T1, per_T0 = 1.0 / max(abs(T1), 1e-3), 1.0 / max(abs(T0), 1e-3)
    sign = math.copysign(1.0, T1)
    centres = np.array([margin, sign * margin_reference * P * per_T1, margin_reference * P * per_T0]) / root_P
    widths = np.array([
        math.sqrt(one_minus_P), math.sqrt(eta * P) * per_T1, math.sqrt(Q * s * s + one_minus_Q) * P * per_T0
    ]) / root_P  # fmt: skip
    needed = 3 if widths[2] < _SMOOTH else 2
    y, weight = graded_trapezoid(centres[:needed], widths[:needed], low / root_P, high / root_P, step)
    if abs(bz) > _STEEPEST:  # a trial of Newton's method far from any saddle point: no nodes, no sums
        return np.empty(0), np.empty(0), np.empty((0, 4))
    # Gaussian of curvature 1 + bz², poles of 1/H(a) at Im a = 2.8: both errors e⁻²⁵ at step 0.22
    dz = step * min(3.8 / math.sqrt(1.0 + bz * bz), 3.2 / abs(az))

    room = int(2.0 * _TAIL / (s * dz)) + 2
    density, mills_a, mills_b, second = np.empty(room), np.empty(room), np.empty(room), np.empty(room)
    h = np.empty(y.size)
    sums = np.zeros((y.size, 4))
    for i in range(y.size):
        h[i] = root_P * y[i]
        a_row, b_row = a0 + ah * h[i], b0 + bh * h[i]
        log_prior = -0.5 * y[i] * y[i]
        first, last = _window(a_row, az, b_row, bz, log_prior, (-_TAIL - mean_x * h[i]) / s, (_TAIL - mean_x * h[i]) / s)
        start, count = math.ceil(first / dz), 0
        if first < last:
            count = min(math.floor(last / dz) - start + 1, room)
        # two loops, because one that also sums cannot be turned into vector instructions
        for k in range(count):
            z = (start + k) * dz
            a, b = a_row + az * z, b_row + bz * z
            tail_a, mills = _split_tail(a)
            tail_b, mills_b[k] = _split_tail(b)
            a_plus, b_plus = max(a, 0.0), max(b, 0.0)
            exponent = log_prior - 0.5 * (z * z + b_plus * b_plus - a_plus * a_plus)
            density[k] = _exponential(exponent, 0.0) * tail_b / tail_a
            mills_a[k] = mills
            second[k] = mills * (2.0 * mills - a)
        sum0, sum1, sum2, sum3 = 0.0, 0.0, 0.0, 0.0
        for k in range(count):
            sum0 += density[k]
            sum1 += density[k] * mills_a[k]
            sum2 += density[k] * mills_b[k]
            sum3 += density[k] * second[k]
        sums[i, 0], sums[i, 1], sums[i, 2], sums[i, 3] = sum0, sum1, sum2 / residual, sum3
        weight[i] *= dz / (2.0 * math.pi)
    return h, weight, sums


@njit(error_model="numpy", cache=True)
def _range_of_h(Q, one_minus_Q, T1, eta, zeta, one_minus_P, margin_reference, margin):
    """Where the planted measure of h lives and ℓ(h) matters.

    The measure: h = T₁v + c (x − √Q v) + noise of variance below η, with x ~ N(0, 1) and v > κ̃. The
    function: beyond κ it falls like exp(−(h − κ)²/2(1−P)); what counts is the fall since h = T₁κ̃.
    """
    c = abs(zeta) / (math.sqrt(Q) * one_minus_Q)
    v_low = max(margin_reference, -_TAIL)
    v_high = max(margin_reference, 0.0) + _TAIL
    noise = _TAIL * math.sqrt(eta) + c * (_TAIL + max(abs(v_low), abs(v_high)))
    gap = max(T1 * margin_reference - margin, 0.0)
    low = min(T1 * v_low, T1 * v_high) - noise
    high = max(T1 * v_low, T1 * v_high) + noise
    return low, max(low, min(high, margin + math.sqrt(gap * gap + _TAIL * _TAIL * one_minus_P)))


@njit(error_model="numpy", cache=True)
def _window(a_row, az, b_row, bz, log_prior, low, high):
    """The part of [low, high] (|x| < 9) where the density of z counts.

    Its leading exponent, −(z² + b₊² − a₊²)/2, is quadratic between the zeros of a and b; each
    piece is cut where it falls below the negligible level.
    """
    zero_a, zero_b = -a_row / az, (-b_row / bz if bz != 0.0 else low)
    edges = (low, min(max(min(zero_a, zero_b), low), high), min(max(max(zero_a, zero_b), low), high), high)
    first, last = math.inf, -math.inf
    for piece in range(3):
        left, right = edges[piece], edges[piece + 1]
        if left >= right:
            continue
        middle = 0.5 * (left + right)
        a_on = 1.0 if a_row + az * middle > 0.0 else 0.0
        b_on = 1.0 if b_row + bz * middle > 0.0 else 0.0
        c2 = -0.5 * (1.0 + b_on * bz * bz - a_on * az * az)
        c1 = a_on * a_row * az - b_on * b_row * bz
        c0 = log_prior + 0.5 * (a_on * a_row * a_row - b_on * b_row * b_row) - _NEGLIGIBLE
        if c2 < 0.0:
            discriminant = c1 * c1 - 4.0 * c2 * c0
            if discriminant <= 0.0:
                continue
            half_width = -0.5 * math.sqrt(discriminant) / c2
            left, right = max(left, -0.5 * c1 / c2 - half_width), min(right, -0.5 * c1 / c2 + half_width)
        if left < right:
            first, last = min(first, left), max(last, right)
    return first, last


@njit(error_model="numpy", cache=True)
def energetic(Q, one_minus_Q, P, T1, T0, eta, zeta, gamma, one_minus_P, margin_reference, margin, step):
    """G_E, its gradient in the form (P̂, T̂₀, ∂G_E/∂T₁), their derivatives, and E[ℓ″²].

    The derivatives follow from Price's theorem and the heat equation ∂_Pℓ = −(ℓ″ + ℓ′²)/2:

        ∂P̂/∂P = E[ℓ″² − 2ℓ′²ℓ″],  ∂P̂/∂T₀ = 2 ∂T̂₀/∂P = −2E[A ℓ′ℓ″]/√(1−Q),
        ∂T̂₀/∂T₀ = −E[(2A² − aA) ℓ″]/(1−Q).
    """
    h, weight, sums = planted_rows(Q, one_minus_Q, P, T1, T0, eta, zeta, gamma, one_minus_P, margin_reference, margin, step)
    width = math.sqrt(one_minus_P)
    value, p_hat, t0_hat, t1_slope, pp, pt, tt, replicon = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(h.size):
        c = (margin - h[i]) / width
        _, log_h, mills = _tail_scalar(c)
        l1 = mills / width
        l2 = -mills * (mills - c) / one_minus_P
        w0, w1, w2, w3 = weight[i] * sums[i, 0], weight[i] * sums[i, 1], weight[i] * sums[i, 2], weight[i] * sums[i, 3]
        value += w0 * log_h
        p_hat += w0 * l1 * l1
        t0_hat += w1 * l1
        t1_slope += w2 * l1
        pp += w0 * l2 * (l2 - 2.0 * l1 * l1)
        pt -= w1 * l1 * l2
        tt -= w3 * l2
        replicon += w0 * l2 * l2
    root = math.sqrt(one_minus_Q)
    return value, p_hat, t0_hat / root, t1_slope, pp, 2.0 * pt / root, tt / one_minus_Q, replicon
