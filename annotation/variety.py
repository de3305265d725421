"""How much passages repeat each other, by their 8-grams; what a set of written passages holds, counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from annotation.markup import Passage

_KEPT = re.compile(r"[^\u4e00-\u9fff0-9A-Za-z]")
_COMMONPLACE = 12  # passages that share a gram; above it the gram is a phrase of the field and pairs nobody
_CLOSEST = 8  # pairs told


@dataclass(frozen=True, slots=True)
class Variety:
    """Distinct 8-grams over all of them, the mean share of a passage's 8-grams that stand in another passage, both
    0 to 1, and the pairs that share most: share of the smaller, one id, the other."""

    distinct: float
    shared: float
    closest: tuple[tuple[float, str, str], ...]


def grams(text: str, size: int = 8) -> set[str]:
    """The different n-grams of a text's Han characters, letters and digits."""
    plain = _KEPT.sub("", text)
    return {plain[i : i + size] for i in range(len(plain) - size + 1)}


def variety_of(passages: Sequence[Passage]) -> Variety:
    """Measure passages whose ids differ; all zero for none."""
    sets = {p.id: grams(p.text) for p in passages}
    where: dict[str, list[str]] = {}
    for name, found in sets.items():
        for gram in found:
            where.setdefault(gram, []).append(name)
    pairs: Counter[tuple[str, str]] = Counter()
    for names in where.values():
        if 1 < len(names) < _COMMONPLACE:
            pairs.update((a, b) for i, a in enumerate(names) for b in names[i + 1 :])
    closest = sorted(((n / min(len(sets[a]), len(sets[b])), a, b) for (a, b), n in pairs.items()), reverse=True)
    shared = [sum(len(where[g]) > 1 for g in found) / len(found) for found in sets.values() if found]
    total = sum(len(found) for found in sets.values())
    return Variety(
        distinct=len(where) / total if total else 0.0,
        shared=sum(shared) / len(shared) if shared else 0.0,
        closest=tuple(closest[:_CLOSEST]),
    )


def label_counts(passages: Sequence[Passage]) -> Counter[str]:
    """Labels by kind, those on somebody who is no victim with an x behind the kind."""
    return Counter(label.kind + ("x" if label.owners == ("x",) else "") for p in passages for label in p.labels)


def doubled_ids(passages: Sequence[Passage]) -> list[str]:
    """Ids that more than one passage bears."""
    return [name for name, count in Counter(p.id for p in passages).items() if count > 1]
