"""Finds the export formats: every module of `api/exports/` declares one `EXPORT`; there is no list to keep."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from api import exports
from api.screened import Outcome


@dataclass(frozen=True, slots=True)
class Export:
    """One way of writing an outcome down.

    Attributes:
        id: word of `--format`.
        suffix: of the file, with its dot.
        render: the whole text of one outcome.
    """

    id: str
    suffix: str
    render: Callable[[Outcome], str]


@cache
def load_exports() -> dict[str, Export]:
    """All declared formats by id.

    Raises:
        TypeError: when a module declares no `EXPORT`, or two share an id.
    """
    found: dict[str, Export] = {}
    for module_info in sorted(pkgutil.iter_modules(exports.__path__), key=lambda info: info.name):
        declared = getattr(importlib.import_module(f"{exports.__name__}.{module_info.name}"), "EXPORT", None)
        if not isinstance(declared, Export):
            raise TypeError(f"api/exports/{module_info.name}.py must declare EXPORT as an Export")
        if declared.id in found:
            raise TypeError(f"api/exports/{module_info.name}.py: the id {declared.id!r} is taken")
        found[declared.id] = declared
    return found
