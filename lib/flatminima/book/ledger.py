"""The material of the ledger's pages, gathered from chapters as they ran."""

from collections.abc import Mapping

from flatminima.book.chapters import Chapter, Edition
from flatminima.book.site.code import citations, place
from flatminima.ledger import places
from flatminima.ledger.pages import Book
from flatminima.ledger.records import read


def gather(editions: Mapping[Chapter, Edition], *, root: str = "../") -> Book:
    """The ledger of chapters that have run, each in its edition, with the code of each equation.

    `root` leads from the folder of the pages to the top of the site.
    """
    return Book(
        records=[record for chapter, edition in editions.items() for record in read(edition.ledger / f"{chapter.name}.json")],
        titles={chapter.name: chapter.title() for chapter in editions},
        displays={chapter.name: places.displays(chapter.source.read_text(encoding="utf-8")) for chapter in editions},
        seconds={chapter.name: edition.seconds(chapter) for chapter, edition in editions.items()},
        profiles={chapter.name: edition.profile for chapter, edition in editions.items()},
        code={
            label: [(name.removeprefix("flatminima."), *place(name)) for name in names] for label, names in citations().items()
        },
        root=root,
    )
