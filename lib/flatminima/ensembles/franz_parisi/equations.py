"""Free entropy and saddle-point equations of the Franz–Parisi ensemble, unveiling-2021 (26)–(27b)."""

import math
from dataclasses import dataclass

import numpy as np

from flatminima.ensembles.franz_parisi.energetic import energetic
from flatminima.ensembles.franz_parisi.entropic import binary_overlaps
from flatminima.ensembles.typical import TypicalState

COARSE = 0.22  # step of the graded trapezoid: ten digits; half of it: all that double precision has


@dataclass(frozen=True)
class FranzParisiState:
    """A saddle point around typical references of margin κ̃: order parameters, entropy, residual, error.

    `slope` is dφ/dd, `delta_hat` = t̂₁ − t̂₀, `replicon` = α E[ℓ″²] E[cosh⁻⁴ g], above 1 where replica
    symmetry is unstable; `residual` is the largest mismatch of the saddle equations and `error`
    bounds the error of `entropy`, both from a quadrature twice finer than the one used to solve.
    """

    distance: float
    reference: TypicalState
    kappa: float
    entropy: float
    slope: float
    p: float
    t0: float
    p_hat: float
    t0_hat: float
    delta_hat: float
    replicon: float
    residual: float
    error: float


@dataclass(frozen=True)
class Hats:
    """Conjugate parameters of the neighbour: p̂, t̂₀ and δ̂ = t̂₁ − t̂₀."""

    p_hat: float
    t0_hat: float
    delta_hat: float

    @classmethod
    def from_unknowns(cls, x, q_hat):
        """From x = (ln(p̂ − t̂₀²/q̂), ln t̂₀, δ̂): every x is admissible, however weak the constraint."""
        t0_hat = math.exp(x[1])
        return cls(math.exp(x[0]) + t0_hat**2 / q_hat, t0_hat, float(x[2]))


