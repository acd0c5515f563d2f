"""The store: one JSON file a chapter, rewritten whole at every new record."""

import json
import os
from pathlib import Path

from flatminima.files import write_atomically

_current: str | None = None  # the chapter being run: a notebook kernel runs exactly one
_records: list[dict] = []


def chapter(name: str) -> None:
    """Start the chapter `name` ("part/NN-name"): every later record of this process goes under it.

    Starting again empties the chapter, so running a notebook twice leaves one set of records.
    """
    global _current
    part, _, title = name.partition("/")
    if not part or not title or "/" in title:
        raise ValueError(f"chapter must be named 'part/NN-name', got {name!r}")
    _current = name
    _records.clear()
    _store()


def enter(kind: str, label: str, line: str, **fields) -> None:
    """Print `line` and keep it, with what it stands for, under the current chapter."""
    print(line)
    _records.append({"kind": kind, "label": label, **fields, "line": line})
    _store()


def _store() -> None:
    folder = os.environ.get("FLATMINIMA_LEDGER")
    if not folder:
        return
    if _current is None:
        raise RuntimeError("ledger.chapter('part/NN-name') must come before the first check")
    write_atomically(Path(folder) / f"{_current}.json", dumps({"chapter": _current, "records": _records}))


def dumps(content: object) -> str:
    """JSON as it is committed: readable, and the same bytes for the same content."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def load(folder: Path | str) -> list[dict]:
    """All records below `folder`, in the order of chapters and of checks, each with its "chapter"."""
    return [record for file in sorted(Path(folder).glob("*/*.json")) for record in read(file)]


def read(file: Path) -> list[dict]:
    """The records in the file of one chapter, in the order of its checks."""
    content = json.loads(file.read_text(encoding="utf-8"))
    return [{"chapter": content["chapter"], **record} for record in content["records"]]
