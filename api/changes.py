"""What a new screening of a dossier says that the one before did not, for a page and for the case system.

In: two results. Out: lists of small facts in words. People are those of `api.same_person`, values are compared by what
they say, not by the words they rest on.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from api.same_person import same_people
from api.schemas import ScreeningResult, VictimPart
from api.wording import ATTRIBUTES, LEVELS, describe, values_of

_FOLDER = re.compile(r"^\d{3}/")


@dataclass(frozen=True, slots=True)
class ValueChange:
    """Attributes:
    before, after: in words; None where nothing was stated.
    """

    victim: str
    attribute: str
    title: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class LevelChange:
    victim: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Attributes:
    gained, lost: names of victims.
    renamed: the name before and the name now of one person.
    documents: names of papers that were not there before.
    versions: which of pipeline, model and rules are others.
    """

    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    values: tuple[ValueChange, ...] = ()
    levels: tuple[LevelChange, ...] = ()
    documents: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def nothing(self) -> bool:
        return not (self.gained or self.lost or self.values or self.levels or self.renamed)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def of_json(value: dict[str, Any]) -> Changes:
        return Changes(
            tuple(value["gained"]),
            tuple(value["lost"]),
            tuple(ValueChange(**change) for change in value["values"]),
            tuple(LevelChange(**change) for change in value["levels"]),
            tuple(value["documents"]),
            tuple(value["versions"]),
            tuple((was, now) for was, now in value.get("renamed", ())),  # results of before this was told have none
        )

    def in_words(self) -> tuple[str, ...]:
        """Short sentences for a page."""
        lines = [f"新识别出被害人 {name}" for name in self.gained]
        lines += [f"不再识别为被害人：{name}" for name in self.lost]
        lines += [f"{was}现识别为{now}" for was, now in self.renamed]
        lines += [f"{c.victim}的级别由{_colour(c.before)}变为{_colour(c.after)}" for c in self.levels]
        lines += [f"{c.victim}的{c.title}：{c.before or '未载明'} → {c.after or '未载明'}" for c in self.values]
        if self.documents:
            lines.append(f"新增文书 {len(self.documents)} 件：{'、'.join(self.documents[:5])}")
        return tuple(lines)


def compare(before: ScreeningResult, after: ScreeningResult) -> Changes:
    """What changed from one result to the next."""
    known = same_people(before, after)
    now = {victim.id: victim for victim in after.victims}
    both = [(was, now[known[was.id]]) for was in before.victims if was.id in known]
    was_there = set(known.values())
    values = tuple(change for one, other in both for change in _values(one, other))
    levels = tuple(
        LevelChange(other.name, str(before.lead.victims[one.id]), str(after.lead.victims[other.id]))
        for one, other in both
        if before.lead.victims[one.id] != after.lead.victims[other.id]
    )
    added = Counter(unnumbered(document.name) for document in after.dossier.documents)
    added -= Counter(unnumbered(document.name) for document in before.dossier.documents)
    return Changes(
        gained=tuple(victim.name for victim in after.victims if victim.id not in was_there),
        lost=tuple(victim.name for victim in before.victims if victim.id not in known),
        values=values,
        levels=levels,
        documents=tuple(added.elements()),
        versions=tuple(
            name
            for name in ("pipeline", "model", "rules")
            if getattr(before.versions, name) != getattr(after.versions, name)
        ),
        renamed=tuple((one.name, other.name) for one, other in both if one.name != other.name),
    )


def unnumbered(name: str) -> str:
    """The name of a paper without the folder by which several uploads are kept in order.

    >>> unnumbered("002/鉴定.txt"), unnumbered("2025/鉴定.txt")
    ('鉴定.txt', '2025/鉴定.txt')
    """
    return _FOLDER.sub("", name)


def _values(before: VictimPart, after: VictimPart) -> list[ValueChange]:
    changes = []
    for attribute in ATTRIBUTES:
        was, now = facts_text(before, attribute), facts_text(after, attribute)
        if was != now:
            changes.append(ValueChange(after.name, str(attribute), ATTRIBUTES[attribute].title, was, now))
    return changes


def facts_text(victim: VictimPart, attribute: Any) -> str | None:
    """What the papers say of one attribute, in words; None when they do not say."""
    said = [describe(attribute, value) for value in values_of(victim, attribute)]
    return "；".join(said) or None


def _colour(level: str) -> str:
    return LEVELS[level].colour
