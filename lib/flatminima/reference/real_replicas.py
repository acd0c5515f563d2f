r"""Two or three real replicas at mutual overlap q₁, computed directly: no field is invented inside a group.

shaping-2020, Materials and Methods. n groups of y replicas have overlaps q₁ inside a group and q₀ between groups. As
n → 0 all groups see one Gaussian field, of variance q₀; given that field they are independent, and one group is y
vectors with the covariances

    C_aa = Q − q₀,   C_ab = q₁ − q₀,   Q = 1.

The one-step formulas go on and split C_ab into a second Gaussian field, which gives averages of y-th powers. Here the
y replicas stay together. A pattern asks for the orthant probability of y correlated fields, spherical weights for a
determinant, binary weights for a sum over 2^y states:

    F = S + (α/y) E_h ln P(v₁ > 0, …, v_y > 0 | h),                      h ~ N(0, ρ(q₀)), Cov = ρ(C)
    S = ½ ln 2πe + (1/2y) [ln det C + q₀ 1ᵀC⁻¹1]                         (spherical)
    S = −(y−1) q₁ q̂₁/2 + y q₀ q̂₀/2 − q̂₀/2 + (1/y) E_g ln Σ_w e^{√q̂₀ g Σ_a w_a + (q̂₁−q̂₀) Σ_{a<b} w_a w_b}   (binary)

Orthants follow from Plackett's identity ∂P/∂C_ab = ∂²P/∂h_a∂h_b, integrated from independent replicas on; all its
terms are positive, so that the smallest probabilities keep their digits.
"""

import itertools
from collections import namedtuple

import numpy as np
from mpmath import mp
from mpmath.calculus.quadrature import GaussLegendre
from scipy.optimize import root

from .arithmetic import Digits, Doubles
from .effective_overlaps import PERCEPTRON
from .inputs import real
from .large_deviation import _trapezoid
from .trapezoid import GUARD_DIGITS, cutoff

_RULE = GaussLegendre(mp)  # it keeps its nodes

State = namedtuple("State", "q1 alpha y q0 q1_hat q0_hat entropy residual")
State.__doc__ = """A saddle point; q̂₁ and q̂₀ are None for spherical weights, whose conjugates the determinant has done."""


