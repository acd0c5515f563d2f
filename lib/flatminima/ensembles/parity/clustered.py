r"""Dense regions of parity machines with three units when groups of replicas are not alike: clusters of groups, y → ∞.

With one overlap between groups, q₀ → q₁, all groups sit in one connected set of centres. The best centres of a parity machine
do not: they lie in clusters, of overlap 0 with one another. With one step of symmetry breaking between groups and the
parameter c = (replicas in a cluster), which stays finite,

    V₁ = (1/2c) ln[1 + c q₁/(1 − q₁ + δq₀)] + (α/c) ln ∫Π Dv_ℓ exp(c f(v)),
    f = max_x [ln P(x) − |x − h|²/2D],    h = √(q₁/(1−q₁)) v,    D = δq₀/(1−q₁),

at its minimum over c and δq₀. c → 0 is one overlap between groups, δq₀ = 0 a group of y = c replicas with q₀ = 0.
The units are interchangeable and two signs may be turned, so that v₁ ≥ v₂ ≥ |v₃| is enough; in it f is smooth.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy import special

from flatminima import saddle
from flatminima.architectures import PARITY
from flatminima.ensembles.finite_committee.large_deviation.ascent import climb
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import SPHERICAL

_REACH = 7.0  # standard deviations
_SEARCHING, _NODES, _CHECK = 10, 16, 22  # a dimension
_DEPTHS = np.log(np.geomspace(0.02, 500.0, 14))  # ln D of the search
_SIZES = -9.0, 9.0  # ln c
_CORRECT = np.array(PARITY.correct(3), dtype=np.int64)
_START = 0.5  # distance from the face of an octant at which an ascent begins


@dataclass(frozen=True)
class ClusteredState:
    """Dense regions at mutual overlap `q1` in clusters of `size` c = m y replicas; see `clustered` for the other fields.

    `residual` is the larger relative mismatch of the two saddle-point equations, `error` an estimate of that of `normalised`.
    """

    q1: float
    alpha: float
    normalised: float
    entropy: float
    size: float
    delta_q0: float
    residual: float
    error: float


def clustered(q1, alpha):
    r"""Entropy of y → ∞ solutions of a parity machine with three units, with one step of breaking between groups.

    $$ \mathcal V_1 = \min_{c,\,\delta q_0} \left[ \frac1{2c} \ln\Big(1 + \frac{c\,q_1}{1 - q_1 + \delta q_0}\Big)
       + \frac\alpha c \ln \int \prod_\ell Dv_\ell\; e^{c f(v)} \right] $$

    shaping-2020, parity machines, beyond one overlap between groups, of which it is never above. `q1` in [0.05, 0.99],
    `alpha` in [0.05, 3]. Returns a `ClusteredState`, or `NoSolution` where solutions in one cluster are already closer than q₁.
    Accuracy about 1e-5 at α ≤ 1, 1e-3 at α = 3. Raises ValueError or TypeError for input out of range, `NotConverged`
    where no minimum is found.

    >>> print(round(clustered(0.9, 1.0).normalised, 3))
    -0.041
    """
    q1, alpha = real_number("q1", q1, 0.05, 0.99, closed=True), real_number("alpha", alpha, 0.05, 3.0, closed=True)
    found = [_Depth(q1, x, _SEARCHING).best(alpha) for x in _DEPTHS]
    slopes = [slope for _, _, slope in found]
    minima = [(low, high) for low, high, a, b in zip(_DEPTHS, _DEPTHS[1:], slopes, slopes[1:]) if a < 0.0 <= b]
    states = [_state(q1, alpha, low, high) for low, high in minima]
    lowest = min(states, key=lambda state: state.normalised, default=None)
    if slopes[0] >= 0.0 and (lowest is None or found[0][1] < lowest.normalised):
        return NoSolution(
            f"at alpha = {alpha:g} solutions of a cluster overlap by more than q1 = {q1:g}: replicas held further apart "
            "do not share a dense region (delta_q0 would be negative)."
        )
    if lowest is None:
        message = f"At q1 = {q1:g} and alpha = {alpha:g} no minimum over delta_q0 was found"
        raise NotConverged(message, residual=abs(slopes[-1]), state=float(_DEPTHS[-1]))
    return lowest


def _state(q1, alpha, low, high):
    slope = lambda x, nodes: _Depth(q1, x, nodes).best(alpha)[2]
    x = saddle.critical(lambda x: slope(x, _NODES), low - 0.02, high + 0.02, tolerance=1e-8)
    here, finer = _Depth(q1, x, _NODES), _Depth(q1, x, _CHECK)
    log_size, normalised, _ = here.best(alpha)
    best, residual = finer.best(alpha)[1], float(max(map(abs, finer.slopes(log_size, alpha))))
    free = SPHERICAL.sphere(0.5 * (1.0 - math.sqrt(q1)))
    error = 2.0 * abs(best - normalised) + 1e-10
    delta_q0 = math.exp(x) * (1.0 - q1)
    return ClusteredState(q1, alpha, best, free + best, math.exp(log_size), delta_q0, residual, error)


class _Depth:
    """V₁ at one q₁ and ln D, for any c."""

    def __init__(self, q1, x, nodes):
        self.complement, self.depth = 1.0 - q1, math.exp(x)
        sigma = math.sqrt(q1 / self.complement)
        self.load = q1 / (self.complement * (1.0 + self.depth))
        v, self.weights = _chamber(min(math.sqrt(1.0 + self.depth) / sigma, 2.0), nodes)
        self.heights, self.squares = _maxima(sigma * v, self.depth, _CORRECT)

    def value(self, log_size, alpha):
        c = math.exp(log_size)
        return 0.5 * math.log1p(c * self.load) / c + alpha * self._log_average(c) / c

    def slopes(self, log_size, alpha):
        """Mismatches of the equations in ln c and ln D: each derivative of V₁ relative to that of its first term."""
        c = math.exp(log_size)
        shares = np.exp(c * self.heights - self._log_average(c)) * self.weights
        mean, square = shares @ self.heights, shares @ self.squares
        bound = c * self.load
        entropic = bound / (1.0 + bound) - math.log1p(bound)  # 2c ∂/∂ ln c
        by_size = entropic + 2.0 * alpha * (c * mean - self._log_average(c))
        by_depth = -self.load * self.depth / (1.0 + self.depth) / (1.0 + bound)  # 2 ∂/∂ ln D
        return by_size / entropic, (by_depth + alpha * square) / by_depth

    def best(self, alpha):
        """(ln c, V₁, dV₁/d ln D up to a positive factor) at the minimum over c, which is the one overlap if c → 0."""
        rise = lambda log_size: -self.slopes(log_size, alpha)[0]
        low, high = _SIZES
        if rise(low) >= 0.0:
            log_size = low
        else:
            log_size = saddle.critical(rise, low, high, tolerance=1e-9) if rise(high) > 0.0 else high
        return log_size, self.value(log_size, alpha), -self.slopes(log_size, alpha)[1]

    def _log_average(self, c):
        if c < 0.1:
            return math.log1p(self.weights @ np.expm1(c * self.heights))
        return float(special.logsumexp(c * self.heights, b=self.weights))


def _chamber(width, nodes):
    """Nodes v with v₁ ≥ v₂ ≥ |v₃|, crowded at the faces, and normalised weights."""
    place, share = special.roots_legendre(nodes)
    unit, unit_share = 0.5 * (place + 1.0), 0.5 * share
    stretch = math.asinh(_REACH / width)
    ray, ray_share = width * np.sinh(stretch * unit**2), width * np.cosh(stretch * unit**2) * unit * unit_share
    turn, turn_share = np.sin(0.5 * math.pi * place), np.cos(0.5 * math.pi * place) * share
    v2, above, ratio = np.meshgrid(ray, ray, turn, indexing="ij")
    v = np.stack([v2 + above, v2, v2 * ratio], axis=-1).reshape(-1, 3)
    weights = (np.einsum("i,j,k->ijk", ray * ray_share, ray_share, turn_share)).ravel() * np.exp(-0.5 * np.sum(v * v, axis=1))
    kept = weights > 1e-17 * weights.max()
    return v[kept], weights[kept] / weights[kept].sum()


@njit(error_model="numpy", cache=True)
def _maxima(fields, depth, correct):
    """f and |x − h|²/D at every field h: the highest of the maxima above h and above the octants that are right."""
    heights, squares = np.empty(len(fields)), np.empty(len(fields))
    for n in range(len(fields)):
        h1, h2, h3 = fields[n]
        best = -np.inf
        for start in range(3):
            if start == 0:
                y2, y3 = h2, h3
            elif start == 1:
                y2, y3 = max(h2, _START), max(h3, _START)
            else:
                y2, y3 = min(h2, -_START), min(h3, -_START)
            x1, x2, x3, height = climb(h1, y2, y3, h1, h2, h3, depth, correct)
            if height > best:
                best, square = height, (x1 - h1) ** 2 + (x2 - h2) ** 2 + (x3 - h3) ** 2
        heights[n], squares[n] = best, square / depth
    return heights, squares
