"""The Sphinx source tree: chapters as they ran, written pages, ledgers, and files to download."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from flatminima.book import reproduce, simulations
from flatminima.book.chapters import PARTS, Chapter, Edition
from flatminima.book.ledger import gather
from flatminima.book.site import api, source_pages
from flatminima.book.site.code import citations, is_twin, place
from flatminima.book.site.notebooks import shown, title, to_notebooks
from flatminima.files import project_root, write_atomically
from flatminima.ledger import anchors
from flatminima.ledger.pages import Book, equations, figures, misprints, numbers
from flatminima.ledger.pages.entries import MARKS
from flatminima.ledger.records import dumps, read
from flatminima.ledger.tallies import tallies, verdict

DOWNLOADS = "downloads"  # what lies in this folder of the tree becomes part of the site as it is
_CONTENTS = re.compile(r"^# The book\s+(.*?)^## From an equation", re.DOTALL | re.MULTILINE)
Tree = dict[str, str | bytes]  # a file's place in the tree → its content


def assemble(editions: Mapping[Chapter, Edition], folder: Path) -> None:
    """Write the source tree of the site into `folder`, each chapter as it ran in its edition."""
    book = gather(editions)
    tree = _written(list(editions), book) | _ledgers(book) | api.pages()
    tree |= {f"{DOWNLOADS}/{name}": text for name, text in source_pages.pages().items()}
    for chapter, edition in editions.items():
        tree |= _chapter(chapter, edition, book)
    write_tree(tree, folder)


def write_tree(tree: Tree, folder: Path) -> None:
    """Make `folder` hold the files of `tree` and no other.

    A file that would not change is left alone, so that Sphinx reads only what is new.
    """
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in tree:
            path.unlink()
    for name, content in tree.items():
        content = content.encode() if isinstance(content, str) else content
        if not (folder / name).is_file() or (folder / name).read_bytes() != content:
            write_atomically(folder / name, content)


def _written(chapters: Sequence[Chapter], book: Book) -> Tree:
    """The pages written by hand, with what is made from the run filled in at `<!-- its name -->`."""
    root = project_root()
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted((root / "docs").glob("*.md"))}
    contents = _CONTENTS.search((root / "notebooks" / "README.md").read_text(encoding="utf-8"))[1]
    filled = {
        "tallies": "\n".join(_tally(name, line) for name, line in tallies(book.records).items()),
        "gallery": _gallery(chapters),
        "contents": to_notebooks(contents),
        "toctrees": "\n".join(_toctree(part, book) for part in PARTS),
        "figures": reproduce.table(chapters, book),
        "simulations": simulations.table(),
    }
    for blank, text in filled.items():
        pages = {name: page.replace(f"<!-- {blank} -->", text) for name, page in pages.items()}
    return pages


def _tally(name: str, line: str) -> str:
    """One ledger's tally, its subject a link to the ledger's page."""
    subject, _, outcome = line.partition(": ")
    return f"- [{subject}](ledger/{name}.md): {outcome}"


def _gallery(chapters: Sequence[Chapter]) -> str:
    """Every figure, small, as a link to its entry in the ledger."""
    drawn = [name for chapter in chapters for name in chapter.figures()]
    names = sorted(drawn, key=lambda name: (list(PARTS).index(name.partition("/")[0]), name))
    pictures = [
        f'<a href="{anchors.address("ledger/figures", anchors.row("figure", name.replace("/", " ")), root="")}">'
        f'<img src="figures/{name}.png" alt="{title(name)}, redrawn" loading="lazy"></a>'
        for name in names
    ]
    return "\n".join(['<div class="book-gallery">', *pictures, "</div>"])


def _toctree(part: str, book: Book) -> str:
    """The chapters of one part, numbered, for the bar at the side."""
    numbered = {name: int(name.split("/")[1][:2]) for name in book.titles if name.startswith(f"{part}/")}
    entries = [f"{number}. {book.titles[name]} <{name}>" for name, number in numbered.items()]
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {PARTS[part]}", "", *entries, "```", ""]) if entries else ""


def _ledgers(book: Book) -> Tree:
    """The pages of the ledgers."""
    return {f"ledger/{page.__name__}.md": page(book) for page in (equations, numbers, misprints, figures)}


def _chapter(chapter: Chapter, edition: Edition, book: Book) -> Tree:
    """One chapter: its notebook, what `extension` needs to know about its run, and the figures that it saved."""
    displayed = book.displays[chapter.name]
    run = {
        "profile": edition.profile,
        "seconds": edition.seconds(chapter),
        "records": read(edition.ledger / f"{chapter.name}.json"),
        "links": {name: _links(f"{chapter.source.parent.name} ({name})", book) for name in displayed},
    }
    saved = [f"{name}.{kind}" for name in chapter.figures() for kind in ("png", "pdf", "csv")]
    return {
        f"{chapter.name}.ipynb": nbformat.writes(shown(edition.notebook(chapter), edition.figures)),
        f"{chapter.name}.json": dumps(run),
        **{f"{DOWNLOADS}/figures/{name}": (edition.figures / name).read_bytes() for name in saved},
    }


def _links(label: str, book: Book) -> list[tuple[str, str]]:
    """From an equation on display to its row of the ledger and to its code, each as text and address."""
    if ("equation", label) not in book.entries:  # an equation of the book's own
        return []
    outcome = verdict(book.records, "equation", label)
    row = anchors.address("ledger/equations", anchors.row("equation", label))
    links = [(f"{MARKS[outcome]} {outcome}", row)]
    for kind in (False, True):  # of all code only the closest in floats and its twin; the ledger has the rest
        for name in [name for name in citations().get(label, ()) if is_twin(name) == kind][:1]:
            text = "in arbitrary precision" if kind else name.removeprefix("flatminima.").removeprefix("ensembles.")
            links.append((text, anchors.address(*place(name))))
    return links
