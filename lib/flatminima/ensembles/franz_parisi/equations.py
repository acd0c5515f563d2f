"""Free entropy and saddle-point equations of the Franz–Parisi ensemble, unveiling-2021 (26)–(27b)."""

import math
from dataclasses import dataclass

import numpy as np

from flatminima.ensembles.cross_entropy import GibbsState
from flatminima.ensembles.franz_parisi.constraint import constraint_of, least_field
from flatminima.ensembles.franz_parisi.energetic import energetic
from flatminima.ensembles.franz_parisi.overlaps import field_overlaps, overlaps
from flatminima.ensembles.typical import TypicalState

_FREE = -300.0  # ln p̂ below which the patterns no longer bind
_WEAK = (-60.0, -30.0)  # ln of hats too weak to matter
_FLOOR = 1e-15  # of q and q̂
_LARGEST = 300.0  # ln of a hat, beyond which a Newton step has gone astray
COARSE = 0.21  # step of the graded trapezoid: about eleven digits


@dataclass(frozen=True)
class FranzParisiState:
    """A saddle point around typical references: order parameters, entropy, residual, error.

    `normalised` is `entropy` less that of all weights at this distance; `slope` is dφ/dd, `delta_hat` =
    t̂₁ − t̂₀; `replicon` is above 1 where replica symmetry is unstable (for the binary perceptron it is
    α E[ℓ″²] E[cosh⁻⁴ g]); `residual` is the largest mismatch of the saddle equations (`Equations`) and `error`
    bounds the error of `entropy`, both from a quadrature finer than the one used to solve.
    """

    distance: float
    reference: TypicalState | GibbsState
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

    @property
    def normalised(self):
        return self.entropy - self.reference.weights.sphere(self.distance)


@dataclass(frozen=True)
class Hats:
    """Conjugate parameters of the neighbour, p̂, t̂₀ and δ̂ = t̂₁ − t̂₀, and their derivatives by the unknowns."""

    p_hat: float
    t0_hat: float
    delta_hat: float
    by_unknowns: np.ndarray

    @classmethod
    def from_unknowns(cls, x, q_hat, weights):
        """From x = (ln(p̂ − t̂₀²/q̂), ln t̂₀, a): every x is admissible, however weak the constraint.

        Without patterns the overlap of the field δ̂(a) alone is t₁ = tanh a.
        """
        gap, t0_hat = math.exp(x[0]), math.exp(x[1])
        mixed = t0_hat**2 / q_hat
        delta_hat, delta_slope = weights.field(float(x[2]))
        derivatives = np.array([[gap, 2.0 * mixed, 0.0], [0.0, t0_hat, 0.0], [0.0, 0.0, delta_slope]])
        return cls(gap + mixed, t0_hat, delta_hat, derivatives)


