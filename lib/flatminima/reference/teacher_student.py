"""Students of a teacher in the binary perceptron, in arbitrary precision: the planted entropy and its two thresholds.

    φ = −q̂(1 − q)/2 − R R̂ + ∫Dz ln 2cosh(√q̂ z + R̂) + α ∫Dz 2H(−Rz/√(q − R²)) ln H((κ − √q z)/√(1 − q))

Typical students have κ = 0, and by Bayes' rule q = R and q̂ = R̂. With c = √(q/(1 − q)) and A = G/H this leaves

    q = ∫Dz tanh(√q̂ z + q̂),      q̂/α = ∫Dz 2H(−cz) A(−cz)² / (1 − q),

in which q̂ is free and q and α explicit. The averages are trapezoid sums. ln cosh and tanh limit their strip, or ln H; the
factor 2H(−Rz/√(q − R²)) grows like exp(R² Im(z)²/2(q − R²)) off the real axis.
"""

from collections import namedtuple

from mpmath import mp, mpf

from .inputs import real
from .trapezoid import GUARD_DIGITS, STRIP_OF_LOG_H, STRIP_OF_TANH, cutoff, density, lattice, step

State = namedtuple("State", "alpha q q_hat entropy")


def entropy(q, R, q_hat, R_hat, alpha, kappa=0, digits=16):
    """φ at any order parameters with R² < q < 1.

    A teacher that says nothing leaves all weights: at q = R = 0 it is (1 − α) ln 2.

    >>> mp.nstr(entropy("1e-30", 0, "1e-30", 0, "0.25") / mp.log(2), 12)
    '0.75'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q, R, q_hat, R_hat, alpha, kappa = map(mpf, (q, R, q_hat, R_hat, alpha, kappa))
        per_R, width = mp.sqrt(q - R**2), mp.sqrt(1 - q)
        entropic = _average(
            lambda z: _log_2cosh(mp.sqrt(q_hat) * z + R_hat), digits, STRIP_OF_TANH / mp.sqrt(q_hat)
        )
        energetic = _average(
            lambda z: 2 * _H(-R * z / per_R) * mp.log(_H((kappa - mp.sqrt(q) * z) / width)),
            digits, STRIP_OF_LOG_H * width / mp.sqrt(q), 1 + (R / per_R) ** 2,
        )
        return -q_hat * (1 - q) / 2 - R * R_hat + entropic + alpha * energetic


def typical_students(q_hat, digits=16):
    """The `State` of typical students whose conjugate parameter is q̂ > 0.

    >>> mp.nstr(typical_students(1, digits=10).alpha, 8)
    '0.98055136'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q_hat = real("q_hat", q_hat, 0)
        q = _average(lambda z: mp.tanh(mp.sqrt(q_hat) * z + q_hat), digits, STRIP_OF_TANH / mp.sqrt(q_hat))
        c = mp.sqrt(q / (1 - q))
        tails = _average(lambda z: 2 * density(c * z) ** 2 / _H(-c * z), digits, STRIP_OF_LOG_H / c, 1 + 2 * c**2)
        alpha = q_hat * (1 - q) / tails
        return State(alpha, q, q_hat, entropy(q, q, q_hat, q_hat, alpha, digits=digits))


def recovery(digits=16):
    """The `State` whose entropy is zero: from its load on the teacher is alone.

    >>> mp.nstr(recovery(digits=6).alpha, 5)
    '1.2447'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        root = mp.findroot(lambda q_hat: typical_students(q_hat, digits).entropy, (mpf(1.5), mpf(1.8)))
        return typical_students(root, digits)


def spinodal(digits=16):
    """The `State` of the largest load on the line.

    >>> mp.nstr(spinodal(digits=4).alpha, 5)
    '1.4926'
    """
    with mp.workdps(2 * digits + GUARD_DIGITS):  # a difference quotient keeps half of them
        step = mpf(10) ** (-digits // 2)
        load = lambda q_hat: typical_students(q_hat, 2 * digits).alpha
        root = mp.findroot(lambda q_hat: (load(q_hat + step) - load(q_hat - step)) / step, (mpf(3), mpf("3.2")), tol=step)
        return typical_students(root, digits)


def _average(function, digits, strip, growth=1):
    """∫Dz by the trapezoid rule; the function grows at most like a power on the real line."""
    spacing = step(digits + GUARD_DIGITS, strip, growth)
    return spacing * mp.fsum(density(z) * function(z) for z in lattice(cutoff(digits + GUARD_DIGITS), spacing))


def _H(x):
    return mp.erfc(x / mp.sqrt(2)) / 2


def _log_2cosh(x):
    return abs(x) + mp.log1p(mp.exp(-2 * abs(x)))
