"""The commands behind the Makefile."""

import argparse
import sys
from pathlib import Path

from flatminima.book import reproduce
from flatminima.book.chapters import Edition, chapters
from flatminima.book.gallery import write_gallery
from flatminima.book.ledger import gather
from flatminima.book.references import write_references
from flatminima.book.render import ChapterFailed, render
from flatminima.book.site.assemble import assemble
from flatminima.book.site.build import SiteFailed, build
from flatminima.files import project_root
from flatminima.ledger.pages import write_pages

BUILD = project_root() / "build"
QUICK = Edition("quick", BUILD / "quick", figures=BUILD / "quick" / "figures")
PROFILES = ("quick", "laptop", "paper")


def figures(arguments: argparse.Namespace) -> None:
    """Draw the named figures, or all of them, into `figures`."""
    drawing = {name: chapter for chapter in chapters() for name in chapter.figures()}
    names = arguments.names or list(drawing)
    unknown = [name for name in names if name not in drawing]
    if unknown:
        raise ValueError(f"no chapter draws {', '.join(unknown)}; there are: {', '.join(drawing) or 'none'}")
    render(list(dict.fromkeys(drawing[name] for name in names)), _drawn(arguments.profile))
    for name in names:
        print(Path("figures") / f"{name}.png")


def gallery(_: argparse.Namespace) -> None:
    """Tile the figures drawn last into the picture on the front page."""
    drawn = sorted(name for chapter in chapters() for name in chapter.figures())
    write_gallery([project_root() / "figures" / f"{name}.png" for name in drawn], project_root() / "docs" / "gallery.png")


def references(_: argparse.Namespace) -> None:
    """Run the book in the quick profile, draw its figures, and write the references of the tests from both."""
    drawing = _drawn("laptop")
    _run_all(drawing)
    write_references(chapters(), QUICK)
    reproduce.write_data(chapters(), drawing)


def compare(_: argparse.Namespace) -> None:
    """Draw every figure, fill every ledger, and compare both with what is committed."""
    drawing = _drawn("laptop")
    _run_all(drawing)
    reproduce.compare(chapters(), QUICK, drawing)


def ledger(_: argparse.Namespace) -> None:
    """Run the book in the quick profile, write the ledger's pages and print its tallies."""
    render(chapters(), QUICK)
    # The links of these pages lead into the site, which `make site` builds.
    book = gather(dict.fromkeys(chapters(), QUICK), root="../site/html/")
    print(write_pages(book, BUILD / "ledger"))


def site(arguments: argparse.Namespace) -> None:
    """Build the book's pages: chapters that draw a figure as `figures` runs them, all others in the quick profile."""
    drawing = _drawn(arguments.profile)
    editions = {chapter: drawing if chapter.figures() else QUICK for chapter in chapters()}
    for edition in (drawing, QUICK):
        render([chapter for chapter in editions if editions[chapter] is edition], edition)
    assemble(editions, BUILD / "site" / "source")
    build(BUILD / "site" / "source", BUILD / "site" / "html")
    print(Path("build") / "site" / "html" / "index.html")


def _run_all(drawing: Edition) -> None:
    render([chapter for chapter in chapters() if chapter.figures()], drawing)
    render(chapters(), QUICK)


def _drawn(profile: str) -> Edition:
    """One folder for all profiles: they draw into the same place, so only the last run stands."""
    return Edition(profile, BUILD / "figures", figures=project_root() / "figures")


def main() -> None:
    """Read the command line and run one command; a failed chapter ends with its message alone."""
    parser = argparse.ArgumentParser(prog="python -m flatminima.book", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for command in (figures, gallery, references, compare, ledger, site):
        commands.add_parser(command.__name__, help=command.__doc__).set_defaults(command=command)
    commands.choices["figures"].add_argument("names", nargs="*", help="such as unveiling-2021/fig3; all if none is named")
    for command in ("figures", "site"):
        commands.choices[command].add_argument("--profile", choices=PROFILES, default="laptop", help="of the figures")
    arguments = parser.parse_args()
    try:
        arguments.command(arguments)
    except (ChapterFailed, SiteFailed, reproduce.NotReproduced, ValueError) as error:
        sys.exit(f"\n{error}")


if __name__ == "__main__":
    main()