class Equations:
    """The saddle-point equations for neighbours of margin κ around a typical reference.

    Given the hats, the entropic side returns the overlaps, and given those the energetic side
    returns the hats; t₁ = 1 − 2d is imposed. Three unknowns, three residuals.
    """

    def __init__(self, reference, kappa, architecture):
        self.reference, self.kappa, self.architecture = reference, kappa, architecture
        self.Q = architecture.overlap(reference.q)

    def _entropic(self, hats, step):
        return binary_overlaps(self.reference.q, self.reference.q_hat, hats.p_hat, hats.t0_hat, hats.delta_hat, step)

    def overlaps(self, distance, eta, zeta):
        """(p, t₀) at t₁ = 1 − 2d, from η = p − t₁² and ζ = q t₁ − t₀."""
        t1 = 1.0 - 2.0 * distance
        return t1 * t1 + eta, self.reference.q * t1 - zeta

    def _energetic(self, distance, eta, zeta, step):
        """G_E and its derivatives at the effective overlaps; None outside the domain of overlaps."""
        rho, q, t1 = self.architecture, self.reference.q, 1.0 - 2.0 * distance
        p, t0 = self.overlaps(distance, eta, zeta)
        one_minus_p = 4.0 * distance * (1.0 - distance) - eta
        P, T1, T0 = rho.overlap(p), rho.overlap(t1), rho.overlap(t0)
        # the two brackets vanish for the perceptron: what is left is η and ζ with all their digits
        E = (rho.overlap(t1 * t1) - T1 * T1) + rho.difference(t1 * t1, eta)
        Z = (self.Q * T1 - rho.overlap(q * t1)) - rho.difference(q * t1, -zeta)
        gamma, complement = P - T0 * T0 / self.Q, rho.difference(p, one_minus_p)
        if not (E > 0 and gamma > 0 and complement > 0 and (1.0 - self.Q) * E > Z * Z / self.Q):
            return None
        margins = self.reference.kappa / rho.field_scale, self.kappa / rho.field_scale
        return energetic(self.Q, P, T1, T0, E, Z, gamma, complement, *margins, step)

    def residual(self, x, distance, step=COARSE):
        """Residuals and Jacobian in the unknowns of `Hats.from_unknowns`; infinite outside the domain.

            ln(α ρ′(p) P̂ / p̂),   ln(α ρ′(t₀) T̂₀ / t̂₀),   ln((1 − t₁) / 2d)
        """
        hats = Hats.from_unknowns(x, self.reference.q_hat)
        _, complement, eta, zeta, _, _, jacobian, _ = self._entropic(hats, step)
        terms = self._energetic(distance, eta, zeta, step)
        if terms is None or not (terms[1] > 0 and terms[2] > 0 and complement > 0):
            return np.full(3, np.inf), np.eye(3)
        _, P_hat, T0_hat, _, pp, pt, tt, _ = terms
        alpha, rho = self.reference.alpha, self.architecture
        p, t0 = self.overlaps(distance, eta, zeta)
        slope_p, slope_t = rho.slope(p), rho.slope(t0)
        new_p_hat, new_t0_hat = alpha * slope_p * P_hat, alpha * slope_t * T0_hat
        cross = alpha * slope_p * slope_t * pt
        by_overlap = np.array([
            [alpha * (slope_p**2 * pp + rho.curvature(p) * P_hat) / new_p_hat, -cross / new_p_hat],
            [0.5 * cross / new_t0_hat, -alpha * (slope_t**2 * tt + rho.curvature(t0) * T0_hat) / new_t0_hat],
        ])  # with respect to (η, ζ) = (p, −t₀) + const
        by_hats = np.empty((3, 3))
        by_hats[:2] = by_overlap @ jacobian[1:]
        by_hats[0, 0] -= 1.0 / hats.p_hat
        by_hats[1, 1] -= 1.0 / hats.t0_hat
        by_hats[2] = jacobian[0]
        mixed = hats.t0_hat**2 / self.reference.q_hat
        by_unknowns = np.column_stack([
            by_hats[:, 0] * (hats.p_hat - mixed), by_hats[:, 0] * 2.0 * mixed + by_hats[:, 1] * hats.t0_hat, by_hats[:, 2],
        ])
        mismatch = [math.log(new_p_hat / hats.p_hat), math.log(new_t0_hat / hats.t0_hat), math.log(0.5 * complement / distance)]
        return np.array(mismatch), by_unknowns

    def state(self, x, distance, step):
        """The saddle point x with its entropy, evaluated at half the step, and the change as its error."""
        hats = Hats.from_unknowns(x, self.reference.q_hat)
        mismatch, _ = self.residual(x, distance, 0.5 * step)
        coarse, fine = (self._evaluate(hats, distance, h) for h in (step, 0.5 * step))
        rounding = 4e-16 * (1.0 + hats.p_hat + abs(hats.delta_hat) * distance)
        return FranzParisiState(
            distance=distance, reference=self.reference, kappa=self.kappa, **fine,
            p_hat=hats.p_hat, t0_hat=hats.t0_hat, delta_hat=hats.delta_hat,
            residual=float(np.max(np.abs(mismatch))), error=abs(fine["entropy"] - coarse["entropy"]) + rounding,
        )

    def _evaluate(self, hats, distance, step):
        potential, _, eta, zeta, one_minus_p, q_minus_t0, _, lam = self._entropic(hats, step)
        G_E, P_hat, _, t1_slope, _, _, _, l2_squared = self._energetic(distance, eta, zeta, step)
        alpha, rho = self.reference.alpha, self.architecture
        p, t0 = self.overlaps(distance, eta, zeta)
        # (26) with G_S − t₁ δ̂ = (1 − t₁) δ̂ + t̂₀ (1 − q) + E[ln(1 + e^{−2g})]: no difference of large terms
        entropy = (
            -0.5 * hats.p_hat * one_minus_p
            + hats.t0_hat * (2.0 * distance - q_minus_t0)
            + 2.0 * distance * hats.delta_hat
            + potential
            + alpha * G_E
        )
        slope = 2.0 * (hats.delta_hat + hats.t0_hat - alpha * rho.slope(1.0 - 2.0 * distance) * t1_slope)
        replicon = alpha * lam * (rho.slope(p) ** 2 * l2_squared + rho.curvature(p) * P_hat)
        return dict(entropy=entropy, slope=slope, p=p, t0=t0, replicon=replicon)

    def unconstrained(self, distance):
        """Where the patterns bind so weakly that 1 + p̂ = 1 in any precision: every neighbour is a solution."""
        t1 = 1.0 - 2.0 * distance
        entropy = -distance * math.log(distance) - (1.0 - distance) * math.log1p(-distance)
        delta = 0.5 * (math.log1p(-distance) - math.log(distance))
        return FranzParisiState(
            distance=distance, reference=self.reference, kappa=self.kappa, entropy=entropy, slope=2.0 * delta,
            p=t1 * t1, t0=self.reference.q * t1, p_hat=0.0, t0_hat=0.0, delta_hat=delta,
            replicon=0.0, residual=0.0, error=4e-16 * entropy,
        )
