"""What Sphinx shows of a docstring: mathematics, code, and links to equations, twins and chapters.

Our docstrings are plain text: formulas between dollars, code between backquotes, indented lines as they stand.
Listed among the extensions of Sphinx, this module turns them into reStructuredText.
"""

import re
from itertools import groupby

from flatminima.book.site import code, source_pages
from flatminima.book.site.citations import cited
from flatminima.ledger import anchors

_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_INLINE = re.compile(r"(``.+?``|:\w+:`[^`]+`|`[^`]+`|\$[^$]+\$)", re.DOTALL)
_SPECIAL = re.compile(r"([*|\\_`])")
_NAME = re.compile(r"[A-Za-z]\w*(\.\w+)*")


def to_rst(docstring: str) -> list[str]:
    """The lines of a docstring in reStructuredText.

    >>> to_rst("For `q` at $q_0$, |x| ≤ 1.")
    ['For :py:obj:`q` at :math:`q_0`, \\\\|x\\\\| ≤ 1.']
    """
    docstring = _DISPLAY.sub(lambda match: f"\n\n.. math:: {_on_one_line(match[1])}\n\n", docstring)
    lines, directive = [], False
    for block in re.split(r"\n\s*\n", docstring.strip("\n")):
        if block.startswith(" ") and not directive:
            lines += ["::", ""]
        if block.startswith((" ", ">>>", ".. ")):
            lines += [*block.split("\n"), ""]
        else:
            lines += [*_inline(block).split("\n"), ""]
        directive = block.startswith(".. ") or (directive and block.startswith(" "))
    return lines[:-1]


def link_lines(name: str) -> list[str]:
    """Where the equations of `name`, its counterparts in the other arithmetic and the chapters that use it are."""
    labels = cited(code.documented().get(name, ""))
    # of all that compute an equation in the other arithmetic the closest
    others = [next((o for o in code.citations()[label] if code.is_twin(o) != code.is_twin(name)), None) for label in labels]
    lines = {
        "Equations": [f"{paper} {_joined(map(_equation, of))}" for paper, of in groupby(labels, _paper)],
        "In floats" if code.is_twin(name) else "In arbitrary precision": [_to_code(o) for o in dict.fromkeys(others) if o],
        "Used in": [f"{part} {_joined(map(_chapter, of))}" for part, of in groupby(code.usage().get(name, ()), _part)],
    }
    return [f"| **{field}** {' · '.join(links)}" for field, links in lines.items() if links]


def _equation(label: str) -> str:
    return _link(label.partition(" ")[2], "ledger/equations", anchors.row("equation", label))


def _paper(label: str) -> str:
    return label.partition(" ")[0]


def _chapter(name: str) -> str:
    return _link(name.partition("/")[2][:2].lstrip("0"), name)


def _part(chapter: str) -> str:
    return chapter.partition("/")[0]


def _joined(links) -> str:
    return ", ".join(links)


def _to_code(name: str) -> str:
    return _link(name.removeprefix("flatminima."), *code.place(name))


def _link(text: str, page: str, anchor: str = "") -> str:
    """A link from a page of the reference."""
    return f"`{text} <{anchors.address(page, anchor)}>`__"


def _inline(text: str) -> str:
    """A paragraph: code and formulas marked as such, everything else protected."""
    parts = _INLINE.split(text)
    for i, part in enumerate(parts):
        if i % 2 == 0:
            parts[i] = _SPECIAL.sub(r"\\\1", part)
        elif part.startswith("$"):
            parts[i] = f":math:`{part[1:-1]}`"
        elif part.startswith("`") and not part.startswith("``"):
            parts[i] = f":py:obj:{part}" if _NAME.fullmatch(part[1:-1]) else f"`{part}`"
    return "".join(parts)


def _on_one_line(latex: str) -> str:
    return " ".join(latex.split())


def _process(app, what, name, obj, options, lines):
    lines[:] = to_rst("\n".join(lines)) + ["", *link_lines(name), ""]


def setup(app) -> dict:
    """Register with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.linkcode")
    app.config.linkcode_resolve = lambda _, about: source_pages.address(f"{about['module']}.{about['fullname']}")
    app.connect("autodoc-process-docstring", _process)
    return {"parallel_read_safe": True}
