"""y → ∞ real replicas of the binary perceptron, relu-2019 (9), (D1), (D3), in arbitrary precision.

The entropy per replica at mutual overlap q₁, with the maxima as they are printed:

    F(q₁) = 𝒢_S + α 𝒢_E                                                               (9)

    𝒢_S = −q̂₁(1 − q₁)/2 − (δq₀ q̂₁ + q₁ δq̂₀)/2
          + ∫Du max_v [−v²/2 + ln 2cosh(√q̂₁ u + √δq̂₀ v)]                              (D1)

    𝒢_E = ∫Dz max_w [−w²/2 + ln H(c)],   c = (κ − √q₁ z − √δq₀ w)/√(1 − q₁)           (D3)

(for the perceptron the Δ's of the paper are overlaps). At every node the maxima are sought by Newton's
method. A maximum moves with a parameter only to second order, so F is differentiated at fixed v and w.
With T = tanh(√q̂₁ u + √δq̂₀ v), A = G/H at c and ⟨·⟩ the Gaussian averages, stationarity reads

    ⟨u T⟩/√q̂₁ = 1 − q₁ + δq₀,    ⟨v T⟩/√δq̂₀ = q₁,    α ⟨w A⟩/√(δq₀ (1 − q₁)) = q̂₁,

and with the distance d = (1 − q₁)/2

    dF/dd = −2 ∂F/∂q₁ = δq̂₀ − q̂₁ − α ⟨A [z/√(q₁(1 − q₁)) − c/(1 − q₁)]⟩.

In products arrays stand before mpmath's numbers, which otherwise format the whole array first.
"""

from collections import namedtuple

import numpy as np
from mpmath import mp

from . import typical
from .arithmetic import Digits, Doubles
from .inputs import real
from .newton import damped_newton, polish
from .trapezoid import GUARD_DIGITS, cutoff

State = namedtuple("State", "q1 alpha kappa q1_hat delta_q0 delta_q0_hat entropy slope")

_STEPS_OF_NEWTON = 100


def entropic_averages(q1_hat, delta_hat, arithmetic):
    """[⟨max⟩, ⟨u T⟩, ⟨v T⟩] over u, for q̂₁, δq̂₀ > 0.

    The maximum is even in u and has a kink at 0, so the half-line is mapped to the real line by
    u = exp(s − exp(−s)), where the trapezoid rule converges exponentially.

    >>> maximum, *_ = entropic_averages(1e-30, 1e-30, Doubles)
    >>> round(float(maximum), 12)                  # ln 2
    0.69314718056
    """
    root, pull = arithmetic.sqrt(q1_hat), arithmetic.sqrt(delta_hat)

    def averages(s):
        u = arithmetic.exp(s - arithmetic.exp(-s))
        v = _maximiser(lambda v: _entropic_slope(v, u, root, pull, arithmetic), u * 0 + pull, arithmetic)
        field = u * root + v * pull
        tanh = arithmetic.tanh(field)
        measure = arithmetic.density(u) * u * 2 * (1 + arithmetic.exp(-s))
        return [measure * f for f in (-v * v / 2 + arithmetic.log_2cosh(field), u * tanh, v * tanh)]

    digits = arithmetic.digits + GUARD_DIGITS
    low, high = -mp.log(3 * digits), mp.log(cutoff(digits)) + 0.3
    return _trapezoid(averages, low, high, arithmetic)


def energetic_averages(q1, delta_q0, kappa, arithmetic):
    """[⟨max⟩, ⟨w A⟩, ⟨A [z/√(q₁(1 − q₁)) − c/(1 − q₁)]⟩] over z, for δq₀ > 0.

    >>> maximum, *_ = energetic_averages(0.5, 1e-20, 0.0, Doubles)
    >>> round(float(maximum), 8) == round(float(typical.energetic_term(0.5, digits=12)), 8)
    True
    """
    root, width, push = (arithmetic.sqrt(x) for x in (q1, 1 - q1, delta_q0))

    def averages(z):
        w = _maximiser(lambda w: _energetic_slope(w, z, root, width, push, kappa, arithmetic), z * 0, arithmetic)
        c = (z * root + w * push - kappa) / -width
        mills = arithmetic.inverse_mills(c)
        rows = (-w * w / 2 + arithmetic.log_H(c), w * mills, mills * (z / (root * width) - c / width**2))
        return [arithmetic.density(z) * f for f in rows]

    reach = cutoff(arithmetic.digits + GUARD_DIGITS)
    return _trapezoid(averages, -reach, reach, arithmetic)


def energetic_maximum(shared, private, push, kappa, arithmetic):
    """relu-2019 (D3): ⟨max⟩ over z₀, with Δ₁ − Δ₋₁ = ``shared``, Δ₂ − Δ₁ = ``private`` and δΔ₀ = ``push``."""
    root, width, push = (arithmetic.sqrt(x) for x in (shared, private, push))

    def maximum(z):
        w = _maximiser(lambda w: _energetic_slope(w, z, root, width, push, kappa, arithmetic), z * 0, arithmetic)
        return [arithmetic.density(z) * (-w * w / 2 + arithmetic.log_H((z * root + w * push - kappa) / -width))]

    reach = cutoff(arithmetic.digits + GUARD_DIGITS)
    return _trapezoid(maximum, -reach, reach, arithmetic)[0]


