"""The Gibbs measure of the cross-entropy, shaping-2020 (16), on binary weights, to any number of digits.

With f(x) = −x/2 + ln(2cosh γx)/(2γ) and stabilities x = √q z + √(1−q) y,

    φ(q, q̂) = −q̂(1 − q)/2 + ∫Dz ln 2cosh(√q̂ z) + α ∫Dz ln W(√q z),   W(μ) = ∫Dy exp(−βf(μ + √(1−q) y)).

Stationarity in q̂ is 1 − q = ∫Dz cosh⁻²(√q̂ z). For q, d/dq E[ln W] = −½E[(∂_μ ln W)²] by the heat equation
∂W/∂σ² = ½∂²W/∂μ², σ² = 1 − q, and ∂_μ ln W = −β⟨f′⟩, the average under the tilted measure of y. Hence

    q̂ = α β² ∫Dz ⟨f′⟩²,    e = α ∫Dz ⟨f⟩,    s = φ + βe.

α enters linearly, so that (q̂, β) parametrise all saddle points, and no equation is ever solved.

Inner integrals. −E(y) = y²/2 + βf(μ + σy) is convex, with second derivative at least 1: from its minimum outwards exp(E)
falls at least like a Gaussian. Off the real axis it grows: f″ ≤ (γ/2)/cos²(γ Im x), so that for |Im x| < π/(4γ), half way
to the singularity, |exp E| exceeds its values on the axis by no more than exp(c (Im y)²/2), c = 1 + βγσ².
"""

from collections import namedtuple

from mpmath import mp, mpf

from .inputs import real
from .priors import BINARY
from .trapezoid import GUARD_DIGITS, cutoff, density, lattice, step

_STRIP_OF_LOG_W = mpf(2)  # in units of σ: no zero of W(μ) is nearer to the real axis

State = namedtuple("State", "alpha beta q q_hat free_entropy energy entropy")
Tilted = namedtuple("Tilted", "log_weight loss force")


def loss(x, gamma):
    """f_γ(x) = −x/2 + ln(2cosh γx)/(2γ), shaping-2020 (f_gamma).

    >>> mp.nstr(loss(0, 2), 12)                       # ln 2/4
    '0.17328679514'
    """
    return -x / 2 + mp.log(2 * mp.cosh(gamma * x)) / (2 * gamma)


def force(x, gamma):
    """f′_γ(x) = (tanh γx − 1)/2.

    >>> print(force(mpf(0), 2))
    -0.5
    """
    return (mp.tanh(gamma * x) - 1) / 2


def tilted(mu, sigma, gamma, beta, digits=20):
    """ln W, ⟨f⟩ and ⟨f′⟩ at one mean stability μ and width σ.

    >>> mp.nstr(tilted(0, 1, 1, 0).force, 10)         # of a Gaussian: tanh is odd
    '-0.5'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        mu, sigma, gamma, beta = mpf(mu), mpf(sigma), mpf(gamma), mpf(beta)
        exponent, peak, reach, growth = _peak(mu, sigma, gamma, beta, digits)
        h = step(digits + GUARD_DIGITS, mp.pi / (4 * gamma * sigma), growth)
        total, mean_loss, mean_force = mpf(0), mpf(0), mpf(0)
        for t in lattice(reach, h):
            x = mu + sigma * (peak + t)
            weight = mp.exp(exponent(peak + t))
            total += weight
            mean_loss += weight * loss(x, gamma)
            mean_force += weight * force(x, gamma)
        return Tilted(mp.log(h * total / mp.sqrt(2 * mp.pi)), mean_loss / total, mean_force / total)


def error_rate(mu, sigma, gamma, beta, digits=20):
    """⟨Θ(−x)⟩ at one mean stability and width, both integrals cut at the jump and at the peak.

    >>> mp.nstr(error_rate(0, 1, 1, 0), 10)
    '0.5'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        mu, sigma, gamma, beta = mpf(mu), mpf(sigma), mpf(gamma), mpf(beta)
        exponent, peak, reach, growth = _peak(mu, sigma, gamma, beta, digits)
        jump, scale, highest = -mu / sigma, 3 / mp.sqrt(growth), exponent(peak)
        edges = sorted({peak - reach, peak - scale, peak, peak + scale, peak + reach, jump})
        below = [edge for edge in edges if edge <= jump]
        integral = lambda edges: mp.quad(lambda y: mp.exp(exponent(y) - highest), edges) if len(edges) > 1 else mpf(0)
        return integral(below) / (integral(below) + integral([edge for edge in edges if edge >= jump]))


