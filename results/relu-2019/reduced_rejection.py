"""Two samplers of coupled replicas side by side at the published size: y = 20, K = 32 (ReLU) and 33 (sign), N = K², α = 0.4.

Annealing by reduced rejection, of the patterns and with the schedule of annealing.py, which has two-stage Metropolis; and
runs of both at fixed β and γ from random weights. About 2 minutes on two cores.

    python results/relu-2019/reduced_rejection.py
"""

import numpy as np

from flatminima import sweeps
from flatminima.algorithms import annealing
from flatminima.algorithms.annealing import energy, reduced_rejection, two_stage
from flatminima.networks import RELU_UNIT, SIGN_UNIT, random_patterns, tree_committee

REPLICAS, OVERLAP = 20, 0.85
SAMPLERS = {"two-stage": two_stage, "reduced-rejection": reduced_rejection}
MACHINES = {"sign": tree_committee(33, 1089, SIGN_UNIT), "ReLU": tree_committee(32, 1024, RELU_UNIT)}
SAMPLES = {"sign": range(10), "ReLU": range(4)}
ANNEALING_SWEEPS = 2000
BETA, GAMMAS, SWEEPS = 0.5, (0.3, 0.6, 1.0), 1000  # where runs of this length are in equilibrium


def setting(machine, sample):
    machine = MACHINES[machine]
    return machine, random_patterns(round(0.4 * machine.size), machine.size, seed=[2019, sample])


def seed(sampler, machine, sample):
    return [2019, sample, list(SAMPLERS).index(sampler), list(MACHINES).index(machine)]


def annealed(sampler, machine, sample):
    network, patterns = setting(machine, sample)
    run = annealing.anneal(
        patterns, network, replicas=REPLICAS, overlap=OVERLAP, sweeps=ANNEALING_SWEEPS,
        sampler=SAMPLERS[sampler].sweep, seed=seed(sampler, machine, sample),
    )  # fmt: skip
    return {
        "errors": run.errors, "overlap": run.overlap, "sweeps": run.sweeps, "gammas": run.gammas, "overlaps": run.overlaps,
        "stability": np.mean([network.stabilities(w, patterns).mean() for w in run.weights]),
    }  # fmt: skip


def fixed(sampler, machine, gamma):
    """Mean energy of a replica, overlap, flips made and mean probability to pass the coupling, sweep by sweep."""
    network, patterns = setting(machine, 0)
    generator = np.random.default_rng([*seed(sampler, machine, 0), round(100 * gamma)])
    start = 2 * generator.integers(0, 2, (REPLICAS, *network.shape), dtype=np.int8) - 1
    state = energy.replicas(patterns, network, start)
    passes = np.minimum(1, two_stage.coupling_ratios(gamma, REPLICAS))
    path = []
    for _ in range(SWEEPS):
        made = SAMPLERS[sampler].sweep(state, BETA, gamma, generator)
        passing = passes[state.weights * state.sums + REPLICAS].mean()
        path.append((state.energies.mean(), state.overlap, made, passing))
    return dict(zip(("energy", "overlap", "made", "passing"), np.array(path, np.float32).T))


def one(task, sampler, machine, value):
    return {"annealing": annealed, "fixed": fixed}[task](sampler, machine, value)


STUDY = sweeps.Study(
    "relu-2019/reduced_rejection",
    one,
    units=[
        {"task": "fixed", "sampler": sampler, "machine": machine, "value": gamma}
        for machine in MACHINES
        for gamma in GAMMAS
        for sampler in SAMPLERS
    ]
    + [
        {"task": "annealing", "sampler": "reduced-rejection", "machine": machine, "value": sample}
        for machine, samples in SAMPLES.items()
        for sample in samples
    ],
    version=1,
    recompute=[
        {"task": "fixed", "sampler": "reduced-rejection", "machine": "sign", "value": 1.0},
        {"task": "annealing", "sampler": "reduced-rejection", "machine": "sign", "value": 6},
    ],
    tolerance=1e-6,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
