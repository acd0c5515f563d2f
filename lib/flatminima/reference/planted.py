"""The double integrals of unveiling-2021 (27a) and (27b): averages planted by the reference.

Every function evaluates the printed order of integration, x outside and y inside, by the
trapezoid rule in both variables. The steps come from `trapezoid.step`.

Strips. In y, (27b) has the singularities of ln H(η), at |Im y| = 2.8163 √((1 − p)/γ), and the
factor H(χ) grows like exp(r² Im(y)²/2) with r = ∂χ/∂y. In x the inner integral is a Gaussian
average over (u, v) whose means are linear in x, so it is entire and grows like
exp(c Im(x)²/2), c = mᵀ C⁻¹ m for the slopes m of the means and the covariance C; what
limits the strip is 1/H(ξ). In (27a) the strips are those of ln cosh(Y) in y and of
1/cosh(√q̂ x) in x, and the same smoothing applies.

Ranges. Given x, the density of y in (27b), G(y) H(χ)/H(ξ), is centred at
(t₁ − t₀) A(ξ)/√(γ(1 − q)), and it falls off at least as fast as a unit Gaussian, because the
logarithm of H is concave. So y runs over its centre ± the radius left by x.

Shared nodes. The trapezoid rule is as good on a shifted lattice. For every x the lattice of y
is shifted so that u = (t₀/√q) x + √γ y runs over the multiples of one step, the same for all
x. A function of η, hence of u, is then evaluated once per multiple and not once per pair
(x, y). The field Y of (27a) is treated in the same way.

(27a) is summed at w̃ = +1 and doubled: the term w̃ = −1 is the same after (x, y) → (−x, −y).

The energetic averages know only the Gaussian fields of one pattern, in the six numbers of
relu-2019 (C8), so that a committee needs no integral of its own: see `Fields`.
"""

from collections import namedtuple

from mpmath import mp

from .trapezoid import STRIP_OF_LOG_H, STRIP_OF_TANH, cutoff, lattice, step

MARGIN = 1  # how far the mean of a skewed density may lie from its maximum
EXTRA_DIGITS = 2  # so that what is left of the quadrature error does not reach the last digit
MOST_NODES = 4000  # in one variable

Fields = namedtuple("Fields", "Sigma0 Sigma1 D0 D1 Gamma Delta3 kappa kappa_reference")
Fields.__doc__ = """The fields of one pattern, in the names of relu-2019 (C8), and the two margins.

Given the field x shared by all references, v has the mean √Σ₀ x and the variance Σ₁, u the mean
D₀ x/√Σ₀ and the variance Γ, and their covariance is D₁; Δ₃ is the variance of one solution about u.
"""

_Row = namedtuple("_Row", "outer weight multipliers ticks")


def energetic_term(arithmetic, reference, p, t0, t1):
    """𝒢_E of unveiling-2021 (27b): the average of ln H(η).

    At t₁ = t₀ the reference's constraint drops out, and (27b) is (14b) at overlap p:

    >>> from . import typical
    >>> from .arithmetic import Doubles
    >>> from .franz_parisi import Reference
    >>> reference = Reference(0.5, 0.3, 0.0, 0.5, 1.2)
    >>> value = energetic_term(Doubles, reference, 0.4, 0.25, 0.25)
    >>> round(float(value - typical.energetic_term(0.4, 0, 12)), 11) + 0.0
    0.0
    """
    (value,) = energetic_average(
        arithmetic, reference, p, t0, t1, lambda eta: [arithmetic.log_H(eta)]
    )
    return value


def tail_averages(arithmetic, reference, p, t0, t1):
    """⟨A(η)²⟩ and ⟨A(ξ) A(η)⟩ with the weights of unveiling-2021 (27b).

    At t₁ = t₀ and p = 1/2 the first is the average of A(−z)² over one Gaussian z:

    >>> from . import typical
    >>> from .arithmetic import Doubles
    >>> from .franz_parisi import Reference
    >>> square, _ = tail_averages(Doubles, Reference(0.5, 0.3, 0.0, 0.5, 1.2), 0.5, 0.25, 0.25)
    >>> round(float(2 * square - typical.conjugate_overlap(0.5, 1, 0, 12)), 11) + 0.0
    0.0
    """

    def of_eta(eta):
        inverse_mills = arithmetic.inverse_mills(eta)
        return [inverse_mills**2, inverse_mills]

    return energetic_average(
        arithmetic, reference, p, t0, t1, of_eta, lambda xi: [1, arithmetic.inverse_mills(xi)]
    )


