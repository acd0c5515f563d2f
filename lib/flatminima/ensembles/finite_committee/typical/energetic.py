r"""Energetic term of three hidden units at one overlap: averages of ln P and its derivatives over three fields.

Each field is u = z √(q/(1−q)), z ~ N(0, 1), in units of the noise. Plain products of rules fail as q → 1, where ln P
has an edge wherever two units compete. Two steps remove the edges.

One unit is set aside: ln P = ln A + ℓ(t, u₃), with A and t functions of the other two (see `third_unit`). All that is
needed of derivatives follows from those of the third unit, because the units are interchangeable:

    E|∇L|² = 3 E g²,   E‖∇²L‖² = 3 E (∂g/∂u₃)² + 3 E [(∂₁t)² + (∂₂t)²] (∂g/∂t)².

The average over u₃ leaves one edge only, at which the first two compete, |u₁| = |u₂|. It runs along an axis once the
plane is turned by 45°, s, d = (z₁ ± z₂)/√2; nodes are graded towards it, and towards the steps at u₁ = 0 and u₂ = 0.
"""

import math

import numpy as np
from numba import njit

from flatminima.ensembles.finite_committee.typical.third_unit import (
    CUTOFF,
    KINK,
    LOG_DENSITY,
    SHALLOW,
    look_up,
    third_unit_table,
)
from flatminima.gaussian.grading import LENGTH, graded_trapezoid
from flatminima.gaussian.tails import _tail_scalar

_ROOT_HALF = math.sqrt(0.5)


@njit(error_model="numpy", cache=True)
def _two_units(u1, u2, correct):
    """ln A, ln C and their derivatives in u₁: is the output right, if the third unit is wrong (A) or right (C)?"""
    right_1, wrong_1 = _tail_scalar(-u1)[1], _tail_scalar(u1)[1]
    right_2, wrong_2 = _tail_scalar(-u2)[1], _tail_scalar(u2)[1]
    log_density = LOG_DENSITY - 0.5 * u1 * u1
    terms = np.array([wrong_1 + wrong_2, wrong_1 + right_2, right_1 + wrong_2, right_1 + right_2])
    logs, slopes = np.empty(2), np.zeros(2)
    for third in range(2):
        top, total = -math.inf, 0.0
        for k in range(4):
            if correct[third + (k + 1) // 2]:  # 0, 1, 1 or 2 of the first two are right
                top = max(top, terms[k])
        for k in range(4):
            if correct[third + (k + 1) // 2]:
                total += math.exp(terms[k] - top)
        logs[third] = top + math.log(total)
        if correct[third + 2] != correct[third + 1]:
            slopes[third] += (correct[third + 2] - correct[third + 1]) * math.exp(log_density + right_2 - logs[third])
        if correct[third + 1] != correct[third]:
            slopes[third] += (correct[third + 1] - correct[third]) * math.exp(log_density + wrong_2 - logs[third])
    return logs[0], logs[1], slopes[0], slopes[1]


@njit(error_model="numpy", cache=True)
def energetic(one_minus_q, correct, step):
    """E[L], E|∇L|² and E‖∇²L‖² with respect to the fields u; in x = √(1−q) u the last two are 1/(1−q), 1/(1−q)² times that.

    `correct` holds 0 or 1 for 0, 1, 2 and 3 right units.
    """
    ratio = max(math.sqrt(max(1.0 - one_minus_q, 0.0) / one_minus_q), 1e-12)
    graded = max(ratio, SHALLOW)
    largest = 0.5 * (CUTOFF * ratio) ** 2 + 2.0 * math.log(4.0 + CUTOFF * ratio) + 2.0
    table, sums, total = third_unit_table(ratio, largest, step), np.empty(4), np.zeros(3)
    widths = np.array([1.0, KINK / (1.0 + graded * CUTOFF)]) / graded
    s, s_weight = graded_trapezoid(np.zeros(2), widths, -CUTOFF, CUTOFF, step)
    for i in range(s.size):
        centres = np.array([-s[i], 0.0, s[i]])
        widths = np.array([1.0, KINK / (1.0 + graded * abs(s[i])), 1.0]) / graded
        # units 1 and 2 are alike: d ≥ 0 is enough, and d = 0 is the first node
        lower = -0.1 * step / (1.0 / LENGTH + np.sum(1.0 / widths))
        d, d_weight = graded_trapezoid(centres, widths, lower, CUTOFF, step)
        for j in range(d.size):
            square = s[i] * s[i] + d[j] * d[j]
            if square > CUTOFF * CUTOFF:
                break
            measure = s_weight[i] * d_weight[j] * math.exp(2.0 * LOG_DENSITY - 0.5 * square) * (2.0 if j > 0 else 1.0)
            u1, u2 = ratio * _ROOT_HALF * (s[i] + d[j]), ratio * _ROOT_HALF * (s[i] - d[j])
            log_a, log_c, slope_a1, slope_c1 = _two_units(u1, u2, correct)
            _, _, slope_a2, slope_c2 = _two_units(u2, u1, correct)
            look_up(table, log_c - log_a, sums)
            by_fields = (slope_c1 - slope_a1) ** 2 + (slope_c2 - slope_a2) ** 2
            total[0] += measure * (log_a + sums[0])
            total[1] += measure * 3.0 * sums[1]
            total[2] += measure * 3.0 * (sums[2] + by_fields * sums[3])
    return total[0], total[1], total[2]
