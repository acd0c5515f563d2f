r"""Overlap maps from a table: three formulas for three ranges of q, each without cancellation.

    q ≥ ½:   ρ(q) = 1 − w(ω) M(ω),         ω = 1 − q
    |q| ≤ ½:  ρ(q) = Σ a_n qⁿ
    q ≤ −½:  ρ(q) = ρ(−1) − w(ω) M₋(ω),    ω = 1 + q

M and M₋ are polynomials on panels. The variable is ω where the activation is smooth, and θ = arccos(1 − ω)
where it has a kink or a jump; the weight w is ω, or √(ω/2) = sin(θ/2) with a jump. Differences of ρ come
from divided differences of these polynomials, never from a subtraction of values.
"""

import math

import numpy as np
from numba import njit

SMOOTH, KINK, JUMP = 0, 1, 2
MIDDLE = 0.5


@njit(cache=True, error_model="numpy")
def _variable(omega, kind):
    return omega if kind == SMOOTH else 2.0 * math.asin(math.sqrt(0.5 * omega))


@njit(cache=True, error_model="numpy")
def _from_series(coefficients, t, t_other):
    """Σ c_n P_n at t_other, and its divided difference between t and t_other."""
    value, divided = coefficients[0], 0.0
    p_last, p, d_last, d = 1.0, t_other, 0.0, 1.0
    for n in range(1, len(coefficients)):
        value += coefficients[n] * p
        divided += coefficients[n] * d
        d_last, d = d, ((2 * n + 1) * (t * d + p) - n * d_last) / (n + 1)
        p_last, p = p, ((2 * n + 1) * t_other * p - n * p_last) / (n + 1)
    return value, divided


@njit(cache=True, error_model="numpy")
def _derivatives(coefficients, t):
    """Σ c_n P_n and its first two derivatives."""
    value, first, second = coefficients[0], 0.0, 0.0
    p_last, p, d_last, d, e_last, e = 1.0, t, 0.0, 1.0, 0.0, 0.0
    for n in range(1, len(coefficients)):
        value += coefficients[n] * p
        first += coefficients[n] * d
        second += coefficients[n] * e
        e_last, e = e, ((2 * n + 1) * (t * e + 2.0 * d) - n * e_last) / (n + 1)
        d_last, d = d, ((2 * n + 1) * (t * d + p) - n * d_last) / (n + 1)
        p_last, p = p, ((2 * n + 1) * t * p - n * p_last) / (n + 1)
    return value, first, second


@njit(cache=True, error_model="numpy")
def _fall(kind, low, high, coefficients, omega, other, gap):
    """w M at `omega` minus w M at `other`, with gap = omega − other given to all its digits."""
    x_low, width = _variable(low, kind), _variable(high, kind) - _variable(low, kind)
    x, x_other = _variable(omega, kind), _variable(other, kind)
    x_gap = gap
    if kind != SMOOTH:
        roots = math.sqrt(omega * (2.0 - omega)) + math.sqrt(other * (2.0 - other))
        x_gap = 2.0 * math.atan2(gap, roots) if gap != 0.0 else 0.0
    # w(ω) M(ω) − w(ω′) M(ω′) = (w − w′) M(ω′) + w (M − M′)
    value, divided = _from_series(coefficients, 2.0 * (x - x_low) / width - 1.0, 2.0 * (x_other - x_low) / width - 1.0)
    divided *= 2.0 / width * x_gap
    if kind == JUMP:
        root, root_other = math.sqrt(0.5 * omega), math.sqrt(0.5 * other)
        sum_of_roots = root + root_other
        return (0.5 * gap / sum_of_roots if sum_of_roots > 0.0 else 0.0) * value + root * divided
    return gap * value + omega * divided


@njit(cache=True, error_model="numpy")
def _rates(kind, low, high, coefficients, omega):
    """First and second derivative of w M with respect to ω."""
    x_low, width = _variable(low, kind), _variable(high, kind) - _variable(low, kind)
    x = _variable(omega, kind)
    M, M1, M2 = _derivatives(coefficients, 2.0 * (x - x_low) / width - 1.0)
    M1 *= 2.0 / width
    M2 *= (2.0 / width) ** 2
    if kind == SMOOTH:
        return M + omega * M1, 2.0 * M1 + omega * M2
    sine, h, c = math.sqrt(omega * (2.0 - omega)), math.sqrt(0.5 * omega), math.sqrt(1.0 - 0.5 * omega)
    if kind == KINK:
        if omega == 0.0 and abs(M1) < 1e-7 * abs(M):  # a bend of higher order
            return M, 2.0 * M2
        return M + h / c * M1, (M1 + 0.5 * M1 / (c * c) + h / c * M2) / sine
    if omega == 0.0:
        return M / 0.0, -M / 0.0
    slope = 0.25 * M / h + 0.5 * M1 / c
    return slope, (0.25 * M1 / h - 0.125 * M * c / (h * h) + 0.5 * M2 / c + 0.25 * M1 * h / (c * c)) / sine