def saddle_at(q_hat, beta, gamma, digits=20):
    """The saddle point at given q̂ and β: α and all averages are outputs, and no equation is solved.

    >>> mp.nstr(saddle_at(1, 2, 1, 8).q, 7)           # that of the weights alone
    '0.3942945'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q_hat, beta, gamma = real("q_hat", q_hat, 0), real("beta", beta, 0), real("gamma", gamma, 0)
        q = BINARY.overlap(q_hat, digits)
        averages = _averages(q, beta, gamma, digits)
        alpha = q_hat / (beta**2 * averages.force)
        phi = BINARY.term(q, q_hat, digits) + alpha * averages.log_weight
        energy = alpha * averages.loss
        return State(alpha, beta, q, q_hat, phi, energy, phi + beta * energy)


def free_entropy(q, q_hat, alpha, gamma, beta, digits=20):
    """φ(q, q̂) at any order parameters.

    >>> mp.nstr(free_entropy(0, 0, 1, 1, 0, 8), 7)    # β = 0: all weights
    '0.6931472'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q, q_hat = real("q", q, 0, 1, closed=True), real("q_hat", q_hat, 0, closed=True)
        return BINARY.term(q, q_hat, digits) + mpf(alpha) * _averages(q, mpf(beta), mpf(gamma), digits).log_weight


def mean_error_rate(q, gamma, beta, digits=20):
    """∫Dz ⟨Θ(−x)⟩, the share of patterns on the wrong side.

    >>> mp.nstr(mean_error_rate(0, 1, 0, 6), 6)
    '0.5'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        return _outer(lambda mu, sigma: [error_rate(mu, sigma, gamma, beta, digits)], mpf(q), digits)[0]


def _averages(q, beta, gamma, digits):
    """Averages over μ = √q z of the tilted ones; of ⟨f′⟩ the square."""

    def row(mu, sigma):
        values = tilted(mu, sigma, gamma, beta, digits)
        return values._replace(force=values.force**2)

    return Tilted(*_outer(row, q, digits))


def _outer(row, q, digits):
    """∫Dz of several functions of μ = √q z and σ = √(1 − q)."""
    sigma, root_q = mp.sqrt(1 - q), mp.sqrt(q)
    if q == 0:
        return list(row(mpf(0), sigma))
    h = step(digits + GUARD_DIGITS, _STRIP_OF_LOG_W * sigma / root_q)
    terms = ([density(z) * value for value in row(root_q * z, sigma)] for z in lattice(cutoff(digits + GUARD_DIGITS), h))
    return [h * mp.fsum(column) for column in zip(*terms)]


def _peak(mu, sigma, gamma, beta, digits):
    """E(y) = −y²/2 − βf(μ + σy), where it is highest, how far from there it counts, and the constant c of its growth."""
    exponent = lambda y: -y * y / 2 - beta * loss(mu + sigma * y, gamma)
    peak = _root(lambda y: -y - beta * sigma * force(mu + sigma * y, gamma), 0, beta * sigma)
    return exponent, peak, cutoff(digits + GUARD_DIGITS), 1 + beta * gamma * sigma**2


def _root(falling, low, high):
    """The zero of a falling function in [low, high], to a few digits: where a peak is."""
    low, high = mpf(low), mpf(high)
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2
