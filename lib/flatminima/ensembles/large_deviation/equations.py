"""Saddle points of y → ∞ replicas at fixed q₁, with ln q̂₁ as the parameter and the load as an output."""

import math
from dataclasses import dataclass

from flatminima import saddle
from flatminima.ensembles.large_deviation.maxima import PANELS, energetic, entropic


@dataclass(frozen=True)
class LargeDeviationState:
    """A saddle point at mutual overlap `q1`: order parameters, entropy, slope, residual, error estimate.

    `normalised` is `entropy` less that of unconstrained replicas, at most 0; `slope` is the
    derivative of `entropy` with respect to the distance (1 − q₁)/2; `residual` is the largest relative
    mismatch of the three saddle-point equations. Where the patterns do not bind, `delta_q0` is infinite.
    A negative `entropy` is formal: no such replicas exist.
    """

    q1: float
    alpha: float
    kappa: float
    entropy: float
    normalised: float
    slope: float
    delta_q0: float
    q1_hat: float
    delta_q0_hat: float
    residual: float
    error: float

    @property
    def distance(self):
        return 0.5 * (1.0 - self.q1)


class Overlap:
    """Everything at fixed q₁, as explicit functions of ln q̂₁: one root gives δq̂₀; δq₀ and α follow."""

    def __init__(self, q1, kappa, architecture):
        self.q1, self.kappa, self.rho = q1, kappa, architecture
        self.complement = 1.0 - q1
        self.slope = architecture.slope(self.complement)
        self.free = math.atanh(math.sqrt(q1)) / math.sqrt(q1)  # δq̂₀ at q̂₁ = 0
        typical = lambda x: math.log(entropic(math.exp(x), 0.0, PANELS)[1] / self.complement)
        self.highest = saddle.critical(typical, math.log(q1) - 1.0, 2.0 * math.log(2.0 / self.complement))

    def energetic(self, delta_q0, panels=2 * PANELS):
        complement = self.rho.complement(self.complement)
        return energetic(complement, self.slope * delta_q0, self.kappa / self.rho.field_scale, panels)

    def parameters(self, x):
        """(δq₀, q̂₁, δq̂₀) at x = ln q̂₁."""
        q1_hat = math.exp(x)
        surplus = lambda delta_hat: math.log(entropic(q1_hat, delta_hat, PANELS)[1] / self.complement)
        delta_hat = saddle.critical(surplus, 0.0, self.free * (1.0 + 1e-9)) if x < self.highest else 0.0
        return max(entropic(q1_hat, delta_hat, PANELS)[2] - self.complement, 0.0), q1_hat, delta_hat

    def inverse_load(self, x):
        """1/α, which is nearly linear in x where δq₀ is large."""
        delta_q0, q1_hat, _ = self.parameters(x)
        return self.slope * self.energetic(delta_q0)[1] / q1_hat

    def force(self, x):
        """dF/dd, with the load that belongs to x."""
        delta_q0, q1_hat, delta_hat = self.parameters(x)
        _, square, response = self.energetic(delta_q0)
        bend = self.slope**2 * response + self.rho.curvature(self.complement) * square
        return delta_hat - q1_hat / (self.slope * square) * delta_q0 * bend

    def state(self, x, alpha):
        delta_q0, q1_hat, delta_hat = self.parameters(x)

        def evaluate(panels):
            weights_term, flat, response = entropic(q1_hat, delta_hat, panels)
            patterns_term, square, bend = self.energetic(delta_q0, 2 * panels)
            legendre = -0.5 * (q1_hat * (self.complement + delta_q0) + self.q1 * delta_hat)
            entropy = legendre + weights_term + alpha * patterns_term
            sides = (flat, response, alpha * self.slope * square), (self.complement, self.complement + delta_q0, q1_hat)
            slope = delta_hat - alpha * delta_q0 * (self.slope**2 * bend + self.rho.curvature(self.complement) * square)
            return entropy, slope, max(abs(left / right - 1.0) for left, right in zip(*sides))

        entropy, slope, residual = evaluate(2 * PANELS)
        error = abs(entropy - evaluate(PANELS)[0]) + 4e-16 * (2.0 + q1_hat * (1.0 + delta_q0) + delta_hat)
        return self._assemble(alpha, entropy, slope, delta_q0, q1_hat, delta_hat, residual, error)

    def unconstrained(self, alpha):
        """Where the patterns do not bind."""
        return self._assemble(alpha, unconstrained_entropy(self.q1), self.free, math.inf, 0.0, self.free, 0.0, 1e-15)

    def _assemble(self, alpha, entropy, *rest):
        normalised = min(entropy - unconstrained_entropy(self.q1), 0.0)  # rounding must not make it positive
        return LargeDeviationState(self.q1, alpha, self.kappa, entropy, normalised, *rest)


def unconstrained_entropy(q1):
    """The entropy per copy without patterns: that of a magnetisation √q₁."""
    up = 0.5 * (1.0 + math.sqrt(q1))
    down = 0.5 * (1.0 - q1) / (1.0 + math.sqrt(q1))
    return -up * math.log(up) - down * math.log(down)
