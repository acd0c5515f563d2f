"""Focusing BP and the local entropy around its solutions at higher loads: N = 1001, 6 samples each; 1 minute on two cores."""

import numpy as np

from flatminima import sweeps
from flatminima.algorithms import focusing
from flatminima.landscape import local_entropy
from flatminima.networks import perceptron, random_patterns

SIZE = 1001


def sample(percent, sample):
    """Focus on one sample at the load α = `percent`/100 and count the solutions around the outcome."""
    patterns = random_patterns(round(percent * SIZE / 100), SIZE, seed=[2021, SIZE, percent, sample])
    focused = focusing.solve(patterns, perceptron(SIZE), replicas=20, max_sweeps=1000)
    profile = local_entropy.trace(focused.weights, patterns, perceptron(SIZE))
    return {
        "weights": focused.weights[0].astype(np.int8),
        "errors": focused.errors,
        "error_path": focused.error_path,
        "gamma_residual": focused.residuals,
        "distance": profile.distances,
        "entropy": profile.entropy,
        "rho_residual": profile.residual,
    }


STUDY = sweeps.Study(
    "unveiling-2021/focusing_loads",
    sample,
    units=[{"percent": percent, "sample": s} for percent in (60, 70) for s in range(6)],
    version=1,
    recompute={"percent": 60, "sample": 0},
    tolerance=1e-5,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
