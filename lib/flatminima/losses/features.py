"""Where the smoothed weight of a loss turns, as a function of the mean stability."""

import math

import numpy as np

_WALLS = (1.0, 0.2)  # values of βf between which a pattern begins to cost
_FARTHEST = 1e3
_ZOOMS = 4  # to a ten-thousandth


def smoothed_features(loss, beta, sigma):
    """Centres and widths, two arrays, of the features of ln W(μ): where to crowd the nodes of an average over μ.

    Three for every bend: itself; the place from which on a steep loss pulls the stability below the bend, βσ² times
    the slope below it; and the wall, where βf has become of order one.

    >>> from flatminima.losses import ERRORS
    >>> smoothed_features(ERRORS, 0.0, 0.5)
    (array([0., 0.]), array([0.5, 0.5]))
    """
    features = []
    start, end = (_stability_of(loss, level / beta) if beta > 0 else math.nan for level in _WALLS)
    for centre, width in loss.bends:
        scale = math.hypot(sigma, width)
        below = np.array([centre - scale, centre - 2.0 * scale])
        high, higher = loss.value(below)
        pull = beta * sigma * sigma * max(float(higher - high), 0.0) / scale
        features += [(centre, scale), (centre - pull, scale)]
    if math.isfinite(end - start):
        features.append((start, math.hypot(sigma, end - start)))
    centres, widths = np.array(features, dtype=float).T
    return centres, widths


def _stability_of(loss, level):
    """The stability at which a falling loss passes a level, NaN if it never does."""
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_ZOOMS):
        x = np.linspace(low, high, 65)
        passed = np.flatnonzero(loss.value(x) <= level)
        if passed.size == 0 or passed[0] == 0:
            return math.nan
        low, high = x[passed[0] - 1], x[passed[0]]
    return 0.5 * (low + high)
