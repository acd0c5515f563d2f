"""A Sphinx extension: what chapters need besides Sphinx and myst-nb.

Beside each chapter NN-name.ipynb the source tree has NN-name.json, about its run: `profile`, `seconds`,
the ledger's `records`, and `links` of the equations on display.
"""

import json

from docutils import nodes
from sphinx.application import Sphinx

from flatminima.book.chapters import PARTS, foundation
from flatminima.book.site import captions, displays, outputs


def setup(app: Sphinx) -> dict:
    """Called by Sphinx."""
    app.connect("doctree-read", _dress)
    # Pages that another version of the library has read are read anew.
    return {"env_version": foundation(), "parallel_read_safe": True, "parallel_write_safe": True}


def _dress(app: Sphinx, doctree: nodes.document) -> None:
    displays.leave_to_mathjax(doctree)
    name = app.env.current_document.docname
    about = app.srcdir / f"{name}.json"
    if not about.is_file():
        return
    app.env.note_dependency(about)
    run = json.loads(about.read_text(encoding="utf-8"))
    displays.add_links(doctree, run["links"])
    outputs.add_links(doctree, run["records"])
    captions.add(doctree, run)
    _add_line_below_title(doctree, name, run)


def _add_line_below_title(doctree: nodes.document, name: str, run: dict) -> None:
    """Which chapter of what this is, and how it was run."""
    part, _, rest = name.partition("/")
    text = f"{PARTS[part]} · chapter {int(rest[:2])}"
    title = next(doctree.findall(nodes.title))
    line = nodes.paragraph("", text, classes=["chapter-line"])
    title.parent.insert(title.parent.index(title) + 1, line)
