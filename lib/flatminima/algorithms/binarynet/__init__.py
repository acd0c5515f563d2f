"""BinaryNet: gradient descent on networks with binary weights and sign units, with a straight-through estimator."""

from flatminima.algorithms.binarynet.steps import gradient, step
from flatminima.algorithms.binarynet.training import Learned, learn

__all__ = ["Learned", "gradient", "learn", "step"]
