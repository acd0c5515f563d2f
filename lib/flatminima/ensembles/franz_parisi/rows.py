"""One row of the energetic quadrature: the reference's field, at a fixed mean field h of its neighbours.

A row is the tuple (a0, az, σ_a, b0, bz, σ_b, log_prior): the means μ_a = a0 + az z and μ_b = b0 + bz z that W_a and W_b
see along it, their widths, and the logarithm of the row's own density. Each kind of constraint has two kernels: where
on the row the density counts, and the values there. `energetic` picks them by the type of the constraint.
"""

import math

from numba import njit

from flatminima.gaussian.tails import _exponential, _split_tail

_NEGLIGIBLE = -38.0  # log of a density that no longer counts: 3e-17


def wall_window(constraint, row, low, high):
    """Its leading exponent, −(z² + b₊² − a₊²)/2 with a = (κ̃ − μ_a)/σ_a and b likewise, is quadratic between the
    zeros of a and b; each piece is cut where it falls below the negligible level.
    """
    a0, az, width_a, b0, bz, width_b, log_prior = row
    a_row, az, b_row, bz = (constraint.turn - a0) / width_a, -az / width_a, (constraint.turn - b0) / width_b, -bz / width_b
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


def fill_wall(constraint, row, start, count, dz, density, first_a, first_b, second):
    """W = H: L_a′ = A(a)/σ_a, and L_a′² − L_a″ = A(a) (2A(a) − a)/σ_a²."""
    a0, az, width_a, b0, bz, width_b, log_prior = row
    per_a, per_b = 1.0 / width_a, 1.0 / width_b
    a_row, az, b_row, bz = (constraint.turn - a0) * per_a, -az * per_a, (constraint.turn - b0) * per_b, -bz * per_b
    for k in range(count):
        z = (start + k) * dz
        a, b = a_row + az * z, b_row + bz * z
        tail_a, mills_a = _split_tail(a)
        tail_b, mills_b = _split_tail(b)
        a_plus, b_plus = max(a, 0.0), max(b, 0.0)
        exponent = log_prior - 0.5 * (z * z + b_plus * b_plus - a_plus * a_plus)
        density[k] = _exponential(exponent, 0.0) * tail_b / tail_a
        first_a[k] = mills_a * per_a
        first_b[k] = mills_b * per_b
        second[k] = mills_a * (2.0 * mills_a - a) * per_a * per_a


def soft_window(constraint, row, low, high):
    """All of it: `fill_soft` passes over what does not count."""
    return low, high


def fill_soft(constraint, row, start, count, dz, density, first_a, first_b, second):
    """Both from their tables, where the row and 1/W_a leave anything: W_b is at most 1."""
    a0, az, _, b0, bz, _, log_prior = row
    panel_a, panel_b = 0, 0
    for k in range(count):
        z = (start + k) * dz
        L_a, slope_a, curvature_a, panel_a = _at(constraint.a, a0 + az * z, panel_a)
        rest = log_prior - 0.5 * z * z - L_a
        if rest < _NEGLIGIBLE:
            density[k], first_a[k], first_b[k], second[k] = 0.0, 0.0, 0.0, 0.0
            continue
        L_b, first_b[k], _, panel_b = _at(constraint.b, b0 + bz * z, panel_b)
        density[k] = _exponential(rest + L_b, 0.0)
        first_a[k] = slope_a
        second[k] = slope_a * slope_a - curvature_a


@njit(error_model="numpy", cache=True, inline="always")
def _at(table, mu, panel):
    """L, L′, L″ and the panel where they were found, from the panel of a mean near by."""
    edges, coefficients = table
    while panel < edges.size - 2 and mu > edges[panel + 1]:
        panel += 1
    while panel > 0 and mu < edges[panel]:
        panel -= 1
    u = (2.0 * mu - edges[panel] - edges[panel + 1]) / (edges[panel + 1] - edges[panel])
    u = min(max(u, -1.0), 1.0)
    terms = coefficients.shape[2] - 1
    L, slope, curvature = coefficients[panel, 0, terms], coefficients[panel, 1, terms], coefficients[panel, 2, terms]
    for j in range(terms - 1, -1, -1):
        L = L * u + coefficients[panel, 0, j]
        slope = slope * u + coefficients[panel, 1, j]
        curvature = curvature * u + coefficients[panel, 2, j]
    return L, slope, curvature, panel
