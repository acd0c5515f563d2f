r"""Replicas of a parity machine whose groups do not feel one another, q₀ = 0: one-dimensional integrals, any number of units.

The output of a replica is right with probability P = (1 + Π_ℓ e_ℓ)/2, where e_ℓ = erf(h_ℓ/√(2(1−q₁))) is the mean of τ_ℓ at the
field h_ℓ, of variance q₁, that the replicas share. The units are independent, so that the binomial theorem gives

    E P^y = 2^{−y} Σ_k (y over k) μ_k^K,    μ_k = E e^k,

where odd k do not contribute. As K → ∞ at q₁ < 1 every μ_k^K vanishes but μ₀ = 1: the replicas see independent patterns.
"""

import math

import numpy as np
from scipy import special

from flatminima.ensembles.parity.inputs import MOST_REPLICAS, MOST_UNITS, whole_number
from flatminima.validation import real_number

_REACH = 8.5  # standard deviations
_STEP = 0.08  # of the trapezoid rule, in the graded variable


def annealed(q1, y, units=3):
    r"""The energetic term of y replicas at mutual overlap q₁, if groups of them are independent of one another.

    $$ \mathcal G_E = \frac1y \ln \Big[ 2^{-y} \sum_{k\,\text{even}} \binom yk \mu_k^K \Big], \qquad
       \mu_k = \mathbb E\, \operatorname{erf}^k \frac h{\sqrt{2(1-q_1)}}, \qquad \mu_2 = \frac2\pi \arcsin q_1 $$

    shaping-2020 (parity log-ratio), of y = 1 and of K = ∞. By Jensen's inequality α times this is an upper bound of the
    normalised local entropy. `q1` in (0, 1); `y` a whole number from 1 to 10; `units` a whole number K, or infinite. Raises
    ValueError or TypeError otherwise. Accuracy 1e-14.

    >>> annealed(0.5, 1) == -math.log(2)
    True
    >>> round(annealed(0.5, 2), 10) == round(math.log((1 + 1 / 27) / 4) / 2, 10)
    True
    """
    q1, y = real_number("q1", q1, 0.0, 1.0), whole_number("y", y, MOST_REPLICAS, infinite=False)
    units = whole_number("units", units, MOST_UNITS)
    if units == math.inf:
        return -math.log(2.0)
    correlated = sum(math.comb(y, k) * _mean_power(q1, k) ** units for k in range(2, y + 1, 2))
    return math.log1p(correlated) / y - math.log(2.0)


def _mean_power(q1, k):
    """μ_k, k even."""
    scale = math.sqrt((1.0 - q1) / q1)
    width = min(scale, 1.0)  # nodes are graded where e turns fast
    reach = math.asinh(_REACH / width)
    x = _STEP * (np.arange(math.ceil(reach / _STEP)) + 0.5)
    v = width * np.sinh(x)
    weights = np.cosh(x) * np.exp(-0.5 * v * v)
    return float(weights @ special.erf(v / scale / math.sqrt(2.0)) ** k / weights.sum())
