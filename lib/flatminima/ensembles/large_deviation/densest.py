"""Infinitely many replicas at fixed q₁: everything is explicit in x = ln q̂₁."""

import math

from flatminima import saddle
from flatminima.ensembles.large_deviation.state import LargeDeviationState
from flatminima.weights.binary_densest import PANELS

FREE = -600.0  # ln q̂₁ below which the patterns do not bind: F is then within e⁻³⁰⁰ of its value at α = 0
_STEP = 0.05  # of the typical entropic term


class Densest:
    """y = ∞. `highest` is the x of typical solutions with overlap q₁, where δq₀ = 0."""

    y = math.inf

    def __init__(self, q1, constraint, weights, architecture):
        self.q1, self.constraint, self.weights, self.rho = q1, constraint, weights, architecture
        self.complement = 1.0 - q1
        self.overlap_slope, self.curvature = architecture.slope(self.complement), architecture.curvature(self.complement)
        self.highest = typical_field(self.complement, weights)

    def energetic(self, delta_q0, panels=2 * PANELS):
        """(𝒢_E, ⟨ℓ′²⟩, −2 ∂𝒢_E/∂q₁ at fixed δq₀, less ρ′⟨ℓ′²⟩)."""
        value, square, bend = self.constraint.of_densest(*self.fields(delta_q0), panels)
        return value, square, -delta_q0 * (self.overlap_slope**2 * bend + self.curvature * square)

    def fields(self, delta_q0):
        """(1 − Q, δQ): overlaps of the output fields."""
        return self.rho.complement(self.complement), self.overlap_slope * delta_q0

    def inverse_load(self, x):
        """1/α = ρ′⟨ℓ′²⟩/q̂₁."""
        q1_hat = math.exp(x)
        delta_q0 = self.weights.densest(self.complement, q1_hat)[0]
        return self.overlap_slope * self.energetic(delta_q0)[1] / q1_hat

    def mismatch(self, x, alpha):
        """1/α is nearly linear in x where δq₀ is large."""
        return self.inverse_load(x) - 1.0 / alpha

    def force(self, x):
        """dF/dd, with the load that belongs to x."""
        q1_hat = math.exp(x)
        delta_q0, delta_hat, _ = self.weights.densest(self.complement, q1_hat)
        _, square, shift = self.energetic(delta_q0)
        return delta_hat + q1_hat / (self.overlap_slope * square) * shift

    def state(self, x, alpha):
        q1_hat = math.exp(x)
        coarse, fine = (self.weights.densest(self.complement, q1_hat, panels) for panels in (PANELS, 2 * PANELS))
        delta_q0, delta_hat, surplus = fine
        value, square, shift = self.energetic(delta_q0, 4 * PANELS)
        normalised = surplus + alpha * value
        residual = max(
            abs((coarse[0] - delta_q0) / (self.complement + delta_q0)),
            abs(coarse[1] - delta_hat) / (1.0 + delta_hat),
            abs(alpha * self.overlap_slope * square / q1_hat - 1.0),
        )
        error = abs(coarse[2] - surplus) + alpha * abs(self.energetic(delta_q0)[0] - value)
        error += 1e-15 * (abs(self.unconstrained_entropy()) + surplus) + self.constraint.rounding * (1.0 + alpha * abs(value))
        slope = delta_hat + alpha * shift
        energy = alpha * self.constraint.loss_of_densest(*self.fields(delta_q0))
        return self._assemble(alpha, normalised, slope, math.nan, delta_q0, q1_hat, delta_hat, residual, error, energy)

    def unconstrained(self, alpha):
        """Where the patterns do not bind."""
        root = math.sqrt(self.q1)
        field = self.weights.field(math.log1p(root) - 0.5 * math.log(self.complement))[0] / root  # artanh √q₁
        error = 1e-15 * (1.0 + abs(self.unconstrained_entropy()))
        return self._assemble(alpha, 0.0, field, math.nan, math.inf, 0.0, field, 0.0, error, 0.0)

    def unconstrained_entropy(self):
        """Without patterns a replica is any of the weights with overlap √q₁ with the centre of its group."""
        return self.weights.sphere(0.5 * self.complement / (1.0 + math.sqrt(self.q1)))

    def _assemble(self, alpha, normalised, *rest):
        free_entropy, normalised = self.unconstrained_entropy() + normalised, min(normalised, 0.0)
        head = self.q1, alpha, self.y, self.constraint.kappa, free_entropy, normalised
        return LargeDeviationState(*head, *rest, self.constraint.beta, self.constraint.loss, self.weights, self.rho)


def typical_field(complement, weights):
    """ln q̂ of typical solutions with overlap 1 − `complement`."""
    surplus = lambda x: math.log(weights.typical(math.exp(x), _STEP)[1] / complement)
    return saddle.critical(surplus, math.log1p(-complement) - 1.0, 2.0 * math.log(2.0 / complement))
