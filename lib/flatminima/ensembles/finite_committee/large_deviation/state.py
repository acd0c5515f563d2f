"""A solved point of the dense regions of a committee with three units."""

from dataclasses import dataclass

from flatminima.architectures.decision import Decision


@dataclass(frozen=True)
class DenseRegionState:
    """Infinitely many replicas of three units at mutual overlap `q1`: order parameters, entropy, slope, residual, error.

    `entropy` is per replica and per weight; `normalised` is `entropy` less that of replicas without patterns, the
    logarithm of the fraction of groups of replicas all of which are solutions, at most 0. `slope` is the derivative of
    `entropy` with respect to the distance (1 − q₁)/2. `delta_q0` is y(q₁ − q₀), `delta_q0_hat` y(q̂₁ − q̂₀). `residual`
    is the relative mismatch of the saddle-point equation, `error` an estimate of that of `entropy` and of `normalised`.
    """

    q1: float
    alpha: float
    entropy: float
    normalised: float
    slope: float
    delta_q0: float
    q1_hat: float
    delta_q0_hat: float
    residual: float
    error: float
    units: int
    decision: Decision

    @property
    def distance(self):
        return 0.5 * (1.0 - self.q1)

    @property
    def q0(self):
        """Overlap of replicas that belong to different groups; it tends to q₁ as y → ∞."""
        return self.q1
