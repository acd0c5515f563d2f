"""The double integrals of unveiling-2021 (27a) and (27b): averages planted by the reference.

Every function evaluates the printed order of integration, x outside and y inside, by the
trapezoid rule in both variables. Steps come from `trapezoid.step`, with two facts.

Strips. In y, (27b) has the singularities of ln H(η), at |Im y| = 2.8163 √((1 − p)/γ), and the
factor H(χ) grows like exp(r² Im(y)²/2) with r = ∂χ/∂y. In x the inner integral is a Gaussian
average over (u, v) whose means are linear in x, so it is entire and grows like
exp(c Im(x)²/2), c = mᵀ C⁻¹ m for the slopes m of the means and the covariance C; what
limits the strip is 1/H(ξ). In (27a) the strips are those of ln cosh(Y) in y and of
1/cosh(√q̂ x) in x, and the same smoothing applies.

Ranges. Given x, the density of y in (27b), G(y) H(χ)/H(ξ), is centred at
(t₁ − t₀) A(ξ)/√(γ(1 − q)), and it falls off at least as fast as a unit Gaussian, because the
logarithm of H is concave. So y runs over its centre ± the radius left by x.

(27a) is summed at w̃ = +1 and doubled: the term w̃ = −1 is the same after (x, y) → (−x, −y).
"""

from .trapezoid import STRIP_OF_LOG_H, STRIP_OF_TANH, cutoff, lattice, step

MARGIN = 1  # how far the centre of a skewed density may lie from its maximum
EXTRA_DIGITS = 2  # so that what is left of the quadrature error does not reach the last digit
MOST_NODES = 2000  # on either side


def energetic_term(arithmetic, reference, p, t0, t1):
    """𝒢_E of (27b): the average of ln H(η)."""
    (value,) = _energetic_average(
        arithmetic, reference, p, t0, t1, lambda xi, eta: [arithmetic.log_H(eta)]
    )
    return value


def tail_averages(arithmetic, reference, p, t0, t1):
    """⟨A(η)²⟩ and ⟨A(ξ) A(η)⟩ with the weights of (27b)."""

    def products(xi, eta):
        inverse_mills = arithmetic.inverse_mills(eta)
        return [inverse_mills**2, arithmetic.inverse_mills(xi) * inverse_mills]

    return _energetic_average(arithmetic, reference, p, t0, t1, products)


def contact_average(arithmetic, reference, p, t0, t1):
    """∂𝒢_E/∂t₁ = ⟨ψ′ δ(v − κ̃)⟩: (27b) with H(χ) replaced by the density of v at κ̃."""

    def forces(xi, eta):
        return [arithmetic.inverse_mills(eta)]

    (value,) = _energetic_average(arithmetic, reference, p, t0, t1, forces, contact=True)
    return value / arithmetic.sqrt(1 - p)


def entropic_term(arithmetic, reference, p_hat, t0_hat, delta_hat):
    """𝒢_S of (27a): the average of ln 2cosh(Y)."""
    (value,) = _entropic_average(
        arithmetic,
        reference,
        p_hat,
        t0_hat,
        delta_hat,
        lambda tau, field: [arithmetic.log_2cosh(field)],
    )
    return value


def overlaps(arithmetic, reference, p_hat, t0_hat, delta_hat):
    """⟨T²⟩, ⟨τ T⟩ and ⟨w̃ T⟩ with the weights of (27a), T = tanh Y and τ = tanh(√q̂ x)."""

    def products(tau, field):
        magnetisation = arithmetic.tanh(field)
        return [magnetisation**2, tau * magnetisation, magnetisation]

    return _entropic_average(arithmetic, reference, p_hat, t0_hat, delta_hat, products)


