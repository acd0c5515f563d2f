"""How often a pattern that was learned is lost when some of its entries are flipped. relu-2019, text on Fig. 3 (right)."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from flatminima.networks.activations import RELU_UNIT, SIGN_UNIT
from flatminima.networks.committee import require_committee
from flatminima.networks.patterns import positive_integer, seeded_generator
from flatminima.validation import real_array


@dataclass(frozen=True, eq=False)
class Misclassification:
    """What `misclassification` measured, one entry a fraction.

    `fractions` are those that were flipped, whole numbers of entries over N; `probability` is that of a
    wrong output and `standard_error` its uncertainty, from the perturbations: machine and patterns are given.
    """

    fractions: np.ndarray
    probability: np.ndarray
    standard_error: np.ndarray


def misclassification(weights, patterns, machine, fractions, *, perturbations=50, seed):
    r"""Probability that a pattern of the training set is misclassified after a fraction η of its entries is flipped.

    $$ p(\eta) = \frac1P \sum_{\mu=1}^P \operatorname{Prob}\Big[\sigma^\mu \sum_\ell c_\ell\,
       g\Big(\sum_i w_{\ell i}\, s_{\ell i}\, \xi^\mu_{\ell i}\Big) \le 0\Big], \qquad
       s = -1 \text{ on } k = \operatorname{round}(\eta N) \text{ random entries, 1 on the others} $$

    relu-2019, text on Fig. 3 (right). `weights` has shape (K, n) and any length: for sign and ReLU units it does
    not matter. `fractions` is a sequence in [0, 1]; half an entry is rounded to even. Every pattern gets
    `perturbations` ≥ 2 random orders of its entries, and their first k are flipped: the values at different
    fractions share them, so that their difference is more certain than each of them. In a fully connected committee
    all units see the same flips. An output of exactly zero is wrong. Returns a `Misclassification`.

    Exact for integer weights but for the draws. Raises ValueError or TypeError for input out of range,
    and for units other than sign and ReLU.

    >>> from flatminima.networks import Patterns, perceptron
    >>> lost = misclassification([[1, 1, 1]], Patterns([[1, 1, 1]], [1]), perceptron(3), [0, 1 / 3, 2 / 3, 1], seed=0)
    >>> lost.probability                       # two of three are a majority, whichever they are
    array([0., 0., 1., 1.])
    """
    machine = require_committee(machine)
    if machine.unit not in (SIGN_UNIT, RELU_UNIT):
        raise ValueError(f"the machine has {machine.unit} units; they must be SIGN_UNIT or RELU_UNIT.")
    weights, inputs = machine.require_weights(weights), machine.require_patterns(patterns).inputs
    counts = _counts(fractions, machine.size)
    if positive_integer("perturbations", perturbations) < 2:
        raise ValueError(f"perturbations is {perturbations}; it must be at least 2 for a standard error.")
    order = np.argsort(counts, kind="stable")
    wrong = np.zeros((len(patterns), len(counts)), dtype=np.int64)
    _count_errors(
        np.ascontiguousarray(weights.T) if machine.full else weights.reshape(-1, 1), inputs, patterns.labels, machine.full,
        machine.readout, machine.unit is RELU_UNIT, counts[order], perturbations, seeded_generator(seed), wrong,
    )
    rate = np.empty(wrong.shape)
    rate[:, order] = wrong / perturbations
    variance = rate * (1.0 - rate) / (perturbations - 1)
    return Misclassification(counts / machine.size, rate.mean(axis=0), np.sqrt(variance.sum(axis=0)) / len(patterns))


def _counts(fractions, size):
    """The numbers of entries to flip."""
    fractions = real_array("fractions", fractions)
    if fractions.ndim != 1 or fractions.size == 0:
        raise ValueError(f"fractions has shape {fractions.shape}; it must be a sequence of numbers in [0, 1].")
    outside = fractions[~((fractions >= 0.0) & (fractions <= 1.0))]
    if outside.size:
        raise ValueError(f"fractions has an entry {outside[0]:g}; all must be in [0, 1].")
    return np.rint(fractions * size).astype(np.int64)


@njit(error_model="numpy", cache=True)
def _count_errors(weights, inputs, labels, full, readout, rectified, counts, perturbations, generator, wrong):
    """Add to `wrong` (P, counts); `weights` are (N, K) if full and (N, 1) in a tree, `counts` increase."""
    size, units = inputs.shape[1], readout.size
    fan_in = size if full else size // units
    order = np.arange(size)  # any order to start from gives a random one
    fields, start = np.empty(units), np.empty(units)
    for p in range(len(inputs)):
        for unit in range(units):
            start[unit] = 0.0
        for i in range(size):
            _add(start, weights, i, inputs[p, i], full, fan_in)
        for _ in range(perturbations):
            for unit in range(units):
                fields[unit] = start[unit]
            flipped = 0
            for c in range(counts.size):
                while flipped < counts[c]:
                    # one step of Fisher and Yates: the next entry, among those not yet flipped (biased by less than 1e-12)
                    other = flipped + int(generator.random() * (size - flipped))
                    i = order[other]
                    order[other] = order[flipped]
                    order[flipped] = i
                    _add(fields, weights, i, -2.0 * inputs[p, i], full, fan_in)
                    flipped += 1
                output = 0.0
                for unit in range(units):
                    output += readout[unit] * _unit(fields[unit], rectified)
                wrong[p, c] += labels[p] * output <= 0.0


@njit(error_model="numpy")
def _unit(field, rectified):
    if field > 0.0:
        return field if rectified else 1.0
    return 0.0 if rectified or field == 0.0 else -1.0


@njit(error_model="numpy")
def _add(fields, weights, i, change, full, fan_in):
    """Add `change` to input i, in the fields of the units that see it."""
    if full:
        for unit in range(fields.size):
            fields[unit] += weights[i, unit] * change
    else:
        fields[i // fan_in] += weights[i, 0] * change
