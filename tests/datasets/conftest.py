"""A data set of a few small images in four files of the test."""

import gzip
import hashlib

import numpy as np
import pytest

from flatminima.datasets.sources import Source

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def idx_text(array):
    """An IDX file, written independently of the reader."""
    return bytes([0, 0, 8, array.ndim]) + b"".join(side.to_bytes(4, "big") for side in array.shape) + array.tobytes()


@pytest.fixture(scope="session")
def contents():
    """The four files by name: 40 and 12 images of 4 × 4 pixels."""
    draw = np.random.default_rng(5)
    arrays = []
    for count in (40, 12):
        arrays += [draw.integers(0, 256, (count, 4, 4), np.uint8), draw.integers(0, 10, count, np.uint8)]
    return {name: idx_text(array) for name, array in zip(NAMES, arrays)}


@pytest.fixture
def source(contents, tmp_path, monkeypatch):
    """The data set, on no place of this machine; its public address answers nothing."""
    monkeypatch.delenv("FLATMINIMA_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("flatminima.datasets.sources.SYSTEM", tmp_path / "system")
    monkeypatch.setattr(Source, "cache", tmp_path / "cache" / "small")
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    return Source("small", checksums, "dataset-small", "http://127.0.0.1:9/")


@pytest.fixture
def put(contents):
    """Write the files into a folder, but for those named; compressed or not."""

    def put(folder, leave_out=(), compressed=True):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            if name not in leave_out:
                path = folder / (f"{name}.gz" if compressed else name)
                path.write_bytes(gzip.compress(content) if compressed else content)
        return folder

    return put
