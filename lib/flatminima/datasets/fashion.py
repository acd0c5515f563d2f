"""Fashion-MNIST: 70 000 grey images of clothes (Xiao, Rasul and Vollgraf, arXiv:1708.07747; shaping-2020, ref. 29)."""

from dataclasses import dataclass

import numpy as np

from flatminima.datasets import idx
from flatminima.datasets.sources import DatasetDamaged, Source

CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)
FASHION_MNIST = Source(
    "fashion-mnist",
    {
        "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
    package="dataset-fashion-mnist",
    address="https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
)


@dataclass(frozen=True, eq=False)
class Images:
    """Grey images of `classes`, for training and for tests: images (n, rows, columns) and labels (n,), all uint8.

    A label is an index of `classes`; a pixel is from 0 to 255. Raises ValueError for arrays of another type, for sets
    without an image or a pixel, and where images and labels do not fit.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    classes: tuple[str, ...]

    def __post_init__(self):
        for images, labels in ((self.train_images, self.train_labels), (self.test_images, self.test_labels)):
            if images.ndim != 3 or labels.shape != images.shape[:1]:
                raise ValueError(f"images have the shape {images.shape} and labels {labels.shape}; "
                                 "they must be (n, rows, columns) and (n,).")
            if images.dtype != np.uint8 or labels.dtype != np.uint8 or images.size == 0:
                raise ValueError(f"images are {images.dtype} and labels {labels.dtype}, with {images.size} pixels in all; "
                                 "both must be uint8, with one pixel at least.")
            if labels.max() >= len(self.classes):
                raise ValueError(f"a label is {labels.max()}; it must be from 0 to {len(self.classes) - 1}.")


def fashion_mnist(source=FASHION_MNIST):
    """Read Fashion-MNIST, 60 000 images for training and 10 000 for tests, from where `Source.content` finds it.

    Takes half a second. Raises DatasetMissing, which says what to install, and DatasetDamaged.
    `source` names another data set in the same four files with the same ten classes.
    """
    content = source.content()
    try:
        return Images(*(idx.parse(content[name], name) for name in source.checksums), CLASSES)
    except ValueError as problem:
        raise DatasetDamaged(f"{source.name} has the files that were asked for, but {problem}") from problem
