"""Free entropy of three sign units with one step of replica-symmetry breaking, and its saddle points at a given load."""

import math
from dataclasses import dataclass

import numpy as np

from flatminima import saddle
from flatminima.architectures.decision import MAJORITY, Decision
from flatminima.ensembles.finite_committee.one_step.capacity import capacity_state, require_decision
from flatminima.ensembles.finite_committee.one_step.energetic import energetic
from flatminima.ensembles.finite_committee.one_step.onset import onset
from flatminima.errors import NoSolution
from flatminima.validation import real_number
from flatminima.weights import SPHERICAL

_ROUGH, _STEP, _FINE = 0.375, 0.3, 0.25  # of the quadrature: second derivatives, equations, the final value
_DIFFERENCE = 1e-4
_TOLERANCE = 1e-8
# α, ln(1 − q₁), ln q̂₀ and ln m along the branches: where Newton's method starts
_MAJORITY_STARTS = np.array([
    (1.7299, -0.9169, 1.3229, -0.2689),
    (1.8512, -1.2000, 1.4998, -0.3375),
    (2.0211, -1.6000, 1.7807, -0.4593),
    (2.1886, -2.0000, 2.1079, -0.6046),
    (2.3482, -2.4000, 2.4822, -0.7722),
    (2.4949, -2.8000, 2.9025, -0.9619),
    (2.6255, -3.2000, 3.3674, -1.1739),
    (2.7385, -3.6000, 3.8751, -1.4083),
    (2.8337, -4.0000, 4.4239, -1.6651),
    (2.9290, -4.5000, 5.1642, -2.0165),
    (3.0009, -5.0000, 5.9586, -2.3986),
])
_PARITY_STARTS = np.array([  # q̂₀ = 0
    (3.1890, -2.6517, -0.0000),
    (3.4864, -3.1000, -0.2173),
    (3.7417, -3.5000, -0.4312),
    (3.9771, -3.9000, -0.6641),
    (4.1863, -4.3000, -0.9158),
    (4.3668, -4.7000, -1.1860),
    (4.5184, -5.1000, -1.4745),
    (4.6426, -5.5000, -1.7805),
    (4.7417, -5.9000, -2.1025),
    (4.8188, -6.3000, -2.4384),
    (4.8773, -6.7000, -2.7859),
])


@dataclass(frozen=True)
class OneStepCommitteeState:
    """A saddle point of the one-step free entropy of three sign units: order parameters, entropy, residual and error.

    `residual` is the largest relative mismatch of the three equations; `error` estimates the error of `entropy`.
    """

    alpha: float
    q0: float
    q1: float
    m: float
    q0_hat: float
    q1_hat: float
    entropy: float
    residual: float
    error: float
    one_minus_q1: float
    decision: Decision


class _Saddle:
    """The stationarity equations at load α, in x = (ln(1 − q₁), ln q̂₀, ln m); without ln q̂₀ for a parity, where q₀ = 0."""

    def __init__(self, alpha, correct, parity):
        self.alpha, self.correct, self.parity = alpha, np.array(correct), parity

    def evaluate(self, x, step):
        """(residual, ℱ, q₁ − q₀, q̂₁ − q̂₀); NaN where q₀ is not inside [0, q₁)."""
        complement, m = math.exp(x[0]), math.exp(x[-1])
        q1, q0_hat = 1.0 - complement, 0.0 if self.parity else math.exp(x[1])
        gap, hat_gap, entropic = SPHERICAL.clustered(q1, q0_hat, m, None)
        if not (0.0 < gap <= q1 and complement < 1.0):
            return np.full(len(x), math.nan), math.nan, gap, hat_gap
        value, mean_square, square, mean_log = energetic(max(q1 - gap, 0.0), gap, complement, self.correct, m, step)
        of_q0 = 1.0 - self.alpha * mean_square / q0_hat if q0_hat else 0.0
        of_q1 = (q0_hat + hat_gap - self.alpha * square) / hat_gap
        of_m = SPHERICAL.clustered_slope(q1, q0_hat, gap, hat_gap, m, None) + self.alpha * (mean_log - value) / m
        of_m /= (gap / (complement + m * gap)) ** 2
        residual = np.array([of_q1, of_m] if self.parity else [of_q0, of_q1, of_m])
        return residual, entropic + self.alpha * value, gap, hat_gap

    def jacobian(self, x):
        columns = []
        for shift in _DIFFERENCE * np.eye(len(x)):
            columns.append((self.evaluate(x + shift, _ROUGH)[0] - self.evaluate(x - shift, _ROUGH)[0]) / (2.0 * _DIFFERENCE))
        return np.array(columns).T

    def solve(self, start):
        """(x, residual, ℱ of the coarser rule at its own saddle point)."""
        x, _ = saddle.solve(lambda x: (self.evaluate(x, _ROUGH)[0], self.jacobian(x)), start, tolerance=1e-5)
        matrix = self.jacobian(x)  # of the rough rule, good enough for the finer ones
        for step in (_STEP, _FINE):
            previous = x
            x, residual = saddle.solve(lambda x: (self.evaluate(x, step)[0], matrix), x, tolerance=_TOLERANCE)
        return x, residual, self.evaluate(previous, _STEP)[1]


