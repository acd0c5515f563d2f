"""Four algorithms on 500 images of Fashion-MNIST, K = 9, N = 784: epochs, generalisation, noise and width of every run.

Fig. 6 and the randomised set. The images have to be installed. Half an hour on two cores.

    python results/shaping-2020/fashion.py
"""

import math

import numpy as np

from flatminima import SPHERICAL, datasets, sweeps
from flatminima.algorithms import gradient, least_action
from flatminima.landscape import hessian, local_entropy, robustness
from flatminima.landscape.output_losses import cross_entropy, smoothed_errors, square_error
from flatminima.landscape.smallest_beta import smallest_beta
from flatminima.networks import Patterns, full_committee

MACHINE, TRAINING = full_committee(9, 784), 500
# Materials and Methods. What a rate refers to is read as for random patterns: units of length 1, sums over mini-batches.
FAST = {"rate": 2e-4, "gamma_0": 5.0, "beta_0": 2.0, "gamma_1": 0.0, "beta_1": 1e-4, "stop": "solution"}
SLOW = {"rate": 3e-5, "gamma_0": 0.5, "beta_0": 0.5, "gamma_1": 1e-3, "beta_1": 1e-3, "stop": 1e-7}
FROZEN = 6000  # epochs of ceSGD-slow: at the beta of 200 that it has then hardly a unit has a slope left
LEARN = {
    "LAL": lambda patterns, seed: least_action.learn(patterns, MACHINE, rate=1e-4, seed=seed),
    "eLAL": lambda patterns, seed: least_action.learn_replicated(
        patterns, MACHINE, rate=2e-3, lambda_0=30.0, lambda_1=5e-3, replicas=20, centre="projected", seed=seed
    ),
    "ceSGD-fast": lambda patterns, seed: gradient.learn(patterns, MACHINE, **FAST, seed=seed),
    "ceSGD-slow": lambda patterns, seed: gradient.learn(patterns, MACHINE, **SLOW, seed=seed, max_epochs=FROZEN),
}
ALGORITHMS = list(LEARN)
# One draw of 500 images for all runs; the same with its pixels reshuffled; and two alternatives to this choice.
BATCHES = {"original": 8, "reshuffled": 2, "other draws": 2, "equal classes": 2}  # of 7 runs each, but 1 in the first
DATA = list(BATCHES)

BETA = 90.0
READINGS = {  # of the loss whose Hessian is taken, as in spectra.py
    "output tanh(βΔ)": smoothed_errors(BETA),
    "output tanh(Δ)": smoothed_errors(1.0),
    "linear output Δ": square_error(1.0),
    "cross-entropy, γ = β": cross_entropy(BETA),
    "cross-entropy, γ = 1": cross_entropy(1.0),
}
FRACTIONS = [0.01, 0.02, 0.05, 0.1, 0.2]  # of the pixels that are flipped
# The distances that these biases would give without patterns; the profile has those with patterns.
DISTANCES = np.array([0.001, 0.003, 0.01, 0.02, 0.04, 0.08, 0.16])
STRENGTHS = (1 - 2 * DISTANCES) / (1 - (1 - 2 * DISTANCES) ** 2)


def training_set(train, data, run):
    """The patterns to learn: one draw for all runs, or in the alternatives another one for each run."""
    draw = 0 if data in ("original", "reshuffled") else run + 1
    if data == "equal classes":
        of = [Patterns(train.inputs[train.labels == label], train.labels[train.labels == label]) for label in (1, -1)]
        halves = [datasets.subset(each, TRAINING // 2, seed=[2020, 6, draw]) for each in of]
        return Patterns(*(np.concatenate([getattr(half, name) for half in halves]) for name in ("inputs", "labels")))
    chosen = datasets.subset(train, TRAINING, seed=[2020, 6, draw])
    return datasets.reshuffled(chosen, seed=[2020, 6, 3]) if data == "reshuffled" else chosen


def runs(batch):
    """The first batch is one run, which the tests can repeat; all others are seven."""
    return range(7 * batch - 6, 7 * batch + 1) if batch else range(1)


def one_run(patterns, test, data, algorithm, run):
    learned = LEARN[algorithm](patterns, [2020, 6, DATA.index(data), ALGORITHMS.index(algorithm), run])
    weights = learned.weights
    wrong = MACHINE.stabilities(weights, test) <= 0
    around = [hessian.expand(weights, patterns, MACHINE, BETA, loss) for loss in READINGS.values()]
    profile = local_entropy.trace(
        weights, patterns, MACHINE, SPHERICAL, strengths=STRENGTHS, damping=0.9, tolerance=1e-5, max_sweeps=250
    )
    noise = robustness.misclassification(weights, patterns, MACHINE, FRACTIONS, perturbations=10, seed=[2020, 6, run])
    return {
        "epochs": learned.epochs,
        "stopped": learned.stopped,
        "errors": learned.errors,
        "test_errors": [np.count_nonzero(wrong & (test.labels == label)) for label in (1, -1)],  # dresses, coats
        "test_images": [np.count_nonzero(test.labels == label) for label in (1, -1)],
        "noise": noise.probability,
        "smallest_beta": math.nan if learned.errors else smallest_beta(weights, patterns, MACHINE),
        # A loss this small is flat: squares of its derivatives are no numbers any more.
        "largest": [each.largest(1e-6) if each.value > 1e-120 else 0.0 for each in around],
        "distances": profile.distances,
        "normalised": profile.normalised,
    }


def described(patterns):
    """Images of each class, their overlaps within and between the classes, and the bias of the pixels."""
    inputs, of = patterns.inputs.astype(float), [patterns.labels == label for label in (1, -1)]
    between = [inputs[one].mean(axis=0) @ inputs[other].mean(axis=0) / MACHINE.size for one in of for other in of]
    return {
        "images": [np.count_nonzero(one) for one in of],  # dresses, coats
        "overlaps": np.reshape(between, (2, 2)),  # of two images drawn at random, perhaps the same
        "bias": np.abs(inputs.mean(axis=0)).mean(),
    }


def batch(data, algorithm, batch):
    train, test = datasets.two_classes(datasets.fashion_mnist(), "Dress", "Coat")
    sets = [training_set(train, data, run) for run in runs(batch)]
    outcomes = [one_run(patterns, test, data, algorithm, run) for patterns, run in zip(sets, runs(batch))]
    return described(sets[0]) | {name: np.array([outcome[name] for outcome in outcomes]) for name in outcomes[0]}


STUDY = sweeps.Study(
    "shaping-2020/fashion",
    batch,
    units=[
        {"data": data, "algorithm": algorithm, "batch": batch}
        for data, count in BATCHES.items() for batch in range(count) for algorithm in ALGORITHMS
        if (data, algorithm, batch) != ("equal classes", "ceSGD-slow", 1)  # one run of the slowest will do there
    ],
    version=1,
    recompute={"data": "original", "algorithm": "LAL", "batch": 0},
    tolerance=1e-5,
    requires=datasets.fashion_mnist,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
