r"""Where replica symmetry breaks for three sign units, and how: continuously for a majority, with a jump for a parity.

Continuous. At the instability of the symmetric saddle point q₁ and q₀ part from their common value q. With g and 𝓗 the
gradient and the matrix of second derivatives of L = ln P, and L_ijk the third derivatives, the orders ε² and ε³ of
the three equations, ε = q₁ − q₀, are consistent for one value of m:

    α E Σ L_ij² = (1−q)⁻²,        m = α E Σ L_ijk² / 2[(1−q)⁻³ + α E tr 𝓗³].

With a jump. A parity has q₀ = q = 0, and clusters of overlap q₁ > 0 appear while m = 1:

    q₁/(1−q₁) = α Σ⟨(∂_ℓL)²⟩    from α_d on, the smallest such load over q₁ (the dynamical transition);
    ½[q₁ + ln(1−q₁)] + α(⟨L⟩ − ln ½) = 0    at α_0, where the number of clusters ceases to be exponential.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.optimize import minimize_scalar

from flatminima import saddle
from flatminima.architectures.decision import MAJORITY, Decision
from flatminima.ensembles.finite_committee import typical
from flatminima.ensembles.finite_committee.one_step.capacity import require_decision
from flatminima.ensembles.finite_committee.one_step.energetic import energetic, outer_nodes
from flatminima.ensembles.finite_committee.pattern import pattern_terms

_COARSE, _FINE, _FINEST = 0.25, 0.1875, 0.125
_CORRECT = {parity: np.array(correct) for parity, correct in ((False, (0, 0, 1, 1)), (True, (0, 1, 0, 1)))}


@dataclass(frozen=True)
class Onset:
    """Where clusters become relevant: load, overlaps between and inside clusters, m, and an error estimate of the load.

    `continuous` says whether q₁ leaves q₀ without a jump. `dynamical` is the load from which on clusters exist; it is
    `alpha` itself where the onset is continuous.
    """

    alpha: float
    q0: float
    q1: float
    m: float
    continuous: bool
    dynamical: float
    error: float
    decision: Decision


@njit(error_model="numpy", cache=True)
def third_order(q, correct, step):
    """E Σ L_ij², E Σ L_ijk² and E tr 𝓗³ of a symmetric state of overlap q, derivatives with respect to fields."""
    a, weight = outer_nodes(q, 1.0 - q, step)
    width = math.sqrt(1.0 - q)
    jump = correct[3] - 3.0 * correct[2] + 3.0 * correct[1] - correct[0]
    ratio, hessian = np.empty((3, 3)), np.empty((3, 3))
    second, third, cube = 0.0, 0.0, 0.0
    for i in range(a.size):
        for j in range(i, a.size):
            for k in range(j, a.size):
                permutations = 6.0 if i < j and j < k else (1.0 if i == k else 3.0)
                w = permutations * weight[i] * weight[j] * weight[k]
                if w < 1e-19:
                    continue
                h = (a[i] / width, a[j] / width, a[k] / width)
                terms = pattern_terms(h[0], h[1], h[2], correct)
                g = terms[1:4]
                hessian[0, 0], hessian[1, 1], hessian[2, 2] = terms[4], terms[5], terms[6]
                hessian[0, 1], hessian[0, 2], hessian[1, 2] = terms[7], terms[8], terms[9]
                hessian[1, 0], hessian[2, 0], hessian[2, 1] = terms[7], terms[8], terms[9]
                squares, cubes = 0.0, 0.0
                for p in range(3):
                    for q_ in range(3):
                        ratio[p, q_] = hessian[p, q_] + g[p] * g[q_]  # ∂²P/P
                        squares += hessian[p, q_] ** 2
                exponent = -0.5 * (h[0] * h[0] + h[1] * h[1] + h[2] * h[2]) - terms[0]
                density = math.exp(exponent) / (2.0 * math.pi) ** 1.5
                total = 0.0
                for p in range(3):
                    for q_ in range(3):
                        for r in range(3):
                            # ∂³P/P: one derivative of a unit makes its G, every further one a Hermite polynomial
                            if p == q_ and q_ == r:
                                ppp = (h[p] * h[p] - 1.0) * g[p]
                            elif p == q_ or p == r:
                                ppp = -h[p] * ratio[q_, r] if p != q_ else -h[p] * ratio[p, r]
                            elif q_ == r:
                                ppp = -h[q_] * ratio[p, q_]
                            else:
                                ppp = jump * density
                            mixed = hessian[p, q_] * g[r] + hessian[p, r] * g[q_] + hessian[q_, r] * g[p]
                            total += (ppp - mixed - g[p] * g[q_] * g[r]) ** 2
                            cubes += hessian[p, q_] * hessian[q_, r] * hessian[r, p]
                second += w * squares
                third += w * total
                cube += w * cubes
    scale = (1.0 - q) * (1.0 - q)
    return second / scale, third / (scale * (1.0 - q)), cube / (scale * (1.0 - q))


def onset(units=3, decision=MAJORITY):
    r"""The load at which a tree committee of three sign units breaks replica symmetry, with the break point m.

    $$ m = \frac{\alpha\, \mathbb E \sum L_{ijk}^2}
       {2\left[(1-q)^{-3} + \alpha\, \mathbb E \operatorname{tr} \mathcal H^3\right]} $$

    for a majority, whose clusters appear continuously at the instability of the symmetric saddle point (shaping-2020,
    alpha_0(K=3)); for a parity m = 1, and q₁ jumps. Returns an `Onset`; loads to
    1e-9, the break point of a majority to 1e-4. Raises ValueError or TypeError for input out of range.

    >>> from flatminima.architectures.decision import PARITY
    >>> majority, parity = onset(), onset(decision=PARITY)
    >>> round(majority.alpha, 8), round(majority.m, 3), majority.continuous
    (1.72990729, 0.764, True)
    >>> round(parity.dynamical, 6), round(parity.alpha, 6), round(parity.q1, 6)
    (2.906611, 3.18902, 0.929466)
    """
    return _jump(decision) if require_decision(units, decision) else _continuous(units, decision)


def _continuous(units, decision):
    alpha = typical.instability(units, decision)
    q = typical.solve(alpha, units, decision).q
    second, third, cube = third_order(q, _CORRECT[False], _FINEST)
    m = alpha * third / (2.0 * ((1.0 - q) ** -3 + alpha * cube))
    missed = abs(alpha * second * (1.0 - q) ** 2 - 1.0)  # the instability itself, by another quadrature
    return Onset(alpha, q, q, m, True, alpha, alpha * (missed + 1e-12), decision)


def _clusters(q1, step):
    """α of the clusters of overlap q₁ at m = 1 and q₀ = 0, and ∂ℱ/∂m there."""
    value, _, square, mean_log = energetic(0.0, q1, 1.0 - q1, _CORRECT[True], 1.0, step)
    alpha = q1 / ((1.0 - q1) * square)
    return alpha, 0.5 * (q1 + math.log1p(-q1)) + alpha * (mean_log - value)


def _jump(decision):
    clusters_exist = lambda q1: _clusters(q1, _COARSE)[0]
    lowest = minimize_scalar(clusters_exist, bounds=(0.3, 0.97), method="bounded", options={"xatol": 1e-7})
    found = []
    for step in (_COARSE, _FINE):
        q1 = saddle.critical(lambda q1: _clusters(q1, step)[1], lowest.x, 0.99)
        found.append(_clusters(q1, step)[0])
    dynamical = float(_clusters(lowest.x, _FINE)[0])
    return Onset(float(found[1]), 0.0, q1, 1.0, False, dynamical, float(abs(found[1] - found[0])) + 1e-12, decision)
