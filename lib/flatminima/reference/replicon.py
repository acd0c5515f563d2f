"""The stability of replica symmetry in committees, relu-2019 below (6), to any number of digits.

In the paper's own parameters: Δ(q) = E[g(u) g(v)] with corr(u, v) = q, Δ₋₁ = Δ(0), Δ₂ = Δ(1), listed
below (B3). A field h of variance Δ − Δ₋₁ leaves a pattern the probability

    H(ξ),    ξ = (κ − h)/√(Δ₂ − Δ),    L(h) = ln H(ξ).

With A = G/H and A′ = A (A − ξ), L′ = A/√(Δ₂ − Δ) and L″ = −A′/(Δ₂ − Δ). A saddle point has

    q̂ = α Δ′(q) E[L′²],

and 1 − q, λ_S follow from q̂ by the weights:

    spherical   q̂ = q/(1 − q)²                      λ_S = (1 − q)²
    binary      1 − q = E[cosh⁻²(√q̂ z)]             λ_S = E[cosh⁻⁴(√q̂ z)]

Replica symmetry is stable while

    R = α λ_S {Δ′(q)² E[L″²] + Δ″(q) E[L′²]}  <  1.

α enters q̂ linearly, so q (spherical) or √q̂ (binary) gives α and R without solving an equation.
"""

from collections import namedtuple

from mpmath import mp, mpf

from .effective_overlaps import ERF, PERCEPTRON, RELU, SIGN
from .inputs import real
from .roots import bracketed_root, secant_root
from .trapezoid import GUARD_DIGITS, STRIP_OF_LOG_H, STRIP_OF_TANH, density, expectation

ROUGH_DIGITS = 6

DELTAS = {deltas.name: deltas for deltas in (PERCEPTRON, SIGN, RELU, ERF)}

Instability = namedtuple("Instability", "alpha q replicon")


def on_saddle_line(parameter, name, weights, kappa=0, digits=30):
    """α, q and R of the saddle point with q = ``parameter`` (spherical) or √q̂ = ``parameter`` (binary).

    >>> mp.nstr(on_saddle_line("0.5", "perceptron", "spherical", digits=10).alpha, 8)
    '0.83943942'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        kappa = real("kappa", kappa)
        if weights == "spherical":
            q = real("parameter", parameter, 0, 1)
            q_hat, entropic = q / (1 - q) ** 2, (1 - q) ** 2
        else:
            root = real("parameter", parameter, 0)
            rest, entropic = expectation(
                lambda z: [mp.sech(root * z) ** 2, mp.sech(root * z) ** 4], digits, STRIP_OF_TANH / root
            )
            q, q_hat = 1 - rest, root**2
        deltas = DELTAS[name]
        value, slope, curvature = deltas.at(q, mp), deltas.slope(q, mp), deltas.bend(q, mp)
        common, private = mp.sqrt(value - deltas.lowest(mp)), mp.sqrt(deltas.highest(mp) - value)

        def squares(z):
            xi = (kappa - common * z) / private
            mills = density(xi) / (mp.erfc(xi / mp.sqrt(2)) / 2)
            return [(mills / private) ** 2, (mills * (mills - xi) / private**2) ** 2]

        first, second = expectation(squares, digits, STRIP_OF_LOG_H * private / common)
        alpha = q_hat / (slope * first)
        return Instability(alpha, q, alpha * entropic * (slope**2 * second + curvature * first))


def instability(name, weights, kappa=0, digits=30):
    """α_AT, where R = 1, with q there.

    R must rise through 1 along the line of saddle points, once: it does for κ < 0 and, at any κ, for
    all but the spherical perceptron and the spherical erf committee.

    >>> mp.nstr(instability("sign", "spherical", digits=8).alpha, 8)
    '2.9878187'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        at = (lambda x: 1 / (1 + mp.exp(-x))) if weights == "spherical" else mp.exp  # q or √q̂ from a free x
        excess = lambda x, aim: mp.log(on_saddle_line(at(x), name, weights, kappa, aim).replicon)
        rough = bracketed_root(lambda x: excess(x, ROUGH_DIGITS), mpf(-1), mpf(1), lambda end, other: 2 * end - other)
        root = secant_root(lambda x: excess(x, digits), rough, digits)
        return on_saddle_line(at(root), name, weights, kappa, digits)
