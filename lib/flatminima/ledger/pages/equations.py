"""The page of equations: each as the book displays it, where it is derived, how it is checked, and its code."""

import html

from flatminima.ledger import anchors, places, registry
from flatminima.ledger.pages.book import Book
from flatminima.ledger.pages.entries import MARKS, entry, head, index, line, part, waiting
from flatminima.ledger.pages.misprints import plain, texts
from flatminima.ledger.tallies import tallies, verdict

_INTRODUCTION = """\
Every numbered equation of the three papers, and every displayed or named one without a number, in the papers' order.
The number leads to the place in the book where the equation is derived. Each check leads to the line that it printed:
*digits* are those to which two independent computations agree, *symbolic* is an identity of computer algebra.
A definition cannot be right or wrong; its check shows it in use. Misprints stand here as corrected,
and as printed on [their own page](misprints.md).
"""


def equations(book: Book) -> str:
    """The page as Markdown."""
    parts = [f"# Equations\n\n{tallies(book.records)['equations']}\n\n{_INTRODUCTION}"]
    for paper, content in registry.papers().items():
        labels = [label for name in content["equations"] if ("equation", label := f"{paper} ({name})") in book.entries]
        verdicts = {label: verdict(book.records, "equation", label) for label in labels}
        if not labels:
            continue
        parts += [part(paper), index("equation", [(label, label.partition(" ")[2], verdicts[label]) for label in labels])]
        parts += [*(_entry(book, label, verdicts[label]) for label in labels), waiting(paper, "equations")]
    return "\n".join([*parts, _own(book)])


def _entry(book: Book, label: str, outcome: str) -> str:
    place, latex = book.home(label)
    latex = plain(texts()[label]["corrected"]) if outcome == "misprint" else latex or places.formulas()[label]
    records, code = book.entries["equation", label], book.code.get(label, ())
    step = ["a step of the derivation, in its chapter"] if label in registry.steps() else []
    misprint = book.link("as printed", "ledger/misprints", anchors.row("misprint", label))
    checks = []
    for chapter in dict.fromkeys(record["chapter"] for _, record in records):
        lines = [
            book.check(f"{MARKS[record['verdict']]} {record['check']}", number, record)
            for number, record in records
            if record["chapter"] == chapter
        ]
        checks.append(f"{book.chapter(chapter)}: {', '.join(lines)}")
    return entry(
        "equation",
        label,
        head(place, *([misprint] if outcome == "misprint" else []), verdict=outcome),
        f"$$\n{latex}\n$$",
        line("Checks", checks),
        line("Code", [book.link(*link) for link in code if not _is_twin(link)] or step),
        line("In arbitrary precision", [book.link(*link) for link in code if _is_twin(link)]),
        verdict=outcome,
    )


def _is_twin(link: tuple[str, str, str]) -> bool:
    return link[0].startswith("reference.")


def _own(book: Book) -> str:
    """The checks of the book's own statements, chapter by chapter."""
    chapters: dict[str, list[str]] = {}
    for (kind, label), records in book.entries.items():
        if kind == "equation" and label.startswith(registry.OWN):
            for number, record in records:
                name = f"{label.removeprefix(registry.OWN)} ({record['check']})"
                chapters.setdefault(record["chapter"], []).append(book.check(name, number, record))
    sections = [
        f"<details>\n<summary>{html.escape(book.titles[chapter])}: {len(links)}</summary>\n"
        f'<p class="ledger-line">{" · ".join(links)}</p>\n</details>\n'
        for chapter, links in sorted(chapters.items())
    ]
    introduction = "What the chapters use beyond the papers, or prove on the way, is checked as well.\n"
    return "\n".join(["## Statements of our own\n", introduction, *sections])
