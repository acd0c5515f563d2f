"""Solutions of seven algorithms on the same ten samples, K = 9, N = 999, P = 1000, and how many solutions lie around each.

Figs. 4 and 5 start from them. About 20 minutes on two cores.

    python results/shaping-2020/solutions.py
"""

import numpy as np

from flatminima import SPHERICAL, sweeps
from flatminima.algorithms import focusing, gradient, least_action
from flatminima.landscape import local_entropy
from flatminima.networks import random_patterns, tree_committee

SAMPLES = range(10)
MACHINE = tree_committee(9, 999)
SLOW_BETA_1 = 2e-4  # missing in the paper; inside the window that slow_schedule.py finds
LEARN = {
    "fBP": lambda patterns, seed: focusing.solve(patterns, MACHINE, SPHERICAL, replicas=10, max_sweeps=200),
    "LAL": lambda patterns, seed: least_action.learn(patterns, MACHINE, **least_action.SINGLE, seed=seed),
    "ceSGD-fast": lambda patterns, seed: gradient.learn(patterns, MACHINE, **gradient.FAST, seed=seed),
    "eLAL-10": lambda patterns, seed: replicated(patterns, 10, seed),
    "eLAL-20": lambda patterns, seed: replicated(patterns, 20, seed),
    "ceSGD-slow": lambda patterns, seed: gradient.learn(
        patterns, MACHINE, **gradient.SLOW, beta_1=SLOW_BETA_1, seed=seed
    ),
    "eLAL-100": lambda patterns, seed: replicated(patterns, 100, seed),
}
ALGORITHMS = list(LEARN)

# The distances that these biases would give without patterns; the profile has those with patterns.
DISTANCES = np.geomspace(0.45, 1e-4, 32)
STRENGTHS = (1 - 2 * DISTANCES) / (1 - (1 - 2 * DISTANCES) ** 2)


def replicated(patterns, replicas, seed):
    return least_action.learn_replicated(
        patterns, MACHINE, **least_action.REPLICATED, replicas=replicas, centre="projected", seed=seed
    )


def sample(algorithm, sample):
    patterns = random_patterns(1000, 999, seed=[2020, sample])
    learned = LEARN[algorithm](patterns, [2020, sample, ALGORITHMS.index(algorithm)])
    weights = MACHINE.normalised(learned.weights).astype(np.float32)  # as stored, so are they examined
    profile = local_entropy.trace(MACHINE.normalised(weights), patterns, MACHINE, SPHERICAL, strengths=STRENGTHS)
    return {
        "weights": weights,
        "epochs": getattr(learned, "epochs", 0),  # fBP has none
        "stopped": bool(getattr(learned, "stopped", learned.errors == 0)),
        "errors": MACHINE.errors(MACHINE.normalised(weights), patterns),
        "strengths": profile.strengths,
        "distances": profile.distances,
        "normalised": profile.normalised,
        "entropy": profile.entropy,
        "residual": profile.residual,
        "sweeps": profile.sweeps,
        "converged": profile.converged,
    }


STUDY = sweeps.Study(
    "shaping-2020/solutions",
    sample,
    units=[{"algorithm": algorithm, "sample": sample} for algorithm in ALGORITHMS for sample in SAMPLES],
    version=1,
    # LAL is chaotic: the same bits, or another solution. Belief propagation stops within its tolerance.
    recompute=[{"algorithm": "LAL", "sample": 3}],
    tolerance=1e-6,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
