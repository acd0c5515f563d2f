r"""The energy of binary networks, kept up to date while single weights are flipped.

All that a network computes before its output is an integer. With w, ξ = ±1 the field of a hidden unit is
S_ℓ = Σ_i w_ℓi ξ_i, and the three units are one function, an interval to which S is clipped:

    g(S) = min(max(S, low), high):   sign [−1, 1],   ReLU [0, ∞),   a perceptron's own field (−∞, ∞).

The output in the direction of the label is the integer v = σ Σ_ℓ c_ℓ g(S_ℓ), and the loss of a pattern is a function of
v. The loss is an integer, too: 1 where v ≤ 0 for the number of errors; else a table, in steps of 2⁻²⁰. So sums are exact
in any order, and the energy carried along is that computed afresh, to the last bit.

One flip changes one unit: 2 w_ℓi ξ_i is subtracted from S_ℓ on all patterns at once, 16 or 32 of them in one instruction
of the processor. For this the patterns lie side by side in memory, filled up to a multiple of 64 with patterns whose
label is 0: their output is one that no other has, without loss, and never changes.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from flatminima.networks import RELU_UNIT, SIGN_UNIT
from flatminima.networks.committee import require_committee
from flatminima.validation import real_array

STEP = 2.0**-20
"""The step in which losses are counted, unless the loss is the number of errors."""

_LARGEST = 32_000  # fields, outputs and counts are kept in 16 bits
_BLOCK = 64


@dataclass(frozen=True, eq=False)
class Replicas:
    """y binary networks on the same patterns, as the kernels need them; made by `replicas`.

    What stays: `inputs` (rows, P′) with P′ the number of patterns filled up, row ℓ·`stride` + i for weight i of unit ℓ;
    `labels` (P′,); `readout` (K,); `clip` = (low, high); `table`, the loss by v + len(table)//2, empty for errors; `step`,
    what an integer energy is counted in. What flips change: `weights` (y, K, n), `fields` (y, K, P′), `outputs` (y, P′),
    `energies` (y,) in steps, and `sums` (K, n), the M_ℓi = Σ_a w^a_ℓi.
    """

    inputs: np.ndarray
    labels: np.ndarray
    readout: np.ndarray
    stride: int
    clip: np.ndarray
    table: np.ndarray
    step: float
    weights: np.ndarray
    fields: np.ndarray
    outputs: np.ndarray
    energies: np.ndarray
    sums: np.ndarray

    @property
    def arrays(self):
        """What a sampler's kernel is given first, in the order of `two_stage._sweep`."""
        return (
            self.weights, self.fields, self.outputs, self.energies, self.sums,
            self.inputs, self.labels, self.readout, self.stride, self.clip, self.table,
        )  # fmt: skip

    @property
    def errors(self):
        """The number of patterns that each network gets wrong, shape (y,)."""
        return np.count_nonzero(self.outputs <= 0, axis=1)

    @property
    def overlap(self):
        r"""The mean overlap of two different networks; NaN for one network alone.

        $$ q = \frac{\frac{1}{Kn} \sum_i M_i^2 - y}{y (y - 1)}, \qquad M_i = \sum_{a=1}^y w_i^a $$
        """
        count = len(self.weights)
        if count == 1:
            return np.nan
        return (np.mean(self.sums.astype(np.int64) ** 2) - count) / (count * (count - 1))


def replicas(patterns, machine, weights, loss=None):
    r"""Set up networks with `weights` of shape (y, K, n), all ±1, and their energies.

    $$ E(w) = \sum_\mu \text{loss}(\Xi^\mu), \qquad \Xi^\mu = \frac{\sigma^\mu}{\sqrt K} \sum_\ell c_\ell\, g(x_\ell^\mu) $$

    with Ξ the stability, as of `Committee.stabilities`. `loss` is a function of an array of stabilities, such as the
    cross-entropy f_γ, rounded to multiples of 2⁻²⁰; without one, the number of errors, Ξ ≤ 0. A single unit is a
    perceptron: its stability is its field x = w·ξ/√n. Raises ValueError or TypeError for weights that are not ±1, units
    other than sign and ReLU, a loss that is not finite, and networks or training sets too large for fields in 16 bits.

    >>> from flatminima.networks import random_patterns, tree_committee
    >>> machine, patterns = tree_committee(3, 9), random_patterns(5, 9, seed=1)
    >>> state = replicas(patterns, machine, np.ones((2, 3, 3), np.int8))
    >>> print(state.energies == machine.errors(np.ones((3, 3)), patterns), state.overlap)
    [ True  True] 1.0
    """
    require_committee(machine)
    inputs = machine.require_patterns(patterns).inputs
    weights = _require_binary(weights, machine)
    clip, scale, reach = _unit(machine)
    if max(machine.fan_in, reach, len(inputs), len(weights)) > _LARGEST:
        raise ValueError(
            f"fields reach {machine.fan_in}, outputs {reach}, and there are {len(inputs)} patterns "
            f"and {len(weights)} networks; all must be at most {_LARGEST}."
        )
    table, step = (np.empty(0, np.int32), 1.0) if loss is None else (_table(loss, reach, scale), STEP)
    filled = -len(inputs) % _BLOCK
    columns = np.ascontiguousarray(np.pad(inputs.T, ((0, 0), (0, filled))))  # one weight's inputs side by side
    labels = np.pad(patterns.labels.astype(np.int16), (0, filled))
    rows = columns[None] if machine.full else columns.reshape(*machine.shape, -1)
    fields = np.array([np.matmul(each[:, None].astype(np.int16), rows)[:, 0] for each in weights])
    readout = machine.readout.astype(np.int16)
    outputs = labels * np.einsum("k,akp->ap", readout, np.clip(fields, *clip))
    outputs[:, len(inputs) :] = reach + 1
    energies = np.array([_energy(each, table) for each in outputs])
    return Replicas(
        columns, labels, readout, 0 if machine.full else machine.fan_in, clip, table, step,
        weights, fields, outputs, energies, weights.sum(axis=0, dtype=np.int16),
    )  # fmt: skip


