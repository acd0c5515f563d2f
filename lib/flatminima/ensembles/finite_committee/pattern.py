r"""Probability that three noisy hidden units give the right output, with its first and second derivatives.

shaping-2020 (H tilde) is P of a majority.

Unit ℓ is right with probability p_ℓ = H(−h_ℓ), wrong with p̄_ℓ = H(h_ℓ); h_ℓ is its mean field in units of the
noise √(1−q). The output is right when the number of right units is one of those that `correct` allows:

    L(h) = ln P,    P = Σ_{s} correct[Σs] Π_ℓ (p_ℓ or p̄_ℓ).

P is of first degree in every p_ℓ, and ∂p_ℓ/∂h_ℓ = G(h_ℓ). A derivative therefore replaces the factor of its
unit by G(h_ℓ), and `correct` by its difference: with c′[n] = c[n+1] − c[n] and c″[n] = c′[n+1] − c′[n],

    ∂₁P = G(h₁) Σ_{s₂s₃} c′[s₂+s₃] …,    ∂₁∂₂P = G(h₁) G(h₂) Σ_{s₃} c″[s₃] …,    ∂₁²P = −h₁ ∂₁P.

These sums cancel nothing that could be avoided: for a majority ∂₁P has positive terms only, p₂p̄₃ + p̄₂p₃. Where P
comes near underflow, every product is an exponential of logarithms less L, so that ∂P/P survives.
"""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.tails import _gaussian_factor, _scaled_tail, _tail_scalar

_LOG_DENSITY = -0.5 * math.log(2.0 * math.pi)
_DENSITY = 1.0 / math.sqrt(2.0 * math.pi)
_SMALLEST = 1e-270  # of P: what underflows beside it does not count


@njit(error_model="numpy", inline="always")
def _unit(h):
    """(p, p̄, G) at h."""
    factor = _gaussian_factor(abs(h))
    small = _scaled_tail(abs(h)) * factor
    large = 1.0 - small
    return (large if h > 0.0 else small), (small if h > 0.0 else large), _DENSITY * factor


@njit(error_model="numpy", inline="always")
def _change(p1, q1, p2, q2, correct):
    """Σ c′ over the states of two units: what P gains when the third unit turns right."""
    change = (correct[1] - correct[0]) * (q1 * q2) + (correct[3] - correct[2]) * (p1 * p2)
    return change + (correct[2] - correct[1]) * (p1 * q2 + q1 * p2)


@njit(error_model="numpy", cache=True)
def pattern_terms(h1, h2, h3, correct):
    """What `pattern` returns, as ten numbers L, ∂₁, ∂₂, ∂₃, ∂₁₁, ∂₂₂, ∂₃₃, ∂₁₂, ∂₁₃, ∂₂₃: for use inside other kernels."""
    p1, q1, d1 = _unit(h1)
    p2, q2, d2 = _unit(h2)
    p3, q3, d3 = _unit(h3)
    none, one, two = q1 * q2, p1 * q2 + q1 * p2, p1 * p2  # of the first two are right
    wrong = correct[0] * none + correct[1] * one + correct[2] * two
    probability = q3 * wrong + p3 * (correct[1] * none + correct[2] * one + correct[3] * two)
    if not probability > _SMALLEST:
        return _deep_pattern(np.array([h1, h2, h3]), correct)
    inverse = 1.0 / probability
    low, high = correct[2] - 2 * correct[1] + correct[0], correct[3] - 2 * correct[2] + correct[1]
    g1 = d1 * inverse * _change(p2, q2, p3, q3, correct)
    g2 = d2 * inverse * _change(p1, q1, p3, q3, correct)
    g3 = d3 * inverse * _change(p1, q1, p2, q2, correct)
    l12 = d1 * d2 * inverse * (low * q3 + high * p3) - g1 * g2
    l13 = d1 * d3 * inverse * (low * q2 + high * p2) - g1 * g3
    l23 = d2 * d3 * inverse * (low * q1 + high * p1) - g2 * g3
    diagonal = -g1 * (h1 + g1), -g2 * (h2 + g2), -g3 * (h3 + g3)
    return math.log(probability), g1, g2, g3, diagonal[0], diagonal[1], diagonal[2], l12, l13, l23


@njit(error_model="numpy", cache=True)
def _log_pattern(right, wrong, correct):
    """ln P from the logarithms of p and p̄ of the three units."""
    top, terms, n = -np.inf, np.empty(8), 0
    for s1 in range(2):
        for s2 in range(2):
            for s3 in range(2):
                if correct[s1 + s2 + s3]:
                    term = (right[0] if s1 else wrong[0]) + (right[1] if s2 else wrong[1]) + (right[2] if s3 else wrong[2])
                    terms[n] = term
                    n += 1
                    top = max(top, term)
    total = 0.0
    for k in range(n):
        total += math.exp(terms[k] - top)
    return top + math.log(total)


@njit(error_model="numpy", cache=True)
def _deep_pattern(h, correct):
    """`pattern_terms` where P is too small to be formed."""
    right, wrong, density = np.empty(3), np.empty(3), np.empty(3)
    for i in range(3):
        right[i], wrong[i] = _tail_scalar(-h[i])[1], _tail_scalar(h[i])[1]
        density[i] = _LOG_DENSITY - 0.5 * h[i] * h[i]
    value = _log_pattern(right, wrong, correct)
    gradient, mixed = np.empty(3), np.empty(3)  # mixed[i] is ∂_i∂_{i+1}
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        first, second = 0.0, 0.0
        for sj in range(2):
            for sk in range(2):
                change = correct[sj + sk + 1] - correct[sj + sk]
                if change != 0:
                    others = (right[j] if sj else wrong[j]) + (right[k] if sk else wrong[k])
                    first += change * math.exp(density[i] + others - value)
        for sk in range(2):
            change = correct[sk + 2] - 2 * correct[sk + 1] + correct[sk]
            if change != 0:
                second += change * math.exp(density[i] + density[j] + (right[k] if sk else wrong[k]) - value)
        gradient[i], mixed[i] = first, second
    g1, g2, g3 = gradient
    diagonal = -g1 * (h[0] + g1), -g2 * (h[1] + g2), -g3 * (h[2] + g3)
    across = mixed[0] - g1 * g2, mixed[2] - g1 * g3, mixed[1] - g2 * g3
    return value, g1, g2, g3, diagonal[0], diagonal[1], diagonal[2], across[0], across[1], across[2]


@njit(error_model="numpy", cache=True)
def pattern(h1, h2, h3, correct):
    r"""L = ln P, its gradient (3,) and its Hessian (3, 3) at the fields h of the three units.

    `correct` is an array of four 0 or 1: whether the output is right if 0, 1, 2, 3 units are. Absolute accuracy about
    1e-15 (1 + |h|²).

    >>> majority = np.array([0, 0, 1, 1])
    >>> value, gradient, hessian = pattern(0.0, 0.0, 0.0, majority)
    >>> bool(abs(value + np.log(2)) < 1e-15), bool(abs(gradient[0] - 1 / np.sqrt(2 * np.pi)) < 1e-15)
    (True, True)
    """
    value, g1, g2, g3, l11, l22, l33, l12, l13, l23 = pattern_terms(h1, h2, h3, correct)
    return value, np.array([g1, g2, g3]), np.array([[l11, l12, l13], [l12, l22, l23], [l13, l23, l33]])
