"""Images and their labels, for training and for tests, as every data set here is read."""

from dataclasses import dataclass

import numpy as np

from flatminima.datasets.sources import DatasetDamaged


@dataclass(frozen=True, eq=False)
class Images:
    """Images of `classes`, grey (n, rows, columns) or in colour (n, rows, columns, 3), and labels (n,), all uint8.

    A label is an index of `classes`; a pixel is from 0 to 255, colours are red, green and blue. Raises ValueError for
    arrays of another type, for sets without an image or a pixel, and where images and labels do not fit.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    classes: tuple[str, ...]

    def __post_init__(self):
        for images, labels in ((self.train_images, self.train_labels), (self.test_images, self.test_labels)):
            coloured = images.ndim == 4 and images.shape[3] == 3
            if not (images.ndim == 3 or coloured) or labels.shape != images.shape[:1]:
                raise ValueError(f"images have the shape {images.shape} and labels {labels.shape}; "
                                 "they must be (n, rows, columns) or (n, rows, columns, 3), and (n,).")
            if images.dtype != np.uint8 or labels.dtype != np.uint8 or images.size == 0:
                raise ValueError(f"images are {images.dtype} and labels {labels.dtype}, with {images.size} pixels in all; "
                                 "both must be uint8, with one pixel at least.")
            if labels.max() >= len(self.classes):
                raise ValueError(f"a label is {labels.max()}; it must be from 0 to {len(self.classes) - 1}.")


def read(source, arrays, classes):
    """The Images of a `Source`: `arrays` makes four arrays of the contents of its files, in the order of Images.

    Raises as `Source.content`, and DatasetDamaged for files that are what was asked for and yet no such arrays.
    """
    content = source.content()
    try:
        return Images(*arrays(content), classes)
    except ValueError as problem:
        raise DatasetDamaged(f"{source.name} has the files that were asked for, but {problem}") from problem
