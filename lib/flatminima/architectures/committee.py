"""Tree committees of any activation, K → ∞: the overlap map by quadrature, tabulated once, evaluated in microseconds."""

import functools
import math

import numpy as np

from flatminima.architectures import interpolated
from flatminima.architectures.activation import read
from flatminima.architectures.architecture import Architecture
from flatminima.architectures.increments import increments
from flatminima.architectures.panels import TO_COEFFICIENTS, resolve
from flatminima.errors import NotConverged

_MIDDLE = 72  # powers for |q| ≤ ½: n² 2^(−n) beyond is below 1e-18
_EVERYWHERE = (400, 3000, 25_000)  # powers for all q, tried in turn where g is smooth
_RESOLVED = 2e-14
_CONSISTENT = 1e-12


def committee(activation, name="committee", breakpoints=()):
    r"""The architecture of a tree committee whose hidden units have the given activation, K → ∞.

    $$ \rho(q) = \frac{k(q) - k(0)}{k(1) - k(0)}, \qquad k(q) = \int Dx \Big(\int Du\, g(\sqrt{1-q}\,u + \sqrt q\,x)\Big)^2 $$

    unveiling-2021 (37a)–(37f): ρ and its differences; the same for g and a g + b.

    `activation`, the function g, takes a NumPy array of floats in (−38, 38) and returns as many real numbers, with
    E[g(z)²] finite for a standard Gaussian z. `breakpoints` are where g jumps or bends; between them g must be analytic, or
    nearly so. Returns an `Architecture` called `name`, with an infinite slope at q = 1 if and only if g jumps. Raises
    TypeError or ValueError if g is constant, not finite somewhere, no real function of an array, or not square
    integrable, and `NotConverged` if g is not smooth between the breakpoints; the message says where.

    Accuracy: differences of ρ to 1e-12, relative also near q = 1 and for overlaps of 0 < q < 1 near q = 0.
    Where the map comes from a series and from an integral, the two must agree at q = ½ to 1e-12. The slope
    is as accurate; the curvature has ten digits, fewer within 1e-8 of q = 1 where g bends.

    >>> import numpy as np
    >>> relu = committee(lambda x: np.maximum(x, 0), breakpoints=[0])
    >>> round(relu.slope(0.0) * (1 - 1 / np.pi), 12)              # half the capacity 2/(1 − 1/π)
    1.0
    >>> round(committee(lambda x: x**2, name="square").overlap(0.25), 14)    # ρ(q) = q²
    0.0625
    """
    g = read(activation, breakpoints)
    variance, shares, at = _source(g)
    edges, panels = _tabulate(at, g.kind)
    upper, lower = (np.ascontiguousarray(panels[:, :, column] @ TO_COEFFICIENTS.T) for column in (0, 1))
    table = g.kind, edges, upper, lower, shares
    mismatch = abs(interpolated.difference(*table, 1.0, 1.0) - 1.0)
    if not mismatch <= _CONSISTENT:
        raise NotConverged("the series and the integral for the overlap map disagree at q = 1/2", residual=mismatch)
    return Architecture(
        name=name,
        difference=lambda one_minus_q, step: interpolated.difference(*table, float(one_minus_q), float(step)),
        slope=lambda one_minus_q: interpolated.slope_and_curvature(*table, float(one_minus_q))[0],
        curvature=lambda one_minus_q: interpolated.slope_and_curvature(*table, float(one_minus_q))[1],
        field_scale=math.sqrt(variance),
    )


def _source(g):
    """Var g, the first shares a_n, and the function ω → 1 − ρ(1 − ω), ρ(−1) − ρ(ω − 1): a series or an integral."""
    if g.kind == interpolated.SMOOTH:
        for count in _EVERYWHERE:
            variance, shares = g.variance_and_shares(count)
            if count**2 * shares[-20:].max() < 1e-16:  # left out of ρ′(1) = Σ n a_n
                return variance, shares[:_MIDDLE], functools.partial(_from_series, shares)
    variance, shares = g.variance_and_shares(_MIDDLE)
    return variance, shares, lambda omega: increments(g, omega) / variance


def _from_series(shares, omega):
    """Terms a_n (1 − (1 − ω)ⁿ), of which none cancels."""
    n = np.arange(len(shares))
    terms = -shares * np.expm1(n * math.log1p(-omega))
    return terms.sum(), terms[::2].sum() - terms[1::2].sum()


def _tabulate(at, kind):
    """Panels of ω from 0 to ½ and M, M₋ on them."""

    def scaled(x):
        omega = x if kind == interpolated.SMOOTH else 2.0 * np.sin(0.5 * x) ** 2
        weight = np.sqrt(0.5 * omega) if kind == interpolated.JUMP else omega
        rows = np.array([at(float(value)) for value in omega.ravel()])
        return (rows / weight.ravel()[:, None]).reshape(*x.shape, 2)

    last = interpolated.MIDDLE if kind == interpolated.SMOOTH else math.pi / 3.0
    try:
        edges, values = resolve(scaled, np.linspace(0.0, last, 3), _RESOLVED, scale="panel")
    except NotConverged as failure:
        raise NotConverged(
            "the overlap map is too steep near q = 1 to be tabulated: the activation changes too fast, or one of "
            "its derivatives jumps where no breakpoint is given",
            residual=failure.residual,
        ) from None
    if kind != interpolated.SMOOTH:
        edges = 2.0 * np.sin(0.5 * edges) ** 2
    edges[-1] = interpolated.MIDDLE
    return edges, values