def _energy(outputs, table):
    return np.count_nonzero(outputs <= 0) if not len(table) else table[outputs + len(table) // 2].sum(dtype=np.int64)


def _require_binary(weights, machine):
    weights = real_array("weights", weights)
    if weights.ndim != 3 or weights.shape[1:] != machine.shape or len(weights) == 0:
        raise ValueError(f"weights has shape {weights.shape}; it must be (y, K, n) with (K, n) = {machine.shape}.")
    if not (np.abs(weights) == 1).all():
        raise ValueError("weights has an entry that is not -1 or 1; all must be.")
    return weights.astype(np.int8)


def _unit(machine):
    """The interval of g, the unit in which the stability is an integer, and the largest output."""
    units, size = machine.shape
    if machine.unit is RELU_UNIT:
        low, high, scale, reach = 0, _LARGEST, 1 / np.sqrt(units * size), units // 2 * size
    elif machine.unit is not SIGN_UNIT:
        raise ValueError(f"the unit is {machine.unit}; it must be SIGN_UNIT or RELU_UNIT, whose outputs are integers.")
    elif units == 1:
        low, high, scale, reach = -_LARGEST, _LARGEST, 1 / np.sqrt(size), size
    else:
        low, high, scale, reach = -1, 1, 1 / np.sqrt(units), units
    return np.array([low, high], np.int16), scale, reach


def _table(loss, reach, scale):
    values = real_array("loss", loss(scale * np.arange(-reach, reach + 1)))
    if values.shape != (2 * reach + 1,) or not (np.abs(values) < 2000).all():
        raise ValueError("loss gives values that are not finite, or beyond 2000, or not one for each stability.")
    return np.pad(np.rint(values / STEP).astype(np.int32), 1)  # v = reach + 1 costs nothing


@njit(error_model="numpy", cache=True)
def _clipped(field, low, high):
    above = field if field > low else low
    return above if above < high else high


# Calls would cost as much as the loops: these two are written out where they are called.
@njit(error_model="numpy", inline="always", cache=True)
def energy_after(fields, outputs, inputs, labels, weight, sign, clip, table):
    """The integer energy of one network after the flip of one weight, which is not made.

    `fields` (P′,) of the weight's unit, `outputs` (P′,) of the network, `inputs` (P′,) the weight's row, `weight` its
    present value and `sign` = c_ℓ. All in 16 bits, so that the loop over patterns becomes vector instructions.
    """
    step, low, high = np.int16(-2 * weight), clip[0], clip[1]
    half, total = table.size // 2, np.int64(0)
    if table.size == 0:
        count = np.int16(0)
        for m in range(outputs.size):
            old = fields[m]
            new = np.int16(old + np.int16(step * np.int16(inputs[m])))
            gain = np.int16(_clipped(new, low, high) - _clipped(old, low, high))
            after = np.int16(outputs[m] + np.int16(np.int16(labels[m] * sign) * gain))
            count = np.int16(count + np.int16(after <= 0))
        total = np.int64(count)
    else:
        for m in range(outputs.size):
            old = fields[m]
            new = np.int16(old + np.int16(step * np.int16(inputs[m])))
            gain = np.int16(_clipped(new, low, high) - _clipped(old, low, high))
            after = np.int16(outputs[m] + np.int16(np.int16(labels[m] * sign) * gain))
            total += table[half + after]
    return total


@njit(error_model="numpy", inline="always", cache=True)
def flip(fields, outputs, inputs, labels, weight, sign, clip):
    """Make the flip: `fields` and `outputs` become those after it; weights, sums and energies are the caller's."""
    step, low, high = np.int16(-2 * weight), clip[0], clip[1]
    for m in range(outputs.size):
        old = fields[m]
        new = np.int16(old + np.int16(step * np.int16(inputs[m])))
        gain = np.int16(_clipped(new, low, high) - _clipped(old, low, high))
        outputs[m] = np.int16(outputs[m] + np.int16(np.int16(labels[m] * sign) * gain))
        fields[m] = new
