"""A solved point of the parity machine's replicas."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ParityState:
    """y replicas of a parity machine at mutual overlap `q1`: their entropy, the overlap of groups, residual, error estimate.

    `entropy` is per replica and per weight; `normalised` is `entropy` less that of replicas without patterns, the
    logarithm of the fraction of replicas at this overlap that are solutions, from −α ln 2 to 0. `q0` is the overlap of
    replicas of different groups, 0 where the groups are independent; it tends to `q1` as y → ∞ with
    y(q₁ − q₀) = `delta_q0` finite. `residual` is the relative mismatch of the saddle-point equation, `error` an estimate
    of that of `entropy`.
    """

    q1: float
    alpha: float
    y: float
    units: float
    normalised: float
    entropy: float
    q0: float
    delta_q0: float
    residual: float
    error: float

    @property
    def distance(self):
        return 0.5 * (1.0 - self.q1)
