r"""One pattern at the corner q₁ → 1 of three sign units: what it costs to be right, averaged over a cluster.

With q₁ → 1 a cluster shrinks to a point with the fields x_ℓ = a_ℓ + σ z_ℓ, σ² = 1 − q₀, and a point that gets the
pattern wrong is penalised by e^{−m̃ cost(x)/2}, where cost is the squared distance from x to the fields
that decide rightly. The energetic term is

    f = E_a ln I(a),    I(a) = ∫Dz e^{−m̃ cost(a + σz)/2},    a_ℓ = √q₀ z₀_ℓ.

I is three-dimensional, but one unit leads. For a majority it is the most wrong of the three, the smallest x,
which costs nothing; given its field t < 0, the other two lie above t independently of each other:

    I = Π_ℓ Prob(x_ℓ > 0) + ∫_{−∞}^0 dt Σ_k g_k(t) Π_{ℓ≠k} B_ℓ(t),    B(t) = ∫_t^∞ dx g(x) e^{−m̃ x₋²/2}.

For a parity it is the one with the smallest |x|, whose sign is the cheapest to change; beyond ±t the other
two have u(t) = Prob(x > t) and v(t) = Prob(x < −t):

    I = Prob(right) + ∫_0^∞ dt e^{−m̃t²/2} Σ_k [g_k(t) (u v + v u) + g_k(−t) (u u + v v)].

Both are linear in the functions of each single unit. These are tabulated once, over all a and t, with their
derivatives in a, and every triple of fields is a sum over one line of nodes.
"""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.grading import graded_trapezoid
from flatminima.gaussian.tails import _tail_scalar

_TAIL = 8.7  # standard deviations kept of every Gaussian factor
_LIGHTEST = 1e-20  # triples of fields of less weight are left out: |ln I| is of order |a|² there
_ROOT_2_PI = math.sqrt(2.0 * math.pi)


@njit(error_model="numpy", cache=True)
def half_line(scale, reach, step):
    """Nodes t from 0 to `reach` and weights: evenly spaced in the end, dense towards t = 0, where the integrand stops.

    t = scale ln(1 + e^x), x = v − e^{−v}, at equal steps of v.
    """
    first, last = -3.7, reach / scale + 1.0
    count = int((last - first) / step) + 1
    nodes, weights = np.empty(count), np.empty(count)
    for i in range(count):
        v = last - i * step
        x = v - math.exp(-v)
        rise = math.exp(-abs(x))
        nodes[i] = scale * (max(x, 0.0) + math.log1p(rise))
        weights[i] = step * scale * (1.0 + math.exp(-v)) / (1.0 + (rise if x > 0.0 else 1.0 / rise))
    return nodes, weights


@njit(error_model="numpy", cache=True)
def majority_tables(a, t, sigma, m_tilde):
    """g(−t), B(−t) and their derivatives in a, shape (4, fields, nodes); and Prob(x > 0) with its derivative, (2, fields)."""
    d = 1.0 + m_tilde * sigma * sigma
    r = 1.0 / math.sqrt(d)
    width = sigma * r  # of g(x) e^{−m̃x²/2}, whose centre is a/D
    tables, right = np.empty((4, a.size, t.size)), np.empty((2, a.size))
    for i in range(a.size):
        centre, factor = a[i] / d, r * math.exp(-0.5 * m_tilde * a[i] * a[i] / d)
        density = math.exp(-0.5 * (a[i] / sigma) ** 2) / (_ROOT_2_PI * sigma)
        right[0, i], right[1, i] = _tail_scalar(-a[i] / sigma)[0], density
        beyond = _tail_scalar(centre / width)[0]  # Prob of x < 0 in the narrowed Gaussian
        for k in range(t.size):
            c = (t[k] + a[i]) / sigma
            g = math.exp(-0.5 * c * c) / (_ROOT_2_PI * sigma)
            b = (t[k] + centre) / width
            wrong = factor * (beyond - _tail_scalar(b)[0])
            edge = factor * math.exp(-0.5 * b * b) / (_ROOT_2_PI * width * d)
            tables[0, i, k], tables[2, i, k] = g, -g * c / sigma
            tables[1, i, k] = right[0, i] + wrong
            tables[3, i, k] = density * (1.0 - 1.0 / d) - m_tilde * centre * wrong + edge
    return tables, right


