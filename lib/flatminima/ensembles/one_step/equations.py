"""Saddle points with one step of replica-symmetry breaking at fixed q₁: q̂₀ and m are unknown, the load is an output."""

import math
from dataclasses import dataclass

import numpy as np

from flatminima import saddle
from flatminima.architectures import Architecture
from flatminima.ensembles.one_step.energetic import energetic
from flatminima.weights import Weights

STEP = 0.1875  # of the trapezoids in their graded variables
_DIFFERENCE = 1e-5  # for the Jacobian
_TOLERANCE = 1e-9  # of the two equations


@dataclass(frozen=True)
class OneStepState:
    """A saddle point of the one-step free entropy: order parameters, entropy, residual and error estimate.

    Clusters have the overlap q₁ inside and q₀ between two of them, and `m` is the Parisi parameter. `residual` is
    the largest relative mismatch of the equations of q₁ and m; `error` bounds the error of `entropy`.
    """

    alpha: float
    kappa: float
    q0: float
    q1: float
    m: float
    q0_hat: float
    q1_hat: float
    entropy: float
    residual: float
    error: float
    one_minus_q1: float
    weights: Weights
    architecture: Architecture

    @property
    def m_tilde(self):
        """m/(1 − q₁), finite at the capacity of spherical weights."""
        return self.m / self.one_minus_q1


class Overlap:
    r"""Everything at fixed q₁ as functions of x = (ln q̂₀, ln m).

    The weights give q₀ and q̂₁, the equation of q₀ then the load, α = q̂₀/(ρ′(q₀) E[⟨L′⟩²]). Two equations are left:

        q̂₁ = α ρ′(q₁) E[⟨L′²⟩],      ∂𝒢_S/∂m + α (E⟨L⟩ − 𝒢_E)/m = 0.

    Both hold identically at q₁ = q₀: their parts that vanish there, like q₁ − q₀ and its square, are taken out.
    """

    def __init__(self, log_complement, kappa, weights, architecture):
        self.complement = math.exp(log_complement)
        self.q1, self.kappa, self.weights, self.rho = 1.0 - self.complement, kappa, weights, architecture

    def evaluate(self, x, step=STEP):
        """(residual (2,), α, F, q₁ − q₀, q̂₁ − q̂₀); NaN where q₀ is not inside (0, q₁)."""
        q0_hat, m = math.exp(x[0]), math.exp(x[1])
        gap, hat_gap, entropic = self.weights.clustered(self.q1, q0_hat, m, step)
        if not 0.0 < gap < self.q1:
            return np.full(2, math.nan), math.nan, math.nan, gap, hat_gap
        outside = self.complement + gap  # 1 − q₀
        value, mean_square, square, mean_log = energetic(
            self.rho.overlap(self.q1 - gap),
            self.rho.difference(outside, gap),
            self.rho.complement(self.complement),
            self.kappa / self.rho.field_scale,
            m,
            step,
        )
        alpha = q0_hat / (self.rho.slope(outside) * mean_square)
        of_q1 = (q0_hat + hat_gap - alpha * self.rho.slope(self.complement) * square) / hat_gap
        of_m = self.weights.clustered_slope(self.q1, q0_hat, gap, hat_gap, m, step) + alpha * (mean_log - value) / m
        response = gap / (self.complement + m * gap)
        return np.array([of_q1, of_m / response**2]), alpha, entropic + alpha * value, gap, hat_gap

    def equations(self, x):
        x = np.asarray(x)
        columns = []
        for shift in _DIFFERENCE * np.eye(2):
            columns.append((self.evaluate(x + shift)[0] - self.evaluate(x - shift)[0]) / (2.0 * _DIFFERENCE))
        return self.evaluate(x)[0], np.array(columns).T

    def solve(self, start):
        return saddle.solve(self.equations, start, tolerance=_TOLERANCE)[0]

    def state(self, x):
        residual, alpha, entropy, gap, hat_gap = self.evaluate(x, 2.0 / 3.0 * STEP)
        coarse = self.evaluate(x)[2]
        q0_hat, m = math.exp(x[0]), math.exp(x[1])
        return OneStepState(
            alpha=alpha,
            kappa=self.kappa,
            q0=self.q1 - gap,
            q1=self.q1,
            m=m,
            q0_hat=q0_hat,
            q1_hat=q0_hat + hat_gap,
            entropy=entropy,
            residual=float(np.abs(residual).max()),
            error=abs(entropy - coarse) + 1e-15 * (1.0 + alpha) / min(m, 1.0),
            one_minus_q1=self.complement,
            weights=self.weights,
            architecture=self.rho,
        )
