"""From mentions to facts: per victim and attribute, which value stands, what contradicts it, what is set aside.

How several statements combine is the attribute's own business: each module of `nlp.attributes` declares an
`ATTRIBUTE` with `choose`. This module groups, ranks and turns view offsets into document spans.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from dossier.span import Span
from nlp.borders import whole_words
from nlp.facts import Attribute, Conflict, Fact, SetAside, Value, VictimFacts
from nlp.mentions import Context, Mention
from nlp.people import Cast
from nlp.precedence import rank, source_name

LONGEST_SPAN, MOST_EVIDENCE = 120, 560  # code points: what a person can take in; the evaluation counts no more


@dataclass(frozen=True, slots=True)
class Statement:
    """A mention credited to one victim.

    Attributes:
        rank: 0 strongest (`nlp.precedence`).
        date: ISO date of the paper, or "" when unknown.
        shared_by: how many victims the same mention is credited to.
        source: what its source is called in an explanation.
    """

    value: Value
    spans: tuple[Span, ...]
    rank: int
    date: str
    order: int
    context: Context
    score: float
    shared_by: int
    source: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What stands for one victim and attribute."""

    facts: tuple[Fact, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """How the statements of one attribute combine; `choose` gets them strongest first (rank, then later date).

    `weigh` looks at the fact that was chosen again when all others of the same victim are known.
    """

    attribute: Attribute
    choose: Callable[[Sequence[Statement]], Choice]
    weigh: Callable[[Fact, Sequence[Statement], Sequence[Fact]], Fact] | None = None


@cache
def attribute_rules() -> tuple[AttributeRule, ...]:
    """The `ATTRIBUTE` of every module of `nlp.attributes`.

    Raises:
        TypeError: when a module declares none, or two are for the same attribute.
    """
    import nlp.attributes as folder

    found: dict[Attribute, AttributeRule] = {}
    for info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda info: info.name):
        rule: AttributeRule | None = getattr(importlib.import_module(f"nlp.attributes.{info.name}"), "ATTRIBUTE", None)
        if rule is None:
            raise TypeError(f"nlp/attributes/{info.name}.py must declare one ATTRIBUTE")
        if rule.attribute in found:
            raise TypeError(f"two modules declare {rule.attribute}")
        found[rule.attribute] = rule
    return tuple(found.values())


# printed text, law and questions assert nothing; showing them beside a victim would only be noise
_NOT_SHOWN = (Context.BOILERPLATE, Context.QUOTED_LAW, Context.HYPOTHETICAL)


def settle(cast: Cast, mentions: Iterable[Mention]) -> tuple[VictimFacts, ...]:
    """Facts of every victim, in order."""
    stated: dict[tuple[str, Attribute], list[Statement]] = defaultdict(list)
    aside: dict[str, list[SetAside]] = defaultdict(list)
    victims = {person.id for person in cast.victims}
    for order, mention in enumerate(mentions):
        credited = [owner for owner in mention.owners if owner in victims]
        if mention.context in _NOT_SHOWN:
            continue
        if mention.why is not None or mention.context not in (Context.AFFIRMED, Context.ALLEGED):
            for victim in credited or _concerned(cast, mention):
                aside[victim].append(_set_aside(cast, mention))
            continue
        for victim in credited:
            stated[victim, mention.attribute].append(_statement(cast, mention, order, len(credited)))
    rules = {rule.attribute: rule for rule in attribute_rules()}
    settled = []
    for person in cast.victims:
        choices = [
            rules[a].choose(_strongest_first(stated[person.id, a]))
            for a in Attribute
            if a in rules and stated[person.id, a]
        ]
        facts = [fact for choice in choices for fact in choice.facts]
        settled.append(
            VictimFacts(
                person,
                tuple(
                    weigh(fact, stated[person.id, fact.attribute], facts)
                    if (weigh := rules[fact.attribute].weigh)
                    else fact
                    for fact in facts
                ),
                tuple(conflict for choice in choices for conflict in choice.conflicts),
                _once(aside[person.id]),
            )
        )
    return tuple(settled)


