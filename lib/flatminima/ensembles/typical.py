"""Typical solutions of margin κ: replica-symmetric entropy, capacity, maximum margin. unveiling-2021 (5)–(14)."""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from flatminima import saddle
from flatminima.architectures import PERCEPTRON, Architecture
from flatminima.errors import NoSolution
from flatminima.gaussian.grading import graded_trapezoid
from flatminima.gaussian.tails import _tail_scalar
from flatminima.validation import real_number
from flatminima.weights import BINARY, Weights

_CUTOFF = 9.5
_NORMALISATION = 1.0 / math.sqrt(2.0 * math.pi)
_STEP = 0.125  # of the trapezoid in its graded variable: about 200 nodes
_ROUNDING = 1e-12  # an entropy this little below zero is one at the capacity
_LOG_Q_HAT = (-36.0, 46.0)  # 1 − q is then above 1e-10


@dataclass(frozen=True)
class TypicalState:
    """A replica-symmetric saddle point: its order parameters, entropy, residual and error estimate.

    `distance` is the Hamming distance (1 − q)/2 of two typical solutions; `residual` the relative
    mismatch of the saddle equation for q̂; `error` bounds the error of `entropy`. The entropy of
    spherical weights is the logarithm of a volume, that of the whole sphere being ln(2πe)/2.
    """

    alpha: float
    kappa: float
    q: float
    q_hat: float
    entropy: float
    residual: float
    error: float
    one_minus_q: float
    weights: Weights
    architecture: Architecture

    @property
    def exists(self):
        """Whether there are such solutions: if they are counted, their entropy is not negative, up to rounding at κ_max."""
        return not self.weights.discrete or self.entropy >= -_ROUNDING

    @property
    def distance(self):
        return 0.5 * self.one_minus_q


@njit(error_model="numpy", cache=True)
def _energetic(one_minus_q, kappa, step):
    """G_E of (14b) and ∫Dz A², with A the inverse Mills ratio at (κ − √q z)/√(1−q)."""
    q = max(1.0 - one_minus_q, 0.0)
    root_q, width = math.sqrt(q), math.sqrt(one_minus_q)
    centres = np.full(1, kappa / max(root_q, 1e-3))
    widths = np.full(1, width / max(root_q, 1e-3))
    z, weight = graded_trapezoid(centres, widths, -_CUTOFF, _CUTOFF, step)
    energetic, mills_squared = 0.0, 0.0
    for i in range(z.size):
        _, log_h, mills = _tail_scalar((kappa - root_q * z[i]) / width)
        measure = weight[i] * _NORMALISATION * math.exp(-0.5 * z[i] * z[i])
        energetic += measure * log_h
        mills_squared += measure * mills * mills
    return energetic, mills_squared


def _q_hat_per_alpha(one_minus_q, kappa, architecture, step=_STEP):
    """q̂/α from the stationarity in q: ρ′(q) ∫Dz A² / (1 − ρ(q))."""
    complement = architecture.complement(one_minus_q)
    _, mills_squared = _energetic(complement, kappa / architecture.field_scale, step)
    return architecture.slope(one_minus_q) * mills_squared / complement


def _entropy(q_hat, one_minus_q, alpha, kappa, weights, architecture, step):
    entropic = weights.typical(q_hat, step)[0]
    energetic, _ = _energetic(architecture.complement(one_minus_q), kappa / architecture.field_scale, step)
    return -0.5 * q_hat * one_minus_q + entropic + alpha * energetic


