"""One epoch of learning at the published size against the same steps in NumPy: K = 9, N = 999, P = 1000, mini-batches of 100.

Gradient descent on the cross-entropy, and least action with one network and with twenty. NumPy multiplies whole matrices with
BLAS, whose sums depend on the processor; ours come out the same everywhere. Times are processor time, the least of some runs.
"""

import numpy as np
from _timing import best

from flatminima.algorithms import gradient, least_action
from flatminima.networks import random_patterns, tree_committee

MACHINE = tree_committee(9, 999)
PATTERNS = random_patterns(1000, 999, seed=[2020, 0])
SPLIT = PATTERNS.gauged.reshape(1000, 9, 111)


def shuffled(generator):
    return np.split(generator.permutation(1000), 10)


def unit_lengths(weights):
    return weights / np.linalg.norm(weights, axis=-1, keepdims=True)


def descent(epochs, rate=1e-2, gamma=3.0, beta=1.0):
    generator = np.random.default_rng(1)
    weights = unit_lengths(generator.uniform(-1, 1, (9, 111)))
    for _ in range(epochs):
        for rows in shuffled(generator):
            batch = SPLIT[rows]
            hidden = np.tanh(beta * np.einsum("pkn,kn->pk", batch, weights, optimize=True))
            output = hidden.sum(axis=1) / 3
            pull = beta / 3 * (1 - hidden**2) / (1 + np.exp(2 * gamma * output))[:, None]
            weights = unit_lengths(weights + rate * np.einsum("pkn,pk->kn", batch, pull, optimize=True))


def action(epochs, replicas, rate=5e-3):
    generator = np.random.default_rng(1)
    networks = unit_lengths(generator.uniform(-1, 1, (replicas, 9, 111)))
    for _ in range(epochs):
        for rows in zip(*(shuffled(generator) for _ in range(replicas))):
            for weights, chosen in zip(networks, rows):
                fields = np.einsum("pkn,kn->pk", SPLIT[chosen], weights, optimize=True)
                for pattern, x in zip(chosen, fields):
                    if (x > 0).sum() < 5:
                        unit = np.argmax(np.where(x <= 0, x, -np.inf))
                        weights[unit] += rate * SPLIT[pattern, unit]
            networks = unit_lengths(networks)


def per_epoch(run, few, many):
    run(1)  # compile
    return (best(lambda: run(many), 3)[0] - best(lambda: run(few), 3)[0]) / (many - few)


def main():
    print(f"{'one epoch':<44}{'seconds':>12}{'ratio':>8}")
    cases = [
        ("gradient descent",
         lambda n: gradient.learn(PATTERNS, MACHINE, **gradient.FAST | {"stop": 1e-300}, seed=1, max_epochs=n), descent),
        ("least action, 1 network",
         lambda n: least_action.learn(PATTERNS, MACHINE, **least_action.SINGLE, seed=1, max_epochs=n), lambda n: action(n, 1)),
        ("least action, 20 networks",
         lambda n: least_action.learn_replicated(PATTERNS, MACHINE, **least_action.REPLICATED, seed=1, max_epochs=n),
         lambda n: action(n, 20)),
    ]
    for name, ours, numpy in cases:
        fast, slow = per_epoch(ours, 5, 35), per_epoch(numpy, 2, 6)
        print(f"{name:<44}{fast:>12.5f}{1.0:>8.1f}")
        print(f"{name + ', NumPy':<44}{slow:>12.5f}{slow / fast:>8.1f}")


if __name__ == "__main__":
    main()
