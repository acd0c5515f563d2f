"""Committed references: what each chapter must print, for nbval to compare with.

A reference is the chapter's cells with the text they printed in the quick profile and nothing
else: no images, no machine's paths, no metadata of the tools, so its differences can be read.
The ledger records of the same run lie beside it.
"""

from collections.abc import Sequence
from pathlib import Path

import jupytext
import nbformat

from flatminima.book.chapters import Chapter, Edition
from flatminima.book.render import ChapterFailed
from flatminima.files import project_root, write_atomically

CHECKED = "nbval-check-output"  # nbval's own name for the tag


def folder() -> Path:
    """Where the references are committed."""
    return project_root() / "tests" / "reference"


def write_references(chapters: Sequence[Chapter], edition: Edition) -> None:
    """Replace all references by the outcome of `edition`, rendered before."""
    texts = {chapter: reference(chapter.source, edition.notebook(chapter)) for chapter in chapters}
    for path in (*folder().glob("*/*.ipynb"), *folder().glob("ledger/*/*.json")):
        path.unlink()  # so that a renamed chapter leaves nothing behind
    for chapter, text in texts.items():
        write_atomically(folder() / f"{chapter.name}.ipynb", text)
        record = f"{chapter.name}.json"
        write_atomically(folder() / "ledger" / record, (edition.ledger / record).read_bytes())


def reference(source: Path, executed: Path) -> str:
    """The reference of one chapter, as the text of a notebook file."""
    notebook = skeleton(source)
    run = nbformat.read(executed, as_version=4)
    # papermill adds a cell for the parameters it was given; the chapter does not have it.
    outputs = [
        cell.outputs
        for cell in run.cells
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", [])
    ]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, (cell, shown) in enumerate(zip(code, outputs, strict=True), start=1):
        cell.execution_count = number  # nbval takes a cell without one for a cell that never ran
        cell.outputs = _text(shown, CHECKED in cell.metadata.get("tags", []), f"{source.name}, code cell {number}")
    return nbformat.writes(notebook)


def skeleton(source: Path) -> nbformat.NotebookNode:
    """The chapter as a notebook without outputs, the same bytes every time."""
    notebook = jupytext.read(source)
    notebook.metadata.pop("jupytext", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03d}"  # jupytext draws ids at random
    return notebook


def _text(outputs: list, checked: bool, place: str) -> list:
    """What a cell printed, in one piece, and the plain text of what it displayed."""
    printed = "".join(output.text for output in outputs if output.get("name") == "stdout")
    errors = "".join(output.text for output in outputs if output.get("name") == "stderr")
    if errors:
        raise ChapterFailed(f"{place} writes to the error stream, which no reader should meet:\n{errors}")
    texts = [nbformat.v4.new_output("stream", name="stdout", text=printed)] if printed else []
    for output in outputs:
        data = output.get("data", {})
        if any(kind.startswith("image/") for kind in data):
            if checked:
                raise ChapterFailed(f"{place} is compared word by word, so it cannot draw: use two cells")
        elif "text/plain" in data:
            texts.append(nbformat.v4.new_output(output.output_type, data={"text/plain": data["text/plain"]}))
    return texts