def _concerned(cast: Cast, mention: Mention) -> list[str]:
    """Victims beside whom a look-alike of somebody else is shown, so that it is seen once and not beside everybody.

    Those named in the sentence, else whose paper it is, else the first; all, when nobody can tell whose it is.
    """
    people = [person.id for person in cast.victims if person.type == "person"]
    if mention.why == "原文未说明是谁":
        return people
    paper = cast.papers[mention.paper]
    frame, sentence = paper.frame, paper.reading.sentence_at(mention.start)
    named = frame.mentions_in(frame.from_view(sentence.start), frame.from_view(sentence.end - 1) + 1)
    beside = {person for one in named for person in one.people}
    subject = paper.subject_at(mention.start)
    if not beside.intersection(people) and subject is not None:
        beside = {subject, cast.person(subject).of or subject}
    return [person for person in people if person in beside] or people[:1]


def _strongest_first(statements: Sequence[Statement]) -> list[Statement]:
    later_first = sorted(statements, key=lambda s: (s.date, -s.order if not s.date else s.order), reverse=True)
    return sorted(later_first, key=lambda s: (s.context is Context.ALLEGED, s.rank))


def _spans(cast: Cast, mention: Mention) -> tuple[Span, ...]:
    paper = cast.papers[mention.paper]
    places = dict.fromkeys([(mention.start, mention.end), *mention.more])
    whole = dict.fromkeys(whole_words(paper, start, end, LONGEST_SPAN) for start, end in places)
    return tuple(_cut(paper.reading.view.span(start, end)) for start, end in whole)


def _cut(span: Span) -> Span:
    return span if len(span) <= LONGEST_SPAN else Span(span.document_id, span.start, span.start + LONGEST_SPAN)


def _statement(cast: Cast, mention: Mention, order: int, shared_by: int) -> Statement:
    reading = cast.papers[mention.paper].reading
    zone = reading.sentence_at(mention.start).zone
    weight = mention.weight if mention.weight is not None else rank(mention.attribute, reading, zone)
    return Statement(
        mention.value,
        _spans(cast, mention),
        weight,
        reading.date or "",
        order,
        mention.context,
        mention.score,
        shared_by,
        mention.source or source_name(reading, zone),
    )


def _set_aside(cast: Cast, mention: Mention) -> SetAside:
    return SetAside(
        mention.attribute,
        words_of(mention.value),
        mention.why or _CONTEXT_WHY.get(mention.context, "不属本案被害人"),
        _spans(cast, mention),
    )


_CONTEXT_WHY = {Context.NEGATED: "原文为否定表述", Context.OLD_CASE: "属于过去的案件或已失效的状态"}


def _once(asides: Sequence[SetAside]) -> tuple[SetAside, ...]:
    merged: dict[tuple[Attribute, str, str], SetAside] = {}
    for aside in asides:
        key = (aside.attribute, aside.value, aside.why)
        known = merged.get(key)
        spans = dict.fromkeys([*(known.evidence if known else ()), *aside.evidence])
        merged[key] = SetAside(aside.attribute, aside.value, aside.why, tuple(spans)[:6])
    return tuple(merged.values())


def words_of(value: Value) -> str:
    """A value in one short Chinese phrase."""
    from nlp.facts import Age, Compensation, Disability, Gender, Hardship, Injury

    match value:
        case Gender(word) | Hardship(word) | Injury(word):
            return word
        case Age(years, birth, group):
            return (
                f"{years}岁"
                if years is not None
                else birth or {"minor": "未成年", "adult": "成年", "elder": "老年"}.get(group or "", "")
            )
        case Disability(_, kind, grade):
            return f"{kind or ''}{grade or ''}" or "残疾"
        case Compensation(status, amount):
            word = {"settled": "已赔偿", "partial": "部分赔偿", "ordered": "判令赔偿", "none": "未赔偿"}.get(
                status or "", "谅解"
            )
            return f"{word}{amount:g}元" if amount else word
    return f"{value.amount:g}元"


def evidence(statements: Iterable[Statement]) -> tuple[Span, ...]:
    """Spans of several statements: once each, most telling first, within what a person can take in."""
    spans: dict[Span, None] = {}
    total = 0
    for statement in statements:
        for span in statement.spans:
            if span in spans or any(span.overlaps(other) and span.contains(other) for other in spans):
                continue
            if total + len(span) > MOST_EVIDENCE:
                return tuple(spans)
            spans[span] = None
            total += len(span)
    return tuple(spans)


def conflict_why(preferred: Statement, other: Statement) -> str:
    """Why one statement stands over another, in Chinese."""
    if preferred.source != other.source:
        return f"{preferred.source}优先于{other.source}"
    if preferred.context is not other.context:
        return f"{preferred.source}中的认定优先于一方陈述"
    return (
        "同为" + preferred.source + ("，以日期在后者为准" if preferred.date != other.date else "，以较具体、在后者为准")
    )
