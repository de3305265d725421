"""The project's own modules, parsed: what contract tests look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("dossier", "nlp", "models", "screening", "annotation", "api")


@dataclass(frozen=True, slots=True)
class Module:
    """One source file.

    Attributes:
        path: relative to the repository, with `/`.
        name: dotted name.
    """

    path: str
    name: str
    source: str = field(repr=False)
    tree: ast.Module = field(repr=False)

    @property
    def package(self) -> str:
        return self.path.split("/", 1)[0]

    @property
    def lines(self) -> int:
        return self.source.count("\n")


def modules(*folders: str) -> Iterator[Module]:
    """Every Python file under these folders (all packages when none is named), in order of path."""
    for folder in folders or PACKAGES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            relative = path.relative_to(ROOT)
            source = path.read_text(encoding="utf-8")
            dotted = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
            yield Module(relative.as_posix(), dotted, source, ast.parse(source, relative.as_posix()))


def parse(source: str, path: str = "nlp/invented.py") -> Module:
    """An invented module, to show that a check can fail."""
    return Module(path, path.removesuffix(".py").replace("/", "."), source, ast.parse(source))


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything that the module imports, wherever the statement stands."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{_source_of(node, module)}.{alias.name}") for alias in node.names)


def _source_of(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    if not module.path.endswith("__init__.py"):
        parts = parts[:-1]
    base = parts[: len(parts) - (node.level - 1)]
    return ".".join([*base, *([node.module] if node.module else [])])


def attributes(module: Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every attribute access that starts at a plain name (`datetime.now`)."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            dotted = _dotted(node)
            if dotted:
                yield node.lineno, dotted


def calls(module: Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that is called by name."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            dotted = _dotted(node.func)
            if dotted:
                yield node.lineno, dotted


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value)
        return f"{base}.{node.attr}" if base else None
    return None
