"""Energy profiles against all ways to flip the weights, and where they are known."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.landscape.local_energy import profile
from flatminima.networks.multilayer import errors, outputs, random_weights


def draw(widths, seed, count=9):
    generator = np.random.default_rng(seed)
    inputs, labels = generator.integers(-255, 256, (count, widths[0])), generator.choice([-1, 1], count)
    return random_weights(widths, [seed, 1]), inputs, labels


def test_profiles_are_the_average_over_all_flips():
    widths, probabilities, repetitions = (2, 2, 2, 1), np.array([0.1, 0.5, 0.3]), 1500
    weights, inputs, labels = draw(widths, 1)
    sizes = [layer.size for layer in weights]
    ways = np.array(list(itertools.product([1, -1], repeat=sum(sizes))), np.int8)
    energies = np.array([
        errors([piece.reshape(layer.shape) * layer for piece, layer in zip(np.split(way, np.cumsum(sizes)[:-1]), weights)],
               inputs, labels)
        for way in ways
    ])  # fmt: skip
    flipped = np.count_nonzero(ways < 0, axis=1)
    chance = probabilities[:, None] ** flipped * (1 - probabilities[:, None]) ** (sum(sizes) - flipped)
    mean = chance @ energies
    spread = np.sqrt(chance @ energies**2 - mean**2) / np.sqrt(repetitions)
    found = profile(weights, inputs, labels, probabilities, repetitions=repetitions, seed=2)
    assert np.abs((found.errors - mean) / spread).max() < 4
    assert np.allclose(found.standard_error, spread, rtol=0.1)
    distance_error = np.sqrt(probabilities * (1 - probabilities) / sum(sizes) / repetitions)
    assert np.abs((found.distances - probabilities) / distance_error).max() < 4


@settings(max_examples=20)
@given(st.integers(1, 4), st.integers(0, 10**6))
def test_nothing_flipped_everything_flipped(layers, seed):
    weights, inputs, labels = draw((7, *(5, 3, 5)[: layers - 1], 1), seed)
    found = profile(weights, inputs, labels, [0, 1, 0.4, 0.2], repetitions=3, seed=seed)
    assert found.distances[:2].tolist() == [0, 1] and found.distances[3] <= found.distances[2]
    reversed_outputs = (-1) ** layers * outputs(weights, inputs)
    assert found.errors[:2].tolist() == [errors(weights, inputs, labels), np.count_nonzero(labels * reversed_outputs <= 0)]
    assert found.standard_error[:2].tolist() == [0, 0]


@pytest.mark.parametrize("widths", [(21, 15, 1), (21, 15, 15, 1)])
def test_half_of_all_weights_flipped_is_a_random_network(widths):
    weights, inputs, _ = draw(widths, 3, count=60)
    labels = np.where(outputs(weights, inputs) > 0, 1, -1)  # all right, to begin with
    probabilities = np.array([0, 0.05, 0.2, 0.5, 0.8, 0.95, 1])
    found = profile(weights, inputs, labels, probabilities, repetitions=150, seed=4)
    assert abs(found.errors[3] - 30) < 4 * found.standard_error[3]
    assert (np.diff(found.errors[:4]) > 0).all()
    # the law at 1 − p is that of the outputs times (−1)^(L+1) at p
    mirrored = found.errors[::-1] if len(widths) % 2 else 60 - found.errors[::-1]
    assert (np.abs(found.errors - mirrored) <= 4 * np.hypot(found.standard_error, found.standard_error[::-1])).all()


def test_bad_input_gets_one_sentence():
    weights, inputs, labels = draw((3, 3, 1), 5)
    measure = lambda probabilities=(0.1,), **given: profile(weights, inputs, labels, probabilities, **{"seed": 1} | given)
    for wrong, problem in (
        ([0.1, 1.5], r"an entry 1.5; all must be in \[0, 1\]"), ([np.nan], "an entry nan"), (0.5, r"shape \(\)"), ([], "shape"),
    ):
        with pytest.raises(ValueError, match=problem):
            measure(wrong)
    with pytest.raises(TypeError, match="probabilities is"):
        measure(["half"])
    with pytest.raises(ValueError, match="repetitions is 1; it must be at least 2"):
        measure(repetitions=1)
    with pytest.raises(TypeError, match="seed is None"):
        measure(seed=None)
    with pytest.raises(ValueError, match="there are 8 labels for 9 inputs"):
        profile(weights, inputs, labels[:8], [0.1], seed=1)
