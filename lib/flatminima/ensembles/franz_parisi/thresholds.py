"""Where a local entropy profile changes its shape: κ̃_min, κ̃_u and α′_u, as roots on top of the branch."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.curves import dip
from flatminima.ensembles import typical
from flatminima.ensembles.franz_parisi.branch import _equations, solve, trace
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import BINARY, require_binary

_NEAREST = (1e-13, 1e-3)  # the search for barriers begins between these distances
_FREE = 8.0  # standard deviations by which a pattern must miss the margin to be of no concern
_PER_DECADE = 11  # points of the search
_MARGINS = np.geomspace(1.0, 1e-6, 21)  # searched downwards, as shares of the largest margin's distance from κ
_LOADS = 1.0 - np.geomspace(0.8, 1e-3, 18)  # searched upwards, as shares of the capacity


def maximum_distance(alpha, kappa_reference, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Distance d* of the global maximum of the profile: where κ-solutions typically lie.

    $$ \frac{d\phi_{FP}}{dd}(d^*) = 0 \quad\text{(the largest such } d\text{)} $$

    unveiling-2021, below Fig. 3. Accuracy 1e-10. Input as for `trace`; returns `NoSolution` where
    there is no reference. Raises `NotConverged` like `trace`, as for margins that nearly agree.

    >>> round(maximum_distance(0.5, 0.3), 3)
    0.299
    """
    equations = _equations(alpha, kappa_reference, kappa, weights, architecture)
    if not equations:
        return equations
    # it lies between the distances of typical solutions of either margin
    low, high = equations.reference.distance, typical.saddle_point(alpha, kappa, weights, architecture).distance

    def slope(distance):
        state = solve(distance, alpha, kappa_reference, kappa, weights, architecture)
        if not state:
            raise NotConverged(f"The maximum was not found, for {state.reason}")
        return state.slope

    return saddle.critical(slope, 0.97 * low, 1.03 * high, tolerance=1e-12)