def free_entropy(q, q_hat, alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Replica-symmetric free entropy as a function of its two order parameters.

    $$ \phi(q, \hat q) = -\frac{\hat q}{2}(1-q) + \mathcal G_S(\hat q) + \alpha\, \mathcal G_E(q) $$

    unveiling-2021 (13), with the terms (14a) and (14b). `q` in [0, 1), `q_hat` ≥ 0, `alpha` > 0; per
    weight, in nats. Stationary at the typical solutions: a maximum in `q_hat`, then a minimum in `q`.
    Accuracy 1e-13.
    Raises ValueError outside these ranges.

    >>> round(free_entropy(0.0, 0.0, 0.5) / math.log(2), 12)  # no correlations: ln 2 + α ln H(0)
    0.5
    """
    q = real_number("q", q, 0.0, 1.0 - 1e-15, closed=True)
    q_hat = real_number("q_hat", q_hat, 0.0, math.inf, closed=True)
    alpha = real_number("alpha", alpha, 0.0)
    kappa = real_number("kappa", kappa)
    return _entropy(q_hat, 1.0 - q, alpha, kappa, weights, architecture, _STEP)


def saddle_point(alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The replica-symmetric saddle point, whatever the sign of its entropy.

    $$ q = 1 - \int Dz\, \cosh^{-2}(\sqrt{\hat q} z), \qquad
       \hat q = \frac{\alpha}{1-q} \int Dz\, A^2\!\left(\frac{\kappa - \sqrt q z}{\sqrt{1-q}}\right) $$

    Stationarity of unveiling-2021 (13). Beyond the capacity the entropy is negative: no solution
    exists there and the saddle point is a formal continuation (dashed in Fig. 2 of the paper); use
    `solve` where that must not pass unnoticed. Returns a `TypicalState`, or `NoSolution` where even
    the saddle point is gone (q → 1). Raises ValueError for `alpha` ≤ 0.

    >>> saddle_point(0.9).entropy < 0
    True
    """
    alpha = real_number("alpha", alpha, 0.0)
    kappa = real_number("kappa", kappa)

    def mismatch(log_q_hat):
        q_hat = math.exp(log_q_hat)
        one_minus_q = weights.typical(q_hat, _STEP)[1]
        image = alpha * _q_hat_per_alpha(one_minus_q, kappa, architecture)
        return math.log(image) - log_q_hat if image > 0 else -math.inf

    low, high = _LOG_Q_HAT
    if mismatch(high) >= 0:
        return NoSolution(f"at alpha = {alpha:g} and kappa = {kappa:g} the overlap q reaches 1 and no saddle point is left.")
    if mismatch(low) > 0:
        q_hat = math.exp(saddle.critical(mismatch, low, high, tolerance=1e-15))
    else:  # a margin that hardly binds: q = 0 to double precision, and q̂ is explicit
        q_hat = alpha * _q_hat_per_alpha(1.0, kappa, architecture)
    one_minus_q = weights.typical(q_hat, _STEP)[1]
    coarse, fine = (
        _entropy(q_hat, one_minus_q, alpha, kappa, weights, architecture, step) for step in (_STEP, 0.5 * _STEP)
    )
    return TypicalState(
        alpha=alpha,
        kappa=kappa,
        q=max(1.0 - one_minus_q, 0.0),
        q_hat=q_hat,
        entropy=fine,
        residual=abs(mismatch(math.log(q_hat))) if q_hat > 0 else 0.0,
        error=abs(fine - coarse) + 4e-16 * (1.0 + q_hat),
        one_minus_q=one_minus_q,
        weights=weights,
        architecture=architecture,
    )


def solve(alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Entropy and overlap of the typical solutions of margin κ at load α = P/N.

    $$ \phi = \operatorname*{extr}_{q, \hat q} \left[ -\frac{\hat q}{2}(1-q) + \mathcal G_S + \alpha\, \mathcal G_E \right] $$

    unveiling-2021 (11)–(14b). `alpha` > 0, `kappa` any real number. Returns a `TypicalState`, or
    `NoSolution` beyond the capacity, where the entropy is negative. `error` bounds the entropy's
    (about 1e-13). Raises ValueError or TypeError for input out of range.

    >>> round(solve(0.5).entropy, 6)
    0.31439
    >>> bool(solve(0.9))
    False
    """
    state = saddle_point(alpha, kappa, weights, architecture)
    if state and not state.exists:
        return NoSolution(
            f"at alpha = {state.alpha:g} and kappa = {state.kappa:g} the entropy is negative, "
            f"{state.entropy:.4g}: the load is beyond the capacity."
        )
    return state


def critical_capacity(kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The load α_c(κ) at which the entropy of typical solutions vanishes.

    $$ \phi(\alpha_c(\kappa), \kappa) = 0 $$

    unveiling-2021, below (2). With q̂ as the parameter, q and α are explicit and one root is left.
    Accuracy 1e-13, relative. Raises `NotConverged` where no zero lies within q ≤ 1 − 1e-10.

    >>> round(critical_capacity(), 12)
    0.83307859974
    """
    kappa = real_number("kappa", kappa)

    def on_saddle_line(log_q_hat):
        q_hat = math.exp(log_q_hat)
        one_minus_q = weights.typical(q_hat, _STEP)[1]
        return q_hat, one_minus_q, q_hat / _q_hat_per_alpha(one_minus_q, kappa, architecture)

    def entropy(log_q_hat):
        q_hat, one_minus_q, alpha = on_saddle_line(log_q_hat)
        return _entropy(q_hat, one_minus_q, alpha, kappa, weights, architecture, _STEP)

    low, high = saddle.first_sign_change(entropy, np.linspace(*_LOG_Q_HAT, 83))
    return on_saddle_line(saddle.critical(entropy, low, high))[2]


def max_margin(alpha, weights=BINARY, architecture=PERCEPTRON):
    r"""The largest margin κ_max(α) with typical solutions: where their entropy vanishes.

    $$ \phi(\alpha, \kappa_{\max}(\alpha)) = 0 $$

    unveiling-2021, "Distances between typical solutions"; the inverse function of `critical_capacity`.
    Negative beyond α_c(0). Accuracy 1e-12. Raises ValueError for `alpha` ≤ 0.

    >>> round(max_margin(0.5), 3)
    0.418
    """
    alpha = real_number("alpha", alpha, 0.0)

    def entropy(kappa):
        state = saddle_point(alpha, kappa, weights, architecture)
        return state.entropy if state else -1.0

    scale = architecture.field_scale
    low, high = saddle.first_sign_change(entropy, scale * _margins_outwards(entropy(0.0) > 0))
    return saddle.critical(entropy, low, high)


def _margins_outwards(upwards):
    distances = np.concatenate([[0.0], np.geomspace(0.25, 64.0, 17)])
    return distances if upwards else -distances
