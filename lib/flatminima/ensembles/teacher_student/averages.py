r"""The two averages behind the students around a student: one pattern, and one weight.

A pattern is seen by the teacher, with field v₀, by a reference student, v, and by the students around it, with the mean
field h. The references share a field x. Given x, the other three are Gaussian with the covariances

    v₀, v: 0     v₀, h: r − t₀R/q     v, h: t₁ − t₀     and variances 1 − R²/q, 1 − q, γ = p − t₀²/q,

so that h = (t₀/√q) x + √γ y, and given x and y the pair (v₀, v) is normal with the correlation ϱ below. The weight of (x, y) is
2 P(v₀ > 0, v > κ̃ | x, y)/P(v > κ̃ | x). Without a teacher, R = r = 0, it is H(χ)/H(ξ) as in `franz_parisi`.
"""

import math

import numpy as np
from scipy.special import erfcx, log_ndtr, ndtr

_CUTOFF = 8.0
_RULES = {bound: np.polynomial.legendre.leggauss(n) for bound, n in ((0.1, 3), (0.4, 6), (1.0, 12))}  # by |correlation|


def gaussian_nodes(step):
    """Nodes and weights of the trapezoid rule for ∫Dx."""
    x = step * np.arange(-math.ceil(_CUTOFF / step), math.ceil(_CUTOFF / step) + 1)
    return x, step * _density(x)


def narrow_step(reference, p, t0, t1):
    """The step that resolves how sharply v and ℓ bend as functions of y, to about eight digits."""
    gamma = p - t0 * t0 / reference.q
    bent = max(abs(t1 - t0), 1e-12)
    sharp_v = math.sqrt((1.0 - reference.q) * gamma - bent**2) / bent  # a Gaussian's width: error exp(−2π² w²/h²)
    sharp_l = math.sqrt((1.0 - p) / gamma)  # poles at 2.8 of it: error exp(−2π · 2.8 w/h)
    return min(0.2, 1.1 * sharp_v, 0.75 * sharp_l)


def pattern_averages(reference, p, t0, t1, r, step):
    """Averages over one pattern for a `StudentState` as reference; None where these are no overlaps.

    Returns 𝒢_E = ⟨ℓ⟩, ⟨ℓ′²⟩, ⟨A(ξ) ℓ′⟩/√(1 − q), ⟨δ(v₀) ℓ′⟩ and ⟨δ(v − κ̃) ℓ′⟩ with ℓ(h) = ln H(−h/√(1 − p)): 𝒢_E, and
    what its derivatives by p, t₀, r and t₁ are made of.
    """
    q, R, margin = reference.q, reference.overlap, reference.kappa
    gamma = p - t0 * t0 / q
    if not (gamma > 0.0 and p < 1.0):
        return None
    slope_0, slope_v = (r - t0 * R / q) / math.sqrt(gamma), (t1 - t0) / math.sqrt(gamma)  # of v₀ and v for a unit of y
    square_0, square_v = 1.0 - R * R / q - slope_0**2, 1.0 - q - slope_v**2
    if not (square_0 > 0.0 and square_v > 0.0):
        return None
    sigma_0, sigma_v = math.sqrt(square_0), math.sqrt(square_v)
    correlation = -slope_0 * slope_v / (sigma_0 * sigma_v)
    if not abs(correlation) < 1.0:
        return None
    x, dx = gaussian_nodes(step)
    y, x = x, x[:, None]
    a = -(R / math.sqrt(q) * x + slope_0 * y) / sigma_0  # v₀ > 0 and v > κ̃ are beyond a and b
    b = (margin - math.sqrt(q) * x - slope_v * y) / sigma_v
    xi = (margin - math.sqrt(q) * x) / math.sqrt(1.0 - q)
    measure = 2.0 * dx[:, None] * dx / ndtr(-xi)
    other = math.sqrt(1.0 - correlation**2)
    both = measure * _both_beyond(a, b, correlation)
    at_zero = measure * _density(a) / sigma_0 * ndtr((correlation * a - b) / other)
    at_margin = measure * _density(b) / sigma_v * ndtr((correlation * b - a) / other)
    eta = -(t0 / math.sqrt(q) * x + math.sqrt(gamma) * y) / math.sqrt(1.0 - p)
    first = _mills(eta) / math.sqrt(1.0 - p)
    of_reference = _mills(xi) / math.sqrt(1.0 - q)
    columns = both * log_ndtr(-eta), both * first**2, both * of_reference * first, at_zero * first, at_margin * first
    return tuple(float(column.sum()) for column in columns)


def weight_averages(reference, p_hat, t0_hat, r_hat, delta_hat, step):
    """𝒢_S and the overlaps p, t₀, t₁ and r that one weight has, teacher gauged to +1; None outside the domain.

    The reference's weight w̃ has the field B = √q̂ x + R̂, a student's Y = √(p̂ − t̂₀²/q̂) y + (t̂₀/√q̂) x + r̂ + δ̂ w̃.
    """
    root_q = math.sqrt(reference.q_hat)
    spread = p_hat - (t0_hat / root_q) ** 2
    if not spread >= 0.0:
        return None
    x, dx = gaussian_nodes(step)
    B, common = root_q * x[:, None] + reference.overlap_hat, (t0_hat / root_q) * x[:, None] + math.sqrt(spread) * x + r_hat
    totals = np.zeros(5)
    for sign in (1, -1):
        Y = common + sign * delta_hat
        T, measure = np.tanh(Y), dx[:, None] * dx / (1.0 + np.exp(-2.0 * sign * B))
        columns = np.logaddexp(Y, -Y), T * T, np.tanh(B) * T, sign * T, T
        totals += [np.sum(measure * column) for column in columns]
    return totals


def _density(x):
    return np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def _mills(x):
    return math.sqrt(2.0 / math.pi) / erfcx(x / math.sqrt(2.0))


def _both_beyond(a, b, correlation):
    """P(X > a, Y > b) of a normal pair: it grows with the correlation like the density at (a, b)."""
    total = ndtr(-a) * ndtr(-b)
    angles, shares = next(rule for bound, rule in _RULES.items() if abs(correlation) <= bound)
    for node, share in zip(0.5 * correlation * (angles + 1.0), 0.5 * correlation * shares):
        square = 1.0 - node * node
        exponent = -(a * a - 2.0 * node * a * b + b * b) / (2.0 * square)
        total = total + share * np.exp(exponent) / (2.0 * math.pi * math.sqrt(square))
    return total
