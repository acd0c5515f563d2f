"""What images are, and what is none; and the real sets, where they are."""

import numpy as np
import pytest

from flatminima.datasets import Images, cifar10, mnist
from flatminima.datasets.cifar import CIFAR_10
from flatminima.datasets.digits import MNIST


def test_grey_and_coloured_images():
    for shape in [(2, 4, 5), (2, 4, 5, 3)]:
        images = Images(*[np.zeros(shape, np.uint8), np.zeros(2, np.uint8)] * 2, ("a",))
        assert images.train_images.shape == shape


@pytest.mark.parametrize("call, sentence", [
    (lambda: Images(np.zeros((2, 3)), np.zeros(2), *[np.zeros(1)] * 2, ("a",)), r"images have the shape \(2, 3\)"),
    (lambda: Images(*[np.zeros((2, 2, 2), np.uint8), np.ones(2, np.uint8)] * 2, ("a",)), "a label is 1; it must be from 0"),
    (lambda: Images(*[np.zeros((2, 2, 2)), np.zeros(2, np.uint8)] * 2, ("a",)), "images are float64 and labels uint8, with 8"),
    (lambda: Images(*[np.zeros((2, 2, 2), np.uint8), np.zeros(2, int)] * 2, ("a",)), "images are uint8 and labels int64"),
    (lambda: Images(*[np.zeros((0, 2, 2), np.uint8), np.zeros(0, np.uint8)] * 2, ("a",)), "with 0 pixels in all"),
    (lambda: Images(*[np.zeros((2, 2, 2, 4), np.uint8), np.zeros(2, np.uint8)] * 2, ("a",)), r"the shape \(2, 2, 2, 4\)"),
    (lambda: Images(*[np.zeros((2, 2, 2, 3)), np.zeros(2, np.uint8)] * 2, ("a",)), "images are float64"),
])
def test_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


@pytest.mark.parametrize("source, read, shape, most", [
    (MNIST, mnist, (28, 28), 6742), (CIFAR_10, cifar10, (32, 32, 3), 5000),
], ids=["mnist", "cifar-10"])  # Fashion-MNIST is read where its patterns are tested
def test_the_real_sets(source, read, shape, most):
    if source.folder() is None:  # no test fetches 170 MB
        pytest.skip(f"{source.name} is not on this machine; `python -m flatminima.datasets {source.name}` may fetch it")
    images = read()
    assert images.test_images.shape == (10000, *shape) and images.train_images.shape[1:] == shape
    counts = np.bincount(images.train_labels)
    assert len(counts) == len(images.classes) == 10 and counts.max() == most
    assert len(images.train_labels) == (50000 if read is cifar10 else 60000)
