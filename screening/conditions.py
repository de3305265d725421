"""The rule language: a small, closed set of operators over one victim's situation.

What comes in is parsed YAML, what goes out is a tree of frozen conditions, each answering in three values. Anything
that the set cannot say becomes a named, tested predicate; no operator is added for a single rule.

    all / any           lists of conditions          not            Kleene negation
    attribute + in      a stated value of an attribute, among those listed (`in: any`: stated at all)
    circumstance        the papers state it (`equals: false`: they state the contrary)
    predicate           a named question of `predicates.py`
    discretion: person  only a person can weigh it: always open
    not_shown           holds unless shown: for levels and bars only
    bar                 one of the listed bars is indicated: for levels only
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from nlp.facts import (
    COMPENSATION_STATUSES,
    HARDSHIP_CATEGORIES,
    INJURY_GRADES,
    Age,
    Attribute,
    CircumstanceKind,
    Fact,
    Gender,
    Hardship,
    Injury,
    Loss,
)
from screening.answer import Answer, MissingFact, all_of, any_of, met, negation, not_met, not_shown, undetermined
from screening.predicates import PREDICATES
from screening.situation import Situation, evidence_of, yuan
from screening.yaml_edge import Place

BAR_NAMES = ("8-1", "8-2", "8-3", "8-4", "8-5", "8-6", "one-time")

# Attributes that a rule may test by value, with their closed vocabularies. Amounts are tested by predicates.
VOCABULARY: Mapping[Attribute, tuple[str, ...]] = {
    Attribute.GENDER: ("男", "女"),
    Attribute.AGE: ("minor", "adult", "elder"),
    Attribute.DISABILITY: ("preexisting", "caused"),
    Attribute.HARDSHIP: HARDSHIP_CATEGORIES,
    Attribute.INJURY: INJURY_GRADES,
    Attribute.COMPENSATION: COMPENSATION_STATUSES,
    Attribute.LOSS: (),  # stated at all (`in: any`), or by a predicate
}
_MULTIPLE = (Attribute.DISABILITY, Attribute.HARDSHIP)  # another record may still come, so a miss is no no
_WORDS = {"minor": "未成年人", "adult": "成年人", "elder": "老年人", "preexisting": "案前残疾", "caused": "因案致残"}


class Condition(Protocol):
    """One question about a victim."""

    def answer(self, situation: Situation) -> Answer: ...


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]

    def answer(self, situation: Situation) -> Answer:
        return all_of(part.answer(situation) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]

    def answer(self, situation: Situation) -> Answer:
        return any_of(part.answer(situation) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Negated:
    part: Condition

    def answer(self, situation: Situation) -> Answer:
        return negation(self.part.answer(situation))


@dataclass(frozen=True, slots=True)
class NotShown:
    part: Condition

    def answer(self, situation: Situation) -> Answer:
        return not_shown(self.part.answer(situation))


@dataclass(frozen=True, slots=True)
class AttributeIn:
    """`values` empty: stated at all."""

    attribute: Attribute
    values: tuple[str, ...]

    def answer(self, situation: Situation) -> Answer:
        facts = situation.victim.of(self.attribute)
        stated = tuple((fact, word) for fact in facts if (word := _word(fact)) is not None)
        hits = tuple((fact, word) for fact, word in stated if not self.values or word in self.values)
        if hits:
            words = (situation.noted(self.attribute, _WORDS.get(word, word)) for _, word in hits)
            return met(evidence_of(fact for fact, _ in hits), *words)
        if stated and self.attribute not in _MULTIPLE:
            words = (situation.noted(self.attribute, _WORDS.get(word, word)) for _, word in stated)
            return not_met(evidence_of(fact for fact, _ in stated), *words)
        named = self.attribute.value in MissingFact.__members__.values()
        asked = (MissingFact(self.attribute.value),) if named else ()
        return undetermined(*asked, evidence=evidence_of(facts))


@dataclass(frozen=True, slots=True)
class CircumstanceIs:
    kind: CircumstanceKind
    equals: bool = True

    def answer(self, situation: Situation) -> Answer:
        answer = situation.circumstance(self.kind)
        return answer if self.equals else negation(answer)


@dataclass(frozen=True, slots=True)
class Holds:
    predicate: str

    def answer(self, situation: Situation) -> Answer:
        return PREDICATES[self.predicate](situation)


@dataclass(frozen=True, slots=True)
class Discretion:
    def answer(self, situation: Situation) -> Answer:
        return undetermined()


@dataclass(frozen=True, slots=True)
class BarIndicated:
    names: tuple[str, ...]

    def answer(self, situation: Situation) -> Answer:
        return any_of(situation.bars[name] for name in self.names if name in situation.bars)


@dataclass(frozen=True, slots=True)
class Language:
    """Which of the operators with a policy in them a file may use."""

    not_shown: bool = False
    bar: bool = False

    def operators(self) -> tuple[str, ...]:
        plain = ("all", "any", "not", "attribute", "circumstance", "predicate", "discretion")
        return plain + (("not_shown",) if self.not_shown else ()) + (("bar",) if self.bar else ())


def parse_condition(raw: object, place: Place, language: Language) -> Condition:
    """Builds a condition from YAML.

    Raises:
        RuleFileError: naming file, key path, the value found and the values allowed.
    """
    operators = language.operators()
    if not isinstance(raw, dict):
        raise place.error(raw, "一个条件（键值对）", operators)
    known = [key for key in raw if key in operators]
    if len(known) != 1:
        unknown = next((key for key in raw if key not in (*operators, "in", "equals")), None)
        raise place.error(unknown if unknown is not None else list(raw), "恰好一个运算符", operators)
    operator = known[0]
    side_keys = {"attribute": ("in",), "circumstance": ("equals",)}.get(operator, ())
    for key in raw:
        if key != operator and key not in side_keys:
            raise place.at(str(key)).error(key, "此处可用的键", (operator, *side_keys))
    here, value = place.at(operator), raw[operator]
    if operator in ("all", "any"):
        if not isinstance(value, list) or not value:
            raise here.error(value, "非空的条件列表")
        parts = tuple(parse_condition(part, here.at(index), language) for index, part in enumerate(value))
        return AllOf(parts) if operator == "all" else AnyOf(parts)
    if operator == "not":
        return Negated(parse_condition(value, here, language))
    if operator == "not_shown":
        return NotShown(parse_condition(value, here, language))
    if operator == "attribute":
        return _attribute(value, raw.get("in"), place)
    if operator == "circumstance":
        kind = CircumstanceKind(here.choice(value, tuple(CircumstanceKind)))
        equals = raw.get("equals", True)
        if not isinstance(equals, bool):
            raise place.at("equals").error(equals, "真假值", ("true", "false"))
        return CircumstanceIs(kind, equals)
    if operator == "predicate":
        return Holds(here.choice(value, tuple(PREDICATES)))
    if operator == "bar":
        if not isinstance(value, list) or not value:
            raise here.error(value, "非空的列表", BAR_NAMES)
        return BarIndicated(tuple(here.at(i).choice(name, BAR_NAMES) for i, name in enumerate(value)))
    here.choice(value, ("person",))
    return Discretion()


def _attribute(name: object, values: object, place: Place) -> AttributeIn:
    attribute = Attribute(place.at("attribute").choice(name, tuple(VOCABULARY)))
    inside = place.at("in")
    if values == "any":
        return AttributeIn(attribute, ())
    if not isinstance(values, list) or not values:
        raise inside.error(values, "any 或非空的列表", VOCABULARY[attribute])
    return AttributeIn(
        attribute, tuple(inside.at(i).choice(value, VOCABULARY[attribute]) for i, value in enumerate(values))
    )


def _word(fact: Fact) -> str | None:
    """The word that a fact is tested by; None when the papers leave just that open."""
    value = fact.value
    if isinstance(value, Loss):
        return yuan(value.amount)
    if isinstance(value, Age):
        return value.group
    if isinstance(value, Hardship):
        return value.category
    if isinstance(value, Injury):
        return value.grade
    return value.value if isinstance(value, Gender) else value.status
