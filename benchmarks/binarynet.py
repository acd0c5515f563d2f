"""An epoch of BinaryNet for some networks, in JAX and in NumPy, ours and as one writes it without us; and matching a pair.

P = 1000 real inputs of eight binary digits, mini-batches of 100, at the published sizes. JAX trains networks together, as one
vectorised program, or one after the other. Without us one differentiates signs by `stop_gradient` and loops over mini-batches
and networks in Python, or writes the gradient in NumPy, in double precision. Seconds are those of the processor, all its cores
together, and by the clock, each the least of some runs without compilation; the ratio is that of the processor's. Deviations
are those of one gradient from double precision, relative to its largest entry in the same layer.

On two quiet cores JAX takes half of NumPy's seconds, and a quarter to a third by the clock. NumPy in double precision takes 1.2
to 1.7 of them.
"""

import time

import numpy as np
from scipy.optimize import linear_sum_assignment

from flatminima.algorithms import binarynet
from flatminima.algorithms.binarynet import training
from flatminima.algorithms.binarynet.steps import binarised
from flatminima.landscape import matching
from flatminima.networks import multilayer

try:
    import jax
    import jax.numpy as jnp
except ModuleNotFoundError:
    jax = None

PATTERNS, BATCH, RATE = 1000, 100, 5
CASES = [((784, 101, 101, 1), 5, 3), ((784, 201, 201, 1), 5, 3), ((3072, 501, 501, 501, 1), 2, 1)]  # widths, networks, runs
SHARES = np.full((PATTERNS // BATCH, BATCH), 1 / BATCH, np.float32)


def least(action, repeats):
    """Least seconds of the processor, and by the clock; after a first run, which compiles."""
    action()
    times = []
    for _ in range(repeats):
        start = time.process_time(), time.perf_counter()
        action()
        times.append((time.process_time() - start[0], time.perf_counter() - start[1]))
    return np.min(times, axis=0)


def drawn(widths, count):
    """Latent weights, inputs, labels and orders."""
    draw = np.random.default_rng(1)
    latent = training._beginning([draw] * count, list(zip(widths[1:], widths)), spread=None)
    inputs = ((draw.integers(0, 256, (PATTERNS, widths[0])) - 100) / 64).astype(np.float32)
    labels = draw.choice([-1, 1], PATTERNS).astype(np.float32)
    return latent, inputs, labels, np.array([draw.permutation(PATTERNS).reshape(SHARES.shape) for _ in range(count)])


def in_jax(latent, inputs, labels, orders, together):
    for first in range(0, len(orders), together):
        group = slice(first, first + together)
        trained = training._in_jax()([layer[group] for layer in latent], inputs, labels, SHARES, orders[group], RATE, 0.5)
        jax.block_until_ready(trained)


def in_numpy(latent, inputs, labels, orders):
    training._in_numpy(latent, inputs, labels, SHARES, orders, RATE, 0.5)


def step_by_step(gradient, clip, kind):
    """The epoch that one writes around a gradient."""

    def epoch(latent, inputs, labels, orders):
        for i, order in enumerate(orders):
            network = [layer[i].astype(kind) for layer in latent]
            for chosen in order:
                slopes = gradient(network, inputs[chosen].astype(kind), labels[chosen].astype(kind))
                network = [clip(layer - RATE * slope, -1, 1) for layer, slope in zip(network, slopes)]
            _ = [np.asarray(layer) for layer in network]  # JAX returns before it is done

    return epoch


def gradient_in_double(latent, x, labels):
    weights = [np.where(layer >= 0, 1.0, -1.0) for layer in latent]
    fields, below = [], [x]
    for layer in weights:
        fields.append(below[-1] @ layer.T / np.sqrt(layer.shape[1]))
        below.append(np.where(fields[-1] > 0, 1.0, np.where(fields[-1] < 0, -1.0, 0.0)))
    delta = (-labels / (1 + np.exp(labels * fields[-1][:, 0])) / len(x))[:, None]
    slopes = []
    for l in reversed(range(len(weights))):
        slopes.insert(0, delta.T @ below[l] / np.sqrt(weights[l].shape[1]))
        if l:
            delta = np.where(np.abs(fields[l - 1]) <= 1, delta @ weights[l] / np.sqrt(weights[l].shape[1]), 0.0)
    return slopes


def loss_for_jax(latent, x, labels):
    for layer in latent:
        weights = layer + jax.lax.stop_gradient(jnp.where(layer >= 0, 1, -1) - layer)
        h = x @ weights.T / np.sqrt(layer.shape[1], dtype=np.float32)
        line = jnp.where(jnp.abs(h) <= 1, h, 0)
        x = line + jax.lax.stop_gradient(jnp.sign(h) - line)
    return jnp.mean(jax.nn.softplus(-labels * h[:, 0]))


def recipes(count):
    """Name, epoch, and the gradient of one network on one mini-batch, of latent weights."""

    def ours(latent, x, labels):
        return binarynet.gradient(binarised(latent), x, labels, SHARES[0])

    yield "NumPy", in_numpy, ours
    yield "NumPy, written out in double precision", step_by_step(gradient_in_double, np.clip, np.float64), gradient_in_double
    if jax is None:
        return
    several = jax.jit(jax.vmap(ours, (0, None, None)))
    yield "JAX, one network at a time", lambda *task: in_jax(*task, together=1), jax.jit(ours)

    def first_of_several(latent, x, labels):
        return [slope[0] for slope in several([jnp.stack([layer] * count) for layer in latent], x, labels)]

    yield f"JAX, {count} networks together", lambda *task: in_jax(*task, together=count), first_of_several
    automatic = jax.jit(jax.grad(loss_for_jax))
    yield "JAX, automatic gradient, step by step", step_by_step(automatic, jnp.clip, np.float32), automatic


def deviation(gradient, latent, inputs, labels):
    """Of the gradient of the first network on its first mini-batch, from ours in double precision."""
    network, x, signs = [layer[0] for layer in latent], inputs[:BATCH], labels[:BATCH]
    doubles = [layer.astype(float) for layer in binarised(network)]
    exact = binarynet.gradient(doubles, x.astype(float), signs.astype(float), np.full(BATCH, 1 / BATCH))
    found = gradient(network, x, signs)
    return max(np.abs(np.asarray(one) - other).max() / np.abs(other).max() for one, other in zip(found, exact))


def main():
    print(f"{'one epoch':<44}{'processor, s':>14}{'clock, s':>10}{'ratio':>8}{'deviation':>12}")
    for widths, count, repeats in CASES:
        print(f"{'-'.join(map(str, widths))}, {count} networks")
        task, first = drawn(widths, count), None
        for name, epoch, gradient in recipes(count):
            processor, clock = least(lambda: epoch(*task), repeats)
            first = first or processor
            apart = deviation(gradient, *task[:3])
            print(f"  {name:<42}{processor:>14.4f}{clock:>10.4f}{processor / first:>8.2f}{apart:>12.1e}")
        if jax is None:
            print("  JAX is not installed: `make deep` adds it.")
        pair = [multilayer.random_weights(widths, seed) for seed in (1, 2)]
        sums = [np.abs(one.astype(np.float32) @ other.T) for one, other in zip(pair[0][:-1], pair[1])]
        for name, action in (
            ("matching a pair", lambda: matching.overlaps(*pair)),
            ("  of it SciPy's assignments", lambda: [linear_sum_assignment(layer, maximize=True) for layer in sums]),
        ):
            processor, clock = least(action, 3)
            print(f"  {name:<42}{processor:>14.4f}{clock:>10.4f}")


if __name__ == "__main__":
    main()
