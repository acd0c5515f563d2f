r"""Energetic term of the Franz–Parisi entropy: one pattern seen by the reference and by its neighbour.

Three jointly Gaussian fields meet in a pattern: the reference's field v, the part x of it that all
typical references share, and the mean field h of the neighbours,

    var v = var x = 1, cov(v, x) = √Q, var h = P, cov(v, h) = T₁, cov(x, h) = T₀/√Q.

The *planted average* E[·] weighs (x, v, h) by w(v) / W_a, where w is what the pattern demands of the
reference (`constraint`) and W_a = W(√Q x, √(1−Q)) its average given x. Everything is an average of the
neighbour's log-probability ℓ(h) and its derivatives (unveiling-2021 (27b) and (36), relu-2019 (C8), for a
margin, w(v) = Θ(v − κ̃), with the constrained field outside and the reference's inside):

    G_E = E[ℓ],   P̂ = E[ℓ′²],   T̂₀ = E[L_a′ ℓ′],   ∂G_E/∂T₁ = E[(w′/w)(v) ℓ′],   L = ln W.

For fixed h the field x = T₀h/(√Q P) + s z is Gaussian, and v, integrated out, leaves W_b = W(E[v|x,h], σ(v|x,h)).
The sums over z of W_b/W_a times {1, L_a′, L_b′, L_a′² − L_a″} serve all of it.

Near d = 0 neighbours nearly fix the reference and every residual variance is a small difference.
They are therefore built from

    η = P − T₁²,   ζ = Q T₁ − T₀,   γ = P − T₀²/Q,   var(v | x, h) = [(1−Q) η − ζ²/Q] / γ,

which the entropic side supplies as averages of squares and never as differences; γ is that of unveiling-2021 (gamma) and
(Gamma, committees).
"""

import math

import numpy as np
from numba import njit
from numba.extending import overload

from flatminima.ensembles.franz_parisi import rows
from flatminima.ensembles.franz_parisi.constraint import TAIL, Wall
from flatminima.gaussian.grading import graded_trapezoid
from flatminima.gaussian.tails import _tail_scalar

_SMOOTH = 1.3  # features wider than this need no grading beside the Gaussian measure's own
_STEEPEST = 500.0  # slope of b(z), some 20 times that of any state; the work grows with it


def _window(constraint, row, low, high):
    """The part of [low, high] (|x| < 9) where the density of z counts: see `rows`."""


def _fill_row(constraint, row, start, count, dz, density, first_a, first_b, second):
    """W_b/W_a times the density of z and of the row, L_a′, L_b′ and L_a′² − L_a″ at z = (start + k) dz: see `rows`."""


@overload(_window)
def _compiled_window(constraint, row, low, high):
    return rows.wall_window if constraint.instance_class is Wall else rows.soft_window


@overload(_fill_row)
def _compiled_fill_row(constraint, row, start, count, dz, density, first_a, first_b, second):
    return rows.fill_wall if constraint.instance_class is Wall else rows.fill_soft


