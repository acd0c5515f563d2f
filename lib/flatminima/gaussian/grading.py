"""Trapezoidal nodes that crowd where the integrand has its features.

An average over a Gaussian field z often contains a function that changes on a
scale s around a centre c, much shorter than the unit scale of the measure:
H((κ − √q z)/√(1 − q)) changes around c = κ/√q on the scale s = √((1 − q)/q).
The change of variable

    t(z) = z/ℓ + Σ_k asinh((z − c_k) / (1.5 s_k)),       dt/dz > 0,

stretches every such region to unit size.  It is linear within 1.5 s_k of a
centre, logarithmic from there out to the unit scale, and linear with slope 1/ℓ
beyond.  Equal steps in t are then good nodes for all scales at once.

Why one step serves all of them.  The error of the trapezoidal rule with step h
falls like exp(−2π d/h), where d is the half-width of the strip around the real
t-axis in which the integrand stays analytic and bounded.  In the upper half
plane every term of t(z) has a positive imaginary part, so a singularity at
z = c_k + i a s_k lies at Im t ≥ Im asinh(i a/1.5) whatever the width s_k and
whatever the other features: d ≈ 1 for a ≳ 1.3, for one feature as for ten.

Why ℓ = 3.  Without features t = z/ℓ, and the rule for the Gaussian measure errs
by 2 exp(−2π²/(ℓh)²).  A feature with d ≈ 1 errs by about exp(−2π/h).  The two
agree at h = π/ℓ² = 0.35, hence at an error of 2e-8: in the middle of the
accuracies one asks for.  Finer steps are limited by the features alone, and for
coarser ones the Gaussian costs at most a few nodes more.
"""

import math

import numpy as np
from numba import njit

LENGTH = 3.0  # ℓ, for the Gaussian measure itself
STRETCH = 1.5  # in units of a feature's width: where the grading turns logarithmic

_LAST_STEP = 3e-8  # leaves its square in dt/dz and its cube in z: below rounding
_MAX_ITERATIONS = 200
_FUZZ = 1e-15  # rounding of a distance when it is measured from another centre


@njit(cache=True, error_model="numpy")
def _asinh(x):
    """asinh to an absolute accuracy of rounding, which is what t needs."""
    return math.copysign(math.log(abs(x) + math.sqrt(x * x + 1.0)), x)


@njit(cache=True, error_model="numpy")
def _sinh(w):
    """sinh with an absolute accuracy of rounding for |w| ≤ 1 and a relative one beyond."""
    growing = math.exp(w)
    return 0.5 * (growing - 1.0 / growing)


@njit(cache=True, error_model="numpy")
def _origin(centres, k):
    """Where offsets are measured from: the k-th centre, or zero for k = −1."""
    return centres[k] if k >= 0 else 0.0


@njit(cache=True, error_model="numpy")
def _grade(centres, widths, k, offset):
    """t, t', t'' at z = origin of k + offset, and what makes t steep there: which, reach, w.

    "Which" is the feature with the smallest reach = dz/dw, w = asinh((z − c)/1.5 s), or
    −1 for the linear term, whose reach is ℓ.  Distances are formed from the offset and not from
    z, so that z − c keeps its relative accuracy next to a narrow feature.
    """
    origin = _origin(centres, k)
    t, slope, bend = (origin + offset) / LENGTH, 1.0 / LENGTH, 0.0
    steepest, scale, w = -1, LENGTH, 0.0
    for i in range(centres.size):
        distance = offset + (origin - centres[i])
        width = STRETCH * widths[i]
        reach = math.sqrt(distance * distance + width * width)
        graded = math.copysign(math.log((abs(distance) + reach) / width), distance)
        inverse = 1.0 / reach
        t += graded
        slope += inverse
        bend -= distance * inverse * inverse * inverse
        if reach < scale:
            steepest, scale, w = i, reach, graded
    return t, slope, bend, steepest, scale, w