def _energetic_average(arithmetic, reference, p, t0, t1, f, contact=False):
    """∫Dx ∫Dy W f(ξ, η), with W = H(χ)/H(ξ), or with −∂_κ̃ of that numerator over H(ξ)."""
    sqrt, digits = arithmetic.sqrt, arithmetic.digits + EXTRA_DIGITS
    q, kappa, kappa_reference = reference.q, reference.kappa, reference.kappa_reference
    gamma = p - t0**2 / q
    if not (p < 1 and 0 < gamma and (t1 - t0) ** 2 < gamma * (1 - q)):
        raise ValueError(
            f"p = {float(p):g}, t0 = {float(t0):g}, t1 = {float(t1):g} and q = {float(q):g} are no "
            "overlaps: γ = p − t0²/q must be positive and γ(1 − q) larger than (t1 − t0)²."
        )
    shift = (t1 - t0) / sqrt(gamma)  # of v for one unit of y
    width = sqrt(1 - q - shift**2)  # of v given x and y
    mean_u, mean_v = t0 / sqrt(q), sqrt(q)
    growth_x = 1 + mean_u**2 / gamma + ((mean_v - shift * mean_u / sqrt(gamma)) / width) ** 2
    growth_y = 1 + (shift / width) ** 2
    h_x = arithmetic.number(step(digits, STRIP_OF_LOG_H * sqrt((1 - q) / q), growth_x))
    h_y = arithmetic.number(step(digits, STRIP_OF_LOG_H * sqrt((1 - p) / gamma), growth_y))
    radius = arithmetic.number(cutoff(digits))
    totals = 0
    for x in arithmetic.array(_nodes(radius, h_x)):
        xi = (kappa_reference - mean_v * x) / sqrt(1 - q)
        centre = shift / sqrt(1 - q) * arithmetic.inverse_mills(xi)
        y = centre + arithmetic.array(_nodes(sqrt(radius**2 - x**2) + MARGIN, h_y))
        chi = (kappa_reference - mean_v * x - shift * y) / width
        eta = (kappa - mean_u * x - sqrt(gamma) * y) / sqrt(1 - p)
        if contact:
            weight = arithmetic.density(chi) / width / arithmetic.H(xi)
        else:
            weight = arithmetic.ratio_of_H(chi, xi)
        weight = weight * arithmetic.density(x) * arithmetic.density(y)
        totals = totals + arithmetic.array([(weight * values).sum() for values in f(xi, eta)])
    return h_x * h_y * totals


def _entropic_average(arithmetic, reference, p_hat, t0_hat, delta_hat, f):
    """∫Dx Σ_w̃ P(w̃|x) ∫Dy f(√q̂ x, Y) with P(w̃|x) = e^{√q̂ w̃ x}/[2cosh(√q̂ x)]."""
    sqrt, digits = arithmetic.sqrt, arithmetic.digits + EXTRA_DIGITS
    root = sqrt(reference.q_hat)
    slope_x = t0_hat / root
    if not slope_x**2 < p_hat:
        raise ValueError(
            f"p_hat = {float(p_hat):g} is not larger than t0_hat²/q_hat = {float(slope_x**2):g}."
        )
    slope_y = sqrt(p_hat - slope_x**2)
    growth_x = 1 + (slope_x / slope_y) ** 2
    h_x = arithmetic.number(step(digits, STRIP_OF_TANH / root, growth_x))
    h_y = arithmetic.number(step(digits, STRIP_OF_TANH / slope_y))
    radius = arithmetic.number(cutoff(digits))
    totals = 0
    for x in arithmetic.array(_nodes(radius, h_x)):
        y = arithmetic.array(_nodes(sqrt(radius**2 - x**2) + MARGIN, h_y))
        probability = 1 / (1 + arithmetic.exp(-2 * root * x))
        weight = 2 * probability * arithmetic.density(x) * arithmetic.density(y)
        rows = f(arithmetic.tanh(root * x), slope_y * y + slope_x * x + delta_hat)
        totals = totals + arithmetic.array([(weight * values).sum() for values in rows])
    return h_x * h_y * totals


def _nodes(radius, spacing):
    """The lattice, unless the integrand is so steep that it would need thousands of nodes."""
    if radius > MOST_NODES * spacing:
        raise ValueError(
            f"The order parameters are so close to the end of their domain that the trapezoid "
            f"rule would need more than {2 * MOST_NODES} nodes in one variable."
        )
    return lattice(radius, spacing)
