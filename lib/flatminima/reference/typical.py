"""Typical solutions of the binary perceptron, unveiling-2021 (13)–(14b), to any number of digits.

The free entropy, per weight, as a function of the overlap q and its conjugate q̂:

    φ(q, q̂) = −q̂(1 − q)/2 + 𝒢_S(q̂) + α 𝒢_E(q)                              (13)
    𝒢_S(q̂)  = ∫Dx ln 2cosh(√q̂ x)                                            (14a)
    𝒢_E(q)  = ∫Dx ln H(ξ),    ξ = (κ − √q x)/√(1 − q)                        (14b)

Its two saddle-point equations follow by one integration by parts each. For q̂,
∂𝒢_S/∂q̂ = ∫Dx x tanh(√q̂ x)/(2√q̂) = ½ ∫Dx [1 − tanh²(√q̂ x)], hence

    q = ∫Dx tanh²(√q̂ x).

For q, write u = √q x, s = 1 − q and ψ(u, s) = ln H((κ − u)/√s). The average over u
of variance q gives ∂/∂q = ½⟨∂²ψ/∂u²⟩ − ⟨∂ψ/∂s⟩. H((κ − u)/√s) obeys the heat
equation ∂_s H = ½ ∂_u² H, so its logarithm obeys ∂_s ψ = ½ [∂_u² ψ + (∂_u ψ)²]. The
second derivatives cancel and −½⟨(∂_u ψ)²⟩ is left. With ∂_u ψ = A(ξ)/√s and
A = G/H, setting q̂/2 + α ∂𝒢_E/∂q = 0 gives

    q̂ = α/(1 − q) ∫Dx A(ξ)².

α enters that equation linearly. So √q̂ alone parametrises the saddle points of a
given κ: it gives q, then α, then φ, without any guess. Every solver below is a
one-dimensional root of this parametrisation.

Decimals such as 0.1 have no exact double: pass the string "0.1" for more than
fifteen digits of it.
"""

from collections import namedtuple

from mpmath import mp, mpf

from .inputs import real
from .roots import bracketed_root, secant_root
from .trapezoid import GUARD_DIGITS, STRIP_OF_LOG_H, STRIP_OF_TANH, density, expectation

ROUGH_DIGITS = 6

Saddle = namedtuple("Saddle", "alpha kappa q q_hat entropy")


def entropic_term(q_hat, digits=30):
    """𝒢_S(q̂) = ∫Dx ln 2cosh(√q̂ x), unveiling-2021 (14a), for q̂ ≥ 0.

    >>> mp.nstr(entropic_term(0), 15)           # ln 2: no constraint on the weights
    '0.693147180559945'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        root = mp.sqrt(real("q_hat", q_hat, 0, closed=True))
        return expectation(lambda x: mp.log(2 * mp.cosh(root * x)), digits, _entropic_strip(root))


def energetic_term(q, kappa=0, digits=30):
    """𝒢_E(q) = ∫Dx ln H((κ − √q x)/√(1 − q)), unveiling-2021 (14b), for 0 ≤ q < 1.

    >>> mp.nstr(energetic_term(0), 15)          # one half of the weights satisfy a pattern
    '-0.693147180559945'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q, kappa = real("q", q, 0, 1, closed=True), real("kappa", kappa)
        return expectation(
            lambda x: mp.log(_H(_field(x, q, kappa))), digits, _energetic_strip(q)
        )


def free_entropy(q, q_hat, alpha, kappa=0, digits=30):
    """φ(q, q̂) of unveiling-2021 (13), at any order parameters 0 ≤ q < 1, q̂ ≥ 0.

    >>> mp.nstr(free_entropy(0, 0, "0.25"), 15)  # (1 − α) ln 2, the annealed value
    '0.519860385419959'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        return (
            -real("q_hat", q_hat, 0, closed=True) * (1 - real("q", q, 0, 1, closed=True)) / 2
            + entropic_term(q_hat, digits)
            + real("alpha", alpha, 0, closed=True) * energetic_term(q, kappa, digits)
        )


def overlap(q_hat, digits=30):
    """q = ∫Dx tanh²(√q̂ x), the saddle-point equation of q̂.

    >>> mp.nstr(overlap(0), 3)
    '0.0'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        root = mp.sqrt(real("q_hat", q_hat, 0, closed=True))
        return expectation(lambda x: mp.tanh(root * x) ** 2, digits, _entropic_strip(root))


