"""The shape of a computed curve: where it dips."""

import numpy as np
from numpy.polynomial import Chebyshev


def dip(curve, points, values=None):
    """Value and place of the deepest interior local minimum of a smooth curve, as (value, x).

    `curve(x)` evaluates many points at once; `points` (n,) increase and find the dip, nine Chebyshev
    points around it then determine an analytic curve to ten digits. `values` (n,) are those at
    `points`, where they are known already. Where there is no dip it is the
    flattest of `points`, into which the minimum and the maximum beyond it merge, so that a root of
    the value can be sought on both sides. Entries that are NaN are passed over.

    >>> value, x = dip(lambda x: (x**2 - 1) ** 2 + x / 10, np.linspace(-2, 2, 21))
    >>> print(f"{value:.8f} {x:.8f}")
    -0.10061738 -1.01227313
    """
    values = curve(points) if values is None else np.asarray(values)
    points, values = points[np.isfinite(values)], values[np.isfinite(values)]
    steps = np.diff(values)
    dips = np.flatnonzero((steps[:-1] <= 0) & (steps[1:] > 0)) + 1
    if dips.size == 0:
        flattest = np.argmin(np.abs(steps))
        return float(values[flattest]), float(points[flattest])
    lowest = dips[np.argmin(values[dips])]
    left, right = points[lowest - 1], points[lowest + 1]
    nodes = 0.5 * (left + right) + 0.5 * (right - left) * np.cos(np.pi * (np.arange(9) + 0.5) / 9)
    fit = Chebyshev.fit(nodes, curve(nodes), 8)
    flat = [root.real for root in fit.deriv().roots() if abs(root.imag) < 1e-6 and left <= root.real <= right]
    place = min(flat, key=fit)
    return float(fit(place)), float(place)
