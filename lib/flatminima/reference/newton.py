"""Newton's method in two precisions: doubles find the root, mpmath gives it digits."""

import numpy as np
from mpmath import mp, mpf


def damped_newton(residual, start, tolerance=1e-11, iterations=60):
    """A root of a vector function in doubles: finite-difference Jacobian, step halved as needed.

    Returns the root and the Jacobian there. A trial point counts as worse where the residual
    is not finite. Raises ArithmeticError with the residual where no step makes progress.

    >>> root, _ = damped_newton(lambda x: [x[0] ** 2 - 2, x[0] * x[1] - 2], [1.0, 1.0])
    >>> [round(float(value), 10) for value in root]
    [1.4142135624, 1.4142135624]
    """
    x = np.array(start, dtype=float)
    value = np.array(residual(x), dtype=float)
    size = np.linalg.norm(value)
    for _ in range(iterations):
        jacobian = _jacobian(residual, x)
        if size < tolerance:
            return x, jacobian
        step = np.linalg.solve(jacobian, -value)
        for halving in range(30):
            trial = x + step / 2**halving
            trial_value = np.array(residual(trial), dtype=float)
            trial_size = np.linalg.norm(trial_value)
            if trial_size < size:
                break
        else:
            raise ArithmeticError(f"Newton's method stopped at the residual {size:.1e}.")
        x, value, size = trial, trial_value, trial_size
    raise ArithmeticError(f"Newton's method stopped at the residual {size:.1e}.")


def polish(residual, start, jacobian, digits, iterations=12):
    """The digits of a root known in doubles, by chord steps with the Jacobian of the doubles.

    A chord step multiplies the error by the relative error of the Jacobian, about 1e-8, so
    each one gains some eight digits for one evaluation in mpmath. Stops where every residual
    is below 10^(−digits − 1), and raises ArithmeticError where that is not reached.

    >>> with mp.workdps(30):
    ...     (root,) = polish(lambda x: [x[0] ** 2 - 2], [1.41421356], [[2.82842712]], 25)
    ...     mp.nstr(root, 25)
    '1.414213562373095048801689'
    """
    inverse = mp.matrix(np.linalg.inv(np.array(jacobian, dtype=float)).tolist())
    x = mp.matrix([mpf(value) for value in start])
    for _ in range(iterations):
        value = mp.matrix(residual(list(x)))
        if mp.norm(value, mp.inf) < mpf(10) ** -(digits + 1):
            return list(x)
        x = x - inverse * value
    raise ArithmeticError(f"The residual stayed at {mp.nstr(mp.norm(value, mp.inf), 3)}.")


def _jacobian(residual, x, width=1e-5):
    """Central differences: the error is the larger of width² and 1e-13/width."""
    columns = []
    for shift in np.diag(np.full(len(x), width)):
        ahead, behind = np.array(residual(x + shift)), np.array(residual(x - shift))
        columns.append((ahead - behind) / (2 * width))
    return np.array(columns, dtype=float).T
