"""Free entropy and saddle-point equations at one step of replica-symmetry breaking, unveiling-2021 (30)–(31b)."""

import math
from dataclasses import dataclass

import numpy as np

from flatminima.architectures import PERCEPTRON
from flatminima.ensembles.franz_parisi.overlaps import field_overlaps, overlaps
from flatminima.ensembles.one_step_franz_parisi.cluster import binary_averages, energetic_averages
from flatminima.ensembles.typical import TypicalState
from flatminima.validation import real_number
from flatminima.weights import BINARY

STEP = 0.15  # of the graded trapezoid: about thirteen digits
_NUDGE = 1e-5  # of an unknown, for the differences that make the Jacobian


@dataclass(frozen=True)
class OneStepState:
    r"""A saddle point with p₀ < p₁ at fixed m: order parameters, free entropy, residual, error.

    `slope` is ∂φ/∂d and `complexity` is Σ = −m² ∂φ/∂m, zero where m is stationary; `delta_hat` is
    t̂₁ − t̂₀. `multiplier` tells what iterating the equation of p̂₁ − p̂₀, the others solved, does to
    a small error of its logarithm: above 1 the iteration runs away from this saddle point.
    `residual` is the largest mismatch of the saddle equations and `error` bounds the error of
    `entropy`, both from a quadrature finer than the one used to solve.
    """

    distance: float
    reference: TypicalState
    kappa: float
    m: float
    entropy: float
    slope: float
    complexity: float
    p0: float
    p1: float
    t0: float
    p0_hat: float
    p1_hat: float
    t0_hat: float
    delta_hat: float
    multiplier: float
    residual: float
    error: float


@dataclass(frozen=True)
class Hats:
    """The conjugate parameters; `gap_hat` = p̂₁ − p̂₀, `delta_hat` = t̂₁ − t̂₀."""

    p0_hat: float
    t0_hat: float
    delta_hat: float
    gap_hat: float

    @classmethod
    def from_unknowns(cls, x, q_hat):
        """From x = (ln(p̂₀ − t̂₀²/q̂), ln t̂₀, δ̂, ln(p̂₁ − p̂₀)): every x is admissible and has p₁ > p₀."""
        t0_hat = math.exp(x[1])
        return cls(math.exp(x[0]) + t0_hat**2 / q_hat, t0_hat, float(x[2]), math.exp(x[3]))


