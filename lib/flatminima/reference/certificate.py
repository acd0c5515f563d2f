"""A proof, by ball arithmetic, that the capacities of binary weights at zero margin are the numbers we print.

The statement. At zero margin, the zero-entropy saddle points of unveiling-2021 (13), and of relu-2019
(3) with (B2) and (B3), are the solutions (q, q̂, α) of

    q = ∫Dz tanh²(√q̂ z),     q̂ = α Δ′/(Δ₂ − Δ) ∫Dz A(ξ)²,     φ(q, q̂) = 0,

with ξ = −√((Δ − Δ₋₁)/(Δ₂ − Δ)) z and the Δ's of a perceptron, or of a committee of sign, ReLU or erf
units, from `effective_overlaps`.

**Theorem.** With q̂ in the box [1/4, 9] there is exactly one solution, and it lies in the
balls that `critical_capacity` returns.

*Three unknowns become one.* Let s = √q̂ and

    S(s) = ∫Dz sech²(sz),   C(s) = ∫Dz ln 2cosh(sz),
    M(r) = ∫Dz A(rz)²,      L(r) = ∫Dz ln H(rz).

The first equation says q = 1 − S(s). The field ξ has the law of rz with
r² = (Δ − Δ₋₁)/(Δ₂ − Δ). The second equation, linear in α, gives α(s) = s² (Δ₂ − Δ)/(Δ′ M(r)).
Each s > 0 thus gives one (q, q̂, α), and one equation is left,

    f(s) = −s² S/2 + C + α(s) L(r) = 0.

*Its derivative.* The free entropy is stationary in q and q̂ all along this curve, so only the explicit α
contributes, with the coefficient 𝒢_E = L. A prime on Δ is a derivative by q, otherwise by the
function's own argument:

    df/ds = L dα/ds,    d ln α/ds = 2/s − [Δ′/(Δ₂ − Δ) + Δ″/Δ′ + (M′/M) dr/dq] dq/ds,
    dr/dq = Δ′ (Δ₂ − Δ₋₁)/(2r (Δ₂ − Δ)²),
    dq/ds = −S′ = ∫Dz 2z tanh(sz) sech²(sz),    M′ = ∫Dz 2z A(rz) A′(rz).

*Monotone ingredients.* G′ = −xG gives A′ = A(A − x), and A(x) is the mean of z given z > x,
so A > x and A′ > 0. Differentiating ∫_x^∞ Dz z²/H gives Var[z | z > x] = 1 − A′, so A′ < 1.
Next, A″ = A g with D = A − x and g = D² + AD − 1, and g′ = A g − 2D Var[z | z > x]. Where g
vanishes it decreases, so once g ≤ 0 it stays negative. Then A′ would decrease from there on
towards its limit 1 (the variance vanishes as x → ∞), and so exceed 1, which it cannot. Hence
g > 0 and A″ > 0, and A² is convex. It follows that M is convex in r with M′(0) = 0: both M
and M′ increase with r ≥ 0. L decreases with r because L′ = −∫Dz z A(rz) and A increases. S
decreases with s, so q increases, and with it r because Δ does. On an interval of s, all of these
but S′ lie between their values at the two ends.

*One root.* The box is cut in pieces. On each, ball arithmetic proves d ln α/ds
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

from .ball_integrals import BallIntegrals, Balls, flint
from .effective_overlaps import PERCEPTRON
from .typical import zero_entropy_saddle

LOW, HIGH = 0.5, 3.0  # of s = √q̂; exact in binary

Certificate = namedtuple("Certificate", "alpha q q_hat box")
_Monotone = namedtuple("_Monotone", "s q r M M_slope L")


def critical_capacity(digits=40, pieces=48, deltas=PERCEPTRON):
    """Balls that provably contain the only zero-entropy (q, q̂, α) with q̂ in [1/4, 9].

    The fields of the returned `Certificate` are python-flint balls; ``box`` holds the two ends
    of q̂ in the theorem. ``pieces`` is the number of intervals of √q̂ on which the sign of dα/ds is
    proved. The radius of α is about 10^(−digits).

    Raises ImportError without python-flint and ArithmeticError where the enclosures are too
    wide to prove the theorem.

    >>> certificate = critical_capacity(digits=12)
    >>> certificate.alpha.str(10, radius=False)
    '0.8330785997'
    """
    arb, ctx = flint().arb, flint().ctx
    slope = slope_on_box(pieces, deltas)
    if not slope < 0:
        raise ArithmeticError("The sign of f′ on the box is not proved; use more pieces.")
    # Any point of the box serves as the centre of Newton's step; a close one makes it sharp.
    with mp.workdps(digits + 10):
        decimals = mp.nstr(mp.sqrt(zero_entropy_saddle(0, digits + 3, deltas).q_hat), digits + 5)
    with ctx.workprec(int(3.33 * digits) + 64):
        integrals = BallIntegrals(digits + 3)
        centre = arb(decimals).mid()
        q, r, alpha = _saddle_at(integrals, centre, deltas)
        entropic = -(centre**2) * (1 - q) / 2 + integrals.mean_log_2cosh(centre)
        root = centre - (entropic + alpha * integrals.mean_log_H(r)) / slope
        if not all(LOW < point < HIGH for point in (centre, root)):
            raise ArithmeticError("Newton's interval is not inside the box; use more digits.")
        q, _, alpha = _saddle_at(integrals, root, deltas)
        return Certificate(alpha, q, root**2, (LOW**2, HIGH**2))


def slope_on_box(pieces, deltas=PERCEPTRON):
    """A ball that contains f′(s) for every s with s² in the box.

    >>> bool(slope_on_box(48) < 0)
    True
    """
    with flint().ctx.workprec(64):
        integrals = BallIntegrals(digits=5)
        ends = [flint().arb(LOW) + (HIGH - LOW) * k / flint().arb(pieces) for k in range(pieces + 1)]
        values = [_monotone_at(integrals, s, deltas) for s in ends]
        slope = None
        for left, right in zip(values, values[1:]):
            hull = _Monotone(*(a.union(b) for a, b in zip(left, right)))
            here = _slope(integrals, hull, deltas)
            slope = here if slope is None else slope.union(here)
        return slope


def _overlaps(q, deltas):
    """Δ₂ − Δ and r = √((Δ − Δ₋₁)/(Δ₂ − Δ))."""
    rest = deltas.highest(Balls) - deltas.at(q, Balls)
    return rest, ((deltas.at(q, Balls) - deltas.lowest(Balls)) / rest).sqrt()


def _saddle_at(integrals, s, deltas):
    """q, r and α."""
    q = 1 - integrals.mean_square_sech(s)
    rest, r = _overlaps(q, deltas)
    return q, r, s**2 * rest / (deltas.slope(q, Balls) * integrals.mean_square_mills(r))


def _monotone_at(integrals, s, deltas):
    """The quantities that are monotone in s, at one s."""
    q = 1 - integrals.mean_square_sech(s)
    _, r = _overlaps(q, deltas)
    averages = integrals.mean_square_mills(r), integrals.slope_of_square_mills(r), integrals.mean_log_H(r)
    return _Monotone(s, q, r, *averages)


def _slope(integrals, hull, deltas):
    """f′ on the interval of s whose monotone quantities are given."""
    s, q, r, M, M_slope, L = hull
    slope, bend = deltas.slope(q, Balls), deltas.bend(q, Balls)
    rest, _ = _overlaps(q, deltas)
    r_by_q = slope * (deltas.highest(Balls) - deltas.lowest(Balls)) / (2 * r * rest**2)
    log_slope = 2 / s + (slope / rest + bend / slope + M_slope / M * r_by_q) * integrals.slope_of_square_sech(s)
    return L * s**2 * rest / (slope * M) * log_slope
