r"""The average over the field of the third unit, with the maximum found along a curve instead of at every point.

At given x₁ and x₂ maximise over h₁ and h₂ first, for a given h₃: Φ(h₃). What is left depends on x₃ alone,

    f(x₃) = max_{h₃} [Φ(h₃) − (h₃ − x₃)²/2D],        x₃ = h₃ − D Φ′(h₃),        dx₃ = (1 − D Φ″) dh₃,

and is integrated over its own maximiser: x₃ is explicit. Where x₃(h₃) turns back, two maxima compete: the
parts of the curve up to the one and from the other count, with equal heights at the same x₃ (Maxwell's rule).
The range ends at x₃ = x₂, where units 2 and 3 compete for being the one that is left wrong: it ends at
the better of two maxima there, h₃ = h₂ and h₃ < h₂.
"""

import math

import numpy as np
from numba import njit

from flatminima.ensembles.finite_committee.large_deviation.ascent import climb, follow
from flatminima.gaussian.tails import _tail_scalar

_SCALE = 1.5  # of h₃ around 0, where the third unit turns from wrong to right
_SHORT = 0.5  # of a part of the curve, not to be cut at 0
_MERGED = 1e-6  # maxima closer than this are one


@njit(error_model="numpy", cache=True)
def _raised(x, depth):
    """About the field y = x + D A(−y) to which a unit that has to be right is raised: Newton's method from below."""
    y = x if x > 0.0 else x / (1.0 + depth)
    for _ in range(5):
        mills = _tail_scalar(-y)[2]
        y += (x + depth * mills - y) / (1.0 + depth * mills * (mills + y))
    return y


@njit(error_model="numpy", cache=True)
def highest(x1, x2, x3, depth, correct):
    """(h₁, h₂, h₃) of the highest maximum for x₁ ≥ x₂ ≥ x₃: third unit left as it is, or raised with the others."""
    if depth == 0.0:
        return x1, x2, x3
    if correct[0]:  # the labels of a parity are turned round, and one unit has to be turned
        far = math.sqrt(2.0 * math.log1p(depth))
        apart = climb(max(x1, far), max(x2, far), -max(abs(x3) if x3 < 0.0 else 0.0, far), x1, x2, x3, depth, correct)
        together = climb(x1, x2, x3, x1, x2, x3, depth, correct)
    else:
        y1, y2, y3 = _raised(x1, depth), _raised(x2, depth), _raised(x3, depth)
        apart = climb(y1, y2, x3, x1, x2, x3, depth, correct)
        together = climb(y1, y2, y3, x1, x2, x3, depth, correct)
    h1, h2, h3, _ = apart if apart[3] >= together[3] - 1e-14 else together
    return h1, max(h2, h3), min(h2, h3)


@njit(error_model="numpy", cache=True)
def _equal_heights(left, right, x1, x2, x3, depth, correct):
    """The two maxima of equal height, from points on both sides of a fold and x₃ in between."""
    a1, a2, a3 = left[0], left[1], left[2]
    b1, b2, b3 = right[0], right[1], right[2]
    for _ in range(40):
        a1, a2, a3, a = climb(a1, a2, a3, x1, x2, x3, depth, correct)
        b1, b2, b3, b = climb(b1, b2, b3, x1, x2, x3, depth, correct)
        if abs(b3 - a3) < _MERGED:
            break
        step = (a - b) * depth / (a3 - b3)  # a height grows with x₃ like (h₃ − x₃)/D
        x3 -= step
        if abs(step) < 1e-12 * (1.0 + abs(x3)):
            break
    left[0], left[1], left[2] = a1, a2, a3
    right[0], right[1], right[2] = b1, b2, b3


@njit(error_model="numpy", cache=True)
def _part(first, last, x1, x2, depth, sigma, correct, nodes, weights, sums, left, right):
    """Adds the integral along a part of the curve. Returns whether it folds, `left` and `right` being around."""
    start, end = first[2], last[2]
    inside = start + _SHORT < 0.0 < end - _SHORT
    middle = 0.0 if inside else (start if start >= 0.0 else end)
    h1, h2, d1, d2, at = first[0], first[1], 0.0, 0.0, start
    folds, passed, fold = False, False, 0.0
    for side in (-1.0, 1.0):
        length = middle - start if side < 0.0 else end - middle
        if length <= 0.0:
            continue
        half = 0.5 * math.asinh(length / _SCALE)
        for i in range(nodes.size):
            k = i if side > 0.0 else nodes.size - 1 - i
            u = half * (1.0 + nodes[k])
            h3 = middle + side * _SCALE * math.sinh(u)
            h1, h2, d1, d2, steepness, value, g1, g2, g3 = follow(
                h1 + d1 * (h3 - at), h2 + d2 * (h3 - at), h3, x1, x2, depth, correct
            )
            at, x3, square = h3, h3 - depth * g3, g1 * g1 + g2 * g2 + g3 * g3
            if steepness <= 0.0 and not folds:
                folds, fold = True, x3
            elif steepness > 0.0 and not folds:
                left[0], left[1], left[2] = h1, h2, h3
            elif steepness > 0.0 and not passed:
                passed = True
                right[0], right[1], right[2] = h1, h2, h3
            measure = half * weights[k] * _SCALE * math.cosh(u) * steepness * math.exp(-0.5 * (x3 / sigma) ** 2)
            sums[0] += measure
            sums[1] += measure * (value - 0.5 * depth * square)
            sums[2] += measure * square
            sums[3] += measure * (x1 * g1 + x2 * g2 + x3 * g3)
    left[3] = fold
    if folds and not passed:
        right[0], right[1], right[2] = last[0], last[1], last[2]
    return folds


@njit(error_model="numpy", cache=True)
def section(x1, x2, lowest, depth, sigma, correct, nodes, weights, sums):
    """Sums over lowest < x₃ < x₂ of exp(−x₃²/2σ²) times 1, f, |∇L|², x·∇L at the highest maximum; returns the folds."""
    first, last, left, right = np.empty(4), np.empty(4), np.empty(4), np.empty(4)
    first[0], first[1], first[2] = highest(x1, x2, lowest, depth, correct)
    last[0], last[1], last[2] = highest(x1, x2, x2, depth, correct)
    sums[:] = 0.0
    left[:], right[:] = first, last
    if not _part(first, last, x1, x2, depth, sigma, correct, nodes, weights, sums, left, right):
        return 0
    _equal_heights(left, right, x1, x2, left[3], depth, correct)
    if not first[2] < left[2] < right[2] - _MERGED or right[2] > last[2]:
        return 1  # the fold is thinner than the distance of nodes
    sums[:] = 0.0
    ends = np.empty(4), np.empty(4)
    _part(first, left.copy(), x1, x2, depth, sigma, correct, nodes, weights, sums, ends[0], ends[1])
    _part(right.copy(), last, x1, x2, depth, sigma, correct, nodes, weights, sums, ends[0], ends[1])
    return 1
