"""The sliders of `explore.Explorer`: time from a new value to a new picture, for every combination on offer.

For each activation and both kinds of weights the load goes through its range, and at each load the margin through
its own. Nothing is remembered between the moves. Processor time, mean and longest, after one move to warm up.
"""

import statistics
import time

import numpy as np
from tqdm import tqdm

from flatminima import explore

LOADS, MARGINS = 10, 12


def moves(explorer):
    """Processor times of all moves of the two sliders, in seconds."""
    times = []
    for alpha in np.linspace(explorer.alpha.min, explorer.alpha.max, LOADS):
        times.append(timed(explorer.alpha, float(alpha)))
        times += [timed(explorer.kappa, float(kappa)) for kappa in np.linspace(0.0, explorer.kappa.max, MARGINS)]
    return times


def timed(slider, value):
    for remembered in (explore.profile, explore.largest_margin):
        remembered.cache_clear()
    start = time.process_time()
    slider.value = value
    return time.process_time() - start


def main():
    explorer = explore.Explorer()
    print(f"{'weights':<12}{'activation':<18}{'mean/s':>8}{'longest/s':>11}")
    progress = tqdm([(w, a) for w in explore.WEIGHTS for a in explore.ACTIVATIONS], leave=False, disable=None)
    for weights, activation in progress:
        explorer.weights.value = explore.WEIGHTS[weights]
        explorer.activation.value = explore.ACTIVATIONS[activation]
        times = moves(explorer)
        tqdm.write(f"{weights:<12}{activation:<18}{statistics.mean(times):>8.3f}{max(times):>11.3f}")


if __name__ == "__main__":
    main()
