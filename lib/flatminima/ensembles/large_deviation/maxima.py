"""Averages of y → ∞ replicas, done over the fields at which the inner maxima are reached."""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.tails import _tail_scalar

PANELS = 6  # of 16 nodes each: rounding alone is left
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_REACH = 9.0  # standard deviations of u and z


@njit(error_model="numpy", cache=True)
def entropic(q1_hat, delta_hat, panels):
    """(⟨max⟩, 1 − ⟨tanh² g⟩, ⟨u tanh g⟩/√q̂₁): twice the half-line g = g₀ + e, e = sinh t ≥ 0."""
    root = math.sqrt(q1_hat)
    jump = delta_hat if delta_hat > 1.0 else 0.0
    for _ in range(60):  # g − δq̂₀ tanh g is convex: Newton's method from above stays above
        tanh = math.tanh(jump)
        if delta_hat > 1.0:
            jump -= (jump - delta_hat * tanh) / (1.0 - delta_hat * (1.0 - tanh * tanh))
    at_jump = math.tanh(jump)
    end = _REACH * root + delta_hat * (1.0 - at_jump)
    for _ in range(60):
        tanh = math.tanh(end)
        shift = end - delta_hat * tanh * (1.0 - at_jump**2) / (1.0 + at_jump * tanh)
        end -= (shift - _REACH * root) / (1.0 - delta_hat / math.cosh(jump + end) ** 2)
    half = 0.5 * math.asinh(end) / panels
    value, flat, response = 0.0, 0.0, 0.0
    for panel in range(panels):
        for i in range(_NODES.size):
            t = half * (2 * panel + 1 + _NODES[i])
            e = math.sinh(t)
            step = math.tanh(e)
            decay = math.exp(-2.0 * (jump + e))
            sech_squared = 4.0 * decay / (1.0 + decay) ** 2
            tanh = (1.0 - decay) / (1.0 + decay)
            # u without cancellation: tanh(g₀ + e) − tanh g₀ by the addition theorem
            u = (e - delta_hat * step * (1.0 - at_jump**2) / (1.0 + at_jump * step)) / root
            measure = 2.0 * half * _WEIGHTS[i] * math.cosh(t) * (1.0 - delta_hat * sech_squared) / root
            measure *= math.exp(-0.5 * u * u) / math.sqrt(2.0 * math.pi)
            value += measure * (-0.5 * delta_hat * tanh * tanh + jump + e + math.log1p(decay))
            flat += measure * sech_squared
            response += measure * u * tanh / root
    return value, flat, response


@njit(error_model="numpy", cache=True)
def _derivatives(x, root, width, kappa):
    """(ln H, ℓ′, ℓ″) at the field h = √Q x."""
    c = (kappa - root * x) / width
    _, log_h, mills = _tail_scalar(c)
    return log_h, mills / width, -mills * (mills - c) / (width * width)


@njit(error_model="numpy", cache=True)
def _place(kind, target, low, high, root, width, kappa, delta):
    """x at which z (kind 0) or δQ ℓ″ (kind 1), both increasing, reaches a target: bisection."""
    for _ in range(60):
        x = 0.5 * (low + high)
        _, l1, l2 = _derivatives(x, root, width, kappa)
        reached = (x - delta * l1 / root if kind == 0 else delta * l2) > target
        low, high = (low, x) if reached else (x, high)
    return 0.5 * (low + high)


@njit(error_model="numpy", cache=True)
def energetic(complement, delta, kappa, panels):
    """(⟨max⟩, ⟨ℓ′²⟩, ⟨ℓ″²/(1 − δQ ℓ″)⟩) over the maximiser x = h/√Q, with 1 − Q = `complement`."""
    root, width = math.sqrt(1.0 - complement), math.sqrt(complement)
    far = _REACH + (abs(kappa) + width * (2.0 + math.sqrt(2.0 * math.log1p(delta / complement)))) / root + 1.0
    low = _place(0, -_REACH, -far, far, root, width, kappa, delta)
    high = _place(0, _REACH, low, far, root, width, kappa, delta)
    bends = delta > 2.0 * complement  # then z(x) rises steeply up to where the patterns stop to bind
    centre = _place(1, -0.5, low, high, root, width, kappa, delta) if bends else min(max(kappa / root, low), high)
    scale = width / root / max(1.0, (root * centre - kappa) / width)
    value, square, response = 0.0, 0.0, 0.0
    for side in (-1.0, 1.0):  # x = centre ± scale sinh t; to the left of a bend nearly equal steps
        length = centre - low if side < 0.0 else high - centre
        unit = max(length, scale) if bends and side < 0.0 else scale
        half = 0.5 * math.asinh(length / unit) / panels
        for i in range(panels * _NODES.size):
            t = half * (2 * (i // _NODES.size) + 1 + _NODES[i % _NODES.size])
            x = centre + side * unit * math.sinh(t)
            log_h, l1, l2 = _derivatives(x, root, width, kappa)
            z = x - delta * l1 / root
            measure = half * _WEIGHTS[i % _NODES.size] * unit * math.cosh(t) * (1.0 - delta * l2)
            measure *= math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
            value += measure * (log_h - 0.5 * delta * l1 * l1)
            square += measure * l1 * l1
            response += measure * l2 * l2 / (1.0 - delta * l2)
    return value, square, response