def _entropic_slope(v, u, root, pull, arithmetic):
    """First and second derivative of the bracket of (D1). For u > 0 the first is concave to the
    right of its largest root, the maximum, so that Newton's method from v = √δq̂₀ comes down to it."""
    tanh = arithmetic.tanh(u * root + v * pull)
    return tanh * pull - v, (1 - tanh * tanh) * pull**2 - 1


def _energetic_slope(w, z, root, width, push, kappa, arithmetic):
    """First and second derivative of the bracket of (D3). The first is decreasing and convex, so that
    Newton's method from w = 0 comes up to its only root."""
    c = (z * root + w * push - kappa) / -width
    mills = arithmetic.inverse_mills(c)
    return mills * (push / width) - w, mills * (mills - c) * -((push / width) ** 2) - 1


def _maximiser(derivatives, start, arithmetic):
    """Where the first derivative vanishes, node by node; stops where steps are below rounding."""
    x, smallest = start, 10.0 ** (2 - arithmetic.digits)
    for _ in range(_STEPS_OF_NEWTON):
        first, second = derivatives(x)
        step = first / second
        x = x - step
        if np.max(np.abs(step) / (1 + np.abs(x))) < smallest:  # the step after it is its square
            return x - np.divide(*derivatives(x))
    raise ArithmeticError("The inner maximum was not found.")


def _trapezoid(rows, low, high, arithmetic):
    """Integrals of `rows` over (low, high), at whose ends they vanish: halved until two levels agree."""
    low, width = arithmetic.number(low), arithmetic.number(high) - arithmetic.number(low)
    count, sums, previous = 32, 0, None
    while count <= 8192:
        new = range(1, count) if previous is None else range(1, count, 2)
        nodes = arithmetic.array(new) * (width / count) + low
        sums = sums + np.array([np.sum(row) for row in rows(nodes)])
        values = sums * (width / count)
        if previous is not None and np.all(np.abs(values - previous) < 10.0**-arithmetic.digits * (1 + np.abs(values))):
            return list(values)
        previous, count = values, 2 * count
    raise ArithmeticError("The quadrature did not converge.")


def _equations(x, q1, alpha, kappa, arithmetic):
    """([three relative mismatches], slope, entropy) at x = (ln q̂₁, ln δq₀, ln δq̂₀)."""
    q1_hat, delta_q0, delta_hat = (arithmetic.exp(value) for value in x)
    entropic = entropic_averages(q1_hat, delta_hat, arithmetic)
    energetic = energetic_averages(q1, delta_q0, kappa, arithmetic)
    mismatches = [
        entropic[1] / arithmetic.sqrt(q1_hat) / (1 - q1 + delta_q0) - 1,
        entropic[2] / arithmetic.sqrt(delta_hat) / q1 - 1,
        alpha * energetic[1] / arithmetic.sqrt(delta_q0 * (1 - q1)) / q1_hat - 1,
    ]
    slope = delta_hat - q1_hat - alpha * energetic[2]
    legendre = -(q1_hat * (1 - q1) + delta_q0 * q1_hat + q1 * delta_hat) / 2
    return mismatches, slope, legendre + entropic[0] + alpha * energetic[0]


def solve(q1, alpha, kappa=0, *, start, digits=16):
    """The saddle point at mutual overlap q₁ and load α, to about ``digits`` digits.

    ``start`` is (q̂₁, δq₀, δq̂₀) near it. Raises ArithmeticError where none is found.

    >>> state = solve("0.9", "0.5", start=(0.0137, 6.4, 1.825), digits=12)
    >>> mp.nstr(state.entropy, 12)
    '0.111192633763'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q1, alpha, kappa = real("q1", q1, 0, 1), real("alpha", alpha, 0), real("kappa", kappa)

        def residual(x, arithmetic):
            return _equations(x, *map(arithmetic.number, (q1, alpha, kappa)), arithmetic)[0]

        return _state(_root(residual, start, digits), q1, alpha, kappa, digits)


def marginal_load(q1, kappa=0, *, start, digits=16):
    """The `State` at the load where dF/dd vanishes at mutual overlap q₁.

    ``start`` is (q̂₁, δq₀, δq̂₀, α) near it. Raises ArithmeticError where none is found.

    >>> start = (0.5, 1.0, 1.6, 0.755)
    >>> mp.nstr(marginal_load("0.92", start=start, digits=10).alpha, 10)
    '0.7553035311'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q1, kappa = real("q1", q1, 0, 1), real("kappa", kappa)

        def residual(x, arithmetic):
            *x, log_alpha = x
            alpha = arithmetic.exp(log_alpha)
            mismatches, slope, _ = _equations(x, arithmetic.number(q1), alpha, arithmetic.number(kappa), arithmetic)
            return [*mismatches, slope]

        *x, log_alpha = _root(residual, start, digits)
        return _state(x, q1, mp.exp(log_alpha), kappa, digits)


def _root(residual, start, digits):
    """The root in mpmath, by way of doubles; the unknowns are logarithms."""
    logarithms = np.log([float(value) for value in start])
    root, jacobian = damped_newton(lambda x: residual(list(x), Doubles), logarithms)
    return polish(lambda x: residual(x, Digits(digits)), root, jacobian, digits)


def _state(x, q1, alpha, kappa, digits):
    _, slope, entropy = _equations(x, q1, alpha, kappa, Digits(digits))
    return State(q1, alpha, kappa, *(mp.exp(value) for value in x), entropy, slope)
