"""The library's sources as pages of their own: light ones, so that every function can link to its lines."""

import html

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from flatminima.book.site import code
from flatminima.book.site.sources import Module, definition_of, modules
from flatminima.ledger import anchors

FOLDER = "source"
_LIGHT, _DARK = "friendly", "github-dark"
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title><link rel="stylesheet" href="source.css"></head>
<body><p>{name} · {back}</p>
{lines}</body>
</html>
"""
_STYLE = """:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 128ch; overflow-wrap: break-word;
       padding: 0 1rem; }
pre { font-size: 13px; overflow-x: auto; }
pre > span:target { background: #fbf0b5; }
"""
_DARK_STYLE = """a { color: #8ab4f8; }
pre > span:target { background: #4a4420; }
"""


def pages() -> dict[str, str]:
    """One page for each module, and their style, by their names in the site."""
    written = {f"{FOLDER}/{module.name}.html": page(module) for module in modules().values()}
    styles = [HtmlFormatter(style=style).get_style_defs(".highlight") for style in (_LIGHT, _DARK)]
    dark = f"@media (prefers-color-scheme: dark) {{\n{_DARK_STYLE}{styles[1]}\n}}\n"
    return written | {f"{FOLDER}/source.css": f"{_STYLE}{styles[0]}\n{dark}"}


def address(name: str) -> str | None:
    """Where the source of a public name is, seen from a page of the reference.

    >>> address("flatminima.ensembles.typical.solve").partition("#")[0]
    '../source/flatminima.ensembles.typical.solutions.html'
    """
    found = definition_of(name)
    if found is None:
        return None
    module, definition = found
    return anchors.address(f"{FOLDER}/{module.name}", f"L-{module.definitions[definition].line}")


def page(module: Module) -> str:
    """The page of one module: its lines, each of which can be linked."""
    back = anchors.link("back to the reference", *code.place(module.name)) if module.name != "flatminima" else ""
    lines = highlight(module.text, PythonLexer(), HtmlFormatter(linespans="L"))
    return _PAGE.format(name=html.escape(module.name), back=back, lines=lines)
