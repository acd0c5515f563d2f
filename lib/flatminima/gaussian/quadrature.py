"""Averages over a Gaussian variable, with an error estimate that can be believed."""

import math
from dataclasses import dataclass

import numpy as np

from flatminima.errors import NotConverged
from flatminima.gaussian.grading import LENGTH, graded_lattice
from flatminima.validation import real_number

_EPS = float(np.finfo(float).eps)
_DENSITY_AT_ZERO = 1.0 / math.sqrt(2.0 * math.pi)
_NEAREST, _FARTHEST = 5.0, 37.5  # cutoffs; beyond the second the density leaves the range of doubles
_COARSEST = 0.8  # first step for loose tolerances, still at least four nodes within ±5
_RATE = 6.5  # the graded trapezoid errs by exp(−6.5/step) for features of the declared width
_SLOW = 0.02  # halving the step should do better than this; a kink gives 1/4
_MOST_NODES = 100_000


@dataclass(frozen=True)
class Estimate:
    """A value, a bound on its error, and the number of times the integrand was evaluated."""

    value: float
    error: float
    nodes: int


@dataclass(frozen=True)
class _Samples:
    """Lattice points in increasing order: z, f(z), and the weight of f(z) in the sum."""

    z: np.ndarray
    f: np.ndarray
    weight: np.ndarray

    def extended(self, more, side):
        """With more points beyond the right (side = 1) or the left end (side = −1)."""
        return _Samples(*(np.concatenate(pair[::side]) for pair in zip(self.columns(), more.columns())))

    def halved(self, between):
        """With a point between every two, and half the weight for all."""
        z, f, weight = (np.empty(2 * self.z.size - 1) for _ in range(3))
        for column, old, new in zip((z, f, weight), self.columns(), between.columns()):
            column[::2], column[1::2] = old, new
        return _Samples(z, f, 0.5 * weight)

    def columns(self):
        return self.z, self.f, self.weight

    def total(self):
        return float(np.sum(self.f * self.weight))


class _Integrand:
    """f on the graded lattice against the Gaussian density; counts its evaluations."""

    def __init__(self, f, centres, widths):
        self.f, self.centres, self.widths = f, centres, widths
        self.nodes = 0

    def __call__(self, z):
        values = np.asarray(self.f(z))
        if values.dtype.kind not in "iuf" or values.shape not in ((), z.shape):
            raise TypeError(
                f"f returned {values.dtype} of shape {values.shape} for z of shape {z.shape}; "
                "it must return one real number for every z."
            )
        values = np.broadcast_to(values.astype(float), z.shape)
        if not np.isfinite(values).all():
            bad = z[~np.isfinite(values)][0]
            raise ValueError(f"f is {values[~np.isfinite(values)][0]} at z = {bad:.6g}; it must be finite there.")
        self.nodes += z.size
        return values

    def samples(self, lower, upper, step, shift=0.0):
        z, weights = graded_lattice(self.centres, self.widths, lower, upper, step, shift)
        return _Samples(z, self(z), weights * _density(z))


def _density(z):
    return _DENSITY_AT_ZERO * np.exp(-0.5 * z * z)


def expectation(f, *, features=(), tol=1e-12):
    r"""Average of a function of a standard Gaussian variable.

    .. math:: \mathbb E\, f(z) = \int Dz\, f(z), \qquad Dz = \frac{dz}{\sqrt{2\pi}}\, e^{-z^2/2}

    The trapezoidal rule of :func:`~flatminima.gaussian.grading.graded_trapezoid`, halving
    the step, with reuse of all nodes, until the estimated error is at most
    ``tol * max(1, |value|)``.

    `f` takes an array of z and returns an array of the same shape. `features`, a sequence of pairs (centre, width), says
    where f changes faster than on the unit scale, and on which scale: for H((κ − √q z)/√(1 − q)) this is
    (κ/√q, √((1 − q)/q)). The error estimate relies on this list: f must be analytic within about a width of the real
    axis. A feature that is not listed is resolved by brute force if the nodes meet it, and missed if they do not.
    `tol` is in (0, 1). Returns an :class:`Estimate` with `value`, `error` and `nodes`, the number of evaluations of f.

    Raises `NotConverged` where rounding, a slow decay of f times the density, or a missing feature keeps the error above
    the tolerance; its `state` is the Estimate reached, its `residual` the error. Raises TypeError or ValueError for
    features, a tolerance or values of f outside the ranges above.

    Accuracy: the error is the sum of three terms, none of them extrapolated.  The difference of
    the last two levels is in truth the error of the coarser one.  The cutoff follows the integrand:
    it grows until the terms at both ends decrease at least twofold from node to node, and then
    twice the last terms bound what lies beyond.  Rounding is counted for the nodes, the
    density, f and the sum, with f accurate to a few units in its last place.

    >>> result = expectation(lambda z: np.exp(2 * z), tol=1e-12)
    >>> bool(abs(result.value - np.exp(2)) <= result.error <= 1e-12 * np.exp(2))
    True
    """
    tol = real_number("tol", tol, low=0, high=1)
    integrand = _Integrand(f, *_parse(features))
    # Twice the step that should do: if the integrand is kinder than expected, its first halving is enough.
    step = min(2.0 * _RATE / -math.log(tol), _COARSEST)
    samples, cutoff = _coarse_level(integrand, step, tol)
    total = samples.total()
    older, old = math.inf, math.inf
    while True:
        between = integrand.samples(samples.z[0], samples.z[-1], step, shift=0.5)
        samples, step, previous = samples.halved(between), 0.5 * step, total
        total = samples.total()
        difference, unavoidable = abs(total - previous), cutoff + _rounding(samples)
        # A convergence that was slow so far does not end all at once: then one small difference is luck.
        slow = older < math.inf and old > _SLOW * older
        error = (max(old, difference) if slow else difference) + unavoidable
        older, old = old, difference
        goal = tol * max(1.0, abs(total))
        if error <= goal:
            return Estimate(total, error, integrand.nodes)
        if difference < unavoidable > goal or 2 * integrand.nodes > _MOST_NODES:
            raise NotConverged(
                f"The average is {total:.16g} with an error of up to {error:.1e}, more than tol = {tol:g} allows.",
                residual=error,
                state=Estimate(total, error, integrand.nodes),
            )


