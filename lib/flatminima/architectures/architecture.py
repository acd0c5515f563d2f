"""What an ensemble knows of an architecture: one increasing function of the overlap, and one scale."""

from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Architecture:
    r"""The overlap map ρ of a machine, from differences free of cancellation.

    $$ \rho(q) = \frac{k(q) - k(0)}{k(1) - k(0)}, \qquad k(q) = \mathbb E\,[g(u)\, g(v)], \quad \mathrm{corr}(u, v) = q $$

    relu-2019, the Δ's below (B3), are values of k. Every energetic term of the book is the
    perceptron's with q → ρ(q) and κ → κ / `field_scale`, where `field_scale` = √(k(1) − k(0)) is the
    standard deviation of the output field before the sign.

    Near q = 1 maps are steep or flat, and 1 − q must not be formed by subtraction. Hence the functions
    take u = 1 − q, in [0, 2]: `difference(u, step)` is ρ(q + step) − ρ(q), accurate however small
    the step and however close q + step to 1; `slope(u)` and `curvature(u)` are ρ′(q) and ρ″(q),
    infinite at u = 0 where the map is singular there.

    >>> from flatminima import PERCEPTRON, SIGN
    >>> PERCEPTRON.difference(0.25, 1e-20)
    1e-20
    >>> round(SIGN.overlap(0.5), 14) == round(1 / 3, 14)
    True
    """

    name: str
    difference: Callable[[float, float], float]
    slope: Callable[[float], float]
    curvature: Callable[[float], float]
    field_scale: float = 1.0

    def overlap(self, q):
        """ρ(q), to full relative accuracy also near q = 0."""
        return self.difference(1.0, q)

    def complement(self, one_minus_q):
        """1 − ρ(1 − u) at u = `one_minus_q`, to full relative accuracy."""
        return self.difference(one_minus_q, one_minus_q)

    def __repr__(self):
        return self.name.upper()
