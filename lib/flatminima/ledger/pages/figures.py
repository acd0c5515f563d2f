"""The page of figures: every panel, with the command that draws it, its data and the minutes it takes."""

import html

from flatminima.ledger import anchors, registry
from flatminima.ledger.pages.book import Book
from flatminima.ledger.pages.entries import duration, entry, head, line, part, waiting
from flatminima.ledger.tallies import tallies

_INTRODUCTION = """\
Every figure of the three papers, redrawn. The command draws it again, with the data behind it; the time is that of the
whole chapter, on one core of the machine that made these pages.
"""


def figures(book: Book) -> str:
    """The page as Markdown."""
    reproducing = f"{book.link('How to reproduce them', 'reproducing')} says what to compare."
    parts = [f"# Figures\n\n{tallies(book.records)['figures']}\n\n{_INTRODUCTION}{reproducing}\n"]
    for paper, content in registry.papers().items():
        labels = [label for figure in content["figures"] if ("figure", label := f"{paper} {figure}") in book.entries]
        if labels or waiting(paper, "figures"):
            parts += [part(paper), *(_entry(book, label) for label in labels), waiting(paper, "figures")]
    return "\n".join(parts)


def _entry(book: Book, label: str) -> str:
    ((number, record),) = book.entries["figure", label]
    chapter = record["chapter"]
    paper, figure = label.split(" ")
    name = f"Fig. {figure.removeprefix('fig')}"
    picture = f"{book.root}figures/{paper}/{figure}.png"
    panels = [
        f'<span id="{anchors.row("panel", f"{label} {panel}")}">{html.escape(panel)}</span>' for panel in record["panels"]
    ]
    data = [f'<a href="{book.root}{file}">{file.rpartition("/")[2]}</a>' for file in record["data"]]
    return entry(
        "figure",
        label,
        head(book.check(name, number, record), f"{paper}"),
        f'<a href="{picture}"><img src="{picture}" alt="{name} of {paper}, redrawn" loading="lazy"></a>',
        line("Panels", panels),
        line("Command", [f"<code>{html.escape(record['command'])}</code>"]),
        line("Data", data),
        line("Time", [f"{duration(book.seconds[chapter])} in the profile “{book.profiles[chapter]}”"]),
        line("Chapter", [book.chapter(chapter)]),
    )
