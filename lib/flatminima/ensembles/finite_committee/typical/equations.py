"""The line of replica-symmetric saddle points of few hidden units, and the state at one of them."""

import math
from dataclasses import dataclass

import numpy as np

from flatminima.architectures.decision import MAJORITY, PARITY, Decision
from flatminima.ensembles.finite_committee.typical.energetic import energetic
from flatminima.ensembles.typical.equations import energetic as perceptron_energetic
from flatminima.weights import SPHERICAL

STEP = 0.25  # of the trapezoid in its graded variable: 14 digits up to q = 0.9, 10 at 1 − q = 1e-8
LOG_Q_HAT = (-36.0, 41.0)  # 1 − q is then above 1e-9

_ROUNDING = 3e-14  # relative, of the tables that `energetic` uses


@dataclass(frozen=True)
class FiniteCommitteeState:
    """A replica-symmetric saddle point of K hidden units: order parameters, entropy, residual and error estimate.

    `q_hat` = q/(1−q)²; `replicon` is below 1 where replica symmetry is stable; `residual` the relative mismatch of the
    saddle equation for q̂; `error` bounds the error of `entropy`, the log-volume per weight, ln(2πe)/2 for the sphere.
    """

    alpha: float
    q: float
    q_hat: float
    entropy: float
    replicon: float
    residual: float
    error: float
    one_minus_q: float
    units: int
    decision: Decision

    @property
    def distance(self):
        return 0.5 * self.one_minus_q


class Machine:
    """K hidden units and their decision, as far as the replica-symmetric equations know of them."""

    def __init__(self, units, decision):
        if decision not in (MAJORITY, PARITY):
            raise TypeError(f"decision is {decision!r}; it must be MAJORITY or PARITY.")
        self.correct = np.array(decision.correct(units), dtype=np.int64)
        self.units, self.decision = int(units), decision
        changes = np.diff(self.correct)
        # ∂P at zero field, over the patterns of the other units: it vanishes for parity, and q = 0 is then a saddle point
        self.blind = sum(math.comb(self.units - 1, k) * int(change) for k, change in enumerate(changes)) == 0

    def averages(self, one_minus_q, step=STEP):
        """E[L], E|∇L|² and E‖∇²L‖² in fields that have unit noise."""
        if self.units == 1:
            return perceptron_energetic(one_minus_q, 0.0, 0.5 * step)
        return energetic(one_minus_q, self.correct, step)

    def on_saddle_line(self, log_q_hat):
        """α, explicit, and the replicon of the saddle point with this q̂ > 0."""
        q_hat = math.exp(log_q_hat)
        one_minus_q = SPHERICAL.typical(q_hat, None)[1]
        _, first, second = self.averages(one_minus_q)
        alpha = q_hat * one_minus_q / first
        return alpha, alpha * second

    def state(self, alpha, q_hat):
        """Everything at a saddle point, evaluated twice."""
        entropic, one_minus_q, _ = SPHERICAL.typical(q_hat, None)
        coarse, (value, first, second) = self.averages(one_minus_q), self.averages(one_minus_q, 0.5 * STEP)
        return FiniteCommitteeState(
            alpha=alpha,
            q=max(1.0 - one_minus_q, 0.0),
            q_hat=q_hat,
            entropy=entropic - 0.5 * q_hat * one_minus_q + alpha * value,
            replicon=alpha * second,
            residual=abs(alpha * first / (one_minus_q * q_hat) - 1.0) if q_hat > 0.0 else 0.0,
            error=alpha * (abs(value - coarse[0]) + _ROUNDING * abs(value)) + 1e-15 * (1.0 + q_hat * one_minus_q),
            one_minus_q=one_minus_q,
            units=self.units,
            decision=self.decision,
        )
