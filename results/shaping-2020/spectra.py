"""Spectra of the Hessian at the solutions of solutions.py, at the two β of Fig. 5. About three minutes on one core.

    python results/shaping-2020/spectra.py
"""

import itertools

import numpy as np

from flatminima import sweeps
from flatminima.landscape import hessian
from flatminima.landscape.output_losses import cross_entropy, smoothed_errors, square_error
from flatminima.landscape.smallest_beta import smallest_beta
from flatminima.networks import random_patterns, tree_committee

MACHINE = tree_committee(9, 999)
SOLUTIONS = sweeps.load("shaping-2020/solutions")
SAMPLES = range(10)
FIGURE = ("fBP", "eLAL-20", "ceSGD-slow", "ceSGD-fast", "LAL")  # in the order of the paper
READINGS = {  # of the loss, at a given β; the first is that of the figure
    "output tanh(βΔ)": lambda beta: smoothed_errors(beta),
    "output tanh(Δ)": lambda beta: smoothed_errors(1.0),
    "linear output Δ": lambda beta: square_error(1.0),
    "cross-entropy, γ = β": lambda beta: cross_entropy(beta),
    "cross-entropy, γ = 1": lambda beta: cross_entropy(1.0),
}


def solutions(sample):
    """The patterns of a sample, and the weights that each algorithm has found for them."""
    weights = {name: SOLUTIONS.outcome({"algorithm": name, "sample": sample})["weights"] for name in FIGURE}
    return random_patterns(1000, 999, seed=[2020, sample]), weights


def own_betas(sample):
    """The smallest β of each solution of a sample; NaN for weights that are none for signs."""
    patterns, found = solutions(sample)
    return [np.nan if MACHINE.errors(w, patterns) else smallest_beta(w, patterns, MACHINE) for w in found.values()]


def sample(sample):
    own = np.transpose([own_betas(each) for each in SAMPLES])
    betas = [np.nanmax(own), np.nanmax(own[[name != "LAL" for name in FIGURE]])]
    patterns, found = solutions(sample)
    eigenvalues, largest, losses = [], [], []
    for beta, name in itertools.product(betas, FIGURE):
        around = [hessian.expand(found[name], patterns, MACHINE, beta, reading(beta)) for reading in READINGS.values()]
        largest.append([each.largest(1e-8) for each in around])
        losses.append([each.value for each in around])
        eigenvalues.append(around[0].spectrum().astype(np.float32))
    shape = (2, len(FIGURE), -1)
    return {
        "betas": betas,  # at which all solutions of the figure are valid, with and without those of LAL
        "own_betas": own[:, sample],
        "eigenvalues": np.reshape(eigenvalues, shape),
        "largest": np.reshape(largest, shape),
        "losses": np.reshape(losses, shape),
    }


STUDY = sweeps.Study(
    "shaping-2020/spectra",
    sample,
    units=[{"sample": sample} for sample in SAMPLES],
    version=1,
    recompute=[{"sample": 0}],
    tolerance=1e-6,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
