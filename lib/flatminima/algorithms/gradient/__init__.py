"""Stochastic gradient descent on the cross-entropy of a committee, at a norm of the weights that is controlled (ceSGD)."""

from flatminima.algorithms.gradient.descent import FAST, SLOW, Learned, learn
from flatminima.algorithms.gradient.loss import gradient, losses

__all__ = ["FAST", "SLOW", "Learned", "gradient", "learn", "losses"]
