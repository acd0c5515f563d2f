"""A solved point of the large-deviation ensemble."""

import math
from dataclasses import dataclass

from flatminima.architectures import Architecture
from flatminima.weights import Weights


@dataclass(frozen=True)
class LargeDeviationState:
    """A saddle point of y replicas at mutual overlap `q1`: order parameters, entropy, slope, residual, error estimate.

    `entropy` is per replica and per weight; `normalised` is `entropy` less that of replicas without
    patterns, at most 0 and for y = ∞ accurate relative to its own size; `slope` is the derivative of
    `entropy` with respect to the distance (1 − q₁)/2 of two replicas. `delta_q0` is y(q₁ − q₀) and
    `delta_q0_hat` is y(q̂₁ − q̂₀), which stay finite as y → ∞; there, where the patterns do not bind,
    `delta_q0` is infinite. `external_entropy` is −y² ∂F/∂y, the logarithm per weight of the number of
    regions in which the replicas sit, NaN at y = ∞. `residual` is the largest relative mismatch of the saddle-point equations,
    `error` an estimate of that of `entropy`. Where weights are counted, a negative `entropy` is
    formal: no such replicas exist.
    """

    q1: float
    alpha: float
    y: float
    kappa: float
    entropy: float
    normalised: float
    slope: float
    external_entropy: float
    delta_q0: float
    q1_hat: float
    delta_q0_hat: float
    residual: float
    error: float
    weights: Weights
    architecture: Architecture

    @property
    def distance(self):
        return 0.5 * (1.0 - self.q1)

    @property
    def q0(self):
        """Overlap of replicas that belong to different groups; it tends to q₁ as y → ∞."""
        return self.q1 if math.isinf(self.y) else self.q1 - self.delta_q0 / self.y
