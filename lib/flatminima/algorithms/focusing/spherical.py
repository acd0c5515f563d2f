r"""What y replicas with spherical weights do to each other through their centre.

The replicated system of shaping-2020 (12) with d(W, W') = |W − W'|²/2, all y + 1 configurations on the sphere:
patterns act on a weight of each replica by exp(−A w²/2 + B w), the centre by exp(λ w w*), and each unit's length is
kept by a multiplier. In one weight that is a Gaussian of y replicas and a centre. Its differences of replicas have a
precision c, the mean of the replicas s < c (chapter 12 of shaping-2020), and eliminating the multipliers

    1 = b/s² + [(y − 1)/c + 1/s]/y,        λ² = (c − s)² b/s² + (c − s) c/(y s),        b = mean of B²:

the length of a replica, and that of the centre. Both s and λ are functions of one parameter.
"""

import math

import numpy as np
from numba import njit

from flatminima.validation import real_number

_LARGEST = 1e50  # of the strength and of a field: squares must not overflow


@njit(cache=True, error_model="numpy")
def _modes(square, log_strength, replicas):
    """s, c and c − s of a unit with mean square field `square`; relative accuracy 1e-13.

    s lies between its values at λ = ∞ and λ = 0, at s = low + gap · (1 − e) with e = 1/(1 + exp(t)). With t everything
    is a product of positive factors, and ln λ² falls between the slopes −2 and −1: a case for Newton's method.
    """
    inverse = 1.0 / replicas
    root_low, root_high = math.sqrt(inverse * inverse + 4.0 * square), math.sqrt(1.0 + 4.0 * square)
    low = 0.5 * (inverse + root_low)
    share = 0.5 * (1.0 + (1.0 + inverse) / (root_low + root_high))  # of the gap in 1 − 1/y
    gap = (1.0 - inverse) * share
    below, above = 2.0 * square / (root_low + inverse), 2.0 * square / (root_high + 1.0)  # minus the other roots
    t = -log_strength
    for _ in range(100):
        small, large = (math.exp(-t), 1.0) if t > 0.0 else (1.0, math.exp(t))
        e, rest = small / (small + large), large / (small + large)
        s = low + gap * rest
        slope = gap * e * rest
        difference = s * (small / large) * (s + above) / (s + below)
        c = s * s / (share * rest * (s + below))
        fields, noise = square * (difference / s) ** 2, difference * (c / s) * inverse
        log_difference = slope / s - 1.0 + slope / (s + above) - slope / (s + below)
        log_c = 2.0 * slope / s - e - slope / (s + below)
        ratio = fields / (fields + noise)
        gradient = ratio * 2.0 * (log_difference - slope / s) + (1.0 - ratio) * (log_difference + log_c - slope / s)
        step = (math.log(fields + noise) - 2.0 * log_strength) / gradient
        t -= step
        if abs(step) < 1e-14 * (1.0 + abs(t)):
            break
    return s, c, difference


@njit(cache=True, error_model="numpy")
def _all_modes(squares, log_strength, replicas):
    modes = np.empty((3, len(squares)))
    for unit in range(len(squares)):
        modes[0, unit], modes[1, unit], modes[2, unit] = _modes(squares[unit], log_strength, replicas)
    return modes


def replica_modes(square, strength, replicas):
    r"""Return the precisions s of the mean of the replicas and c of their differences, one of each a unit.

    $$ \frac b{s^2} + \frac1y \Big[\frac{y-1}c + \frac1s\Big] = 1, \qquad
       (c-s)^2\, \frac b{s^2} + \frac{(c-s)\,c}{y\,s} = \lambda^2 $$

    the lengths of a replica and of the centre in the replicated system of shaping-2020 (12). `square` = b in
    [0, 1e100], shape (K,), are the mean square fields of the patterns, `strength` = λ in [1e-50, 1e50], `replicas` = y
    in [1, 1e6]. Two replicas have the overlap 1 − 1/c. Relative accuracy 1e-12. Raises ValueError or TypeError for
    other values.

    Without patterns a replica and the centre have the overlap p with λ = p/(1 − p²), two replicas p²:

    >>> s, c = replica_modes([0.0], strength=2 / 3, replicas=10)  # p = 1/2
    >>> float(np.round(1 - 1 / c[0], 12)), float(np.round(1 / s[0], 12))
    (0.25, 3.25)
    """
    square = np.asarray(square, dtype=np.float64)
    if square.ndim != 1 or not np.all((0 <= square) & (square <= _LARGEST**2)):
        raise ValueError(f"square is {square}; it must be a row of numbers in [0, 1e100].")
    log_strength = math.log(real_number("strength", strength, 1 / _LARGEST, _LARGEST, closed=True))
    s, c, _ = _all_modes(square, log_strength, real_number("replicas", replicas, 1, 1e6, closed=True))
    return s, c


def self_interaction(strength, replicas):
    r"""Return the coupling of `belief_propagation.iterate` that stands for y replicas around a centre.

    $$ B_i \to B_i + (y-1)\,\frac{c-s}{c + (y-1)s}\, B_i, \qquad
       A \to A - \frac{(c-s)\,c}{c + (y-1)s} $$

    from shaping-2020 (12), with s and c of `replica_modes`. The field of the patterns grows by a factor between 1
    (λ = 0) and y (λ → ∞). `strength` = λ is 0 or in [1e-50, 1e50], `replicas` = y in [1, 1e6]; ValueError or TypeError
    otherwise.
    The coupling takes the fields (K, n) without it, of at most 1e50 each, and the precisions and means, which it does
    not need: the length of a unit fixes its precision.

    >>> coupling = self_interaction(1e9, replicas=10)
    >>> field, precision = coupling(np.ones((1, 4)), np.ones(1), np.zeros((1, 4)))
    >>> np.round(field, 6)
    array([[9., 9., 9., 9.]])
    """
    replicas = real_number("replicas", replicas, 1, 1e6, closed=True)
    strength = real_number("strength", strength, 0 if strength == 0 else 1 / _LARGEST, _LARGEST, closed=True)

    def coupling(field, precision, mean):
        if strength == 0:
            return np.zeros_like(field), np.zeros(len(field))
        s, c, difference = _all_modes(np.mean(field * field, axis=1), math.log(strength), replicas)
        share = difference / (c + (replicas - 1) * s)
        return (replicas - 1) * share[:, None] * field, -share * c

    return coupling
