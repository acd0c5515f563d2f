r"""How many solutions lie around a configuration, at every distance, by belief propagation."""

from dataclasses import dataclass

import numpy as np

from flatminima.algorithms.belief_propagation import iterate
from flatminima.algorithms.focusing import even_steps
from flatminima.networks.committee import require_committee
from flatminima.validation import real_array, real_number
from flatminima.weights import BINARY, SPHERICAL

_STRONGEST = 1e10  # bias: below it the entropy, a difference of terms of its size, keeps six decimals


@dataclass(frozen=True, eq=False)
class Profile:
    """A local entropy profile: one entry for each strength ρ of the bias towards the reference.

    `distances` d = (1 − overlap)/2, and there the `entropy` per weight; `normalised` is the entropy less that of all
    weights at this distance, with or without errors. `residual` and `sweeps` are those of belief propagation. Where it
    has not `converged`, distance and entropies are NaN.
    """

    strengths: np.ndarray
    distances: np.ndarray
    entropy: np.ndarray
    normalised: np.ndarray
    residual: np.ndarray
    sweeps: np.ndarray
    converged: np.ndarray


def usual_strengths(weights=BINARY, steps=50, last=10.0):
    r"""Return the bias that alone, without patterns, would give the overlaps i/(s − 1), i = 0 … s − 1, s = `steps`.

    $$ \rho_i = \operatorname{atanh}\frac{i}{s - 1} \ \text{(binary)}, \qquad
       \rho_i = \frac{p}{1 - p^2},\ p = \frac{i}{s - 1} \ \text{(spherical)} $$

    unveiling-2021 (bias schedule). The overlap 1 takes an infinite bias; it is replaced by tanh(`last`), `last` in (0, 100).
    Raises ValueError or TypeError for bad values.

    >>> print(np.round(usual_strengths(steps=3), 4), np.round(usual_strengths(SPHERICAL, steps=3, last=1.0), 4))
    [ 0.      0.5493 10.    ] [0.     0.6667 1.8134]
    """
    _require_known(weights)
    last = real_number("last", last, 0, 100)
    return np.array([weights.field(rapidity)[0] for rapidity in even_steps(steps, last)])


def trace(reference, patterns, machine, weights=BINARY, *, strengths=None, damping=0.3, tolerance=1e-6, max_sweeps=1000):
    r"""Count the solutions around `reference` w̃, shape (K, n), at one distance for each bias ρ of `strengths`, |ρ| ≤ 1e10.

    $$ Z(\rho) = \sum_{w \text{ solves}} e^{\rho\, \tilde w \cdot w}, \qquad
       \phi(d) = \frac1N \ln Z(\rho) - \rho\, t, \qquad t = \frac1N \sum_i \tilde w_i m_i = 1 - 2d $$

    unveiling-2021 (3), (bias energy) and (overlap from magnetizations), relu-2019 (constrained count), shaping-2020 (6) and
    (7), with the Bethe free entropy for ln Z and the means m of belief propagation.
    For spherical weights the sum is an integral. The reference itself need not be a solution. Each bias starts from the
    beliefs of the last one that converged to `tolerance` within `max_sweeps`; `damping` as in
    `belief_propagation.iterate`. Default: `usual_strengths`. Raises ValueError or TypeError for bad values; where belief
    propagation does not converge the profile has a NaN.

    Few patterns leave nearly all neighbours:

    >>> from flatminima.networks import perceptron, random_patterns
    >>> profile = trace(np.ones((1, 1001)), random_patterns(1, 1001, seed=0), perceptron(1001), strengths=[0.5, 1.0])
    >>> print(np.round(profile.normalised, 2) + 0.0)
    [0. 0.]
    """
    _require_known(weights)
    reference = _on_the_sphere(require_committee(machine).require_weights(real_array("reference", reference)), weights)
    strengths = usual_strengths(weights) if strengths is None else _finite(strengths)
    start, rows = None, []
    for strength in strengths:
        beliefs = iterate(
            patterns, machine, weights,
            field=strength * reference, start=start, damping=damping, tolerance=tolerance, max_sweeps=max_sweeps,
        )
        converged = beliefs.residual <= tolerance
        distance, entropy = np.nan, np.nan
        if converged:
            distance, entropy, start = (1 - beliefs.overlap(reference)) / 2, beliefs.entropy, beliefs
        everything = weights.sphere(distance) if 0 < distance < 1 else np.nan
        rows.append((distance, entropy, entropy - everything, beliefs.residual, beliefs.sweeps, converged))
    distances, entropy, normalised, residual, sweeps, converged = (np.array(column) for column in zip(*rows))
    return Profile(strengths, distances, entropy, normalised, residual, sweeps, converged)


def _require_known(weights):
    if weights is not BINARY and weights is not SPHERICAL:
        raise ValueError(f"weights is {weights!r}; it must be BINARY or SPHERICAL.")


def _on_the_sphere(reference, weights):
    if weights is BINARY and not np.all(np.abs(reference) == 1):
        wrong = reference[np.abs(reference) != 1][0]
        raise ValueError(f"reference has an entry {wrong}; binary weights are -1 or 1.")
    lengths = np.sqrt(np.mean(reference**2, axis=1))
    if not np.allclose(lengths, 1, rtol=0, atol=1e-6):
        raise ValueError(f"reference has units of length {lengths.min():g} to {lengths.max():g} times √n; all must have √n.")
    return reference


def _finite(strengths):
    array = np.atleast_1d(real_array("strengths", strengths))
    if array.ndim != 1 or array.size == 0 or not np.all(np.abs(array) <= _STRONGEST):
        raise ValueError(f"strengths is {strengths!r}; it must be a list of real numbers in [-1e10, 1e10].")
    return array
