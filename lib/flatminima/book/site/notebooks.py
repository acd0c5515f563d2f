"""One executed chapter as the notebook that the site shows: the same cells, without the tools' traces."""

import base64
import re
from pathlib import Path

import nbformat
from matplotlib.image import imread

from flatminima.book.chapters import saved_figures

_TO_CHAPTER = re.compile(r"(\]\((?:(?:\.\./)?[\w-]+/)?\d\d-[\w-]+)\.md(?=[#)])")
_STARTS = re.compile(r"^ledger\.chapter\(", re.MULTILINE)
_DOTS = 2  # of a saved picture for one of the page, so that it is sharp on a fine screen


def shown(executed: Path, figures: Path) -> nbformat.NotebookNode:
    """The notebook at `executed` as the site shows it; a picture that was saved below `figures` is shown as saved.

    The cell of parameters shows what the run was given. Cells that set up or draw are folded behind a
    line that says what they do. Widgets are left out: they would need a kernel.
    """
    notebook = nbformat.read(executed, as_version=4)
    cells = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})  # without the times of the run
        if "injected-parameters" in tags:  # papermill put them into a cell behind that of the parameters
            cells[-1].source = cell.source.removeprefix("# Parameters\n").strip()
        else:
            cells.append(cell)
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number:03d}"
        if cell.cell_type == "markdown":
            cell.source = to_notebooks(cell.source)
        elif cell.cell_type == "code":
            _show_code(cell, figures)
    notebook.cells = cells
    notebook.metadata = nbformat.from_dict({"kernelspec": notebook.metadata.kernelspec})  # without the machine's paths
    return notebook


def to_notebooks(text: str) -> str:
    """Markdown whose links to chapters lead to notebooks, not to their sources.

    >>> to_notebooks("as in [chapter 4](../unveiling-2021/04-franz-parisi.md)")
    'as in [chapter 4](../unveiling-2021/04-franz-parisi.ipynb)'
    """
    return _TO_CHAPTER.sub(r"\1.ipynb", text)


def _show_code(cell: nbformat.NotebookNode, figures: Path) -> None:
    cell.outputs = [output for output in cell.outputs if not any("widget" in kind for kind in output.get("data", {}))]
    names = saved_figures(cell.source)
    if names:
        picture = figures / f"{names[-1]}.png"
        cell.metadata.figure = names[-1]
        cell.metadata.mystnb = {"image": {"alt": f"{title(names[-1])}, redrawn"}}
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = base64.b64encode(picture.read_bytes()).decode()
                output.metadata = nbformat.from_dict({"image/png": {"width": imread(picture).shape[1] // _DOTS}})
        _fold(cell, "the drawing of this figure")
    elif _STARTS.search(cell.source):
        _fold(cell, "imports")


def title(figure: str) -> str:
    """What a reader calls a figure.

    >>> title("shaping-2020/figS1")
    'Fig. S1 of shaping-2020'
    """
    paper, _, name = figure.partition("/")
    return f"Fig. {name.removeprefix('fig')} of {paper}"


def _fold(cell: nbformat.NotebookNode, content: str) -> None:
    cell.metadata.tags = [*cell.metadata.get("tags", []), "hide-input"]
    prompts = {"code_prompt_show": f"Show the code: {content}", "code_prompt_hide": f"Hide the code: {content}"}
    cell.metadata.mystnb = {**cell.metadata.get("mystnb", {}), **prompts}
