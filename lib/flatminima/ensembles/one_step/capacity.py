r"""Capacity of spherical weights with one step of symmetry breaking: relu-2019 (B7), (B8) and (1RSB scaling), at any margin.

With q₁ → 1 and m = m̃(1 − q₁) → 0 the free entropy is Φ/m, Φ = S/2 + α f, where, with Q₀ = ρ(q₀),
σ² = 1 − Q₀ and δ = ρ′(1),

    S = ln(1 + m̃(1−q₀)) + m̃q₀/(1 + m̃(1−q₀)),
    f = ∫Dz₀ ln I(κ − √Q₀ z₀),    I(c) = ∫Dz₁ exp(−(m̃/2δ)(c − σz₁)₊²).

Solutions end where Φ vanishes at its stationary point: α_c is the minimum of −S/2f over q₀ and m̃. Wherever
one of the two loses its meaning, at m̃ → 0 and at q₀ → 1, the quotient tends to the
replica-symmetric capacity, and around the minimum it is flat; the product m̃(1−q₀), of order one
there, and q₀/(1−q₀) are good coordinates.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from scipy.optimize import minimize

from flatminima import saddle
from flatminima.architectures import PERCEPTRON, Architecture
from flatminima.ensembles.machine import require_machine
from flatminima.ensembles.typical import critical_capacity as symmetric_capacity
from flatminima.gaussian.grading import graded_trapezoid
from flatminima.gaussian.tails import _exponential, _split_tail
from flatminima.validation import real_number
from flatminima.weights import SPHERICAL

_STEP = 0.125
_ROOT_2_PI = math.sqrt(2.0 * math.pi)
_SCAN = [(a, b) for a in np.linspace(-15.0, 15.0, 21) for b in np.linspace(-2.0, 8.0, 7)]  # ln q₀/(1−q₀), ln m̃(1−q₀)
_DIFFERENCE = 1e-5  # for the second derivatives
_TOLERANCE = 1e-11  # of the gradient
_LOWEST = -5.0  # margin, in units of the field: there α_c exceeds 1e6


@dataclass(frozen=True)
class OneStepCapacity:
    """Where spherical solutions end with one step of replica-symmetry breaking: α_c, order parameters, residual, error.

    `symmetric` is the replica-symmetric capacity. Where the minimum lies at the edge and equals it,
    `broken` is false, and q₀ = 1 and m̃ = 0. `residual` is the gradient of ln α with respect to
    ln q₀/(1−q₀) and ln m̃(1−q₀); `error` bounds the error of `alpha`.
    """

    alpha: float
    q0: float
    m_tilde: float
    symmetric: float
    residual: float
    error: float
    kappa: float
    architecture: Architecture

    @property
    def broken(self):
        return self.m_tilde > 0.0


@njit(error_model="numpy", cache=True)
def cornered(overlap_0, complement_0, delta, kappa, m_tilde, step):
    r"""f of (B8), E[(∂_h ln I)²] and E[∂_m̃ ln I], at Q₀ = `overlap_0` and σ² = `complement_0`.

    $$ I(c) = H\!\left(\frac c\sigma\right) + r\, e^{-\tilde m c^2/2D} H\!\left(-\frac{rc}\sigma\right),
       \qquad D = \delta + \tilde m\sigma^2, \quad r = \sqrt{\delta/D} $$
    """
    sigma, root = math.sqrt(complement_0), math.sqrt(overlap_0)
    d = delta + m_tilde * complement_0
    r = math.sqrt(delta / d)
    scale = max(root, 1e-3)
    cutoff = math.sqrt(90.0 + kappa * kappa)  # where the Gaussian measure has fallen by e⁻⁴⁵ since h = κ
    z, weight = graded_trapezoid(np.full(1, kappa / scale), np.full(1, sigma / scale), -cutoff, cutoff, step)
    f, square, response = 0.0, 0.0, 0.0
    for i in range(z.size):
        measure = weight[i] / _ROOT_2_PI * math.exp(-0.5 * z[i] * z[i])
        c = kappa - root * z[i]
        exponent = -0.5 * m_tilde * c * c / d
        near, far = _split_tail(abs(c) / sigma)[0], _split_tail(-r * c / sigma)[0]
        if c > 0.0:  # e^{−m̃c²/2D} is taken out of I, whose other factors may underflow
            density = _exponential(-0.5 * c * c / complement_0 - exponent, 0.0)  # G(c/σ) √2π
            violated, total = r * far, near * density + r * far
            f += measure * (exponent + math.log(total))
        else:  # 1 − I, a probability less a smaller one, may be tiny
            density = _exponential(-0.5 * c * c / complement_0, 0.0)
            violated, total = r * far * density, 1.0 - density * (near - r * far)
            f += measure * math.log1p(-density * (near - r * far))
        density /= _ROOT_2_PI
        slope = m_tilde / d * (c * violated + sigma * density) / total
        square += measure * slope * slope
        second_moment = complement_0 * violated + r * r * c * (c * violated + sigma * density)
        response -= measure * 0.5 * second_moment / (d * total)
    return f, square, response


class _Landscape:
    """α = −S/2f and the gradient of its logarithm, in the coordinates a = ln q₀/(1−q₀) and b = ln m̃(1−q₀)."""

    def __init__(self, kappa, architecture):
        self.kappa, self.rho = kappa / architecture.field_scale, architecture
        self.delta = architecture.slope(0.0)

    def load(self, a, b, step=_STEP):
        q0, one_minus_q0, x = 1.0 / (1.0 + math.exp(-a)), 1.0 / (1.0 + math.exp(a)), math.exp(b)
        m_tilde = x / one_minus_q0
        complement = self.rho.complement(one_minus_q0)
        f, square, response = cornered(self.rho.overlap(q0), complement, self.delta, self.kappa, m_tilde, step)
        s = math.log1p(x) + m_tilde * q0 / (1.0 + x)
        by_q0 = m_tilde**2 * q0 / (1.0 + x) ** 2 / s + 0.5 * self.rho.slope(one_minus_q0) * square / f
        by_m = (one_minus_q0 / (1.0 + x) + q0 / (1.0 + x) ** 2) / s - response / f
        by_log_m = m_tilde * by_m
        return -0.5 * s / f, np.array([q0 * (one_minus_q0 * by_q0 + by_log_m), by_log_m])

    def logarithm(self, point):
        """ln α, to be minimised, and its gradient."""
        alpha, gradient = self.load(*point)
        return math.log(alpha), gradient

    def hessian(self, point):
        rows = []
        for shift in _DIFFERENCE * np.eye(2):
            rows.append((self.load(*(point + shift))[1] - self.load(*(point - shift))[1]) / (2.0 * _DIFFERENCE))
        return 0.5 * (np.array(rows) + np.array(rows).T)

    def equations(self, point):
        return self.load(*point)[1], self.hessian(point)


def capacity_state(kappa=0.0, architecture=PERCEPTRON):
    r"""The saddle point at which spherical solutions end, with one step of replica-symmetry breaking.

    $$ \alpha_c = \min_{q_0, \tilde m} \; -\frac1{2f(q_0, \tilde m)} \left[ \ln(1 + \tilde m(1-q_0))
       + \frac{\tilde m q_0}{1 + \tilde m(1-q_0)} \right] $$

    relu-2019 (B7), which prints the opposite sign, with (B8) generalised to a margin κ ≥ −5 `field_scale`.
    Returns a `OneStepCapacity`; relative accuracy 1e-12. Raises `NotConverged` where the minimum is not
    found, ValueError or TypeError for input out of range.

    >>> from flatminima import RELU
    >>> state = capacity_state(architecture=RELU)
    >>> round(state.alpha, 8), round(state.q0, 4), round(state.m_tilde, 2)
    (2.66428006, 0.7571, 16.63)
    """
    require_machine(SPHERICAL, architecture)
    scale = architecture.field_scale
    kappa = real_number("kappa", kappa, _LOWEST * scale, math.inf, closed=True)
    symmetric = symmetric_capacity(kappa, SPHERICAL, architecture)
    unbroken = OneStepCapacity(symmetric, 1.0, 0.0, symmetric, 0.0, 1e-14 * symmetric, kappa, architecture)
    if math.isinf(symmetric):
        return replace(unbroken, error=0.0)
    landscape = _Landscape(kappa, architecture)
    start = min(_SCAN, key=lambda point: landscape.load(*point)[0])
    if landscape.load(*start)[0] >= symmetric:
        return unbroken
    downhill = minimize(
        landscape.logarithm, start, jac=True, hess=landscape.hessian, method="trust-exact", options={"gtol": 1e-10}
    ).x
    point, residual = saddle.solve(landscape.equations, downhill, tolerance=_TOLERANCE)
    alpha, gradient = landscape.load(*point, 0.5 * _STEP)
    coarse = landscape.load(*point)[0]
    displaced = float(abs(gradient @ np.linalg.solve(landscape.hessian(point), gradient)))
    error = abs(alpha - coarse) + alpha * (displaced + 4e-15)
    if alpha >= symmetric - error:
        return unbroken
    return OneStepCapacity(
        alpha=alpha,
        q0=1.0 / (1.0 + math.exp(-point[0])),
        m_tilde=math.exp(point[1]) * (1.0 + math.exp(point[0])),
        symmetric=symmetric,
        residual=residual,
        error=error,
        kappa=kappa,
        architecture=architecture,
    )


def critical_capacity(kappa=0.0, architecture=PERCEPTRON):
    r"""The load at which spherical solutions of margin κ end, with one step of replica-symmetry breaking.

    $$ \alpha_c = \min_{q_0, \tilde m} \; -\frac1{2f(q_0, \tilde m)} \left[ \ln(1 + \tilde m(1-q_0))
       + \frac{\tilde m q_0}{1 + \tilde m(1-q_0)} \right] $$

    relu-2019 (B7), sign corrected, and (B8); see `capacity_state`, which also gives q₀, m̃ and an error estimate. At
    most the replica-symmetric value; infinite with it, where ρ′(1) is (sign units). Relative accuracy 1e-12.

    >>> from flatminima import RELU
    >>> round(critical_capacity(architecture=RELU), 10), critical_capacity()
    (2.6642800566, 2.0)
    """
    return capacity_state(kappa, architecture).alpha
