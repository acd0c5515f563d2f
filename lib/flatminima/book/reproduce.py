"""Reproducing the book: its figures and ledgers, made again, beside what is committed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flatminima.book import references
from flatminima.book.chapters import Chapter, Edition
from flatminima.book.claims import claims, differences, kept
from flatminima.files import write_atomically
from flatminima.ledger import anchors
from flatminima.ledger.pages import Book
from flatminima.ledger.records import read


class NotReproduced(Exception):
    """Something came out differently from what is committed; the message says how much."""


def folder() -> Path:
    """Where the data of the figures are committed."""
    return references.folder() / "figures"


def write_data(chapters: Sequence[Chapter], edition: Edition) -> None:
    """Commit the data of all figures, drawn before in `edition`, to the digits that are claimed."""
    claimed = claims()
    tables = {name: kept(_table(edition.figures, name), claimed[name]) for name in _figures(chapters)}
    for path in folder().glob("*/*.csv"):
        path.unlink()
    for name, table in tables.items():
        write_atomically(folder() / f"{name}.csv", table)


def compare(chapters: Sequence[Chapter], quick: Edition, full: Edition) -> None:
    """Compare figures drawn in the edition `full` and ledgers filled in both with what is committed, line by line.

    Ledgers of the quick edition agree word for word. At full accuracy a chapter uses other sizes, so
    numbers found by sampling may move; the verdicts stay. Raises `NotReproduced` at the end if anything differs.
    """
    claimed = claims()
    outcomes = {}
    for name in _figures(chapters):
        outcomes[f"figure {name}"] = differences(_table(full.figures, name), _table(folder(), name), claimed[name])
    for chapter in chapters:
        committed = read(references.folder() / "ledger" / f"{chapter.name}.json")
        told = _changed(read(_ledger(quick, chapter)), committed, ("line",))
        if chapter.figures():
            told += _changed(read(_ledger(full, chapter)), committed, ("kind", "label", "verdict"))
        outcomes[f"ledger {chapter.name}"] = told
    for name, told in outcomes.items():
        print("\n    ".join([f"{'✗' if told else '✓'} {name}", *told]))
    failed = sum(map(bool, outcomes.values()))
    if failed:
        raise NotReproduced(f"{failed} of {len(outcomes)} came out differently from what is committed.")
    print(f"All {len(outcomes)} came out as committed.")


def table(chapters: Sequence[Chapter], book: Book) -> str:
    """The table of the page on reproducing: figure, command, profile, minutes and what to compare.

    Its links start at the top of the site, where that page is.
    """
    claimed = claims()
    rows = [("figure", "command", "profile", "minutes", "what to compare"), ("---",) * 5]
    for part in dict.fromkeys(chapter.source.parent for chapter in chapters):
        drawing = {name: chapter.name for chapter in chapters if chapter.source.parent == part for name in chapter.figures()}
        for name, chapter in sorted(drawing.items()):
            label = name.replace("/", " ")
            place = anchors.link(label, "ledger/figures", anchors.row("figure", label), root="")
            minutes = f"{book.seconds[chapter] / 60:.1f}"
            rows.append((place, f"`make figures/{name}.png`", book.profiles[chapter], minutes, claimed[name].sentence()))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _figures(chapters: Sequence[Chapter]) -> list[str]:
    return sorted(name for chapter in chapters for name in chapter.figures())


def _table(folder: Path, name: str) -> str:
    return (folder / f"{name}.csv").read_text(encoding="utf-8")


def _ledger(edition: Edition, chapter: Chapter) -> Path:
    return edition.ledger / f"{chapter.name}.json"


def _changed(records: Sequence[Mapping], committed: Sequence[Mapping], fields: Sequence[str]) -> list[str]:
    """The first record that differs in `fields`, as a sentence; nothing if none does."""
    ours, theirs = ([tuple(record.get(name) for name in fields) for record in entries] for entries in (records, committed))
    for got, expected in zip(ours, theirs):
        if got != expected:
            return [f"{' '.join(map(str, got))}\n    is committed as\n    {' '.join(map(str, expected))}"]
    return [] if len(ours) == len(theirs) else [f"{len(ours)} records, not {len(theirs)}"]
