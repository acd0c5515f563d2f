"""The entropic terms of relu-2019, (B1) and (B2), each with its own Legendre terms.

`BINARY`, (B2):     −q̂(1 − q)/2 + ∫Dx ln 2cosh(√q̂ x),    stationary in q̂ at q = ∫Dx tanh²(√q̂ x).

`SPHERICAL`, (B1):  Q̂/2 + qq̂/2 + ln(2π/(Q̂ + q̂))/2 + q̂/(2(Q̂ + q̂)). With s = Q̂ + q̂ its stationarity
in Q̂ is 1 = 1/s + q̂/s², hence s = (1 + √(1 + 4q̂))/2; in q̂ it then is q = q̂/s² = 1 − 1/s.
"""

from collections import namedtuple

from mpmath import mp, mpf

from .inputs import real
from .trapezoid import GUARD_DIGITS, STRIP_OF_TANH, expectation

Prior = namedtuple("Prior", "name overlap term cornered")
Prior.__doc__ = """overlap(q̂, digits) = q and term(q, q̂, digits) = 𝒢_S, and the limit of q̂(1 − q)² as q → 1."""


def entropic_term(q_hat, digits=30):
    """∫Dx ln 2cosh(√q̂ x), unveiling-2021 (14a), for q̂ ≥ 0.

    >>> mp.nstr(entropic_term(0), 15)           # ln 2: no constraint on the weights
    '0.693147180559945'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        root = mp.sqrt(real("q_hat", q_hat, 0, closed=True))
        return expectation(lambda x: mp.log(2 * mp.cosh(root * x)), digits, _strip(root))


def overlap(q_hat, digits=30):
    """q = ∫Dx tanh²(√q̂ x), the saddle-point equation of q̂.

    >>> mp.nstr(overlap(0), 3)
    '0.0'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        root = mp.sqrt(real("q_hat", q_hat, 0, closed=True))
        return expectation(lambda x: mp.tanh(root * x) ** 2, digits, _strip(root))


def binary_term(q, q_hat, digits):
    """relu-2019 (B2)."""
    return -q_hat * (1 - q) / 2 + entropic_term(q_hat, digits)


def _strip(root):
    return STRIP_OF_TANH / root if root > 0 else mp.inf


def spherical_overlap(q_hat, digits):
    """q = q̂/s², the saddle-point equation of q̂ in relu-2019 (B1).

    >>> print(spherical_overlap(2, 15))    # s = 2
    0.5
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q_hat = real("q_hat", q_hat, 0, closed=True)
        return q_hat / _stiffness(q_hat) ** 2


def spherical_term(q, q_hat, digits):
    """relu-2019 (B1) at the stationary Q̂.

    >>> mp.nstr(spherical_term(0, 0, 15), 12)   # the whole sphere: ln(2πe)/2
    '1.4189385332'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        s = _stiffness(q_hat)
        return (s - q_hat) / 2 + q * q_hat / 2 + mp.log(2 * mp.pi / s) / 2 + q_hat / (2 * s)


def _stiffness(q_hat):
    return (1 + mp.sqrt(1 + 4 * q_hat)) / 2


BINARY = Prior("binary", overlap, binary_term, lambda: 2 / mp.pi)
SPHERICAL = Prior("spherical", spherical_overlap, spherical_term, lambda: mpf(1))
