"""The render step runs what is stale, and says plainly what went wrong."""

import nbformat
import pytest

from flatminima.book import chapters as book
from flatminima.book.chapters import HEADER, Chapter, Edition
from flatminima.book.references import reference
from flatminima.book.render import ChapterFailed, execute, render

DEMO = HEADER + """# A chapter

```{code-cell} ipython3
from flatminima import ledger
ledger.chapter("part/01-demo")
```

```{code-cell} ipython3
:tags: [parameters]
profile = "quick"
```
"""
CHECK = """
```{code-cell} ipython3
:tags: [nbval-check-output]
ledger.check("foundations: demo", VALUE, 1.0, digits=3)
```
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A project of its own with one chapter; call it to write that chapter."""
    monkeypatch.setattr("flatminima.book.chapters.project_root", lambda: tmp_path)
    monkeypatch.setattr("flatminima.book.chapters.PARTS", {"part": "A part"})
    monkeypatch.delenv("MPLBACKEND", raising=False)  # here figures are shown
    (tmp_path / "requirements.lock").write_text("")

    def write(text):
        source = tmp_path / "notebooks" / "part" / "01-demo.md"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text)
        return source

    return write


def test_a_parameter_that_the_chapter_lacks_is_rejected(house, tmp_path):
    source = house(DEMO)
    with pytest.raises(ValueError, match="01-demo.md has no parameter colour; its parameters: profile"):
        execute(source, tmp_path / "out.ipynb", {"profile": "quick", "colour": "red"})


def test_a_failing_chapter_names_itself_its_cell_and_its_error(house, tmp_path):
    source = house(DEMO + CHECK.replace("VALUE", "2.0"))
    with pytest.raises(ChapterFailed) as failure:
        execute(source, tmp_path / "out.ipynb", {"profile": "quick"})
    message = str(failure.value)
    assert message.startswith("part/01-demo failed in code cell")
    assert '\n    ledger.check("foundations: demo", 2.0, 1.0, digits=3)\n' in message
    assert "AssertionError: foundations: demo: 2.0 is not 1.0 to 3 digits" in message


def test_a_reference_is_the_chapter_with_its_text_alone(house, tmp_path):
    figure = "\n```{code-cell} ipython3\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n```\n"
    source = house(DEMO + CHECK.replace("VALUE", "1.0") + figure)
    execute(source, tmp_path / "out.ipynb", {"profile": "laptop"})
    executed = (tmp_path / "out.ipynb").read_text()
    assert "image/png" in executed and "papermill" in executed
    text = reference(source, tmp_path / "out.ipynb")
    assert text == reference(source, tmp_path / "out.ipynb")
    assert not any(word in text for word in ("image/png", "papermill", "laptop", str(tmp_path)))
    code = [cell for cell in nbformat.reads(text, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4]
    outputs = [cell.outputs for cell in code]
    assert [[output.text for output in shown] for shown in outputs] == [[], [], ["✓ foundations: demo   3 digits\n"], []]


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("import sys; print('careful', file=sys.stderr)", "code cell 3 writes to the error stream"),
        ("import matplotlib.pyplot as plt; plt.plot([1, 2])", "code cell 3 is compared word by word"),
    ],
)
def test_what_a_reference_refuses(house, tmp_path, cell, complaint):
    source = house(DEMO + f"\n```{{code-cell}} ipython3\n:tags: [nbval-check-output]\n{cell}\n```\n")
    execute(source, tmp_path / "out.ipynb", {"profile": "quick"})
    with pytest.raises(ChapterFailed, match=complaint):
        reference(source, tmp_path / "out.ipynb")


def test_only_what_changed_is_run_again(house, tmp_path, monkeypatch, capsys):
    house(DEMO + CHECK.replace("VALUE", "1.0"))
    (chapter,) = book.chapters()
    edition = Edition("quick", tmp_path / "build", figures=tmp_path / "figures")
    assert not edition.is_fresh(chapter)
    render([chapter], edition)
    assert edition.is_fresh(chapter) and edition.seconds(chapter) > 0
    render([chapter], edition)
    assert "Nothing to run" in capsys.readouterr().out

    record = edition.ledger / "part/01-demo.json"
    kept = record.read_bytes()
    record.unlink()
    assert not edition.is_fresh(chapter)  # a product is gone
    record.write_bytes(kept)
    assert edition.is_fresh(chapter)
    assert not Edition("quick", tmp_path / "build", figures=tmp_path / "elsewhere").is_fresh(chapter)  # figures wanted elsewhere
    house(DEMO + CHECK.replace("VALUE", "1.0") + "\nOne more sentence.\n")
    assert not edition.is_fresh(chapter)


def test_the_library_and_the_lock_count_as_changes(house, tmp_path, monkeypatch):
    foundation = book.foundation.__wrapped__
    module = tmp_path / "lib" / "flatminima" / "module.py"
    module.parent.mkdir(parents=True)
    hashes = [foundation()]
    module.write_text("x = 1\n")
    hashes.append(foundation())
    (tmp_path / "requirements.lock").write_text("numpy==2.0\n")
    hashes.append(foundation())
    assert len(set(hashes)) == 3


def test_figures_are_found_in_the_text_of_a_chapter(house):
    source = house(DEMO + '\n    plotting.save(fig, "unveiling-2021/fig3", data={})\n    plotting.save(\n        fig,\n        "x/y")\n')
    assert Chapter(source).figures() == ["unveiling-2021/fig3", "x/y"]


def test_a_chapter_is_stale_when_a_stored_outcome_that_it_reads_has_changed(house, tmp_path):
    reading = '\n```{code-cell} ipython3\nsweeps.load("part/study")  # and results/part/table.csv\n```\n'
    chapter = Chapter(house(DEMO + reading))
    edition = Edition("quick", tmp_path / "build", figures=tmp_path / "figures")
    stored = [tmp_path / "results/part" / name for name in ("study.py", "study/x-1.npz", "table.csv", "other.csv")]
    for path in stored:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("before")
    assert {path.name for path in chapter.stored()} == {"study.py", "x-1.npz", "table.csv"}
    seen = [edition.fingerprint(chapter)]
    for path in stored:
        path.write_text("after")
        seen.append(edition.fingerprint(chapter))
    assert len(set(seen)) == 4 and seen[3] == seen[4]  # all but the one that it does not name
