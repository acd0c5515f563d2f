"""A solved point of the large-deviation ensemble."""

import math
from dataclasses import dataclass

from flatminima.architectures import Architecture
from flatminima.losses import Loss
from flatminima.weights import Weights


@dataclass(frozen=True)
class LargeDeviationState:
    """A saddle point of y replicas at mutual overlap `q1`: order parameters, entropy, slope, residual, error estimate.

    `entropy` is per replica and per weight. Of a Gibbs measure `free_entropy` = `entropy` − `beta` `energy` is stationary
    and `energy` the loss per weight; of solutions, `loss` is None and both entropies are one. `normalised`, relu-2019
    (normalised entropy) and shaping-2020 (normalised local entropy), is
    `free_entropy` less that of replicas without patterns, at most 0 and for y = ∞ accurate relative to its own size;
    `slope` is the derivative of `free_entropy` with respect to the distance (1 − q₁)/2 of two replicas. `delta_q0` is
    y(q₁ − q₀) and `delta_q0_hat` is y(q̂₁ − q̂₀), which stay finite as y → ∞; there, where the patterns do not bind,
    `delta_q0` is infinite. `external_entropy` is −y² ∂F/∂y, the logarithm per weight of the number of
    regions in which the replicas sit, NaN at y = ∞. `residual` is the largest relative mismatch of the saddle-point equations,
    `error` an estimate of that of `free_entropy`. Where weights are counted, a negative `entropy` is
    formal: no such replicas exist.
    """

    q1: float
    alpha: float
    y: float
    kappa: float
    free_entropy: float
    normalised: float
    slope: float
    external_entropy: float
    delta_q0: float
    q1_hat: float
    delta_q0_hat: float
    residual: float
    error: float
    energy: float
    beta: float
    loss: Loss | None
    weights: Weights
    architecture: Architecture

    @property
    def entropy(self):
        return self.free_entropy if self.loss is None else self.free_entropy + self.beta * self.energy

    @property
    def distance(self):
        return 0.5 * (1.0 - self.q1)

    @property
    def q0(self):
        """Overlap of replicas that belong to different groups; it tends to q₁ as y → ∞."""
        return self.q1 if math.isinf(self.y) else self.q1 - self.delta_q0 / self.y