def log_orthant(y, a, r, arithmetic):
    """(ln P, d ln P/da) for P(x₁ < a, …, x_y < a), standard Gaussians of common correlation r ≥ 0, y ≤ 3.

    `a` is an array; 13 digits for a > −20 in doubles.

    >>> quadrant, _ = log_orthant(2, Doubles.array([0.0]), 0.5, Doubles)       # 1/4 + arcsin(r)/2π
    >>> octant, _ = log_orthant(3, Doubles.array([0.0]), 0.5, Doubles)         # 1/8 + 3 arcsin(r)/4π
    >>> print(f"{np.exp(quadrant[0]):.12f} {np.exp(octant[0]):.12f}")
    0.333333333333 0.250000000000
    """
    below = arithmetic.log_H(-a)
    log_density = a * a / -2 - arithmetic.number(mp.log(2 * mp.pi) / 2)
    if y == 1:
        return below, arithmetic.exp(log_density - below)
    # with r = sin θ the corner density dr/√(1 − r²) becomes dθ
    theta, weight = _gauss_legendre(mp.asin(mp.mpf(r)), arithmetic)
    sine = [arithmetic.number(mp.sin(t)) for t in theta]
    rest = [arithmetic.number(mp.sqrt(2) * mp.sin(mp.pi / 4 - t / 2)) for t in theta]  # √(1 − sin θ)
    scale = np.minimum(a, 0) ** 2 * (y / (2 + 2 * (y - 1) * r))  # P ~ e^{−scale} far out
    total = arithmetic.exp(below * y + scale)
    for s, c, w in zip(sine, rest, weight):
        exponent = a * a / -(1 + s) + scale
        if y == 3:
            exponent = exponent + arithmetic.log_H(a * (-c / arithmetic.sqrt((1 + s) * (1 + 2 * s))))
        total = total + arithmetic.exp(exponent) * (w / (2 * arithmetic.number(mp.pi)) * (y * (y - 1) // 2))
    value = arithmetic.log(total) - scale
    others = log_orthant(y - 1, a * arithmetic.sqrt((1 - r) / (1 + r)), r / (1 + r), arithmetic)[0]
    return value, arithmetic.exp(log_density + others - value) * y


def energetic_term(y, q1, q0, overlaps=PERCEPTRON, digits=13):
    """(G_E, E[(∂ ln P/∂h)²]): the second is −2y ∂G_E/∂ρ(q₀), by which the first changes with q₀.

    >>> value, _ = energetic_term(2, "0.5", "0")             # no common field: half of ln(1/4 + arcsin(q₁)/2π)
    >>> print(f"{float(value):.12f}")                         # ln(1/3)/2
    -0.549306144334
    """
    q1, q0 = _overlaps(q1, q0)
    arithmetic = Doubles if digits <= Doubles.digits else Digits(digits)
    with mp.workdps(arithmetic.digits + GUARD_DIGITS):
        return _energetic(y, q1, q0, overlaps, arithmetic)


def spherical_term(y, q1, q0):
    """S of spherical weights, by the determinant and the inverse of the y × y matrix C.

    >>> mp.nstr(spherical_term(1, mp.mpf("0.5"), mp.mpf(0)), 12)            # the whole sphere
    '1.4189385332'
    """
    log_det, stiffness = _log_det_and_stiffness(y, q1, q0)
    return (mp.log(2 * mp.pi * mp.e) + (log_det + q0 * stiffness) / y) / 2


def binary_term(y, q1, q0, q1_hat, q0_hat, arithmetic):
    """(S, E⟨w_a w_b⟩, E⟨w_a⟩²) of binary weights, by sums over the 2^y states of a group.

    >>> value, inside, _ = binary_term(2, 0.5, 0.0, 0.8, 0.0, Doubles)      # two spins that feel each other alone
    >>> bool(abs(inside - np.tanh(0.8)) < 1e-13)
    True
    """
    states = np.array(list(itertools.product([1, -1], repeat=y)))
    sums, pairs = states.sum(axis=1).tolist(), ((states.sum(axis=1) ** 2 - y) // 2).tolist()
    scale = arithmetic.sqrt(q0_hat)

    def averages(g):
        exponents = [g * (scale * m) + (q1_hat - q0_hat) * p for m, p in zip(sums, pairs)]
        top = exponents[0]
        for exponent in exponents[1:]:
            top = np.maximum(top, exponent)
        weights = [arithmetic.exp(exponent - top) for exponent in exponents]
        total = sum(weights)
        mean = sum(w * m for w, m in zip(weights, sums)) / total / y
        inside = sum(w * p for w, p in zip(weights, pairs)) / total * 2 / max(y * (y - 1), 1)
        return [arithmetic.density(g) * f for f in (top + arithmetic.log(total), inside, mean * mean)]

    reach = cutoff(arithmetic.digits + GUARD_DIGITS)
    log_sum, inside, square = _trapezoid(averages, -reach, reach, arithmetic)
    legendre = (-(y - 1) * q1 * q1_hat + y * q0 * q0_hat - q0_hat) / 2
    return legendre + log_sum / y, inside, square


def entropy(q1, alpha, y, q0, q1_hat=None, q0_hat=None, overlaps=PERCEPTRON, digits=13):
    """F at any order parameters: spherical weights, or binary ones where q̂₁ and q̂₀ are given.

    >>> mp.nstr(entropy("0.5", "0.4", 2, "0.2", digits=12), 10)
    '1.103300108'
    """
    q1, q0 = _overlaps(q1, q0)
    with mp.workdps(digits + GUARD_DIGITS):
        alpha, arithmetic = real("alpha", alpha, 0), Digits(digits)
        if q1_hat is None:
            entropic = spherical_term(y, q1, q0)
        else:
            hats = real("q1_hat", q1_hat, 0), real("q0_hat", q0_hat, 0)
            entropic = binary_term(y, q1, q0, *hats, arithmetic)[0]
        return entropic + alpha * _energetic(y, q1, q0, overlaps, arithmetic)[0]


def solve(q1, alpha, y, weights, overlaps=PERCEPTRON):
    """The saddle point of y = 1, 2 or 3 replicas, from the direct pieces alone; `weights` is "binary" or "spherical".

    Stationarity in q₀ reads (1ᵀC⁻¹1)² q₀ = α ρ′(q₀) E[(∂ ln P/∂h)²], with y² q̂₀ on the left for binary weights; in q̂₁ and
    q̂₀ that E⟨w_a w_b⟩ = q₁ and E⟨w_a⟩² = q₀. SciPy's root finder starts from q₀ = q₁/2, knowing nothing of other
    ensembles. Raises ArithmeticError where it does not arrive.

    >>> state = solve(0.9, 0.5, 2, "spherical")
    >>> print(f"{state.q0:.8f} {state.entropy:.10f}")
    0.36487189 0.7645748655
    """
    if y not in (1, 2, 3):
        raise ValueError(f"y is {y!r}; it must be 1, 2 or 3 replicas.")
    if weights not in ("binary", "spherical"):
        raise ValueError(f"weights is {weights!r}; it must be 'binary' or 'spherical'.")
    q1, alpha = float(real("q1", q1, 0, 1)), float(real("alpha", alpha, 0))
    arithmetic = Doubles

    def parts(x):
        q0 = q1 / (1 + np.exp(-x[0]))
        _, square = _energetic(y, q1, q0, overlaps, arithmetic)
        return q0, alpha * float(overlaps.slope(q0, mp)) * square / y**2

    def spherical(x):
        q0, pull = parts(x)
        return [np.log(pull / (q0 * float(_log_det_and_stiffness(y, q1, q0)[1] / y) ** 2))]

    def binary(x):
        q0, pull = parts(x)
        q0_hat, split = np.exp(x[1]), np.exp(x[2])
        _, inside, square = binary_term(y, q1, q0, q0_hat + split, q0_hat, arithmetic)
        return [np.log(pull / q0_hat), np.log(square / q0), np.log((1 - inside) / (1 - q1)) if y > 1 else x[2]]

    equations, start = (spherical, [0.0]) if weights == "spherical" else (binary, [0.0, 0.0, 0.0])
    found = root(equations, start, method="hybr", options={"xtol": 1e-14})
    residual = float(np.max(np.abs(found.fun)))
    if not residual < 1e-9:
        raise ArithmeticError(f"The saddle point was not found: the residual is {residual:.1e}.")
    q0 = float(parts(found.x)[0])
    hats = None, None
    if weights == "binary":
        q0_hat, split = (float(np.exp(value)) for value in found.x[1:])
        hats = q0_hat + split, q0_hat
    return State(q1, alpha, y, q0, *hats, float(entropy(q1, alpha, y, q0, *hats, overlaps=overlaps)), residual)


def _energetic(y, q1, q0, overlaps, arithmetic):
    lowest, between, within, highest = overlaps.lowest(mp), overlaps.at(q0, mp), overlaps.at(q1, mp), overlaps.highest(mp)
    root_variance, width = (arithmetic.number(mp.sqrt(x)) for x in (between - lowest, highest - between))
    correlation = arithmetic.number((within - between) / (highest - between))

    def averages(z):
        value, slope = log_orthant(y, z * (root_variance / width), correlation, arithmetic)
        return [arithmetic.density(z) * f for f in (value, (slope / width) ** 2)]

    reach = cutoff(arithmetic.digits + GUARD_DIGITS)
    log_probability, square = _trapezoid(averages, -reach, reach, arithmetic)
    return log_probability / y, square


def _overlaps(q1, q0):
    q1 = real("q1", q1, 0, 1)
    q0 = real("q0", q0, 0, closed=True)
    if q0 > q1:
        raise ValueError(f"q0 is {mp.nstr(q0, 6)}; it must be at most q1 = {mp.nstr(q1, 6)}.")
    return q1, q0


def _log_det_and_stiffness(y, q1, q0):
    """(ln det C, 1ᵀC⁻¹1), by eliminating one replica after the other from C with a column of ones."""
    table = np.full((y, y + 1), mp.mpf(q1) - q0)
    table[np.diag_indices(y)] += 1 - q1
    table[:, y] = mp.mpf(1)
    log_det, stiffness = mp.mpf(0), mp.mpf(0)
    while len(table):
        (pivot, *row), rest = table[0], table[1:]
        log_det, stiffness = log_det + mp.log(pivot), stiffness + row[-1] ** 2 / pivot  # C is symmetric
        table = rest[:, 1:] - np.outer(rest[:, 0] / pivot, row)
    return log_det, stiffness


def _gauss_legendre(length, arithmetic):
    """Nodes and weights on (0, length)."""
    nodes, weights = zip(*_RULE.get_nodes(0, length, 5 if arithmetic.digits <= 16 else 6, mp.prec))
    return nodes, [arithmetic.number(w) for w in weights]
