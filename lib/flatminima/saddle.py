"""Saddle points: `solve` one by Newton's method, `trace` a branch of them, find where one is `critical`."""

import math

import numpy as np
from scipy.optimize import root_scalar

from flatminima.errors import NotConverged

_HALVINGS = 10  # of a Newton step, before it is given up


def solve(equations, start, *, tolerance=1e-12, iterations=40, longest_step=2.0):
    r"""Solve the saddle equations $R(x) = 0$ by Newton's method on the residual.

    $$ x \leftarrow x - \lambda J^{-1} R(x), \qquad J = \partial R/\partial x $$

    `equations(x)` returns the residual (n,) and its Jacobian (n, n). The step is shortened to
    `longest_step` (in the largest component) and halved while it does not lower max |R|.
    Convergence is judged by the undamped residual, never by the size of a step.
    Returns (x, max |R|). Raises `NotConverged`, with the residual and the last x, if max |R| stays
    above `tolerance`.

    >>> x, residual = solve(lambda x: (x**2 - 2, np.diag(2 * x)), [1.0])
    >>> round(float(x[0]), 12)
    1.414213562373
    """
    x = np.array(start, dtype=float)
    residual, jacobian = equations(x)
    size = _size(residual)
    for _ in range(iterations):
        if size <= tolerance:
            return x, size
        step = _newton_step(jacobian, residual)
        if step is None:
            break
        step *= min(1.0, longest_step / max(_size(step), 1e-300))
        for _ in range(_HALVINGS):
            trial = x + step
            trial_residual, trial_jacobian = equations(trial)
            if _size(trial_residual) < size:
                break
            step *= 0.5
        else:
            break
        x, residual, jacobian, size = trial, trial_residual, trial_jacobian, _size(trial_residual)
    if size <= tolerance:
        return x, size
    raise NotConverged(f"The saddle equations were not solved to {tolerance:g}", residual=size, state=x)


def _newton_step(jacobian, residual):
    try:
        step = np.linalg.solve(jacobian, -residual)
    except np.linalg.LinAlgError:
        return None
    return step if np.isfinite(step).all() else None


def _size(vector):
    largest = max(map(abs, vector.tolist()))
    return largest if math.isfinite(largest) else math.inf


def trace(solve_at, points, start, *, origin, stride, finest=1 / 64):
    """Follow a branch of saddle points from `origin` through `points`, which lead away from it.

    `solve_at(point, guess)` returns the unknowns x at a point or raises `NotConverged`; `start`
    solves `origin`. The guess is the polynomial through the last (up to five) solutions. Steps are at
    most `stride` long, and halved after a failure, down to `finest` strides. Yields (point, x); ends
    where the branch does, so a caller that got fewer points than it asked for knows where to look.

    >>> root = lambda point, guess: solve(lambda x: (x**2 - point, np.diag(2 * x)), guess)[0]
    >>> [round(float(x[0]), 6) for _, x in trace(root, [1.2, 1.44], [1.0], origin=1.0, stride=0.1)]
    [1.095445, 1.2]
    """
    known = [(origin, np.asarray(start, dtype=float))]
    length = stride
    for point in points:
        while (position := known[-1][0]) != point:
            remaining = point - position
            target = point if abs(remaining) <= length else position + np.copysign(length, remaining)
            try:
                x = solve_at(target, _extrapolate(known, target))
            except NotConverged:
                length = 0.5 * abs(target - position)
                if length < finest * stride:
                    return
            else:
                known = [*known[-4:], (target, x)]
                length = min(stride, 2.0 * length)
        yield point, known[-1][1]


def _extrapolate(known, point):
    """Lagrange's polynomial through the known solutions."""
    total = 0.0
    for a, x in known:
        weight = 1.0
        for b, _ in known:
            if b != a:
                weight *= (point - b) / (a - b)
        total = total + weight * x
    return total


def critical(function, low, high, *, tolerance=1e-14):
    """Find the root of a scalar function between low and high, where it changes sign.

    Raises ValueError if it does not, and `NotConverged` if the bracket could not be closed.

    >>> abs(critical(lambda x: x**3 - 2, 1, 2) - 2 ** (1 / 3)) < 1e-14
    True
    """
    at_low, at_high = function(low), function(high)
    if not at_low * at_high <= 0:
        raise ValueError(f"The function has the values {at_low:g} at {low:g} and {at_high:g} at {high:g}; it must change sign.")
    if at_low == 0 or at_high == 0:
        return low if at_low == 0 else high
    found = root_scalar(function, bracket=(min(low, high), max(low, high)), method="brentq", xtol=tolerance, rtol=8.9e-16)
    if not found.converged:
        raise NotConverged("The critical point was not found", residual=abs(function(found.root)), state=found.root)
    return found.root


def first_sign_change(function, points):
    """The first two neighbours among `points` between which a scalar function changes sign.

    Raises `NotConverged` if there are none.

    >>> first_sign_change(lambda x: x - 2.5, [0, 1, 2, 3, 4])
    (2, 3)
    """
    previous, value = points[0], function(points[0])
    for point in points[1:]:
        new = function(point)
        if new * value <= 0:
            return previous, point
        previous, value = point, new
    raise NotConverged(f"No sign change was found between {points[0]:g} and {points[-1]:g}", residual=abs(value), state=previous)
