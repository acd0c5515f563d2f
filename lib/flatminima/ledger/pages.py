"""The three ledgers as pages to read and as JSON, made from the records of a run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from flatminima.files import write_atomically
from flatminima.ledger import registry
from flatminima.ledger.records import dumps

# Page, kind of entry in the registry, and how the page's tally begins.
_LEDGERS = (("equations", "equation", "Equations"), ("numbers", "number", "Numbers"), ("figures", "panel", "Figure panels"))
_PLURAL = {"misprint": "misprints", "definition": "definitions"}  # the verdicts that are nouns


def write_pages(records: Sequence[dict], seconds: Mapping[str, float], folder: Path) -> str:
    """Write equations.md, numbers.md, figures.md and ledger.json into `folder`; return the tallies.

    `seconds` says how long each chapter ran.
    """
    pages = {"equations": equations(records), "numbers": numbers(records), "figures": figures(records, seconds)}
    summary = tallies(records)
    for name, table in pages.items():
        write_atomically(folder / f"{name}.md", f"# {name.capitalize()}\n\n{summary[name]}\n\n{table}")
    write_atomically(folder / "ledger.json", dumps({"tallies": summary, "records": list(records)}))
    return "\n".join(summary.values())


def tallies(records: Sequence[dict]) -> dict[str, str]:
    """One sentence a ledger: how much the papers state, how much of it is covered, how it came out."""
    required, postponed, done = registry.required(), registry.postponed(), registry.recorded(records)
    lines = {}
    for page, kind, title in _LEDGERS:
        stated = sorted(label for of, label in required if of == kind)
        covered = [label for label in stated if (kind, label) in done]
        lines[page] = f"{title}: {len(covered)} of {len(stated)}"
        if kind != "panel":  # a panel is drawn or it is not
            verdicts = Counter(verdict(records, kind, label) for label in covered)
            lines[page] += "".join(
                f", {count} {_PLURAL.get(name, name) if count > 1 else name}" for name, count in verdicts.most_common()
            )
        later = sum(of == kind for of, _ in postponed)
        lines[page] += f" ({later} more wait for later chapters)." if later else "."
    own = sum(record["label"].startswith(registry.OWN) for record in records)
    lines["equations"] += f" Checks of the foundations: {own}."
    return lines


def verdict(records: Sequence[dict], kind: str, label: str) -> str:
    """The verdict on one entry with perhaps several checks: the most telling one."""
    verdicts = {record["verdict"] for record in records if (record["kind"], record["label"]) == (kind, label)}
    order = ("misprint", "not reproduced", "corrected", "reproduced", "verified", "definition")
    return min(verdicts, key=order.index)


def equations(records: Sequence[dict]) -> str:
    """The page of equations: where each is derived, how it is checked, with what verdict."""
    rows = [
        (r["label"], r["chapter"], r["check"], r["verdict"], r.get("explanation", ""))
        for r in records
        if r["kind"] == "equation"
    ]
    return _table(("equation", "chapter", "check", "verdict", "misprint"), rows)


def numbers(records: Sequence[dict]) -> str:
    """The page of numbers: the paper's value beside ours, with the evidence."""
    rows = [
        (r["label"], r["paper"], r["value"], r["verdict"], r["evidence"], r["chapter"])
        for r in records
        if r["kind"] == "number"
    ]
    return _table(("number", "paper", "ours, certain digits", "verdict", "evidence", "chapter"), rows)


def figures(records: Sequence[dict], seconds: Mapping[str, float]) -> str:
    """The page of figures: every panel with its command, its data and the time its chapter took."""
    rows = [
        (r["label"], panel, r["command"], ", ".join(r["data"]), r["chapter"], f"{seconds[r['chapter']]:.0f} s")
        for r in records
        if r["kind"] == "figure"
        for panel in r["panels"]
    ]
    return _table(("figure", "panel", "command", "data", "chapter", "chapter ran"), rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; a bar within a cell is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)
