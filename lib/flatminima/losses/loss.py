"""Losses: functions of one pattern's stability, and where they turn."""

import math
from dataclasses import dataclass
from typing import Callable

import numpy as np

from flatminima.validation import real_number


@dataclass(frozen=True)
class Loss:
    r"""A loss f(x) ≥ 0 of the stability x of a pattern, that falls towards 0 as x grows.

    $$ \mathcal L(W) = \sum_{\mu=1}^{M} f\!\left(\frac{\sigma^\mu}{\sqrt N} \sum_i w_i \xi_i^\mu\right) $$

    shaping-2020 (16). `value` takes an array of stabilities and returns their losses, in an array of the same
    shape. `bends` names where it turns, as pairs (centre, width); the width is zero for a kink or a jump.
    Integrals are split there, so that a loss may be anything between. `saturates` is the stability from which
    on f is exactly zero, ∞ for a loss that only tends to it: a pattern of larger stability costs nothing. It is at least
    0, as errors cost something; ValueError is raised for less.

    >>> hinge = Loss("hinge", lambda x: np.maximum(0.5 - x, 0.0), bends=((0.5, 0.0),), saturates=0.5)
    >>> hinge.value(np.array([0.0, 1.0]))
    array([0.5, 0. ])
    """

    name: str
    value: Callable
    bends: tuple = ((0.0, 1.0),)
    saturates: float = math.inf

    def __post_init__(self):
        if not self.saturates >= 0.0:
            raise ValueError(f"saturates is {self.saturates!r}; it must be a number in [0, ∞]: errors always cost something.")

    def scaled(self, scale):
        """The loss as a function of the stability in units of `scale`, x ↦ f(scale · x): for output fields of that width.

        >>> hinge = Loss("hinge", lambda x: np.maximum(0.5 - x, 0.0), bends=((0.5, 0.0),), saturates=0.5)
        >>> float(hinge.scaled(2.0).value(0.0)), hinge.scaled(2.0).saturates
        (0.5, 0.25)
        """
        if scale == 1.0:
            return self
        bends = tuple((centre / scale, width / scale) for centre, width in self.bends)
        return Loss(self.name, lambda x: self.value(scale * np.asarray(x)), bends, self.saturates / scale)

    def __repr__(self):
        return self.name


def cross_entropy_loss(gamma):
    r"""The cross-entropy of a binary classification, at an inverse width γ.

    $$ f_\gamma(x) = -\frac x2 + \frac1{2\gamma} \ln(2\cosh\gamma x)
       = \max(-x, 0) + \frac1{2\gamma} \ln\!\left(1 + e^{-2\gamma|x|}\right) $$

    shaping-2020 (f_gamma), (f_gamma, limit) and (gamma as a scale). `gamma` > 0, or ∞ for the limit max(−x, 0). The second
    form is the one that is evaluated: it keeps its relative accuracy of 1e-15 where f is small. Raises ValueError for other
    `gamma`, TypeError for no number.

    >>> print(round(float(cross_entropy_loss(1.0).value(0.0)), 12), round(math.log(2) / 2, 12))
    0.34657359028 0.34657359028
    >>> cross_entropy_loss(math.inf).value(np.array([-2.0, 3.0]))
    array([2., 0.])
    """
    if gamma == math.inf:
        return Loss("max(−x, 0)", lambda x: np.maximum(-np.asarray(x), 0.0), bends=((0.0, 0.0),), saturates=0.0)
    gamma = real_number("gamma", gamma, 0.0)

    def value(x):
        size = np.abs(x)
        return 0.5 * (size - x) + np.log1p(np.exp(-2.0 * gamma * size)) / (2.0 * gamma)

    return Loss(f"cross-entropy, γ = {gamma:g}", value, bends=((0.0, 1.0 / gamma),))


ERRORS = Loss("number of errors", lambda x: np.where(np.asarray(x) < 0.0, 1.0, 0.0), bends=((0.0, 0.0),), saturates=0.0)
"""One for every pattern that is classified wrongly: the loss of shaping-2020 (1)."""


def require_loss(loss):
    """Refuse what is not a loss, such as a bare function; raises TypeError.

    >>> require_loss(np.abs)
    Traceback (most recent call last):
    TypeError: loss is <ufunc 'absolute'>; it must be a Loss, such as cross_entropy_loss(gamma), ERRORS or Loss(name, value).
    """
    if not isinstance(loss, Loss):
        raise TypeError(f"loss is {loss!r}; it must be a Loss, such as cross_entropy_loss(gamma), ERRORS or Loss(name, value).")
