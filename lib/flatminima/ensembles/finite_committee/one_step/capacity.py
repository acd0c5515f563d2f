r"""Capacity of three sign units with one step of replica-symmetry breaking: the corner q₁ → 1 of relu-2019 (B7), (B8).

With q₁ → 1 and m = m̃(1 − q₁) → 0 the free entropy is Φ/m, Φ = S/2 + α f, where f is that of `corner` and

    S = ln(1 + m̃(1−q₀)) + m̃q₀/(1 + m̃(1−q₀)).

Solutions end where Φ vanishes at its stationary point: α_c is the minimum of −S/2f over q₀ and m̃. It lies
in a flat valley; ln q₀/(1−q₀) and ln m̃(1−q₀) are good coordinates. A parity does not change when two units
change their signs, so that for it q₀ = 0 is always stationary.
"""

import math
from dataclasses import dataclass

import numpy as np

from flatminima import saddle
from flatminima.architectures.decision import MAJORITY, PARITY, Decision
from flatminima.ensembles.finite_committee.one_step.corner import corner
from flatminima.ensembles.finite_committee.typical import critical_capacity as symmetric_capacity
from flatminima.errors import NotConverged

_COARSE, _HALFWAY, _STEP, _FINE = 0.375, 0.25, 0.125, 0.1
_ORIGIN = -20.0  # ln q₀/(1−q₀) that stands for q₀ = 0, where α differs by q₀²
_SCAN = [(a, b) for a in (-2.0, -1.0, 0.0, 1.0, 2.0) for b in (0.0, 1.0, 2.0, 3.0, 4.0)]  # ln q₀/(1−q₀), ln m̃(1−q₀)
_DIFFERENCE = 1e-4  # for the second derivatives
_TOLERANCE = 1e-9  # of the gradient
_UNITS = 3


@dataclass(frozen=True)
class CornerState:
    """Where solutions of three sign units end with one step of symmetry breaking: α_c, order parameters, residual, error.

    `symmetric` is the replica-symmetric capacity. `residual` is the gradient of ln α with respect to
    ln q₀/(1−q₀) and ln m̃(1−q₀); `error` bounds the error of `alpha`.
    """

    alpha: float
    q0: float
    m_tilde: float
    symmetric: float
    residual: float
    error: float
    decision: Decision


def require_decision(units, decision):
    """Whether the decision is a parity; raises ValueError or TypeError for what the integrals of this package do not cover."""
    if decision not in (MAJORITY, PARITY):
        raise ValueError(f"decision is {decision!r}; with broken symmetry it must be MAJORITY or PARITY.")
    decision.correct(units, most=_UNITS)
    if units != _UNITS:
        raise ValueError(f"units is {units!r}; these integrals are for 3 units (one unit is the perceptron of `one_step`).")
    return decision is PARITY


def load(a, b, parity, step=_STEP):
    """α = −S/2f and the gradient of its logarithm, at a = ln q₀/(1−q₀) and b = ln m̃(1−q₀)."""
    q0, complement, x = 1.0 / (1.0 + math.exp(-a)), 1.0 / (1.0 + math.exp(a)), math.exp(b)
    m_tilde = x / complement
    f, square, drift = corner(q0, complement, m_tilde, parity, step)
    s = math.log1p(x) + m_tilde * q0 / (1.0 + x)
    by_q0 = m_tilde**2 * q0 / (1.0 + x) ** 2 / s + 0.5 * square / f
    by_log_m = m_tilde * (complement / (1.0 + x) + q0 / (1.0 + x) ** 2) / s - 0.5 * (drift / q0 + complement * square) / f
    return -0.5 * s / f, np.array([q0 * (complement * by_q0 + by_log_m), by_log_m])


