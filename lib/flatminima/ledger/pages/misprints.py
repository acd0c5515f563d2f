"""The page of misprints: each as printed, as it should read, and what proves it."""

import tomllib
from importlib.resources import files

from flatminima.ledger import anchors, registry
from flatminima.ledger.pages.book import Book
from flatminima.ledger.pages.entries import entry, head, index, line, part
from flatminima.ledger.tallies import verdict

_INTRODUCTION = """\
Where an equation as printed gives another value than the same quantity computed on another road,
it is shown here as printed, as it should read, and with what tells the two apart.
What differs is in colour. The number leads to the place where the equation is derived.
"""


def texts() -> dict[str, dict[str, str]]:
    r"""What is written by hand about each misprint: `printed` and `corrected` as LaTeX, `proof` as Markdown.

    \changed{…} in the LaTeX marks what differs between the two.
    """
    return tomllib.loads(files("flatminima.ledger").joinpath("misprints.toml").read_text(encoding="utf-8"))


def plain(latex: str) -> str:
    r"""LaTeX without the marks.

    >>> plain(r"a = \changed{-} b")
    'a = {-} b'
    """
    return latex.strip().replace(r"\changed", "")


def marked(latex: str) -> str:
    """LaTeX with the marked parts in colour."""
    return latex.strip().replace(r"\changed", r"\textcolor{#D55E00}")


def misprints(book: Book) -> str:
    """The page as Markdown."""
    written, found = texts(), {}
    for paper, content in registry.papers().items():
        labels = [label for name in content["equations"] if ("equation", label := f"{paper} ({name})") in book.entries]
        found[paper] = [label for label in labels if verdict(book.records, "equation", label) == "misprint"]
    count = sum(map(len, found.values()))
    parts = [f"# Misprints\n\n{count} of the papers' equations are not right as they are printed.\n\n{_INTRODUCTION}"]
    for paper, labels in found.items():
        if labels:
            parts += [part(paper), index("misprint", [(label, label.partition(" ")[2], "misprint") for label in labels])]
            parts += [_entry(book, label, written[label]) for label in labels]
    return "\n".join(parts)


def _entry(book: Book, label: str, text: dict[str, str]) -> str:
    proofs = [
        book.check(record["check"], number, record)
        for number, record in book.entries["equation", label]
        if record["verdict"] == "misprint"
    ]
    return entry(
        "misprint",
        label,
        head(book.home(label)[0], book.link("its checks", "ledger/equations", anchors.row("equation", label))),
        '<p class="ledger-line"><b>As printed</b></p>',
        f"$$\n{marked(text['printed'])}\n$$",
        '<p class="ledger-line"><b>Corrected</b></p>',
        f"$$\n{marked(text['corrected'])}\n$$",
        f"**Proof.** {' '.join(text['proof'].split())}",
        line("The check", proofs),
        verdict="misprint",
    )
