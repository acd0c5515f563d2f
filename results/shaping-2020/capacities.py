"""Up to which load each algorithm finds solutions: K = 3, N = 333, sets of random patterns at several loads.

Each unit of the network has 111 inputs, as in the K = 9 network of the paper, so that its learning rates mean the same.
There are as many mini-batches per pattern and weight as in the paper. About ten minutes on one core.

    python results/shaping-2020/capacities.py
"""

import numpy as np

from flatminima import SPHERICAL, sweeps
from flatminima.algorithms import focusing, gradient, least_action
from flatminima.networks import random_patterns, tree_committee

MACHINE = tree_committee(3, 333)
BATCH = 33
SLOW_BETA_1 = 2e-4  # missing in the paper, see slow_schedule.py
CAPS = {"LAL": 2000, "LAL, free norm": 3000, "ceSGD-fast": 3000, "ceSGD-slow": 16000}  # epochs
LOADS = {
    "LAL": (1.2, 1.4, 1.6, 1.8, 2.0),
    "LAL, free norm": (1.8, 2.0, 2.2, 2.4, 2.6),
    "ceSGD-fast": (0.8, 1.0, 1.2, 1.4, 1.6),
    "ceSGD-slow": (1.2, 1.6, 2.0),
    "fBP": (2.2, 2.5, 2.7, 2.9),
}
SAMPLES = {"fBP": 6, "ceSGD-slow": 3}  # 8 for the others


def attempt(algorithm, patterns, seed):
    """Errors at the end, and epochs until then."""
    if algorithm == "fBP":
        focused = focusing.solve(patterns, MACHINE, SPHERICAL, replicas=10, max_sweeps=200)
        return focused.errors, 0
    settings = {"batch": BATCH, "max_epochs": CAPS[algorithm], "seed": seed}
    if algorithm == "ceSGD-fast":
        learned = gradient.learn(patterns, MACHINE, **gradient.FAST, **settings)
    elif algorithm == "ceSGD-slow":
        slow = gradient.SLOW | {"beta_1": SLOW_BETA_1, "stop": "solution"}  # the first solution counts
        learned = gradient.learn(patterns, MACHINE, **slow, **settings)
    else:
        learned = least_action.learn(patterns, MACHINE, **least_action.SINGLE, normalised=algorithm == "LAL", **settings)
    return learned.errors, learned.epochs


def sample(algorithm, alpha):
    count, load = round(alpha * MACHINE.size), round(100 * alpha)
    seeds = [[2020, 3, 333, load, k] for k in range(SAMPLES.get(algorithm, 8))]
    runs = [attempt(algorithm, random_patterns(count, MACHINE.size, seed), seed + [1]) for seed in seeds]
    errors, epochs = np.array(runs).T
    return {"errors": errors, "epochs": epochs}


STUDY = sweeps.Study(
    "shaping-2020/capacities",
    sample,
    units=[{"algorithm": algorithm, "alpha": alpha} for algorithm, loads in LOADS.items() for alpha in loads],
    version=1,
    recompute=[{"algorithm": "LAL, free norm", "alpha": 1.8}],
    tolerance=0,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
