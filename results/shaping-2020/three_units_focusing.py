"""Focusing with K = 3, N = 999, below and above the onset of clustering: plain messages, and messages around what was found.

About 3 minutes on two cores.

    python results/shaping-2020/three_units_focusing.py
"""

import numpy as np

from flatminima import SPHERICAL, sweeps
from flatminima.algorithms import belief_propagation, focusing
from flatminima.landscape import local_entropy
from flatminima.networks import random_patterns, tree_committee

MACHINE = tree_committee(3, 999)
DAMPINGS = (0.0, 0.5)  # of plain belief propagation

# From the reference outwards: the biases that without patterns would give these distances.
DISTANCES = np.geomspace(1e-3, 0.45, 24)
STRENGTHS = (1 - 2 * DISTANCES) / (4 * DISTANCES * (1 - DISTANCES))


def sample(alpha, sample, replicas=10):
    patterns = random_patterns(round(999 * alpha), 999, seed=[2020, 3, sample])
    plain = [
        belief_propagation.iterate(patterns, MACHINE, SPHERICAL, damping=damping, tolerance=1e-6, max_sweeps=300)
        for damping in DAMPINGS
    ]
    focused = focusing.solve(patterns, MACHINE, SPHERICAL, replicas=replicas, damping=0.4, max_sweeps=200)
    weights = focused.weights.astype(np.float32)  # as stored, so are they examined
    profile = local_entropy.trace(
        MACHINE.normalised(weights), patterns, MACHINE, SPHERICAL, strengths=STRENGTHS, max_sweeps=300
    )
    return {
        "weights": weights,
        "errors": MACHINE.errors(MACHINE.normalised(weights), patterns),
        "focusing_sweeps": focused.sweeps,
        "plain_residual": np.array([beliefs.residual for beliefs in plain]),
        "plain_sweeps": np.array([beliefs.sweeps for beliefs in plain]),
        "strengths": profile.strengths,
        "distances": profile.distances,
        "normalised": profile.normalised,
        "converged": profile.converged,
    }


STUDY = sweeps.Study(
    "shaping-2020/three_units_focusing",
    sample,
    units=[{"alpha": alpha, "sample": sample} for alpha in (1.0, 2.0) for sample in range(5)]
    + [{"alpha": 2.0, "sample": sample, "replicas": 100} for sample in range(5)],
    version=1,
    recompute=[{"alpha": 1.0, "sample": 0}],
    tolerance=1e-3,  # belief propagation stops within its tolerance
)

if __name__ == "__main__":
    sweeps.main(STUDY)