@njit(error_model="numpy", cache=True)
def planted_rows(Q, one_minus_Q, P, T1, T0, eta, zeta, gamma, one_minus_P, constraint, margin, step):
    """Nodes of the constrained field h and, for each, the four sums over the reference's field.

    `constraint` is a `Wall` or a `SoftWall`. Returns h (n,), weight (n,) of ∫dh including its prior density, and
    sums (n, 4). The conditional weight is W_b/W_a under z ~ N(0, 1); sums[:, 0] is its integral.
    """
    root_Q, root_one_minus_Q, root_P = math.sqrt(Q), math.sqrt(one_minus_Q), math.sqrt(P)
    s = math.sqrt(gamma / P)
    mean_x = T0 / (root_Q * P)
    residual = math.sqrt(max((one_minus_Q * eta - zeta * zeta / Q) / gamma, 1e-300))
    slope_v, spread_v = T1 / P, (eta * Q + T1 * zeta) / (P * root_Q * s)
    # the fields μ_a = √Q x and μ_b = E[v|x,h] that ln W_a and ln W_b see are linear in (h, z)
    ah, az, bh, bz = root_Q * mean_x, root_Q * s, slope_v, spread_v
    # how narrowly ln W_a and ln W_b bend: as the wall does, or as a Gaussian average of the weight
    width_a = math.sqrt(one_minus_Q + constraint.width * constraint.width)
    width_b = math.sqrt(residual * residual + constraint.width * constraint.width)

    low, high = _range_of_h(Q, one_minus_Q, T1, eta, zeta, one_minus_P, constraint, margin)
    # ℓ turns at h = κ; W_b, averaged over z, where E[v|h] is at the turn of w; 1/W_a where E[√Q x|h] is. An
    # overlap T → 0 moves its step to infinity and makes it as wide.
    per_T1, per_T0 = 1.0 / max(abs(T1), 1e-3), 1.0 / max(abs(T0), 1e-3)
    sign = math.copysign(1.0, T1)
    centres = np.array([margin, sign * constraint.turn * P * per_T1, constraint.turn * P * per_T0]) / root_P
    widths = np.array([
        math.sqrt(one_minus_P), math.hypot(width_b, spread_v) * P * per_T1, math.hypot(width_a, az) * P * per_T0
    ]) / root_P  # fmt: skip
    needed = 3 if widths[2] < _SMOOTH else 2
    y, weight = graded_trapezoid(centres[:needed], widths[:needed], low / root_P, high / root_P, step)
    if abs(bz) > _STEEPEST * width_b:  # a trial of Newton's method far from any saddle point: no nodes, no sums
        return np.empty(0), np.empty(0), np.empty((0, 4))
    # Gaussian of curvature 1 + (bz/width)², poles of 1/H(a) at Im a = 2.8: both errors e⁻²⁵ at step 0.22
    dz = step * min(3.8 / math.hypot(1.0, bz / width_b), 3.2 * width_a / az)

    room = int(2.0 * TAIL / (s * dz)) + 2
    density, first_a, first_b, second = np.empty(room), np.empty(room), np.empty(room), np.empty(room)
    h = np.empty(y.size)
    sums = np.zeros((y.size, 4))
    for i in range(y.size):
        h[i] = root_P * y[i]
        row = ah * h[i], az, root_one_minus_Q, bh * h[i], bz, residual, -0.5 * y[i] * y[i]
        first, last = _window(constraint, row, (-TAIL - mean_x * h[i]) / s, (TAIL - mean_x * h[i]) / s)
        start, count = math.ceil(first / dz), 0
        if first < last:
            count = min(math.floor(last / dz) - start + 1, room)
        # two loops, because one that also sums cannot be turned into vector instructions
        _fill_row(constraint, row, start, count, dz, density, first_a, first_b, second)
        sum0, sum1, sum2, sum3 = 0.0, 0.0, 0.0, 0.0
        for k in range(count):
            sum0 += density[k]
            sum1 += density[k] * first_a[k]
            sum2 += density[k] * first_b[k]
            sum3 += density[k] * second[k]
        sums[i, 0], sums[i, 1], sums[i, 2], sums[i, 3] = sum0, sum1, sum2, sum3
        weight[i] *= dz / (2.0 * math.pi)
    return h, weight, sums


@njit(error_model="numpy", cache=True)
def _range_of_h(Q, one_minus_Q, T1, eta, zeta, one_minus_P, constraint, margin):
    """Where the planted measure of h lives and ℓ(h) matters.

    The measure: h = T₁v + c (x − √Q v) + noise of variance below η, with x ~ N(0, 1) and v in its range. The
    function: beyond κ it falls like exp(−(h − κ)²/2(1−P)); what counts is the fall since v is at the turn of w.
    """
    c = abs(zeta) / (math.sqrt(Q) * one_minus_Q)
    v_low, v_high = constraint.lowest, constraint.highest
    noise = TAIL * math.sqrt(eta) + c * (TAIL + max(abs(v_low), abs(v_high)))
    gap = max(T1 * constraint.turn - margin, 0.0)
    low = min(T1 * v_low, T1 * v_high) - noise
    high = max(T1 * v_low, T1 * v_high) + noise
    return low, max(low, min(high, margin + math.sqrt(gap * gap + TAIL * TAIL * one_minus_P)))


@njit(error_model="numpy", cache=True)
def energetic(Q, one_minus_Q, P, T1, T0, eta, zeta, gamma, one_minus_P, constraint, margin, step):
    """G_E, unveiling-2021 (27b), its gradient in the form (P̂, T̂₀, ∂G_E/∂T₁), their derivatives, and E[ℓ″²].

    The derivatives follow from Price's theorem and the heat equation ∂_Pℓ = −(ℓ″ + ℓ′²)/2:

        ∂P̂/∂P = E[ℓ″² − 2ℓ′²ℓ″],  ∂P̂/∂T₀ = 2 ∂T̂₀/∂P = −2E[L_a′ ℓ′ℓ″],
        ∂T̂₀/∂T₀ = −E[(L_a′² − L_a″) ℓ″].
    """
    h, weight, sums = planted_rows(Q, one_minus_Q, P, T1, T0, eta, zeta, gamma, one_minus_P, constraint, margin, step)
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
    return value, p_hat, t0_hat, t1_slope, pp, 2.0 * pt, tt, replicon
