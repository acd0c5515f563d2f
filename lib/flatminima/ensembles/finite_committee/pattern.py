r"""Probability that three noisy hidden units give the right output, with its first and second derivatives.

Unit ℓ is right with probability p_ℓ = H(−h_ℓ), wrong with p̄_ℓ = H(h_ℓ); h_ℓ is its mean field in units of the
noise √(1−q). The output is right when the number of right units is one of those that `correct` allows:

    L(h) = ln P,    P = Σ_{s} correct[Σs] Π_ℓ (p_ℓ or p̄_ℓ).

P is of first degree in every p_ℓ, and ∂p_ℓ/∂h_ℓ = G(h_ℓ). A derivative therefore replaces the factor of its
unit by G(h_ℓ), and `correct` by its difference: with c′[n] = c[n+1] − c[n] and c″[n] = c′[n+1] − c′[n],

    ∂₁P = G(h₁) Σ_{s₂s₃} c′[s₂+s₃] …,    ∂₁∂₂P = G(h₁) G(h₂) Σ_{s₃} c″[s₃] …,    ∂₁²P = −h₁ ∂₁P.

These sums cancel nothing that could be avoided: for a majority ∂₁P has positive terms only, p₂p̄₃ + p̄₂p₃. Every
product is an exponential of logarithms less L, so that ∂P/P survives where P underflows.
"""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.tails import _tail_scalar

_LOG_DENSITY = -0.5 * math.log(2.0 * math.pi)


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
def pattern(h1, h2, h3, correct):
    r"""L = ln P, its gradient (3,) and its Hessian (3, 3) at the fields h of the three units.

    `correct` is an array of four 0 or 1: whether the output is right if 0, 1, 2, 3 units are. Absolute accuracy about
    1e-15 (1 + |h|²).

    >>> majority = np.array([0, 0, 1, 1])
    >>> value, gradient, hessian = pattern(0.0, 0.0, 0.0, majority)
    >>> bool(abs(value + np.log(2)) < 1e-15), bool(abs(gradient[0] - 1 / np.sqrt(2 * np.pi)) < 1e-15)
    (True, True)
    """
    h = np.array([h1, h2, h3])
    right, wrong, density = np.empty(3), np.empty(3), np.empty(3)
    for i in range(3):
        right[i], wrong[i] = _tail_scalar(-h[i])[1], _tail_scalar(h[i])[1]
        density[i] = _LOG_DENSITY - 0.5 * h[i] * h[i]
    value = _log_pattern(right, wrong, correct)
    gradient, hessian = np.empty(3), np.empty((3, 3))
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
        gradient[i] = first
        hessian[i, j] = second
    for i in range(3):
        j = (i + 1) % 3
        hessian[i, i] = -gradient[i] * (h[i] + gradient[i])
        hessian[i, j] -= gradient[i] * gradient[j]
        hessian[j, i] = hessian[i, j]
    return value, gradient, hessian
