"""Where typical solutions end, to any number of digits: relu-2019 (5) and (6), and the largest margin."""

from mpmath import mp, mpf

from ..effective_overlaps import PERCEPTRON
from ..inputs import real
from ..priors import BINARY
from ..roots import bracketed_root
from ..trapezoid import GUARD_DIGITS
from .equations import ROUGH_DIGITS, mean_inverse_mills, root_q_hat, saddle_at, solve, squared_shortfall


def critical_capacity(kappa=0, digits=30, deltas=PERCEPTRON):
    """α_c(κ) of binary weights, the load at which the entropy of the saddle point vanishes.

    unveiling-2021 (critical capacity), relu-2019 (5).

    >>> mp.nstr(critical_capacity(0, digits=20), 20)
    '0.83307859973957923369'
    """
    return zero_entropy_saddle(kappa, digits, deltas).alpha


def zero_entropy_saddle(kappa=0, digits=30, deltas=PERCEPTRON):
    """The saddle point of margin κ of binary weights whose entropy is zero; its load is α_c(κ).

    >>> bool(abs(zero_entropy_saddle("0.4", digits=20).entropy) < mpf(10) ** -20)
    True
    """
    with mp.workdps(digits + GUARD_DIGITS):
        kappa = real("kappa", kappa)
        root = root_q_hat(lambda state: -state.entropy, kappa, digits, BINARY, deltas)
        return saddle_at(root, kappa, digits, BINARY, deltas)


def spherical_capacity(kappa=0, digits=30, deltas=PERCEPTRON):
    """α_c(κ) of spherical weights, where q → 1: at κ = 0 it is relu-2019 (6), 2δΔ/(Δ₂ − Δ₋₁).

    >>> print(spherical_capacity())
    2.0
    """
    with mp.workdps(digits + GUARD_DIGITS):
        return deltas.delta_delta(mp) / squared_shortfall(real("kappa", kappa), deltas)


def max_margin(alpha, digits=30, deltas=PERCEPTRON):
    """κ_max(α) of binary weights, the margin at which the entropy vanishes: α_c(κ_max) = α, unveiling-2021 (maximum margin).

    α_c(κ) decreases, so a bracket is found from κ = 0 outwards. Newton's method on the
    entropy of the saddle point finishes: φ is stationary in q and q̂, so only the explicit
    margin in (B3) contributes to the derivative,

        dφ/dκ = −α/√(Δ₂ − Δ) ∫Dx A(ξ).

    >>> mp.nstr(max_margin("0.5", digits=8), 8)
    '0.4180625'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        alpha = real("alpha", alpha, 0)
        kappa = bracketed_root(
            lambda margin: alpha - critical_capacity(margin, ROUGH_DIGITS, deltas),
            mpf(-1),
            mpf(1),
            widen=lambda end, other: end + 2 * (end - other),
        )
        step = mp.inf
        while abs(step) > mpf(10) ** -(digits // 2 + 2):
            state = solve(alpha, kappa, digits, BINARY, deltas)
            width = mp.sqrt(deltas.highest(mp) - deltas.at(state.q, mp))
            step = state.entropy * width / (alpha * mean_inverse_mills(state.q, kappa, digits, deltas))
            kappa += step
        return kappa
