r"""The Boltzmann weight of a loss, smoothed by a Gaussian field: tabulated, so that the kernel can look it up.

    L(μ) = ln W(μ, σ),    W(μ, σ) = ∫Dy exp(−βf(μ + σy))

The kernel asks for L, L′ and L″ at thousands of means μ, for a new σ at every step of Newton's method. So W is summed at
the Chebyshev points of panels in μ, and interpolated there by polynomials. Where exp(−βf) changes within σ by large
factors that βf is not linear there, the sums run over nodes of v = μ + σy that all μ share, so that each finds those where
its integrand is large; else over nodes of y, around the largest weight.
"""

import math
from collections import namedtuple
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.polynomial import chebyshev

Table = namedtuple("Table", "edges coefficients")
Table.__doc__ = """L, L′ and L″ on panels of μ: `coefficients` (n, 3, k), in powers of what is ±1 at the `edges` (n + 1,)."""

_legendre = lru_cache(np.polynomial.legendre.leggauss)

_DEGREE = 11
_POINTS = np.cos(np.pi * (np.arange(_DEGREE + 1) + 0.5) / (_DEGREE + 1))
_TO_CHEBYSHEV = np.linalg.inv(chebyshev.chebvander(_POINTS, _DEGREE))
_TO_POWERS = np.zeros((_DEGREE + 1, _DEGREE + 1))
for _k in range(_DEGREE + 1):
    _TO_POWERS[: _k + 1, _k] = chebyshev.cheb2poly(np.eye(_DEGREE + 1)[_k])[: _k + 1]
_GROWTH = 1.2  # of a panel of μ, in steps and distances from the turn

_LEGENDRE, _LEGENDRE_WEIGHTS = _legendre(10)
_PANEL = 11.0  # length of a panel of v, in steps and standard deviations
_NEAR = 4.0  # and near the turn, in steps and distances from it
_BEYOND = 4.0  # v reaches further than μ
_GENTLE = 0.3  # of the width, a σ so small that βf is nearly linear within it …
_NARROW = 1e-3  # … or smaller than what panels of v are good for
_NARROWEST = 1e-8  # a σ that is as good as zero
_REACH = 10.0  # standard deviations of y
_Y_NODES = 12.0  # Gauss–Legendre nodes of y, over the step
_NATS = 40.0  # a weight smaller by exp(−40) does not count
_RAREST = 7.0  # standard deviations of x


def shape(loss, beta, root_Q, sigma):
    """Where exp(−βf) turns, and the width of the Gaussian that bends as fast at most, 0 for a loss with a kink.

    The turn is at βf = 1, unless the references hardly get there: then it is the most probable v at x = 0. The bend counts
    from the most probable v at x = −7.
    """
    v = np.linspace(-10.0, 10.0, 20001)
    E = beta * loss.value(v)
    likely = lambda x: float(v[np.argmin(E + 0.5 * ((v - root_Q * x) / sigma) ** 2)])
    turn = min(float(v[np.argmax(E <= 1.0)]) if E[-1] <= 1.0 else math.inf, likely(0.0))
    if _kinks(loss):
        return turn, 0.0
    bend = np.diff(E, 2)[v[1:-1] >= likely(-_RAREST)] / (v[1] - v[0]) ** 2
    return turn, 1.0 / math.sqrt(max(float(bend.max(initial=0.0)), 1e-2))


def _kinks(loss):
    return [centre for centre, width in loss.bends if width == 0.0]


def smooth_table(loss, beta, turn, width, sigma, reach, step):
    """The `Table` of ln W(μ, σ) for |μ| ≤ reach. Nodes and panels shrink with the step, so that a smaller one tells the error.

    At step 0.2 it is below 1e-10, at 0.1 it is rounding.
    """
    sigma = max(sigma, _NARROWEST)
    edges = _graded_edges(turn, math.hypot(sigma, width), _GROWTH * step, -reach, reach)
    kinks = [_graded_edges(centre, sigma, _GROWTH * step, -reach, reach) for centre in _kinks(loss)]
    edges = np.unique(np.concatenate([edges, *kinks]))
    middle, half = 0.5 * (edges[1:] + edges[:-1]), 0.5 * (edges[1:] - edges[:-1])
    mu = middle[:, None] + half[:, None] * _POINTS
    if sigma < max(_GENTLE * width, _NARROW):
        values = _gently(loss, beta, mu.reshape(-1), sigma, step)
    else:
        v, weight = _nodes(loss, turn, width, sigma, reach + _BEYOND, step)
        values = _steeply(mu.reshape(-1), sigma, v, beta * loss.value(v), weight)
    values = values.reshape(*mu.shape, 3)
    coefficients = np.einsum("ij,pjc->pci", _TO_POWERS @ _TO_CHEBYSHEV, values)
    return Table(edges, np.ascontiguousarray(coefficients))


