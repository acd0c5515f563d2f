"""Networks of several layers against sums in integers, against committees, and packed and unpacked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.networks import full_committee, perceptron, random_patterns
from flatminima.networks.multilayer import errors, outputs, pack, random_weights, require_inputs, unpack

WIDTHS = st.lists(st.integers(1, 9), min_size=1, max_size=4).map(lambda widths: (*widths, 1))


def outputs_in_integers(weights, inputs):
    x = inputs.astype(float)  # doubles hold them, and multiply matrices faster
    for layer in weights[:-1]:
        x = np.sign(x @ layer.T.astype(float))
    return (x @ weights[-1][0].astype(float)) / np.sqrt(weights[-1].shape[1])


@settings(max_examples=40)
@given(WIDTHS, st.integers(0, 10**6), st.sampled_from([1, 3, 255]))
def test_outputs_are_those_of_integers(widths, seed, largest):
    weights = random_weights(widths, seed)
    inputs = np.random.default_rng(seed).integers(-largest, largest + 1, (7, widths[0]))
    assert np.array_equal(outputs(weights, inputs), outputs_in_integers(weights, inputs))
    assert np.array_equal(outputs(weights, -inputs), -outputs(weights, inputs))


def test_sums_of_pixels_are_exact():
    """Some of them are zero, which rounding decides where p/127.5 − 1 is summed."""
    draw = np.random.default_rng(1)
    weights, pixels = random_weights((784, 51, 1), seed=2), draw.integers(0, 256, (1000, 784))
    sums = (2.0 * pixels - 255) @ weights[0].T.astype(float)
    assert np.count_nonzero(sums == 0) > 1
    for inputs in (2 * pixels - 255, (2 * pixels - 255) / 256, ((2 * pixels - 255) / 256).astype(np.float32)):
        ready = require_inputs(inputs, weights)
        assert ready.dtype == np.float32
        assert np.array_equal(np.sign(ready @ weights[0].T.astype(np.float32)), np.sign(sums))
        assert np.array_equal(outputs(weights, inputs), outputs_in_integers(weights, 2 * pixels - 255))
    ready = require_inputs(pixels / 127.5 - 1, weights)
    assert ready.dtype == np.float64
    assert np.allclose(255 * (ready @ weights[0].T.astype(float)), sums, rtol=0, atol=1e-8)
    assert not np.array_equal(np.sign(ready @ weights[0].T.astype(float)), np.sign(sums))


@pytest.mark.parametrize("inputs, exact", [
    ([255, 1], True), ([-512, 4], True), ([257, 1], False), ([0, 0], True), ([2.0**-30, 0], True), ([2.0**-120, 0], False),
    ([1] * 2**16, True), ([1] * (2**16 + 1), False),
])  # fmt: skip
def test_single_precision_only_where_no_sum_is_rounded(inputs, exact):
    weights = [np.ones((1, len(inputs)), np.int8)]
    ready = require_inputs([inputs], weights)
    assert ready.dtype == (np.float32 if exact else np.float64)
    assert np.array_equal(ready, [inputs])


def test_one_layer_is_a_perceptron_and_two_contain_a_committee():
    patterns = random_patterns(40, 9, seed=3)
    [weights] = random_weights((9, 1), seed=4)
    assert errors([weights], patterns.inputs, patterns.labels) == perceptron(9).errors(weights, patterns)
    hidden = random_weights((9, 5, 1), seed=5)[0]
    committee = [hidden, np.ones((1, 5), np.int8)]
    stabilities = full_committee(5, 9).stabilities(hidden, patterns)
    assert np.allclose(outputs(committee, patterns.inputs) * patterns.labels, stabilities)


def test_zero_is_an_error_for_either_label():
    assert errors([[[1, -1]]], [[1, 1], [1, 1], [1, -1]], [1, -1, 1]) == 2


def test_random_weights_are_fair_and_independent():
    one, other = random_weights((40, 31, 31, 1), seed=6, count=2), random_weights((40, 31, 31, 1), seed=7, count=2)
    assert [layer.shape for layer in one] == [(2, 31, 40), (2, 31, 31), (2, 1, 31)]
    size = sum(layer[0].size for layer in one)
    flat = np.array([np.concatenate([layer[k].ravel() for layer in many]) for many in (one, other) for k in range(2)], int)
    assert np.array_equal(np.abs(flat), np.ones_like(flat))
    gram = flat @ flat.T
    assert np.abs(np.append(flat.sum(axis=1), gram[np.triu_indices(4, 1)])).max() < 4 * np.sqrt(size)
    assert all(map(np.array_equal, one, random_weights((40, 31, 31, 1), seed=6, count=2)))


@settings(max_examples=40)
@given(WIDTHS, st.integers(0, 10**6), st.sampled_from([None, 1, 3]))
def test_unpacking_undoes_packing(widths, seed, count):
    weights = random_weights(widths, seed, count)
    bits, shape = pack(weights)
    assert shape == widths
    assert bits.size <= (count or 1) * (sum(layer[0].size if count else layer.size for layer in weights) + 7) // 8
    again = unpack(bits, shape)
    assert len(again) == len(weights) and all(map(np.array_equal, weights, again))
    assert {layer.dtype for layer in again} == {np.dtype(np.int8)}


def test_bad_input_gets_one_sentence():
    weights, inputs = random_weights((3, 3, 1), seed=8), [[1, 1, -1]]
    for wrong in ((3, 0, 1), (1,), (3, 2)):
        with pytest.raises(ValueError, match=r"widths is .*; it must be a sequence"):
            random_weights(wrong, seed=0)
    for wrong in (3, (3.0, 1), "31"):
        with pytest.raises(TypeError, match=r"widths is .*; it must be a sequence"):
            random_weights(wrong, seed=0)
    with pytest.raises(TypeError, match="seed is None"):
        random_weights((3, 1), seed=None)
    for wrong, problem in (
        (weights[::-1], r"weights\[1\] has shape \(3, 3\); it must be \(1, 1\), as the width below is 1 and this is the"),
        (weights[:1], r"weights\[0\] has shape \(3, 3\); it must be \(1, 3\), as the width below is 3 and this is the"),
        ([[[1, 0, 1]]], r"weights\[0\] has an entry 0; every entry must be -1 or 1"),
        ([[1, 1, 1]], r"weights\[0\] has shape \(3,\); it must have 2 sides"),
    ):
        with pytest.raises(ValueError, match=problem):
            outputs(wrong, inputs)
    for wrong in (weights[0], [], 3):
        for take in (pack, lambda wrong: outputs(wrong, inputs)):
            with pytest.raises(TypeError, match="weights is of type"):
                take(wrong)
    for wrong, problem in (
        ([[1, 1]], r"inputs has shape \(1, 2\); it must be \(P, 3\)"), ([1, 1, 1], r"shape \(3,\)"), (np.ones((0, 3)), "P ≥ 1"),
        ([[np.nan, 1, 1]], "an entry of size nan"), ([[1e40, 1, 1]], "an entry of size 1e[+]40; all must be .* up to 1e[+]30"),
    ):
        with pytest.raises(ValueError, match=problem):
            outputs(weights, wrong)
    with pytest.raises(TypeError, match="inputs is"):
        outputs(weights, [["one", "one", "one"]])
    with pytest.raises(ValueError, match="there are 2 labels for 1 inputs"):
        errors(weights, inputs, [1, 1])
    with pytest.raises(ValueError, match="labels has an entry 2"):
        errors(weights, inputs, [2])
    with pytest.raises(ValueError, match=r"bits has shape \(1,\); widths \(3, 3, 1\) need 2 bytes"):
        unpack([0], (3, 3, 1))
    for wrong in (256, -1, 0.5, np.nan):
        with pytest.raises(ValueError, match="no byte; all must be integers from 0 to 255"):
            unpack([0, wrong], (3, 3, 1))
