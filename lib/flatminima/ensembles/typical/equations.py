"""A typical solution's state, and the two terms of its free entropy with all that their derivatives need."""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from flatminima.architectures import Architecture
from flatminima.gaussian.grading import graded_trapezoid
from flatminima.gaussian.tails import _tail_scalar
from flatminima.weights import Weights

STEP = 0.125  # of the trapezoid in its graded variable: about 200 nodes
LOG_Q_HAT = (-36.0, 55.0)  # 1 − q is then above 1e-12

_CUTOFF = 9.5
_NORMALISATION = 1.0 / math.sqrt(2.0 * math.pi)
_ROUNDING = 1e-12  # an entropy this little below zero is one at the capacity
_FAR = 8.0  # where A(c) − c ≈ 1/c has lost two digits


@dataclass(frozen=True)
class TypicalState:
    """A replica-symmetric saddle point: its order parameters, entropy, residual and error estimate.

    `distance` is the Hamming distance (1 − q)/2 of two typical solutions, unveiling-2021 (typical distance); `residual` the
    relative mismatch of the saddle equation for q̂; `error` bounds the error of `entropy`. The entropy of spherical weights
    is the logarithm of a volume, that of the whole sphere being ln(2πe)/2.
    """

    alpha: float
    kappa: float
    q: float
    q_hat: float
    entropy: float
    residual: float
    error: float
    one_minus_q: float
    weights: Weights
    architecture: Architecture

    @property
    def exists(self):
        """Whether there are such solutions: if they are counted, their entropy is not negative, up to rounding at κ_max."""
        return not self.weights.discrete or self.entropy >= -_ROUNDING

    @property
    def distance(self):
        return 0.5 * self.one_minus_q

    @property
    def replicon(self):
        """Product of the replicons of weights and patterns: replica symmetry is stable where it is below 1."""
        return self.alpha * replicon_per_alpha(self.q_hat, self.one_minus_q, self.kappa, self.weights, self.architecture)


def require_first_order(architecture):
    """Refuse outputs that forget small correlations, ρ′(0) = 0: q = 0 then solves the saddle equations at every load.

    Raises ValueError.

    >>> from flatminima import SIGN
    >>> require_first_order(SIGN)
    """
    slope = architecture.slope(1.0)
    if not slope > 1e-9:
        raise ValueError(f"architecture is {architecture!r}, with ρ′(0) = {slope:.3g}; it must be one with ρ′(0) > 0.")


@njit(error_model="numpy", cache=True)
def laplace_fraction(c, first, last):
    """c + first/(c + (first + 1)/(c + … + last/c)), for c > 0: Laplace's continued fraction of A(c) has first = 1."""
    tail = c
    for k in range(last, first - 1, -1):
        tail = c + k / tail
    return tail


@njit(error_model="numpy", cache=True)
def _mills_slope(c, mills):
    """A′(c) = A(c) (A(c) − c), where far out the difference is small, and a continued fraction itself."""
    return mills * (mills - c) if c < _FAR else mills / laplace_fraction(c, 2, 16)


@njit(error_model="numpy", cache=True)
def energetic(one_minus_q, kappa, step):
    """G_E of (14b), ∫Dz A² and ∫Dz A′², with A the inverse Mills ratio at (κ − √q z)/√(1−q).

    With ℓ(h) = ln H((κ − h)/√(1−q)) the last two are (1 − q) E[ℓ′²] and (1 − q)² E[ℓ″²].
    """
    q = max(1.0 - one_minus_q, 0.0)
    root_q, width = math.sqrt(q), math.sqrt(one_minus_q)
    centres = np.full(1, kappa / max(root_q, 1e-3))
    widths = np.full(1, width / max(root_q, 1e-3))
    z, weight = graded_trapezoid(centres, widths, -_CUTOFF, _CUTOFF, step)
    log_probability, mills_squared, slope_squared = 0.0, 0.0, 0.0
    for i in range(z.size):
        c = (kappa - root_q * z[i]) / width
        _, log_h, mills = _tail_scalar(c)
        measure = weight[i] * _NORMALISATION * math.exp(-0.5 * z[i] * z[i])
        log_probability += measure * log_h
        mills_squared += measure * mills * mills
        slope_squared += measure * _mills_slope(c, mills) ** 2
    return log_probability, mills_squared, slope_squared


def _energetic_at(one_minus_q, kappa, architecture, step):
    """1 − ρ(q), and the `energetic` averages there."""
    complement = architecture.complement(one_minus_q)
    return complement, *energetic(complement, kappa / architecture.field_scale, step)


def q_hat_per_alpha(one_minus_q, kappa, architecture, step=STEP):
    """q̂/α from the stationarity in q: ρ′(q) ∫Dz A² / (1 − ρ(q))."""
    complement, _, mills_squared, _ = _energetic_at(one_minus_q, kappa, architecture, step)
    return architecture.slope(one_minus_q) * mills_squared / complement


def on_saddle_line(q_hat, kappa, weights, architecture, step=STEP):
    """1 − q and α, explicit, of the saddle point whose conjugate parameter is `q_hat` > 0: a line through all of them."""
    one_minus_q = weights.typical(q_hat, step)[1]
    return one_minus_q, q_hat / q_hat_per_alpha(one_minus_q, kappa, architecture, step)


def entropy(q_hat, one_minus_q, alpha, kappa, weights, architecture, step=STEP):
    """The free entropy φ(q, q̂) of (13)."""
    _, log_probability, _, _ = _energetic_at(one_minus_q, kappa, architecture, step)
    return -0.5 * q_hat * one_minus_q + weights.typical(q_hat, step)[0] + alpha * log_probability


def replicon_per_alpha(q_hat, one_minus_q, kappa, weights, architecture, step=STEP):
    r"""λ_S λ_E: the two curvatures whose product with α, at 1, ends the stability of replica symmetry.

    $$ \lambda_E = \rho'^2\, \mathbb E[\ell''^2] + \rho''\, \mathbb E[\ell'^2], \qquad
       \ell(h) = \ln H\!\left(\frac{\kappa - h}{\sqrt{1-\rho(q)}}\right) $$

    and λ_S = E[cosh⁻⁴(√q̂ z)] for binary weights, (1 − q)² for spherical ones.
    """
    replicon = weights.typical(q_hat, step)[2]
    complement, _, mills_squared, slope_squared = _energetic_at(one_minus_q, kappa, architecture, step)
    slope = architecture.slope(one_minus_q) / complement
    return replicon * (slope * slope * slope_squared + architecture.curvature(one_minus_q) / complement * mills_squared)
