r"""What each flip of one network would cost, by one dot product; for networks that are annealed alone.

A flip of w_ℓi moves the field S_ℓ of a pattern by −2 w_ℓi ξ_ℓi = ±2. Let u^μ and d^μ be the changes of the pattern's loss
if S_ℓ rises or falls by 2. They depend on the unit, but not on which of its weights is flipped, so that

    ΔE_ℓi = ½ Σ_μ (u^μ + d^μ) − ½ w_ℓi Σ_μ ξ_ℓi^μ (u^μ − d^μ).

The first sum and the differences u − d stay as they are until a flip is made. A proposal is then a dot product of
integers, many of which the processor takes in one instruction; losses are looked up again only for flips that are made.
Losses are rounded to a step so wide that no such sum leaves 32 bits: sums are exact, in any order.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from flatminima.algorithms.annealing.energy import STEP, replicas

_ROOM = 2.0**31


@dataclass(eq=False)
class Network:
    """One binary network and the cost of its flips; made by `network`, changed by `sweep`.

    What stays: `inputs`, `labels`, `readout`, `stride` and `clip` of `energy.Replicas`, P′ being the number of patterns
    filled up; `table`, the loss by output, in units of `step`. What flips change: `weights` (K, n), `fields` (K, P′),
    `outputs` (P′,), `differences` (K, P′) the u − d, `both` (K, P′) the u + d, `totals` (K,) their sums, and `energy`.
    """

    weights: np.ndarray
    fields: np.ndarray
    outputs: np.ndarray
    differences: np.ndarray
    both: np.ndarray
    totals: np.ndarray
    inputs: np.ndarray
    labels: np.ndarray
    readout: np.ndarray
    stride: int
    clip: np.ndarray
    table: np.ndarray
    step: float
    energy: int

    @property
    def errors(self):
        """The number of patterns with a wrong output; those that only fill up have a right one."""
        return int(np.count_nonzero(self.outputs <= 0))


def network(patterns, machine, weights, loss=None):
    """Set up a network with `weights` (K, n), all ±1; `loss`, and the errors raised, as for `energy.replicas`.

    Losses are rounded to multiples of `step`, a power of two: 3e-5 for the cross-entropy of a thousand patterns and weights.

    >>> from flatminima.networks import perceptron, random_patterns
    >>> net = network(random_patterns(4, 5, seed=1), perceptron(5), np.ones((1, 5)))
    >>> net.energy * net.step == net.errors
    True
    """
    alone = replicas(patterns, machine, np.asarray(weights)[None], loss or _wrong)
    table, step = _rounded(alone.table * alone.step, len(patterns))
    fields, outputs = alone.fields[0], alone.outputs[0]
    costs = np.zeros(fields.shape, np.int32), np.zeros(fields.shape, np.int32), np.zeros(machine.units, np.int64)
    _weigh(len(patterns), fields, outputs, *costs, alone.labels, alone.readout, alone.clip, table)
    energy = int(table[outputs[: len(patterns)] + len(table) // 2].sum())
    return Network(
        alone.weights[0], fields, outputs, *costs,
        alone.inputs, alone.labels, alone.readout, alone.stride, alone.clip, table, step, energy,
    )  # fmt: skip


def sweep(net, beta, generator, proposals=None):
    """Propose `proposals` flips, by default Kn, of weights drawn uniformly; return how many were made. Changes `net`.

    A flip is made with the probability min(1, exp(−β ΔE)), so that the law exp(−βE) is stationary.
    """
    made, net.energy = _sweep(
        net.weights, net.fields, net.outputs, net.differences, net.both, net.totals, net.inputs, net.labels, net.readout,
        net.stride, net.clip, net.table, beta * net.step, net.energy, generator, proposals or net.weights.size,
    )  # fmt: skip
    return made


def _wrong(stability):
    return (stability <= 0).astype(float)


def _rounded(losses, count):
    """The losses as multiples of a step, the finest with which Σ_μ |u − d| fits into 32 bits even beyond the table's ends."""
    steepest = max(np.abs(losses[step:] - losses[:-step]).max() for step in (1, 2))  # an output moves by 2 at most
    step = max(STEP, 2.0 ** math.ceil(math.log2(2 * count * max(steepest, STEP) / _ROOM)))
    table = np.rint(losses / step).astype(np.int64)
    return np.pad(table, 2, mode="edge"), step  # moves beyond the ends are looked up, though no flip makes them


@njit(error_model="numpy", cache=True)
def _clipped(field, clip):
    return min(max(field, clip[0]), clip[1])


@njit(error_model="numpy", cache=True)
def _costs(field, output, direction, clip, table):
    """The changes u and d of one pattern's loss when one unit's field rises or falls by 2; `direction` = σ c_ℓ."""
    middle = table.size // 2
    now, here = table[output + middle], _clipped(field, clip)
    rise = table[output + direction * (_clipped(field + 2, clip) - here) + middle] - now
    fall = table[output + direction * (_clipped(field - 2, clip) - here) + middle] - now
    return rise, fall


@njit(error_model="numpy", cache=True)
def _update(unit, m, fields, outputs, differences, both, totals, labels, readout, clip, table):
    """Look up the costs of one pattern again, for one unit."""
    rise, fall = _costs(fields[unit, m], outputs[m], labels[m] * readout[unit], clip, table)
    totals[unit] += rise + fall - both[unit, m]
    both[unit, m] = rise + fall
    differences[unit, m] = rise - fall


@njit(error_model="numpy", cache=True)
def _weigh(count, fields, outputs, differences, both, totals, labels, readout, clip, table):
    for unit in range(len(fields)):
        for m in range(count):
            _update(unit, m, fields, outputs, differences, both, totals, labels, readout, clip, table)


@njit(error_model="numpy", cache=True)
def _sweep(
    weights, fields, outputs, differences, both, totals, inputs, labels, readout, stride, clip, table, cooling, energy,
    generator, proposals,
):  # fmt: skip
    units, size = weights.shape
    made = 0
    for _ in range(proposals):
        site = generator.integers(0, units * size)
        unit, i = site // size, site % size
        weight, row, difference = weights[unit, i], inputs[unit * stride + i], differences[unit]
        tilt = np.int32(0)
        for m in range(row.size):
            tilt += np.int32(row[m]) * difference[m]
        rise = (totals[unit] - weight * np.int64(tilt)) // 2
        if rise > 0 and generator.random() >= math.exp(-cooling * rise):
            continue
        weights[unit, i] = -weight
        energy += rise
        made += 1
        for m in range(row.size):
            if labels[m] == 0:  # it only fills up
                break
            before = _clipped(fields[unit, m], clip)
            fields[unit, m] -= 2 * weight * row[m]
            change = labels[m] * readout[unit] * (_clipped(fields[unit, m], clip) - before)
            outputs[m] += change
            for other in range(units):
                if other == unit or change != 0:
                    _update(other, m, fields, outputs, differences, both, totals, labels, readout, clip, table)
    return made, energy
