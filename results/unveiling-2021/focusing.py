"""Focusing BP and the local entropy around its solutions: N = 2001, P = 1000, 10 samples; 2 minutes on two cores."""

import numpy as np

from flatminima import sweeps
from flatminima.algorithms import focusing
from flatminima.landscape import local_entropy
from flatminima.networks import perceptron, random_patterns

SIZE, PATTERNS, REPLICAS = 2001, 1000, 20


def sample(sample, tolerance):
    """Focus on the patterns of one sample, to `tolerance` at each step, and count the solutions around the outcome."""
    patterns, machine = random_patterns(PATTERNS, SIZE, seed=[2021, sample]), perceptron(SIZE)
    focused = focusing.solve(patterns, machine, replicas=REPLICAS, tolerance=tolerance, max_sweeps=1000)
    profile = local_entropy.trace(focused.weights, patterns, machine)
    return {
        "weights": focused.weights[0].astype(np.int8),
        "errors": focused.errors,
        "replica_overlap": np.mean(focused.beliefs.mean**2),
        "gamma": focused.strengths,
        "gamma_residual": focused.residuals,
        "gamma_sweeps": focused.sweeps,
        "error_path": focused.error_path,
        "rho": profile.strengths,
        "distance": profile.distances,
        "entropy": profile.entropy,
        "rho_residual": profile.residual,
        "rho_sweeps": profile.sweeps,
    }


# Three samples once more with ten times smaller residuals: does the tolerance of the steps matter?
STUDY = sweeps.Study(
    "unveiling-2021/focusing",
    sample,
    units=[{"sample": s, "tolerance": 1e-3} for s in range(10)] + [{"sample": s, "tolerance": 1e-4} for s in range(3)],
    version=1,
    recompute={"sample": 0, "tolerance": 1e-3},
    tolerance=1e-5,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
