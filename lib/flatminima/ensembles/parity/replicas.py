r"""Energetic term of an integer number y of replicas of a parity machine with three units: sums of one-dimensional averages.

With p_ℓ, p̄_ℓ the probabilities that unit ℓ of a replica agrees with the label or not, the product of the signs is right in
four ways, P = p₁p₂p₃ + p₁p̄₂p̄₃ + p̄₁p₂p̄₃ + p̄₁p̄₂p₃. By the multinomial theorem, with n_s replicas right in the way s,

    A(h) = E_u P^y = Σ_n (y; n) Π_ℓ t_{k_ℓ}(h_ℓ),    k_ℓ = number of replicas whose unit ℓ agrees,    t_k(h) = ∫Du p^k p̄^{y−k},

with p = H(−(h + √(q₁−q₀) u)/√(1−q₁)), and h = √q₀ v the field that the groups share. All terms are positive, and summed as
exponentials of logarithms: no digit is lost where A is small. Reversing two signs changes nothing: v₁, v₂ ≥ 0 is enough.
"""

import functools
import math

import numpy as np
from scipy import special

_OUTER_REACH, _INNER_REACH = 7.5, 8.5  # standard deviations
_OUTER, _INNER = 0.4, 0.25  # steps of the trapezoid rules, in units of the scale on which the integrands turn
_LOG_DENSITY = -0.5 * math.log(2.0 * math.pi)


def energetic(q0, q1, y, refine=1.0):
    r"""(𝒢_E, E|∇ ln A|²/y²): the energetic term per replica, and −2/y times its derivative with respect to q₀.

    $$ \mathcal G_E = \frac1y \int \prod_\ell Dv_\ell\, \ln A(\sqrt{q_0}\,v), \qquad
       \frac{\partial\mathcal G_E}{\partial q_0} = -\frac1{2y} \int \prod_\ell Dv_\ell\, |\nabla \ln A|^2 $$

    shaping-2020, parity machines, before y → ∞. 0 ≤ q₀ < q₁ < 1; the steps are divided by `refine`.

    >>> value, square = energetic(0.0, 0.5, 2)         # arcsin(1/2) = π/6
    >>> bool(abs(value - math.log((1 + 1 / 27) / 4) / 2) < 1e-14), bool(square < 1e-25)
    (True, True)
    """
    step = _OUTER * min(1.0, math.sqrt(4.0 * (1.0 - q0) / (max(y, 4) * q0)) if q0 > 0.0 else 1.0) / refine
    v = step * (np.arange(math.ceil(_OUTER_REACH / step)) + 0.5)
    weights = np.exp(-0.5 * v * v)
    weights /= weights.sum()
    agree, slope = _powers(math.sqrt(q0) * v, q0, q1, y, refine)
    pairs = _two_units(agree, y)
    value = square = 0.0
    for last, last_slope in ((agree, slope), (agree[::-1], -slope[::-1])):  # v₃ and −v₃
        terms = pairs[:, :, :, None] + last[:, None, None, :]
        top = terms.max(axis=0)
        shares = np.exp(terms - top)
        total = shares.sum(axis=0)
        by_last = np.einsum("kabc,kc->abc", shares, last_slope) / total
        measure = 0.5 * weights[:, None, None] * weights[:, None] * weights
        value += np.sum(measure * (top + np.log(total)))
        square += 3.0 * np.sum(measure * by_last**2)  # the three units are alike
    return float(value) / y, float(square) / y**2


def _powers(h, q0, q1, y, refine):
    """ln t_k(h) and its derivative, of the shape (y + 1, n)."""
    noise, spread = math.sqrt(1.0 - q1), math.sqrt(q1 - q0)
    step = _INNER * min(1.0, noise / spread) / refine
    half = math.ceil(_INNER_REACH / step)
    u = step * np.arange(-half, half + 1)
    x = (h[:, None] + spread * u) / noise
    agree, differ = special.log_ndtr(x), special.log_ndtr(-x)
    density = _LOG_DENSITY - 0.5 * x * x
    pull = (np.exp(density - agree) / noise, -np.exp(density - differ) / noise)
    measure = math.log(step) + _LOG_DENSITY - 0.5 * u * u
    logs, slopes = [], []
    for k in range(y + 1):
        terms = k * agree + (y - k) * differ + measure
        total = special.logsumexp(terms, axis=1)
        logs.append(total)
        slopes.append(np.sum(np.exp(terms - total[:, None]) * (k * pull[0] + (y - k) * pull[1]), axis=1))
    return np.array(logs), np.array(slopes)


def _two_units(agree, y):
    """ln Σ over k₁, k₂ at every k₃ and at all fields of the first two units, of the shape (y + 1, n, n)."""
    ways = _log_ways(y)
    first = special.logsumexp(ways[:, :, :, None] + agree[:, None, None, :], axis=0)
    return special.logsumexp(first[:, :, :, None] + agree[:, None, None, :], axis=0)


@functools.lru_cache(maxsize=None)
def _log_ways(y):
    """ln of the number of ways in which y right replicas have k₁, k₂, k₃ agreeing units; −∞ where there is none."""
    ways = np.zeros(3 * (y + 1,))
    for all_agree in range(y + 1):
        for first in range(y + 1 - all_agree):
            for second in range(y + 1 - all_agree - first):
                third = y - all_agree - first - second
                number = math.factorial(y)
                for each in (all_agree, first, second, third):
                    number //= math.factorial(each)
                ways[all_agree + first, all_agree + second, all_agree + third] += number
    with np.errstate(divide="ignore"):
        return np.log(ways)
