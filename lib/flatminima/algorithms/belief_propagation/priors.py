"""What a single weight makes of the field and the precision that all patterns together put on it."""

import numpy as np

from flatminima.weights import BINARY, SPHERICAL


def binary(precision, field):
    r"""Normalisation, mean and variance of weights w = ±1 under exp(−Λ w²/2 + h w).

    $$ \sum_{w = \pm 1} e^{-\Lambda w^2/2 + h w} = e^{-\Lambda/2}\, 2 \cosh h, \qquad
       \langle w \rangle = \tanh h, \qquad \langle w^2 \rangle - \langle w \rangle^2 = \frac1{\cosh^2 h} $$

    `precision` Λ has shape (K,), `field` h shape (K, n). Returns the logarithm of the product of the
    normalisations of each unit, shape (K,), and two arrays of shape (K, n). The variance keeps its
    relative accuracy where 1 − tanh² would be rounded to zero.

    >>> log_normalisation, mean, variance = binary(np.zeros(1), np.array([[0.0, 40.0]]))
    >>> print(mean, variance, round(float(log_normalisation[0]) - 40, 12))
    [[0. 1.]] [[1.00000000e+00 7.21940555e-35]] 0.69314718056
    """
    size = np.abs(field)
    decay = np.exp(-2.0 * size)
    log_normalisation = np.sum(size + np.log1p(decay), axis=1) - 0.5 * field.shape[1] * precision
    return log_normalisation, np.tanh(field), 4.0 * decay / (1.0 + decay) ** 2


def spherical(precision, field):
    r"""Normalisation, mean and variance of the n weights of a unit on the sphere Σ w² = n, under exp(−Λ w²/2 + h w).

    $$ \ln \int dw\; \delta\Big(\sum_i w_i^2 - n\Big)\, e^{\sum_i (-\Lambda w_i^2/2 + h_i w_i)}
       \simeq \frac n2 \big[ \ln 2\pi e - \ln s + 2 (s - 1) - \Lambda \big], \qquad
       \langle w_i \rangle = \frac{h_i}s, \qquad \langle w_i^2 \rangle - \langle w_i \rangle^2 = \frac1s $$

    The sphere is held by a precision s in all: ∑⟨w²⟩ = n is s² − s = b = ∑h²/n, and of its two roots
    s = (1 + √(1+4b))/2 is positive. Λ is a constant on the sphere, and moves no weight.
    notebooks/shaping-2020/11-belief-propagation derives it. The logarithm is exact to order ln n; mean
    and variance to a relative 1/n. Shapes as in :func:`binary`, where each weight has a variance of its own.

    >>> log_normalisation, mean, variance = spherical(np.zeros(1), np.array([[1.0, -2.0, 1.0]]))
    >>> print(mean, variance, np.sum(mean**2 + variance))
    [[ 0.5 -1.   0.5]] [[0.5 0.5 0.5]] 3.0
    """
    inputs = field.shape[1]
    square = np.mean(field**2, axis=1)
    beyond = 2.0 * square / (1.0 + np.sqrt(1.0 + 4.0 * square))  # s − 1
    total = 1.0 + beyond
    log_normalisation = 0.5 * inputs * (np.log(2.0 * np.pi * np.e) - np.log1p(beyond) + 2.0 * beyond - precision)
    return log_normalisation, field / total[:, None], np.broadcast_to(1.0 / total[:, None], field.shape)


PRIORS = {BINARY.name: binary, SPHERICAL.name: spherical}