def barrier(quantity, alpha, kappa_reference, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    """Value and distance of the dip of `quantity` ("entropy" or "slope") on the way to the maximum.

    The dip is the interior local minimum over d. Where there is none it is the flattest point, into
    which the minimum and the maximum beyond it merge, so that the value is continuous. Accuracy 1e-9,
    and where the slope falls to −10 or below, 1e-9 relative. The search begins where the neighbours are so near
    that no pattern can tell them from the reference, or at 1e-13. Input as for `trace`; returns
    `NoSolution` where there is no reference, or where the branch ends on the way.

    >>> value, distance = barrier("entropy", 0.5, 0.02)
    >>> print(f"{value:.6f} at {distance:.4f}")
    -0.002096 at 0.0013
    """
    if quantity not in ("entropy", "slope"):
        raise ValueError(f'quantity is {quantity!r}; it must be "entropy" or "slope".')
    profile = dict(alpha=alpha, kappa_reference=kappa_reference, kappa=kappa, weights=weights, architecture=architecture)
    equations = _equations(**profile)
    if not equations:
        return equations
    nearest = _nearest_of_interest(kappa_reference, kappa, architecture)
    farthest = 0.95 * equations.reference.distance  # the maximum is beyond
    scan = trace(np.geomspace(nearest, farthest, math.ceil(_PER_DECADE * math.log10(farthest / nearest))), **profile)
    if scan.ends:
        return NoSolution(scan.ends[0])

    def column(log_d):
        return getattr(trace(np.exp(log_d), **profile), quantity)

    value, log_d = dip(column, np.log(scan.distances), getattr(scan, quantity))
    return value, math.exp(log_d)


def _nearest_of_interest(kappa_reference, kappa, architecture):
    """The distance up to which even a pattern at the reference's margin κ̃ stays above κ by `_FREE` deviations.

    A neighbour's field has the mean T₁κ̃ and the variance 1 − T₁², T₁ = ρ(1 − 2d) = cos θ. With
    κ̃ = R cos φ and 8 = R sin φ the condition T₁κ̃ − κ > 8 sin θ reads R cos(θ + φ) > κ, so

        tan(θ/2) = (κ̃ − κ) / (8 + √(64 + κ̃² − κ²)),     1 − T₁ = 2 sin²(θ/2).
    """
    kappa_reference, kappa = (float(margin) / architecture.field_scale for margin in (kappa_reference, kappa))
    remainder = max(_FREE**2 + kappa_reference**2 - kappa**2, 0.0)
    half_angle = math.atan2(kappa_reference - kappa, _FREE + math.sqrt(remainder))
    low, high = map(math.log, _NEAREST)
    excess = lambda log_d: architecture.complement(2.0 * math.exp(log_d)) - 2.0 * math.sin(half_angle) ** 2
    if excess(low) >= 0.0:
        return _NEAREST[0]
    return math.exp(saddle.critical(excess, low, high, tolerance=1e-3)) if excess(high) > 0.0 else _NEAREST[1]


def margin_thresholds(alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The margins κ̃_min and κ̃_u of the reference at which the barrier turns positive, and disappears.

    $$ \min_d \phi_{FP}(d; \tilde\kappa_{\min}) = 0, \qquad \min_d \frac{d\phi_{FP}}{dd}(d; \tilde\kappa_u) = 0 $$

    unveiling-2021, points 3 and 4 of the phases: below κ̃_min the profile is negative in a shell, up
    to κ̃_u it has two maxima. Returns (κ̃_min, κ̃_u), with `NoSolution` in place of a threshold beyond
    κ_max(α). Margins are raw, before the sign of the output. Accuracy 1e-9, relative to κ̃ − κ.
    Raises ValueError for `alpha` out of range and for other weights than binary ones.

    >>> [round(threshold, 3) for threshold in margin_thresholds(0.5)]
    [0.029, 0.036]
    """
    require_binary(weights)
    alpha, kappa = real_number("alpha", alpha, 0.0), real_number("kappa", kappa)
    largest = typical.max_margin(alpha, weights, architecture)
    if largest <= kappa:
        outcome = NoSolution(f"at alpha = {alpha:g} no reference has a margin above kappa = {kappa:g}.")
        return outcome, outcome
    thresholds = []
    for quantity in ("entropy", "slope"):

        def value(margin):
            return _lowest(quantity, alpha, margin, kappa, weights, architecture)

        if value(largest) < 0:
            thresholds.append(NoSolution(f"at alpha = {alpha:g} the barrier is there up to kappa_max = {largest:g}."))
        else:
            low, high = saddle.first_sign_change(value, kappa + (largest - kappa) * _MARGINS)
            thresholds.append(saddle.critical(value, low, high, tolerance=1e-10 * (low - kappa)))
    return tuple(thresholds)


def fracture(kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The load α′_u at which the profile of maximum-margin solutions stops being monotonic.

    $$ \min_d \frac{d\phi_{FP}}{dd}\big(d; \alpha'_u, \kappa_{\max}(\alpha'_u), \kappa\big) = 0 $$

    unveiling-2021 (fracture), and its supplement III for committees: the largest α with a
    dense region of large scale. Accuracy 1e-9. Raises `NotConverged` where the branch cannot be
    followed, and ValueError for other weights than binary ones.

    >>> round(fracture(), 3)
    0.729
    """
    require_binary(weights)
    capacity = typical.critical_capacity(kappa, weights, architecture)

    def smallest_slope(alpha):
        margin = typical.max_margin(alpha, weights, architecture)
        return _lowest("slope", alpha, margin, kappa, weights, architecture)

    low, high = saddle.first_sign_change(smallest_slope, capacity * _LOADS)
    return saddle.critical(smallest_slope, low, high, tolerance=1e-10)


def _lowest(quantity, alpha, kappa_reference, kappa, weights, architecture):
    found = barrier(quantity, alpha, kappa_reference, kappa, weights, architecture)
    if not found:
        raise NotConverged(f"The barrier of the {quantity} was not found, for {found.reason}")
    return found[0]
