r"""Replicated simulated annealing: cooling while the replicas are drawn together.

relu-2019 anneals y = 20 replicas so slowly that all of them end as solutions, at a mean overlap q₁ = 0.85 within 0.01; the
schedule is not given. Ours: β grows linearly and then jumps, the overlap asked for grows linearly, and γ follows it.

    overlap asked for: 0.2 → q₁ in the first 60 % of the sweeps;    β: 1 → 5 in the first 85 %, then 20.

Without patterns each replica follows the reference, with mean tanh γ, so that q = tanh² γ. The feedback therefore acts on
p = tanh² γ: after each sweep a tenth of the overlap that is missing is added to p, which is kept within [0, 0.9].

At the end the overlap still fluctuates, by 0.006 for a thousand weights. The run therefore goes on, a tenth of its time at
most, until all replicas are solutions and their overlap is right within 0.01.
"""

from dataclasses import dataclass

import numpy as np

from flatminima.algorithms.annealing import energy, two_stage
from flatminima.networks.committee import require_committee
from flatminima.networks.patterns import positive_integer, seeded_generator
from flatminima.validation import real_number

FIRST_OVERLAP, GATHERED = 0.2, 0.6
FIRST_BETA, LAST_BETA, COOLED, QUENCH = 1.0, 5.0, 0.85, 20.0
SHARE, STRONGEST = 0.1, 0.9
TOLERANCE, EXTENSION = 0.01, 0.1
RECORDS = 200
"""How many times a run is written down, at most."""


@dataclass(frozen=True, eq=False)
class Annealed:
    """Where an annealing of y replicas ended, and how it came there.

    `weights` (y, K, n) and their `reference` (K, n), int8; the `errors` (y,) of the replicas, and their mean `overlap`.
    The other five have one entry for each time the run was written down: after how many `sweeps`, the overlap reached,
    `overlaps`; β and γ, `betas` and `gammas`; the number of errors of each replica, `error_path` (records, y).
    """

    weights: np.ndarray
    reference: np.ndarray
    errors: np.ndarray
    overlap: float
    sweeps: np.ndarray
    overlaps: np.ndarray
    betas: np.ndarray
    gammas: np.ndarray
    error_path: np.ndarray


def schedule(sweeps, overlap):
    """The overlap asked for and β, one entry a sweep each.

    >>> wanted, betas = schedule(1000, 0.85)
    >>> print(wanted[[299, 599, 999]], betas[[849, 850]])
    [0.525 0.85  0.85 ] [ 5. 20.]
    """
    done = np.arange(1, sweeps + 1) / sweeps
    wanted = FIRST_OVERLAP + (overlap - FIRST_OVERLAP) * np.minimum(1.0, done / GATHERED)
    betas = np.where(done <= COOLED, FIRST_BETA + (LAST_BETA - FIRST_BETA) * np.minimum(1.0, done / COOLED), QUENCH)
    return wanted, betas


def anneal(patterns, machine, *, replicas=20, overlap=0.85, sweeps=8000, sampler=two_stage.sweep, seed):
    r"""Anneal `replicas` = y binary networks around a common reference, to a mean mutual overlap of `overlap` = q₁.

    $$ P \propto \exp\Big(-\beta \sum_{a=1}^y E(w^a) + \sum_i \ln 2\cosh(\gamma M_i)\Big), \qquad M_i = \sum_{a=1}^y w_i^a $$

    relu-2019, "Stability distribution and robustness", the reference summed over; E is the number of errors. Starts from
    random weights; in each of `sweeps` sweeps, or a tenth more, every weight is proposed once on average. `sampler` is a
    function (state, β, γ, generator) that moves the state, as `two_stage.sweep` does. y ≥ 2 and q₁ in [0.2, 0.9]. The reference
    that is returned has the sign of M_i, drawn at random where M_i = 0. `seed`: an integer or a list of them; the same
    seed gives the same bits. Running out of sweeps is no error: look at `errors` of the :class:`Annealed` that is
    returned. Raises ValueError or TypeError for bad input.

    >>> from flatminima.networks import random_patterns, tree_committee
    >>> machine, patterns = tree_committee(9, 81), random_patterns(16, 81, seed=1)
    >>> run = anneal(patterns, machine, replicas=5, sweeps=400, seed=2)
    >>> run.errors.tolist(), machine.errors(run.weights[0], patterns)
    ([0, 0, 0, 0, 0], 0)
    """
    require_committee(machine)
    if positive_integer("replicas", replicas) < 2:
        raise ValueError(f"replicas is {replicas}; it must be an integer from 2 on, for a mutual overlap.")
    overlap = real_number("overlap", overlap, FIRST_OVERLAP, 0.9, closed=True)
    wanted, betas = schedule(positive_integer("sweeps", sweeps), overlap)
    further = int(EXTENSION * sweeps)
    wanted, betas = np.append(wanted, np.full(further, overlap)), np.append(betas, np.full(further, QUENCH))
    generator = seeded_generator(seed)
    weights = 2 * generator.integers(0, 2, (replicas, *machine.shape), dtype=np.int8) - 1
    state = energy.replicas(patterns, machine, weights)

    every, records = -(-len(wanted) // RECORDS), []
    pull, done, ended = wanted[0], 0, False
    while not ended:
        beta, gamma = betas[done], np.arctanh(np.sqrt(pull))
        sampler(state, beta, gamma, generator)
        reached, missing = state.overlap, wanted[done] - state.overlap
        pull = min(max(pull + SHARE * missing, 0.0), STRONGEST)
        done += 1
        found = done >= sweeps and abs(missing) <= TOLERANCE and not state.errors.any()
        ended = found or done == len(wanted)
        if done % every == 0 or ended:
            records.append((done, reached, beta, gamma, state.errors))
    ties = 2 * generator.integers(0, 2, machine.shape, dtype=np.int8) - 1
    reference = np.where(state.sums == 0, ties, np.sign(state.sums)).astype(np.int8)
    return Annealed(state.weights, reference, state.errors, reached, *map(np.array, zip(*records)))

