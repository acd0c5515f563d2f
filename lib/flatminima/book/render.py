"""Execute chapters: MyST Markdown in, notebooks, figures and ledger records out."""

import os
import re
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import jupytext
import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError
from tqdm import tqdm

from flatminima.book.chapters import Chapter, Edition
from flatminima.files import project_root


class ChapterFailed(Exception):
    """A chapter stopped at an error; the message says which chapter, which cell and why."""


def render(chapters: Sequence[Chapter], edition: Edition) -> None:
    """Run the chapters whose last run no longer stands, side by side on all cores.

    Every chapter gets its chance; then `ChapterFailed` is raised if some have failed.
    """
    stale = [chapter for chapter in chapters if not edition.is_fresh(chapter)]
    if not stale:
        print("Nothing to run: everything is up to date.")
        return
    failures = []
    # Processes, not threads: papermill drives an event loop of its own. Spawned, not forked:
    # numba's threads do not survive a fork.
    pool = ProcessPoolExecutor(min(len(stale), cores()), mp_context=get_context("spawn"))
    with pool, tqdm(total=len(stale), desc=f"chapters ({edition.profile})", unit="chapter", disable=None) as bar:
        runs = {pool.submit(_run, chapter, edition): (chapter, edition.fingerprint(chapter)) for chapter in stale}
        for run in as_completed(runs):
            chapter, fingerprint = runs[run]
            try:
                seconds = run.result()
            except ChapterFailed as failure:
                failures.append(str(failure))
                bar.write(f"✗ {chapter.name}")
            else:
                edition.mark_fresh(chapter, fingerprint, seconds)
                bar.write(f"✓ {chapter.name}   {seconds:.0f} s")
            bar.update()
    if failures:
        raise ChapterFailed("\n\n".join(failures))


def execute(source: Path, target: Path, parameters: dict) -> None:
    """Execute the chapter at `source` into the notebook `target`.

    Raises `ValueError` for a parameter that the chapter's `parameters` cell does not set
    (papermill would only warn, and run on without it), `ChapterFailed` where a cell raises.
    """
    notebook = jupytext.read(source)
    _reject_unknown(notebook, source, parameters)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        papermill.execute_notebook(
            notebook, target, parameters=parameters, cwd=project_root(), progress_bar=False, log_output=False
        )
    except PapermillExecutionError as error:
        raise ChapterFailed(
            f"{source.parent.name}/{source.stem} failed in code cell {error.exec_count}, at\n\n"
            f"    {_failing_line(error)}\n\n{error.ename}: {error.evalue}"
        ) from None


def _run(chapter: Chapter, edition: Edition) -> float:
    """In a worker process: run one chapter of one edition; how many seconds it took."""
    os.environ["FLATMINIMA_FIGURES"] = str(edition.figures)  # the kernel inherits all three
    os.environ["FLATMINIMA_LEDGER"] = str(edition.ledger)
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # whatever draws elsewhere
    log = edition.log(chapter)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as stream:  # what kernels say about themselves would drown the progress
        os.dup2(stream.fileno(), sys.stderr.fileno())
    start = time.perf_counter()
    try:
        execute(chapter.source, edition.notebook(chapter), {"profile": edition.profile})
    except ChapterFailed:
        raise
    except Exception as error:  # a kernel that dies, a file that does not parse: still name the chapter
        raise ChapterFailed(f"{chapter.name} failed: {type(error).__name__}: {error}\nMore in {log}.") from None
    return time.perf_counter() - start


def _failing_line(error: PapermillExecutionError) -> str:
    """The line of the cell where it stopped, which IPython's traceback marks with an arrow."""
    traceback = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback))
    arrow = re.search(r"^-+> *\d+ +(.*)$", traceback, re.MULTILINE)
    return (arrow[1] if arrow else error.source).strip()


def _reject_unknown(notebook: nbformat.NotebookNode, source: Path, parameters: dict) -> None:
    cells = [cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    known = {line.partition("=")[0].strip() for cell in cells for line in cell.splitlines() if "=" in line}
    unknown = sorted(set(parameters) - known)
    if unknown:
        raise ValueError(
            f"{source.name} has no parameter {', '.join(unknown)}; its parameters: {', '.join(sorted(known)) or 'none'}"
        )


def cores() -> int:
    """Cores that this process may use, which in a container can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
