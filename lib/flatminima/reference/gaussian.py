"""The Gaussian tail, its logarithm and the inverse Mills ratio, to any number of digits.

unveiling-2021 (H), relu-2019 (Dz, H), shaping-2020 (H, Dv).

Written from the definitions

    Dz = G(z) dz,    G(z) = exp(−z²/2)/√(2π),    H(x) = ∫_x^∞ Dz,    A(x) = G(x)/H(x).

Substituting z = √2 t in H gives (1/√π) ∫_{x/√2}^∞ exp(−t²) dt = erfc(x/√2)/2.
A float argument is taken at its exact binary value.
"""

from mpmath import mp, mpf

GUARD_DIGITS = 10


def density(x, digits=60):
    """G(x) = exp(−x²/2)/√(2π).

    >>> mp.nstr(2 * mp.pi * density(0) ** 2, 15)
    '1.0'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        return mp.exp(-mpf(x) ** 2 / 2) / mp.sqrt(2 * mp.pi)


def H(x, digits=60):
    """H(x) = erfc(x/√2)/2, for any real x.

    >>> mp.nstr(H(0), 15)
    '0.5'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        return mp.erfc(mpf(x) / mp.sqrt(2)) / 2


def log_H(x, digits=60):
    """log H(x); for x < 0 as log(1 − H(−x)), which keeps its relative accuracy where H(x) is close to 1.

    >>> mp.nstr(log_H(0), 15)               # −ln 2
    '-0.693147180559945'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        return mp.log1p(-H(-mpf(x), digits)) if x < 0 else mp.log(H(x, digits))


def inverse_mills(x, digits=60):
    """A(x) = G(x)/H(x), the mean of z given z > x.

    >>> mp.nstr(mp.pi * inverse_mills(0) ** 2, 15)
    '2.0'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        return density(x, digits) / H(x, digits)
