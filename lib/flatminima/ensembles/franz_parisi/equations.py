"""Free entropy and saddle-point equations of the Franz–Parisi ensemble, unveiling-2021 (26)–(27b)."""

import math
from dataclasses import dataclass

import numpy as np

from flatminima.ensembles.franz_parisi.energetic import energetic
from flatminima.ensembles.typical import TypicalState

_FREE = -300.0  # ln p̂ below which the patterns no longer bind
_WEAK = (-60.0, -30.0)  # ln of hats too weak to matter
_FLOOR = 1e-15  # of q and q̂
COARSE = 0.21  # step of the graded trapezoid: about eleven digits


@dataclass(frozen=True)
class FranzParisiState:
    """A saddle point around typical references of margin κ̃: order parameters, entropy, residual, error.

    `slope` is dφ/dd, `delta_hat` = t̂₁ − t̂₀, `replicon` = α E[ℓ″²] E[cosh⁻⁴ g], above 1 where replica
    symmetry is unstable; `residual` is the largest mismatch of the saddle equations (`Equations`) and `error`
    bounds the error of `entropy`, both from a quadrature finer than the one used to solve.
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

    def __init__(self, reference, kappa, weights, architecture):
        self.reference, self.kappa = reference, kappa
        self.weights, self.architecture = weights, architecture
        # references of overlap 0 would leave nothing to condition on; the floor is below rounding
        self.q, self.q_hat = max(reference.q, _FLOOR), max(reference.q_hat, _FLOOR)
        self.Q = architecture.overlap(self.q)
        self._last = None, None

    def overlaps(self, distance, eta, zeta):
        """(p, t₀) at t₁ = 1 − 2d, from η = p − t₁² and ζ = q t₁ − t₀."""
        t1 = 1.0 - 2.0 * distance
        return t1 * t1 + eta, self.q * t1 - zeta

    def _energetic(self, distance, eta, zeta, step):
        """G_E and its derivatives at the effective overlaps; None outside the domain of overlaps."""
        rho, q, t1 = self.architecture, self.q, 1.0 - 2.0 * distance
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
        terms = energetic(self.Q, P, T1, T0, E, Z, gamma, complement, *margins, step)
        return terms if terms[1] > 0 and terms[2] > 0 else None

    def evaluate(self, x, distance, step=COARSE):
        """Both sides of the equations at x, with step `step`; None outside the domain.

        The last result is kept: where Newton's method stops is where the state is wanted.
        """
        key = (*x, distance, step)
        if self._last[0] != key:
            self._last = key, self._evaluate(x, distance, step)
        return self._last[1]

    def _evaluate(self, x, distance, step):
        hats = Hats.from_unknowns(x, self.q_hat)
        q, q_hat = self.q, self.q_hat
        entropic = self.weights.planted(q, q_hat, hats.p_hat, hats.t0_hat, hats.delta_hat, step)
        energetic = self._energetic(distance, entropic[2], entropic[3], step)
        return None if energetic is None else (hats, entropic, energetic)

    def residual(self, x, distance, step=COARSE):
        """Residuals and Jacobian in the unknowns of `Hats.from_unknowns`; infinite outside the domain.

            ln(α ρ′(p) P̂ / p̂),   ln(α ρ′(t₀) T̂₀ / t̂₀),   ln((1 − t₁) / 2d)
        """
        evaluated = self.evaluate(x, distance, step)
        if evaluated is None:
            return np.full(3, np.inf), np.eye(3)
        return self._mismatch(distance, *evaluated), self._jacobian(distance, *evaluated)

    def binds(self, distance):
        """Whether the patterns restrict the neighbours at all, in any digit of a double."""
        t1, width = 1.0 - 2.0 * distance, 2.0 * math.sqrt(distance * (1.0 - distance))
        margin, scale = self.kappa, self.architecture.field_scale
        if t1 * self.reference.kappa - margin < 15.0 * width * scale and margin > -15.0 * scale:
            return True  # surely: do not spend an evaluation on it
        x = np.array([*_WEAK, math.atanh(t1)])
        evaluated = self.evaluate(x, distance)
        return evaluated is not None and self._mismatch(distance, *evaluated)[0] + math.log(evaluated[0].p_hat) > _FREE

    def fixed_point(self, distance, sweeps=6):
        """Unknowns after a few sweeps hats → overlaps → hats from weak hats: right where they are weak."""
        x = np.array([*_WEAK, 0.5 * math.log(1.0 / distance - 1.0)])
        for _ in range(sweeps):
            evaluated = self.evaluate(x, distance)
            if evaluated is None:
                break
            hats, _, _ = evaluated
            p_mismatch, t_mismatch, _ = self._mismatch(distance, *evaluated)
            p_hat, t0_hat = hats.p_hat * math.exp(p_mismatch), hats.t0_hat * math.exp(t_mismatch)
            x = np.array([math.log(p_hat - t0_hat**2 / self.q_hat), math.log(t0_hat), x[2]])
        return x

    def _mismatch(self, distance, hats, entropic, energetic):
        p, t0 = self.overlaps(distance, entropic[2], entropic[3])
        alpha, rho = self.reference.alpha, self.architecture
        return np.array([
            math.log(alpha * rho.slope(p) * energetic[1] / hats.p_hat),
            math.log(alpha * rho.slope(t0) * energetic[2] / hats.t0_hat),
            math.log(0.5 * entropic[1] / distance),
        ])

    def _jacobian(self, distance, hats, entropic, energetic):
        _, P_hat, T0_hat, _, pp, pt, tt, _ = energetic
        p, t0 = self.overlaps(distance, entropic[2], entropic[3])
        rho = self.architecture
        slope_p, slope_t = rho.slope(p), rho.slope(t0)
        # logarithmic derivatives of the two energetic sides with respect to (η, ζ) = (p, −t₀) + const
        p_eta, p_zeta = slope_p * pp / P_hat + rho.curvature(p) / slope_p, -slope_t * pt / P_hat
        t_eta, t_zeta = 0.5 * slope_p * pt / T0_hat, -slope_t * tt / T0_hat - rho.curvature(t0) / slope_t
        log_complement, eta, zeta = entropic[4]  # their derivatives with respect to the hats
        by_hats = np.array([p_eta * eta + p_zeta * zeta, t_eta * eta + t_zeta * zeta, log_complement])
        by_hats[0, 0] -= 1.0 / hats.p_hat
        by_hats[1, 1] -= 1.0 / hats.t0_hat
        mixed = hats.t0_hat**2 / self.q_hat
        hats_by_unknowns = np.array([[hats.p_hat - mixed, 2.0 * mixed, 0.0], [0.0, hats.t0_hat, 0.0], [0.0, 0.0, 1.0]])
        return by_hats @ hats_by_unknowns

    def state(self, x, distance, step):
        """The saddle point x, evaluated with the step divided by √2: twice the nodes, the error squared."""
        coarse, fine = self.evaluate(x, distance, step), self.evaluate(x, distance, math.sqrt(0.5) * step)
        hats, entropic, energetic = fine
        entropy = self._entropy(distance, *fine)
        alpha, rho = self.reference.alpha, self.architecture
        p, t0 = self.overlaps(distance, entropic[2], entropic[3])
        rounding = 4e-16 * (1.0 + hats.p_hat + abs(hats.delta_hat) * distance)
        return FranzParisiState(
            distance=distance,
            reference=self.reference,
            kappa=self.kappa,
            entropy=entropy,
            slope=2.0 * (hats.delta_hat + hats.t0_hat - alpha * rho.slope(1.0 - 2.0 * distance) * energetic[3]),
            p=p,
            t0=t0,
            p_hat=hats.p_hat,
            t0_hat=hats.t0_hat,
            delta_hat=hats.delta_hat,
            replicon=alpha * entropic[5] * (rho.slope(p) ** 2 * energetic[7] + rho.curvature(p) * energetic[1]),
            residual=self._residual_size(distance, *fine),
            error=abs(entropy - self._entropy(distance, *coarse)) + rounding,
        )

    def _residual_size(self, distance, hats, entropic, energetic):
        """The largest mismatch of the three equations, relative to hats above 1 and absolute below."""
        p_mismatch, t_mismatch, d_mismatch = self._mismatch(distance, hats, entropic, energetic).tolist()
        return max(
            abs(math.expm1(p_mismatch)) * min(1.0, hats.p_hat),
            abs(math.expm1(t_mismatch)) * min(1.0, hats.t0_hat),
            abs(d_mismatch),
        )

    def _entropy(self, distance, hats, entropic, energetic):
        """(26) at t₁ = 1 − 2d: no difference of large terms, and stationary in the hats.

        G_S − t₁ δ̂ = (1 − t₁) δ̂ + t̂₀ (1 − q) + E[ln(1 + e^{−2g})], and with t₀ = q t₁ − ζ the
        factor of t̂₀ is (1 − q) − (t₁ − t₀) = 2d (1 − q) − ζ.
        """
        potential, _, eta, zeta, _, _ = entropic
        return (
            -0.5 * hats.p_hat * (4.0 * distance * (1.0 - distance) - eta)
            + hats.t0_hat * (2.0 * distance * self.reference.one_minus_q - zeta)
            + 2.0 * distance * hats.delta_hat
            + potential
            + self.reference.alpha * energetic[0]
        )

    def unconstrained(self, distance):
        """Where the patterns bind so weakly that 1 + p̂ = 1 in any precision: every neighbour is a solution."""
        t1 = 1.0 - 2.0 * distance
        entropy = -distance * math.log(distance) - (1.0 - distance) * math.log1p(-distance)
        delta = 0.5 * (math.log1p(-distance) - math.log(distance))
        return FranzParisiState(
            distance=distance, reference=self.reference, kappa=self.kappa, entropy=entropy, slope=2.0 * delta,
            p=t1 * t1, t0=self.q * t1, p_hat=0.0, t0_hat=0.0, delta_hat=delta,
            replicon=0.0, residual=0.0, error=4e-16 * entropy,
        )
