"""The library's sources: what each module defines, imports and exports, and under which name readers find it."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import flatminima

_SKIPPED = "flatminima.book."  # runs the book; no chapter uses it


@dataclass(frozen=True)
class Module:
    """One module: its dotted `name`, its `tree`, and whether it is a package."""

    name: str
    tree: ast.Module
    is_package: bool

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
    def definitions(self) -> dict[str, str]:
        """What the module defines, with docstrings ("" for none): functions, classes, methods as Class.method, constants."""
        return dict(_definitions(self.tree.body, ""))

    @cached_property
    def imports(self) -> dict[str, str]:
        return self.imported(self.tree, self.package)

    @staticmethod
    def imported(tree: ast.AST, package: str = "") -> dict[str, str]:
        """Names that imports bind, and what they stand for; relative ones start from `package`."""
        names = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names}
            elif isinstance(node, ast.ImportFrom):
                above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
                source = ".".join([*above, *([node.module] if node.module else [])])
                names |= {a.asname or a.name: f"{source}.{a.name}" for a in node.names}
        return names


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
            found[name] = Module(name, ast.parse(path.read_text(encoding="utf-8")), is_package)
    return found


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
        return next((f"{m.name}.{name}" for m in modules().values() if m.package == module.name and name in m.definitions), None)
    return None


def _definitions(body: list[ast.stmt], prefix: str):
    for node, following in zip(body, [*body[1:], None]):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield prefix + node.name, ast.get_docstring(node) or ""
            if isinstance(node, ast.ClassDef):
                yield from _definitions(node.body, f"{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not (prefix and isinstance(node, ast.AnnAssign)):
            text = following.value if isinstance(following, ast.Expr) else None
            docstring = text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else ""
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                yield from ((prefix + name.id, docstring) for name in names if isinstance(name, ast.Name))
