"""Typical solutions, unveiling-2021 (13)–(14b) and relu-2019 (3), (B1)–(B3), to any number of digits.

The free entropy, per weight, as a function of the overlap q and its conjugate q̂:

    φ(q, q̂) = 𝒢_S(q, q̂) + α 𝒢_E(q)                                          (13), (3)
    𝒢_E(q)  = ∫Dx ln H(ξ),    ξ = (κ − √(Δ − Δ₋₁) x)/√(Δ₂ − Δ)               (14b), (B3)

with 𝒢_S of a prior, (B1) or (B2) = −q̂(1 − q)/2 + (14a), from `priors`, and the Δ's of an architecture,
from `effective_overlaps`. Left out, they are those of the binary perceptron.

The saddle-point equation of q̂ is the prior's. For q, write u = √(Δ − Δ₋₁) x, s = Δ₂ − Δ and
ψ(u, s) = ln H((κ − u)/√s). The average over u of variance Δ − Δ₋₁ gives
∂/∂Δ = ½⟨∂²ψ/∂u²⟩ − ⟨∂ψ/∂s⟩. H((κ − u)/√s) obeys the heat equation ∂_s H = ½ ∂_u² H, so its
logarithm obeys ∂_s ψ = ½ [∂_u² ψ + (∂_u ψ)²]. The second derivatives cancel and −½⟨(∂_u ψ)²⟩ is left.
With ∂_u ψ = A(ξ)/√s and A = G/H, setting q̂/2 + α ∂𝒢_E/∂q = 0 gives

    q̂ = α Δ′(q)/(Δ₂ − Δ) ∫Dx A(ξ)².

α enters that equation linearly. So √q̂ alone parametrises the saddle points of a
given κ: it gives q, then α, then φ, without any guess. Every solver here is a
one-dimensional root of this parametrisation.

Decimals such as 0.1 have no exact double: pass the string "0.1" for more than
fifteen digits of it.
"""

from collections import namedtuple

from mpmath import mp, mpf

from ..effective_overlaps import PERCEPTRON
from ..inputs import real
from ..priors import BINARY
from ..roots import bracketed_root, secant_root
from ..trapezoid import GUARD_DIGITS, STRIP_OF_LOG_H, density, expectation

ROUGH_DIGITS = 6

Saddle = namedtuple("Saddle", "alpha kappa q q_hat entropy")


def energetic_term(q, kappa=0, digits=30, deltas=PERCEPTRON):
    """𝒢_E(q), unveiling-2021 (14b), relu-2019 (4) and (B3), for 0 ≤ q < 1.

    >>> mp.nstr(energetic_term(0), 15)          # one half of the weights satisfy a pattern
    '-0.693147180559945'
    """
    return _average(lambda xi: mp.log(_H(xi)), q, kappa, digits, deltas)


def mean_inverse_mills(q, kappa=0, digits=30, deltas=PERCEPTRON):
    """∫Dx A(ξ), which is −√(Δ₂ − Δ) ∂𝒢_E/∂κ.

    >>> mp.nstr(mean_inverse_mills(0, digits=15) ** 2, 12)
    '0.636619772368'
    """
    return _average(_inverse_mills, q, kappa, digits, deltas)


def free_entropy(q, q_hat, alpha, kappa=0, digits=30, prior=BINARY, deltas=PERCEPTRON):
    """φ(q, q̂), unveiling-2021 (13) and relu-2019 (3), at any order parameters 0 ≤ q < 1, q̂ ≥ 0.

    >>> mp.nstr(free_entropy(0, 0, "0.25"), 15)  # (1 − α) ln 2, the annealed value
    '0.519860385419959'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q_hat, q = real("q_hat", q_hat, 0, closed=True), real("q", q, 0, 1, closed=True)
        alpha = real("alpha", alpha, 0, closed=True)
        return prior.term(q, q_hat, digits) + alpha * energetic_term(q, kappa, digits, deltas)


def conjugate_overlap(q, alpha, kappa=0, digits=30, deltas=PERCEPTRON):
    """q̂ = α Δ′/(Δ₂ − Δ) ∫Dx A(ξ)², the saddle-point equation of q.

    >>> mp.nstr(conjugate_overlap(0, 1), 15)     # A(0)² = 2/π
    '0.636619772367581'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q, alpha = real("q", q, 0, 1, closed=True), real("alpha", alpha, 0, closed=True)
        mean_square = _average(lambda xi: _inverse_mills(xi) ** 2, q, kappa, digits, deltas)
        return alpha * deltas.slope(q, mp) / (deltas.highest(mp) - deltas.at(q, mp)) * mean_square