class Equations:
    """The saddle-point equations at fixed m for neighbours that fall into clusters.

    As at the replica-symmetric level the entropic side turns hats into overlaps, the energetic side
    overlaps into hats, and t₁ = 1 − 2d is imposed. Four unknowns, four residuals.
    """

    def __init__(self, reference, kappa, m, architecture):
        self.reference, self.kappa, self.m, self.architecture = reference, kappa, m, architecture
        self.Q = architecture.overlap(reference.q)

    def overlaps(self, distance, entropic):
        """Of neighbours in different clusters: p₀, t₀; those of one cluster have 1 − p₁ = entropic[6]."""
        return overlaps(self.reference.q, self.reference.one_minus_q, distance, entropic[3], entropic[4])

    def evaluate(self, x, distance, step):
        """Hats and both sides of the equations at x, with step `step`; None outside the domain."""
        hats, q = Hats.from_unknowns(x, self.reference.q_hat), self.reference.q
        entropic = binary_averages(
            q, self.reference.q_hat, hats.p0_hat, hats.t0_hat, hats.delta_hat, math.sqrt(hats.gap_hat), self.m, step
        )
        _, _, _, eta, zeta, gap, complement = entropic
        rho, Q, of_weights = self.architecture, self.Q, self.overlaps(distance, entropic)
        if not (of_weights.admissible and gap > 0 and complement > 0):
            return None
        at = field_overlaps(rho, Q, q, self.reference.one_minus_q, distance, eta, zeta)
        if not at.admissible(Q, 1.0 - Q):
            return None
        spread_squared, width_squared = rho.difference(of_weights.one_minus_p, gap), rho.complement(complement)
        margins = self.reference.kappa / rho.field_scale, self.kappa / rho.field_scale
        spread, width = math.sqrt(spread_squared), math.sqrt(width_squared)
        energetic = energetic_averages(Q, at.P, at.T1, at.T0, at.eta, at.zeta, at.gamma, spread, width, *margins, self.m, step)
        return (hats, entropic, energetic) if energetic[2] > 0 and energetic[3] > 0 else None

    def mismatch(self, x, distance, step=STEP):
        """The four residuals at x; infinite outside the domain.

            ln(α ρ′(p₀) E[⟨ℓ′⟩²] / p̂₀),  ln(α ρ′(t₀) T̂₀ / t̂₀),  ln((1 − t₁) / 2d),
            ln(α (ρ′(p₁) E⟨ℓ′²⟩ − ρ′(p₀) E[⟨ℓ′⟩²]) / (p̂₁ − p̂₀))
        """
        evaluated = self.evaluate(x, distance, step)
        return np.full(4, np.inf) if evaluated is None else self._mismatch(distance, *evaluated)

    def _mismatch(self, distance, hats, entropic, energetic):
        alpha, rho, at = self.reference.alpha, self.architecture, self.overlaps(distance, entropic)
        slope_p0, slope_p1 = rho.slope(at.one_minus_p), rho.slope(entropic[6])
        _, _, square, t0_hat, _, variance = energetic
        gap_hat = slope_p1 * variance + (slope_p1 - slope_p0) * square
        return np.array([
            math.log(alpha * slope_p0 * square / hats.p0_hat),
            math.log(alpha * rho.slope(at.one_minus_t0) * t0_hat / hats.t0_hat),
            math.log(0.5 * entropic[2] / distance),
            math.log(alpha * gap_hat / hats.gap_hat) if gap_hat > 0 else np.inf,
        ])

    def residual(self, x, distance, solved=4, step=STEP):
        """The first `solved` residuals and their Jacobian in as many unknowns, by forward differences."""
        at_x = self.mismatch(x, distance, step)[:solved]
        if not np.isfinite(at_x).all():
            return np.full(solved, np.inf), np.eye(solved)
        nudged = [self.mismatch(x + _NUDGE * np.eye(4)[j], distance, step)[:solved] for j in range(solved)]
        return at_x, (np.array(nudged) - at_x).T / _NUDGE

    def state(self, x, distance, step=STEP):
        """The saddle point x, evaluated with the step divided by √2: twice the nodes, the error squared."""
        coarse, fine = self.evaluate(x, distance, step), self.evaluate(x, distance, math.sqrt(0.5) * step)
        hats, entropic, energetic = fine
        at, p1 = self.overlaps(distance, entropic), 1.0 - entropic[6]
        alpha, rho, m = self.reference.alpha, self.architecture, self.m
        entropy = self._entropy(distance, *fine)
        # p₁p̂₁ − p₀p̂₀ = p₁(p̂₁ − p̂₀) + p̂₀(p₁ − p₀)
        product_gap = p1 * hats.gap_hat + hats.p0_hat * entropic[5]
        jacobian = self.residual(x, distance, step=step)[1]
        relaxed = jacobian[3, 3] - jacobian[3, :3] @ np.linalg.solve(jacobian[:3, :3], jacobian[:3, 3])
        rounding = 4e-16 * (1.0 + hats.p0_hat + hats.gap_hat + abs(hats.delta_hat) * distance)
        return OneStepState(
            distance=distance,
            reference=self.reference,
            kappa=self.kappa,
            m=m,
            entropy=entropy,
            slope=float(2.0 * (hats.delta_hat + hats.t0_hat - alpha * rho.slope(2.0 * distance) * energetic[4])),
            complexity=float(0.5 * m * m * product_gap - m * (entropic[1] + alpha * energetic[1])),
            p0=float(at.p),
            p1=float(p1),
            t0=float(at.t0),
            p0_hat=hats.p0_hat,
            p1_hat=hats.p0_hat + hats.gap_hat,
            t0_hat=hats.t0_hat,
            delta_hat=hats.delta_hat,
            multiplier=float(1.0 + relaxed),
            residual=float(np.max(np.abs(self._mismatch(distance, *fine)))),
            error=abs(entropy - self._entropy(distance, *coarse)) + rounding,
        )

    def _entropy(self, distance, hats, entropic, energetic):
        """(30) at t₁ = 1 − 2d, without a difference of large terms, as for (26).

        c_m = g + m(p̂₁−p̂₀)/2 + s_m. The average of g cancels t₀t̂₀ − t₁t̂₁ up to small terms, and

            −m(p₁p̂₁ − p₀p̂₀)/2 − p̂₁(1−p₁)/2 + m(p̂₁−p̂₀)/2
                = −p̂₀[(1−p₁) + m(p₁−p₀)]/2 − (1−m)(p̂₁−p̂₀)(1−p₁)/2.
        """
        rest, _, _, _, zeta, gap, complement = entropic
        return float(
            2.0 * distance * hats.delta_hat
            + hats.t0_hat * (2.0 * distance * self.reference.one_minus_q - zeta)
            - 0.5 * hats.p0_hat * (complement + self.m * gap)
            - 0.5 * (1.0 - self.m) * hats.gap_hat * complement
            + rest
            + self.reference.alpha * energetic[0]
        )