def conjugate_overlap(q, alpha, kappa=0, digits=30):
    """q̂ = α/(1 − q) ∫Dx A(ξ)², the saddle-point equation of q.

    >>> mp.nstr(conjugate_overlap(0, 1), 15)     # A(0)² = 2/π
    '0.636619772367581'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q, kappa = real("q", q, 0, 1, closed=True), real("kappa", kappa)
        mean_square = expectation(
            lambda x: _inverse_mills(_field(x, q, kappa)) ** 2, digits, _energetic_strip(q)
        )
        return real("alpha", alpha, 0, closed=True) / (1 - q) * mean_square


def saddle_at(root_q_hat, kappa=0, digits=30):
    """The saddle point with √q̂ = ``root_q_hat``: α is an output, and no equation is solved.

    >>> state = saddle_at(1, digits=20)
    >>> residual = state.q_hat - conjugate_overlap(state.q, state.alpha, digits=20)
    >>> bool(abs(residual) < mpf(10) ** -20)
    True
    """
    with mp.workdps(digits + GUARD_DIGITS):
        root, kappa = real("root_q_hat", root_q_hat, 0), real("kappa", kappa)
        q_hat = root**2
        q = overlap(q_hat, digits)

        def tail_averages(x):
            field = _field(x, q, kappa)
            tail = _H(field)
            return [mp.log(tail), (density(field) / tail) ** 2]

        energy, mean_square = expectation(tail_averages, digits, _energetic_strip(q))
        alpha = q_hat * (1 - q) / mean_square
        entropy = -q_hat * (1 - q) / 2 + entropic_term(q_hat, digits) + alpha * energy
        return Saddle(alpha, kappa, q, q_hat, entropy)


def solve(alpha, kappa=0, digits=30):
    """The saddle point of (13) at a given load, also where its entropy is negative.

    As √q̂ → ∞, 1 − q → √(2/π)/√q̂ and A(ξ)² → [(κ − x)⁺]²/(1 − q), so that α rises to
    (2/π)/∫Dx [(κ − x)⁺]² = (2/π)/[(1 + κ²) H(−κ) + κ G(κ)], which is 4/π at κ = 0. From there
    on a saddle point need not exist; ValueError is raised.

    >>> state = solve("0.5", digits=15)
    >>> mp.nstr(state.q, 10)
    '0.3223853632'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        kappa = real("kappa", kappa)
        largest = 2 / mp.pi / ((1 + kappa**2) * _H(-kappa) + kappa * density(kappa))
        alpha = real("alpha", alpha, 0, largest)
        root = _root_q_hat(lambda state: state.alpha - alpha, kappa, digits)
        return saddle_at(root, kappa, digits)


def critical_capacity(kappa=0, digits=30):
    """α_c(κ), the load at which the entropy of the saddle point vanishes.

    >>> mp.nstr(critical_capacity(0, digits=20), 20)
    '0.83307859973957923369'
    """
    return zero_entropy_saddle(kappa, digits).alpha


def zero_entropy_saddle(kappa=0, digits=30):
    """The saddle point of margin κ whose entropy is zero; its load is α_c(κ).

    >>> bool(abs(zero_entropy_saddle("0.4", digits=20).entropy) < mpf(10) ** -20)
    True
    """
    with mp.workdps(digits + GUARD_DIGITS):
        kappa = real("kappa", kappa)
        root = _root_q_hat(lambda state: -state.entropy, kappa, digits)
        return saddle_at(root, kappa, digits)


def max_margin(alpha, digits=30):
    """κ_max(α), the margin at which the entropy of the saddle point vanishes: α_c(κ_max) = α.

    α_c(κ) decreases, so a bracket is found from κ = 0 outwards. Newton's method on the
    entropy of the saddle point finishes: (13) is stationary in q and q̂, so only the explicit
    margin in (14b) contributes to the derivative,

        dφ/dκ = −α/√(1 − q) ∫Dx A(ξ).

    >>> mp.nstr(max_margin("0.5", digits=8), 8)
    '0.4180625'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        alpha = real("alpha", alpha, 0)
        kappa = bracketed_root(
            lambda margin: alpha - critical_capacity(margin, ROUGH_DIGITS),
            mpf(-1),
            mpf(1),
            widen=lambda end, other: end + 2 * (end - other),
        )
        step = mp.inf
        while abs(step) > mpf(10) ** -(digits // 2 + 2):
            state = solve(alpha, kappa, digits)
            mean = expectation(
                lambda x: _inverse_mills(_field(x, state.q, kappa)),
                digits,
                _energetic_strip(state.q),
            )
            step = state.entropy * mp.sqrt(1 - state.q) / (alpha * mean)
            kappa += step
        return kappa


def _root_q_hat(increasing, kappa, digits):
    """√q̂ at which a function of the saddle point, negative for small √q̂, crosses zero."""
    rough = bracketed_root(
        lambda root: increasing(saddle_at(root, kappa, ROUGH_DIGITS)),
        mpf("0.5"),
        mpf(1),
        widen=lambda end, other: end * 2 if end > other else end / 2,
    )
    return secant_root(lambda root: increasing(saddle_at(root, kappa, digits)), rough, digits)


def _field(x, q, kappa):
    return (kappa - mp.sqrt(q) * x) / mp.sqrt(1 - q)


def _H(x):
    return mp.erfc(x / mp.sqrt(2)) / 2


def _inverse_mills(x):
    return density(x) / _H(x)


def _entropic_strip(root):
    return STRIP_OF_TANH / root if root > 0 else mp.inf


def _energetic_strip(q):
    return STRIP_OF_LOG_H * mp.sqrt((1 - q) / q) if q > 0 else mp.inf