def contact_average(arithmetic, reference, p, t0, t1):
    """∂𝒢_E/∂t₁ = ⟨ψ′ δ(v − κ̃)⟩: unveiling-2021 (27b) with H(χ) replaced by the density of v at κ̃.

    >>> from .arithmetic import Doubles
    >>> from .franz_parisi import Reference
    >>> at = lambda t1: (Doubles, Reference(0.5, 0.3, 0.0, 0.5, 1.2), 0.5, 0.4, t1)
    >>> quotient = (energetic_term(*at(0.6001)) - energetic_term(*at(0.5999))) / 2e-4
    >>> round(float(quotient - contact_average(*at(0.6))), 6) + 0.0
    0.0
    """
    (value,) = energetic_average(
        arithmetic,
        reference,
        p,
        t0,
        t1,
        lambda eta: [arithmetic.inverse_mills(eta)],
        contact=True,
    )
    return value / arithmetic.sqrt(1 - p)


def entropic_term(arithmetic, reference, p_hat, t0_hat, delta_hat):
    """𝒢_S of unveiling-2021 (27a): the average of ln 2cosh(Y).

    At t̂₁ = t̂₀ the reference's weight drops out, and (27a) is (14a) at p̂:

    >>> from . import typical
    >>> from .arithmetic import Doubles
    >>> from .franz_parisi import Reference
    >>> value = entropic_term(Doubles, Reference(0.5, 0.3, 0.0, 0.5, 1.2), 0.8, 0.5, 0.0)
    >>> round(float(value - typical.entropic_term(0.8, 12)), 11) + 0.0
    0.0
    """
    (value,) = entropic_average(
        arithmetic, reference, p_hat, t0_hat, delta_hat, lambda Y: [arithmetic.log_2cosh(Y)]
    )
    return value


def overlaps(arithmetic, reference, p_hat, t0_hat, delta_hat):
    """⟨T²⟩, ⟨τ T⟩ and ⟨w̃ T⟩ with the weights of unveiling-2021 (27a), T = tanh Y and τ = tanh(√q̂ x).

    Without tilt towards w̃, δ̂ = 0, its thermal mean τ and itself have the same overlap with T:

    >>> from .arithmetic import Doubles
    >>> from .franz_parisi import Reference
    >>> _, t0, t1 = overlaps(Doubles, Reference(0.5, 0.3, 0.0, 0.5, 1.2), 0.8, 0.5, 0.0)
    >>> round(float(t1 - t0), 12) + 0.0
    0.0
    """

    def of_field(Y):
        T = arithmetic.tanh(Y)
        return [T**2, T, T]

    return entropic_average(
        arithmetic, reference, p_hat, t0_hat, delta_hat, of_field, lambda tau: [1, tau, 1]
    )


def perceptron_fields(reference, p, t0, t1):
    """The `Fields` of unveiling-2021 (27b): Σ₀ = q, Σ₁ = 1 − q, D₀ = t₀, D₁ = t₁ − t₀, Γ = γ, Δ₃ = 1 − p."""
    q = reference.q
    gamma = p - t0**2 / q
    if not (p < 1 and 0 < gamma and (t1 - t0) ** 2 < gamma * (1 - q)):
        raise ValueError(
            f"p = {float(p):g}, t0 = {float(t0):g}, t1 = {float(t1):g} and q = {float(q):g} are no "
            "overlaps: γ = p − t0²/q must be positive and γ(1 − q) larger than (t1 − t0)²."
        )
    return Fields(q, 1 - q, t0, t1 - t0, gamma, 1 - p, reference.kappa, reference.kappa_reference)


def energetic_average(
    arithmetic, reference, p, t0, t1, of_eta, of_xi=lambda xi: [1], contact=False
):
    """`field_average` of the perceptron at the overlaps p, t₀ and t₁."""
    fields = perceptron_fields(reference, p, t0, t1)
    return field_average(arithmetic, fields, of_eta, of_xi, contact)


