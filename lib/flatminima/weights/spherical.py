r"""Spherical weights, Σ w² = N: Gaussian integrals, so every conjugate parameter is explicit.

A weight in a field g has the measure exp(−s w²/2 + g w), of mean g/s and variance 1/s. The norm
E[w²] = 1 fixes s, the largest root of s² − s = E[g²], and 1/s is the complement of an overlap.
"""

import math

import numpy as np

_LOG_2_PI = math.log(2.0 * math.pi)


def _stiffness(field_squared):
    """s with s² − s = E[g²]."""
    return 0.5 * (1.0 + math.sqrt(1.0 + 4.0 * field_squared))


def _volume(s):
    """ln(2π/s)/2 − 1/2; with s it is the extremum of s/2 + ln(2π/s)/2 + E[g²]/(2s)."""
    return 0.5 * (_LOG_2_PI - math.log(s) - 1.0)


def spherical_typical(q_hat, step):
    r"""Entropic term of spherical weights, the overlap at its stationary point, and its replicon.

    $$ \mathcal G_S = \operatorname*{extr}_s \left[\frac s2 + \frac12\ln\frac{2\pi}s + \frac{\hat q}{2s}\right],
       \qquad 1 - q = \frac1s, \qquad \hat q = \frac q{(1-q)^2} $$

    relu-2019 (B1) with s = Q̂ + q̂ and q q̂/2 = q̂/2 − q̂(1−q)/2, of which the second part is left to the
    caller, as for binary weights. `q_hat` ≥ 0; `step` is not needed.

    >>> entropic, one_minus_q, _ = spherical_typical(2.0, None)  # s = 2
    >>> print(one_minus_q, 0.5 / one_minus_q**2)                 # q/(1 − q)²
    0.5 2.0
    """
    s = _stiffness(q_hat)
    return s + _volume(s), 1.0 / s, 1.0 / (s * s)


def spherical_planted(q, q_hat, p_hat, t0_hat, delta_hat, step):
    r"""What `binary_planted` returns, for spherical weights.

    $$ g = \hat\delta\,\tilde w + \frac{\hat t_0}{\sqrt{\hat q}}\,x + \sqrt{\hat p - \hat t_0^2/\hat q}\;y,
       \qquad \tilde w \mid x \sim \mathcal N(\sqrt q\,x,\ 1-q), \qquad
       \mathbb E[g^2] = \hat p + 2\hat\delta\,\hat t_0(1-q) + \hat\delta^2 $$

    relu-2019 (C6) with P̂, Q̂ eliminated: t₁ = (δ̂ + t̂₀(1−q))/s, t₀ = (q δ̂ + t̂₀(1−q))/s, 1 − p = 1/s.
    `step` is not needed.
    """
    u = 1.0 / _stiffness(q_hat)  # 1 − q
    mean = delta_hat + t0_hat * u  # E[w̃ g]
    rest = (p_hat - t0_hat * t0_hat / q_hat) + t0_hat * t0_hat * u**3 / q  # E[g²] − E[w̃ g]²
    s = _stiffness(mean * mean + rest)
    # in this form it keeps its digits when w and w̃ nearly coincide
    s_less_mean = (s + rest) / (s + mean) if mean > 0.0 else s - mean
    complement = s_less_mean / s
    eta, zeta = rest / (s * s), -t0_hat * u * u / s
    s_by_hats = np.array([1.0, 2.0 * delta_hat * u, 2.0 * mean]) / (2.0 * s - 1.0)
    mean_by_hats = np.array([0.0, u, 1.0])
    rest_by_hats = np.array([1.0, -2.0 * t0_hat * u * u, 0.0])
    jacobian = np.array([
        (mean * s_by_hats / s - mean_by_hats) / s / complement,
        rest_by_hats / (s * s) - 2.0 * eta / s * s_by_hats,
        np.array([0.0, -u * u / s, 0.0]) - zeta / s * s_by_hats,
    ])
    return s_less_mean + _volume(s), complement, eta, zeta, jacobian, 1.0 / (s * s)


