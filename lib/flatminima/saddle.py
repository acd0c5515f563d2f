"""Saddle points: `solve` one by Newton's method, `trace` a branch of them, find where one is `critical`."""

import numpy as np
from scipy.optimize import root_scalar

from flatminima.errors import NotConverged


def solve(equations, start, *, tolerance=1e-12, iterations=60, longest_step=2.0):
    r"""Solve the saddle equations $R(x) = 0$ by Newton's method on the residual.

    $$ x \leftarrow x - \lambda J^{-1} R(x), \qquad J = \partial R/\partial x $$

    `equations(x)` returns the residual (n,) and its Jacobian (n, n). The step is shortened to
    `longest_step` (in the largest component) and halved while it does not lower max |R|.
    Convergence is judged by the undamped residual, never by the size of a step.
    Returns (x, max |R|). Raises `NotConverged`, with the residual and the last x, if max |R| stays
    above `tolerance`.

    >>> x, residual = solve(lambda x: (x**2 - 2, np.diag(2 * x)), [1.0])
    >>> abs(x[0] - 2**0.5) < 1e-12
    True
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
        for _ in range(30):
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
        step = np.linalg.solve(jacobian, -np.asarray(residual))
    except np.linalg.LinAlgError:
        return None
    return step if np.isfinite(step).all() else None


def _size(vector):
    largest = float(np.max(np.abs(vector)))
    return largest if np.isfinite(largest) else np.inf


def trace(solve_at, points, start):
    """Follow a branch of saddle points through `points`, each started from the ones before it.

    `solve_at(point, guess)` returns the unknowns x at a point or raises `NotConverged`. The guess is
    `start` at the first point, then the polynomial through the last (up to three) solutions.
    Yields (point, x); ends, silently, where the branch does: a caller that got fewer points than it
    asked for knows where to look.

    >>> root = lambda point, guess: solve(lambda x: (x**2 - point, np.diag(2 * x)), guess)[0]
    >>> [round(x[0], 6) for _, x in trace(root, [1.0, 1.2, 1.44], [1.0])]
    [1.0, 1.095445, 1.2]
    """
    known = []
    for point in points:
        guess = _extrapolate(known, point) if known else np.asarray(start, dtype=float)
        try:
            x = solve_at(point, guess)
        except NotConverged:
            if len(known) < 2:
                return
            try:  # the extrapolation may have overshot where the branch bends
                x = solve_at(point, known[-1][1])
            except NotConverged:
                return
        known = [*known[-2:], (point, x)]
        yield point, x


def _extrapolate(known, point):
    """Lagrange's polynomial through the known solutions."""
    total = 0.0
    for i, (a, x) in enumerate(known):
        weight = np.prod([(point - b) / (a - b) for j, (b, _) in enumerate(known) if j != i])
        total = total + weight * x
    return total


def critical(function, low, high, *, tolerance=1e-14):
    """Find the root of a scalar function in [low, high], where it changes sign.

    Raises ValueError if it does not, and `NotConverged` if the bracket could not be closed.

    >>> abs(critical(lambda x: x**3 - 2, 1, 2) - 2 ** (1 / 3)) < 1e-14
    True
    """
    at_low, at_high = function(low), function(high)
    if not at_low * at_high <= 0:
        raise ValueError(f"The function has the values {at_low:g} at {low:g} and {at_high:g} at {high:g}; it must change sign.")
    if at_low == 0 or at_high == 0:
        return low if at_low == 0 else high
    found = root_scalar(function, bracket=(low, high), method="brentq", xtol=tolerance, rtol=8.9e-16)
    if not found.converged:
        raise NotConverged("The critical point was not found", residual=abs(function(found.root)), state=found.root)
    return found.root
