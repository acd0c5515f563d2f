"""Where a Franz–Parisi branch is entered: a distance at which Newton's method needs no good guess."""

import math

import numpy as np

from flatminima import saddle
from flatminima.ensembles.franz_parisi.constraint import at_load
from flatminima.ensembles.franz_parisi.equations import Equations
from flatminima.errors import NotConverged

TOLERANCE = 1e-10  # of the residual, which is relative
_STARTS = ((-5.0, -2.0), (-7.0, -0.2), (-3.5, -1.0), (-1.5, -0.5), (-9.0, -1.5), (-10.0, -3.5))  # ln of γ̂/q̂ and t̂₀/q̂
_SHARES = (0.5, 0.3, 0.7, 0.15)  # of the distance of typical references
_FAR = (0.2, 0.5)
_LIGHTEST = 0.3  # of the load: so light that a start is always found
_STRIDE = 0.06  # of the load, on the way back


def anchor(equations, nearest):
    """A distance where Newton's method is safe, and the unknowns there.

    `nearest` is the smallest distance wanted. Close to a capacity, where the references freeze, no start
    is good, and the saddle point is followed from a lighter load. Raises `NotConverged` if that fails too.
    """
    try:
        return _from_starts(equations, nearest)
    except NotConverged:
        return _from_lighter_load(equations, nearest)


def _from_starts(equations, nearest):
    """Half the distance of typical references is away from t₁ = q. The starts span what weak and strong
    constraints lead to; the last two are so near the reference, or so weakly constrained, that the
    map hats → overlaps → hats contracts.
    """
    starts = [
        (share * equations.reference.distance, np.array([spread, strength, 0.0]))
        for share in _SHARES
        for spread, strength in _STARTS
    ]
    starts = [(distance, _scales(equations, distance) + x) for distance, x in starts]
    if equations.gap == -math.inf:  # references without a margin may leave so much room that the hats are weak far away
        starts = [*starts[:2], *((d, equations.fixed_point(d)) for d in _FAR), *starts[2:]]
    if equations.gap > 0:
        near = min(equations.gap**2 / (8.0 * 25.0 * equations.architecture.field_scale**2), 0.3)
        starts += [(d, equations.fixed_point(d)) for d in (near, float(nearest))]
    for distance, x in starts:
        try:
            return distance, _solve(equations, distance, x)
        except NotConverged as error:
            failure = error
    raise failure


def _from_lighter_load(equations, nearest):
    """References under the same constraint at a growing load: in the natural units of each the unknowns move slowly."""
    reference = equations.reference

    def at(alpha):
        return Equations(at_load(reference, alpha), equations.kappa)

    def solve_at(alpha, guess):
        current = at(alpha)
        distance = share * current.reference.distance
        scales = _scales(current, distance)
        return _solve(current, distance, scales + guess) - scales

    alpha = _LIGHTEST * reference.alpha
    lightest = at(alpha)
    place, x = _from_starts(lightest, nearest)
    share = place / lightest.reference.distance
    for _, found in saddle.trace(
        solve_at, [reference.alpha], x - _scales(lightest, place), origin=alpha, stride=_STRIDE * reference.alpha
    ):
        place = share * reference.distance
        return place, _scales(equations, place) + found
    raise NotConverged(f"No neighbours of references at alpha = {reference.alpha:g} were found", state=place)


def _scales(equations, distance):
    """Hats in units of q̂, and the field in those of no patterns at all."""
    scale = math.log(equations.q_hat)
    return np.array([scale, scale, 0.5 * math.log(1.0 / distance - 1.0)])


def _solve(equations, distance, start):
    return saddle.solve(lambda x: equations.residual(x, distance), start, tolerance=TOLERANCE)[0]
