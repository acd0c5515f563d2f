"""The saddle point of y → ∞ replicas of three units, explicit in x = ln q̂₁, and its refinement."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from flatminima.architectures.decision import MAJORITY, PARITY
from flatminima.ensembles.finite_committee.large_deviation.maxima import energetic
from flatminima.ensembles.finite_committee.large_deviation.state import DenseRegionState
from flatminima.errors import NotConverged
from flatminima.validation import real_number
from flatminima.weights import SPHERICAL

UNITS = 3
DEEPEST = 1e10  # largest D
RULES = ((8, 1), (12, 1), (16, 1), (24, 1), (24, 2), (32, 2), (32, 3), (32, 4), (32, 6))  # nodes a panel, panels a side
ROUGH, START = 0, 3  # the rules that find x, and that decide where the curve begins
_REACH = 7.0  # standard deviations: what is left out is of order 1e-11
_SHARE = 0.1  # of its last change but one, below which the last one is not believed
_SAFETY = 2.0
_NUDGE = 0.02


class Averages(NamedTuple):
    """Over the fields of the units: of 1, f, |∇L|² and x·∇L."""

    mass: float
    value: float
    square: float
    tilt: float


@lru_cache
def _legendre(count):
    return np.polynomial.legendre.leggauss(count)


class Densest:
    """y = ∞. `highest` is the x of typical solutions with overlap q₁, where δq₀ = 0; `lowest` that of D = `DEEPEST`."""

    def __init__(self, q1, units=UNITS, decision=MAJORITY):
        self.q1 = real_number("q1", q1, 1e-4, 1.0 - 1e-5, closed=True)
        if decision not in (MAJORITY, PARITY):
            raise TypeError(f"decision is {decision!r}; it must be MAJORITY or PARITY.")
        if len(decision.correct(units)) != UNITS + 1:
            raise ValueError(f"units is {units!r}; it must be 3 (one unit is the perceptron of flatminima.large_deviation).")
        correct = decision.correct(UNITS)
        # a parity with all labels turned has the same chamber x₁ ≥ x₂ ≥ x₃ as a majority: see `maxima`
        self.correct = np.array(correct[::-1] if decision == PARITY else correct, dtype=np.int64)
        self.decision, self.complement = decision, 1.0 - self.q1
        self.sigma = math.sqrt(self.q1 / self.complement)
        self.highest = math.log(self.q1) - 2.0 * math.log(self.complement)
        self.lowest = self.highest - 2.0 * math.log1p(DEEPEST)

    def averages(self, x, rule):
        nodes, panels = RULES[rule]
        depth = SPHERICAL.densest(self.complement, math.exp(x))[0] / self.complement if x < self.highest else 0.0
        totals = energetic(depth, self.sigma, self.correct, panels, *_legendre(nodes), _REACH)[0]
        return Averages(*totals.tolist())

    def inverse_load(self, x, averages):
        """1/α = E|∇L|²/((1 − q₁) q̂₁)."""
        return averages.square / (self.complement * math.exp(x))

    def mismatch(self, x, alpha, rule):
        return self.inverse_load(x, self.averages(x, rule)) * alpha - 1.0

    def normalised(self, x, alpha, averages):
        return SPHERICAL.densest(self.complement, math.exp(x))[2] + alpha * averages.value

    def refined(self, x, alpha, accuracy):
        """The state at the root near x, at rules that become finer until the error estimate is below `accuracy`."""
        steepness = (self.mismatch(x, alpha, ROUGH) - self.mismatch(x - _NUDGE, alpha, ROUGH)) / _NUDGE
        values, error = [], math.inf
        for rule in range(ROUGH + 1, len(RULES)):
            averages = self.averages(x, rule)
            values.append(self.normalised(x, alpha, averages))
            residual = self.inverse_load(x, averages) * alpha - 1.0
            if len(values) > 2:
                changes = np.abs(np.diff(values[-3:]))
                error = _SAFETY * float(max(changes[1], _SHARE * changes[0]))
                error += self._slack(x, alpha, averages, residual, steepness)
                if error <= accuracy:
                    return self.state(x, alpha, averages, error)
            x = min(x - residual / steepness, self.highest)
        state = self.state(x, alpha, averages, error)
        message = f"At q1 = {self.q1:g} and alpha = {alpha:g} the error of the entropy is still {error:.1e}"
        raise NotConverged(message, residual=state.residual, state=state)

    def _slack(self, x, alpha, averages, residual, steepness):
        """What the mass that is missed, and x, which is stationary, add to the error."""
        response = SPHERICAL.densest(self.complement, math.exp(x))[0] + self.complement
        curved = 0.25 * self.q1 / response * residual**2 / abs(steepness)
        return alpha * abs(averages.value * (averages.mass - 1.0)) + curved + 1e-14 * (1.0 + alpha * abs(averages.value))

    def state(self, x, alpha, averages, error):
        q1_hat = math.exp(x)
        delta_q0, delta_hat, _ = SPHERICAL.densest(self.complement, q1_hat)
        bend = (1.0 + delta_q0 / self.complement) * averages.square + averages.tilt / self.q1
        normalised = self.normalised(x, alpha, averages)
        return DenseRegionState(
            q1=self.q1,
            alpha=alpha,
            entropy=self.unconstrained_entropy() + normalised,
            normalised=normalised,
            slope=delta_hat - alpha / self.complement * bend,
            delta_q0=delta_q0,
            q1_hat=q1_hat,
            delta_q0_hat=delta_hat,
            residual=abs(self.inverse_load(x, averages) * alpha - 1.0),
            error=error,
            units=UNITS,
            decision=self.decision,
        )

    def unconstrained(self, alpha):
        """Where the patterns hardly bind: D beyond `DEEPEST`."""
        free = 1.0 / self.complement
        error = SPHERICAL.densest(self.complement, math.exp(self.lowest))[2]
        entropy = self.unconstrained_entropy()
        return DenseRegionState(self.q1, alpha, entropy, 0.0, free, math.inf, 0.0, free, 0.0, error, UNITS, self.decision)

    def unconstrained_entropy(self):
        """Without patterns a replica is any of the weights with overlap √q₁ with the centre of its group."""
        return SPHERICAL.sphere(0.5 * self.complement / (1.0 + math.sqrt(self.q1)))
