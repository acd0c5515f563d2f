"""From grey images of two classes to binary patterns: shaping-2020, "Numerical Studies"."""

import numpy as np

from flatminima.networks.patterns import Patterns, positive_integer, seeded_generator
from flatminima.validation import real_number

MEDIANS = (0.25, 0.75)  # shaping-2020: neither too dark nor too bright


def two_classes(images, positive, negative, *, medians=MEDIANS):
    """Return (training patterns, test patterns) of two classes of `images`, binarised at the median of each image.

    With grey values x_i from 0 to 1 and their median m, an image is kept if m lies in `medians`, and becomes

        ξ_i = +1 if x_i > m, else −1        (shaping-2020, "Numerical Studies"),

    its rows one after the other: (n, rows · columns). The label is +1 for `positive`, −1 for `negative`.
    The order of the images is kept. Raises ValueError for a class that is none, and for a set without an image.

    Of Fashion-MNIST's Dress and Coat, 3927 images for training and 677 for tests are kept. What the
    paper does not say: a pixel equal to the median is −1 here. That decides 0.4 % of the pixels (at most
    50 of 784 in an image), so that 49.8 % of all are +1. And the filter keeps few dresses, which are
    narrow and leave most of the image black: 344 of the 3927, and 74 of the 677. A machine that
    always says Coat therefore errs on 10.9 % of the test set: errors are to be compared with that.

    >>> from flatminima.datasets import Images
    >>> grey, dark = [[0, 255], [120, 130]], [[0, 0], [0, 90]]
    >>> train = np.array([grey, dark, grey], np.uint8), np.array([0, 0, 1], np.uint8)
    >>> left, right = two_classes(Images(*train, *train, ("Left", "Right")), "Left", "Right")
    >>> left.inputs.tolist(), left.labels.tolist()
    ([[-1, 1, -1, 1], [-1, 1, -1, 1]], [1, -1])
    """
    for name in (positive, negative):
        if name not in images.classes:
            raise ValueError(f"there is no class {name!r}; it must be one of {', '.join(images.classes)}.")
    if positive == negative:
        raise ValueError(f"both classes are {positive!r}; they must be two.")
    low, high = (real_number(f"medians[{i}]", bound, low=0, high=1, closed=True) for i, bound in enumerate(medians))
    pair = images.classes.index(positive), images.classes.index(negative)
    sets = {"training": (images.train_images, images.train_labels), "test": (images.test_images, images.test_labels)}
    return tuple(_binarised(*chosen, *pair, low, high, name) for name, chosen in sets.items())


def _binarised(grey, labels, positive, negative, low, high, name):
    chosen = (labels == positive) | (labels == negative)
    pixels, signs = grey[chosen].reshape(-1, grey[0].size), np.where(labels[chosen] == positive, 1, -1)
    median = np.median(pixels, axis=1)  # of whole numbers: exact, a half at most
    kept = (low * 255 <= median) & (median <= high * 255)
    if not kept.any():
        raise ValueError(f"no {name} image of these classes has a median from {low:g} to {high:g}.")
    return Patterns(np.where(pixels[kept] > median[kept, None], 1, -1), signs[kept])


def subset(patterns, count, seed):
    """Draw `count` of the patterns without replacement, all choices alike, in the order drawn.

    The paper trains on 500 patterns and does not say which, nor whether the classes are made equal:
    here they keep their shares but for chance, about 44 dresses of 500. `seed` is as in `random_patterns`.
    Raises ValueError or TypeError for other seeds, and for a count that is not from 1 to the number of patterns.

    >>> from flatminima.networks import random_patterns
    >>> len(subset(random_patterns(9, 5, seed=1), 4, seed=2))
    4
    """
    if positive_integer("count", count) > len(patterns):
        raise ValueError(f"count is {count}; it must be at most {len(patterns)}, the number of patterns.")
    drawn = seeded_generator(seed).permutation(len(patterns))[:count]
    return Patterns(patterns.inputs[drawn], patterns.labels[drawn])


def reshuffled(patterns, seed):
    """Shuffle each pixel among the patterns, on its own, and keep the labels (shaping-2020, the randomised set).

    Each pixel keeps its bias, the mean over all patterns; its correlations with other pixels and with
    the label are gone but for chance. `seed` is as in `random_patterns`; raises ValueError or TypeError for others.

    >>> from flatminima.networks import random_patterns
    >>> patterns = random_patterns(9, 5, seed=1)
    >>> bool((reshuffled(patterns, seed=2).inputs.sum(axis=0) == patterns.inputs.sum(axis=0)).all())
    True
    """
    return Patterns(seeded_generator(seed).permuted(patterns.inputs, axis=0), patterns.labels)
