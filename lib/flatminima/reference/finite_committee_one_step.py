"""Three sign units with one step of replica-symmetry breaking, from the definitions: no order statistics, no lattice.

At the corner q₁ → 1 one pattern gives to a cluster of mean fields a the weight

    I(a) = ∫Dz e^{−m̃ cost(a + √(1−q₀) z)/2},    cost(x) = min { Σ_ℓ x_ℓ² [s_ℓ x_ℓ < 0] : the signs s are a right output },

here a three-dimensional sum over nodes between the planes x_ℓ = 0 and x_ℓ = ±x_k where the cost bends. At finite q₁ and
integer m the power P^m is a polynomial in the H of the three units, and averages over independent fields factorise:

    ∫Dz₁ P^m = Σ c_{ijk} M_i(a₁) M_j(a₂) M_k(a₃),    M_i(a) = ∫Dz H^i(−(a + σz)/w).
"""

from itertools import product

import numpy as np
from mpmath import mp
from scipy.special import ndtr

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_REACH = 9.0  # standard deviations


def cost(x, correct):
    """Squared distance from the fields x (3, …) to the nearest ones that decide rightly, over all eight patterns of signs.

    >>> float(cost(np.array([-1.0, -2.0, -3.0]), (False, False, True, True)))
    5.0
    """
    distances = []
    for signs in product((-1, 1), repeat=3):
        if correct[signs.count(1)]:
            distances.append(sum(np.where(s * field < 0.0, field * field, 0.0) for s, field in zip(signs, x)))
    return np.min(distances, axis=0)


def _pieces(edges):
    """Gauss–Legendre nodes and weights between sorted edges (…, n), along the last axis."""
    left, right = edges[..., :-1, None], edges[..., 1:, None]
    half = 0.5 * (right - left)
    nodes, weights = left + half * (1.0 + _NODES), half * _WEIGHTS
    return nodes.reshape(*edges.shape[:-1], -1), weights.reshape(*edges.shape[:-1], -1)


def cluster_weight(a, q0, m_tilde, correct):
    """I(a) for three mean fields a; relative accuracy about 1e-10 for |a| ≤ 2.

    >>> bool(abs(cluster_weight((0.0, 0.0, 0.0), 0.0, 0.0, (False, False, True, True)) - 1.0) < 1e-12)
    True
    """
    sigma = np.sqrt(1.0 - q0)
    ends = [(field - _REACH * sigma, field + _REACH * sigma) for field in a]
    density = lambda x, field: np.exp(-0.5 * ((x - field) / sigma) ** 2) / (np.sqrt(2.0 * np.pi) * sigma)

    def axis(unit, bends):
        low, high = ends[unit]
        extra = np.broadcast_to(np.linspace(low, high, 5), (*bends.shape[:-1], 5))
        return _pieces(np.sort(np.clip(np.concatenate([extra, bends], axis=-1), low, high), axis=-1))

    x, wx = axis(0, np.zeros(1))
    total = 0.0
    for x1, w1 in zip(x, wx):
        y, wy = axis(1, np.array([0.0, x1, -x1]))
        z, wz = axis(2, np.stack([np.zeros_like(y), y, -y, np.full_like(y, x1), np.full_like(y, -x1)], axis=-1))
        y, wy = y[:, None], wy[:, None]
        integrand = np.exp(-0.5 * m_tilde * cost((x1, y, z), correct)) * density(y, a[1]) * density(z, a[2])
        total += w1 * density(x1, a[0]) * float(np.sum(wy * wz * integrand))
    return total


def _polynomial(correct, m):
    """P^m as a dictionary from the powers of the three p_ℓ to integer coefficients."""
    single = {}
    for signs in product((0, 1), repeat=3):
        if correct[sum(signs)]:
            for used in product(*[((1, 1),) if s else ((0, 1), (1, -1)) for s in signs]):  # p, or 1 − p
                powers = tuple(power for power, _ in used)
                single[powers] = single.get(powers, 0) + int(np.prod([sign for _, sign in used]))
    result = {(0, 0, 0): 1}
    for _ in range(m):
        multiplied = {}
        for (one, x), (two, y) in product(result.items(), single.items()):
            powers = tuple(i + j for i, j in zip(one, two))
            multiplied[powers] = multiplied.get(powers, 0) + x * y
        result = multiplied
    return {powers: factor for powers, factor in result.items() if factor}


def energetic_term(q0, q1, m, correct):
    """G_E at integer m in doubles, by equal steps in z₀ and z₁; about 1e-11 where the probabilities are not tiny (q₀ ≤ 0.5).

    >>> bool(abs(energetic_term(0.0, 0.5, 1, (False, False, True, True)) + np.log(2.0)) < 1e-12)
    True
    """
    z = np.linspace(-11.0, 11.0, 1601)
    measure = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi) * (z[1] - z[0])
    outer = slice(None, None, 20) if q0 > 0.0 else slice(800, 801)
    a = np.sqrt(q0) * z[outer]
    weight = measure[outer] * 20 if q0 > 0.0 else np.ones(1)
    p = ndtr((a[:, None] + np.sqrt(q1 - q0) * z) / np.sqrt(1.0 - q1))
    moments = [p**power @ measure for power in range(m + 1)]
    inside = 0.0
    for (i, j, k), factor in _polynomial(correct, m).items():
        inside = inside + factor * moments[i][:, None, None] * moments[j][:, None] * moments[k]
    weight = weight[:, None, None] * weight[:, None] * weight
    counted = weight > 1e-17
    return float(np.sum(weight[counted] * np.log(inside[counted])) / m)


def energetic_term_without_shared_field(q1, m, correct, digits=20):
    """G_E at q₀ = 0 and integer m in arbitrary precision: one-dimensional integrals only.

    >>> mp.nstr(energetic_term_without_shared_field("0.5", 1, (False, False, True, True)), 15)
    '-0.693147180559945'
    """
    with mp.workdps(digits + 5):
        ratio = mp.sqrt(mp.mpf(q1) / (1 - mp.mpf(q1)))
        integrand = lambda z, power: mp.npdf(z) * mp.ncdf(ratio * z) ** power
        moments = [mp.quad(lambda z: integrand(z, power), [-14, -3, -1, 0, 1, 3, 14]) for power in range(m + 1)]
        terms = (factor * moments[i] * moments[j] * moments[k] for (i, j, k), factor in _polynomial(correct, m).items())
        return mp.log(mp.fsum(terms)) / m
