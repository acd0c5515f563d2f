"""From a choice of load, margin, weights and activation to a curve, in a small part of a second.

`franz_parisi.trace` certifies each point and finds the end of a branch. Here both are left out: points are
further apart, a curve runs through them with the slopes that are known, and a branch that resists is let go.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.interpolate import CubicHermiteSpline

from flatminima import saddle
from flatminima.architectures import ERF, PERCEPTRON, RELU, SIGMOID, SIGN, TANH
from flatminima.ensembles import typical
from flatminima.ensembles.franz_parisi.anchor import TOLERANCE, anchor
from flatminima.ensembles.franz_parisi.equations import COARSE, Equations
from flatminima.validation import real_number
from flatminima.weights import BINARY, SPHERICAL

WEIGHTS = {"binary": BINARY, "spherical": SPHERICAL}
ACTIVATIONS = {"none: perceptron": PERCEPTRON, "sign": SIGN, "ReLU": RELU, "erf": ERF, "tanh": TANH, "sigmoid": SIGMOID}

_NEAREST = 1e-5  # distance
_BEYOND = 1.25  # the farthest distance, in units of that of typical solutions
_SPACING = 0.3  # of the points, in ln d
_STRIDE, _FINEST, _ITERATIONS = 0.5, 1 / 8, 8  # of the branch in ln d, and of Newton's method: gives up early
_UNSTABLE = 20.0  # replicon at which the branch is let go
_MARGIN = 10.0  # in units of the field: larger than any margin that is offered
_FREEZING = 0.7  # of the margin at which spherical references shrink to a point
_BELOW = 0.9  # of a load or margin at which replica symmetry, or the last solution, is lost


@dataclass(frozen=True)
class Profile:
    """A local entropy profile: arrays over increasing `distances`, of solutions (κ = 0) around references of margin κ̃.

    `reference` and `solutions` are the typical states of margin κ̃ and 0.
    """

    distances: np.ndarray
    entropy: np.ndarray
    slope: np.ndarray
    replicon: np.ndarray
    reference: typical.TypicalState
    solutions: typical.TypicalState

    @property
    def curve(self):
        """φ as a function of ln d: the cubic through every two neighbouring points, with their slopes."""
        return CubicHermiteSpline(np.log(self.distances), self.entropy, self.slope * self.distances, extrapolate=False)

    @property
    def stable(self):
        """The replicon is below one, as a function of ln d."""
        return lambda log_d: np.interp(log_d, np.log(self.distances), self.replicon) < 1.0

    def stationary(self):
        """Distances of minima and maxima, increasing."""
        return np.exp(self.curve.derivative().roots(extrapolate=False))

    def maximum(self):
        """Distance and height of the maximum farthest out; None if it was not reached.

        It is where typical solutions lie, and their entropy is its height, exactly.
        """
        stationary = self.stationary()
        return (float(stationary[-1]), self.solutions.entropy) if stationary.size and self.slope[-1] < 0.0 else None

    def zeros(self):
        """Distances at which the entropy changes sign, increasing."""
        return np.exp(self.curve.roots(extrapolate=False))


@cache
def largest_load(weights, architecture):
    r"""The largest load on offer: just below where typical solutions end, or replica symmetry does.

    $$ \alpha < \min\{\alpha_c(0),\ \alpha_{AT}(0)\} $$

    unveiling-2021, below (2), and relu-2019, below (6); 0.9 of that. Raises like `typical.critical_capacity`.

    >>> round(largest_load(BINARY, PERCEPTRON) / 0.9, 3)
    0.833
    """
    unstable = typical.instability(weights=weights, architecture=architecture)
    return _BELOW * min(typical.critical_capacity(0.0, weights, architecture), unstable or math.inf)


@cache
def largest_margin(alpha, weights, architecture):
    r"""The largest margin κ̃ of references on offer at a load `alpha` below `largest_load`.

    For binary weights κ_max(α), where their entropy vanishes, unveiling-2021, below Fig. 2. Spherical references
    have no such end but shrink to a point, or their saddle point loses its stability: it is 0.7 of the first margin
    or 0.9 of the second, whichever comes first. Raises ValueError for `alpha` out of range.

    >>> round(largest_margin(0.5, BINARY, PERCEPTRON), 3)
    0.418
    """
    alpha = real_number("alpha", alpha, 0.0, largest_load(weights, architecture), closed=True)
    end = typical.max_margin(alpha, weights, architecture)
    if weights.discrete:
        return end

    def excess(kappa):
        return typical.saddle_point(alpha, kappa, weights, architecture).replicon - 1.0

    largest = min(_FREEZING * end, _MARGIN * architecture.field_scale)
    return _BELOW * saddle.critical(excess, 0.0, largest, tolerance=1e-6) if excess(largest) > 0.0 else largest


@cache
def profile(alpha, kappa_reference, weights, architecture):
    r"""The local entropy profile of typical solutions of margin κ̃, as far as it is found without effort.

    $$ \phi_{FP}(d), \qquad 10^{-5} \le d \le 1.25\, d_{typ} $$

    unveiling-2021 (26)–(27b), with κ = 0; d_typ is the distance of two typical solutions. `alpha` in
    (0, `largest_load`], `kappa_reference` in [0, `largest_margin`]. Entropies are those of `franz_parisi.trace`
    to nine digits; the `Profile` ends where the branch does, where its replicon exceeds 20, or where Newton's method
    needs many steps. Raises ValueError for input out of range.

    >>> found = profile(0.5, 0.1, BINARY, PERCEPTRON)
    >>> print(*(f"{d:.3f}" for d in found.stationary()))
    0.325
    """
    highest = largest_margin(alpha, weights, architecture)
    kappa_reference = real_number("kappa_reference", kappa_reference, 0.0, highest, closed=True)
    reference = typical.saddle_point(alpha, kappa_reference, weights, architecture)
    equations = Equations(reference, 0.0)
    solutions = typical.saddle_point(alpha, 0.0, weights, architecture)
    farthest = min(_BEYOND * solutions.distance, 0.5)
    distances = _around(reference.distance, farthest)
    states = [equations.unconstrained(d) for d in distances if not equations.binds(d)]
    states += _followed(equations, distances[len(states) :])
    states.sort(key=lambda state: state.distance)
    columns = {name: np.array([getattr(state, name) for state in states]) for name in ("entropy", "slope", "replicon")}
    return Profile(np.array([state.distance for state in states]), **columns, reference=reference, solutions=solutions)


def _around(centre, farthest):
    """Distances that increase, none of them near t₁ = q at the `centre`: there the coordinates of the branch are singular."""
    first, last = (math.log(d / centre) / _SPACING - 0.5 for d in (_NEAREST, farthest))
    positions = np.arange(math.ceil(first), math.floor(last) + 1)
    return [*(centre * np.exp(_SPACING * (positions + 0.5))).tolist(), farthest]


def _followed(equations, distances):
    """States along the branch, inwards and outwards from where it is entered."""
    place, start = anchor(equations, distances[0])
    inwards = [d for d in reversed(distances) if d <= place]
    outwards = [d for d in distances if d > place]
    return [state for side in (inwards, outwards) for state in _until_it_resists(equations, place, start, side)]


def _until_it_resists(equations, place, start, distances):
    exact = {math.log(d): d for d in distances}

    def solve_at(log_d, guess):
        distance = exact.get(log_d) or math.exp(log_d)
        return saddle.solve(lambda x: equations.residual(x, distance), guess, tolerance=TOLERANCE, iterations=_ITERATIONS)[0]

    for log_d, x in saddle.trace(solve_at, exact, start, origin=math.log(place), stride=_STRIDE, finest=_FINEST):
        state = equations.state(x, exact[log_d], COARSE)
        if state.replicon > _UNSTABLE:
            return
        yield state
