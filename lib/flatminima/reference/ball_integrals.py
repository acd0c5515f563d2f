"""Rigorous enclosures of the six Gaussian averages that the certificate of α_c(0) needs.

Each is an integral over [−B, B], enclosed by Arb, plus a ball for the tails. The tail bounds
are derived in `certificate`.
"""


def flint():
    """The module python-flint, or an ImportError that says where it comes from."""
    try:
        import flint as module
    except ImportError:
        raise ImportError(
            "The certificate of α_c(0) needs python-flint, which the extra 'test' installs: "
            'pip install "flatminima[test]".'
        ) from None
    return module


class _Balls:
    """Arb's functions under the names that mpmath gives them, for the formulas of `effective_overlaps`.

    >>> bool(Balls.acos(0).overlaps(Balls.pi / 2))
    True
    """

    pi = property(lambda self: flint().arb.pi())

    def __getattr__(self, name):
        return lambda x: getattr(flint().arb(x), name)()


Balls = _Balls()


class BallIntegrals:
    """Gaussian averages as balls of radius about 10^(−digits), at the current Arb precision.

    Parameters are balls s > 0 and r ≥ 0; the result contains the average for every number
    in them.

    >>> value = BallIntegrals(12).mean_square_sech(flint().arb(0))    # ∫Dz = 1
    >>> bool(value.contains(1)), bool(value.rad() < 1e-12)
    (True, True)
    """

    def __init__(self, digits):
        arb = flint().arb
        self._acb = flint().acb
        self._tolerance = arb(10) ** -digits
        # H(B) is about 10^(−digits) · 10^(−2) and the moments that multiply it are below 10².
        self._cut = (2 * arb(10).log() * (digits + 4)).sqrt().upper()
        self._norm = 1 / (2 * self._acb.pi()).sqrt()
        self._root_two = self._acb(2).sqrt()
        cut = self._cut
        density = (-cut * cut / 2).exp() / (2 * arb.pi()).sqrt()
        tail = (cut / arb(2).sqrt()).erfc() / 2
        self._moments = tail, density, cut * density + tail

    def mean_square_sech(self, s):
        """S(s) = ∫Dz sech²(sz)."""
        H, _, _ = self._moments
        return self._even(lambda z, _: (s * z).sech() ** 2, 2 * H)

    def slope_of_square_sech(self, s):
        """S′(s) = −∫Dz 2z tanh(sz) sech²(sz)."""
        _, G, _ = self._moments
        return self._even(lambda z, _: -2 * z * (s * z).tanh() * (s * z).sech() ** 2, 4 * G)

    def mean_log_2cosh(self, s):
        """C(s) = ∫Dz ln 2cosh(sz)."""
        H, G, _ = self._moments
        return self._even(
            lambda z, analytic: (2 * (s * z).cosh()).log(analytic=analytic),
            2 * (s.__class__(2).log() * H + s * G),
        )

    def mean_square_mills(self, r):
        """M(r) = ∫Dz A(rz)²."""
        H, G, second = self._moments
        return self._whole(
            lambda z, _: self._inverse_mills(r * z) ** 2, 2 * H + 2 * r * G + r**2 * second
        )

    def slope_of_square_mills(self, r):
        """M′(r) = ∫Dz 2z A(rz) A′(rz), with A′ = A(A − x)."""

        def integrand(z, _):
            inverse_mills = self._inverse_mills(r * z)
            return 2 * z * inverse_mills**2 * (inverse_mills - r * z)

        _, G, second = self._moments
        return self._whole(integrand, 4 * (G + r * second))

    def mean_log_H(self, r):
        """L(r) = ∫Dz ln H(rz)."""
        H, G, second = self._moments
        return self._whole(
            lambda z, analytic: self._H(r * z).log(analytic=analytic),
            2 * r.__class__(2).log() * H + r * G + r**2 * second / 2,
        )

    def _H(self, x):
        return (x / self._root_two).erfc() / 2

    def _inverse_mills(self, x):
        return self._density(x) / self._H(x)

    def _density(self, z):
        return self._norm * (-z * z / 2).exp()

    def _even(self, f, tail):
        return 2 * self._integral(f, self._acb(0)) + self._ball(tail)

    def _whole(self, f, tail):
        return self._integral(f, -self._acb(self._cut)) + self._ball(tail)

    def _integral(self, f, start):
        integral = self._acb.integral(
            lambda z, analytic: self._density(z) * f(z, analytic),
            start,
            self._acb(self._cut),
            rel_tol=self._tolerance,
            abs_tol=self._tolerance,
        )
        return integral.real

    @staticmethod
    def _ball(bound):
        return bound.__class__(0, bound.upper())
