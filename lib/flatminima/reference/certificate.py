"""A proof, by ball arithmetic, that α_c(0) of the binary perceptron is the number we print.

The statement. At zero margin, the zero-entropy saddle points of unveiling-2021 (13) are the
solutions (q, q̂, α) of

    q = ∫Dz tanh²(√q̂ z),     q̂ = α/(1 − q) ∫Dz A(ξ)²,     φ(q, q̂) = 0.

**Theorem.** With q̂ in the box [1/4, 9] there is exactly one solution, and it lies in the
balls that `critical_capacity` returns.

*Three unknowns become one.* Let s = √q̂ and

    S(s) = ∫Dz sech²(sz),   C(s) = ∫Dz ln 2cosh(sz),
    M(r) = ∫Dz A(rz)²,      L(r) = ∫Dz ln H(rz).

The first equation says 1 − q = S(s). The field ξ = −√(q/(1 − q)) z has the law of rz with
r² = q/(1 − q) = 1/S − 1. The second equation, linear in α, gives α(s) = s² S(s)/M(r(s)).
Each s > 0 thus gives one (q, q̂, α), and one equation is left,

    f(s) = −s² S/2 + C + α(s) L(r) = 0.

*Its derivative.* (13) is stationary in q and q̂ all along this curve, so only the explicit α
contributes, with the coefficient 𝒢_E = L:

    f′ = L α′,    α′ = α · [2/s + S′/S − (M′/M) r′],    r′ = −S′/(2 r S²),
    S′ = −∫Dz 2z tanh(sz) sech²(sz),    M′ = ∫Dz 2z A(rz) A′(rz).

*Monotone ingredients.* G′ = −xG gives A′ = A(A − x), and A(x) is the mean of z given z > x,
so A > x and A′ > 0. Differentiating ∫_x^∞ Dz z²/H gives Var[z | z > x] = 1 − A′, so A′ < 1.
Next, A″ = A g with D = A − x and g = D² + AD − 1, and g′ = A g − 2D Var[z | z > x]. Where g
vanishes it decreases, so once g ≤ 0 it stays negative. Then A′ would decrease from there on
towards its limit 1 (the variance vanishes as x → ∞), and so exceed 1, which it cannot. Hence
g > 0 and A″ > 0, and A² is convex. It follows that M is convex in r with M′(0) = 0: both M
and M′ increase with r ≥ 0. L decreases with r because L′ = −∫Dz z A(rz) and A increases. S
decreases with s and r increases. On an interval of s, all of these but S′ lie between their
values at the two ends.

*One root.* The box is cut in pieces. On each, ball arithmetic proves the bracket of α′
positive, hence f′ < 0. So f has at most one root in the box. For any point c of it, the mean
value theorem puts that root in Newton's interval N = c − f(c)/f′([box]); and N inside the
box proves that the root exists, because f changes sign between c and one end of N.

*Rigorous integrals.* On [−B, B] Arb integrates by Gauss–Legendre rules, whose error it bounds
by the size of the integrand on ellipses in the complex plane. The rest is added as a ball.
With Ḡ = G(B), H̄ = H(B), the tail moments are ∫_B^∞ Dz {1, z, z²} = {H̄, Ḡ, BḠ + H̄}, and

- 0 ≤ sech² ≤ 1, |tanh| ≤ 1 and 0 ≤ ln 2cosh(x) ≤ ln 2 + |x|;
- 0 < A′ < 1 and A(0) = √(2/π) < 1, so 0 < A(x) ≤ 1 + max(x, 0);
- 0 ≤ −ln H(x) = ln 2 + ∫_0^x A ≤ ln 2 + x + x²/2 for x ≥ 0, and −ln H(x) ≤ ln 2 for x ≤ 0.
"""

from collections import namedtuple

from mpmath import mp

from .ball_integrals import BallIntegrals, flint
from .typical import zero_entropy_saddle

LOW, HIGH = 0.5, 3.0  # of s = √q̂; exact in binary

Certificate = namedtuple("Certificate", "alpha q q_hat box")
_Monotone = namedtuple("_Monotone", "s S r M M_slope L")


def critical_capacity(digits=40, pieces=48):
    """Balls that provably contain the only zero-entropy (q, q̂, α) with q̂ in [1/4, 9].

    The fields of the returned `Certificate` are python-flint balls; ``box`` holds the two ends
    of q̂ in the theorem. ``pieces`` is the number of intervals of √q̂ on which the sign of α′ is
    proved. The radius of α is about 10^(−digits).

    Raises ImportError without python-flint and ArithmeticError where the enclosures are too
    wide to prove the theorem.

    >>> certificate = critical_capacity(digits=12)
    >>> certificate.alpha.str(10, radius=False)
    '0.8330785997'
    """
    arb, ctx = flint().arb, flint().ctx
    slope = slope_on_box(pieces)
    if not slope < 0:
        raise ArithmeticError("The sign of f′ on the box is not proved; use more pieces.")
    # Any point of the box serves as the centre of Newton's step; a close one makes it sharp.
    with mp.workdps(digits + 10):
        decimals = mp.nstr(mp.sqrt(zero_entropy_saddle(0, digits + 3).q_hat), digits + 5)
    with ctx.workprec(int(3.33 * digits) + 64):
        integrals = BallIntegrals(digits + 3)
        centre = arb(decimals).mid()
        S = integrals.mean_square_sech(centre)
        r = (1 / S - 1).sqrt()
        alpha = centre**2 * S / integrals.mean_square_mills(r)
        f = -(centre**2) * S / 2 + integrals.mean_log_2cosh(centre) + alpha * integrals.mean_log_H(r)
        root = centre - f / slope
        if not all(LOW < point < HIGH for point in (centre, root)):
            raise ArithmeticError("Newton's interval is not inside the box; use more digits.")
        S = integrals.mean_square_sech(root)
        alpha = root**2 * S / integrals.mean_square_mills((1 / S - 1).sqrt())
        return Certificate(alpha, 1 - S, root**2, (LOW**2, HIGH**2))


def slope_on_box(pieces):
    """A ball that contains f′(s) for every s with s² in the box.

    >>> bool(slope_on_box(48) < 0)
    True
    """
    with flint().ctx.workprec(64):
        integrals = BallIntegrals(digits=5)
        ends = [flint().arb(LOW) + (HIGH - LOW) * k / flint().arb(pieces) for k in range(pieces + 1)]
        values = [_monotone_at(integrals, s) for s in ends]
        slope = None
        for left, right in zip(values, values[1:]):
            hull = _Monotone(*(a.union(b) for a, b in zip(left, right)))
            here = _slope(integrals, hull)
            slope = here if slope is None else slope.union(here)
        return slope


def _monotone_at(integrals, s):
    """The quantities that are monotone in s, at one s."""
    S = integrals.mean_square_sech(s)
    r = (1 / S - 1).sqrt()
    return _Monotone(
        s,
        S,
        r,
        integrals.mean_square_mills(r),
        integrals.slope_of_square_mills(r),
        integrals.mean_log_H(r),
    )


def _slope(integrals, hull):
    """f′ = L α [2/s + S′/S − (M′/M) r′] on the interval of s whose monotone quantities are given."""
    s, S, r, M, M_slope, L = hull
    S_slope = integrals.slope_of_square_sech(s)
    r_slope = -S_slope / (2 * r * S**2)
    bracket = 2 / s + S_slope / S - M_slope / M * r_slope
    return L * s**2 * S / M * bracket
