"""(27a) and (27b) typed as printed, with the sum over w̃, and integrated adaptively by SciPy."""

import math

import pytest
from scipy.integrate import dblquad

from flatminima.reference import planted
from flatminima.reference.arithmetic import Doubles
from flatminima.reference.franz_parisi import Reference

Q, Q_HAT, KAPPA_REFERENCE, KAPPA = 0.519, 1.99, 0.3, -0.1
P, T0, T1 = 0.6, 0.46, 0.75
P_HAT, T0_HAT, DELTA_HAT = 0.47, 0.9, 0.6
REFERENCE = Reference(0.5, KAPPA_REFERENCE, KAPPA, Q, Q_HAT)


def gaussian(x, y):
    return math.exp(-(x**2 + y**2) / 2) / (2 * math.pi)


def H(x):
    return math.erfc(x / math.sqrt(2)) / 2


def integral(f):
    value, _ = dblquad(lambda y, x: gaussian(x, y) * f(x, y), -7, 7, -8, 8, epsabs=1e-9, epsrel=1e-9)
    return value


def test_entropic_term_is_the_printed_double_integral():
    a = math.sqrt(P_HAT - T0_HAT**2 / Q_HAT)

    def integrand(x, y):
        terms = [
            math.exp(math.sqrt(Q_HAT) * w * x)
            * math.log(2 * math.cosh(a * y + T0_HAT / math.sqrt(Q_HAT) * x + DELTA_HAT * w))
            for w in (1, -1)
        ]
        return sum(terms) / (2 * math.cosh(math.sqrt(Q_HAT) * x))

    value = planted.entropic_term(Doubles, REFERENCE, P_HAT, T0_HAT, DELTA_HAT)
    assert value == pytest.approx(integral(integrand), abs=1e-8)


def test_energetic_term_is_the_printed_double_integral():
    gamma = P - T0**2 / Q

    def integrand(x, y):
        residual = KAPPA_REFERENCE - math.sqrt(Q) * x
        numerator = math.sqrt(gamma) * residual - (T1 - T0) * y
        chi = numerator / math.sqrt(gamma * (1 - Q) - (T1 - T0) ** 2)
        eta = (KAPPA - T0 / math.sqrt(Q) * x - math.sqrt(gamma) * y) / math.sqrt(1 - P)
        return H(chi) * math.log(H(eta)) / H(residual / math.sqrt(1 - Q))

    value = planted.energetic_term(Doubles, REFERENCE, P, T0, T1)
    assert value == pytest.approx(integral(integrand), abs=1e-8)
