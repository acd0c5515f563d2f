"""What a hidden unit makes of its preactivation, in a network of finite size."""

from dataclasses import dataclass
from typing import Callable

import numpy as np

from flatminima.named import Named
from flatminima.validation import real_number


@dataclass(frozen=True)
class Unit(Named):
    """A hidden unit g(x), and whether the output adds units (`balanced` = False) or subtracts half of them.

    Odd units are added, as their mean is zero. Of units that are never negative, half have a
    negative weight in the output: otherwise the output would almost always be positive.
    """

    name: str
    function: Callable
    balanced: bool = False

    def __repr__(self):
        return self.name


SIGN_UNIT = Unit("sign", np.sign)
"""g = sgn."""

RELU_UNIT = Unit("ReLU", lambda x: np.maximum(x, 0.0), balanced=True)
"""g(x) = max(0, x)."""


def tanh_unit(beta):
    """The unit tanh(βx), which becomes the sign as β → ∞, shaping-2020 (tanh limit); β > 0, else ValueError or TypeError.

    >>> float(tanh_unit(50.0).function(0.1)) > 0.9999
    True
    """
    beta = real_number("beta", beta, low=0)
    return Unit(f"tanh({beta:g} x)", lambda x: np.tanh(beta * x))
