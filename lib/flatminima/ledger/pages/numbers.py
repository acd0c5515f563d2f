"""The page of numbers: what a paper quotes, beside two routes of our own."""

import html

from flatminima.ledger import registry
from flatminima.ledger.pages.book import Book
from flatminima.ledger.pages.entries import entry, head, index, line, part, waiting
from flatminima.ledger.tallies import tallies, verdict

_INTRODUCTION = """\
Every number that the papers quote, and every statement about results that can be tested, in the papers' order.
Ours comes from two independent routes, and is shown to the digits in which they agree to half a unit of the last one.
*Corrected* means that the paper's value or statement changes; *not reproduced*, that we find something else and the evidence
does not say where the paper's comes from.
"""


def numbers(book: Book) -> str:
    """The page as Markdown."""
    parts = [f"# Numbers\n\n{tallies(book.records)['numbers']}\n\n{_INTRODUCTION}"]
    for paper, content in registry.papers().items():
        verdicts = {
            label: verdict(book.records, "number", label) for label in content["numbers"] if ("number", label) in book.entries
        }
        if not verdicts:
            continue
        parts += [part(paper), index("number", [(label, label, outcome) for label, outcome in verdicts.items()])]
        parts += [*(_entry(book, label, outcome) for label, outcome in verdicts.items()), waiting(paper, "numbers")]
    return "\n".join(parts)


def _entry(book: Book, label: str, outcome: str) -> str:
    bodies = []
    for number, record in book.entries["number", label]:
        routes = {"Paper": record["paper"], "Ours": record["value"], "Second route": record.get("second")}
        values = (f"<span><b>{name}</b> {html.escape(value)}</span>" for name, value in routes.items() if value)
        bodies += [
            f'<p class="ledger-line ledger-routes">{" ".join(values)}</p>',
            line("Evidence", [html.escape(record["evidence"])]),
            line("Chapter", [book.chapter(record["chapter"]), book.check("the line", number, record)]),
        ]
    return entry("number", label, head(html.escape(label), verdict=outcome), *bodies, verdict=outcome)
