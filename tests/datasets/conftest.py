"""A data set of a few small images in four files of the test; a server and an npm of the test to fetch it from."""

import gzip
import hashlib
import io
import os
import sys
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from flatminima.datasets.routes import GzipFiles
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
def alone(tmp_path, monkeypatch):
    """No data set is on this machine, whatever it has, and no npm."""
    monkeypatch.delenv("FLATMINIMA_DATA", raising=False)
    monkeypatch.setattr("flatminima.datasets.sources.SYSTEM", tmp_path / "system")
    monkeypatch.setattr(Source, "cache", property(lambda source: tmp_path / "cache" / source.name))
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))


@pytest.fixture
def source(contents, alone):
    """The data set, on no place of this machine; its public address answers nothing."""
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    return Source("small", checksums, GzipFiles("http://127.0.0.1:9/"), debian="dataset-small")


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


class Quiet(SimpleHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path):
    """A server of the test: its `address`, the `folder` that it serves, and what it was `asked` for."""
    folder = tmp_path / "served"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        server.address, server.folder, server.asked = f"http://127.0.0.1:{server.server_port}/", folder, []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def tar():
    """Make a .tar.gz of files, their bytes by path."""

    def tar(members):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w:gz") as archive:
            for path, content in members.items():
                entry = tarfile.TarInfo(path)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        return stream.getvalue()

    return tar


NPM = """
import pathlib, shutil, sys
here = pathlib.Path(__file__).parent
if sys.argv[1] != "pack" or not (here / sys.argv[2]).exists():
    sys.exit("npm error 404")
print(shutil.copy(here / sys.argv[2], "package.tgz"))
"""


@pytest.fixture
def publish(alone, tar, tmp_path):
    """Put an npm on the PATH that knows one package: its "name@version" and the bytes of its files by path."""

    def publish(package, members):
        folder = tmp_path / "programs"
        folder.mkdir()
        (folder / "npm.py").write_text(NPM)
        (folder / package).write_bytes(tar(members))
        if os.name == "nt":
            (folder / "npm.cmd").write_text(f'@"{sys.executable}" -S "{folder / "npm.py"}" %*\n')
        else:
            (folder / "npm").write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "{folder / "npm.py"}" "$@"\n')
            (folder / "npm").chmod(0o755)

    return publish
