r"""Two real replicas drawn with a Boltzmann weight at mutual overlap q₁, computed directly: a pair is kept together.

Given the field h that all pairs share, of variance Q₀, the two fields of one pair are Gaussian, of variance 1 − Q₀ and
covariance Q₁ − Q₀ about h. One pattern gives a pair the weight

    P(h) = ∫dv₁ dv₂ N(v₁, v₂ | h) w(v₁) w(v₂),      𝒢_E = ½ E_h ln P(h),

and the free entropy per replica is F = S + α 𝒢_E with the S of `real_replicas`. Nothing of `ensembles.large_deviation` is used:
no field inside a pair, no power of a smoothed weight. w is any function; the plane is divided where it turns.
"""

import math

import numpy as np

RADIUS = 9.0  # standard deviations
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)


def pair_term(Q1, Q0, weight, turns=(0.0,), step=0.15, panel=0.6):
    """(𝒢_E, v, shares): the shares are those of the field v of a replica, so that `shares @ g(v)` averages any g.

    `weight` takes an array; `turns` are places where it is not analytic, `panel` is the length of the Gauss–Legendre panels,
    `step` that of the lattice of h. Doubles; 12 digits for 1 − Q₁ > 0.05.

    Uncorrelated pairs under the weight Θ(v) are right with probability ¼:

    >>> term, _, shares = pair_term(0.0, 0.0, lambda v: np.where(v > 0, 1.0, 0.0))
    >>> print(round(term / math.log(0.25), 12), round(float(shares.sum()), 12))
    0.5 1.0
    """
    ends = np.sort([-RADIUS, *turns, RADIUS])
    edges = np.unique(np.concatenate([np.linspace(a, b, math.ceil((b - a) / panel) + 1) for a, b in zip(ends, ends[1:])]))
    half = 0.5 * np.diff(edges)[:, None]
    v = (0.5 * (edges[1:] + edges[:-1])[:, None] + half * _NODES).reshape(-1)
    measure = (half * _WEIGHTS).reshape(-1) * weight(v)
    determinant = (1 - Q1) * (1 + Q1 - 2 * Q0)  # of the covariance of the pair
    count = math.floor(RADIUS / step)
    z = step * np.arange(-count, count + 1)
    value, shares = 0.0, np.zeros_like(v)
    for zi, density in zip(z, step * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)):
        a = v - math.sqrt(Q0) * zi
        exponent = ((1 - Q0) * (a[:, None] ** 2 + a**2) - 2 * (Q1 - Q0) * np.multiply.outer(a, a)) / (-2 * determinant)
        joint = np.exp(exponent) / (2 * math.pi * math.sqrt(determinant))
        first = measure * (joint @ measure)
        total = first.sum()
        value += 0.5 * density * math.log(total)
        shares += density * first / total
        if Q0 == 0.0:
            return 0.5 * math.log(total), v, first / total
    return value, v, shares
