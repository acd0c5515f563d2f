r"""The load up to which typical solutions of a parity machine are those of independent patterns.

At y = 1 nothing is shared by two solutions, q₀ = 0, and the entropy is the annealed one, α ln 2 below that of the
sphere. It is right as long as no clusters of solutions, of inner overlap q₁, make the typical volume smaller. With m
replicas in a cluster and q₀ = 0 between clusters, near m = 1,

    F(m) = F(1) + (m − 1) Ψ(q₁),    Ψ = ½ [q₁ + ln(1 − q₁)] + α (ln 2 + 2 E[P ln P]),

and m < 1 lowers F, the sign of a few dominant clusters, where Ψ > 0 for some q₁.
"""

import functools
import math

import numpy as np
from scipy import special
from scipy.optimize import minimize_scalar

from flatminima.ensembles.parity.inputs import three_or_many

_REACH = 8.5  # standard deviations
_STEP = 0.08  # of the trapezoid rule, in the graded variable
_CLOSEST = 0.005  # 1 − q₁ of the search


@functools.lru_cache(maxsize=None)
def condensation(units=3):
    r"""The load α_s up to which the typical entropy of a parity machine is that of independent patterns.

    $$ \alpha_s = \min_{q_1} \frac{-\frac12 \left[ q_1 + \ln(1 - q_1) \right]}{\ln 2 + 2\, \mathbb E[P \ln P]} $$

    shaping-2020, parity machines, at y = 1: up to α_s the log-ratio is −α ln 2. `units` is 3, or infinite, where α_s is
    infinite too. Raises ValueError or TypeError for other `units`. Accuracy 1e-10.

    >>> round(condensation(), 8)
    3.18901965
    """
    if three_or_many(units) == math.inf:
        return math.inf
    load = lambda log_complement: _cluster_load(math.exp(log_complement))
    bounds = math.log(_CLOSEST), math.log(0.5)
    return float(minimize_scalar(load, bounds=bounds, method="bounded", options={"xatol": 1e-7}).fun)


def _cluster_load(complement):
    """The load at which Ψ(q₁) = 0."""
    q1 = 1.0 - complement
    return -0.5 * (q1 + math.log(complement)) / (math.log(2.0) + 2.0 * _negative_information(q1))


def _negative_information(q1):
    """E[P ln P]; as Π e_ℓ has either sign with equal chance, P is replaced by 1 − P in half of the cases."""
    width = math.sqrt((1.0 - q1) / q1)
    x = _STEP * (np.arange(math.ceil(math.asinh(_REACH / width) / _STEP)) + 0.5)
    v = width * np.sinh(x)
    weights = np.cosh(x) * np.exp(-0.5 * v * v)
    weights /= weights.sum()
    wrong = special.erfc(np.sinh(x) / math.sqrt(2.0))  # 1 − e
    pair = wrong[:, None] + (1.0 - wrong[:, None]) * wrong
    less = 0.5 * (pair[:, :, None] + (1.0 - pair[:, :, None]) * wrong)  # (1 − Π e)/2, without cancellation
    mean = 0.5 * (special.xlogy(less, less) + special.xlog1py(1.0 - less, -less))
    return float(np.einsum("abc,a,b,c", mean, weights, weights, weights))
