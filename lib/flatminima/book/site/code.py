"""From an equation to the code that computes it and back, and from code to the chapters that use it.

Everything is read from the sources, nothing is imported: docstrings say which equation a function computes,
and the code cells of the chapters which functions they call. Names are those under which a reader finds a function:
`flatminima.ensembles.typical.solve`, not the module inside the package that defines it.
"""

import ast
import re
from functools import cache

from flatminima.book.chapters import chapters
from flatminima.book.site.citations import cited
from flatminima.book.site.sources import Module, definition_of, imported, modules, public_name

TWINS = "flatminima.reference."
_CODE_CELL = re.compile(r"^```\{code-cell\}.*\n(?::.*\n)*((?:.*\n)*?)```$", re.MULTILINE)


def is_twin(name: str) -> bool:
    """Whether `name` is one of the papers' formulas in arbitrary precision."""
    return name.startswith(TWINS)


def place(name: str) -> tuple[str, str]:
    """The page of the site that documents `name`, and the place on it.

    >>> place("flatminima.ensembles.typical.solve")
    ('api/ensembles.typical', 'flatminima.ensembles.typical.solve')
    >>> place("flatminima.ensembles.typical.equations")
    ('api/ensembles.typical', 'module-flatminima.ensembles.typical.equations')
    """
    if name in modules():
        return f"api/{page(modules()[name])}", f"module-{name}"
    return f"api/{page(definition_of(name)[0])}", name


def page(module: Module) -> str:
    """The page of the reference that `module` is on: its package's, if that is used as a whole, else its own."""
    package = modules()[module.package]
    shared = package.exports and package.name != "flatminima"
    return (package if shared else module).name.removeprefix("flatminima.")


@cache
def citations() -> dict[str, tuple[str, ...]]:
    """The code of each equation: its label, and the names whose docstrings cite it.

    Those that cite little else come first, of them those of the shortest name, twins last. What holds for a function is
    not said again for its module, nor what holds for a module for its package.

    >>> citations()["unveiling-2021 (14a)"][0]
    'flatminima.weights.binary.binary_typical'
    """
    equations = {name: cited(docstring) for name, docstring in documented().items()}
    names: dict[str, list[str]] = {}
    for name, labels in equations.items():
        for label in labels:
            names.setdefault(label, []).append(name)
    order = lambda name: (is_twin(name), len(equations[name]), name.count("."))
    return {label: tuple(sorted(_specific(found), key=order)) for label, found in names.items()}


@cache
def documented() -> dict[str, str]:
    """Every public name of the library and its docstring: functions, classes, constants, then modules, then packages."""
    names = {
        public_name(module, name): definition.docstring
        for module in modules().values()
        for name, definition in module.definitions.items()
        if definition.docstring and not any(part.startswith("_") for part in name.split("."))
    }
    inner_first = sorted(modules().values(), key=lambda module: module.is_package)
    return names | {module.name: module.docstring for module in inner_first if module.docstring}


@cache
def usage() -> dict[str, tuple[str, ...]]:
    """The chapters that use each public name, in reading order.

    >>> "unveiling-2021/05-local-entropy-profiles" in usage()["flatminima.ensembles.franz_parisi.trace"]
    True
    """
    users: dict[str, list[str]] = {}
    for chapter in chapters():
        cells = _CODE_CELL.findall(chapter.source.read_text(encoding="utf-8"))
        for name in sorted(used("".join(cells))):
            users.setdefault(name, []).append(chapter.name)
    return {name: tuple(names) for name, names in users.items()}


def used(source: str) -> set[str]:
    """Public names of the library that a piece of code uses, whatever it calls them.

    >>> sorted(used("from flatminima import RELU, typical as t; t.solve(0.5, architecture=RELU)"))
    ['flatminima.architectures.RELU', 'flatminima.ensembles.typical.solve']
    """
    tree = ast.parse(source)
    bound = imported(tree)
    names = set()
    for node in ast.walk(tree):
        dotted = _dotted(node)
        if dotted and dotted[0] in bound:
            found = definition_of(".".join([bound[dotted[0]], *dotted[1:]]))
            if found:
                names.add(public_name(*found))
    return names


def _dotted(node: ast.AST) -> list[str]:
    """The parts of a.b.c, or nothing."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (left := _dotted(node.value)):
        return [*left, node.attr]
    return []


def _specific(names: list[str]) -> list[str]:
    """`names` without the modules and packages of others among them."""
    parents = {parent for name in names for parent in _parents(name)}
    return [name for name in names if name not in parents]


def _parents(name: str) -> list[str]:
    """The definition, modules and packages that `name` stands in, by the names of the sources."""
    found = definition_of(name) if name not in modules() else None
    source = f"{found[0].name}.{found[1]}" if found else name
    parts = source.split(".")
    parents = [".".join(parts[:end]) for end in range(1, len(parts))]
    return parents + ([name.rpartition(".")[0]] if found else [])
