"""Builds `CaseFacts` from the short form that case files use, with one span of evidence per value.

    victim: {injury: 重伤二级, age: 15, hardship: [低保], compensation: {status: none}, loss: 3652}
    circumstances: {offender_dead: true, civil_suit: false, property_returned: {amount: 2000}}
    people: [{role: relative, relation: 母亲}]

Every span is its own, so that a test can tell which words a limb rests on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from dossier.span import Span
from nlp.facts import (
    Age,
    Attribute,
    CaseFacts,
    CaseInfo,
    Circumstance,
    CircumstanceKind,
    Compensation,
    Conflict,
    Disability,
    Fact,
    Gender,
    Hardship,
    Injury,
    Loss,
    Person,
    Role,
    Value,
    VictimFacts,
    VictimType,
)


def build_case(
    victim: Mapping[str, Any] | None = None,
    circumstances: Mapping[str, Any] | None = None,
    people: Sequence[Mapping[str, Any]] = (),
    victims: Sequence[Mapping[str, Any]] | None = None,
) -> CaseFacts:
    """One case. `victims` replaces `victim`; there, each may have `circumstances` of its own."""
    spans = _spans()
    described = list(victims) if victims is not None else [victim or {}]
    built: list[VictimFacts] = []
    found: list[Circumstance] = []
    for number, description in enumerate(described, 1):
        own = dict(description)
        victim_id = f"v{number}"
        found += _circumstances(own.pop("circumstances", {}), victim_id, spans)
        built.append(_victim(own, victim_id, spans))
    found += _circumstances(circumstances or {}, "v1" if len(described) == 1 else None, spans)
    others = tuple(_person(person, f"p{number}", spans) for number, person in enumerate(people, 1))
    return CaseFacts(CaseInfo(), (), others, tuple(built), tuple(found))


def _spans() -> Iterator[Span]:
    return (Span("d1", start, start + 4) for start in count(step=10))


def _victim(description: dict[str, Any], victim_id: str, spans: Iterator[Span]) -> VictimFacts:
    kind = VictimType(description.pop("type", "person"))
    size = description.pop("size", None)
    disputed = description.pop("conflict", None)
    person = Person(victim_id, "陶某", Role.VICTIM, (next(spans),), type=kind, size=size)
    facts = [Fact(attribute, value, (next(spans),)) for attribute, value in _values(description)]
    conflicts: tuple[Conflict, ...] = ()
    if disputed is not None:
        told = [fact for fact in facts if fact.attribute == disputed]
        conflicts = (Conflict(Attribute(disputed), (told[0], told[0]), 0, "书证优先于言词"),)
    return VictimFacts(person, tuple(facts), conflicts)


def _values(description: Mapping[str, Any]) -> Iterator[tuple[Attribute, Value]]:
    for key, raw in description.items():
        attribute = Attribute(key)
        match attribute:
            case Attribute.GENDER:
                yield attribute, Gender(raw)
            case Attribute.AGE if isinstance(raw, int):
                yield attribute, Age(raw, None, "minor" if raw < 18 else "elder" if raw >= 60 else "adult")
            case Attribute.AGE:
                yield attribute, Age(raw.get("value"), raw.get("birth_date"), raw.get("group"))
            case Attribute.DISABILITY:
                for item in raw:
                    yield attribute, Disability(**item)
            case Attribute.HARDSHIP:
                for item in raw:
                    yield attribute, Hardship(item)
            case Attribute.INJURY:
                yield attribute, Injury(raw)
            case Attribute.COMPENSATION:
                yield attribute, Compensation(**{"status": None, **raw})
            case Attribute.LOSS:
                yield attribute, Loss(float(raw))


def _circumstances(raw: Mapping[str, Any], victim_id: str | None, spans: Iterator[Span]) -> list[Circumstance]:
    found: list[Circumstance] = []
    for key, records in raw.items():
        for record in records if isinstance(records, list) else [records]:
            details = dict(record) if isinstance(record, dict) else {"stated": record}
            stated = details.pop("stated", True)
            found.append(Circumstance(CircumstanceKind(key), victim_id, stated, (next(spans),), **details))
    return found


def _person(raw: Mapping[str, Any], person_id: str, spans: Iterator[Span]) -> Person:
    role = Role(raw.get("role", "relative"))
    return Person(person_id, "陶某某", role, (next(spans),), of=raw.get("of", "v1"), relation=raw.get("relation"))
