"""Energetic average of y → ∞ replicas, done over the field at which the inner maximum of relu-2019 (D3) is reached."""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.tails import _tail_scalar

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_REACH = 9.0  # standard deviations of z


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
