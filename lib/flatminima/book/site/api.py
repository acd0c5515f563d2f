"""The reference of the library: one page for each package or module, from its docstrings.

Pages only list what there is; Sphinx's autodoc fills in signatures and docstrings, `docstrings` their links.
"""

import zlib
from collections.abc import Iterable

from flatminima.book.site import code
from flatminima.book.site.docstrings import link_lines, to_rst
from flatminima.book.site.sources import Module, definition_of, modules, public_name

# What a reader looks for first comes first; anything else follows in the order of the alphabet.
FLOORS = (
    "ensembles", "architectures", "weights", "losses", "gaussian", "saddle", "networks", "algorithms", "landscape",
    "reference", "datasets", "errors", "ledger", "plotting", "sweeps",
)  # fmt: skip


def pages() -> dict[str, str]:
    """The pages as reStructuredText, by their names below the source tree of the site."""
    written = {"api/index.rst": _index()}
    for module in modules().values():
        if module.name != "flatminima" and code.page(module) == _short(module):
            written[f"api/{code.page(module)}.rst"] = _page(module)
    return {name: f".. {mark:x}\n\n{written[name]}" for name, mark in _marks(written).items()}


def _marks(names: Iterable[str]) -> dict[str, int]:
    """A number for each page that changes with the links on it: Sphinx reads anew only pages whose text has changed."""
    marks = dict.fromkeys(names, 0)
    for name in code.documented():
        page = f"{code.place(name)[0]}.rst"
        if page in marks:
            marks[page] = zlib.crc32("\n".join(link_lines(name)).encode(), marks[page])
    return marks


def _index() -> str:
    children = _children(modules()["flatminima"])
    floor = lambda module: FLOORS.index(_short(module)) if _short(module) in FLOORS else len(FLOORS)
    return _heading("The library", "=") + (
        "Every public function says which equations of the papers it computes and which chapters use it, and leads to its\n"
        "source. The same formulas in arbitrary precision, written from the papers alone, are in\n"
        ":doc:`reference`. The way from an equation to its code is in :doc:`the ledger </ledger/equations>`.\n\n"
    ) + _contents(sorted(children, key=floor))  # fmt: skip


def _page(module: Module) -> str:
    """A package with everything that it exports, then module by module what is inside; or a module alone."""
    inner = [m for m in _children(module) if code.page(m) == _short(module)]
    inside = _children(module) if not inner else [m for m in _children(module) if m not in inner]
    exported = [name for m in (module, *inner) for name in _names(m) if name.startswith(f"{module.name}.") and _exported(name)]
    text = _heading(_short(module), "=") + _automodule(module) + "".join(map(_entry, sorted(exported, key=_kind)))
    if not inner:
        text += "".join(_entry(name) for name in _names(module) if name not in exported)
    for m in (module, *inner) if inner else ():
        names = [name for name in _names(m) if name not in exported]
        if m is not module:
            text += _heading(_short(m).rpartition(".")[2], "-") + _automodule(m)
        text += "".join(map(_entry, names))
    return text + _contents(inside)


def _children(package: Module) -> list[Module]:
    return [m for m in modules().values() if m is not package and m.name.rpartition(".")[0] == package.name]


def _names(module: Module) -> list[str]:
    """Public names of the documented functions, classes and constants that `module` defines."""
    names = (public_name(module, definition) for definition in module.definitions if "." not in definition)
    return [name for name in names if name in code.documented()]


def _exported(name: str) -> bool:
    package, _, last = name.rpartition(".")
    return last in modules()[package].exports


def _kind(name: str) -> int:
    """Functions before classes before constants."""
    module, definition = definition_of(name)
    return ("function", "class", "data").index(module.definitions[definition].kind)


def _entry(name: str) -> str:
    module, definition = definition_of(name)
    kind = module.definitions[definition].kind
    if kind != "data":
        has_methods = any(inner.startswith(f"{definition}.") for inner in module.definitions)
        return f".. auto{kind}:: {name}\n" + ("   :members:\n\n" if has_methods else "\n")
    # autodoc does not find the docstring of a constant where a package exports it
    body = [*to_rst(module.definitions[definition].docstring), "", *link_lines(name)]
    owner, _, last = name.rpartition(".")
    return f".. py:data:: {last}\n   :module: {owner}\n\n" + "".join(f"   {line}".rstrip() + "\n" for line in body) + "\n"


def _automodule(module: Module) -> str:
    return f".. automodule:: {module.name}\n\n"


def _contents(children: list[Module]) -> str:
    """Links to the pages of `children`, each with the first sentence of its docstring."""
    if not children:
        return ""
    rows = [f"   * - :doc:`{_short(m)}`\n     - {' '.join(to_rst(_summary(m)))}\n" for m in children]
    names = [f"   {_short(m)}\n" for m in children]
    return f".. list-table::\n   :widths: auto\n\n{''.join(rows)}\n.. toctree::\n   :hidden:\n\n{''.join(names)}\n"


def _summary(module: Module) -> str:
    return module.docstring.partition("\n\n")[0]


def _heading(title: str, underline: str) -> str:
    return f"{title}\n{underline * len(title)}\n\n"


def _short(module: Module) -> str:
    return module.name.removeprefix("flatminima.")
