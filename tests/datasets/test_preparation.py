"""From images to patterns: the filter, the binarisation, the draw and the reshuffled set; Fashion-MNIST itself where it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.datasets import DatasetMissing, Images, fashion_mnist, reshuffled, subset, two_classes
from flatminima.networks import Patterns, random_patterns

SEEDS = st.integers(0, 10**6)


def drawn(seed, count=60, levels=256):
    draw = np.random.default_rng(seed)
    sets = [(draw.integers(0, levels, (n, 3, 4), np.uint8), draw.integers(0, 3, n, np.uint8)) for n in (count, 40)]
    return Images(*sets[0], *sets[1], ("ring", "disc", "line"))


@given(SEEDS, st.sampled_from([256, 4]))  # four levels: most pixels are ties
def test_as_in_a_loop(seed, levels):
    images, bounds = drawn(seed, levels=levels), (0.4, 0.6) if levels == 256 else (0.003, 0.009)
    for patterns, grey, labels in zip(
        two_classes(images, "line", "ring", medians=bounds),
        (images.train_images, images.test_images), (images.train_labels, images.test_labels),
    ):
        inputs, signs = [], []
        for image, label in zip(grey.tolist(), labels.tolist()):
            ordered = sorted(sum(image, []))
            median = (ordered[5] + ordered[6]) / 2
            if label != 1 and bounds[0] <= median / 255 <= bounds[1]:
                inputs.append([1 if pixel > median else -1 for row in image for pixel in row])
                signs.append(1 if label == 2 else -1)
        assert patterns.inputs.tolist() == inputs and patterns.labels.tolist() == signs


@given(SEEDS)
def test_exchanged_classes_exchange_the_labels(seed):
    images = drawn(seed)
    for one, other in zip(two_classes(images, "ring", "disc"), two_classes(images, "disc", "ring")):
        np.testing.assert_array_equal(one.inputs, other.inputs)
        np.testing.assert_array_equal(one.labels, -other.labels)


def test_brighter_images_give_the_same_patterns():
    images = drawn(3, levels=100)
    brighter = Images(images.train_images + np.uint8(50), images.train_labels,
                      images.test_images + np.uint8(50), images.test_labels, images.classes)
    everything = two_classes(images, "ring", "disc", medians=(0, 1))
    for one, other in zip(everything, two_classes(brighter, "ring", "disc", medians=(0, 1))):
        np.testing.assert_array_equal(one.inputs, other.inputs)
        assert ((one.inputs == 1).sum(axis=1) <= 6).all()  # never more than half of the pixels


@given(SEEDS, st.integers(1, 30))
def test_a_subset_is_drawn_without_replacement(seed, count):
    patterns = Patterns(2 * (np.arange(30)[:, None] >> np.arange(5) & 1) - 1, 1 - 2 * (np.arange(30) % 2))  # all different
    chosen = subset(patterns, count, seed)
    rows = {(*row, label) for row, label in zip(chosen.inputs.tolist(), chosen.labels.tolist())}
    everything = {(*row, label) for row, label in zip(patterns.inputs.tolist(), patterns.labels.tolist())}
    assert len(chosen) == count == len(rows) and rows <= everything
    np.testing.assert_array_equal(chosen.inputs, subset(patterns, count, seed).inputs)


def test_every_pattern_is_drawn_alike():
    patterns = Patterns(2 * (np.arange(8)[:, None] >> np.arange(3) & 1) - 1, np.ones(8))
    counts = np.zeros(8)
    for seed in range(2000):
        counts[(subset(patterns, 3, seed).inputs == 1) @ [1, 2, 4]] += 1
    assert abs(counts - 750).max() < 5 * np.sqrt(2000 * 3 / 8 * 5 / 8)


@given(SEEDS)
def test_reshuffled_pixels_keep_their_bias_and_lose_their_company(seed):
    patterns = Patterns(np.repeat(random_patterns(400, 1, seed).inputs, 3, axis=1), random_patterns(400, 1, seed + 1).labels)
    shuffled = reshuffled(patterns, seed)
    np.testing.assert_array_equal(shuffled.labels, patterns.labels)
    np.testing.assert_array_equal(shuffled.inputs.sum(axis=0), patterns.inputs.sum(axis=0))
    correlations = np.corrcoef(np.column_stack([shuffled.inputs, patterns.inputs[:, 0]]), rowvar=False)
    assert np.abs(correlations[np.triu_indices(4, 1)]).max() < 5.5 / np.sqrt(400)


@pytest.mark.parametrize("call, sentence", [
    (lambda: two_classes(drawn(1), "ring", "cube"), "there is no class 'cube'; it must be one of ring, disc, line"),
    (lambda: two_classes(drawn(1), "ring", "ring"), "both classes are 'ring'"),
    (lambda: two_classes(drawn(1), "ring", "disc", medians=(0.9, 0.95)), "no training image of these classes has a median"),
    (lambda: two_classes(drawn(1), "ring", "disc", medians=(0.2, 1.5)), r"medians\[1\] is 1.5"),
    (lambda: two_classes(drawn(1), "ring", "disc", medians=(float("nan"), 1)), r"medians\[0\] is nan"),
    (lambda: subset(random_patterns(9, 5, 1), 10, 1), "count is 10; it must be at most 9"),
    (lambda: subset(random_patterns(9, 5, 1), 0, 1), "count is 0"),
    (lambda: subset(random_patterns(9, 5, 1), 3, -1), "seed is -1"),
    (lambda: reshuffled(random_patterns(9, 5, 1), -1), "seed is -1"),
])
def test_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_fashion_mnist():
    try:
        images = fashion_mnist()
    except DatasetMissing as missing:
        pytest.skip(str(missing))
    assert images.train_images.shape == (60000, 28, 28) and images.test_images.shape == (10000, 28, 28)
    assert (np.bincount(images.train_labels) == 6000).all() and (np.bincount(images.test_labels) == 1000).all()
    train, test = two_classes(images, "Dress", "Coat")
    assert (len(train), len(test), train.size) == (3927, 677, 784)
    # what the docstring says of shares and ties
    assert ((train.labels == 1).sum(), (test.labels == 1).sum()) == (344, 74)
    assert (train.inputs == 1).mean() == pytest.approx(0.498, abs=5e-4)
    coats_and_dresses = images.train_images[np.isin(images.train_labels, [3, 4])].reshape(-1, 784)
    median = np.median(coats_and_dresses, axis=1)
    kept = (median >= 0.25 * 255) & (median <= 0.75 * 255)
    ties = (coats_and_dresses == median[:, None])[kept].sum(axis=1)
    assert ties.max() == 50 and ties.mean() / 784 == pytest.approx(0.004, abs=5e-4)
