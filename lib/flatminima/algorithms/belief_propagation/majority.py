r"""The factor of one pattern in a committee: the probability that most of K noisy units are right.

With u_ℓ = ω_ℓ/√V_ℓ unit ℓ is right with the odds p_ℓ/p̄_ℓ = H(−u_ℓ)/H(u_ℓ), and m + 1 of K = 2m + 1 must be.
Products of K tails underflow. But if all odds are multiplied by e^t, the chance that exactly c units are right changes
by the known factor e^{tc}, up to a known constant. So where most units are likely to be wrong we choose t such that
the median of the odds becomes 1. Then m units are right with at least even odds, m units wrong with at least even odds,
and the outcome that matters has at least the chance 2^{−K}: what underflows beside it does not count.

After that there are only sums of positive terms. F[j, c] is the chance that c of the first j units are right;
T[j, c] that the others complete a majority, outcomes with c > m + 1 at their weight e^{−t(c−m−1)}; U[j, c] that they
complete exactly m, so that F[ℓ] · U[ℓ+1] is the chance that unit ℓ decides.
"""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.tails import _combine, _gaussian_factor, _scaled_tail

_FAR = 4.0  # beyond, A(x) − x is a continued fraction; before, the subtraction loses a digit
_LARGEST = 1e100  # of |ω|/√V: its square must not overflow


@njit(error_model="numpy")
def _excess(x, mills):
    """A(x) − x from A(x): the continued fraction 1/(x + 2/(x + 3/(x + …))) where x is large."""
    if x < _FAR:
        return mills - x
    denominator = x
    for k in range(10 + int(430.0 / (x * x)), 1, -1):  # enough for 16 digits
        denominator = x + k / denominator
    return 1.0 / denominator


@njit(error_model="numpy", cache=True)
def _fill(u, log_probability, gradient, curvature):
    """ln P, ∂ ln P/∂u_ℓ and −∂² ln P/∂u_ℓ² of all rows of u, whose length is odd."""
    count, units = u.shape
    most = units // 2  # m
    right, wrong = np.empty(units), np.empty(units)  # ln p, ln p̄, then the tilted p, p̄
    mills, odds, ordered = np.empty(units), np.empty(units), np.empty(units)
    forward = np.zeros((units + 1, units + 1))
    complete, exactly = np.zeros((units + 1, units + 1)), np.zeros((units + 1, units + 1))
    forward[0, 0], exactly[units, most] = 1.0, 1.0
    for row in range(count):
        for j in range(units):
            tail, factor = _scaled_tail(abs(u[row, j])), _gaussian_factor(abs(u[row, j]))
            wrong[j] = _combine(u[row, j], tail, factor)[1]
            _, right[j], mills[j] = _combine(-u[row, j], tail, factor)
            odds[j] = right[j] - wrong[j]
            ordered[j] = odds[j]
        ordered.sort()
        tilt = max(-ordered[most], 0.0)

        log_scale, raised = 0.0, 0
        for j in range(units):
            tilted = odds[j] + tilt
            small = math.exp(-abs(tilted))
            log_scale += (right[j] if tilted >= 0.0 else wrong[j]) + math.log1p(small)
            raised += tilted >= 0.0
            large, small = 1.0 / (1.0 + small), small / (1.0 + small)
            right[j], wrong[j] = (large, small) if tilted >= 0.0 else (small, large)

        for j in range(units):
            forward[j + 1, 0] = wrong[j] * forward[j, 0]
            for c in range(1, j + 2):
                forward[j + 1, c] = wrong[j] * forward[j, c] + right[j] * forward[j, c - 1]
        for c in range(most + 1, units + 1):
            complete[units, c] = math.exp(-tilt * (c - most - 1))
        for j in range(units - 1, -1, -1):
            for c in range(j + 1):
                complete[j, c] = wrong[j] * complete[j + 1, c] + right[j] * complete[j + 1, c + 1]
                exactly[j, c] = wrong[j] * exactly[j + 1, c] + right[j] * exactly[j + 1, c + 1]

        total, failure = complete[0, 0], 0.0
        for c in range(most + 1):
            failure += forward[units, c]
        if tilt > 0.0:
            log_probability[row] = log_scale + (raised - most - 1) * tilt + math.log(total)
        else:  # nearly 1, perhaps: then the small probability is that of failure
            log_probability[row] = math.log1p(-failure) if failure < 0.5 else math.log(total)

        for j in range(units):
            decides, regardless = 0.0, 0.0
            for c in range(j + 1):
                decides += forward[j, c] * exactly[j + 1, c]
                regardless += forward[j, c] * complete[j + 1, c]
            decides *= right[j] / total
            regardless *= (wrong[j] + right[j] * math.exp(-tilt)) / total
            slope = mills[j] * decides
            gradient[row, j] = slope
            curvature[row, j] = slope * (_excess(-u[row, j], mills[j]) * decides + u[row, j] * regardless)


def majority(omega, variance):
    r"""Return ln P, its gradient and minus its second derivatives for the units' fields of gauged patterns.

    $$ P^\mu = \sum_{\{s_\ell = \pm1\}} \Theta\Big(\sum_\ell s_\ell\Big) \prod_{\ell=1}^K
       H\Big(\!-\frac{s_\ell\, \omega^\mu_\ell}{\sqrt{V_\ell}}\Big), \qquad
       g^\mu_\ell = \frac{\partial \ln P^\mu}{\partial \omega^\mu_\ell}, \qquad
       \Gamma^\mu_\ell = -\frac{\partial^2 \ln P^\mu}{\partial (\omega^\mu_\ell)^2} $$

    shaping-2020, (14), averaged over independent Gaussian fields of means ω and variances V. `omega` has shape (P, K)
    with K odd, `variance` > 0 shape (K,) or (P, K); returned are arrays of shapes (P,), (P, K), (P, K). For K = 1,
    P = H(−ω/√V). Relative accuracy with u = ω/√V: 1e-13 + 1e-15 u², that of Γ relative to its two terms, which have
    opposite signs where u < 0 and the unit does not always decide. Raises ValueError for an even K, other shapes, a
    variance that is not positive, or |u| > 1e100.

    >>> log_probability, g, gamma = majority(np.zeros((1, 3)), np.ones(3))
    >>> print(np.exp(log_probability).round(14), (g**2 * 2 * np.pi).round(14), (gamma * 2 * np.pi).round(14))
    [0.5] [[1. 1. 1.]] [[1. 1. 1.]]
    """
    omega, variance = np.asarray(omega, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    if omega.ndim != 2 or omega.shape[1] % 2 == 0:
        raise ValueError(f"omega has shape {omega.shape}; it must be (P, K) with an odd number K of units.")
    if variance.shape not in (omega.shape, omega.shape[1:]):
        raise ValueError(f"variance has shape {variance.shape}; it must be {omega.shape[1:]} or {omega.shape}.")
    if not np.all(variance > 0) or not np.isfinite(variance).all():
        raise ValueError("variance has an entry that is not a positive real number; all must be.")
    width = np.sqrt(variance)
    u = np.ascontiguousarray(omega / width)
    if not np.all(np.abs(u) <= _LARGEST):
        raise ValueError("omega has an entry that is not a real number of at most 1e100 standard deviations; all must be.")
    log_probability, gradient, curvature = np.empty(len(u)), np.empty(u.shape), np.empty(u.shape)
    _fill(u, log_probability, gradient, curvature)
    return log_probability, gradient / width, curvature / variance
