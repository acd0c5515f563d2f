"""What a single weight makes of the field and the precision that all patterns together put on it."""

import numpy as np

from flatminima.weights import BINARY


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


PRIORS = {BINARY.name: binary}