@njit(cache=True, error_model="numpy")
def _middle(shares, q, other):
    """Divided difference of Σ a_n qⁿ."""
    value, divided = 0.0, 0.0
    for n in range(len(shares) - 1, -1, -1):
        divided = divided * q + value
        value = value * other + shares[n]
    return divided


@njit(cache=True, error_model="numpy")
def _panel(edges, omega):
    last = len(edges) - 2
    return min(max(np.searchsorted(edges, omega) - 1, 0), last)


@njit(cache=True, error_model="numpy")
def _rise_within(piece, kind, edges, upper, lower, shares, u, other, gap):
    """ρ at 1 − `other` minus ρ at 1 − `u` in one piece, gap = u − other."""
    panels = len(upper)
    if piece < panels:
        return _fall(kind, edges[piece], edges[piece + 1], upper[piece], u, other, gap)
    if piece == panels:
        q = 1.0 - u
        return gap * _middle(shares, q, q + gap)
    j = 2 * panels - piece
    return -_fall(kind, edges[j], edges[j + 1], lower[j], 2.0 - other, 2.0 - u, gap)


@njit(cache=True, error_model="numpy")
def _piece(edges, u):
    """Pieces count from q = 1 down: the panels of ω = 1 − q, the middle, the panels of ω = 1 + q backwards."""
    panels = len(edges) - 1
    if u < MIDDLE:
        return _panel(edges, u)
    return panels if u <= 2.0 - MIDDLE else 2 * panels - _panel(edges, 2.0 - u)


@njit(cache=True, error_model="numpy")
def _far_end(edges, piece):
    """1 − q where a piece ends towards smaller q."""
    panels = len(edges) - 1
    if piece < panels:
        return edges[piece + 1]
    return 2.0 - edges[2 * panels - piece] if piece > panels else 2.0 - MIDDLE


@njit(cache=True, error_model="numpy")
def _rise_across(piece, piece_other, kind, edges, upper, lower, shares, u, other):
    """ρ at 1 − `other` minus ρ at 1 − `u`, of two pieces, the second nearer to q = 1."""
    near = _far_end(edges, piece - 1)  # from u up to the end of its piece …
    total = _rise_within(piece, kind, edges, upper, lower, shares, u, near, u - near)
    for between in range(piece - 1, piece_other, -1):  # … whole pieces …
        far, near = _far_end(edges, between), _far_end(edges, between - 1)
        total += _rise_within(between, kind, edges, upper, lower, shares, far, near, far - near)
    far = _far_end(edges, piece_other)  # … and the beginning of the last one
    return total + _rise_within(piece_other, kind, edges, upper, lower, shares, far, other, far - other)


@njit(cache=True, error_model="numpy")
def difference(kind, edges, upper, lower, shares, u, step):
    """ρ(1 − u + step) − ρ(1 − u)."""
    other = min(max(u - step, 0.0), 2.0)
    piece, piece_other = _piece(edges, u), _piece(edges, other)
    if piece == piece_other:
        return _rise_within(piece, kind, edges, upper, lower, shares, u, other, step)
    if piece > piece_other:
        return _rise_across(piece, piece_other, kind, edges, upper, lower, shares, u, other)
    return -_rise_across(piece_other, piece, kind, edges, upper, lower, shares, other, u)


@njit(cache=True, error_model="numpy")
def slope_and_curvature(kind, edges, upper, lower, shares, u):
    """ρ′ and ρ″ at q = 1 − u."""
    panels, piece = len(upper), _piece(edges, u)
    if piece < panels:
        slope, bend = _rates(kind, edges[piece], edges[piece + 1], upper[piece], u)
        return slope, -bend
    if piece > panels:
        j = 2 * panels - piece
        slope, bend = _rates(kind, edges[j], edges[j + 1], lower[j], 2.0 - u)
        return -slope, -bend
    q, slope, curvature = 1.0 - u, 0.0, 0.0
    for n in range(len(shares) - 1, 0, -1):
        slope = slope * q + n * shares[n]
        if n > 1:
            curvature = curvature * q + n * (n - 1) * shares[n]
    return slope, curvature
