r"""Metropolis in two stages: first the coupling, from a table, and only if it agrees the energy.

The law of y networks tied to a reference that is summed over, with M_i = Σ_a w_i^a:

    P(w¹ … w^y) ∝ exp(−β Σ_a E(w^a) + Σ_i ln 2cosh(γ M_i)).

A flip of w_i^a changes M_i by −2 w_i^a, and the second term by an amount that depends on s = w_i^a M_i alone. It is
accepted with probability min(1, r_C) · min(1, r_E), r_C and r_E being the two factors by which P changes. The product
obeys detailed balance because each factor does: min(1, r) = r min(1, 1/r).
"""

import math

import numpy as np
from numba import njit

from flatminima.algorithms.annealing.energy import energy_after, flip
from flatminima.networks.patterns import positive_integer
from flatminima.validation import real_number

_STRONGEST = 1e6  # far beyond e^γ that a double can hold


def coupling_ratios(gamma, replicas):
    r"""Factors by which the flip of one weight w changes the weight of its site, indexed by s + y, s = w M = −y … y.

    $$ r_C(s) = \frac{\cosh \gamma (s - 2)}{\cosh \gamma s} $$

    `gamma` ≥ 0 a real number and `replicas` = y an integer; returns shape (2y + 1,), of which s = y, y − 2, …, 2 − y occur.
    Factors beyond e^700 are cut: as probabilities they are all one.

    >>> print(coupling_ratios(0.0, 2), round(coupling_ratios(0.5, 3)[2 + 3] * math.cosh(1.0), 12))
    [1. 1. 1. 1. 1.] 1.0
    """
    s = np.arange(-replicas, replicas + 1)
    high, low = gamma * np.abs(s - 2), gamma * np.abs(s)
    return np.exp(np.minimum(high - low, 700.0)) * (1 + np.exp(-2 * high)) / (1 + np.exp(-2 * low))


def sweep(state, beta, gamma, generator, proposals=None):
    """Propose `proposals` ≥ 1 flips, by default y·n, in each unit in turn; return how many were made. Changes `state`.

    `state` as `energy.replicas` makes it; inverse temperature `beta` ≥ 0 and coupling `gamma` in [0, 1e6], else ValueError or
    TypeError; `generator` of NumPy. Within a unit, replica and input are drawn uniformly for each proposal. Visiting the
    units in turn keeps what proposals need in the processor's cache; P is stationary under the visit of each unit.

    >>> from flatminima.algorithms.annealing.energy import replicas
    >>> from flatminima.networks import perceptron, random_patterns
    >>> state = replicas(random_patterns(5, 21, seed=1), perceptron(21), np.ones((3, 1, 21), np.int8))
    >>> sweep(state, 0.0, 0.0, np.random.default_rng(0))  # without energy and coupling all proposals are accepted
    63
    >>> bool((state.errors == state.energies).all())
    True
    """
    beta = real_number("beta", beta, 0, np.finfo(float).max, closed=True)
    gamma = real_number("gamma", gamma, 0, _STRONGEST, closed=True)
    count, _, size = state.weights.shape
    proposals = count * size if proposals is None else positive_integer("proposals", proposals)
    return int(_sweep(*state.arrays, coupling_ratios(gamma, count), beta * state.step, generator, proposals))


@njit(error_model="numpy", cache=True)
def _sweep(
    weights, fields, outputs, energies, sums, inputs, labels, readout, stride, clip, table,
    ratios, cooling, generator, proposals,
):  # fmt: skip
    count, units, size = weights.shape
    made = 0
    for unit in range(units):
        for _ in range(proposals):
            site = int(generator.random() * (count * size))
            a, i = site // size, site % size
            weight = weights[a, unit, i]
            ratio = ratios[weight * sums[unit, i] + count]
            if ratio < 1.0 and generator.random() >= ratio:
                continue
            row = inputs[unit * stride + i]
            energy = energy_after(fields[a, unit], outputs[a], row, labels, weight, readout[unit], clip, table)
            rise = energy - energies[a]
            if rise > 0 and generator.random() >= math.exp(-cooling * rise):
                continue
            flip(fields[a, unit], outputs[a], row, labels, weight, readout[unit], clip)
            weights[a, unit, i] = -weight
            sums[unit, i] -= 2 * weight
            energies[a] = energy
            made += 1
    return made