@njit(cache=True, error_model="numpy")
def _solve(centres, widths, k, low, high, target):
    """The node z = origin of k + offset with t(z) = target, low ≤ offset ≤ high: k, offset, dt/dz.

    Halley's iteration from the lower end, in the variable in which t is closest to
    linear: w of the steepest feature, where 1 ≤ dt/dw ≤ 1 + number of features, or z
    itself where no feature is nearer than ℓ.  A step that leaves the bracket, or that
    does not halve the residual, is replaced by a bisection in that variable.
    """
    offset, previous, slope = low, math.inf, 1.0
    for _ in range(_MAX_ITERATIONS):
        t, slope, bend, steepest, scale, w = _grade(centres, widths, k, offset)
        if steepest != k:
            shift = _origin(centres, k) - _origin(centres, steepest)
            fuzz = _FUZZ * abs(shift)
            offset, low, high = offset + shift, low + shift - fuzz, high + shift + fuzz
            k = steepest
        miss = target - t
        if miss > 0.0:
            low = max(low, offset)
        else:
            high = min(high, offset)
        near = k >= 0
        width = STRETCH * widths[k] if near else LENGTH
        step = miss / (slope * scale)
        curvature = bend * scale / slope + (offset / scale if near else 0.0)
        step /= 1.0 + max(0.5 * step * curvature, -0.5)
        proposal = width * _sinh(w + step) if near else offset + scale * step
        if abs(step) < _LAST_STEP:
            return k, proposal, slope + bend * (proposal - offset)
        if not (low <= proposal <= high) or abs(miss) > 0.5 * previous:
            if near:
                proposal = width * _sinh(0.5 * (_asinh(low / width) + _asinh(high / width)))
            else:
                proposal = 0.5 * (low + high)
        offset, previous = proposal, abs(miss)
    return k, offset, slope


@njit(cache=True, error_model="numpy")
def graded_lattice(centres, widths, lower, upper, step, shift):
    r"""Nodes of :func:`graded_trapezoid` displaced to :math:`t_k = (k + \text{shift})\,\text{step}`.

    With ``shift=0.5`` these are exactly the nodes that halving the step adds.
    """
    if centres.size != widths.size:
        raise ValueError("centres and widths must have the same length")
    if not (step > 0.0 and step < math.inf):
        raise ValueError("step must be positive and finite")
    if not (lower > -math.inf and upper < math.inf and lower <= upper):
        raise ValueError("lower and upper must be finite and ordered, lower <= upper")
    for i in range(centres.size):
        if not (widths[i] > 0.0 and widths[i] < math.inf and abs(centres[i]) < math.inf):
            raise ValueError("centres must be finite, widths positive and finite")

    first = _grade(centres, widths, -1, lower)[0]
    last = _grade(centres, widths, -1, upper)[0]
    start = math.ceil(first / step - shift)
    count = max(int(math.floor(last / step - shift) - start) + 1, 0)
    nodes, weights = np.empty(count), np.empty(count)
    k, offset = -1, lower
    for j in range(count):
        target = step * (start + j + shift)
        k, offset, slope = _solve(centres, widths, k, offset, upper - _origin(centres, k), target)
        nodes[j] = _origin(centres, k) + offset
        weights[j] = step / slope
    return nodes, weights


@njit(cache=True, error_model="numpy")
def graded_trapezoid(centres, widths, lower, upper, step):
    r"""Nodes and Lebesgue weights of the trapezoidal rule in the graded variable t.

    .. math::
        \int_\text{lower}^\text{upper} F(z)\,dz \simeq \sum_k w_k F(z_k), \qquad
        t(z_k) = k\,\text{step}, \qquad w_k = \text{step} \Big/ \frac{dt}{dz}(z_k), \qquad
        t(z) = \frac{z}{3} + \sum_k \operatorname{asinh}\frac{z - c_k}{1.5\,s_k}

    Every integer k with lower ≤ z_k ≤ upper has a node, so the rule with half the step
    contains this one.  The rule has no end corrections: F must be negligible at both
    ends.  Callable from Python and from numba kernels.

    Parameters
    ----------
    centres, widths : one-dimensional float arrays of equal length, possibly empty
        Where F has its features, and their widths > 0.  They may lie close together,
        coincide, or lie outside the range of integration.
    lower, upper : float
        Range of integration, finite.
    step : float > 0
        Step in t.  For a Gaussian average of a function analytic within about one
        width around each centre, 0.5 gives about 5 digits, 0.25 about 10, 0.15 about 15.

    Returns
    -------
    nodes, weights : arrays of shape (n,), nodes increasing

    Raises
    ------
    ValueError
        For lengths that differ, and for a range, step, centre or width not as above.

    Accuracy: a node satisfies t(z_k) = k step to rounding, for widths down to 1e-12.

    >>> import numpy as np
    >>> nodes, weights = graded_trapezoid(np.array([0.5]), np.array([1e-3]), -9.0, 9.0, 0.2)
    >>> gaussian = np.exp(-nodes**2 / 2) / np.sqrt(2 * np.pi)
    >>> bool(abs(weights @ gaussian - 1) < 1e-14)
    True
    """
    return graded_lattice(centres, widths, lower, upper, step, 0.0)
