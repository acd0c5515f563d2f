"""Epochs of LAL and eLAL under readings of the paper other than that of solutions.py, on the same ten samples.

The text leaves open whether norms are restored, whether the average of the replicas is a network of norm 1, and factors
of two in the step and in the pull. Four minutes on two cores.

    python results/shaping-2020/least_action_readings.py
"""

import numpy as np

from flatminima import sweeps
from flatminima.algorithms.least_action import REPLICATED, SINGLE, learn, learn_replicated
from flatminima.networks import random_patterns, tree_committee

MACHINE = tree_committee(9, 999)
READINGS = {
    "LAL, free norm": (learn, SINGLE | {"normalised": False}),
    "LAL, one pattern at a time": (learn, SINGLE | {"batch": 1}),
    "LAL, twice the step": (learn, SINGLE | {"rate": 2 * SINGLE["rate"], "max_epochs": 1000}),
    "eLAL, mean": (learn_replicated, REPLICATED | {"centre": "mean"}),
    "eLAL, mean, free norm": (learn_replicated, REPLICATED | {"centre": "mean", "normalised": False}),
    "eLAL, mean, twice the pull": (learn_replicated, REPLICATED | {"centre": "mean", "lambda_0": 2 * REPLICATED["lambda_0"]}),
    "eLAL, projected, free norm": (learn_replicated, REPLICATED | {"centre": "projected", "normalised": False}),
}


def sample(reading, sample):
    function, settings = READINGS[reading]
    run = function(random_patterns(1000, 999, seed=[2020, sample]), MACHINE, **settings, seed=[2020, sample, 13])
    spread = getattr(run, "spread", np.zeros(0))  # a single network has none
    return {"epochs": run.epochs, "errors": run.errors, "stopped": run.stopped, "spread": spread[9::10].astype(np.float32)}


STUDY = sweeps.Study(
    "shaping-2020/least_action_readings",
    sample,
    units=[{"reading": reading, "sample": sample} for reading in READINGS for sample in range(10)],
    version=1,
    recompute=[{"reading": "LAL, free norm", "sample": 3}, {"reading": "eLAL, mean, twice the pull", "sample": 0}],
    tolerance=1e-9,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
