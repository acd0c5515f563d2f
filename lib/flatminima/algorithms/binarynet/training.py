"""Training of many networks from different random beginnings: one JAX program, or the same steps in NumPy without it."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from tqdm import tqdm

from flatminima.algorithms.binarynet.steps import binarised, step
from flatminima.networks import multilayer
from flatminima.networks.patterns import positive_integer, seeded_generator
from flatminima.validation import real_number


@dataclass(frozen=True, eq=False)
class Learned:
    """What `learn` found: binary `weights`, a list of int8 arrays (n, N_l, N_{l−1}), and the `errors` (n,) they make."""

    weights: list
    errors: np.ndarray


def learn(inputs, labels, widths, *, rate, seeds, epochs=200, batch=100, spread=None, scaling=0.5, together=None):
    r"""Train one network for each of `seeds` by BinaryNet, for a fixed number of epochs.

    unveiling-2021, supplement IV. In every epoch the patterns come in a new random order, in mini-batches of `batch`, the
    last one smaller if need be, and each makes one `step` at `rate`, with fields of that `scaling`. `inputs` has shape
    (P, N_0), `labels` are ±1 and `widths` those of the hidden layers (N_1, …, N_L). Latent weights begin uniform in ±s,
    with s = 1/√N_{l−1}, or s = `spread` in all layers. A network's beginning and its orders depend on its seed alone,
    an integer or a list of them. A bar is shown where it takes long.

    Runs in JAX if that is installed (the extra `deep`), on the device that JAX finds, else in NumPy. In JAX, `together`
    networks are one vectorised program: by default all on a graphics card, and one at a time on a processor, whose caches
    hold one network better than many. Neither choice changes anything but the rounding of sums in single precision. But
    one weight that turns a step earlier changes all that follows: on different machines outcomes agree in law only. What
    is certain is what is returned: `errors` are counted by `multilayer.errors`, for the `weights` beside them.

    Raises ValueError or TypeError for bad input.

    >>> from flatminima.networks import random_patterns
    >>> patterns = random_patterns(20, 51, seed=0)
    >>> learned = learn(patterns.inputs, patterns.labels, (11,), rate=1, seeds=[0, 1], epochs=30, batch=5)
    >>> learned.errors, [layer.shape for layer in learned.weights]
    (array([0, 0]), [(2, 11, 51), (2, 1, 11)])
    """
    widths = (np.shape(inputs)[-1], *widths, 1)
    shapes = [layer.shape for layer in multilayer.random_weights(widths, seed=0)]
    inputs = multilayer.require_inputs(inputs, [np.empty(shapes[0])])
    labels = multilayer.require_labels(labels, len(inputs))
    rate, scaling = real_number("rate", rate, low=0), real_number("scaling", scaling, low=0, high=1, closed=True)
    spread = None if spread is None else real_number("spread", spread, low=0, high=1, closed=True)
    epochs, batch = positive_integer("epochs", epochs), min(positive_integer("batch", batch), len(inputs))
    shares = _shares(len(inputs), batch)
    data = [array.astype(np.float32) for array in (inputs, labels, shares)]
    run, usual = _in_jax() or (_in_numpy, 1)
    together = len(seeds) if usual is None and together is None else positive_integer("together", together or usual)
    groups = [seeds[first : first + together] for first in range(0, len(seeds), together)]
    weights = []
    with tqdm(total=epochs * len(groups), desc="BinaryNet", unit="epoch", delay=5, disable=None) as bar:
        for group in groups:
            draws = [seeded_generator(seed) for seed in group]
            latent = _beginning(draws, shapes, spread)
            for _ in range(epochs):
                orders = np.stack([_order(draw, len(inputs), shares.shape) for draw in draws])
                latent = run(latent, *data, orders, rate, scaling)
                bar.update()
            weights.append([layer.astype(np.int8) for layer in binarised([np.asarray(layer) for layer in latent])])
    weights = [np.concatenate(layers) for layers in zip(*weights)]
    networks = ([layer[i] for layer in weights] for i in range(len(seeds)))
    return Learned(weights, np.array([multilayer.errors(network, inputs, labels) for network in networks]))


def _in_numpy(latent, inputs, labels, shares, orders, rate, scaling):
    """An epoch of several networks, one after the other."""
    trained = []
    for i, order in enumerate(orders):
        network = [layer[i] for layer in latent]
        for chosen, share in zip(order, shares):
            network = step(network, inputs[chosen], labels[chosen], share, rate, scaling)
        trained.append(network)
    return [np.stack(layers) for layers in zip(*trained)]


@cache
def _in_jax():
    """The same, compiled once for each set of shapes, and the usual number of networks at a time; None without JAX."""
    try:
        import jax
    except ModuleNotFoundError:
        return None

    def epoch(latent, inputs, labels, shares, order, rate, scaling):
        def on_batch(latent, batch):
            chosen, share = batch
            return step(latent, inputs[chosen], labels[chosen], share, rate, scaling), None

        return jax.lax.scan(on_batch, latent, (order, shares))[0]

    epochs = jax.jit(jax.vmap(epoch, in_axes=(0, None, None, None, 0, None, None)), static_argnums=6, donate_argnums=0)
    return epochs, 1 if jax.default_backend() == "cpu" else None


def _beginning(draws, shapes, spread):
    bounds = [1 / np.sqrt(shape[1]) if spread is None else spread for shape in shapes]
    networks = [[draw.uniform(-s, s, shape).astype(np.float32) for s, shape in zip(bounds, shapes)] for draw in draws]
    return [np.stack(layers) for layers in zip(*networks)]


def _shares(count, batch):
    """Of each place in the mini-batches of an epoch, its part in the mean: (mini-batches, batch)."""
    full = np.zeros((-(-count // batch), batch))
    full.flat[:count] = 1
    return full / full.sum(axis=1, keepdims=True)


def _order(draw, count, shape):
    """A random order of all patterns; the places that are left, whose share is zero, hold the first of all."""
    order = np.zeros(shape, np.int32)
    order.flat[:count] = draw.permutation(count)
    return order