class _Valley:
    """ln α as a function of the free coordinates: (a, b) for a majority, b alone at q₀ = 0 for a parity."""

    def __init__(self, parity):
        self.parity = parity

    def place(self, point):
        return (_ORIGIN, point[0]) if self.parity else tuple(point)

    def gradient(self, point, step):
        return load(*self.place(point), self.parity, step)[1][-len(point) :]

    def hessian(self, point):
        rows = []
        for shift in _DIFFERENCE * np.eye(len(point)):
            forward, backward = self.gradient(point + shift, _HALFWAY), self.gradient(point - shift, _HALFWAY)
            rows.append((forward - backward) / (2.0 * _DIFFERENCE))
        return 0.5 * (np.array(rows) + np.array(rows).T)

    def bottom(self, start):
        point = np.asarray(start)
        for step in (_HALFWAY, _STEP):  # the second derivatives of the first are good enough for the second
            equations = lambda x: (self.gradient(x, step), self.hessian(x))
            point, residual = saddle.solve(equations, point, tolerance=_TOLERANCE)
        if np.linalg.eigvalsh(self.hessian(point))[0] <= 0.0:
            raise NotConverged("The load is stationary there but not a minimum", residual=residual, state=self.place(point))
        return point, residual


def capacity_state(units=3, decision=MAJORITY):
    r"""The saddle point at which solutions of a tree committee end, with one step of replica-symmetry breaking.

    $$ \alpha_c = \min_{q_0, \tilde m} \; -\frac1{2f(q_0, \tilde m)} \left[ \ln(1 + \tilde m(1-q_0))
       + \frac{\tilde m q_0}{1 + \tilde m(1-q_0)} \right] $$
    $$ f = \int \prod_\ell Dz_{0\ell} \ln \int \prod_\ell Dz_{1\ell}\, \exp\left[-\tfrac{\tilde m}2\,
       \text{cost}\big(\sqrt{q_0}\, z_0 + \sqrt{1-q_0}\, z_1\big)\right] $$

    relu-2019 (B7), sign corrected, and (B8), for three fields; cost is the squared distance to the nearest
    fields that decide rightly. Three sign units with spherical weights, `decision` MAJORITY or PARITY (whose minimum has q₀ = 0). Returns a
    `CornerState`; relative accuracy 1e-12. Raises ValueError or TypeError for input out of range, `NotConverged`
    where the minimum is not found.

    >>> state = capacity_state()
    >>> round(state.alpha, 9), round(state.q0, 6), round(state.m_tilde, 4)
    (3.145841924, 0.639602, 21.2271)
    """
    parity = require_decision(units, decision)
    valley = _Valley(parity)
    scanned = [(_ORIGIN, b) for b in np.linspace(2.0, 6.0, 9)] if parity else _SCAN
    start = min(scanned, key=lambda point: load(*point, parity, _COARSE)[0])
    point, residual = valley.bottom(start[1:] if parity else start)
    a, b = valley.place(point)
    alpha, coarse = (load(a, b, parity, step)[0] for step in (_FINE, _STEP))
    gradient = valley.gradient(point, _FINE)
    displaced = float(abs(gradient @ np.linalg.solve(valley.hessian(point), gradient)))
    if parity and load(-4.0, b, parity, _COARSE)[0] < alpha:
        raise NotConverged("The minimum of a parity does not have q0 = 0", residual=residual, state=(0.0, b))
    return CornerState(
        alpha=alpha,
        q0=0.0 if parity else 1.0 / (1.0 + math.exp(-a)),
        m_tilde=math.exp(b) * (1.0 + math.exp(a)),
        symmetric=symmetric_capacity(units, decision),
        residual=residual,
        error=abs(alpha - coarse) + alpha * (displaced + 1e-14),
        decision=decision,
    )


def critical_capacity(units=3, decision=MAJORITY):
    r"""The load at which solutions of a tree committee of three sign units end, with one step of symmetry breaking.

    $$ \alpha_c = \min_{q_0, \tilde m} \; -\frac1{2f(q_0, \tilde m)} \left[ \ln(1 + \tilde m(1-q_0))
       + \frac{\tilde m q_0}{1 + \tilde m(1-q_0)} \right] $$

    shaping-2020, alpha_c(K=3); see `capacity_state`, which also gives q₀, m̃ and an error estimate.
    Relative accuracy 1e-12. Raises what `capacity_state` raises.

    >>> round(critical_capacity(), 9)
    3.145841924
    """
    return capacity_state(units, decision).alpha
