"""Recognizers: what finds stated values in the papers. Patterns now; a learned model plugs in here.

A recognizer is anything with a name, a version and `find(cast)`. Callers pass a tuple of recognizers to
`nlp.pipeline.understand`; they never know which kind found a mention, but each mention says so.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Protocol

from nlp.combine import combined
from nlp.mentions import Mention
from nlp.people import Cast


class Recognizer(Protocol):
    """Finds mentions in all papers of one dossier."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def find(self, cast: Cast) -> Iterable[Mention]: ...


@cache
def pattern_recognizers() -> tuple[Recognizer, ...]:
    """Every pattern recognizer: each module of `nlp.recognizers` declares exactly one `RECOGNIZER`.

    Raises:
        TypeError: when a module declares none, or two have the same name.
    """
    import nlp.recognizers as folder

    found: dict[str, Recognizer] = {}
    for info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"nlp.recognizers.{info.name}")
        recognizer: Recognizer | None = getattr(module, "RECOGNIZER", None)
        if recognizer is None:
            raise TypeError(f"nlp/recognizers/{info.name}.py must declare one RECOGNIZER")
        if recognizer.name in found:
            raise TypeError(f"two recognizers are called {recognizer.name!r}")
        found[recognizer.name] = recognizer
    return tuple(found.values())


def find_mentions(cast: Cast, recognizers: Sequence[Recognizer]) -> tuple[Mention, ...]:
    """Mentions of all recognizers, in document order; see `nlp.combine` for patterns beside a learned one."""
    mentions = [mention for recognizer in recognizers for mention in recognizer.find(cast)]
    return combined(sorted(mentions, key=lambda m: (m.paper, m.start, m.end, m.attribute, m.recognizer)))
