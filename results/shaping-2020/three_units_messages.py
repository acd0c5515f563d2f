"""Belief propagation in committees of three units, N = 999: entropy and convergence at loads up to 2; under 3 minutes on two cores."""

import numpy as np

from flatminima import SPHERICAL, sweeps
from flatminima.algorithms import belief_propagation
from flatminima.networks import random_patterns, tree_committee

UNITS, SIZE = 3, 999
SWEEPS, STAGE = 400, 50  # the residual is noted after every 50 sweeps
DAMPINGS = (0.0, 0.5)


def sample(patterns, sample):
    """The beliefs of one sample of patterns, without and with damping: a row of each array for each of DAMPINGS."""
    training, machine = random_patterns(patterns, SIZE, seed=[2020, UNITS, patterns, sample]), tree_committee(UNITS, SIZE)
    rows = [follow(training, machine, damping) for damping in DAMPINGS]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def follow(training, machine, damping):
    """Sweep to a residual of 1e-6, or SWEEPS times."""
    beliefs, path = None, np.full(SWEEPS // STAGE, np.nan)
    for stage in range(len(path)):
        beliefs = belief_propagation.iterate(
            training, machine, SPHERICAL, start=beliefs, damping=damping, tolerance=1e-6, max_sweeps=STAGE
        )
        path[stage] = beliefs.residual
        if beliefs.residual <= 1e-6:
            break
    done = stage * STAGE + beliefs.sweeps
    return {"entropy": beliefs.entropy, "overlap": np.mean(beliefs.mean**2), "residual": path, "sweeps": done}


COUNTS = (300, 600, 900, 1200, 1400, 1500, 1600, 1700, 1800, 2000)  # P = αN
STUDY = sweeps.Study(
    "shaping-2020/three_units_messages",
    sample,
    units=[{"patterns": count, "sample": s} for count in COUNTS for s in range(10)],
    version=1,
    recompute=[{"patterns": 300, "sample": 0}, {"patterns": 1200, "sample": 1}],
    tolerance=1e-6,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
