"""One step of BinaryNet in JAX: against automatic differentiation, and against the same step in NumPy."""

import numpy as np
import pytest

from flatminima.algorithms import binarynet
from flatminima.algorithms.binarynet import training
from flatminima.algorithms.binarynet.steps import binarised

jax = pytest.importorskip("jax", reason="JAX is not installed (make deep)")
jnp = jax.numpy

HIDDEN = [(), (7,), (7, 5), (7, 5, 9)]


def drawn(hidden, seed, size=12, count=9):
    draw = np.random.default_rng(seed)
    widths = (size, *hidden, 1)
    latent = [draw.uniform(-1, 1, shape) for shape in zip(widths[1:], widths)]
    return latent, (draw.standard_normal((count, size)), draw.choice([-1.0, 1.0], count), draw.uniform(0, 1, count))


def straight_through(value, slope_of):
    """`value`, which is differentiated as if it were `slope_of`."""
    return slope_of + jax.lax.stop_gradient(value - slope_of)


def loss(latent, inputs, labels, shares, scaling):
    """The cross-entropy of the network of latent weights, as one writes it for automatic differentiation."""
    x = inputs
    for layer in latent:
        weights = straight_through(jnp.where(layer < 0, -1.0, 1.0), layer)
        h = jnp.einsum("pj,ij->pi", x, weights) / layer.shape[1] ** scaling
        x = straight_through(jnp.sign(h), h * jax.lax.stop_gradient(jnp.abs(h) <= 1))
    return jnp.sum(shares * jax.nn.softplus(-labels * h[:, 0]))


@pytest.mark.parametrize("scaling", [0, 0.5])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_automatic_differentiation_finds_the_same(hidden, scaling):
    """In double precision, and the step that follows from it."""
    automatic, by_hand = (jax.jit(function, static_argnums=4) for function in (jax.grad(loss), binarynet.gradient))
    with jax.enable_x64(True):
        for seed in range(5):
            latent, batch = drawn(hidden, seed)
            slopes, in_jax = automatic(latent, *batch, scaling), by_hand(binarised(latent), *batch, scaling)
            stepped = binarynet.step(latent, *batch, 0.7, scaling)
            for l, slope in enumerate(slopes):
                assert slope.dtype == in_jax[l].dtype == np.float64
                assert np.abs(in_jax[l] - slope).max() < 1e-13
                assert np.abs(stepped[l] - np.clip(latent[l] - 0.7 * slope, -1, 1)).max() < 1e-13


def pixels(count, seed):
    """Inputs of eight binary digits."""
    grey = np.random.default_rng(seed).integers(0, 256, (count, 784))
    return ((grey - 33) / 64).astype(np.float32)


def test_forward_passes_are_equal_to_the_last_bit():
    """Of the first layer sums are exact, above it they are integers: in single precision, whatever their order."""
    latent, _ = drawn((31, 21, 21), seed=1, size=784)
    weights = [layer.astype(np.float32) for layer in binarised(latent)]
    forward = jax.jit(lambda x, layer: (x @ layer.T) * layer.shape[1] ** -0.5)
    in_numpy = in_jax = pixels(300, seed=2)
    in_double = in_numpy.astype(float)
    for layer in weights:
        fields = (in_numpy @ layer.T) * layer.shape[1] ** -0.5, np.asarray(forward(in_jax, layer))
        assert fields[0].dtype == fields[1].dtype == np.float32 and np.array_equal(*fields)
        in_double = np.sign(in_double @ layer.T.astype(float))
        in_numpy, in_jax = map(np.sign, fields)
        assert np.array_equal(in_numpy, in_double)


def test_the_same_units_learn_from_a_pattern():
    """Exact fields decide Θ(1 − |h|) alike in NumPy and JAX, and so for each pattern which units have a gradient."""
    latent, _ = drawn((31, 21), seed=3, size=784)
    weights = [layer.astype(np.float32) for layer in binarised(latent)]
    inputs, labels, each = pixels(40, seed=4), np.ones(40, np.float32), np.eye(40, dtype=np.float32)
    of_each = jax.jit(jax.vmap(binarynet.gradient, (None, None, None, 0)))
    in_jax = [np.asarray(layer) for layer in of_each([jnp.array(layer) for layer in weights], inputs, labels, each)]
    learning = []
    for pattern in range(40):
        for layer, slope in zip(in_jax, binarynet.gradient(weights, inputs, labels, each[pattern])):
            assert np.abs(layer[pattern] - slope).max() <= 1e-6 * np.abs(slope).max()
            learning.append(np.mean(np.abs(slope) > 1e-6 * np.abs(slope).max()))
    assert 0.1 < np.mean(learning[::3]) < 0.9


@pytest.mark.parametrize("together", [1, 3])
def test_one_step_from_the_same_weights_is_the_same_step(together):
    """Latent weights agree to 1e-6, and so only a weight whose latent one is that near to zero may turn in one of the two."""
    draws = [np.random.default_rng(seed) for seed in range(together)]
    latent = training._beginning(draws, [(31, 784), (21, 31), (1, 21)], spread=None)
    labels = np.random.default_rng(5).choice([-1, 1], 50).astype(np.float32)
    data = pixels(50, seed=6), labels, np.full((1, 20), 1 / 20, np.float32)
    moved = 0
    for _ in range(15):
        orders = np.stack([draw.permutation(50)[None, :20] for draw in draws])
        in_numpy = training._in_numpy(latent, *data, orders, 5, 0.5)
        in_jax = [np.asarray(layer) for layer in training._in_jax()([jnp.array(v) for v in latent], *data, orders, 5, 0.5)]
        for before, one, other in zip(latent, in_numpy, in_jax):
            assert one.dtype == other.dtype == np.float32
            assert np.abs(one - other).max() <= 1e-6
            moved += np.count_nonzero((one < 0) != (before < 0))
        latent = in_numpy
    assert moved > 1000