@njit(error_model="numpy", cache=True)
def parity_tables(a, t, sigma, m_tilde):
    """e^{−m̃t²/2} g(±t), u(t), v(t) and their derivatives in a, shape (8, …); and u(0), v(0) with theirs, (4, fields)."""
    tables, signs = np.empty((8, a.size, t.size)), np.empty((4, a.size))
    for i in range(a.size):
        signs[0, i], signs[1, i] = _tail_scalar(-a[i] / sigma)[0], _tail_scalar(a[i] / sigma)[0]
        signs[2, i] = math.exp(-0.5 * (a[i] / sigma) ** 2) / (_ROOT_2_PI * sigma)
        signs[3, i] = -signs[2, i]
        for k in range(t.size):
            price = math.exp(-0.5 * m_tilde * t[k] * t[k])
            for side in range(2):
                sign = 1.0 - 2.0 * side
                c = (t[k] - sign * a[i]) / sigma
                g = math.exp(-0.5 * c * c) / (_ROOT_2_PI * sigma)
                tables[side, i, k], tables[4 + side, i, k] = price * g, price * g * sign * c / sigma
                tables[2 + side, i, k], tables[6 + side, i, k] = _tail_scalar(c)[0], sign * g
    return tables, signs


@njit(error_model="numpy", cache=True)
def majority_weight(weights, x, y, z, right, i, j, k):
    """I and its three derivatives from the tables of three fields."""
    p, q, r = right[:, i], right[:, j], right[:, k]
    total, d1, d2, d3 = p[0] * q[0] * r[0], p[1] * q[0] * r[0], p[0] * q[1] * r[0], p[0] * q[0] * r[1]
    for n in range(weights.size):
        w = weights[n]
        g1, b1, g2, b2, g3, b3 = x[0, n], x[1, n], y[0, n], y[1, n], z[0, n], z[1, n]
        m1, m2, m3 = g2 * b3 + b2 * g3, g1 * b3 + b1 * g3, g1 * b2 + b1 * g2
        total += w * (g1 * b2 * b3 + b1 * m1)
        d1 += w * (x[2, n] * b2 * b3 + x[3, n] * m1)
        d2 += w * (y[2, n] * b1 * b3 + y[3, n] * m2)
        d3 += w * (z[2, n] * b1 * b2 + z[3, n] * m3)
    return total, d1, d2, d3


