"""Every chapter has the book's form, and its reference is what it prints today."""

import json
import re

import jupytext
import nbformat
import pytest

from flatminima.book.chapters import HEADER, chapters
from flatminima.book.references import CHECKED, folder, skeleton

CHAPTERS = chapters()
CALLS = re.compile(r"\bledger\.(?:check|check_symbolic|check_statistical|definition|misprint|number|figure)\(")

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


def tags(cell):
    return cell.metadata.get("tags", [])


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def reference_path(chapter):
    return folder() / f"{chapter.name}.ipynb"


def test_every_chapter_has_a_reference_and_every_reference_a_chapter():
    names = sorted(chapter.name for chapter in CHAPTERS)
    for root, kind in ((folder(), "ipynb"), (folder() / "ledger", "json")):
        assert sorted(path.relative_to(root).with_suffix("").as_posix() for path in root.glob(f"*/*.{kind}")) == names


@each_chapter
def test_chapter_opens_as_all_do(chapter):
    text = chapter.source.read_text(encoding="utf-8")
    assert text.startswith(HEADER)
    opening = text.removeprefix(HEADER).partition("```{code-cell}")[0]
    assert re.match(r"\s*# \S", opening)
    promises = [opening.find(f"**{promise}") for promise in ("What you derive", "What you need", "What is checked")]
    assert -1 not in promises and promises == sorted(promises)


@each_chapter
def test_chapter_starts_its_ledger_and_then_sets_its_profile(chapter):
    cells = code(jupytext.read(chapter.source))
    assert f'ledger.chapter("{chapter.name}")' in cells[0].source
    assert tags(cells[1]) == ["parameters"]
    assert cells[1].source.strip() == 'profile = "quick"'


@each_chapter
def test_cells_that_check_are_compared(chapter):
    checking = [cell for cell in code(jupytext.read(chapter.source)) if CALLS.search(cell.source)]
    assert checking
    assert [cell.source for cell in checking if CHECKED not in tags(cell)] == []


@each_chapter
def test_reference_is_the_chapter(chapter):
    reference, today = nbformat.read(reference_path(chapter), as_version=4), skeleton(chapter.source)
    form = [[(cell.id, cell.cell_type, cell.source, tags(cell)) for cell in book.cells] for book in (reference, today)]
    assert form[0] == form[1], "make references"


@each_chapter
def test_compared_cells_have_printed_something(chapter):
    # nbval compares nothing where the reference is empty, and passes.
    cells = code(nbformat.read(reference_path(chapter), as_version=4))
    assert [cell.source for cell in cells if CHECKED in tags(cell) and not cell.outputs] == []


@each_chapter
def test_reference_holds_certified_text_alone(chapter):
    text = reference_path(chapter).read_text(encoding="utf-8")
    outputs = [output for cell in code(nbformat.reads(text, as_version=4)) for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"stream", "display_data", "execute_result"}
    assert {kind for output in outputs for kind in output.get("data", {})} <= {"text/plain"}
    assert {output.name for output in outputs if output.output_type == "stream"} <= {"stdout"}
    printed = "".join(output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in outputs)
    assert not re.search(r"/(?:home|root|tmp|work|Users)/|<[\w.]+ object at 0x|Warning", printed)


@each_chapter
def test_ledger_records_are_the_printed_lines(chapter):
    records = json.loads((folder() / "ledger" / f"{chapter.name}.json").read_text(encoding="utf-8"))
    assert records["chapter"] == chapter.name
    cells = [cell for cell in code(nbformat.read(reference_path(chapter), as_version=4)) if CHECKED in tags(cell)]
    lines = [line for cell in cells for output in cell.outputs for line in output.get("text", "").splitlines()]
    marked = [line for line in lines if line.startswith(("✓ ", "✗→ "))]
    assert [record["line"] for record in records["records"]] == marked


def test_every_figure_is_drawn_by_one_chapter():
    names = [name for chapter in CHAPTERS for name in chapter.figures()]
    assert sorted(names) == sorted(set(names))
    for path in folder().glob("ledger/*/*.json"):
        for record in json.loads(path.read_text(encoding="utf-8"))["records"]:
            if record["kind"] == "figure":
                name = record["label"].replace(" ", "/")
                assert name in names
                assert record["command"] == f"make figures/{name}.png"
