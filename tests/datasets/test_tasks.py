"""Binary tasks: which images are drawn, their labels, their scales."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.datasets import EVEN, ODD, Images, binary_task

SEEDS = st.integers(0, 10**6)
COLOURED = st.booleans()


def drawn(seed, coloured=False, count=60):
    """All images differ, and the mean of each colour is another."""
    draw, shape = np.random.default_rng(seed), (count, 3, 4, 3) if coloured else (count, 3, 4)
    images = draw.integers(0, 256, shape) // np.arange(1, 4) if coloured else draw.integers(0, 256, shape)
    labels = np.arange(count) % 10
    return Images(*[images.astype(np.uint8), labels.astype(np.uint8)] * 2, tuple("0123456789"))


def found(images, inputs):
    """The places of images whose scaled pixels the inputs are."""
    pixels = (64 * inputs + round(images.train_images.mean())).astype(np.uint8)
    known = {image.tobytes(): place for place, image in enumerate(images.train_images)}
    return [known[row.tobytes()] for row in pixels]


@given(SEEDS, COLOURED, st.integers(1, 60))
def test_odd_against_even(seed, coloured, count):
    images = drawn(seed, coloured)
    inputs, labels = binary_task(images, count, seed=seed)
    assert inputs.dtype == np.float32 and labels.dtype == np.int8 and inputs.shape == (count, images.train_images[0].size)
    places = found(images, inputs)
    assert len(set(places)) == count
    assert labels.tolist() == [1 if images.train_labels[place] % 2 else -1 for place in places]


@given(SEEDS, st.integers(1, 20), st.integers(0, 10))
def test_smaller_sets_are_parts_of_larger_ones(seed, count, more):
    images, sides = drawn(1), {"positive": [3, 7], "negative": [4, 0, 9]}
    smaller, larger = (binary_task(images, size, **sides, seed=seed) for size in (count, count + more))
    for one, other in zip(smaller, larger):
        np.testing.assert_array_equal(one, other[:count])


@settings(max_examples=40)
@given(SEEDS, st.lists(st.integers(0, 9), min_size=2, max_size=10, unique=True), st.data())
def test_chosen_classes(seed, classes, data):
    cut = data.draw(st.integers(1, len(classes) - 1))
    positive, negative, images = classes[:cut], classes[cut:], drawn(2)
    inputs, labels = binary_task(images, 6 * len(classes), positive=positive, negative=negative, seed=seed)
    of = images.train_labels[found(images, inputs)]
    assert sorted(of[labels == 1]) == sorted(positive * 6) and sorted(of[labels == -1]) == sorted(negative * 6)
    swapped, signs = binary_task(images, 6 * len(classes), positive=negative, negative=positive, seed=seed)
    np.testing.assert_array_equal(swapped, inputs)
    np.testing.assert_array_equal(signs, -labels)


def test_every_image_is_drawn_alike_and_in_any_place():
    images, runs = drawn(3, count=10), 1000
    first = np.array([found(images, binary_task(images, 2, seed=seed)[0]) for seed in range(runs)])
    for place in first.T:
        assert abs(np.bincount(place, minlength=10) - runs / 10).max() < 5 * np.sqrt(runs * 0.09)


@settings(max_examples=15)
@given(SEEDS, COLOURED)
def test_scales(seed, coloured):
    images = drawn(seed, coloured)
    (inputs, labels), (plain, same) = (binary_task(images, 60, seed=seed, centred=centred) for centred in (True, False))
    np.testing.assert_array_equal(labels, same)
    pixels = (256 * plain + 255) / 2
    assert sorted(map(tuple, pixels.astype(int))) == sorted(map(tuple, images.train_images.reshape(60, -1).astype(int)))
    shift = pixels - 64 * inputs  # exactly: eight binary digits
    assert np.ptp(shift) == 0 and abs(shift[0, 0] - images.train_images.mean()) <= 0.5
    part, _ = binary_task(images, 7, positive=[1], negative=[2], seed=seed)
    assert {row.tobytes() for row in part} <= {row.tobytes() for row in inputs}  # the scale is not of the part


@pytest.mark.parametrize("arguments, error, sentence", [
    ({"count": 61}, ValueError, "count is 61; it must be at most 60, the number of images of these classes"),
    ({"count": 13, "positive": [1], "negative": [2]}, ValueError, "count is 13; it must be at most 12"),
    ({"count": 0}, ValueError, "count is 0"),
    ({"count": 2.0}, TypeError, "count is 2.0"),
    ({"positive": []}, ValueError, "positive is empty"),
    ({"negative": ()}, ValueError, "negative is empty"),
    ({"positive": [1, 10]}, ValueError, "positive has 10; it must have indices of classes, integers from 0 to 9"),
    ({"negative": [-1]}, ValueError, "negative has -1"),
    ({"positive": ["1"]}, TypeError, "positive has '1'"),
    ({"positive": 1}, TypeError, "positive is 1; it must be a list"),
    ({"positive": [True]}, TypeError, "positive has True"),
    ({"positive": ODD, "negative": [*EVEN, 7]}, ValueError, "class 7 is in positive and in negative"),
    ({"seed": -1}, ValueError, "seed is -1"),
    ({"seed": None}, TypeError, "seed is None"),
])
def test_refused(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        binary_task(drawn(1), **({"count": 5, "seed": 1} | arguments))
