"""Relaxed belief propagation against the recipes in use: time of a sweep, and what each says of a random instance.

A sweep of `belief_propagation.iterate`; the same equations written with NumPy and `scipy.special.log_ndtr`; a sweep with one
message an edge, which costs N times as many probabilities. Then the entropies they end with: at small N against counting all
weight vectors. Times are processor time, the least of some runs.
"""

import itertools

import numpy as np
from _timing import best
from scipy.special import log_ndtr

from flatminima.algorithms import belief_propagation
from flatminima.errors import NotConverged
from flatminima.networks import perceptron, random_patterns


def by_hand(patterns, sweeps):
    """The relaxed equations of a perceptron as one would type them."""
    inputs, n = patterns.gauged, patterns.size
    mean, variance, g = np.zeros(n), np.ones(n), np.zeros(len(patterns))
    for _ in range(sweeps):
        width = np.sqrt(variance.mean())
        omega = inputs @ mean / np.sqrt(n) - width**2 * g
        u = omega / width
        mills = np.exp(-0.5 * u * u - log_ndtr(u)) / np.sqrt(2 * np.pi)
        g, gamma = mills / width, mills * (mills + u) / width**2
        mean = np.tanh(inputs.T @ g / np.sqrt(n) + gamma.sum() / n * mean)
        variance = 1 - mean**2
    return mean


def sweeps():
    print(f"\n{'one sweep, alpha = 0.5':<44}{'seconds':>12}{'ratio':>8}")
    for size in (201, 2001):
        patterns, machine = random_patterns(size // 2, size, seed=1), perceptron(size)
        run = lambda count: belief_propagation.iterate(patterns, machine, max_sweeps=count, tolerance=1e-300)
        run(1)  # compile
        ours = (best(lambda: run(60), 3)[0] - best(lambda: run(10), 3)[0]) / 50
        hand, mean = best(lambda: by_hand(patterns, 60), 3)
        assert np.allclose(mean, run(60).mean[0], atol=1e-9)
        rows = [("relaxed", ours), ("relaxed, NumPy and log_ndtr", hand / 60)]
        if size < 1000:
            limited = lambda count: _stopped(patterns, machine, count)
            rows.append(("edge by edge", (best(lambda: limited(6), 2)[0] - best(lambda: limited(2), 2)[0]) / 4))
        for name, seconds in rows:
            print(f"{f'N = {size}, {name}':<44}{seconds:>12.5f}{seconds / ours:>8.1f}")


def _stopped(patterns, machine, count):
    try:
        belief_propagation.edges.solve(patterns, machine, max_sweeps=count, tolerance=1e-300)
    except NotConverged:
        pass


def entropies():
    print(f"\n{'entropy per weight, 9 patterns of 17 entries':<44}{'value':>12}{'error':>10}")
    patterns, machine = random_patterns(9, 17, seed=3), perceptron(17)
    everyone = np.array(list(itertools.product((-1, 1), repeat=17)))
    exact = np.log((everyone @ patterns.gauged.T > 0).all(axis=1).sum()) / 17
    rows = [("counted", exact), ("edge by edge", belief_propagation.edges.solve(patterns, machine, damping=0.3).entropy),
            ("relaxed", belief_propagation.solve(patterns, machine, damping=0.3).entropy)]
    for name, value in rows:
        print(f"{name:<44}{value:>12.5f}{abs(value - exact):>10.0e}")


if __name__ == "__main__":
    sweeps()
    entropies()
