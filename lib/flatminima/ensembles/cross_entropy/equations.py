r"""A Gibbs measure exp(−βℒ) over the weights at its replica-symmetric saddle point, and what its equations need.

With L(μ, σ) = ln ∫Dy exp(−βf(μ + σy)) the stability of a pattern is μ + σy, μ = √ρ(q) z, σ² = 1 − ρ(q), and

    φ = −q̂(1 − q)/2 + 𝒢_S(q̂) + α E[L],    q̂ = α ρ′(q) E[L′²],    e = −∂φ/∂β = α E⟨f⟩,    s = φ + βe.

ρ is the overlap map of the architecture, q itself for the perceptron; f takes the output field, whose width is `field_scale`.
"""

import math
from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from flatminima.architectures import PERCEPTRON, Architecture
from flatminima.ensembles.machine import require_machine
from flatminima.gaussian.grading import graded_trapezoid
from flatminima.losses import Loss, require_loss, smoothed, smoothed_features
from flatminima.validation import real_number
from flatminima.weights import BINARY, Weights

STEP = 0.25  # of the trapezoid over μ, in its graded variable: about 70 nodes
WEIGHT_STEP = 0.125

_CUTOFF = 9.5
_NORMALISATION = 1.0 / math.sqrt(2.0 * math.pi)
ROUNDING = 4e-15
_NUDGE = 1e-4  # of ln q̂, for the slope of 1 − q


Model = namedtuple("Model", "loss weights architecture")
Model.__doc__ = """What a Gibbs measure is about."""


@dataclass(frozen=True)
class GibbsState:
    """A replica-symmetric Gibbs state of a loss: order parameters, averages, residual and error estimate.

    `energy` is the loss per weight, αE⟨f⟩; `entropy` that of the weights per weight, s = φ + βe, φ being `free_entropy`;
    `error_rate` the share of patterns with x < 0. `beta` is ∞ where the ground states cost nothing and are many.
    `replicon` is that of weights and patterns together: replica symmetry is stable where it is below 1. `residual` is
    the larger of the relative mismatch of the equation for q̂ and, of a ground state, |entropy|. `error` bounds the errors
    of q, `energy`, `entropy` and `error_rate`, and the relative ones of `beta` and `free_entropy`.
    """

    alpha: float
    beta: float
    q: float
    q_hat: float
    energy: float
    entropy: float
    free_entropy: float
    error_rate: float
    replicon: float
    residual: float
    error: float
    one_minus_q: float
    loss: Loss
    weights: Weights
    architecture: Architecture = PERCEPTRON

    @property
    def distance(self):
        """Hamming distance (1 − q)/2 of two weights drawn from the state."""
        return 0.5 * self.one_minus_q


def free_entropy(q, q_hat, alpha, beta, loss, weights=BINARY, architecture=PERCEPTRON):
    r"""Replica-symmetric free entropy of the Gibbs measure of a loss, as a function of its two order parameters.

    $$ \phi = -\frac{\hat q}2(1-q) + \mathcal G_S(\hat q)
       + \alpha\int Dz\, \ln \int Dy\; e^{-\beta f(\sqrt{\rho(q)} z + \sqrt{1-\rho(q)}\, y)} $$

    shaping-2020 (16) at inverse temperature β, where ρ(q) = q; of committees f takes `field_scale` times what stands
    here. `q` in [0, 1), `q_hat` ≥ 0, `alpha` > 0, `beta` ≥ 0. Stationary at the Gibbs state. Accuracy 1e-12. Raises
    ValueError outside these ranges, TypeError for what is not a `Loss`.

    >>> from flatminima.losses import ERRORS
    >>> round(free_entropy(0.0, 0.0, 1.0, 1.0, ERRORS), 12) == round(math.log(2) + math.log((1 + math.exp(-1)) / 2), 12)
    True
    """
    q = real_number("q", q, 0.0, 1.0 - 1e-15, closed=True)
    q_hat = real_number("q_hat", q_hat, 0.0, math.inf, closed=True)
    alpha = real_number("alpha", alpha, 0.0)
    beta = real_number("beta", beta, 0.0, math.inf, closed=True)
    require_loss(loss)
    require_machine(weights, architecture)
    average = Averages(loss.scaled(architecture.field_scale), beta, architecture.complement(1.0 - q), 0.5 * STEP)
    return -0.5 * q_hat * (1.0 - q) + weights.typical(q_hat, WEIGHT_STEP)[0] + alpha * average.log_weight


