"""The ledgers as pages of the book, and as JSON, made from the records of a run.

The pages are Markdown with HTML around it, as the site takes it: one entry is one `<div>`, whose
`id` is `anchors.row`. Mathematics stands between dollars, everything else in HTML.
"""

from pathlib import Path

from flatminima.files import write_atomically
from flatminima.ledger.pages.book import Book
from flatminima.ledger.pages.equations import equations
from flatminima.ledger.pages.figures import figures
from flatminima.ledger.pages.misprints import misprints
from flatminima.ledger.pages.numbers import numbers
from flatminima.ledger.records import dumps
from flatminima.ledger.tallies import tallies

__all__ = ["Book", "write_pages"]


def write_pages(book: Book, folder: Path) -> str:
    """Write equations.md, numbers.md, misprints.md, figures.md and ledger.json into `folder`; return the tallies."""
    for page in (equations, numbers, misprints, figures):
        write_atomically(folder / f"{page.__name__}.md", page(book))
    summary = tallies(book.records)
    write_atomically(folder / "ledger.json", dumps({"tallies": summary, "records": list(book.records)}))
    return "\n".join(summary.values())
