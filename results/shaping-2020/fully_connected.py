"""Belief propagation against splitting, around solutions of K = 9, N = 784 and 500 patterns whose pixels are correlated or not.

What Fig. 6, top, can be trusted for. The images have to be installed. About 3 minutes on one core.

    python results/shaping-2020/fully_connected.py
"""

import numpy as np

from flatminima import SPHERICAL, datasets, sweeps
from flatminima.algorithms import belief_propagation, gradient, least_action
from flatminima.algorithms.belief_propagation.loops import first_loop
from flatminima.landscape import local_entropy, splitting
from flatminima.networks import full_committee, random_patterns

MACHINE, TRAINING = full_committee(9, 784), 500
FAST = {"rate": 2e-4, "gamma_0": 5.0, "beta_0": 2.0, "gamma_1": 0.0, "beta_1": 1e-4, "stop": "solution"}  # as in fashion.py
LEARN = {
    "LAL": lambda patterns, seed: least_action.learn(patterns, MACHINE, rate=1e-4, seed=seed),
    "ceSGD-fast": lambda patterns, seed: gradient.learn(patterns, MACHINE, **FAST, seed=seed),
}
DATA, ALGORITHMS = ["images", "reshuffled", "random"], list(LEARN)
MEASURED = [0.005, 0.02]  # distances at which the fraction is measured
REPEATS = 3
DISTANCES = np.geomspace(1e-3, 0.12, 20)  # those with patterns differ a little
SETTINGS = {"damping": 0.95, "tolerance": 1e-4, "max_sweeps": 600}


def patterns_of(data):
    """500 images of Fashion-MNIST, the same with each pixel shuffled among them, or random patterns."""
    if data == "random":
        return random_patterns(TRAINING, MACHINE.size, seed=[2020, 19])
    images, _ = datasets.two_classes(datasets.fashion_mnist(), "Dress", "Coat")
    chosen = datasets.subset(images, TRAINING, seed=[2020, 6, 0])
    return datasets.reshuffled(chosen, seed=[2020, 6, 3]) if data == "reshuffled" else chosen


def bias(distance):
    """What would lead to this distance without patterns. Strong biases come first: they converge best."""
    return (1 - 2 * distance) / (1 - (1 - 2 * distance) ** 2)


def looped(reference, patterns, distance):
    """The correction of ln Z by the first loop."""
    beliefs = belief_propagation.solve(patterns, MACHINE, SPHERICAL, field=bias(distance) * reference, **SETTINGS)
    return first_loop(beliefs, patterns, MACHINE)


def certified(data, algorithm):
    patterns, seed = patterns_of(data), [2020, 19, DATA.index(data), ALGORITHMS.index(algorithm)]
    learned = LEARN[algorithm](patterns, seed)
    profile = local_entropy.trace(
        learned.weights, patterns, MACHINE, SPHERICAL, strengths=bias(DISTANCES), **SETTINGS
    )
    measured = [
        [
            splitting.fraction(learned.weights, patterns, MACHINE, d, particles=32, seed=[*seed, where, repeat])
            for repeat in range(REPEATS)
        ]
        for where, d in enumerate(MEASURED)
    ]
    inputs = patterns.gauged / np.sqrt(MACHINE.size)
    return {
        "errors": learned.errors,
        "epochs": learned.epochs,
        "largest_correlation": np.linalg.eigvalsh(inputs @ inputs.T)[-1],
        "distances": profile.distances,
        "normalised": profile.normalised,
        "converged": profile.converged,
        "sweeps": profile.sweeps,
        "first_loops": np.array([looped(learned.weights, patterns, d) for d in MEASURED]),
        "measured_distances": np.array(MEASURED),
        "logs": np.array([[run.log for run in runs] for runs in measured]),  # of the fractions
        "angles": np.array([[run.angle for run in runs] for runs in measured]),
    }


STUDY = sweeps.Study(
    "shaping-2020/fully_connected",
    certified,
    units=[{"data": data, "algorithm": algorithm} for data in DATA[:2] for algorithm in ALGORITHMS]
    + [{"data": "random", "algorithm": "ceSGD-fast"}],  # one control
    version=1,
    # Splitting repeats its bits. Belief propagation stops within its tolerance.
    recompute={"data": "images", "algorithm": "ceSGD-fast"},
    tolerance=1e-6,
    requires=datasets.fashion_mnist,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