class Equations:
    """The saddle-point equations for neighbours of margin κ around a reference drawn from another ensemble.

    Given the hats, the entropic side returns the overlaps, and given those the energetic side
    returns the hats; t₁ = 1 − 2d is imposed. Three unknowns, three residuals.
    """

    def __init__(self, reference, kappa):
        self.reference, self.kappa = reference, kappa
        self.weights, self.architecture = reference.weights, reference.architecture
        # references of overlap 0 would leave nothing to condition on; the floor is below rounding
        self.q, self.q_hat = max(reference.q, _FLOOR), max(reference.q_hat, _FLOOR)
        self.Q, self.one_minus_Q = self.architecture.overlap(self.q), self.architecture.complement(reference.one_minus_q)
        self.least = least_field(reference)  # κ̃, or −∞ around references without a margin
        self.constraint = constraint_of(reference, self.Q, self.one_minus_Q, self.architecture.field_scale)
        self._last = None, None

    @property
    def gap(self):
        """κ̃ − κ: what a pattern leaves between the reference's field and the end of the neighbours'."""
        return self.least - self.kappa

    def overlaps(self, distance, entropic):
        return overlaps(self.q, self.reference.one_minus_q, distance, entropic[2], entropic[3])

    def _fields(self, distance, entropic):
        return field_overlaps(self.architecture, self.Q, self.q, self.reference.one_minus_q, distance, entropic[2], entropic[3])

    def _energetic(self, distance, entropic, step):
        """G_E and its derivatives at the overlaps of the output fields; None outside their domain."""
        rho, Q, one_minus_Q = self.architecture, self.Q, self.one_minus_Q
        of_weights = self.overlaps(distance, entropic)
        if not of_weights.admissible:
            return None
        at = self._fields(distance, entropic)
        if not at.admissible(Q, one_minus_Q):
            return None
        complement = rho.complement(of_weights.one_minus_p)
        margin = self.kappa / rho.field_scale
        sigma = math.sqrt((one_minus_Q * at.eta - at.zeta * at.zeta / Q) / at.gamma)
        constraint = self.constraint.at(sigma, step)
        terms = energetic(Q, one_minus_Q, at.P, at.T1, at.T0, at.eta, at.zeta, at.gamma, complement, constraint, margin, step)
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
        if max(x[0], x[1]) > _LARGEST:
            return None
        hats = Hats.from_unknowns(x, self.q_hat, self.weights)
        entropic = self.weights.planted(self.q, self.q_hat, hats.p_hat, hats.t0_hat, hats.delta_hat, step)
        energetic = self._energetic(distance, entropic, step)
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
        scale = self.architecture.field_scale
        if self.kappa > -15.0 * scale and t1 * self.least - self.kappa < 15.0 * width * scale:
            return True  # surely: do not spend an evaluation on it
        x = np.array([*_WEAK, 0.5 * (math.log1p(-distance) - math.log(distance))])
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
            if max(p_mismatch + math.log(hats.p_hat), t_mismatch + math.log(hats.t0_hat)) > 0.5 * _LARGEST:
                break
            p_hat, t0_hat = hats.p_hat * math.exp(p_mismatch), hats.t0_hat * math.exp(t_mismatch)
            gap = p_hat - t0_hat**2 / self.q_hat
            if gap <= 0.0:
                break
            x = np.array([math.log(gap), math.log(t0_hat), x[2]])
        return x

    def _mismatch(self, distance, hats, entropic, energetic):
        alpha, rho, at = self.reference.alpha, self.architecture, self.overlaps(distance, entropic)
        return np.array([
            math.log(alpha * rho.slope(at.one_minus_p) * energetic[1] / hats.p_hat),
            math.log(alpha * rho.slope(at.one_minus_t0) * energetic[2] / hats.t0_hat),
            math.log(0.5 * entropic[1] / distance),
        ])

    def _jacobian(self, distance, hats, entropic, energetic):
        _, P_hat, T0_hat, _, pp, pt, tt, _ = energetic
        rho, at = self.architecture, self.overlaps(distance, entropic)
        slope_p, slope_t = rho.slope(at.one_minus_p), rho.slope(at.one_minus_t0)
        # logarithmic derivatives of the two energetic sides with respect to (η, ζ) = (p, −t₀) + const
        p_eta, p_zeta = slope_p * pp / P_hat + rho.curvature(at.one_minus_p) / slope_p, -slope_t * pt / P_hat
        t_eta, t_zeta = 0.5 * slope_p * pt / T0_hat, -slope_t * tt / T0_hat - rho.curvature(at.one_minus_t0) / slope_t
        log_complement, eta, zeta = entropic[4]  # their derivatives with respect to the hats
        by_hats = np.array([p_eta * eta + p_zeta * zeta, t_eta * eta + t_zeta * zeta, log_complement])
        by_hats[0, 0] -= 1.0 / hats.p_hat
        by_hats[1, 1] -= 1.0 / hats.t0_hat
        return by_hats @ hats.by_unknowns

    def state(self, x, distance, step):
        """The saddle point x, evaluated with the step divided by √2: twice the nodes, the error squared."""
        coarse, fine = self.evaluate(x, distance, step), self.evaluate(x, distance, math.sqrt(0.5) * step)
        hats, entropic, energetic = fine
        entropy = self._entropy(distance, *fine)
        alpha, rho, at = self.reference.alpha, self.architecture, self.overlaps(distance, entropic)
        fields = self._fields(distance, entropic)
        slope_p, curvature_p = rho.slope(at.one_minus_p), rho.curvature(at.one_minus_p)
        rounding = 4e-16 * (1.0 + 8.0 * distance * (hats.p_hat + abs(hats.delta_hat)))
        rounding += 2e-15 * alpha * abs(energetic[0]) * fields.P / fields.gamma  # γ is a difference, shared by both steps
        return FranzParisiState(
            distance=distance,
            reference=self.reference,
            kappa=self.kappa,
            entropy=entropy,
            slope=2.0 * (hats.delta_hat + hats.t0_hat - alpha * rho.slope(2.0 * distance) * energetic[3]),
            p=at.p,
            t0=at.t0,
            p_hat=hats.p_hat,
            t0_hat=hats.t0_hat,
            delta_hat=hats.delta_hat,
            replicon=alpha * entropic[5] * (slope_p**2 * energetic[7] + curvature_p * energetic[1]),
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
        entropy = self.weights.sphere(distance)
        delta = self.weights.field(0.5 * (math.log1p(-distance) - math.log(distance)))[0]
        return FranzParisiState(
            distance=distance, reference=self.reference, kappa=self.kappa, entropy=entropy, slope=2.0 * delta,
            p=t1 * t1, t0=self.q * t1, p_hat=0.0, t0_hat=0.0, delta_hat=delta,
            replicon=0.0, residual=0.0, error=4e-16 * abs(entropy),
        )
