"""Where a local entropy profile changes its shape: κ̃_min, κ̃_u and α′_u, as roots on top of the branch."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.curves import dip
from flatminima.ensembles import typical
from flatminima.ensembles.franz_parisi.branch import solve, trace
from flatminima.errors import NoSolution
from flatminima.validation import real_number
from flatminima.weights import BINARY

_SCAN = (1e-5, 0.45, 50)  # distances searched for a barrier: below, profiles hug the geometric bound
_MARGINS = np.geomspace(1.0, 0.02, 10)  # searched downwards, in units of the largest


def maximum_distance(alpha, kappa_reference, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Distance d* of the global maximum of the profile: where κ-solutions typically lie.

    $$ \frac{d\phi_{FP}}{dd}(d^*) = 0 \quad\text{(the largest such } d\text{)} $$

    unveiling-2021, below Fig. 3. Accuracy 1e-10. Input as for `trace`; returns `NoSolution` where
    there is no reference.

    >>> round(maximum_distance(0.5, 0.3), 3)
    0.299
    """
    profile = dict(alpha=alpha, kappa_reference=kappa_reference, kappa=kappa, weights=weights, architecture=architecture)
    curve = trace(np.linspace(0.02, 0.5, 49), **profile)
    if not curve:
        return curve
    last = np.flatnonzero(curve.slope > 0)[-1]
    slope = lambda d: solve(d, **profile).slope
    return saddle.critical(slope, curve.distances[last], curve.distances[last + 1], tolerance=1e-12)


def barrier(quantity, alpha, kappa_reference, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    """Value and distance of the dip of `quantity` ("entropy" or "slope") on the way to the maximum.

    The dip is the interior local minimum over d. Where there is none it is the flattest point, into
    which the minimum and the maximum beyond it merge, so that the value is continuous. Distances
    from 1e-5 on. Accuracy 1e-9. Input as for `trace`; returns `NoSolution` where there is no reference.

    >>> value, distance = barrier("entropy", 0.5, 0.02)
    >>> print(f"{value:.6f} at {distance:.4f}")
    -0.002096 at 0.0013
    """
    profile = dict(alpha=alpha, kappa_reference=kappa_reference, kappa=kappa, weights=weights, architecture=architecture)
    scan = trace(np.geomspace(*_SCAN), **profile)
    if not scan:
        return scan
    rising = scan.distances[: np.flatnonzero(scan.slope > 0)[-1] + 1]  # up to the maximum

    def column(log_d):
        return getattr(trace(np.exp(log_d), **profile), quantity)

    value, log_d = dip(column, np.log(rising))
    return value, math.exp(log_d)


def margin_thresholds(alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The margins κ̃_min and κ̃_u of the reference at which the barrier turns positive, and disappears.

    $$ \min_d \phi_{FP}(d; \tilde\kappa_{\min}) = 0, \qquad \min_d \frac{d\phi_{FP}}{dd}(d; \tilde\kappa_u) = 0 $$

    unveiling-2021, points 3 and 4 of the phases: below κ̃_min the profile is negative in a shell, up
    to κ̃_u it has two maxima. Returns (κ̃_min, κ̃_u), with `NoSolution` in place of a threshold beyond
    κ_max(α). Accuracy 1e-9. Raises ValueError for `alpha` out of range.

    >>> [round(threshold, 3) for threshold in margin_thresholds(0.5)]
    [0.029, 0.036]
    """
    alpha, kappa = real_number("alpha", alpha, 0.0), real_number("kappa", kappa)
    largest = typical.max_margin(alpha, weights, architecture)
    if largest <= kappa:
        outcome = NoSolution(f"at alpha = {alpha:g} no reference has a margin above kappa = {kappa:g}.")
        return outcome, outcome
    thresholds = []
    for quantity in ("entropy", "slope"):

        def value(margin):
            return barrier(quantity, alpha, margin, kappa, weights, architecture)[0]

        if value(largest) < 0:
            thresholds.append(NoSolution(f"at alpha = {alpha:g} the barrier is there up to kappa_max = {largest:g}."))
        else:
            low, high = saddle.first_sign_change(value, kappa + (largest - kappa) * _MARGINS)
            thresholds.append(saddle.critical(value, low, high, tolerance=1e-10))
    return tuple(thresholds)


def fracture(kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The load α′_u at which the profile of maximum-margin solutions stops being monotonic.

    $$ \min_d \frac{d\phi_{FP}}{dd}\big(d; \alpha'_u, \kappa_{\max}(\alpha'_u), \kappa\big) = 0 $$

    unveiling-2021, "Dense cluster threshold": the largest α with a dense region of large scale.
    Accuracy 1e-9. Raises `NotConverged` where the branch cannot be followed.

    >>> round(fracture(), 3)
    0.729
    """
    capacity = typical.critical_capacity(kappa, weights, architecture)

    def smallest_slope(alpha):
        margin = typical.max_margin(alpha, weights, architecture)
        return barrier("slope", alpha, margin, kappa, weights, architecture)[0]

    return saddle.critical(smallest_slope, 0.4 * capacity, 0.99 * capacity, tolerance=1e-10)
