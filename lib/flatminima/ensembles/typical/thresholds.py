"""Where typical solutions end: the capacity at a margin, and the largest margin at a load."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles.typical.equations import LOG_Q_HAT, entropy, on_saddle_line
from flatminima.ensembles.typical.solutions import saddle_point
from flatminima.validation import real_number
from flatminima.weights import BINARY


def critical_capacity(kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The load α_c(κ) at which the entropy of typical solutions vanishes.

    $$ \phi(\alpha_c(\kappa), \kappa) = 0 $$

    unveiling-2021, below (2). With q̂ as the parameter, q and α are explicit and one root is left.
    Accuracy 1e-13, relative. Raises `NotConverged` where no zero lies within q ≤ 1 − 1e-10.

    >>> round(critical_capacity(), 12)
    0.83307859974
    """
    kappa = real_number("kappa", kappa)

    def entropy_at(log_q_hat):
        q_hat = math.exp(log_q_hat)
        return entropy(q_hat, *on_saddle_line(q_hat, kappa, weights, architecture), kappa, weights, architecture)

    low, high = saddle.first_sign_change(entropy_at, np.linspace(*LOG_Q_HAT, 83))
    q_hat = math.exp(saddle.critical(entropy_at, low, high))
    return on_saddle_line(q_hat, kappa, weights, architecture)[1]


def max_margin(alpha, weights=BINARY, architecture=PERCEPTRON):
    r"""The largest margin κ_max(α) with typical solutions: where their entropy vanishes.

    $$ \phi(\alpha, \kappa_{\max}(\alpha)) = 0 $$

    unveiling-2021, "Distances between typical solutions"; the inverse function of `critical_capacity`.
    Negative beyond α_c(0). Accuracy 1e-12. Raises ValueError for `alpha` ≤ 0.

    >>> round(max_margin(0.5), 3)
    0.418
    """
    alpha = real_number("alpha", alpha, 0.0)

    def entropy_at(kappa):
        state = saddle_point(alpha, kappa, weights, architecture)
        return state.entropy if state else -1.0

    scale = architecture.field_scale
    low, high = saddle.first_sign_change(entropy_at, scale * _margins_outwards(entropy_at(0.0) > 0))
    return saddle.critical(entropy_at, low, high)


def _margins_outwards(upwards):
    distances = np.concatenate([[0.0], np.geomspace(0.25, 64.0, 17)])
    return distances if upwards else -distances

