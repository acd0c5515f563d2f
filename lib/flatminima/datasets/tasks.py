"""From images to a binary classification of real-valued inputs, as for the deep networks of unveiling-2021."""

from collections.abc import Iterable
from numbers import Integral

import numpy as np

from flatminima.networks.patterns import positive_integer, seeded_generator

ODD, EVEN = (1, 3, 5, 7, 9), (0, 2, 4, 6, 8)


def binary_task(images, count, *, positive=ODD, negative=EVEN, seed, centred=True):
    """Draw `count` training images of the classes in `positive`, label +1, and `negative`, label −1.

    Classes are given by their indices: odd against even, as in unveiling-2021's Supplement IV for digits, if none are named.
    With the pixels p from 0 to 255, row by row and in each the colours in turn, the inputs are

        x = (p − m)/64,    or if not `centred`    x = (2p − 255)/256,

    m the mean of all training images, rounded: 33 of 255 for MNIST, 73 for Fashion-MNIST, 121 for CIFAR-10, where the
    deviations are 79, 90 and 64. Both have eight binary digits only, so that sums of them are exact in single precision.
    The paper does not say how it scales them, nor which classes of Fashion-MNIST and of CIFAR-10 it puts together.

    Returns inputs, float32 of shape (count, N), and labels, int8 of shape (count,). The images of these classes are put
    into an order that `seed` alone decides, and the first are taken: of one seed, smaller sets are parts of larger
    ones. `seed` is as in `random_patterns`. Raises ValueError or TypeError for other seeds, for what is no class or
    stands on both sides, and for a count that is not from 1 to the number of these images.

    >>> from flatminima.datasets import Images
    >>> train = np.array([[[0, 255]], [[255, 0]], [[65, 65]]], np.uint8), np.array([0, 1, 2], np.uint8)
    >>> inputs, labels = binary_task(Images(*train, *train, ("a", "b", "c")), 2, positive=[1], negative=[0], seed=0)
    >>> sorted(zip(labels.tolist(), inputs.tolist()))
    [(-1, [-1.671875, 2.3125]), (1, [2.3125, -1.671875])]
    """
    sides = {"positive": _classes("positive", positive, images), "negative": _classes("negative", negative, images)}
    both = set(sides["positive"]) & set(sides["negative"])
    if both:
        raise ValueError(f"class {min(both)} is in positive and in negative; it must be in one of them.")
    chosen = np.flatnonzero(np.isin(images.train_labels, [*sides["positive"], *sides["negative"]]))
    if positive_integer("count", count) > len(chosen):
        raise ValueError(f"count is {count}; it must be at most {len(chosen)}, the number of images of these classes.")
    drawn = seeded_generator(seed).permutation(chosen)[:count]
    pixels = images.train_images[drawn].astype(np.float32)
    inputs = (pixels - round(images.train_images.mean())) / 64 if centred else (2 * pixels - 255) / 256
    labels = np.where(np.isin(images.train_labels[drawn], sides["positive"]), 1, -1)
    return inputs.reshape(count, -1), labels.astype(np.int8)


def _classes(name, indices, images):
    """The indices as a list, if there are any and each is one of a class."""
    last = len(images.classes) - 1
    if not isinstance(indices, Iterable):
        raise TypeError(f"{name} is {indices!r}; it must be a list of indices of classes, integers from 0 to {last}.")
    indices = list(indices)
    if not indices:
        raise ValueError(f"{name} is empty; it must have one class at least.")
    for index in indices:
        if isinstance(index, bool) or not isinstance(index, Integral):
            raise TypeError(f"{name} has {index!r}; it must have indices of classes, integers from 0 to {last}.")
        if not 0 <= index <= last:
            raise ValueError(f"{name} has {index}; it must have indices of classes, integers from 0 to {last}.")
    return indices
