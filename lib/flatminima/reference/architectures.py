"""Effective order parameters of a committee: unveiling-2021 (37a)–(37f) for any activation, relu-2019 (C9)–(C20) for two.

The general formulas are Gaussian averages over two variables, done here by composite Gauss–Legendre
split where g jumps or bends. The others are closed forms, as they are printed.
"""

from collections import namedtuple

from mpmath import mp, mpf
from mpmath.calculus.quadrature import GaussLegendre

GUARD_DIGITS = 4


class Generic:
    """unveiling-2021 (37a)–(37f) for an activation g, a function of one mpf, with its jumps and bends.

    Accurate to about ``digits`` digits where g grows no faster than a power.

    >>> square = Generic(lambda x: x**2, digits=12)
    >>> mp.nstr(square.delta(0.25), 10)         # 2p²
    '0.125'
    """

    def __init__(self, g, breakpoints=(), digits=15):
        self.g, self.digits = g, digits
        self.breakpoints = [mpf(point) for point in breakpoints]
        with mp.workdps(digits + GUARD_DIGITS):
            self.reach = mp.sqrt(2 * mp.log(10) * (digits + GUARD_DIGITS))
            degree = 4 if digits <= 16 else 5
            self.nodes = GaussLegendre(mp).calc_nodes(degree, mp.prec)
            self.whole = list(self._rule([]))

    def average(self, f, breakpoints=()):
        """∫Dx f(x), split at the breakpoints and at least every 4."""
        inside = sorted(point for point in breakpoints if abs(point) < self.reach)
        return sum(weight * f(x) for x, weight in (self._rule(inside) if inside else self.whole))

    def _rule(self, inside):
        ends = [-self.reach, *inside, self.reach]
        for left, right in zip(ends, ends[1:]):
            pieces = max(1, int(mp.ceil((right - left) / 4)))
            half = (right - left) / (2 * pieces)
            for k in range(pieces):
                middle = left + (2 * k + 1) * half
                for x, weight in self.nodes:
                    yield middle + half * x, half * weight * mp.npdf(middle + half * x)

    def _smoothed(self, x, q):
        """∫Du g(√(1−q) u + √q x)."""
        noise, signal = mp.sqrt(1 - q), mp.sqrt(q) * x
        return self.average(lambda u: self.g(noise * u + signal), [(b - signal) / noise for b in self.breakpoints])

    def _product(self, t):
        """∫Dx Dλ g(λ) g(t λ + √(1−t²) x)."""
        noise = mp.sqrt(1 - t**2)

        def over_x(field):
            return self.average(lambda x: self.g(t * field + noise * x), [(b - t * field) / noise for b in self.breakpoints])

        return self.average(lambda field: self.g(field) * over_x(field), self.breakpoints)

    def delta(self, p):
        """Δ of unveiling-2021 (37a), which is also Σ₀ of (37c): ∫Dx (∫Du g(√(1−p) u + √p x))² − (∫Dx g(x))²."""
        with mp.workdps(self.digits + GUARD_DIGITS):
            p = mpf(p)
            return self.average(lambda x: self._smoothed(x, p) ** 2) - self.average(self.g, self.breakpoints) ** 2

    def delta_3(self, p):
        """Δ₃ of unveiling-2021 (37b), which is also Σ₁ of (37d): ∫Dx [g²(x) − (∫Du g(√(1−p) u + √p x))²]."""
        with mp.workdps(self.digits + GUARD_DIGITS):
            p = mpf(p)
            squares = self.average(lambda x: self.g(x) ** 2, self.breakpoints)
            return squares - self.average(lambda x: self._smoothed(x, p) ** 2)

    def d_0(self, t0):
        """D₀ of unveiling-2021 (37e): ∫Dx Dλ g(λ) [g(t₀λ + √(1−t₀²) x) − g(x)]."""
        with mp.workdps(self.digits + GUARD_DIGITS):
            return self._product(mpf(t0)) - self.average(self.g, self.breakpoints) ** 2

    def d_1(self, t0, t1):
        """D₁ of unveiling-2021 (37f): ∫Dx Dλ g(λ) [g(t₁λ + √(1−t₁²) x) − g(t₀λ + √(1−t₀²) x)]."""
        with mp.workdps(self.digits + GUARD_DIGITS):
            return self._product(mpf(t1)) - self._product(mpf(t0))


Printed = namedtuple("Printed", "delta_3 sigma_0 sigma_1 d_0 d_1 gamma")
Printed.__doc__ = """Δ₃(p), Σ₀(q), Σ₁(q), D₀(t), D₁(S, t) and Γ(p, q, t), as relu-2019 prints them."""


def _gamma(first, d_0, sigma_0):
    return lambda p, q, t: first(mpf(p)) - d_0(t) ** 2 / sigma_0(q)


def _arctan(t):
    return mp.atan(mpf(t) / mp.sqrt(1 - mpf(t) ** 2))


def _sign():
    d_0 = lambda t: 2 / mp.pi * _arctan(t)  # (C12)
    sigma_0 = lambda q: 1 - 2 / mp.pi * mp.acos(mpf(q))  # (C10)
    return Printed(
        delta_3=lambda p: 2 / mp.pi * mp.acos(mpf(p)),  # (C9)
        sigma_0=sigma_0,
        sigma_1=lambda q: 2 / mp.pi * mp.acos(mpf(q)),  # (C11)
        d_0=d_0,
        d_1=lambda S, t: 2 / mp.pi * (_arctan(S) - _arctan(t)),  # (C13)
        gamma=_gamma(lambda p: 1 - 2 / mp.pi * mp.acos(p), d_0, sigma_0),  # (C14)
    )


def _kernel(q):
    """√(1−q²)/2π + (q/π) arctan √((1+q)/(1−q)), which (C15)–(C20) all contain."""
    q = mpf(q)
    return mp.sqrt(1 - q**2) / (2 * mp.pi) + q / mp.pi * mp.atan(mp.sqrt((1 + q) / (1 - q)))


def _relu():
    above_zero = lambda q: _kernel(q) - 1 / (2 * mp.pi)  # (C16), (C18)
    below_one = lambda q: mpf(1) / 2 - _kernel(q)  # (C15), (C17)
    return Printed(
        delta_3=below_one,
        sigma_0=above_zero,
        sigma_1=below_one,
        d_0=above_zero,
        d_1=lambda S, t: _kernel(S) - _kernel(t),  # (C19)
        gamma=_gamma(above_zero, above_zero, above_zero),  # (C20)
    )


SIGN, RELU = _sign(), _relu()
