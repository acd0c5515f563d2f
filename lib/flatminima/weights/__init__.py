"""Weights → entropic terms: what the prior on a single weight makes of the conjugate parameters."""

from dataclasses import dataclass
from typing import Callable

from flatminima.weights.binary import binary_typical
from flatminima.weights.binary_planted import binary_overlaps


@dataclass(frozen=True)
class Weights:
    """The prior on a weight, by its entropic terms; the ensembles know nothing else of it.

    `typical(q_hat, step)` returns (G_S, 1 − q): the entropic term and the complement of its
    stationary overlap. `planted(q, q_hat, p_hat, t0_hat, delta_hat, step)` returns the same for the
    neighbours of a reference: see `binary_planted`. `step` is that of the graded trapezoid.
    """

    name: str
    typical: Callable
    planted: Callable

    def __repr__(self):
        return self.name.upper()


def require_binary(weights):
    """Refuse other weights where an ensemble has the entropic term of binary ones only; raises ValueError.

    >>> require_binary(BINARY)
    """
    if weights is not BINARY:
        raise ValueError(f"weights is {weights!r}; in this ensemble it must be BINARY, whose entropic term it has.")


BINARY = Weights(name="binary", typical=binary_typical, planted=binary_overlaps)

__all__ = ["BINARY", "Weights", "require_binary"]
