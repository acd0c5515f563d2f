"""Simulated annealing of the binary perceptron on the number of errors and on the cross-entropy, N = 1001.

Most units anneal one network for each sample, with β growing from 0 to `last` in `sweeps` sweeps, and end a run at the
first solution; beside them stand focusing and ten coupled replicas. The paper gives neither γ nor N nor a schedule; all
are ours. About six minutes on one core.

    python results/shaping-2020/annealing.py
"""

import math

import numpy as np

from flatminima import sweeps
from flatminima.algorithms import focusing
from flatminima.algorithms.annealing import anneal, minimise
from flatminima.losses import cross_entropy_loss
from flatminima.networks import perceptron, random_patterns

LOADS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75)
LOSSES = {"errors": None} | {
    f"cross-entropy {gamma:g}": cross_entropy_loss(gamma).value for gamma in (1.0, 2.0, 3.0, 5.0, math.inf)
}
POINTS = 60  # of the path of a run that are kept


def sample(method, alpha, size, sweeps, last, samples):
    """For each sample the errors left, the fewest after any sweep, the energy, the sweeps made; and the path of the first."""
    machine, count, runs, path = perceptron(size), round(alpha * size), [], {}
    for k in range(samples):
        seed = [2020, 18, size, count, k]
        patterns = random_patterns(count, size, seed)
        if method == "focusing":
            focused = focusing.solve(patterns, machine, replicas=10)
            runs.append((focused.errors, focused.error_path.min(), 0.0, focused.sweeps.sum()))
        elif method == "replicas":
            group = anneal(patterns, machine, replicas=10, sweeps=sweeps, seed=[*seed, sweeps])
            runs.append((group.errors.min(), group.error_path.min(), group.errors.mean(), sweeps))
        else:
            schedule = last * np.arange(1, sweeps + 1) / sweeps
            run = minimise(patterns, machine, schedule=schedule, seed=[*seed, sweeps], loss=LOSSES[method])
            runs.append((run.errors, run.error_path.min(), run.energy, run.sweeps))
            if k == 0:
                rows = np.unique(np.linspace(0, run.sweeps - 1, POINTS).astype(int))
                path = {name: getattr(run, name)[rows] for name in ("betas", "energy_path", "error_path", "accepted")}
    errors, fewest, energy, made = np.array(runs).T
    return {"errors": errors.astype(int), "fewest": fewest.astype(int), "energy": energy, "sweeps": made.astype(int)} | path


def units(method, loads, sweeps, samples, size=1001, last=60.0):
    common = {"size": size, "sweeps": sweeps, "last": last, "samples": samples}
    return [{"method": method, "alpha": alpha, **common} for alpha in loads]


ERRORS, CROSS_ENTROPY, COLDEST = "errors", "cross-entropy 3", 6.0
MAIN = [
    *units(ERRORS, LOADS, 100, 20, last=COLDEST), *units(CROSS_ENTROPY, LOADS, 100, 20),
    *units(ERRORS, LOADS, 1000, 12, last=COLDEST), *units(CROSS_ENTROPY, LOADS, 1000, 12),
    *units(ERRORS, (0.3, 0.4, 0.5, 0.6), 10_000, 3, last=COLDEST), *units(CROSS_ENTROPY, (0.7, 0.75), 10_000, 3),
]  # fmt: skip
ALTERNATIVES = [
    *(one for size in (251, 501, 2001) for one in units(ERRORS, (0.4,), 1000, 3, size=size, last=COLDEST)),
    *(one for size in (251, 501, 2001) for one in units(CROSS_ENTROPY, (0.4,), 1000, 3, size=size)),
    *(one for gamma in ("1", "2", "5", "inf") for one in units(f"cross-entropy {gamma}", (0.6, 0.7), 1000, 3)),
    *(one for last in (20.0, 180.0) for one in units(CROSS_ENTROPY, (0.6, 0.7), 1000, 3, last=last)),
    *(one for last in (3.0, 12.0) for one in units(ERRORS, (0.4,), 1000, 3, last=last)),
]  # fmt: skip
COMPARED = [*units("focusing", (0.75,), 0, 2, last=0.0), *units("replicas", (0.4,), 4000, 2, last=0.0)]

STUDY = sweeps.Study(
    "shaping-2020/annealing",
    sample,
    units=MAIN + ALTERNATIVES + COMPARED,
    version=1,
    recompute=[units(ERRORS, (0.4,), 100, 20, last=COLDEST)[0], units(CROSS_ENTROPY, (0.3,), 100, 20)[0]],
    tolerance=0,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
