"""Replicas of fully connected committees, annealed as those of the tree, and their errors after entries are flipped.

relu-2019 says only that its preliminary tests behaved the same. As many weights as in relu-2019/annealing, but all units
see the same inputs, so that N is smaller. Two minutes on one core.

    python results/relu-2019/annealing_full.py
"""

import numpy as np

from flatminima import sweeps
from flatminima.algorithms import annealing
from flatminima.landscape.robustness import misclassification
from flatminima.networks import RELU_UNIT, SIGN_UNIT, full_committee, random_patterns

MACHINES = {"ReLU": full_committee(8, 128, RELU_UNIT), "sign": full_committee(9, 121, SIGN_UNIT)}
SWEEPS, MEASURED = 4000, 3  # of the twenty replicas, three are measured
RUNS = [(0.2, 0), (0.2, 1), (0.2, 2), (0.2, 3), (0.4, 0)]  # patterns a weight, sample
FRACTIONS = (0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


def anneal(unit, load, sample):
    machine = MACHINES[unit]
    count = round(load * machine.units * machine.fan_in)
    patterns = random_patterns(count, machine.size, seed=[2019, sample, machine.units])
    run = annealing.anneal(patterns, machine, sweeps=SWEEPS, seed=[2019, sample, machine.units, SWEEPS])
    measured = (run.reference, *run.weights[:MEASURED])
    lost = [misclassification(one, patterns, machine, FRACTIONS, seed=[2019, sample, k]) for k, one in enumerate(measured)]
    return {
        "errors": run.errors,
        "reference_errors": machine.errors(run.reference, patterns),
        "patterns": count,
        "overlap": run.overlap,
        "stabilities": np.array([machine.stabilities(one, patterns) for one in measured]),
        "fractions": lost[0].fractions,
        "lost_reference": lost[0].probability,
        "lost_replicas": np.array([one.probability for one in lost[1:]]),
    }


STUDY = sweeps.Study(
    "relu-2019/annealing_full",
    anneal,
    units=[{"unit": unit, "load": load, "sample": sample} for load, sample in RUNS for unit in MACHINES],
    version=1,
    recompute={"unit": "ReLU", "load": 0.2, "sample": 0},
    tolerance=1e-12,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
