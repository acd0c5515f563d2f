"""Two arithmetics for one set of formulas: hardware doubles and mpmath.

A formula written once runs in both: in doubles for a first solution and a Jacobian,
in mpmath for the digits. Both act elementwise on NumPy arrays; mpmath numbers live in
arrays of Python objects.
"""

import math

import numpy as np
from mpmath import mp, mpf
from scipy import special


class Doubles:
    """Hardware floats and SciPy's tails: about 13 digits.

    >>> round(float(Doubles.log_H(Doubles.array([0.0]))[0]), 12)
    -0.69314718056
    """

    digits = 13

    number = staticmethod(float)
    sqrt = staticmethod(math.sqrt)
    exp = staticmethod(np.exp)
    log = staticmethod(np.log)
    tanh = staticmethod(np.tanh)

    @staticmethod
    def array(values):
        return np.array([float(value) for value in values])

    @staticmethod
    def density(x):
        return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)

    @staticmethod
    def H(x):
        return special.ndtr(-x)

    @staticmethod
    def log_H(x):
        return special.log_ndtr(-x)

    @staticmethod
    def ratio_of_H(x, y):
        return np.exp(special.log_ndtr(-x) - special.log_ndtr(-y))

    @staticmethod
    def inverse_mills(x):
        return math.sqrt(2 / math.pi) / special.erfcx(x / math.sqrt(2))

    @staticmethod
    def log_2cosh(x):
        return np.logaddexp(x, -x)


class Digits:
    """mpmath at the caller's working precision; ``digits`` sets the quadrature's aim.

    >>> with mp.workdps(30):
    ...     mp.nstr(Digits(20).log_H(Digits(20).array([0]))[0], 20)
    '-0.69314718055994530942'
    """

    def __init__(self, digits):
        self.digits = digits

    number = staticmethod(mpf)
    sqrt = staticmethod(mp.sqrt)
    exp = staticmethod(np.frompyfunc(mp.exp, 1, 1))
    log = staticmethod(np.frompyfunc(mp.log, 1, 1))
    tanh = staticmethod(np.frompyfunc(mp.tanh, 1, 1))
    H = staticmethod(np.frompyfunc(lambda x: mp.erfc(x / mp.sqrt(2)) / 2, 1, 1))

    @staticmethod
    def array(values):
        return np.array([mpf(value) for value in values], dtype=object)

    def density(self, x):
        return self.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)

    def log_H(self, x):
        return self.log(self.H(x))

    def ratio_of_H(self, x, y):
        return self.H(x) / self.H(y)

    def inverse_mills(self, x):
        return self.density(x) / self.H(x)

    def log_2cosh(self, x):
        size = abs(x)
        return size + self.log(1 + self.exp(-2 * size))