def free_entropy(q0, q1, m, alpha, units=3, decision=MAJORITY):
    r"""One-step free entropy of three sign units as a function of its overlaps and of m.

    $$ \mathcal F(q_0, q_1, m) = \tfrac12 \ln 2\pi e
       + \tfrac12 \left[ \tfrac{m-1}m \ln(1-q_1) + \tfrac1m \ln D + \tfrac{q_0}D \right]
       + \frac\alpha m \int Dz_0 \ln \int Dz_1\, P^m\!\left(\frac{\sqrt{q_0}\, z_0 + \sqrt{q_1 - q_0}\, z_1}{\sqrt{1 - q_1}}\right) $$

    relu-2019 (B4)–(B6) with three fields, D = 1 − q₁ + m(q₁ − q₀). 0 ≤ `q0` ≤ `q1` < 1, `m` > 0, `alpha` ≥ 0; three units.
    Per weight, in nats. At q₀ = q₁, and at m = 1 for any q₁, it is the replica-symmetric one of overlap q₀. Accuracy
    1e-9, and 1e-4/m for q₁ > 0.99, m < 1, where two units compete for being wrong. Raises ValueError or TypeError for
    input out of range.

    >>> round(free_entropy(0.2, 0.2, 0.7, 0.5) - free_entropy(0.2, 0.6, 1.0, 0.5), 8)
    0.0
    """
    require_decision(units, decision)
    q1 = real_number("q1", q1, 0.0, 1.0 - 1e-9, closed=True)
    q0 = real_number("q0", q0, 0.0, q1, closed=True)
    m, alpha = real_number("m", m, 0.0), real_number("alpha", alpha, 0.0, closed=True)
    d = 1.0 - q1 + m * (q1 - q0)
    volume = math.log(2.0 * math.pi * math.e) + math.log(1.0 - q1) + math.log1p(m * (q1 - q0) / (1.0 - q1)) / m + q0 / d
    return 0.5 * volume + alpha * energetic(q0, q1 - q0, 1.0 - q1, decision.correct(units), m, _FINE)[0]


def solve(alpha, units=3, decision=MAJORITY):
    r"""The one-step saddle point of three sign units and spherical weights at load α.

    $$ \mathcal F = \operatorname*{extr}_{q_0, q_1, m} \left[ \mathcal G_S + \alpha\, \mathcal G_E \right] $$

    relu-2019 (B4)–(B6) with three fields. Returns a `OneStepCommitteeState`, or `NoSolution` where symmetry is unbroken (α
    below `onset`) or where no solutions are left (α beyond `critical_capacity`). Raises `NotConverged` where the
    equations were not solved to 1e-8, as within 0.02 of a continuous onset, ValueError or TypeError for input out of range.

    >>> state = solve(2.5)
    >>> round(state.q0, 4), round(state.q1, 4), round(state.m, 4)
    (0.617, 0.9401, 0.3795)
    """
    parity = require_decision(units, decision)
    alpha = real_number("alpha", alpha, 0.0)
    starts = _PARITY_STARTS if parity else _MAJORITY_STARTS
    if alpha < starts[1, 0] and alpha <= (begin := onset(units, decision).alpha):
        return NoSolution(f"symmetry is unbroken at alpha = {alpha:g}: clusters take over from alpha = {begin:.6g} on.")
    if alpha > starts[-1, 0] and alpha >= (capacity := capacity_state(units, decision).alpha):
        return NoSolution(f"alpha = {alpha:g} is beyond the capacity {capacity:.6g}: no solutions are left.")
    start = np.array([np.interp(alpha, starts[:, 0], column) for column in starts[:, 1:].T])
    saddle_point = _Saddle(alpha, decision.correct(units), parity)
    x, residual, coarse = saddle_point.solve(start)
    entropy, gap, hat_gap = map(float, saddle_point.evaluate(x, _FINE)[1:])
    q0_hat = 0.0 if parity else math.exp(x[1])
    return OneStepCommitteeState(
        alpha=alpha,
        q0=0.0 if parity else -math.expm1(x[0]) - gap,
        q1=-math.expm1(x[0]),
        m=math.exp(x[-1]),
        q0_hat=q0_hat,
        q1_hat=q0_hat + hat_gap,
        entropy=entropy,
        residual=residual,
        error=float(abs(entropy - coarse)) + 1e-12,
        one_minus_q1=math.exp(x[0]),
        decision=decision,
    )
