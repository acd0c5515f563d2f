"""Where the files of a data set come from, and how each is checked before it is believed."""

import gzip
import hashlib
import io
import os
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its progress bar complains in notebooks without widgets
    import pooch

VARIABLE = "FLATMINIMA_DATA"
SYSTEM = Path("/usr/share/datasets")  # Debian's packages install there
TIMEOUT = 10  # seconds without an answer after which a server counts as unreachable


class DatasetMissing(RuntimeError):
    """A data set is in none of the places that are searched; the message says what to install."""


class DatasetDamaged(RuntimeError):
    """A file of a data set is not what it should be; the message says which and what to do."""


@dataclass(frozen=True)
class Source:
    """A data set `name`: the SHA-256 of each file once decompressed, a Debian package, and a public address.

    >>> letters = Source("letters", {"a": hashlib.sha256(b"alpha").hexdigest()}, "dataset-letters", "http://localhost:1/")
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> _ = (Path(folder.name) / "a").write_bytes(b"alpha")
    >>> letters.read(folder.name)
    {'a': b'alpha'}
    >>> folder.cleanup()
    """

    name: str
    checksums: dict[str, str]
    package: str
    address: str

    def content(self):
        """The bytes of all files by name, from the first of these places that has them.

        The folder `$FLATMINIMA_DATA/<name>`, and if the variable is set, no other place; the user's
        cache; the folder of the Debian package; the public address, once, through the cache.
        Raises DatasetMissing if they are in none of them, DatasetDamaged if a file is not what it should be.
        """
        if os.environ.get(VARIABLE):
            return self.read(Path(os.environ[VARIABLE]) / self.name)
        for folder in (self.cache, SYSTEM / self.name):
            if all(_found(folder, name) for name in self.checksums):
                return self.read(folder)
        self.fetch()
        return self.read(self.cache)

    @property
    def cache(self):
        """The folder of the user's cache in which fetched files are kept, decompressed."""
        return pooch.os_cache("flatminima") / self.name

    def read(self, folder):
        """The bytes of all files in `folder`, each as it is or as <name>.gz; raises as `content` does."""
        lacking = [name for name in self.checksums if not _found(folder, name)]
        if lacking:
            raise DatasetMissing(f"{self.name} is not in {folder}, which lacks {' and '.join(lacking)}; {self._remedy()}.")
        return {name: self._checked(_found(folder, name), name) for name in self.checksums}

    def fetch(self):
        """Download into the cache what is not there yet, each file whole or not at all; raises DatasetMissing."""
        pooch.get_logger().setLevel("WARNING")  # pooch would tell about every file
        for name, checksum in self.checksums.items():
            try:
                pooch.retrieve(f"{self.address}{name}.gz", checksum, name, self.cache, downloader=_decompressing)
            except (OSError, EOFError, zlib.error, ValueError) as problem:
                # pooch raises ValueError for a checksum, and requests an OSError for all that a network can do
                reason = "which sends other bytes" if isinstance(problem, ValueError) else type(problem).__name__
                raise DatasetMissing(f"{self.name} is not on this machine, and {name}.gz could not be fetched from "
                                     f"{self.address} into {self.cache} ({reason}); {self._remedy()}.") from problem

    def _checked(self, path, name):
        try:
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
        except (EOFError, zlib.error, gzip.BadGzipFile):
            content = b""
        except OSError as problem:
            raise DatasetDamaged(f"{path} cannot be read ({problem.strerror}); make it readable, or delete it.") from problem
        if hashlib.sha256(content).hexdigest() != self.checksums[name]:
            raise DatasetDamaged(f"{path} is damaged or of another data set: its checksum is not that of {self.name}; "
                                 "replace it, or delete it and have it looked for anew.")
        return content

    def _remedy(self):
        return (f"install it (`apt install {self.package}`), or put {', '.join(self.checksums)} (or these as .gz) into "
                f"{self.name}/ of a folder and set {VARIABLE} to that folder, or connect to a network and unset {VARIABLE}")


def _found(folder, name):
    """The path of a file in a folder, plain or compressed, or None."""
    candidates = (Path(folder) / name, Path(folder) / f"{name}.gz")
    return next((path for path in candidates if os.path.isfile(path)), None)  # False, too, in a folder that may not be read


def _decompressing(url, output_file, pooch_instance):
    """Download for pooch, which then checks the decompressed bytes and moves them to their place.

    The checksum is that of the content: compressed files of the same content differ from packer to packer.
    """
    compressed = io.BytesIO()
    pooch.HTTPDownloader(timeout=TIMEOUT)(url, compressed, pooch_instance)
    Path(output_file).write_bytes(gzip.decompress(compressed.getvalue()))