def field_average(arithmetic, fields, of_eta, of_xi=lambda xi: [1], contact=False):
    """∫Dx ∫Dy W f(η) g(ξ) for each f in the list ``of_eta(η)`` and its g in ``of_xi(ξ)``.

    W = H(χ)/H(ξ) as in unveiling-2021 (27b); with ``contact`` the density of v at κ̃ stands for H(χ).
    """
    sqrt, digits = arithmetic.sqrt, arithmetic.digits + EXTRA_DIGITS
    sigma0, sigma1, d0, d1, gamma, delta3, kappa, kappa_reference = fields
    shift = d1 / sqrt(gamma)  # of v for one unit of y
    width = sqrt(sigma1 - shift**2)  # of v given x and y
    mean_u, mean_v = d0 / sqrt(sigma0), sqrt(sigma0)
    growth_x = 1 + mean_u**2 / gamma + ((mean_v - shift * mean_u / sqrt(gamma)) / width) ** 2
    growth_y = 1 + (shift / width) ** 2
    h_x = arithmetic.number(step(digits, STRIP_OF_LOG_H * sqrt(sigma1 / sigma0), growth_x))
    h_y = arithmetic.number(step(digits, STRIP_OF_LOG_H * sqrt(delta3 / gamma), growth_y))
    radius = arithmetic.number(cutoff(digits))
    rows = []
    for x in arithmetic.array(_nodes(radius, h_x)):
        xi = (kappa_reference - mean_v * x) / sqrt(sigma1)
        centre = shift / sqrt(sigma1) * arithmetic.inverse_mills(xi)
        offset = mean_u / sqrt(gamma) * x  # u = √Γ (y + offset)
        ticks = _ticks(centre + offset, sqrt(radius**2 - x**2) + MARGIN, h_y)
        y = arithmetic.array(ticks) * h_y - offset
        chi = (kappa_reference - mean_v * x - shift * y) / width
        if contact:
            ratio = arithmetic.density(chi) / width / arithmetic.H(xi)
        else:
            ratio = arithmetic.ratio_of_H(chi, xi)
        rows.append(_Row(arithmetic.density(x), ratio * arithmetic.density(y), of_xi(xi), ticks))

    def table(ticks):
        u = sqrt(gamma) * h_y * arithmetic.array(ticks)
        return of_eta((kappa - u) / sqrt(delta3))

    return h_x * h_y * _total(arithmetic, rows, table)


def entropic_average(
    arithmetic, reference, p_hat, t0_hat, delta_hat, of_field, of_tau=lambda tau: [1]
):
    """∫Dx Σ_w̃ P(w̃|x) ∫Dy f(Y) g(τ) with P(w̃|x) = e^{√q̂ w̃ x}/[2cosh(√q̂ x)], τ = tanh(√q̂ x).

    One result for each f in the list ``of_field(Y)`` and its g in ``of_tau(τ)``; every f(Y) g(τ)
    must keep its value when Y, τ and w̃ change sign together (a w̃ in front of f(Y) counts).
    """
    sqrt, digits = arithmetic.sqrt, arithmetic.digits + EXTRA_DIGITS
    root = sqrt(reference.q_hat)
    slope_x = t0_hat / root
    if not slope_x**2 < p_hat:
        raise ValueError(
            f"p_hat = {float(p_hat):g} is not larger than t0_hat²/q_hat = {float(slope_x**2):g}."
        )
    slope_y = sqrt(p_hat - slope_x**2)
    h_x = arithmetic.number(step(digits, STRIP_OF_TANH / root, 1 + (slope_x / slope_y) ** 2))
    h_y = arithmetic.number(step(digits, STRIP_OF_TANH / slope_y))
    radius = arithmetic.number(cutoff(digits))
    rows = []
    for x in arithmetic.array(_nodes(radius, h_x)):
        offset = slope_x / slope_y * x  # Y = slope_y (y + offset) + δ̂
        ticks = _ticks(offset, sqrt(radius**2 - x**2) + MARGIN, h_y)
        y = arithmetic.array(ticks) * h_y - offset
        probability = 2 / (1 + arithmetic.exp(-2 * root * x))
        multipliers = of_tau(arithmetic.tanh(root * x))
        rows.append(
            _Row(probability * arithmetic.density(x), arithmetic.density(y), multipliers, ticks)
        )

    def table(ticks):
        return of_field(slope_y * h_y * arithmetic.array(ticks) + delta_hat)

    return h_x * h_y * _total(arithmetic, rows, table)


def _total(arithmetic, rows, table):
    """Σ over the rows of outer · multiplier · Σ_y weight f, with f tabulated once."""
    first = min(row.ticks[0] for row in rows)
    values = table(range(first, max(row.ticks[-1] for row in rows) + 1))
    totals = 0
    for row in rows:
        here = slice(row.ticks[0] - first, row.ticks[-1] - first + 1)
        sums = [
            row.outer * multiplier * (row.weight * f[here]).sum()
            for multiplier, f in zip(row.multipliers, values)
        ]
        totals = totals + arithmetic.array(sums)
    return totals


def _ticks(centre, radius, spacing):
    """Integers k with |k · spacing − centre| ≤ radius."""
    _limit(radius, spacing)
    low, high = mp.ceil((centre - radius) / spacing), mp.floor((centre + radius) / spacing)
    return range(int(low), int(high) + 1)


def _nodes(radius, spacing):
    _limit(radius, spacing)
    return lattice(radius, spacing)


def _limit(radius, spacing):
    if 2 * radius > MOST_NODES * spacing:
        raise ValueError(
            "The order parameters are so close to the end of their domain that the trapezoid "
            f"rule would need more than {MOST_NODES} nodes in one variable."
        )