def saddle_at(root_q_hat, kappa=0, digits=30, prior=BINARY, deltas=PERCEPTRON):
    """The saddle point with √q̂ = ``root_q_hat``: α is an output, and no equation is solved.

    >>> state = saddle_at(1, digits=20)
    >>> residual = state.q_hat - conjugate_overlap(state.q, state.alpha, digits=20)
    >>> bool(abs(residual) < mpf(10) ** -20)
    True
    """
    with mp.workdps(digits + GUARD_DIGITS):
        root, kappa = real("root_q_hat", root_q_hat, 0), real("kappa", kappa)
        q_hat = root**2
        q = prior.overlap(q_hat, digits)

        def tail_averages(xi):
            tail = _H(xi)
            return [mp.log(tail), (density(xi) / tail) ** 2]

        energy, mean_square = _average(tail_averages, q, kappa, digits, deltas)
        alpha = q_hat * (deltas.highest(mp) - deltas.at(q, mp)) / (deltas.slope(q, mp) * mean_square)
        return Saddle(alpha, kappa, q, q_hat, prior.term(q, q_hat, digits) + alpha * energy)


def solve(alpha, kappa=0, digits=30, prior=BINARY, deltas=PERCEPTRON):
    """The saddle point at a given load, also where the entropy of binary weights is negative.

    As √q̂ → ∞, q̂(1 − q)² tends to a constant C of the prior and (Δ₂ − Δ) A(ξ)² to
    [(κ − √(Δ₂ − Δ₋₁) x)⁺]², so that α tends to C δΔ/∫Dx [(κ − √(Δ₂ − Δ₋₁) x)⁺]²: 4/π for the binary
    and 2 for the spherical perceptron at κ = 0. From there on a saddle point need not exist;
    ValueError is raised.

    >>> state = solve("0.5", digits=15)
    >>> mp.nstr(state.q, 10)
    '0.3223853632'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        kappa = real("kappa", kappa)
        largest = prior.cornered() * deltas.delta_delta(mp) / squared_shortfall(kappa, deltas)
        alpha = real("alpha", alpha, 0, largest)
        root = root_q_hat(lambda state: state.alpha - alpha, kappa, digits, prior, deltas)
        return saddle_at(root, kappa, digits, prior, deltas)


def squared_shortfall(kappa, deltas=PERCEPTRON):
    """∫Dx [(κ − √(Δ₂ − Δ₋₁) x)⁺]², at the caller's precision.

    >>> print(squared_shortfall(0))
    0.5
    """
    variance = deltas.highest(mp) - deltas.lowest(mp)
    margin = kappa / mp.sqrt(variance)
    return variance * ((1 + margin**2) * _H(-margin) + margin * density(margin))


def root_q_hat(increasing, kappa, digits, prior=BINARY, deltas=PERCEPTRON):
    """√q̂ at which a function of the saddle point, negative for small √q̂, crosses zero.

    >>> mp.nstr(root_q_hat(lambda state: state.q_hat - 1, 0, 8), 8)
    '1.0'
    """
    rough = bracketed_root(
        lambda root: increasing(saddle_at(root, kappa, ROUGH_DIGITS, prior, deltas)),
        mpf("0.5"),
        mpf(1),
        widen=lambda end, other: end * 2 if end > other else end / 2,
    )
    return secant_root(lambda root: increasing(saddle_at(root, kappa, digits, prior, deltas)), rough, digits)


def _average(f, q, kappa, digits, deltas):
    """∫Dx f(ξ) for an f built from H and A."""
    with mp.workdps(digits + GUARD_DIGITS):
        q, kappa = real("q", q, 0, 1, closed=True), real("kappa", kappa)
        spread = mp.sqrt(deltas.at(q, mp) - deltas.lowest(mp))
        width = mp.sqrt(deltas.highest(mp) - deltas.at(q, mp))
        strip = STRIP_OF_LOG_H * width / spread if spread > 0 else mp.inf
        return expectation(lambda x: f((kappa - spread * x) / width), digits, strip)


def _H(x):
    return mp.erfc(x / mp.sqrt(2)) / 2


def _inverse_mills(x):
    return density(x) / _H(x)
