"""The averages on which the quadrature is judged, each with its value from mpmath.

Every problem names the function, where its feature is, and the exact average. The averages are
those the replica computations need: a pattern's log-probability and its derivatives, from q = 0.5 to
q = 1 − 1e-6 and margins of both signs, and the entropic terms of binary weights.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import mpmath
import numpy as np

from flatminima.gaussian import inverse_mills, log_H

DIGITS = 22
OVERLAPS = (0.5, 0.9, 0.99, 0.9999, 1 - 1e-6)
MARGINS = (-5.0, -0.5, 0.0, 1.0, 5.0)
CONJUGATES = (0.3, 3.0, 50.0, 1e3, 1e5)


@dataclass(frozen=True)
class Problem:
    name: str
    f: Callable
    feature: tuple
    truth: Callable  # → mpmath value, computed once

    def __str__(self):
        return self.name


def _mean(f, centre, width):
    """∫ Dz f(z) by mpmath on pieces that grow geometrically away from the feature."""
    with mpmath.workdps(DIGITS):
        centre, width = mpmath.mpf(centre), mpmath.mpf(width)
        ends = {mpmath.mpf(-12), mpmath.mpf(12), *(mpmath.mpf(k) for k in range(-9, 10, 3)), centre}
        reach = width
        while reach < 12:
            ends |= {centre - reach, centre + reach}
            reach *= 4
        points = sorted(point for point in ends if abs(point) <= 12)
        value, error = mpmath.quad(
            lambda z: f(z) * mpmath.npdf(z), points, method="gauss-legendre", error=True, maxdegree=6
        )
        assert error < mpmath.mpf(10) ** -17 * max(1, abs(value))
        return value


@functools.cache
def _tail(q, kappa, z):
    x = (mpmath.mpf(kappa) - mpmath.sqrt(q) * z) / mpmath.sqrt(1 - mpmath.mpf(q))
    h = mpmath.erfc(x / mpmath.sqrt(2)) / 2
    return mpmath.log(h), mpmath.npdf(x) / h


def _pattern(name, q, kappa):
    """Averages of log H, A² and z A at the field (κ − √q z)/√(1 − q)."""
    f, exact = {
        "log H": (lambda x, z: log_H(x), lambda log_h, a, z: log_h),
        "A²": (lambda x, z: inverse_mills(x) ** 2, lambda log_h, a, z: a * a),
        "z A": (lambda x, z: z * inverse_mills(x), lambda log_h, a, z: z * a),
    }[name]
    feature = (kappa / np.sqrt(q), np.sqrt((1 - q) / q))
    return Problem(
        f"{name}, q={q:.6g}, kappa={kappa:g}",
        lambda z: f((kappa - np.sqrt(q) * z) / np.sqrt(1 - q), z),
        feature,
        functools.cache(lambda: _mean(lambda z: exact(*_tail(q, kappa, z), z), *feature)),
    )


def _weights(name, q_hat):
    """Averages of tanh² and ln 2cosh at the field √q̂ z."""
    f, exact = {
        "tanh²": (lambda x: np.tanh(x) ** 2, lambda x: mpmath.tanh(x) ** 2),
        "ln 2cosh": (lambda x: np.logaddexp(x, -x), lambda x: abs(x) + mpmath.log1p(mpmath.exp(-2 * abs(x)))),
    }[name]
    feature = (0.0, 1 / np.sqrt(q_hat))
    return Problem(
        f"{name}, q_hat={q_hat:g}",
        lambda z: f(np.sqrt(q_hat) * z),
        feature,
        functools.cache(lambda: _mean(lambda z: exact(mpmath.sqrt(q_hat) * z), *feature)),
    )


PATTERNS = [_pattern(name, q, kappa) for name in ("log H", "A²", "z A") for q in OVERLAPS for kappa in MARGINS]
WEIGHTS = [_weights(name, q_hat) for name in ("tanh²", "ln 2cosh") for q_hat in CONJUGATES]
PROBLEMS = PATTERNS + WEIGHTS
