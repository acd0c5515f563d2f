r"""The local mean h of the output field over patterns, as nodes and weights of the trapezoidal rule.

Every integrand is analytic and falls like a Gaussian, so that equal steps converge exponentially: they
must be shorter than the width √(1−Q) of what is averaged over h, and than what shapes p(h) itself.
`step` is in units of these lengths.
"""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.tails import _tail_scalar

_REACH = 9.5  # ∫ Dz beyond it is 2e-21
_NORMALISATION = 1.0 / math.sqrt(2.0 * math.pi)
_NEGLIGIBLE = -46.0  # the logarithm of a weight relative to the largest


def typical_fields(overlap, complement, step):
    """h = √Q z of (E3), with Q = `overlap` and 1 − Q = `complement`: (h, weight)."""
    z, weight = _gaussian(step * min(1.0, math.sqrt(complement / max(overlap, complement))))
    return math.sqrt(overlap) * z, weight


def one_step_fields(overlap_0, spread, complement, kappa, m, step):
    """h of (E4), with Q₀ = `overlap_0`, Q₁ − Q₀ = `spread` and 1 − Q₁ = `complement`: (h, weight)."""
    length = math.sqrt((spread + complement) / max(overlap_0, spread + complement)) / _bend(m * spread / complement)
    z, weight = _gaussian(step * min(1.0, length))
    return _tilted(math.sqrt(overlap_0) * z, weight, math.sqrt(spread), math.sqrt(complement), kappa, m, step)


def densest_fields(overlap_1, push, complement, kappa, step):
    """h of (E5), with Q₁ = `overlap_1`, δQ₀ = `push` and 1 − Q₁ = `complement`: (h, weight)."""
    z, weight = _gaussian(step * min(1.0, math.sqrt(complement / max(overlap_1, complement)) / _bend(push / complement)))
    return _maximisers(math.sqrt(overlap_1) * z, push, math.sqrt(complement), kappa), weight


def _bend(strength):
    """How much faster than over one width h bends where patterns begin to bind, √(2 ln(1 + δQ/(1−Q))) widths beyond κ."""
    return max(1.0, math.sqrt(2.0 * math.log1p(strength)))


def _gaussian(step):
    """Equidistant nodes over the Gaussian measure."""
    half = int(_REACH / step)
    z = step * np.arange(-half, half + 1)
    return z, step * _NORMALISATION * np.exp(-0.5 * z * z)


@njit(error_model="numpy", cache=True)
def _maximisers(fields, push, width, kappa):
    """h with h − δQ ℓ′(h) = √Q z for increasing √Q z = `fields`; ℓ(h) = ln H((κ − h)/`width`)."""
    # The left side increases and is concave: Newton's method comes up to the root from below.
    maximisers = np.empty_like(fields)
    h = fields[0]
    for i in range(fields.size):
        for _ in range(200):
            c = (kappa - h) / width
            mills = _tail_scalar(c)[2]
            change = (fields[i] - h + push * mills / width) / (1.0 + push * mills * (mills - c) / (width * width))
            h += change
            if abs(change) <= 4e-16 * (abs(h) + width):
                break
        maximisers[i] = h
    return maximisers


@njit(error_model="numpy", cache=True)
def _tilted(outer, outer_weight, spread, width, kappa, m, step):
    """Nodes h = outer + `spread` z₁, with z₁ of density ∝ exp(−z₁²/2) H((κ − h)/`width`)^m for each outer node."""
    # The exponent is concave, of curvature between 1 and 1 + m (Q₁−Q₀)/(1−Q₁): from its top it falls at least like −u²/2.
    du = step / math.sqrt(1.0 + max(m, 1.0) * (spread / width) ** 2)
    most = 2 * int(_REACH / du) + 1
    h = np.empty(outer.size * most)
    weight = np.empty_like(h)
    top = _maximisers(outer, m * spread * spread, width, kappa)
    size = 0
    for i in range(outer.size):
        centre = (top[i] - outer[i]) / spread if spread > 0.0 else 0.0
        at_top = _tail_scalar((kappa - top[i]) / width)[1]
        start, total = size, 0.0
        for side in (1, -1):
            k = 0 if side == 1 else -1
            while abs(k) * du <= _REACH:
                u = k * du
                field = top[i] + spread * u
                exponent = m * (_tail_scalar((kappa - field) / width)[1] - at_top) - u * (centre + 0.5 * u)
                if exponent < _NEGLIGIBLE:
                    break
                h[size], weight[size] = field, math.exp(exponent)
                total += weight[size]
                size += 1
                k += side
        for j in range(start, size):
            weight[j] *= outer_weight[i] / total
    return h[:size], weight[:size]
