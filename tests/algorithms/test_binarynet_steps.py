"""One step of BinaryNet: its gradient against a differentiable network, its symmetries, shares and bounds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.algorithms import binarynet
from flatminima.algorithms.binarynet.steps import binarised

HIDDEN = st.lists(st.integers(1, 6), max_size=3)
SEEDS = st.integers(0, 10**6)
SCALINGS = st.sampled_from([0, 0.5])


def drawn(hidden, seed, count=7):
    """Latent weights, and a mini-batch in which some patterns have no share."""
    draw = np.random.default_rng(seed)
    widths = (5, *hidden, 1)
    latent = [draw.uniform(-1, 1, shape) for shape in zip(widths[1:], widths)]
    shares = draw.uniform(0, 1, count) * draw.integers(0, 2, count)
    return latent, (draw.standard_normal((count, 5)), draw.choice([-1.0, 1.0], count), shares)


def close(one, other, tolerance=1e-12):
    return len(one) == len(other) and all(np.allclose(a, b, rtol=tolerance, atol=tolerance) for a, b in zip(one, other))


def loss_with_lines(weights, point, inputs, labels, shares, scaling):
    """The loss if each sign is the line through its value at `point`, of slope 1 where |h| ≤ 1 there, and 0 elsewhere."""
    x = fixed = inputs
    for layer, at in zip(weights, point):
        h, before = x @ layer.T / layer.shape[1] ** scaling, fixed @ at.T / layer.shape[1] ** scaling
        fixed = np.sign(before)
        x = fixed + (h - before) * (np.abs(before) <= 1)
    return np.sum(shares * np.log1p(np.exp(-labels * h[:, 0])))


@settings(max_examples=15)
@given(HIDDEN, SEEDS, SCALINGS)
def test_the_gradient_is_that_of_a_network_of_straight_lines(hidden, seed, scaling):
    """By complex steps: exact but for rounding."""
    latent, batch = drawn(hidden, seed)
    weights = binarised(latent)
    slopes = [np.zeros(layer.shape) for layer in weights]
    for l, layer in enumerate(weights):
        for place in np.ndindex(layer.shape):
            moved = [each.astype(complex) for each in weights]
            moved[l][place] += 1e-30j
            slopes[l][place] = loss_with_lines(moved, weights, *batch, scaling).imag / 1e-30
    assert close(binarynet.gradient(weights, *batch, scaling), slopes)


def test_one_layer_has_the_gradient_of_logistic_regression():
    latent, (inputs, labels, shares) = drawn([], seed=1)
    [weights] = binarised(latent)
    stabilities = labels * (inputs @ weights[0]) / np.sqrt(5)
    slope = -(shares * labels / (1 + np.exp(stabilities))) @ inputs / np.sqrt(5)
    assert close(binarynet.gradient([weights], inputs, labels, shares), [slope[None]])


def relabelled(latent, draw):
    """The same network, the units of each hidden layer in random order and with random signs."""
    latent = list(latent)
    for l in range(len(latent) - 1):
        order, signs = draw.permutation(len(latent[l])), draw.choice([-1, 1], len(latent[l]))
        latent[l] = signs[:, None] * latent[l][order]
        latent[l + 1] = latent[l + 1][:, order] * signs
    return latent


@settings(max_examples=20)
@given(HIDDEN, SEEDS, SCALINGS)
def test_a_step_does_not_know_labels_and_signs_of_units(hidden, seed, scaling):
    latent, batch = drawn(hidden, seed)
    stepped = relabelled(binarynet.step(latent, *batch, 0.7, scaling), np.random.default_rng(seed))
    assert close(binarynet.step(relabelled(latent, np.random.default_rng(seed)), *batch, 0.7, scaling), stepped)


@settings(max_examples=20)
@given(HIDDEN, SEEDS, SCALINGS)
def test_opposite_tasks_have_opposite_solutions(hidden, seed, scaling):
    """Signs cost no rounding: these are equalities."""
    latent, (inputs, labels, shares) = drawn(hidden, seed)
    stepped = binarynet.step(latent, inputs, labels, shares, 0.7, scaling)
    opposite = [*latent[:-1], -latent[-1]]
    reversed_labels = binarynet.step(opposite, inputs, -labels, shares, 0.7, scaling)
    assert all(map(np.array_equal, reversed_labels, [*stepped[:-1], -stepped[-1]]))
    assert all(map(np.array_equal, binarynet.step(latent, -inputs, -labels, shares, 0.7, scaling), stepped))


@settings(max_examples=20)
@given(HIDDEN, SEEDS, SCALINGS)
def test_shares_weigh_the_patterns(hidden, seed, scaling):
    latent, (inputs, labels, shares) = drawn(hidden, seed)
    weights, kept = binarised(latent), shares > 0
    together = binarynet.gradient(weights, inputs, labels, shares, scaling)
    assert close(together, binarynet.gradient(weights, inputs[kept], labels[kept], shares[kept], scaling))
    single = [binarynet.gradient(weights, inputs[[i]], labels[[i]], np.ones(1), scaling) for i in range(len(labels))]
    assert close(together, [np.tensordot(shares, np.array(layers), 1) for layers in zip(*single)])


def test_latent_weights_stay_between_bounds_and_zero_is_positive():
    latent, batch = drawn([4, 3], seed=2)
    assert [np.abs(layer).max() for layer in binarynet.step(latent, *batch, 1e6)] == [1, 1, 1]
    zeros = [np.zeros_like(layer) for layer in latent]
    assert all(np.array_equal(layer, np.ones_like(layer)) for layer in binarised(zeros + [-zero for zero in zeros]))
    ones = [np.ones_like(layer) for layer in latent]
    slopes = [-0.1 * slope for slope in binarynet.gradient(ones, *batch)]
    assert close(binarynet.step(zeros, *batch, 0.1), slopes)


def test_stabilities_of_any_size_do_not_overflow():
    inputs = np.array([[1e30], [-1e30]], np.float32)
    [slope] = binarynet.gradient([np.ones((1, 1), np.float32)], inputs, np.ones(2, np.float32), np.ones(2, np.float32))
    assert slope.dtype == np.float32 and np.array_equal(slope, np.array([[1e30]], np.float32))