class Averages:
    """Averages over μ = √Q z of what a smoothed loss is made of, σ² = 1 − Q = `complement`."""

    def __init__(self, loss, beta, complement, step):
        sigma, root_q = math.sqrt(complement), math.sqrt(max(1.0 - complement, 0.0))
        centres, widths = smoothed_features(loss, beta, sigma)
        scale = max(root_q, 1e-3)
        z, weight = graded_trapezoid(centres / scale, widths / scale, -_CUTOFF, _CUTOFF, step)
        weight = weight * _NORMALISATION * np.exp(-0.5 * z * z)
        tilted = smoothed(loss, beta, root_q * z, sigma)
        mean = lambda values: float(weight @ values)
        self.log_weight = mean(tilted.log_weight)
        self.slope_squared = mean(tilted.slope**2)  # (1 − Q) E[L′²]
        self.curvature_squared = mean(tilted.curvature**2)  # (1 − Q)² E[L″²]
        self.slope_bends = mean(tilted.slope**2 * tilted.curvature)  # (1 − Q)² E[L′²L″]
        self.slope_cools = -mean(tilted.slope * tilted.covariance)  # (1 − Q) E[L′ ∂L′/∂β]
        self.loss = mean(tilted.loss)
        self.loss_variance = mean(tilted.loss_variance)
        self.error_rate = mean(tilted.error_rate)


class Point:
    """One evaluation of everything at (q̂, β): the saddle line's 1 − q, both residuals and their Jacobian.

    The unknowns are ln q̂ and ln β; the residuals ln(αρ′E[L′²]/q̂) and s, which vanishes at a ground state.
    """

    def __init__(self, alpha, log_q_hat, beta, model, step):
        self.alpha, self.beta, self.model = alpha, beta, model
        loss, weights, architecture = model
        self.q_hat = math.exp(log_q_hat)
        self.entropic, self.one_minus_q, self.weight_replicon = weights.typical(self.q_hat, WEIGHT_STEP)
        complement = architecture.complement(self.one_minus_q)
        self.slope = architecture.slope(self.one_minus_q) / complement  # the averages come with powers of 1 − Q
        self.curvature = architecture.curvature(self.one_minus_q) / complement
        self.average = Averages(loss.scaled(architecture.field_scale), beta, complement, step)

    @property
    def image(self):
        """q̂ as the patterns return it."""
        return self.alpha * self.image_per_alpha

    @property
    def image_per_alpha(self):
        return self.slope * self.average.slope_squared

    @property
    def replicon_per_alpha(self):
        """λ_S {ρ′² E[L″²] + ρ″ E[L′²]}: times α, below 1 where replica symmetry is stable."""
        average = self.average
        return self.weight_replicon * (self.slope**2 * average.curvature_squared + self.curvature * average.slope_squared)

    @property
    def mismatch(self):
        return math.log(self.image / self.q_hat) if self.image > 0 else -math.inf

    @property
    def free_entropy(self):
        return -0.5 * self.q_hat * self.one_minus_q + self.entropic + self.alpha * self.average.log_weight

    @property
    def energy(self):
        return self.alpha * self.average.loss

    @property
    def entropy(self):
        return self.free_entropy + self.beta * self.energy

    @property
    def rounding(self):
        """Of the residuals: that of the terms which cancel in the entropy."""
        terms = self.q_hat * self.one_minus_q + self.entropic + self.alpha * abs(self.average.log_weight)
        return ROUNDING * (1.0 + terms + self.beta * self.energy)

    def jacobian(self):
        """Of (mismatch, entropy) with respect to (ln q̂, ln β).

        ∂E[L′²]/∂Q = E[L″²] − 2E[L′²L″], since ∂L/∂σ² = (L″ + L′²)/2, and ∂e/∂q = αρ′E[L′ ∂L′/∂β].
        """
        average = self.average
        log_q_hat = math.log(self.q_hat)
        below, above = (self.model.weights.typical(math.exp(log_q_hat + shift), WEIGHT_STEP)[1] for shift in (-_NUDGE, _NUDGE))
        q_by_hat = (below - above) / (2.0 * _NUDGE)
        by_q = self.slope * (average.curvature_squared - 2.0 * average.slope_bends) / average.slope_squared
        by_q += self.curvature / self.slope
        cools = self.slope * average.slope_cools
        entropy_by_q = 0.5 * (self.q_hat - self.image) + self.beta * self.alpha * cools
        return np.array([
            [by_q * q_by_hat - 1.0, 2.0 * self.beta * cools / self.image_per_alpha],
            [entropy_by_q * q_by_hat, -self.beta**2 * self.alpha * average.loss_variance],
        ])

    def state(self, beta, is_ground, error):
        """The state here; `beta` may be ∞ where the loss is a hard constraint."""
        average = self.average
        residual = abs(self.mismatch) if self.image > 0 else 0.0
        return GibbsState(
            alpha=self.alpha,
            beta=beta,
            q=max(1.0 - self.one_minus_q, 0.0),
            q_hat=self.q_hat,
            energy=self.energy,
            entropy=self.entropy,
            free_entropy=self.free_entropy,
            error_rate=average.error_rate,
            replicon=self.alpha * self.replicon_per_alpha,
            residual=max(residual, abs(self.entropy)) if is_ground else residual,
            error=error,
            one_minus_q=self.one_minus_q,
            **self.model._asdict(),
        )
