"""Facts beside the seven attributes on which limbs, bars and levels rest: why nothing was paid, fault, waiver,
treatment, dependants, the nature of the offence. One module a topic, each declares `TOPIC`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from nlp.facts import Circumstance, VictimFacts
from nlp.people import Cast

Topic = Callable[[Cast, Sequence[VictimFacts]], Iterable[Circumstance]]


@cache
def _topics() -> tuple[Topic, ...]:
    topics = []
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        topic: Topic | None = getattr(importlib.import_module(f"nlp.circumstances.{info.name}"), "TOPIC", None)
        if topic is None:
            raise TypeError(f"nlp/circumstances/{info.name}.py must declare one TOPIC")
        topics.append(topic)
    return tuple(topics)


def find_circumstances(cast: Cast, victims: Sequence[VictimFacts]) -> tuple[Circumstance, ...]:
    """All circumstances, each once, in document order of their first evidence."""
    found = dict.fromkeys(c for topic in _topics() for c in topic(cast, victims))
    return tuple(sorted(found, key=lambda c: (c.evidence[0], c.kind)))
