r"""Dense regions that exist: the number of replicas at which their number is no longer exponential.

A group of y replicas sits in one of e^{NΣ} regions of local entropy s, so that y F_y is the largest of
Σ(s) + y s, and

    s = d(y F_y)/dy,    Σ = y F_y − y s = −y² ∂F_y/∂y.

With growing y the regions become denser and fewer, and Σ falls. Regions with Σ < 0 do not exist: the densest that
do are those of y*, Σ(y*) = 0, where F_y is smallest; F and s are the same there. By the envelope theorem
the slope of F_{y*(q₁)}(q₁) along q₁ is that at fixed y.
"""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.curves import dip
from flatminima.ensembles.large_deviation.solutions import equations_at
from flatminima.ensembles.machine import require_machine
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import BINARY

_DISTANCES = np.log(np.geomspace(0.012, 0.0008, 8))
_FIELDS = np.linspace(-9.0, 1.0, 13)  # ln q̂₀
_NUMBERS = np.geomspace(2.0, 30.0, 6)
_SHIFT = 1e-5


def existing_fracture(kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The load at which the entropy of the densest regions that exist stops being monotonic in the distance.

    $$ \alpha_U = \min_{q_1} \alpha, \qquad \frac{\partial\mathcal F_y}{\partial d} = 0, \qquad
       \Sigma = -y^2\, \frac{\partial\mathcal F_y}{\partial y} = 0 $$

    As `fracture`, but with the number y of replicas chosen at every q₁ such that the number of
    regions is just not exponential (vanishing external entropy). Returns (α_U, q₁, y), or `NoSolution` where
    no such point is found at distances from 0.0008 to 0.012. Accuracy 1e-8.

    >>> alpha, q1, y = existing_fracture()
    >>> print(f"{alpha:.7f} {q1:.3f} {y:.1f}")
    0.7737495 0.994 6.9
    """
    kappa = real_number("kappa", kappa)
    require_machine(weights, architecture)
    known = {}

    def load(log_d):
        """Newton's method, from the nearest distance at which the point is known."""
        q1 = 1.0 - 2.0 * math.exp(log_d)
        start = known[min(known, key=lambda x: abs(x - log_d))] if known else _search(q1, kappa, weights, architecture)
        if start is None:
            return math.nan
        residuals = lambda v: _residuals(v, q1, kappa, weights, architecture)

        def equations(v):
            here = residuals(v)
            return here, np.stack([(residuals(v + shift) - here) / _SHIFT for shift in _SHIFT * np.eye(2)], axis=1)

        try:
            known[log_d], _ = saddle.solve(equations, start, tolerance=1e-9)
        except NotConverged:
            return math.nan
        x, log_y = known[log_d]
        return 1.0 / equations_at(q1, math.exp(log_y), kappa, weights, architecture).inverse_load(x)

    loads = lambda points: np.array([load(point) for point in points])
    values = loads(_DISTANCES)
    finite = np.isfinite(values)
    if np.count_nonzero(finite) < 3 or np.nanargmin(values) in np.flatnonzero(finite)[[0, -1]]:
        return NoSolution(f"the entropy of existing regions of {architecture.name} machines is flat at no distance searched.")
    alpha, log_d = dip(loads, _DISTANCES[finite][::-1])
    load(log_d)
    return alpha, 1.0 - 2.0 * math.exp(log_d), math.exp(known[log_d][1])


def _residuals(v, q1, kappa, weights, architecture):
    """(dF/dd, Σ) at v = (ln q̂₀, ln y)."""
    equations = equations_at(q1, math.exp(v[1]), kappa, weights, architecture)
    return np.array(equations.derivatives(v[0]))


def _search(q1, kappa, weights, architecture):
    """(ln q̂₀, ln y) where, on lines of vanishing slope, Σ changes its sign; None where it does not."""
    previous = None
    for y in _NUMBERS:
        equations = equations_at(q1, float(y), kappa, weights, architecture)
        try:
            low, high = saddle.first_sign_change(equations.force, _FIELDS.tolist())
        except NotConverged:
            continue
        x = saddle.critical(equations.force, low, high, tolerance=1e-6)
        sigma = equations.derivatives(x)[1]
        if previous is not None and sigma * previous[2] < 0.0:
            share = previous[2] / (previous[2] - sigma)
            return np.array([previous[0] + share * (x - previous[0]), previous[1] + share * (math.log(y) - previous[1])])
        previous = x, math.log(y), sigma
    return None
