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
    as in `random_patterns` an integer or a list of them. A bar is shown where it takes long.

    Runs in JAX if that is installed (the extra `deep`), on the device that JAX finds, else in NumPy. In JAX, `together`
    networks are one vectorised program: by default all on a graphics card, and one at a time on a processor, whose caches
    hold one network better than many. Neither choice changes anything but the rounding of sums in single precision. But
    one weight that turns a step earlier changes all that follows: on different machines outcomes agree in law only. What
    is certain is what is returned: `errors` are counted by `multilayer.errors`, for the `weights` beside them.

    Raises ValueError or TypeError for inputs and labels that `multilayer.errors` does not take, widths that are no sequence of
    positive integers, bad or no seeds, a rate outside (0, 1e6), and a scaling or a spread outside [0, 1].

    >>> from flatminima.networks import random_patterns
    >>> patterns = random_patterns(20, 51, seed=0)
    >>> learned = learn(patterns.inputs, patterns.labels, (11,), rate=1, seeds=[0, 1], epochs=30, batch=5)
    >>> learned.errors, [layer.shape for layer in learned.weights]
    (array([0, 0]), [(2, 11, 51), (2, 1, 11)])
    """
    inputs = multilayer.require_inputs(inputs)
    labels = multilayer.require_labels(labels, len(inputs))
    widths = (inputs.shape[1], *multilayer.require_widths(widths, hidden=True), 1)
    shapes = list(zip(widths[1:], widths))
    rate, scaling = real_number("rate", rate, low=0, high=1e6), real_number("scaling", scaling, low=0, high=1, closed=True)
    spread = None if spread is None else real_number("spread", spread, low=0, high=1, closed=True)
    epochs, batch = positive_integer("epochs", epochs), min(positive_integer("batch", batch), len(inputs))
    draws = _generators(seeds)
    together = _usual(len(draws)) if together is None else positive_integer("together", together)
    groups = [draws[first : first + together] for first in range(0, len(draws), together)]
    run = _in_jax() if _jax() else _in_numpy
    shares = _shares(len(inputs), batch)
    data = [array.astype(np.float32) for array in (inputs, labels, shares)]
    weights = []
    with tqdm(total=epochs * len(groups), desc="BinaryNet", unit="epoch", delay=5, disable=None) as bar:
        for group in groups:
            latent = _beginning(group, shapes, spread)
            for _ in range(epochs):
                orders = np.stack([_order(draw, len(inputs), shares.shape) for draw in group])
                latent = run(latent, *data, orders, rate, scaling)
                bar.update()
            weights.append([layer.astype(np.int8) for layer in binarised([np.asarray(layer) for layer in latent])])
    weights = [np.concatenate(layers) for layers in zip(*weights)]
    networks = ([layer[i] for layer in weights] for i in range(len(draws)))
    return Learned(weights, np.array([multilayer.errors(network, inputs, labels) for network in networks]))


def _generators(seeds):
    if not isinstance(seeds, (list, tuple, range)):
        raise TypeError(f"seeds is {seeds!r}; it must be a list of one seed or more.")
    if not seeds:
        raise ValueError("seeds is empty; it must be a list of one seed or more.")
    return [seeded_generator(seed) for seed in seeds]


@cache
def _jax():
    """The package if it is installed, else None."""
    try:
        import jax
    except ModuleNotFoundError:
        return None
    return jax


def _usual(count):
    """How many of the networks are trained together unless a call says it."""
    on_graphics_card = _jax() and _jax().default_backend() != "cpu"
    return count if on_graphics_card else 1


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
    """The same as one program, compiled once for each set of shapes."""
    jax = _jax()

    def epoch(latent, inputs, labels, shares, order, rate, scaling):
        def on_batch(latent, batch):
            chosen, share = batch
            return step(latent, inputs[chosen], labels[chosen], share, rate, scaling), None

        return jax.lax.scan(on_batch, latent, (order, shares))[0]

    @jax.default_matmul_precision("highest")  # graphics cards would shorten the factors to fewer digits
    def epochs(latent, inputs, labels, shares, orders, rate, scaling):
        if len(orders) == 1:  # a vectorised program of one network takes twice the time on a processor
            alone = epoch([layer[0] for layer in latent], inputs, labels, shares, orders[0], rate, scaling)
            return [layer[None] for layer in alone]
        each = (0, None, None, None, 0, None, None)  # latent weights and orders are of one network, the rest is shared
        return jax.vmap(epoch, in_axes=each)(latent, inputs, labels, shares, orders, rate, scaling)

    return jax.jit(epochs, static_argnums=6, donate_argnums=0)


def _beginning(draws, shapes, spread):
    """Random latent weights of several networks."""
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