@njit(error_model="numpy", cache=True)
def parity_weight(weights, x, y, z, signs, i, j, k):
    """I and its three derivatives; tables 0, 1: leading unit right or wrong, 2, 3: unit beyond t, right or wrong."""
    p, q, r = signs[:, i], signs[:, j], signs[:, k]
    s1, w1 = q[0] * r[0] + q[1] * r[1], q[0] * r[1] + q[1] * r[0]
    s2, w2 = p[0] * r[0] + p[1] * r[1], p[0] * r[1] + p[1] * r[0]
    s3, w3 = p[0] * q[0] + p[1] * q[1], p[0] * q[1] + p[1] * q[0]
    total = p[0] * s1 + p[1] * w1
    d1, d2, d3 = p[2] * s1 + p[3] * w1, q[2] * s2 + q[3] * w2, r[2] * s3 + r[3] * w3
    for n in range(weights.size):
        w = weights[n]
        f1, h1, u1, v1 = x[0, n], x[1, n], x[2, n], x[3, n]
        f2, h2, u2, v2 = y[0, n], y[1, n], y[2, n], y[3, n]
        f3, h3, u3, v3 = z[0, n], z[1, n], z[2, n], z[3, n]
        even1, odd1 = u2 * u3 + v2 * v3, u2 * v3 + v2 * u3
        even2, odd2 = u1 * u3 + v1 * v3, u1 * v3 + v1 * u3
        even3, odd3 = u1 * u2 + v1 * v2, u1 * v2 + v1 * u2
        # one of the other two leads, and this unit is right (left factor) or wrong
        ru1 = f2 * v3 + h2 * u3 + f3 * v2 + h3 * u2
        rv1 = f2 * u3 + h2 * v3 + f3 * u2 + h3 * v2
        ru2 = f1 * v3 + h1 * u3 + f3 * v1 + h3 * u1
        rv2 = f1 * u3 + h1 * v3 + f3 * u1 + h3 * v1
        ru3 = f1 * v2 + h1 * u2 + f2 * v1 + h2 * u1
        rv3 = f1 * u2 + h1 * v2 + f2 * u1 + h2 * v1
        total += w * (f1 * odd1 + h1 * even1 + u1 * ru1 + v1 * rv1)
        d1 += w * (x[4, n] * odd1 + x[5, n] * even1 + x[6, n] * ru1 + x[7, n] * rv1)
        d2 += w * (y[4, n] * odd2 + y[5, n] * even2 + y[6, n] * ru2 + y[7, n] * rv2)
        d3 += w * (z[4, n] * odd3 + z[5, n] * even3 + z[6, n] * ru3 + z[7, n] * rv3)
    return total, d1, d2, d3


@njit(error_model="numpy", cache=True)
def corner(overlap_0, complement_0, m_tilde, parity, step):
    r"""f, E Σ(∂_ℓ ln I)² and E Σ a_ℓ ∂_ℓ ln I, at q₀ = `overlap_0` and 1 − q₀ = `complement_0`.

    The two averages are its derivatives,

        ∂f/∂q₀ = −½ E Σ(∂_ℓ ln I)²,    m̃ ∂f/∂m̃ = ½ { E Σ a_ℓ ∂_ℓ ln I / q₀ + (1−q₀) E Σ(∂_ℓ ln I)² }.

    `parity` chooses the decision; `step` is that of all trapezoids, 0.25 for about 12 digits.
    """
    root, sigma = math.sqrt(overlap_0), math.sqrt(complement_0)
    z, measure = np.zeros(1), np.ones(1)
    if overlap_0 > 0.0:
        z, measure = graded_trapezoid(np.zeros(1), np.full(1, max(sigma / root, 1e-3)), -_TAIL, _TAIL, step)
        measure = measure * np.exp(-0.5 * z * z) / _ROOT_2_PI
    narrow = sigma / math.sqrt(1.0 + m_tilde * complement_0)
    t, weights = half_line(2.4 * narrow, _TAIL * (root + sigma), step)
    if parity:
        tables, edges = parity_tables(root * z, t, sigma, m_tilde)
    else:
        tables, edges = majority_tables(root * z, t, sigma, m_tilde)
    value, square, drift = 0.0, 0.0, 0.0
    for i in range(z.size):
        for j in range(i, z.size):
            for k in range(j, z.size):
                permutations = 6.0 if i < j and j < k else (1.0 if i == k else 3.0)
                weight = permutations * measure[i] * measure[j] * measure[k]
                if weight < _LIGHTEST:
                    continue
                x, y, w = tables[:, i], tables[:, j], tables[:, k]
                if parity:
                    sums = parity_weight(weights, x, y, w, edges, i, j, k)
                else:
                    sums = majority_weight(weights, x, y, w, edges, i, j, k)
                total = sums[0]
                d1, d2, d3 = sums[1] / total, sums[2] / total, sums[3] / total
                value += weight * math.log(total)
                square += weight * (d1 * d1 + d2 * d2 + d3 * d3)
                drift += weight * root * (z[i] * d1 + z[j] * d2 + z[k] * d3)
    return value, square, drift
