"""The material of the ledger's pages, gathered from chapters as they ran."""

from collections.abc import Mapping, Sequence

from flatminima.book.chapters import Chapter, Edition
from flatminima.ledger import places
from flatminima.ledger.pages import Book
from flatminima.ledger.records import read


def gather(
    editions: Mapping[Chapter, Edition], *, root: str = "../", code: Mapping[str, Sequence[tuple[str, str, str]]] | None = None
) -> Book:
    """The ledger of chapters that have run, each in its edition.

    `root` leads from the folder of the pages to the top of the site; `code` says for an equation
    which functions compute it, each as (name, page, anchor).
    """
    return Book(
        records=[record for chapter, edition in editions.items() for record in read(edition.ledger / f"{chapter.name}.json")],
        titles={chapter.name: chapter.title() for chapter in editions},
        displays={chapter.name: places.displays(chapter.source.read_text(encoding="utf-8")) for chapter in editions},
        seconds={chapter.name: edition.seconds(chapter) for chapter, edition in editions.items()},
        profiles={chapter.name: edition.profile for chapter, edition in editions.items()},
        code=code or {},
        root=root,
    )
