"""Architecture → overlap map ρ: how the overlap of two weight vectors becomes the overlap of two outputs."""

from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Architecture:
    """The overlap map ρ with its first two derivatives, and its differences free of cancellation.

    Every energetic term of the book is the perceptron's with q → ρ(q) and κ → κ / `field_scale`;
    an architecture is these four functions and one number.

    `overlap`, `slope`, `curvature` are ρ, ρ′, ρ″ on [−1, 1]; `difference(q, step)` is
    ρ(q + step) − ρ(q), accurate however small the step (and 1 − ρ(q) for step = 1 − q);
    `field_scale` is the standard deviation of the output field before the sign.

    >>> PERCEPTRON.difference(0.25, 1e-20)
    1e-20
    """

    name: str
    overlap: Callable[[float], float]
    slope: Callable[[float], float]
    curvature: Callable[[float], float]
    difference: Callable[[float, float], float]
    field_scale: float = 1.0

    def __repr__(self):
        return self.name.upper()


PERCEPTRON = Architecture(
    name="perceptron",
    overlap=lambda q: q,
    slope=lambda q: 1.0,
    curvature=lambda q: 0.0,
    difference=lambda q, step: step,
)
