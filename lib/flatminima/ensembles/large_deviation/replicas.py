"""A finite number y of replicas at fixed q₁: everything is explicit in x = ln q̂₀."""

import math

from flatminima.ensembles.large_deviation.densest import typical_field
from flatminima.ensembles.large_deviation.state import LargeDeviationState
from flatminima.errors import NotConverged

_COARSE = 0.4  # step of the quadratures, to search with: 1e-5
_FINE = 0.22  # 1e-13
_MANY, _FINE_OF_MANY = 200.0, 0.14  # above so many replicas inner integrands turn sharply
_CHECK = 0.7  # in units of the fine step
_TOLERANCE = 1e-13
_POLISHING = 12  # steps
_RESIDUAL = 1e-9


class Replicas:
    """Real y ≥ 1. `highest` is the x of typical solutions with overlap q₁, where q₀ = q₁."""

    def __init__(self, q1, y, constraint, weights, architecture):
        self.q1, self.y, self.constraint, self.weights, self.rho = q1, y, constraint, weights, architecture
        self.complement = 1.0 - q1
        self.highest = typical_field(self.complement, weights)
        self.step = _FINE if y <= _MANY else _FINE_OF_MANY

    def clustered(self, q0_hat, step):
        """(q₁ − q₀, q̂₁ − q̂₀, 𝒢_S)."""
        split, split_hat, entropic = self.weights.clustered(self.q1, q0_hat, self.y, step)
        # beyond these ends, q₀ = q₁ and q₀ = 0, by rounding or by the error of the coarse quadrature
        return min(max(split, 0.0), self.q1), max(split_hat, 0.0), entropic

    def energetic(self, split, step):
        """(𝒢_E, ρ′(q₀) E⟨L′⟩², ρ′(q₁) E⟨L′²⟩, ∂𝒢_E/∂y) at q₁ − q₀ = `split`."""
        rho, outer = self.rho, self.complement + split
        value, mean, square, logarithm = self.constraint.of_group(*self.fields(split), self.y, step)
        return value, rho.slope(outer) * mean, rho.slope(self.complement) * square, (logarithm - value) / self.y

    def fields(self, split):
        """(Q₀, Q₁ − Q₀, 1 − Q₁): overlaps of the output fields."""
        rho = self.rho
        return rho.overlap(self.q1 - split), rho.difference(self.complement + split, split), rho.complement(self.complement)

    def inverse_load(self, x, step=None):
        """1/α = ρ′(q₀) E⟨L′⟩²/q̂₀."""
        q0_hat, step = math.exp(x), step or self.step
        return self.energetic(self.clustered(q0_hat, step)[0], step)[1] / q0_hat

    def mismatch(self, x, alpha, step=_COARSE):
        """ln α is nearly linear in x where α is small."""
        return math.log(alpha * self.inverse_load(x, step))

    def force(self, x):
        """dF/dd, with the load that belongs to x."""
        return self.derivatives(x)[0]

    def derivatives(self, x):
        """dF/dd and Σ = −y² ∂F/∂y, with the load that belongs to x."""
        q0_hat, y = math.exp(x), self.y
        split, split_hat, _ = self.clustered(q0_hat, self.step)
        _, between, within, by_number = self.energetic(split, self.step)
        by_number = self.weights.clustered_slope(self.q1, q0_hat, split, split_hat, y, self.step) + q0_hat / between * by_number
        return self.slope(q0_hat, split_hat, q0_hat / between * within), -y * y * by_number

    def slope(self, q0_hat, split_hat, q1_hat):
        """−2 dF/dq₁ = (y − 1)(q̂₁ − α ρ′(q₁) E⟨L′²⟩), the second of which is `q1_hat`."""
        return (self.y - 1.0) * (split_hat + (q0_hat - q1_hat))

    def polish(self, x, alpha):
        """From a root on coarse quadratures to one on fine ones, by secants."""
        before, at_before = x - 1e-4, self.mismatch(x - 1e-4, alpha, self.step)
        for _ in range(_POLISHING):
            at_x = self.mismatch(x, alpha, self.step)
            if abs(at_x) < _TOLERANCE or at_x == at_before:
                break
            before, x, at_before = x, x - at_x * (x - before) / (at_x - at_before), at_x
        return x

    def state(self, x, alpha):
        x = self.polish(x, alpha)
        q0_hat, y, check = math.exp(x), self.y, _CHECK * self.step
        split, split_hat, entropic = self.clustered(q0_hat, self.step)
        value, between, within, by_number = self.energetic(split, self.step)
        finer_split, finer_split_hat, finer_entropic = self.clustered(q0_hat, check)
        finer_value, finer_between, *_ = self.energetic(split, check)
        residual = max(
            abs(finer_split - split) / (self.complement + split),
            abs(finer_split_hat - split_hat) / (1.0 + split_hat + q0_hat),
            abs(alpha * between / q0_hat - 1.0),
            abs(alpha * finer_between / q0_hat - 1.0),
        )
        if residual > _RESIDUAL:
            message = f"The order parameters at q1 = {self.q1:g}, y = {y:g}, alpha = {alpha:g} were not found"
            raise NotConverged(message, residual=residual, state=x)
        free = self.clustered(0.0, check)[2]
        error = abs(finer_entropic - entropic) + alpha * abs(finer_value - value)
        error += 1e-15 * (abs(free) + q0_hat) + self.constraint.rounding * (1.0 + alpha * abs(value))
        entropic_by_number = self.weights.clustered_slope(self.q1, q0_hat, split, split_hat, y, self.step)
        energy = alpha * self.constraint.loss_of_group(*self.fields(split), y, self.step)
        return LargeDeviationState(
            q1=self.q1,
            alpha=alpha,
            y=y,
            kappa=self.constraint.kappa,
            free_entropy=finer_entropic + alpha * finer_value,
            energy=energy,
            beta=self.constraint.beta,
            loss=self.constraint.loss,
            normalised=min(finer_entropic - free + alpha * finer_value, 0.0),
            slope=self.slope(q0_hat, split_hat, alpha * within),
            external_entropy=-y * y * (entropic_by_number + alpha * by_number),
            delta_q0=y * split,
            q1_hat=q0_hat + split_hat,
            delta_q0_hat=y * split_hat,
            residual=residual,
            error=error,
            weights=self.weights,
            architecture=self.rho,
        )
