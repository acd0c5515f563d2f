"""What the site adds to a chapter: places, links, captions; and a small site, built whole."""

import base64
import html
import json
import re

import nbformat
import pytest
from docutils import nodes
from docutils.utils import new_document

from flatminima.book.site import captions, displays, outputs
from flatminima.book.site.assemble import write_tree
from flatminima.book.site.build import build
from flatminima.book.site.notebooks import shown

DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
RECORDS = [
    {"kind": "equation", "label": "unveiling-2021 (15)", "line": "✓ unveiling-2021 (15)   14 digits"},
    {"kind": "number", "label": "d_star", "line": "✗→ d_star = 0.28   paper: ≃ 0.29   corrected"},
    {"kind": "equation", "label": "foundations: a sum", "line": "✓ foundations: a sum   symbolic"},
    {
        "kind": "figure", "label": "unveiling-2021 fig3", "panels": ["main"], "command": "make figures/unveiling-2021/fig3.png",
        "line": "✓ unveiling-2021 fig3   main   make figures/unveiling-2021/fig3.png",
    },
]  # fmt: skip


def document(*children):
    doctree = new_document("chapter")
    doctree += list(children)
    return doctree


def printed(text):
    return nodes.literal_block(text, text, classes=["output", "stream"])


def addresses(doctree):
    return {reference.astext(): reference["refuri"] for reference in doctree.findall(nodes.reference)}


def test_a_display_with_a_tag_gets_its_place_and_links():
    doctree = document(nodes.math_block("", r"a = b \tag{15}"), nodes.math_block("", "c = d"))
    displays.leave_to_mathjax(doctree)
    displays.add_links(doctree, {"15": [["✓ verified", "../ledger/equations.html#x"]]})
    tagged, plain = doctree.findall(nodes.math_block)
    assert tagged["ids"] == ["eq-15"] and not plain["ids"]
    assert tagged.astext() == r"\[a = b \tag{15}\]"
    assert addresses(doctree) == {"(15)": "#eq-15", "✓ verified": "../ledger/equations.html#x"}


def test_a_display_of_two_equations_says_which_link_is_whose():
    doctree = document(nodes.math_block("", r"a \tag{4, B3}"), nodes.math_block("", r"b \tag{4}"))
    code = ["code", "f"]
    displays.add_links(doctree, {"4": [["✓ verified", "four"], code], "B3": [["✓ verified", "b-three"], code]})
    assert addresses(doctree) == {"(4, B3)": "#eq-4-B3", "(4) ✓ verified": "four", "code": "f", "(B3) ✓ verified": "b-three"}
    assert len(list(doctree.findall(nodes.paragraph))) == 1, "the second display of (4) is not its place"


def test_check_lines_are_places_and_lead_to_the_ledger():
    lines = [record["line"] for record in RECORDS]
    doctree = document(printed(f"{lines[0]}\nnot a check\n{lines[1]}\n"), printed("\n".join(lines[2:]) + "\n"))
    before = doctree.astext()
    outputs.add_links(doctree, RECORDS)
    assert doctree.astext() == before, "no word of the output may change"
    assert [id for line in doctree.findall(nodes.inline) for id in line["ids"]] == [f"check-{i}" for i in range(4)]
    assert addresses(doctree) == {
        "unveiling-2021 (15)": "../ledger/equations.html#equation-unveiling-2021-15",
        "d_star": "../ledger/numbers.html#number-d_star",
        "foundations: a sum": "#check-2",
        "unveiling-2021 fig3": "../ledger/figures.html#figure-unveiling-2021-fig3",
    }


@pytest.mark.parametrize("text", ["✓ unveiling-2021 (15)   13 digits\n", "nothing\n"])
def test_output_that_is_not_the_ledgers_is_refused(text):
    with pytest.raises(ValueError, match=re.escape("unveiling-2021 (15)   14 digits")):
        outputs.add_links(document(printed(text)), RECORDS[:1])


