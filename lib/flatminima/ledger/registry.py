"""What the papers state (papers.toml), compared with what the book has checked."""

import tomllib
from collections.abc import Iterable
from importlib.resources import files

# Statements of our own enter the ledger of equations, but no paper lists them.
OWN = "foundations: "


def papers() -> dict[str, dict]:
    """The registry, by short name of the paper."""
    return tomllib.loads(files("flatminima.ledger").joinpath("papers.toml").read_text(encoding="utf-8"))


def required() -> set[tuple[str, str]]:
    """Every ("equation" | "number" | "panel", label) that the ledger must have.

    >>> ("equation", "unveiling-2021 (14b)") in required()
    True
    """
    return {entry for name, paper in papers().items() for entry in _entries(name, paper)}


def steps() -> set[str]:
    """Equations that no function of the library computes: they lead to one that does, and are checked in their chapter.

    >>> "unveiling-2021 (10a)" in steps()
    True
    """
    return {f"{name} ({equation})" for name, paper in papers().items() for equation in paper["steps"]}


def postponed() -> set[tuple[str, str]]:
    """What the papers state and later chapters will check."""
    return {entry for name, paper in papers().items() for entry in _entries(name, paper["open"])}


def recorded(records: Iterable[dict]) -> set[tuple[str, str]]:
    """What `records` cover, statements of our own left out."""
    entries = set()
    for record in records:
        if record["kind"] == "figure":
            entries |= {("panel", f"{record['label']} {panel}") for panel in record["panels"]}
        elif not record["label"].startswith(OWN):
            entries.add((record["kind"], record["label"]))
    return entries


def _entries(name: str, paper: dict) -> set[tuple[str, str]]:
    equations = {("equation", f"{name} ({equation})") for equation in paper["equations"]}
    numbers = {("number", number) for number in paper["numbers"]}
    panels = {("panel", f"{name} {fig} {panel}") for fig, panels in paper["figures"].items() for panel in panels}
    return equations | numbers | panels
