"""How far two outcomes of the same unit are from each other."""

import math

import numpy as np


def largest_deviation(stored, fresh):
    """The largest deviation of an entry, relative to the largest entry of its array; infinite for other names or shapes.

    NaN agrees with NaN only, and text with the same text.

    >>> largest_deviation({"x": np.array([2.0, 4.0])}, {"x": np.array([2.0, 5.0])})
    0.25
    """
    if stored.keys() != fresh.keys():
        return math.inf
    return max((_deviation(stored[name], fresh[name]) for name in stored), default=0.0)


def _deviation(stored, fresh):
    if stored.shape != fresh.shape or stored.dtype.kind != fresh.dtype.kind:
        return math.inf
    if stored.dtype.kind not in "iufc":
        return 0.0 if np.array_equal(stored, fresh) else math.inf
    apart = ~((stored == fresh) | (np.isnan(stored) & np.isnan(fresh)))
    if not apart.any():
        return 0.0
    if not (np.isfinite(stored[apart]).all() and np.isfinite(fresh[apart]).all()):
        return math.inf
    difference = np.abs(fresh[apart].astype(np.complex128) - stored[apart]).max()
    return float(difference / np.abs(stored[np.isfinite(stored)].astype(np.complex128)).max(initial=difference / 1e300))
