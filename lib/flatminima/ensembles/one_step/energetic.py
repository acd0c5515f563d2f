r"""What one pattern sees of a broken symmetry: the double integral of relu-2019 (B6), in effective overlaps.

    G_E = (1/m) ∫Dz₀ ln ∫Dz₁ e^{mL(h + σ z₁)},   L(u) = ln H((κ − u)/w),   h = √Q₀ z₀,

with σ² = Q₁ − Q₀ and w² = 1 − Q₁. The inner integrand is log-concave: its peak is where
z₁ = mσ L′, and it falls on both sides at least like a unit Gaussian, to the left of the peak, where
the constraint bites harder, like one of the curvature 1 − mσ² L″ that it has at the peak itself.
Everything is measured from the peak, so that no power H^m underflows, for m ≪ 1 as for m = 1000.

Where σ ≫ w, towards q₁ = 1, equal steps in z₁ would have to be as short as the step of H is narrow. There z₁ is
counted from that step, u = z₁ − (κ − h)/σ: L is then the same function of u for every h, and one
lattice of nodes, graded around u = 0, serves them all.
"""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.grading import graded_trapezoid
from flatminima.gaussian.tails import _exponential, _tail_scalar

_TAIL = 8.7  # standard deviations kept of every Gaussian factor
_ROOT_2_PI = math.sqrt(2.0 * math.pi)
_STEEP = 3.0  # σ/w beyond which the lattice is graded,
_FEW = 2.0  # and m up to which it is: in H^m at large m, ever more widths compete


@njit(error_model="numpy", cache=True)
def peak(c0, ratio, m):
    """The maximum z of −z²/2 + m ln H(c0 − ratio z), to a thousandth of its width.

    Newton's method on z = m ratio A(c), from the left of the root: A is convex, so it climbs
    without ever passing the root.
    """
    z = m * ratio * max(c0, 0.0) / (1.0 + m * ratio * ratio)
    curvature = 1.0
    for _ in range(60):
        c = c0 - ratio * z
        mills = _tail_scalar(c)[2]
        curvature = 1.0 + m * ratio * ratio * mills * (mills - c)
        step = (m * ratio * mills - z) / curvature
        z += step
        if step * math.sqrt(curvature) < 1e-3:
            break
    return z, curvature


@njit(error_model="numpy", cache=True)
def _right_reach(top, narrow, c0, ratio, m):
    """How far to the right of the peak the integrand counts, from `narrow` = 8.7 widths of the peak up to 8.7."""
    level = m * _tail_scalar(c0 - ratio * top)[1] - 0.5 * top * top - 0.5 * _TAIL * _TAIL
    reach = narrow
    while reach < _TAIL:
        z = top + reach
        if m * _tail_scalar(c0 - ratio * z)[1] - 0.5 * z * z < level:
            break
        reach *= 1.3
    return min(reach, _TAIL)


