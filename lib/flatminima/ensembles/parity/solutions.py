"""Entropy of y replicas of a parity machine at one mutual overlap or many."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PARITY
from flatminima.ensembles import finite_committee
from flatminima.ensembles.parity.annealed import annealed
from flatminima.ensembles.parity.condensation import condensation
from flatminima.ensembles.parity.inputs import MOST_REPLICAS, three_or_many, whole_number
from flatminima.ensembles.parity.replicas import energetic
from flatminima.ensembles.parity.state import ParityState
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import SPHERICAL

_CLOSEST = 0.99  # q₁ of a finite number of replicas
_SCAN = (1e-6, *np.linspace(0.04, 0.92, 12).tolist())  # q₀/q₁
_SEARCHING, _CHECK = 0.7, 1.4  # refinements of the steps
_TOLERANCE, _RESIDUAL = 1e-10, 1e-4  # of q₀: F is stationary there
_UNIT = 2e-16


def solve(q1, alpha, y=math.inf, units=3):
    r"""Entropy of y solutions of a parity machine at mutual overlap q₁, with spherical weights.

    $$ \mathcal V_1(q_1) = \mathcal F_y(q_1) - \mathcal F_y(q_1)\big|_{\alpha = 0}, \qquad
       \mathcal F_y = \min_{0 \le q_0 \le q_1} \left[ \mathcal G_S + \alpha\, \mathcal G_E \right] $$

    shaping-2020, parity machines; the paper's −α ln 2 is that of y = 1 and of K = ∞. `q1` in (0, 1), for finite y > 1
    up to 0.99; `alpha` > 0; `y` a whole number from 1 to 10, or infinite; `units` K = 3, or infinite, which is taken before
    y → ∞ and q₁ → 1. All pairs of groups are given one overlap, whose entropy at y = ∞ lies too high: see `clustered`.
    Returns a `ParityState`, or `NoSolution` for loads above `condensation` at finite y, and where
    `finite_committee.large_deviation` has none. Accuracy 1e-7 at finite y, 1e-14 where q₀ = 0. Raises ValueError or
    TypeError for input out of range, `NotConverged` where groups nearly coincide.

    >>> solve(0.9, 1.0, units=math.inf).normalised == solve(0.9, 1.0, 1).normalised == -math.log(2)
    True
    >>> print(round(solve(0.9, 1.0, 2).normalised, 10))      # ½ ln[(1 + (2/π arcsin 0.9)³)/4]
    -0.5385728298
    """
    q1, alpha, units = real_number("q1", q1, 0.0, 1.0), real_number("alpha", alpha, 0.0), three_or_many(units)
    y = whole_number("y", y, MOST_REPLICAS)
    if units == math.inf or y == 1:
        if alpha > condensation(units):
            return _condensed(alpha)
        return _independent(q1, alpha, y, units)
    if y == math.inf:
        state = finite_committee.large_deviation.solve(q1, alpha, units, PARITY)
        return state and ParityState(
            q1, alpha, y, units, state.normalised, state.entropy, q1, state.delta_q0, state.residual, state.error
        )
    real_number("q1", q1, 0.0, _CLOSEST, closed=True)
    return _Replicas(q1, y).solve(alpha) if alpha <= condensation() else _condensed(alpha)


def trace(q1, alpha, y=math.inf, units=3):
    """Entropy of y solutions of a parity machine at many mutual overlaps: see `solve`, shaping-2020, parity machines.

    `q1` is a sequence, in any order. Returns a list of `ParityState`, or `NoSolution` where there is none.

    >>> [round(state.normalised, 8) for state in trace([0.5, 0.9], 1.0, 2)]
    [-0.67496336, -0.53857283]
    """
    return [solve(overlap, alpha, y, units) for overlap in np.atleast_1d(q1).tolist()]


def _condensed(alpha):
    return NoSolution(
        f"alpha is {alpha:g}; above alpha_s = {condensation():.6f} the solutions of a parity machine with three units "
        "condense into few clusters, and one overlap between groups of replicas does not describe them."
    )


def _unconstrained(q1, y):
    if y == math.inf:
        return SPHERICAL.sphere(0.5 * (1.0 - math.sqrt(q1)))
    return SPHERICAL.clustered(q1, 0.0, y, None)[2]


def _independent(q1, alpha, y, units):
    """Groups do not feel one another, q₀ = 0."""
    energy = annealed(q1, 1 if y == math.inf else y, units)
    free, normalised = _unconstrained(q1, y), alpha * energy
    quadrature = 0.0 if units == math.inf or y == 1 else 1e-14 * alpha
    error = quadrature + _UNIT * (abs(free) + abs(normalised))
    return ParityState(q1, alpha, y, units, normalised, free + normalised, 0.0, y * q1, 0.0, error)


class _Replicas:
    """Three units, a finite number of replicas: F is stationary where q̂₀ = q₀/D² equals α E|∇ ln A|²/y²."""

    def __init__(self, q1, y):
        self.q1, self.y = q1, y

    def whole(self, q0):
        """D = 1 − q₁ + y(q₁ − q₀)."""
        return 1.0 - self.q1 + self.y * (self.q1 - q0)

    def entropic(self, q0):
        """𝒢_S less that at q₀ = 0."""
        whole = self.whole(q0)
        return 0.5 * (math.log1p(-self.y * q0 / self.whole(0.0)) / self.y + q0 / whole)

    def rise(self, q0, alpha, refine=1.0):
        """(2/y) dF/dq₀, relative to q̂₀."""
        return 1.0 - alpha * energetic(q0, self.q1, self.y, refine)[1] * self.whole(q0) ** 2 / q0

    def solve(self, alpha):
        """The lowest of the minima over q₀, that at 0 among them."""
        points = [share * self.q1 for share in _SCAN]
        rises = [self.rise(q0, alpha, _SEARCHING) for q0 in points]
        if rises[-1] < 0.0:
            message = f"At q1 = {self.q1:g}, y = {self.y} and alpha = {alpha:g} groups of replicas nearly coincide"
            raise NotConverged(message, residual=abs(rises[-1]), state=points[-1])
        pairs = zip(points, points[1:], rises, rises[1:])
        found = [
            self._state(saddle.critical(lambda q0: self.rise(q0, alpha), low, high, tolerance=_TOLERANCE), alpha)
            for low, high, before, after in pairs
            if before < 0.0 <= after
        ]
        if rises[0] >= 0.0:
            found.append(_independent(self.q1, alpha, self.y, 3))
        return min(found, key=lambda state: state.normalised)

    def _state(self, q0, alpha):
        value, finer = (energetic(q0, self.q1, self.y, refine)[0] for refine in (1.0, _CHECK))
        free, normalised = _unconstrained(self.q1, self.y), self.entropic(q0) + alpha * finer
        residual = abs(self.rise(q0, alpha, _CHECK))
        if residual > _RESIDUAL:
            message = f"The overlap of groups at q1 = {self.q1:g}, y = {self.y} and alpha = {alpha:g} was not found"
            raise NotConverged(message, residual=residual, state=q0)
        error = alpha * abs(finer - value) + 10.0 * _UNIT * (1.0 + abs(free) + alpha)
        delta_q0 = self.y * (self.q1 - q0)
        return ParityState(self.q1, alpha, self.y, 3, normalised, free + normalised, q0, delta_q0, residual, error)