def spherical_field(rapidity):
    """Field δ̂ = t₁/(1 − t₁²) that alone gives a weight the overlap t₁ = tanh a with its reference, and dδ̂/da."""
    return 0.5 * math.sinh(2.0 * rapidity), math.cosh(2.0 * rapidity)


def spherical_sphere(distance):
    """Log-volume per weight of the weights at a distance d from a reference, with no patterns: ln(2πe(1 − t₁²))/2."""
    return 0.5 * (1.0 + _LOG_2_PI + math.log(4.0 * distance * (1.0 - distance)))


def spherical_densest(complement, q1_hat, panels=None):
    r"""What `binary_densest` returns, for spherical weights.

    $$ \mathcal G_S = \frac12 \ln 2\pi e + \frac12 \ln(1 - q_1) + \frac12 \frac{q_1}{1 - q_1 + \delta q_0},
       \qquad 1 - q_1 + \delta q_0 = \sqrt{q_1/\hat q_1}, \qquad
       \delta\hat q_0 = \frac{\delta q_0}{(1 - q_1)(1 - q_1 + \delta q_0)} $$

    relu-2019 (D2) with the constant it drops; its last term is what the patterns add. `panels` is not needed.

    >>> print(*spherical_densest(0.5, 0.125))
    1.5 1.5 0.125
    """
    response = math.sqrt((1.0 - complement) / q1_hat)
    delta_q0 = max(response - complement, 0.0)
    return delta_q0, delta_q0 / (complement * response), 0.5 * (1.0 - complement) / response


def spherical_clustered(q1, q0_hat, m, step):
    r"""q₁ − q₀, q̂₁ − q̂₀ and the entropic term of spherical clusters of overlap q₁, at given q̂₀.

    $$ \mathcal G_S = \frac{1 + \ln 2\pi}2 + \frac12\left[\frac{m-1}m \ln(1-q_1) + \frac1m \ln D + \frac{q_0}D\right],
       \qquad D = 1 - q_1 + m(q_1 - q_0) $$

    relu-2019 (B4), stationary in Q̂, q̂₀ and q̂₁, where q̂₀ = q₀/D² and q̂₁ − q̂₀ = (q₁ − q₀)/(D(1 − q₁)). Any
    m > 0; `step` is not needed. q₀ exceeds q₁ where q̂₀ > q₁/(1 − q₁)².

    >>> spherical_clustered(0.5, 0.0, 1.0, None)[:2]
    (0.5, 1.0)
    """
    complement = 1.0 - q1
    whole = complement + m * q1  # D at q₀ = 0
    root = 1.0 + math.sqrt(1.0 + 4.0 * m * q0_hat * whole)
    d = 2.0 * whole / root  # m q̂₀D² + D = 1 − q₁ + m q₁
    overlap_step = 2.0 * (q1 - 2.0 * q0_hat * whole * complement / root) / root
    tilt = math.log1p(m * overlap_step / complement) / m
    entropic = 0.5 * (1.0 + _LOG_2_PI + math.log(complement) + tilt + q0_hat * d)
    return overlap_step, overlap_step / (d * complement), entropic


def spherical_clustered_slope(q1, q0_hat, overlap_step, step_hat, m, step):
    r"""∂𝒢_S/∂m of `spherical_clustered`, at q₁ − q₀ = `overlap_step`.

    $$ \frac{\partial\mathcal G_S}{\partial m} = \frac12\left[\frac1{m^2}\left(y + \ln(1 - y)\right) - \hat q_0 (q_1 - q_0)\right],
       \qquad y = \frac{m(q_1 - q_0)}D $$
    """
    y = m * overlap_step / (1.0 - q1 + m * overlap_step)
    return 0.5 * (_log_beyond_linear(y) / (m * m) - q0_hat * overlap_step)


def _log_beyond_linear(y):
    """ln(1 − y) + y, y < 1, without cancellation."""
    if abs(y) > 0.1:
        return math.log1p(-y) + y
    return -sum(y**k / k for k in range(2, 18))
