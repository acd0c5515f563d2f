"""What the annealed replicas of relu-2019/annealing withstand: their stabilities, and their errors after entries are flipped.

Two minutes on one core, once the annealing is there.

    python results/relu-2019/robustness.py
"""

import numpy as np

from flatminima import sweeps
from flatminima.algorithms.annealing import energy
from flatminima.landscape.robustness import misclassification
from flatminima.networks import RELU_UNIT, SIGN_UNIT, random_patterns, tree_committee

ANNEALING = sweeps.load("relu-2019/annealing")
MACHINES = {"ReLU": tree_committee(32, 32**2, RELU_UNIT), "sign": tree_committee(33, 33**2, SIGN_UNIT)}  # those annealed
ANNEALED = [("ReLU", 8000), ("sign", 8000), ("sign", 16000)]  # units, sweeps
LOAD = 0.4
FRACTIONS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
MEASURED = 2  # of the twenty replicas, for the errors
LARGEST = 400  # output that is counted


def weights(machine, packed):
    return 2 * np.unpackbits(packed, axis=-1, count=machine.fan_in).astype(np.int8) - 1


def robustness(unit, sweeps, sample):
    machine = MACHINES[unit]
    patterns = random_patterns(round(LOAD * machine.size), machine.size, seed=[2019, sample])
    annealed = ANNEALING.outcome({"unit": unit, "sweeps": sweeps, "sample": sample})
    replicas, reference = weights(machine, annealed["replicas"]), weights(machine, annealed["reference"])
    outputs = energy.replicas(patterns, machine, np.append(replicas, reference[None], axis=0)).outputs[:, : len(patterns)]
    lost = [
        misclassification(one, patterns, machine, FRACTIONS, seed=[2019, sample, number])
        for number, one in enumerate((reference, *replicas[:MEASURED]))
    ]
    return {
        # how often each integer output σ Σ_ℓ c_ℓ g(Σ_i w_ℓi ξ_ℓi) occurs, from −LARGEST on; the last row is the reference
        "outputs": np.array([np.bincount(row + LARGEST, minlength=2 * LARGEST + 1) for row in outputs]).astype(np.int16),
        "centre_overlap": np.mean(np.abs(replicas.sum(axis=0, dtype=np.int64))) / len(replicas),
        "fractions": lost[0].fractions,
        "lost_reference": lost[0].probability,
        "lost_replicas": np.array([one.probability for one in lost[1:]]),
        "standard_error": lost[0].standard_error,
    }


STUDY = sweeps.Study(
    "relu-2019/robustness",
    robustness,
    units=[{"unit": unit, "sweeps": sweeps, "sample": sample} for unit, sweeps in ANNEALED for sample in range(20)],
    version=1,
    recompute={"unit": "ReLU", "sweeps": 8000, "sample": 0},
    tolerance=1e-12,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
