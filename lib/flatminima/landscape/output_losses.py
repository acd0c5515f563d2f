r"""Smooth losses of the output of a committee of tanh units.

With hidden units tanh(βx) the output of a pattern is judged by its smooth stability

$$ \Delta = \frac{\sigma}{\sqrt K} \sum_{\ell=1}^{K} \tanh(\beta x_\ell) $$

and a loss is a function f(Δ). All are written with the logistic function s(z) = 1/(1 + e^{−z}), since 1 − tanh z =
2s(−2z) and 1/cosh² z = 4s(2z)s(−2z) keep their relative accuracy where tanh z rounds to ±1.
"""

from dataclasses import dataclass
from typing import Callable

import numpy as np
from scipy.special import expit

from flatminima.losses import cross_entropy_loss
from flatminima.validation import real_number

STEEPEST = 1e50  # β, γ or scale: their fourth power must not overflow


@dataclass(frozen=True)
class OutputLoss:
    """A loss f(Δ) of the smooth stability, with its derivatives: functions of arrays."""

    name: str
    value: Callable
    slope: Callable
    curvature: Callable

    def __repr__(self):
        return self.name


def smoothed_errors(beta):
    r"""The number of errors, smoothed: the squared error of an output tanh(βΔ) whose target is 1.

    $$ f(\Delta) = \left[\frac{1 - \tanh(\beta\Delta)}{2}\right]^2 = s(-2\beta\Delta)^2 $$

    the mean square error of shaping-2020, Numerical Studies, with an output that saturates like the hidden units and
    errors that count 1. For β → ∞ it is the number of errors, L_NE of (1). `beta` in (0, 1e50), else ValueError or TypeError.

    >>> loss = smoothed_errors(100.0)
    >>> [round(float(loss.value(x)), 12) for x in (-1.0, 0.0, 1.0)]
    [1.0, 0.25, 0.0]
    """
    beta = real_number("beta", beta, 0, STEEPEST)

    def parts(delta):
        z = 2.0 * beta * np.asarray(delta, dtype=float)
        return expit(-z), expit(z)

    def value(delta):
        return parts(delta)[0] ** 2

    def slope(delta):
        wrong, right = parts(delta)
        return -4.0 * beta * wrong * wrong * right

    def curvature(delta):
        wrong, right = parts(delta)
        return 8.0 * beta * beta * wrong * wrong * right * (2.0 * right - wrong)

    return OutputLoss(f"smoothed errors, β = {beta:g}", value, slope, curvature)


def square_error(scale=1.0):
    r"""The squared error of a linear output, f(Δ) = (1 − cΔ)²/4 with c = `scale` in (0, 1e50).

    It is zero at cΔ = 1 and not beyond: a pattern may be "too right". With c = 1/√K the output is the mean of the hidden
    units, and zero loss asks all of them to be right. Raises ValueError or TypeError for other scales.

    >>> float(square_error(0.5).value(2.0)), float(square_error(0.5).value(-2.0))
    (0.0, 1.0)
    """
    scale = real_number("scale", scale, 0, STEEPEST)
    return OutputLoss(
        f"square error of {scale:g} Δ",
        lambda delta: 0.25 * (1.0 - scale * np.asarray(delta, dtype=float)) ** 2,
        lambda delta: -0.5 * scale * (1.0 - scale * np.asarray(delta, dtype=float)),
        lambda delta: np.full(np.shape(delta), 0.5 * scale * scale),
    )


def cross_entropy(gamma):
    r"""The cross-entropy f_γ(Δ) = −Δ/2 + ln(2 cosh γΔ)/(2γ) of `losses.cross_entropy_loss`, with its derivatives.

    $$ f_\gamma' = -s(-2\gamma\Delta), \qquad f_\gamma'' = 2\gamma\, s(2\gamma\Delta)\, s(-2\gamma\Delta) $$

    `gamma` in (0, 1e50), else ValueError or TypeError.

    >>> float(cross_entropy(2.0).slope(0.0)), float(cross_entropy(2.0).curvature(0.0))
    (-0.5, 1.0)
    """
    gamma = real_number("gamma", gamma, 0, STEEPEST)
    loss = cross_entropy_loss(gamma)

    def slope(delta):
        return -expit(-2.0 * gamma * np.asarray(delta, dtype=float))

    def curvature(delta):
        z = 2.0 * gamma * np.asarray(delta, dtype=float)
        return 2.0 * gamma * expit(z) * expit(-z)

    return OutputLoss(loss.name, loss.value, slope, curvature)
