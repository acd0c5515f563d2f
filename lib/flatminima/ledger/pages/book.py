"""What the pages of the ledger are made of, and the links that they share."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flatminima.ledger import anchors, places


@dataclass(frozen=True)
class Book:
    """The records of a run, with what the pages show beside them.

    Chapters go by name, "part/NN-name". `root` leads from the pages to the top of the site.
    """

    records: Sequence[dict]
    titles: Mapping[str, str]  # of each chapter
    displays: Mapping[str, Mapping[str, str]]  # of each chapter, by `places.displays`
    seconds: Mapping[str, float]  # that each chapter ran
    profiles: Mapping[str, str]  # in which it ran
    code: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)  # equation → (name, page, anchor)
    root: str = "../"

    @cached_property
    def entries(self) -> Mapping[tuple[str, str], list[tuple[int, dict]]]:
        """The records of each (kind, label), with their numbers within their chapters."""
        entries = defaultdict(list)
        for index, record in places.indices(self.records):
            entries[record["kind"], record["label"]].append((index, record))
        return entries

    def link(self, text: str, page: str, anchor: str = "") -> str:
        return anchors.link(text, page, anchor, root=self.root)

    def chapter(self, name: str) -> str:
        """A link to a chapter by its title."""
        return self.link(self.titles[name], name)

    def check(self, text: str, index: int, record: dict) -> str:
        """A link to the line that a record printed."""
        return self.link(text, record["chapter"], anchors.check(index))

    def home(self, label: str) -> tuple[str, str | None]:
        """A link to where an equation stands, and its LaTeX, None where the book does not display it by its name."""
        name = label.removesuffix(")").partition(" (")[2]
        chapter, latex = places.home(label, self.records, self.displays)
        if latex:
            return self.link(f"({name})", chapter, anchors.displayed(name)), latex
        index, record = next(entry for entry in self.entries["equation", label] if entry[1]["chapter"] == chapter)
        return self.check(f"({name})", index, record), None
