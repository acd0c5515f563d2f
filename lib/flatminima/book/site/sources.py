"""The library's sources: what each module defines, imports and exports, and under which name readers find it."""

import ast
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import flatminima

_SKIPPED = "flatminima.book."  # runs the book; no chapter uses it


@dataclass(frozen=True)
class Definition:
    """A function, a class, a method or a constant: its `kind` ("function", "class", "data"), first line and docstring."""

    kind: str
    line: int
    docstring: str


@dataclass(frozen=True)
class Module:
    """One module: its dotted `name`, its `text`, and whether it is a package."""

    name: str
    text: str
    is_package: bool

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        """The package that the module belongs to; a package belongs to itself."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @property
    def docstring(self) -> str:
        return ast.get_docstring(self.tree) or ""

    @cached_property
    def exports(self) -> list[str]:
        """`__all__`, where it is a list of names."""
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" and isinstance(node.value, ast.List):
                return ast.literal_eval(node.value)
        return []

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """What the module itself defines; methods as Class.method."""
        return dict(_definitions(self.tree.body))

    @cached_property
    def imports(self) -> dict[str, str]:
        return imported(self.tree, self.package)


@cache
def modules() -> dict[str, Module]:
    """All modules of the library but those that run the book, by dotted name."""
    root = Path(flatminima.__file__).parent
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = ["flatminima", *path.relative_to(root).with_suffix("").parts]
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        if not f"{name}.".startswith(_SKIPPED):
            found[name] = Module(name, path.read_text(encoding="utf-8"), is_package)
    return found


def imported(tree: ast.Module, package: str = "") -> dict[str, str]:
    """Names that imports bind, outside of functions, and what they stand for; relative ones start from `package`.

    >>> imported(ast.parse("from ..roots import secant_root as root"), "flatminima.reference.typical")
    {'root': 'flatminima.reference.roots.secant_root'}
    """
    names = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            names |= {a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            names |= {a.asname or a.name: f"{source}.{a.name}" for a in node.names}
    return names


def public_name(module: Module, definition: str) -> str:
    """The name under which readers find what `module` defines: its package's, if that exports it."""
    package = modules()[module.package]
    name = definition.split(".")[0]
    if name in package.exports and definition_of(f"{package.name}.{name}") == (module, name):
        return f"{package.name}.{definition}"
    return f"{module.name}.{definition}"


def definition_of(dotted: str) -> tuple[Module, str] | None:
    """The module and the name in it that `dotted` leads to, through all imports; None for anything else.

    >>> module, name = definition_of("flatminima.typical.solve")
    >>> module.name, name
    ('flatminima.ensembles.typical.solutions', 'solve')
    """
    parts = dotted.split(".")
    depth = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in modules()), 0)
    if not depth or depth == len(parts):
        return None
    module, name, rest = modules()[".".join(parts[:depth])], parts[depth], parts[depth + 1 :]
    if name in module.definitions:
        method = ".".join([name, *rest[:1]])
        return module, method if method in module.definitions else name
    target = module.imports.get(name) or _loaded_when_asked_for(module, name)
    if target is None or not target.startswith("flatminima."):
        return None
    return definition_of(".".join([target, *rest]))


def _loaded_when_asked_for(module: Module, name: str) -> str | None:
    """Where a package's `__getattr__` finds `name`."""
    if module.name == "flatminima":
        if name in flatminima._ENSEMBLES:
            return f"flatminima.ensembles.{name}"
        return f"flatminima.{flatminima._CONSTANTS[name]}.{name}" if name in flatminima._CONSTANTS else None
    if name in module.exports:
        inside = [m for m in modules().values() if m.package == module.name]
        return next((f"{m.name}.{name}" for m in inside if name in m.definitions), None)
    return None


def _definitions(body: Sequence[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Definition]]:
    for node, following in zip(body, [*body[1:], None]):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            yield prefix + node.name, Definition(kind, node.lineno, ast.get_docstring(node) or "")
            if kind == "class":
                # of what a class assigns, its docstring speaks
                yield from _definitions([n for n in node.body if isinstance(n, ast.FunctionDef)], f"{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            kind = "class" if node.value and ast.unparse(node.value).startswith("namedtuple(") else "data"
            for name in _assigned(node):
                yield name, Definition(kind, node.lineno, _docstring_below(following))


def _docstring_below(node: ast.stmt | None) -> str:
    """The string below an assignment: a statement of its own, or assigned to the name's `__doc__`."""
    documents = isinstance(node, ast.Expr) or isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith(".__doc__")
    text = node.value.value if documents and isinstance(node.value, ast.Constant) else None
    return inspect.cleandoc(text) if isinstance(text, str) else ""


def _assigned(node: ast.Assign | ast.AnnAssign) -> list[str]:
    """The names that an assignment gives a value."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [name for target in targets for name in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return [name.id for name in names if isinstance(name, ast.Name)]
