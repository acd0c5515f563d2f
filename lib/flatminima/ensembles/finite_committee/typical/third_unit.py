r"""What the third of three hidden units contributes, averaged over its field, as functions of one number t.

The other two decide how much more likely the output is to be right with the third unit right than with it wrong:
t = ln(C/A), with A and C the two probabilities. Then ln P = ln A + ln(p̄ + eᵗp), p = H(−u), u = z √(q/(1−q)), and

    ℓ(t, u) = ln(p̄ + eᵗp),   g = ∂ℓ/∂u = G(u)(eᵗ−1) e^{−ℓ},   ∂g/∂u = −g(u + g),   ∂g/∂t = G(u) e^{t−2ℓ}.

Averaged over z, these are smooth functions of y = ln(1 + |t|), however narrow the edge of ℓ at u = −√(2t), and a few
Chebyshev polynomials in each unit of y hold them to 14 digits. −t is t with right and wrong exchanged, z → −z.
"""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.grading import graded_trapezoid
from flatminima.gaussian.tails import _tail_scalar

CUTOFF = 9.0
LOG_DENSITY = -0.5 * math.log(2.0 * math.pi)
KINK = 2.4  # π/1.3: ln(eˣ + eʸ) is singular at x − y = ±iπ, and the grading wants 1.3 widths to there
SHALLOW = 1e-3  # fields that hardly vary need no grading

_DEGREE = 24  # poles of up to fourth order at t = ±iπ: in the first panel coefficients fall like k³ 5.8⁻ᵏ
_ANGLES = math.pi * (np.arange(_DEGREE) + 0.5) / _DEGREE
_TO_COEFFICIENTS = 2.0 / _DEGREE * np.cos(np.outer(np.arange(_DEGREE), _ANGLES))
_TO_COEFFICIENTS[0] *= 0.5
_NODES = np.cos(_ANGLES)


@njit(error_model="numpy", cache=True)
def third_unit(t, ratio, step):
    """E over z of ℓ, g², (∂g/∂u)² and (∂g/∂t)², at t > 0 and u = `ratio` z."""
    crossing = math.sqrt(2.0 * t)
    centres = np.array([0.0, -crossing / max(ratio, SHALLOW)])
    widths = np.array([1.0, KINK / (1.0 + crossing)]) / max(ratio, SHALLOW)
    z, weight = graded_trapezoid(centres, widths, -CUTOFF, CUTOFF, step)
    log_gap = t + math.log(-math.expm1(-t))  # ln(eᵗ − 1)
    sums = np.zeros(4)
    for k in range(z.size):
        u = ratio * z[k]
        measure = weight[k] * math.exp(LOG_DENSITY - 0.5 * z[k] * z[k])
        if_wrong, if_right = _tail_scalar(u)[1], t + _tail_scalar(-u)[1]
        value = max(if_wrong, if_right) + math.log1p(math.exp(-abs(if_wrong - if_right)))
        log_density = LOG_DENSITY - 0.5 * u * u
        slope = math.exp(log_density + log_gap - value)
        curvature = slope * (u + slope)
        response = math.exp(log_density + t - 2.0 * value)
        sums[0] += measure * value
        sums[1] += measure * slope * slope
        sums[2] += measure * curvature * curvature
        sums[3] += measure * response * response
    return sums


@njit(error_model="numpy", cache=True)
def third_unit_table(ratio, largest, step):
    """Chebyshev coefficients (panels, 4, 24) of `third_unit` for 0 ≤ t ≤ `largest`; a panel is one unit of ln(1 + t)."""
    panels = int(math.log1p(largest)) + 1
    table = np.zeros((panels, 4, _DEGREE))
    for panel in range(panels):
        for node in range(_DEGREE):
            sums = third_unit(math.expm1(panel + 0.5 * (1.0 + _NODES[node])), ratio, step)
            for kind in range(4):
                for k in range(_DEGREE):
                    table[panel, kind, k] += _TO_COEFFICIENTS[k, node] * sums[kind]
    return table


@njit(error_model="numpy", cache=True)
def look_up(table, t, sums):
    """The four averages at t of either sign, into `sums`: Clenshaw's recurrence."""
    y = math.log1p(abs(t))
    panel = min(int(y), table.shape[0] - 1)
    x = 4.0 * (y - panel) - 2.0  # twice the argument in [−1, 1]
    for kind in range(4):
        following, current = 0.0, 0.0
        for k in range(_DEGREE - 1, 0, -1):
            following, current = current, x * current - following + table[panel, kind, k]
        sums[kind] = 0.5 * x * current - following + table[panel, kind, 0]
    sums[0] += min(t, 0.0)
