"""Where typical solutions end: the capacity at a margin, and the largest margin at a load."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles.machine import require_machine
from flatminima.ensembles.typical.equations import LOG_Q_HAT, entropy, laplace_fraction, on_saddle_line, require_first_order
from flatminima.ensembles.typical.solutions import saddle_point
from flatminima.gaussian import H
from flatminima.validation import real_number
from flatminima.weights import BINARY

_NORMALISATION = 1.0 / math.sqrt(2.0 * math.pi)
_LOWEST_MARGIN = -37.0  # where the shortfall is 1e-300


def critical_capacity(kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The load α_c(κ) at which typical solutions of margin κ end.

    $$ \phi(\alpha_c(\kappa), \kappa) = 0 \quad\text{(binary)}, \qquad
       \alpha_c(\kappa) = \frac{\rho'(1)}{\int Dz\, (\kappa/s - z)_+^2} \quad\text{(spherical)} $$

    unveiling-2021 (critical capacity), relu-2019 (5): binary weights are counted, and at α_c none is left
    (accuracy 1e-13, relative). Spherical weights are cornered: q → 1, relu-2019 (6) and (delta Delta), with
    s = `field_scale` and δΔ/(Δ₂ − Δ₋₁) = ρ′(1); accuracy 1e-14, relative. Where ρ′(1) is infinite, as for
    sign units, so is the capacity: outputs that forget the angle between two weight vectors only like its
    root are never cornered.

    This is the replica-symmetric value. For spherical weights it is exact for the perceptron at
    κ ≥ 0, where the solutions form a convex set. For committees, and for any machine at κ < 0, replica
    symmetry breaks at a smaller load, and the value is an upper bound on the capacity.
    Raises `NotConverged` where no zero of the entropy lies within q ≤ 1 − 1e-12, and ValueError for
    binary weights and maps with ρ′(0) = 0.

    >>> round(critical_capacity(), 12)
    0.83307859974
    >>> from flatminima import RELU, SPHERICAL
    >>> round(critical_capacity(weights=SPHERICAL, architecture=RELU) * (1 - 1 / math.pi), 12)
    2.0
    """
    kappa = real_number("kappa", kappa)
    require_machine(weights, architecture)
    if not weights.discrete:
        kappa = real_number("kappa", kappa, _LOWEST_MARGIN * architecture.field_scale)
        return architecture.slope(0.0) / squared_shortfall(kappa / architecture.field_scale)
    require_first_order(architecture)

    def entropy_at(log_q_hat):
        q_hat = math.exp(log_q_hat)
        return entropy(q_hat, *on_saddle_line(q_hat, kappa, weights, architecture), kappa, weights, architecture)

    low, high = saddle.first_sign_change(entropy_at, np.linspace(*LOG_Q_HAT, 83))
    q_hat = math.exp(saddle.critical(entropy_at, low, high))
    return on_saddle_line(q_hat, kappa, weights, architecture)[1]


def max_margin(alpha, weights=BINARY, architecture=PERCEPTRON):
    r"""The largest margin κ_max(α) with typical solutions: the inverse function of `critical_capacity`.

    $$ \alpha_c(\kappa_{\max}(\alpha)) = \alpha $$

    unveiling-2021 (maximum margin). Negative beyond α_c(0), and an upper bound
    where `critical_capacity` is one. Infinite for spherical weights and sign units, which never end.
    Accuracy 1e-12. Raises ValueError for `alpha` ≤ 0.

    >>> round(max_margin(0.5), 3)
    0.418
    """
    alpha = real_number("alpha", alpha, 0.0)
    require_machine(weights, architecture)
    scale = architecture.field_scale
    if not weights.discrete:
        return scale * _margin_of_shortfall(architecture.slope(0.0) / alpha)

    def entropy_at(kappa):
        state = saddle_point(alpha, kappa, weights, architecture)
        return state.entropy if state else -1.0

    low, high = saddle.first_sign_change(entropy_at, scale * _margins_outwards(entropy_at(0.0) > 0))
    return saddle.critical(entropy_at, low, high)


def _margins_outwards(upwards):
    distances = np.concatenate([[0.0], np.geomspace(0.25, 64.0, 17)])
    return distances if upwards else -distances


def squared_shortfall(margin):
    r"""How far below a margin, in units of its standard deviation, a Gaussian field falls in the mean square.

    $$ \int Dz\, (\kappa - z)_+^2 = (1 + \kappa^2) H(-\kappa) + \kappa\, G(\kappa) $$

    Relative accuracy 1e-14; below zero the two terms cancel, and the form used there is 2H/(T₂T₃) with
    Laplace's continued fractions T_k(c) = c + k/T_{k+1}(c) at c = −κ.

    >>> squared_shortfall(0.0)
    0.5
    """
    if margin < -3.0:
        third = laplace_fraction(-margin, 3, 100)
        return 2.0 * float(H(-margin)) / ((2.0 / third - margin) * third)
    return (1.0 + margin * margin) * float(H(-margin)) + margin * _NORMALISATION * math.exp(-0.5 * margin * margin)


def _margin_of_shortfall(target):
    if math.isinf(target):
        return math.inf
    logarithm = math.log(target)
    mismatch = lambda margin: math.log(squared_shortfall(margin)) - logarithm
    return saddle.critical(mismatch, _LOWEST_MARGIN, 1.0 + math.sqrt(target))