def _parse(features):
    """Arrays of centres and widths, each checked."""
    try:
        pairs = [(centre, width) for centre, width in features]
    except (TypeError, ValueError):
        raise TypeError(f"features is {features!r}; it must be a sequence of pairs (centre, width).") from None
    centres = [real_number("the centre of a feature", centre) for centre, _ in pairs]
    widths = [real_number("the width of a feature", width, low=0) for _, width in pairs]
    return np.array(centres, dtype=float), np.array(widths, dtype=float)


def _coarse_level(integrand, step, tol):
    """The first level, from one negligible end to the other, and a bound on what lies beyond."""
    left, right = _first_cutoffs(integrand, tol)
    samples = integrand.samples(left, right, step)
    cutoff = 0.0
    for side in (-1, 1):
        while True:
            last, before = _end_terms(samples, side)
            negligible = last <= tol * max(1.0, abs(samples.total())) / 16.0
            if negligible and last <= 0.5 * before:
                cutoff += 2.0 * last
                break
            z = samples.z[::side]
            near, far = z[-1] + 0.25 * (z[-1] - z[-2]), z[-1] + side * 1.5 * LENGTH * step
            # From between this node and the next; neighbours are never more than ℓ·step apart.
            far = min(max(far, -_FARTHEST), _FARTHEST)
            more = integrand.samples(min(near, far), max(near, far), step) if abs(near) < _FARTHEST else None
            if not more or not more.z.size:
                raise NotConverged(
                    f"f times the Gaussian density is not negligible at z = {z[-1]:.4g}: f grows too fast.",
                    residual=last,
                    state=Estimate(samples.total(), math.inf, integrand.nodes),
                )
            samples = samples.extended(more, side)
    return samples, cutoff


def _first_cutoffs(integrand, tol):
    """Where the density alone is below tol, or beyond, if f makes a feature farther out count."""
    reach = max(math.sqrt(-2.0 * math.log(tol)), _NEAREST)
    cutoffs = [-reach, reach]
    far = integrand.centres[(np.abs(integrand.centres) > reach) & (np.abs(integrand.centres) < _FARTHEST)]
    if far.size:
        counts = far[np.abs(integrand(far)) * _density(far) > tol / 16.0]
        cutoffs += list(counts + np.sign(counts))
    return min(cutoffs), max(cutoffs)


def _end_terms(samples, side):
    """Size of the last term on one side, and of the term before it.

    |f| is replaced by its largest value on three nodes, so that a zero of f is not taken
    for a decay.
    """
    f, weight = np.abs(samples.f[::side][-4:]), samples.weight[::side]
    return float(f[1:].max() * weight[-1]), float(f[:-1].max() * weight[-2])


def _rounding(samples):
    """What rounding can do to the sum: in its terms, in the argument of f, in the position of the nodes."""
    z, f, weight = samples.z, samples.f, samples.weight
    terms = f * weight
    middle = 0.5 * (z[1:] + z[:-1])
    in_terms = np.sum(np.abs(terms) * (4.0 + z * z))  # z² from the exponent of the density
    in_argument = np.sum(np.abs(np.diff(f) * middle) * _density(middle))
    # Positions are equidistant in t up to a rounding of t, of which a step is the n-th part.
    in_positions = 0.5 * z.size * np.sum(np.abs(np.diff(terms)))
    return float(_EPS * (in_terms + in_argument + in_positions))
