r"""The fraction of solutions at a distance from a configuration, measured where it is too small to be met by chance.

The weights at overlap p with the reference are w_ℓ = p w̃_ℓ + √(1 − p²) t_ℓ with t_ℓ of length √n, uniform
on the sphere perpendicular to w̃_ℓ: t = √n g/|g| for a Gaussian g. A level s is reached if in every pattern
most units have gauged fields x > s; solutions are level 0. The fraction is a product of conditional ones,

$$ f(0) = f(s_1)\; \frac{f(s_2)}{f(s_1)} \cdots \frac{f(0)}{f(s_J)}, $$

and each level is the median of what its predecessor's configurations reach, so that all factors but the last are 1/2.
At a level, units are moved one at a time: g → g cos θ + g' sin θ with a fresh Gaussian g' keeps the law of g,
and the angle is drawn among those that keep the level (elliptical slice sampling, Murray, Adams and MacKay 2010).
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from flatminima.algorithms.belief_propagation.products import Products
from flatminima.errors import NotConverged
from flatminima.networks.patterns import positive_integer, seeded_generator
from flatminima.validation import real_array, real_number

_MOST_LEVELS = 1000  # a fraction of 2^-1000 is none
_TURN = 2 * np.pi * np.arange(256) / 256
# Angles are multiples of 1/256 of a turn: from a table, rounded, they are the same on every machine.
_COS, _SIN = np.round(np.cos(_TURN), 12), np.round(np.sin(_TURN), 12)

_loop = njit(error_model="numpy", cache=True)


@dataclass(frozen=True)
class Fraction:
    """`log` of the fraction, the number of `levels`, and the mean `angle` by which units turned in a move at the last one."""

    log: float
    levels: int
    angle: float


def fraction(reference, patterns, machine, distance, *, particles=64, sweeps=2, seed):
    r"""Measure ln of the fraction of solutions among all weights at `distance` d in (0, 1) from `reference`, shape (K, n).

    $$ \ln f = \ln \mathbb P_t\Big[ \text{all patterns right for } w_\ell = p\, \tilde w_\ell + \sqrt{1 - p^2}\; t_\ell \Big],
       \qquad p = 1 - 2d $$

    The same overlap p in every unit; N times the normalised local entropy, for large N. The reference has units of length
    √n; the `machine` is a perceptron or committee of sign units. `particles` ≥ 2 configurations are followed, each unit
    moved `sweeps` times at every level. The standard error is about √(−ln f/`particles`) and more where moves are
    small: repeat with other seeds. The same seed gives the same number on every machine. Raises ValueError or TypeError for
    bad values, NotConverged where no level is higher than the last, or 1000 are not enough.

    Half of all weights classify a pattern correctly, seen from one that is undecided:

    >>> from flatminima.networks import Patterns, perceptron
    >>> undecided = fraction([[1, -1, 1, -1]], Patterns([[1, 1, 1, 1]], [1]), perceptron(4), 0.2, particles=4000, seed=0)
    >>> round(math.exp(undecided.log), 1)
    0.5
    """
    products = Products(patterns, machine)  # the two layouts, and what is no machine
    reference = machine.require_weights(real_array("reference", reference))
    lengths = np.sqrt(np.mean(reference**2, axis=1))
    if not np.allclose(lengths, 1, rtol=0, atol=1e-6):
        raise ValueError(f"reference has units of {lengths.min():g} to {lengths.max():g} times √n in length; all must have √n.")
    p = 1 - 2 * real_number("distance", distance, 0, 1)
    particles, sweeps = positive_integer("particles", particles), positive_integer("sweeps", sweeps)
    if particles < 2:
        raise ValueError("particles is 1; it must be an integer from 2 on.")
    generator = seeded_generator(seed)
    pieces = products.inputs[None] if products.shared else products.inputs
    columns = [np.ascontiguousarray(inputs.T) / math.sqrt(machine.fan_in) for inputs in pieces]
    if products.shared:
        columns *= machine.units
    towards = np.stack([p * _sums(unit[None, :], seen)[0] for unit, seen in zip(reference, columns)])
    return _split(_Cloud(reference, columns, towards, math.sqrt(1 - p * p), generator), particles, sweeps)


@dataclass
class _Cloud:
    """What all configurations share: the reference, the gauged inputs each unit sees, shape (n, P), and p x̃, shape (K, P)."""

    reference: np.ndarray
    columns: list
    towards: np.ndarray
    away: float  # √(1 − p²)
    generator: np.random.Generator

    def draw(self, unit, count):
        """Gaussian vectors perpendicular to the reference, and their fields."""
        g = self.generator.standard_normal((count, self.reference.shape[1]))
        _make_perpendicular(g, self.reference[unit])
        return g, _sums(g, self.columns[unit])

    def move(self, state, unit, level):
        """Turn one unit in all configurations; returns the mean angle."""
        g, y, x = state
        fresh, fresh_y = self.draw(unit, len(g))
        return _turn(unit, g, y, x, self.towards, self.away, fresh, fresh_y, level, _COS, _SIN, self.generator)


def _split(cloud, particles, sweeps):
    units, n = cloud.reference.shape
    g, y = (np.stack(arrays, axis=1) for arrays in zip(*(cloud.draw(unit, particles) for unit in range(units))))
    state = g, y, cloud.towards + cloud.away * y * np.sqrt(n / np.sum(g**2, axis=2))[:, :, None]
    log, angle = 0.0, np.pi
    for levels in range(1, _MOST_LEVELS + 1):
        reached = _reached(state[2])
        level = min(np.sort(reached)[particles // 2 - 1], 0.0)
        above = np.flatnonzero(reached > level)
        if len(above) == 0:
            break
        log += math.log(len(above) / particles)
        if level == 0.0:
            return Fraction(log, levels, float(angle))
        kept = np.concatenate([above, cloud.generator.choice(above, particles - len(above))])
        state = tuple(array[kept] for array in state)
        angle = np.mean([cloud.move(state, unit, level) for _ in range(sweeps) for unit in range(units)])
    raise NotConverged(f"no solution was found in {levels} levels; is there one?", residual=-level, state=log)


@_loop
def _sums(g, columns):
    """Σ_i g_i ξ_i of each configuration, shape (count, P), in a fixed order: rounding must not depend on the machine."""
    out = np.zeros((len(g), columns.shape[1]))
    n = len(columns)
    for i in range(0, n - 3, 4):  # four inputs at a time: the sums are loaded and stored less often
        one, two, three, four = columns[i], columns[i + 1], columns[i + 2], columns[i + 3]
        for k in range(len(g)):
            total, a, b, c, d = out[k], g[k, i], g[k, i + 1], g[k, i + 2], g[k, i + 3]
            for m in range(len(one)):
                total[m] = total[m] + a * one[m] + b * two[m] + c * three[m] + d * four[m]
    for i in range(n - n % 4, n):
        for k in range(len(g)):
            for m in range(columns.shape[1]):
                out[k, m] += g[k, i] * columns[i, m]
    return out


@_loop
def _make_perpendicular(g, reference):
    for k in range(len(g)):
        along = 0.0
        for i in range(len(reference)):
            along += g[k, i] * reference[i]
        along /= len(reference)
        for i in range(len(reference)):
            g[k, i] -= along * reference[i]


@_loop
def _reached(x):
    """The level that each configuration reaches: in its worst pattern, the field of the unit that decides."""
    count, units, patterns = x.shape
    worst = np.full(count, np.inf)
    for k in range(count):
        for m in range(patterns):
            worst[k] = min(worst[k], np.sort(x[k, :, m])[units // 2])
    return worst


@_loop
def _turn(unit, g, y, x, towards, away, fresh, fresh_y, level, cos, sin, generator):
    """Elliptical slice sampling of one unit in place; x = p x̃ + √(1 − p²) √n y/|g|."""
    count, units, n = g.shape
    patterns, full = y.shape[2], len(cos)
    decided_by_it = np.empty(patterns, np.int64)
    angles = 0.0
    for k in range(count):
        own, own_y = g[k, unit], y[k, unit]
        needed = 0  # patterns in which exactly half of the other units are above the level
        for m in range(patterns):
            above = 0
            for other in range(units):
                above += other != unit and x[k, other, m] > level
            if above == units // 2:
                decided_by_it[needed] = m
                needed += 1
        square, mixed, fresh_square = 0.0, 0.0, 0.0
        for i in range(n):
            square += own[i] * own[i]
            mixed += own[i] * fresh[k, i]
            fresh_square += fresh[k, i] * fresh[k, i]
        low = -generator.integers(0, full)
        high = low + full - 1
        while low < high:
            step = generator.integers(low, high + 1)
            c, s = cos[step % full], sin[step % full]
            scale = away * math.sqrt(n / (c * c * square + 2.0 * c * s * mixed + s * s * fresh_square))
            keeps = True
            for q in range(needed):
                m = decided_by_it[q]
                if towards[unit, m] + scale * (c * own_y[m] + s * fresh_y[k, m]) <= level:
                    keeps = False
                    break
            if step == 0:
                break
            if keeps:
                for i in range(n):
                    own[i] = c * own[i] + s * fresh[k, i]
                for m in range(patterns):
                    own_y[m] = c * own_y[m] + s * fresh_y[k, m]
                    x[k, unit, m] = towards[unit, m] + scale * own_y[m]
                angles += min(step % full, -step % full)
                break
            if step < 0:
                low = step + 1
            else:
                high = step - 1
    return angles / count * 2.0 * math.pi / full