def block_size(m):
    """m as a float if it lies in (0, 1], where the limit of no replicas puts it."""
    number = real_number("m", m)
    if not 0.0 < number <= 1.0:
        raise ValueError(f"m is {m!r}; it must be a real number in (0, 1].")
    return number


def free_entropy(
    p0, p1, t0, t1, p0_hat, p1_hat, t0_hat, t1_hat, m, q, q_hat, alpha, kappa_reference, kappa=0.0,
    weights=BINARY, architecture=PERCEPTRON,
):
    r"""Franz–Parisi entropy at one step of replica-symmetry breaking, at any order parameters.

    $$ \phi_{FP} = -t_1\hat t_1 + t_0\hat t_0 - \tfrac m2(p_1\hat p_1 - p_0\hat p_0) - \tfrac{\hat p_1}2(1-p_1)
       + \mathcal G_S + \alpha\,\mathcal G_E $$

    unveiling-2021 (30) with (31a), (31b) and (gamma, 1RSB). Needs 0 < m ≤ 1, p₀ ≤ p₁ < 1, p̂₀ ≤ p̂₁, p̂₀ > t̂₀²/q̂, and
    overlaps that a reference can have: γ = p₀ − t₀²/q > 0 and γ(1−q) > (t₁−t₀)². Raises ValueError
    otherwise. Accuracy 1e-11.

    At m = 1 clusters do not matter, whatever p₁ and p̂₁ are:

    >>> around = dict(q=0.5, q_hat=1.0, alpha=0.5, kappa_reference=0.3)
    >>> shared = dict(p0=0.6, t0=0.4, t1=0.6, p0_hat=0.7, t0_hat=0.5, t1_hat=0.9, m=1.0)
    >>> two = [free_entropy(p1=p1, p1_hat=p1_hat, **shared, **around) for p1, p1_hat in [(0.7, 0.9), (0.9, 5.0)]]
    >>> abs(two[0] - two[1]) < 1e-12
    True
    """
    m = block_size(m)
    rho = architecture
    Q, P0, P1, T0, T1 = (rho.overlap(overlap) for overlap in (q, p0, p1, t0, t1))
    E, Z, gamma = P0 - T1 * T1, Q * T1 - T0, P0 - T0 * T0 / Q
    ordered = p0 <= p1 < 1 and p0_hat <= p1_hat and t0_hat**2 < p0_hat * q_hat
    if not (ordered and gamma > 0 and gamma * (1 - Q) > (T1 - T0) ** 2):
        raise ValueError(
            f"p0 = {p0:g}, p1 = {p1:g}, t0 = {t0:g}, t1 = {t1:g}, p0_hat = {p0_hat:g}, p1_hat = {p1_hat:g}, "
            f"t0_hat = {t0_hat:g} at q = {q:g}, q_hat = {q_hat:g} are no order parameters; p0 ≤ p1 < 1, "
            "p0_hat ≤ p1_hat, t0_hat² < p0_hat q_hat, γ = p0 − t0²/q > 0 and γ(1 − q) > (t1 − t0)² must hold."
        )
    step, delta_hat, gap_hat = 0.7 * STEP, t1_hat - t0_hat, p1_hat - p0_hat
    rest = binary_averages(q, q_hat, p0_hat, t0_hat, delta_hat, math.sqrt(gap_hat), m, step)[0]
    entropic = rest + 0.5 * m * gap_hat + delta_hat + t0_hat * weights.typical(q_hat, 0.5 * STEP)[1]
    margins = kappa_reference / rho.field_scale, kappa / rho.field_scale
    spread, width = math.sqrt(rho.difference(1.0 - p0, p1 - p0)), math.sqrt(rho.complement(1.0 - p1))
    energetic = energetic_averages(Q, P0, T1, T0, E, Z, gamma, spread, width, *margins, m, step)[0]
    products = -t1 * t1_hat + t0 * t0_hat - 0.5 * m * (p1 * p1_hat - p0 * p0_hat) - 0.5 * p1_hat * (1.0 - p1)
    return float(products + entropic + alpha * energetic)
