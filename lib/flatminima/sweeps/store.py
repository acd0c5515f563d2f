"""One file an outcome: how it is written, and what is checked before it is believed."""

import hashlib
import io
import json
import zipfile

import numpy as np

from flatminima.files import project_root, write_atomically
from flatminima.sweeps.keys import key

RESERVED = ("provenance", "file", "allow_pickle")  # ours, and two that NumPy's writer takes for its own arguments


class UnusableOutcome(RuntimeError):
    """A stored outcome is missing, damaged or from other code; the message says which and what to do."""


def as_arrays(outcome):
    """Return the outcome of a unit as arrays of numbers, truth values or text; raises TypeError or ValueError."""
    if not isinstance(outcome, dict):
        raise TypeError(f"the function of a study returned {outcome!r:.80}; it must return a dict of arrays and numbers.")
    arrays = {}
    for name, value in outcome.items():
        if not isinstance(name, str) or not name.isidentifier() or name in RESERVED:
            raise ValueError(f"an outcome has an entry named {name!r}; the name must be an identifier, and none of {RESERVED}.")
        arrays[name] = np.asarray(value)
        if arrays[name].dtype.kind not in "biufcU":
            raise TypeError(f"{name} is {value!r:.80}; an entry of an outcome must hold numbers, truth values or text.")
    return arrays


def write(path, arrays, provenance):
    """Write an outcome and where it comes from, the whole file or none."""
    buffer = io.BytesIO()
    provenance = provenance | {"digest": digest(arrays)}
    np.savez_compressed(buffer, provenance=np.asarray(json.dumps(provenance, ensure_ascii=False)), **arrays)
    return write_atomically(path, buffer.getvalue())


def digest(arrays):
    """The SHA-256 of all entries with their names: the checksums of an archive do not see that an entry is gone."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        total.update(f"{name} {arrays[name].dtype.str} {arrays[name].shape} ".encode())
        total.update(np.ascontiguousarray(arrays[name]).tobytes())
    return total.hexdigest()


def read(path):
    """Return (outcome, provenance) of the file `path`, checked against the checksums in it.

    Arrays come back as arrays and single numbers as numbers. `provenance` holds the study, its
    version, the parameters and their key, the versions of the packages, the kind of machine, the
    seconds it took, the date, and a digest of the outcome. Raises UnusableOutcome for a file that is missing or damaged.

    >>> read("nowhere/x_1.npz")
    Traceback (most recent call last):
    flatminima.sweeps.store.UnusableOutcome: nowhere/x_1.npz is missing.
    """
    try:
        content = path_content(path)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            torn = archive.testzip()
        if torn:
            raise ValueError(f"the checksum of {torn} is wrong")
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        provenance = json.loads(arrays.pop("provenance").item())
        if not isinstance(provenance, dict):
            raise ValueError("its provenance is not a record")
        if provenance.get("digest") != digest(arrays):
            raise ValueError("its entries are not those that were written")
    except FileNotFoundError:
        raise UnusableOutcome(f"{shown(path)} is missing.") from None
    except OSError:  # no right to read it, a disk that fails: not for us to explain
        raise
    except Exception as problem:  # a torn zip makes its reader raise almost anything
        raise UnusableOutcome(f"{shown(path)} is damaged: {_sentence(problem)}.") from problem
    return {name: array if array.ndim else array.item() for name, array in arrays.items()}, provenance


def read_unit(path, study, version, parameters):
    """Return the outcome in `path` if it is the one of this unit, or raise UnusableOutcome."""
    outcome, provenance = read(path)
    wanted = {"study": study, "version": version, "parameters": parameters, "key": key(study, version, parameters)}
    for name, value in wanted.items():
        if provenance.get(name) != value:
            raise UnusableOutcome(f"{shown(path)} is from other code: its {name} is {provenance.get(name)!r}, not {value!r}.")
    return outcome


def path_content(path):
    """The bytes of a file."""
    with open(path, "rb") as stream:
        return stream.read()


def shown(path):
    """A path as the reader knows it: from the root of the project on, where it lies inside."""
    try:
        return path.relative_to(project_root()).as_posix()
    except (AttributeError, ValueError):
        return str(path)


def _sentence(problem):
    return " ".join((str(problem) or type(problem).__name__).split()).rstrip(".")
