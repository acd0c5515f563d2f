"""The Gaussian tail H, its logarithm and the inverse Mills ratio, all three from one evaluation."""

import math

import numpy as np
from numba import njit

_INV_SQRT_2PI = 1.0 / math.sqrt(2.0 * math.pi)


@njit(error_model="numpy", cache=True)
def _scaled_half_line(y):
    if y < 5.0:
        return 0.5 * math.erfc(y / math.sqrt(2.0)) * math.exp(0.5 * y * y)
    tail = y
    for n in range(60, 0, -1):
        tail = y + n / tail
    return _INV_SQRT_2PI / tail


@njit(error_model="numpy", cache=True)
def _split_tail(x):
    s = _scaled_half_line(abs(x))
    if x < 0.0:
        density = math.exp(-0.5 * x * x)
        h = 1.0 - s * density
        return h, _INV_SQRT_2PI * density / h
    return s, _INV_SQRT_2PI / s


@njit(error_model="numpy", cache=True)
def _tail_scalar(x):
    s = _scaled_half_line(abs(x))
    density = math.exp(-0.5 * x * x)
    if x < 0.0:
        h = 1.0 - s * density
        return h, math.log1p(-s * density), _INV_SQRT_2PI * density / h
    return s * density, math.log(s) - 0.5 * x * x, _INV_SQRT_2PI / s


@njit(error_model="numpy", cache=True)
def _tails_flat(x, h, log_h, a):
    for i in range(x.size):
        h[i], log_h[i], a[i] = _tail_scalar(x[i])


def tails(x):
    x = np.asarray(x)
    if x.dtype.kind not in "iuf":
        raise TypeError(f"x must be a real number or an array of real numbers, not {x.dtype}.")
    if np.isnan(x).any():
        raise ValueError("x contains nan; every entry must be a real number, infinities included.")
    flat = np.ascontiguousarray(x, dtype=np.float64).ravel()
    out = np.empty((3, flat.size))
    _tails_flat(flat, out[0], out[1], out[2])
    h, log_h, a = out.reshape((3, *x.shape))
    return h[()], log_h[()], a[()]


def H(x):
    return tails(x)[0]


def log_H(x):
    return tails(x)[1]


def inverse_mills(x):
    return tails(x)[2]
