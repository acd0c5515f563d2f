"""Focusing: belief propagation of y replicas around a centre, the coupling growing step by step."""

from dataclasses import dataclass

import numpy as np

from flatminima.algorithms.belief_propagation import Beliefs, iterate
from flatminima.algorithms.focusing import binary, spherical
from flatminima.networks.patterns import positive_integer
from flatminima.validation import real_array, real_number
from flatminima.weights import BINARY, SPHERICAL


@dataclass(frozen=True, eq=False)
class Focused:
    """Where a focusing protocol ended.

    `weights`, shape (K, n), misclassify `errors` patterns. They are the signs (binary) or directions (spherical) of
    the means of the step with the fewest errors, of the last one among equals. `beliefs` are those of the last step. The
    other four have one entry a step: the coupling `strengths`, the `residuals` and `sweeps` of belief propagation, and
    the number of errors, `error_path`.
    """

    weights: np.ndarray
    errors: int
    beliefs: Beliefs
    strengths: np.ndarray
    residuals: np.ndarray
    sweeps: np.ndarray
    error_path: np.ndarray


def even_steps(steps=30, last=10.0):
    r"""Return the coupling strengths of unveiling-2021 (focusing schedule), evenly spaced in tanh γ.

    $$ \gamma_i = \operatorname{atanh}\frac{i}{s - 1}, \quad i = 0, \dots, s - 2, \qquad \gamma_{s-1} = \text{last} $$

    with s = `steps` ≥ 2; the last would be infinite and is capped at `last` > 0.
    Raises ValueError or TypeError for other values.

    >>> print(np.round(even_steps(5), 4))
    [ 0.      0.2554  0.5493  0.973  10.    ]
    """
    if positive_integer("steps", steps) < 2:
        raise ValueError(f"steps is {steps}; it must be an integer from 2 on.")
    return np.append(np.arctanh(np.arange(steps - 1) / (steps - 1)), real_number("last", last, low=0))


def exponential_steps(first=0.5, last=30.0, steps=30):
    r"""Return the coupling strengths of shaping-2020 (focusing schedule), in a constant ratio from `first` to `last`.

    $$ \lambda_i = \text{first}\, (\text{last}/\text{first})^{i/(s-1)}, \qquad i = 0, \dots, s - 1 $$

    with s = `steps` ≥ 2; `first`, `last` > 0. Raises ValueError or TypeError for other values.

    >>> print(exponential_steps(1.0, 8.0, steps=4))
    [1. 2. 4. 8.]
    """
    if positive_integer("steps", steps) < 2:
        raise ValueError(f"steps is {steps}; it must be an integer from 2 on.")
    return np.geomspace(real_number("first", first, low=0), real_number("last", last, low=0), steps)


def solve(
    patterns, machine, weights=BINARY, *, replicas=20, schedule=None, damping=0.5, tolerance=1e-3, max_sweeps=300
):
    r"""Run belief propagation of `replicas` = y copies of the machine around a centre, one step for each coupling strength.

    `schedule`: the strengths, by default `even_steps()` for binary and `exponential_steps()` for spherical weights. Each
    step starts from the beliefs of the one before and ends when the means move by less than `tolerance`, root mean square,
    in a sweep, or after `max_sweeps`. `damping` as in `belief_propagation.iterate`. The steps only lead the way, so they
    need not be exact; whether the outcome is a solution is counted, in `errors` of the :class:`Focused` that is returned.
    Raises ValueError or TypeError for bad values, never for a search without success.

    >>> from flatminima.networks import perceptron, random_patterns
    >>> focused = solve(random_patterns(60, 201, seed=0), perceptron(201))
    >>> focused.errors, focused.weights.shape
    (0, (1, 201))
    """
    couple, to_weights, usual = _kind(weights)
    strengths = usual() if schedule is None else _strengths(schedule)
    beliefs, best, fewest = None, None, np.inf
    residuals, sweeps, error_path = [], [], []
    for strength in strengths:
        beliefs = iterate(
            patterns, machine, weights,
            coupling=couple(float(strength), replicas), start=beliefs,
            damping=damping, tolerance=tolerance, max_sweeps=max_sweeps,
        )
        candidate = to_weights(beliefs.mean, machine)
        errors = machine.errors(candidate, patterns)
        if errors <= fewest:
            best, fewest = candidate, errors
        residuals.append(beliefs.residual)
        sweeps.append(beliefs.sweeps)
        error_path.append(errors)
    return Focused(best, fewest, beliefs, strengths, np.array(residuals), np.array(sweeps), np.array(error_path))


def _signs(mean, machine):
    return np.where(mean < 0, -1.0, 1.0)


def _directions(mean, machine):
    return machine.normalised(mean)


def _kind(weights):
    """How replicas couple, how means become weights, and the usual strengths."""
    if weights is BINARY:
        return binary.self_interaction, _signs, even_steps
    if weights is SPHERICAL:
        return spherical.self_interaction, _directions, exponential_steps
    raise ValueError(f"weights is {weights!r}; it must be BINARY or SPHERICAL.")


def _strengths(schedule):
    strengths = np.atleast_1d(real_array("schedule", schedule))
    if strengths.ndim != 1 or strengths.size == 0 or not np.all((strengths >= 0) & np.isfinite(strengths)):
        raise ValueError(f"schedule is {schedule!r}; it must be a list of coupling strengths in [0, ∞).")
    return strengths
