"""Twenty replicas annealed to the overlap 0.85 at the load 0.4, K = 32 (ReLU) and 33 (sign), N = K²; several annealing times.

The points of Fig. 3 start from them. About 30 minutes on one core; how the sign case depends on the time takes most of it.

    python results/relu-2019/annealing.py
"""

import numpy as np

from flatminima import sweeps
from flatminima.algorithms import annealing
from flatminima.networks import RELU_UNIT, SIGN_UNIT, random_patterns, tree_committee

MACHINES = {"ReLU": tree_committee(32, 32**2, RELU_UNIT), "sign": tree_committee(33, 33**2, SIGN_UNIT)}
LOAD = 0.4
RUNS = [  # unit, sweeps, samples
    ("sign", 500, 20),
    ("sign", 1000, 20),
    ("sign", 2000, 20),
    ("ReLU", 8000, 20),
    ("sign", 8000, 20),
    ("sign", 4000, 20),
    ("sign", 16000, 20),
    ("ReLU", 2000, 20),
]


def anneal(unit, sweeps, sample):
    machine = MACHINES[unit]
    patterns = random_patterns(round(LOAD * machine.size), machine.size, seed=[2019, sample])
    run = annealing.anneal(patterns, machine, sweeps=sweeps, seed=[2019, sample, machine.units, sweeps])
    return {
        "replicas": np.packbits(run.weights > 0, axis=-1),  # (20, K, ⌈n/8⌉): bit 1 for weight +1
        "reference": np.packbits(run.reference > 0, axis=-1),
        "errors": run.errors,
        "overlap": run.overlap,
        "sweeps": run.sweeps,
        "overlaps": run.overlaps,
        "betas": run.betas,
        "gammas": run.gammas,
        "error_path": run.error_path.mean(axis=1),
    }


STUDY = sweeps.Study(
    "relu-2019/annealing",
    anneal,
    units=[{"unit": unit, "sweeps": sweeps, "sample": s} for unit, sweeps, samples in RUNS for s in range(samples)],
    version=1,
    recompute={"unit": "sign", "sweeps": 500, "sample": 0},
    tolerance=0,  # integers throughout: the same bits
)

if __name__ == "__main__":
    sweeps.main(STUDY)
