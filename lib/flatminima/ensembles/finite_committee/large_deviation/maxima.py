r"""Energetic average of y → ∞ replicas of a committee with three units, over the order of its units' fields.

    𝒢_E = E f(x),    f(x) = max_h [L(h) − |h − x|²/2D],    x = σv,   σ² = q₁/(1−q₁),   D = δq₀/(1−q₁).

f is a maximum of functions that are smooth in x, and has kinks where two maximisers have the same height. Which of
two units with equal fields is left wrong is a matter of chance: so there are kinks where two fields agree.
The average is done over x₁ ≥ x₂ ≥ x₃ alone, six times, whose border holds all of these; `section` does the
last integral and those kinks that are inside.

For a parity the output is unchanged when two signs change, and turned when one or three do. With all three
turned, `correct` is read backwards, a product of fields that is positive is wrong, and the
average is done over x₁ ≥ x₂ ≥ |x₃|, 24 times.
"""

import math

import numpy as np
from numba import njit

from flatminima.ensembles.finite_committee.large_deviation.section import section

_SCALE = 1.5


@njit(error_model="numpy", cache=True)
def _graded(low, high, panels, nodes, weights):
    """Nodes and weights on [low, high]: Gauss–Legendre panels in asinh(x/scale), on both sides of 0."""
    count, n = panels * nodes.size, 0
    points, lengths = np.empty(2 * count), np.empty(2 * count)
    for side in (-1.0, 1.0):
        inner = max(0.0, -high) if side < 0.0 else max(0.0, low)
        outer = -low if side < 0.0 else high
        if outer <= inner:
            continue
        start = math.asinh(inner / _SCALE)
        half = 0.5 * (math.asinh(outer / _SCALE) - start) / panels
        for i in range(count):
            u = start + half * (2 * (i // nodes.size) + 1 + nodes[i % nodes.size])
            points[n] = side * _SCALE * math.sinh(u)
            lengths[n] = half * weights[i % nodes.size] * _SCALE * math.cosh(u)
            n += 1
    return points[:n], lengths[:n]


@njit(error_model="numpy", cache=True)
def energetic(depth, sigma, correct, panels, nodes, weights, reach):
    """(1, 𝒢_E, E|∇L|², E x·∇L), the first as a check of the domain, and the number of folds met."""
    parity = correct[0] == 1
    images = 24.0 if parity else 6.0
    far = reach * sigma
    totals, sums, folds = np.zeros(4), np.empty(4), 0
    norm = 1.0 / (sigma * math.sqrt(2.0 * math.pi)) ** 3
    points, lengths = _graded(0.0 if parity else -0.55 * far, far, panels, nodes, weights)
    for i in range(points.size):
        x1 = points[i]
        seconds, widths = _graded(0.0 if parity else -0.75 * far, x1, panels, nodes, weights)
        for j in range(seconds.size):
            x2 = seconds[j]
            folds += section(x1, x2, -x2 if parity else -far, depth, sigma, correct, nodes, weights, sums)
            measure = images * norm * lengths[i] * widths[j] * math.exp(-0.5 * (x1 * x1 + x2 * x2) / sigma**2)
            for k in range(4):
                totals[k] += measure * sums[k]
    return totals, folds