def test_a_saved_figure_gets_its_caption():
    cell = nodes.container(cell_metadata={"figure": "unveiling-2021/fig3"})
    doctree = document(cell, nodes.container(cell_metadata={}))
    captions.add(doctree, {"records": RECORDS, "seconds": 95})
    assert cell.astext() == (
        "Fig. 3 of unveiling-2021 · data (CSV) · PDF · ledger · make figures/unveiling-2021/fig3.png · 1.6 minutes"
    )
    assert addresses(doctree)["data (CSV)"] == "../figures/unveiling-2021/fig3.csv"


def executed(folder):
    """A chapter as papermill leaves it, and the picture that it saved."""
    new = nbformat.v4
    kinds = ("image/png", "application/vnd.jupyter.widget-view+json")
    outputs = [new.new_output("display_data", {kind: "QQ=="}) for kind in kinds]
    lines = "".join(f"{record['line']}\n" for record in RECORDS)
    cells = [
        new.new_markdown_cell("# A chapter\n\nafter [the last](../foundations/05-last.md)\n\n$$a = b \\tag{15}$$"),
        new.new_code_cell('ledger.chapter("unveiling-2021/01-a")'),
        new.new_code_cell('profile = "quick"', metadata={"tags": ["parameters"]}),
        new.new_code_cell('# Parameters\nprofile = "laptop"\n', metadata={"tags": ["injected-parameters"]}),
        new.new_code_cell('plotting.save(fig, "unveiling-2021/fig3", data=data)', outputs=outputs),
        new.new_code_cell("check()", outputs=[new.new_output("stream", text=lines)]),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "papermill": {"input_path": "/a/machine"}}
    nbformat.write(new.new_notebook(cells=cells, metadata=metadata), folder / "01-a.ipynb")
    write_tree({"fig3.png": DOT}, folder / "figures" / "unveiling-2021")
    return shown(folder / "01-a.ipynb", folder / "figures")


def test_a_notebook_is_shown_without_the_traces_of_its_run(tmp_path):
    notebook = executed(tmp_path)
    text, set_up, parameters, drawing, _ = notebook.cells
    assert "../foundations/05-last.ipynb" in text.source
    assert parameters.source == 'profile = "laptop"', "the cell shows what the run was given"
    assert "hide-input" in set_up.metadata.tags and "hide-input" in drawing.metadata.tags
    [picture] = drawing.outputs
    assert base64.b64decode(picture.data["image/png"]) == DOT, "the picture is the one that was saved"
    assert "machine" not in nbformat.writes(notebook)


def test_only_changed_files_are_written_and_old_ones_go(tmp_path):
    write_tree({"a/same.md": "same", "changed.md": "old", "gone.md": ""}, tmp_path)
    same = (tmp_path / "a" / "same.md").stat()
    write_tree({"a/same.md": "same", "changed.md": b"new"}, tmp_path)
    assert (tmp_path / "a" / "same.md").stat().st_mtime_ns == same.st_mtime_ns
    assert {path.name: path.read_text() for path in tmp_path.rglob("*.md")} == {"same.md": "same", "changed.md": "new"}


@pytest.mark.filterwarnings("ignore:'sphinx_book_theme:PendingDeprecationWarning")  # the theme's own
def test_a_small_site_is_built_without_a_complaint(tmp_path):
    run = {"records": RECORDS, "links": {"15": [["✓ verified", "#check-0"]]}, "seconds": 3, "profile": "quick"}
    notebook = executed(tmp_path)
    notebook.cells[0].source = notebook.cells[0].source.replace("[the last](../foundations/05-last.ipynb)", "the last")
    source, target = tmp_path / "source", tmp_path / "html"
    tree = {
        "index.md": "# Book\n\n```{toctree}\nunveiling-2021/01-a\n```\n",
        "unveiling-2021/01-a.ipynb": nbformat.writes(notebook),
        "unveiling-2021/01-a.json": json.dumps(run),
        "downloads/figures/unveiling-2021/fig3.csv": "d\n",
    }
    write_tree(tree, source)
    build(source, target)
    page = (target / "unveiling-2021" / "01-a.html").read_text(encoding="utf-8")
    assert all(f'id="{place}"' in page for place in ("eq-15", "check-0", "check-3"))
    assert r"\[a = b \tag{15}\]" in html.unescape(page)
    assert (target / "figures" / "unveiling-2021" / "fig3.csv").is_file()
    assert not re.search(r'(?:src|href)="https?://', page), "every page works without a network"
