r"""Franz–Parisi entropy around a Gibbs state of the cross-entropy, by brute-force quadrature of its definition.

The fields of one pattern are Gaussian: x, which all references share, the reference's v = √q x + √(1−q) y, and the
neighbours' mean field u. Given x, u has the mean t₀x/√q, the variance γ = p − t₀²/q and the covariance t₁ − t₀ with v.
The reference carries the weight exp(−βf_γ(v)), normalised given x; the neighbours, of variance 1 − p about u, must
exceed κ:

    𝒢_E = ∫Dx ∫dv P(v|x) e^{−βf(v)} E[ln H((κ − u)/√(1−p)) | x, v] / ∫dv P(v|x) e^{−βf(v)},

    φ = −p̂(1 − p)/2 + t₀t̂₀ − t₁t̂₁ + 𝒢_S + α𝒢_E,     𝒢_S that of `planted`.

All three integrals are sums over even lattices, in doubles, x outside, v inside, u innermost: no order of integration,
no variable, no tail function and no derivative of `ensembles.franz_parisi` is used. Saddle equations are not written
down either: at a saddle point `gradient`, of differences, vanishes.
"""

from collections import namedtuple
import math

import numpy as np
from scipy.special import log_ndtr

from . import planted
from .arithmetic import Doubles

Reference = namedtuple("Reference", "alpha beta gamma kappa q q_hat")
Reference.__doc__ = """A Gibbs state of f_γ at β with its overlaps, and the margin κ of its neighbours."""

ORDER_PARAMETERS = ("p", "t0", "p_hat", "t0_hat", "delta_hat")
RADIUS = 9.0  # of x and of the rest of u, in standard deviations
LOWEST, HIGHEST = -11.0, 11.0  # of v


def loss(v, gamma):
    """f_γ as shaping-2020 prints it, below (16), with ln 2cosh(γv) = |γv| + ln(1 + e^{−2|γv|}).

    >>> round(float(loss(0.0, 2.0)), 12) == round(math.log(2) / 4, 12)
    True
    """
    return -v / 2 + np.logaddexp(gamma * v, -gamma * v) / (2 * gamma)


def energetic_term(reference, p, t0, t1, step=0.1, f=None):
    """𝒢_E, with f_γ or any other loss `f` of an array; the lattices have the spacing `step` in x, a quarter of it in v and five times it in the rest of u.

    At β = 0 the reference is any configuration, and 𝒢_E is that of typical solutions at overlap p, (14b):

    >>> from . import typical
    >>> value = energetic_term(Reference(0.5, 0.0, 1.0, 0.0, 0.5, 1.2), 0.4, 0.25, 0.6)
    >>> round(float(value - typical.energetic_term(0.4, 0, 12)), 11) + 0.0
    0.0
    """
    q, gamma = reference.q, p - t0**2 / reference.q
    x, Dx = _normal(step)
    v = np.arange(LOWEST, HIGHEST, step / 4)
    y, Dy = _normal(5 * step)
    y, Dy = y[:, None], Dy[:, None]
    boltzmann = -reference.beta * (loss(v, reference.gamma) if f is None else f(v))
    slope = (t1 - t0) / (1 - q)  # of u with v, given x
    rest = math.sqrt(gamma - (t1 - t0) * slope)
    total = 0.0
    for xi, weight in zip(x, Dx):
        mean_v = math.sqrt(q) * xi
        exponent = boltzmann - (v - mean_v) ** 2 / (2 * (1 - q))
        density = np.exp(exponent - exponent.max())
        counts = density > 1e-18
        mean_u = t0 / math.sqrt(q) * xi + slope * (v[counts] - mean_v)
        log_probability = (Dy * log_ndtr((mean_u + rest * y - reference.kappa) / math.sqrt(1 - p))).sum(axis=0)
        total += weight * (density[counts] @ log_probability) / density.sum()
    return total


def entropy(reference, distance, p, t0, p_hat, t0_hat, delta_hat, step=0.1):
    """φ at any order parameters, δ̂ = t̂₁ − t̂₀.

    Without hats and patterns every configuration counts, at half the distance between opposite ones:

    >>> round(entropy(Reference(0.0, 1.0, 1.0, 0.0, 0.5, 1.2), 0.5, 0.3, 0.2, 1e-12, 1e-13, 0.0) - math.log(2), 10) + 0.0
    0.0
    """
    t1 = 1 - 2 * distance
    patterns = reference.alpha * energetic_term(reference, p, t0, t1, step) if reference.alpha else 0.0
    entropic = planted.entropic_term(Doubles, reference, p_hat, t0_hat, delta_hat)
    legendre = -p_hat * (1 - p) / 2 + t0 * t0_hat - t1 * (t0_hat + delta_hat)
    return float(legendre + entropic + patterns)


def gradient(reference, distance, order_parameters, step=0.1, width=1e-3):
    """∂φ/∂(p, t₀, p̂, t̂₀, δ̂) and dφ/dd at fixed order parameters, by central differences: errors of `width` squared.

    A saddle point is where the first five vanish; there the sixth is the slope of the profile. The differences
    are taken on the scale of the hats, and on that on which overlaps leave their domain.

    >>> reference = Reference(0.0, 1.0, 1.0, 0.0, 0.5, 1.2)  # no patterns: t₁ = tanh δ̂
    >>> slopes = gradient(reference, 0.25, (0.3, 0.25, 1e-9, 1e-10, math.atanh(0.5)))
    >>> print(*(f"{abs(slope):.5f}" for slope in slopes[[0, 1, 4]]), round(slopes[5], 5) == round(math.log(3), 5))
    0.00000 0.00000 0.00000 True
    """
    point = np.array([*order_parameters, distance])
    p, t0, p_hat, t0_hat, _, _ = point
    left = p - t0**2 / reference.q - (1 - 2 * distance - t0) ** 2 / (1 - reference.q)  # of the variance of u, given x and v
    scales = np.array([min(1 - p, left), left, p_hat, t0_hat, 1.0, min(distance, left)])
    slopes = []
    for direction in np.diag(width * scales):
        around = point + direction, point - direction
        ahead, behind = (entropy(reference, shifted[5], *shifted[:5], step) for shifted in around)
        slopes.append((ahead - behind) / (2 * direction.sum()))
    return np.array(slopes)


def _normal(spacing):
    """Lattice and weights of a standard Gaussian average by the trapezoid rule."""
    count = math.floor(RADIUS / spacing)
    z = spacing * np.arange(-count, count + 1)
    return z, spacing * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
