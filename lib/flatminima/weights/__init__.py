"""Weights → entropic terms: what the prior on a single weight makes of the conjugate parameters."""

from dataclasses import dataclass
from typing import Callable

from flatminima.named import Named
from flatminima.weights.binary import binary_field, binary_sphere, binary_typical
from flatminima.weights.binary_clustered import binary_clustered, binary_clustered_slope
from flatminima.weights.binary_densest import binary_densest
from flatminima.weights.binary_planted import binary_overlaps
from flatminima.weights.spherical import (
    spherical_clustered,
    spherical_clustered_slope,
    spherical_densest,
    spherical_field,
    spherical_planted,
    spherical_sphere,
    spherical_typical,
)


@dataclass(frozen=True)
class Weights(Named):
    """The prior on a weight, relu-2019 (measures), by its entropic terms; the ensembles know nothing else of it.

    `typical(q_hat, step)` returns (G_S, 1 − q, λ): the entropic term, the complement of its
    stationary overlap, and the replicon. `planted(q, q_hat, p_hat, t0_hat, delta_hat, step)` returns
    the same for the neighbours of a reference: see `binary_overlaps`. `step` is that of the graded trapezoid.
    `clustered(q1, q0_hat, m, step)` returns (q₁ − q₀, q̂₁ − q̂₀, G_S) of clusters of overlap q₁, and
    `clustered_slope` its derivative with respect to m: see `binary_clustered`.
    `densest(complement, q1_hat, panels)` is the term of y → ∞ replicas: see `binary_densest`.
    `field(a)` is the conjugate field that alone gives the overlap tanh a with a reference, with
    its derivative; `sphere(d)` the entropy of all weights at distance d. `discrete` weights are
    counted, so that their entropy cannot be negative; of others it is the logarithm of a volume.
    """

    name: str
    discrete: bool
    typical: Callable
    planted: Callable
    clustered: Callable
    clustered_slope: Callable
    densest: Callable
    field: Callable
    sphere: Callable

    def __repr__(self):
        return self.name.upper()


def require_binary(weights):
    """Refuse other weights where an ensemble has the entropic term of binary ones only; raises ValueError.

    >>> require_binary(BINARY)
    """
    if weights is not BINARY:
        raise ValueError(f"weights is {weights!r}; in this ensemble it must be BINARY, whose entropic term it has.")


BINARY = Weights(
    name="binary",
    discrete=True,
    typical=binary_typical,
    planted=binary_overlaps,
    clustered=binary_clustered,
    clustered_slope=binary_clustered_slope,
    densest=binary_densest,
    field=binary_field,
    sphere=binary_sphere,
)
"""Weights ±1, which are counted."""

SPHERICAL = Weights(
    name="spherical",
    discrete=False,
    typical=spherical_typical,
    planted=spherical_planted,
    clustered=spherical_clustered,
    clustered_slope=spherical_clustered_slope,
    densest=spherical_densest,
    field=spherical_field,
    sphere=spherical_sphere,
)
"""Real weights on the sphere of squared length N, whose volume is measured."""

__all__ = ["BINARY", "SPHERICAL", "Weights", "require_binary"]