@njit(error_model="numpy", cache=True)
def cluster(h, spread, width, kappa, m, step, log_weight, log_h, mills):
    """φ(h) = (1/m) ln ∫Dz e^{mL}, and ⟨L⟩, ⟨L′⟩, ⟨L′²⟩ in the average over z that it defines.

    `spread` = σ, `width` = w. The last three arguments are room for the nodes.
    """
    ratio, c0 = spread / width, (kappa - h) / width
    top, curvature = peak(c0, ratio, m)
    # a Gaussian of curvature up to 1 + m ratio², zeros of H at Im c = 2.8: both errors below e⁻²⁵ at step 0.22
    dz = step * min(3.2 / math.sqrt(1.0 + m * ratio * ratio), 2.4 / max(ratio, 1e-3))
    narrow = _TAIL / math.sqrt(curvature)
    left = min(int(narrow / dz) + 2, log_h.size // 2)
    count = min(left + int(_right_reach(top, narrow, c0, ratio, m) / dz) + 2, log_h.size)
    # three loops, because one that also sums cannot be turned into vector instructions
    for k in range(count):
        z = top + (k - left) * dz
        _, log_h[k], mills[k] = _tail_scalar(c0 - ratio * z)
        log_weight[k] = m * log_h[k] - 0.5 * z * z
    highest = log_weight[left]
    for k in range(count):
        log_weight[k] = _exponential(log_weight[k] - highest, 0.0)
    total, mean_log, mean, square = 0.0, 0.0, 0.0, 0.0
    for k in range(count):
        total += log_weight[k]
        mean_log += log_weight[k] * log_h[k]
        mean += log_weight[k] * mills[k]
        square += log_weight[k] * mills[k] * mills[k]
    value = (highest + math.log(total * dz / _ROOT_2_PI)) / m
    return value, mean_log / total, mean / (total * width), square / (total * width * width)


@njit(error_model="numpy", cache=True)
def steep_lattice(ratio, m, reach, step):
    """Nodes u, weights, ln H and the inverse Mills ratio at c = −ratio u, for peaks up to z₁ = `reach` left of the step.

    To the left of u = 0 the integrand is a Gaussian of width 1/λ, λ² = 1 + m ratio², around −z/λ².
    """
    narrowing = math.sqrt(1.0 + m * ratio * ratio)
    scale = 1.0 if reach < 2.0 * narrowing else narrowing  # the peaks lie inside the graded region, or anywhere
    low, high = -max(reach, 0.0) / narrowing**2 - _TAIL - 1.0, 2.0 * _TAIL + 9.0 / ratio
    widths = np.array([scale / ratio, 4.0 * scale / narrowing])
    u, weight = graded_trapezoid(np.zeros(2), widths, scale * low, scale * high, step)
    log_h, mills = np.empty(u.size), np.empty(u.size)
    for k in range(u.size):
        u[k] /= scale
        weight[k] /= scale
        _, log_h[k], mills[k] = _tail_scalar(-ratio * u[k])
    return u, weight, log_h, mills


@njit(error_model="numpy", cache=True)
def steep_cluster(h, spread, width, kappa, m, u, weight, log_h, mills, log_weight):
    """What `cluster` returns, on a lattice of `steep_lattice`; the last argument is room for its nodes."""
    ratio, c0 = spread / width, (kappa - h) / width
    if c0 + _TAIL * ratio < -9.0:  # far beyond the margin
        return 0.0, 0.0, 0.0, 0.0
    top, curvature = peak(c0, ratio, m)
    narrow, origin = _TAIL / math.sqrt(curvature), c0 / ratio
    first = np.searchsorted(u, top - origin - narrow)
    last = np.searchsorted(u, top - origin + _right_reach(top, narrow, c0, ratio, m))
    highest = -math.inf
    for k in range(first, last):
        z = origin + u[k]
        log_weight[k] = m * log_h[k] - 0.5 * z * z
        highest = max(highest, log_weight[k])
    total, mean_log, mean, square = 0.0, 0.0, 0.0, 0.0
    for k in range(first, last):
        tilted = weight[k] * _exponential(log_weight[k] - highest, 0.0)
        total += tilted
        mean_log += tilted * log_h[k]
        mean += tilted * mills[k]
        square += tilted * mills[k] * mills[k]
    value = (highest + math.log(total / _ROOT_2_PI)) / m
    return value, mean_log / total, mean / (total * width), square / (total * width * width)


@njit(error_model="numpy", cache=True)
def outer_nodes(overlap_0, step_1, complement, kappa, m, quadrature_step):
    """Nodes of h = √Q₀ z₀ and their Gaussian weights; φ(h) turns around κ on the scale √(1−Q₀)."""
    root, total_width = math.sqrt(overlap_0), math.sqrt(step_1 + complement)
    scale = max(root, 1e-3)
    centres, widths = np.full(1, kappa / scale), np.full(1, total_width / scale)
    z, weight = graded_trapezoid(centres, widths, -_TAIL, _TAIL, quadrature_step)
    for i in range(z.size):
        weight[i] *= math.exp(-0.5 * z[i] * z[i]) / _ROOT_2_PI
        z[i] *= root
    return z, weight


@njit(error_model="numpy", cache=True)
def inner_room(spread, width, m, step):
    """Room that `cluster` needs for its nodes."""
    ratio = spread / width
    dz = step * min(3.2 / math.sqrt(1.0 + m * ratio * ratio), 2.4 / max(ratio, 1e-3))
    return 2 * int(_TAIL / dz) + 8


@njit(error_model="numpy", cache=True)
def energetic(overlap_0, step, complement, kappa, m, quadrature_step):
    r"""G_E of relu-2019 (B6) and three averages, at Q₀ = `overlap_0`, Q₁ − Q₀ = `step`, 1 − Q₁ = `complement`.

    Returns (G_E, E[⟨L′⟩²], E[⟨L′²⟩], E⟨L⟩), with ⟨·⟩ the average over z₁ that e^{mL} defines and E the one over
    z₀. They are the derivatives of G_E:

        ∂G_E/∂Q₀ = −(m/2) E[⟨L′⟩²],   ∂G_E/∂Q₁ = ((m−1)/2) E[⟨L′²⟩],   ∂G_E/∂m = (E⟨L⟩ − G_E)/m.

    0 ≤ Q₀, 0 ≤ Q₁ − Q₀, 0 < 1 − Q₁, and any m > 0; κ is the margin in units of the output field.
    """
    spread, width = math.sqrt(step), math.sqrt(complement)
    h, weight = outer_nodes(overlap_0, step, complement, kappa, m, quadrature_step)
    steep = spread > _STEEP * width and m <= _FEW
    if steep:
        u, u_weight, log_h, mills = steep_lattice(spread / width, m, (kappa - h[0]) / spread, quadrature_step)
        log_weight = np.empty(u.size)
    else:
        room = inner_room(spread, width, m, quadrature_step)
        log_weight, log_h, mills = np.empty(room), np.empty(room), np.empty(room)
        u, u_weight = log_h, mills
    value, mean_square, square, mean_log = 0.0, 0.0, 0.0, 0.0
    for i in range(h.size):
        if steep:
            moments = steep_cluster(h[i], spread, width, kappa, m, u, u_weight, log_h, mills, log_weight)
        else:
            moments = cluster(h[i], spread, width, kappa, m, quadrature_step, log_weight, log_h, mills)
        phi, log_mean, mean, second = moments
        value += weight[i] * phi
        mean_square += weight[i] * mean * mean
        square += weight[i] * second
        mean_log += weight[i] * log_mean
    return value, mean_square, square, mean_log
