"""The loss of every weight vector of a small perceptron: what the replica results are compared with."""

import math

import numpy as np
from numba import njit

from flatminima.losses import require_loss

_MOST = 24  # weights: 2²⁴ energies fill 128 MiB


def enumerate_losses(patterns, loss):
    r"""Loss and number of errors of all 2^N binary weight vectors, in the order of a Gray code.

    $$ \mathcal L(W) = \sum_{\mu} f\!\left(\frac1{\sqrt N} \sum_i w_i \xi^\mu_i\right), \qquad w_i = \pm 1 $$

    shaping-2020 (16) with the labels absorbed in the patterns. `patterns` (P, N) of entries ±1, N ≤ 24. From one vector to the
    next a single weight changes sign, so that P additions update all stabilities, which take N + 1 values: the loss is a table.
    Returns (losses, errors), two arrays of 2^N; a pattern with x = 0 is half an error. Raises ValueError for other patterns.

    >>> from flatminima.losses import ERRORS
    >>> losses, errors = enumerate_losses([[1, 1, 1]], ERRORS)
    >>> print(np.sort(losses), float(errors.sum()))
    [0. 0. 0. 0. 1. 1. 1. 1.] 4.0
    """
    require_loss(loss)
    patterns = np.asarray(patterns)
    if patterns.ndim != 2 or not 1 <= patterns.shape[1] <= _MOST or not np.isin(patterns, (-1, 1)).all():
        raise ValueError(f"patterns has the shape {patterns.shape}; it must be (P, N) of entries ±1 with N from 1 to {_MOST}.")
    size = patterns.shape[1]
    fields = np.arange(-size, size + 1)
    table = np.asarray(loss.value(fields / math.sqrt(size)), dtype=float)
    return _all_losses(np.ascontiguousarray(patterns.T, dtype=np.int64), table, 0.5 * (1.0 - np.sign(fields)))


@njit(error_model="numpy", cache=True)
def _all_losses(patterns, table, wrong):
    size, count = patterns.shape
    losses, errors = np.empty(2**size), np.empty(2**size)
    weights = -np.ones(size, dtype=np.int64)
    place = np.full(count, size)  # of Σ wξ in the tables
    for i in range(size):
        place -= patterns[i]
    for k in range(2**size):
        if k > 0:
            flipped = 0
            while not (k >> flipped) & 1:  # the Gray code changes the bit of the lowest one in k
                flipped += 1
            weights[flipped] = -weights[flipped]
            change = 2 * weights[flipped]
            for mu in range(count):
                place[mu] += change * patterns[flipped, mu]
        total, mistakes = 0.0, 0.0
        for mu in range(count):
            total += table[place[mu]]
            mistakes += wrong[place[mu]]
        losses[k], errors[k] = total, mistakes
    return losses, errors