def _gently(loss, beta, mu, sigma, step):
    """L, L′ and L″ (n, 3) at the means μ, each from nodes of y of its own, split at kinks."""
    y, weight = _legendre(math.ceil(_Y_NODES / step))
    kinks = [(centre - mu) / sigma for centre in _kinks(loss)]
    displaced = 0.5 * beta * (loss.value(mu - sigma) - loss.value(mu + sigma))  # y of the largest weight, for a linear loss
    low, high = np.minimum(displaced, 0.0) - _REACH, displaced + _REACH
    if not kinks:
        low = displaced - _REACH
    edges = np.stack([low, *(np.clip(kink, low, high) for kink in kinks), high], axis=1)
    edges.sort(axis=1)
    half = 0.5 * np.diff(edges, axis=1)[:, :, None]
    middle = 0.5 * (edges[:, 1:] + edges[:, :-1])[:, :, None]
    y, weight = (middle + half * y).reshape(mu.size, -1), (half * weight).reshape(mu.size, -1)
    exponent = -0.5 * y * y - beta * loss.value(mu[:, None] + sigma * y)
    top = exponent.max(axis=1)
    weight = weight * np.exp(exponent - top[:, None])
    total = weight.sum(axis=1)
    mean, square = ((weight * y**power).sum(axis=1) / total for power in (1, 2))
    L = top + np.log(total / math.sqrt(2.0 * math.pi))
    return np.stack([L, mean / sigma, (square - mean**2 - 1.0) / sigma**2], axis=1)


@njit(error_model="numpy", cache=True)
def _steeply(mu, sigma, v, exponent, weight):
    """L, L′ and L″ (n, 3) at the means μ, from the nodes v, their βf and their weights: sums relative to the largest term."""
    result = np.empty((mu.size, 3))
    for i in range(mu.size):
        centre = min(np.searchsorted(v, mu[i]), v.size - 1)
        # at v = μ the exponent is −βf(μ): from there on out the Gaussian alone is smaller by the factor
        reach = sigma * math.sqrt(2.0 * (exponent[centre] + _NATS))
        first, last = np.searchsorted(v, mu[i] - reach), np.searchsorted(v, mu[i] + reach)
        top = -math.inf
        for j in range(first, last):
            y = (v[j] - mu[i]) / sigma
            top = max(top, -exponent[j] - 0.5 * y * y)
        total, mean, square = 0.0, 0.0, 0.0
        for j in range(first, last):
            y = (v[j] - mu[i]) / sigma
            size = -exponent[j] - 0.5 * y * y - top
            if size > -_NATS:
                share = weight[j] * math.exp(size)
                total += share
                mean += share * y
                square += share * y * y
        mean /= total
        result[i, 0] = top + math.log(total / (sigma * math.sqrt(2.0 * math.pi)))
        result[i, 1] = mean / sigma
        result[i, 2] = (square / total - mean * mean - 1.0) / (sigma * sigma)
    return result


def lookup(table, mu):
    """L, L′ and L″, each of the shape of the array μ.

    >>> from flatminima.losses import cross_entropy_loss
    >>> table = smooth_table(cross_entropy_loss(1.0), 0.0, 0.0, 1.0, 0.5, 9.0, 0.2)  # no weight at all
    >>> print(*(f"{abs(float(value[0])):.10f}" for value in lookup(table, np.array([0.3]))))
    0.0000000000 0.0000000000 0.0000000000
    """
    edges, coefficients = table
    panel = np.clip(np.searchsorted(edges, mu) - 1, 0, edges.size - 2)
    u = (2.0 * mu - edges[panel] - edges[panel + 1]) / (edges[panel + 1] - edges[panel])
    return tuple((coefficients[panel, c] * u[:, None] ** np.arange(_DEGREE + 1)).sum(axis=1) for c in range(3))


def _nodes(loss, turn, width, sigma, reach, step):
    """Gauss–Legendre panels of v: some σ long, shorter near the turn, and split at the bends of the loss."""
    longest = _PANEL * step * sigma
    edges = np.linspace(-reach, reach, math.ceil(2.0 * reach / longest) + 1)
    near = _graded_edges(turn, max(width, 1e-3 * sigma), _NEAR * step, -reach, reach)
    bends = [centre for centre, _ in loss.bends if abs(centre) < reach]
    edges = np.unique(np.concatenate([edges, near, bends]))
    half = 0.5 * np.diff(edges)
    nodes = 0.5 * (edges[1:] + edges[:-1])[:, None] + half[:, None] * _LEGENDRE
    return nodes.reshape(-1), (half[:, None] * _LEGENDRE_WEIGHTS).reshape(-1)


def _graded_edges(centre, scale, growth, low, high):
    """Edges from low to high of panels as long as `growth` times their distance from the centre, or times `scale` there."""
    below, above = (math.asinh((end - centre) / scale) for end in (low, high))
    return centre + scale * np.sinh(np.linspace(below, above, math.ceil((above - below) / growth) + 1))
