"""Training examples out of raw text that nobody has labelled: what patterns and the learned recognizer read alike.

Takes one case, gives passages of some sentences around what both read: the same attribute, value and owners on
overlapping words are a span; whatever only one of them reads, or both differently, is left out of learning
(`Unsure`); look-alikes that patterns set aside and the model passes over are hard negatives. Without a model the
patterns' readings are spans, and only of cases in which a cue announces every victim. The source of every example
ends in `WEAK`: such labels are learned from, never measured on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from models.cases import CaseText, dossier_of
from models.examples import WEAK, Example, LabelledSpan, Unsure, without_overlaps
from models.gold_labels import tightened
from models.person_marks import mentions_of
from nlp.facts import Age, Attribute, Injury, Loss, Value
from nlp.label_values import label_of, value_of
from nlp.labels import LabelScheme
from nlp.matter import harm_date
from nlp.mentions import Context, Mention
from nlp.people import Cast, Paper, resolve_people
from nlp.reading import read
from nlp.recognize import Recognizer, find_mentions, pattern_recognizers

_AROUND = 2  # sentences shown on each side of what was read: who is meant stands there
# words that announce a victim: 被害人沈某, 死者; near miss: 沈某 alone, whom only what was done to him makes a victim
_VICTIM_WORDS = ("被害", "受害", "死者", "伤者", "失主", "事主", "被侵害")


class _Reading(Enum):
    """How a recognizer takes a stretch of text."""

    STATED = "stated"  # of victims
    SET_ASIDE = "set aside"  # denied, somebody else's, printed law
    UNCLEAR = "unclear"  # whose it is, or what the words say


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one recognizer says of one stretch.

    Attributes:
        says: label and what its words add to it (years, grade, sum); None unless `STATED`.
    """

    start: int
    end: int
    attribute: Attribute
    reading: _Reading
    by_model: bool
    says: tuple[str, object] | None = field(repr=False)
    owners: frozenset[str]


def weak_examples(case: CaseText, scheme: LabelScheme, learned: Recognizer | None = None) -> Iterator[Example]:
    """The passages of a case that can be learned from; none of a case without victims.

    Args:
        learned: the learned recognizer; None for the patterns alone.
    """
    cast = resolve_people(tuple(read(document) for document in dossier_of(case).documents))
    if not cast.victims or (learned is None and not _all_announced(cast)):
        return
    found = [(mention, False) for mention in find_mentions(cast, pattern_recognizers())]
    found += [(mention, True) for mention in (learned.find(cast) if learned else ())]
    harm_day = harm_date([paper.reading for paper in cast.papers])
    claims: defaultdict[int, list[_Claim]] = defaultdict(list)
    for mention, by_model in found:
        claims[mention.paper] += _claims(cast, mention, by_model, scheme, harm_day)
    for index, paper in enumerate(cast.papers):
        spans, unsure, passed_over = _settled(paper.reading.text, claims[index], needs_both=learned is not None)
        source = f"{'agreed' if learned else 'patterns'}{WEAK}"
        whole = Example(f"{case.id}/{index}", case.id, source, paper.reading.text, mentions_of(paper), spans, unsure)
        yield from (_cut(whole, start, end) for start, end in _passages(paper, [*spans, *passed_over]))


def _all_announced(cast: Cast) -> bool:
    announced = {
        person
        for paper in cast.papers
        for mention in paper.frame.mentions
        if any(word in paper.reading.text[mention.start : mention.end] for word in _VICTIM_WORDS)
        for person in mention.people
    }
    return all(person.id in announced for person in cast.victims)


def _claims(
    cast: Cast, mention: Mention, by_model: bool, scheme: LabelScheme, harm_day: str | None
) -> Iterator[_Claim]:
    """A claim for each passage of a mention; of an added-up loss each passage claims the sum of its own words."""
    text = cast.papers[mention.paper].reading.text
    label = label_of(mention.value, scheme)
    reading = _taken(mention, {person.id for person in cast.victims})
    added = bool(mention.more) and mention.attribute is Attribute.LOSS
    for start, end in ((mention.start, mention.end), *mention.more):
        value = value_of(label, text, start, end, harm_day=harm_day) if added else mention.value
        own = _Reading.UNCLEAR if value is None and reading is _Reading.STATED else reading
        says = (label.name, _told(value)) if own is _Reading.STATED else None
        yield _Claim(start, end, mention.attribute, own, by_model, says, frozenset(mention.owners))


def _taken(mention: Mention, victims: set[str]) -> _Reading:
    if mention.why is not None or mention.context not in (Context.AFFIRMED, Context.ALLEGED):
        return _Reading.SET_ASIDE
    owners = set(mention.owners)
    if mention.context is Context.ALLEGED and mention.attribute is Attribute.COMPENSATION:
        return _Reading.UNCLEAR  # what a plaintiff claims to be owed reads like what was agreed
    if owners and owners <= victims:
        return _Reading.STATED
    return _Reading.UNCLEAR if not owners or owners & victims else _Reading.SET_ASIDE


def _told(value: Value | None) -> object:
    """What the words add to the label."""
    match value:
        case Age(years, birth, group):
            return birth or (group if years is None else years)
        case Injury(grade):
            return grade
        case Loss(amount):
            return round(amount)
    return None


Place = tuple[int, int]


def _settled(
    text: str, claims: Iterable[_Claim], *, needs_both: bool
) -> tuple[tuple[LabelledSpan, ...], tuple[Unsure, ...], tuple[Place, ...]]:
    """Spans, what is left out of learning, and the look-alikes that both pass over."""
    spans: list[LabelledSpan] = []
    unsure: list[Unsure] = []
    passed_over: list[Place] = []
    for group in _meeting(claims):
        start, end = min(claim.start for claim in group), max(claim.end for claim in group)
        said = {(claim.says, claim.owners) for claim in group}
        readers = {claim.by_model for claim in group}
        if {claim.reading for claim in group} == {_Reading.SET_ASIDE}:
            if needs_both:
                passed_over.append((start, end))
        elif len(said) == 1 and group[0].says and readers == ({True, False} if needs_both else {False}):
            spans.append(_span(text, min((c for c in group if not c.by_model), key=lambda c: c.end - c.start)))
        else:
            unsure.append(Unsure(start, end, str(group[0].attribute)))
    return without_overlaps(spans), tuple(unsure), tuple(passed_over)


def _meeting(claims: Iterable[_Claim]) -> Iterator[list[_Claim]]:
    """Claims of one attribute in groups that hang together by overlap.

    Several claims that say the same of the same words are one claim of all their owners (均构成轻伤).
    """
    groups: dict[Attribute, list[list[_Claim]]] = defaultdict(list)
    for claim in sorted(_joined(claims), key=lambda c: (c.attribute, c.start, c.end)):
        of_attribute = groups[claim.attribute]
        if of_attribute and claim.start < max(other.end for other in of_attribute[-1]):
            of_attribute[-1].append(claim)
        else:
            of_attribute.append([claim])
    for of_attribute in groups.values():
        yield from of_attribute


def _joined(claims: Iterable[_Claim]) -> Iterator[_Claim]:
    owners: defaultdict[_Claim, frozenset[str]] = defaultdict(frozenset)
    for claim in claims:
        owners[replace(claim, owners=frozenset())] |= claim.owners
    return (replace(claim, owners=people) for claim, people in owners.items())


def _span(text: str, claim: _Claim) -> LabelledSpan:
    name = claim.says[0] if claim.says else ""
    start, end = tightened(name, text[claim.start : claim.end])
    return LabelledSpan(claim.start + start, claim.start + end, name, tuple(sorted(claim.owners)))


def _passages(paper: Paper, anchors: Sequence[LabelledSpan | Place]) -> Iterator[Place]:
    """Stretches of whole sentences around the anchors, in order and apart; offsets in the view."""
    reading = paper.reading
    rows = []
    for anchor in anchors:
        start, end = (anchor.start, anchor.end) if isinstance(anchor, LabelledSpan) else anchor
        first = max(0, reading.sentence_at(start).index - _AROUND)
        last = min(len(reading.sentences) - 1, reading.sentence_at(end - 1).index + _AROUND)
        rows.append((first, last))
    joined: list[tuple[int, int]] = []
    for first, last in sorted(rows):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    for first, last in joined:
        yield reading.sentences[first].start, reading.sentences[last].end


def _cut(whole: Example, start: int, end: int) -> Example:
    """The stretch of an example; a span whose owners are not mentioned in it is nobody's that is known."""
    mentions = tuple(
        replace(m, start=m.start - start, end=m.end - start) for m in whole.mentions if start <= m.start < m.end <= end
    )
    near = {person for mention in mentions if mention.role == "victim" for person in mention.people}
    spans = (
        replace(s, start=s.start - start, end=s.end - start, owners=s.owners if near.issuperset(s.owners) else ())
        for s in whole.spans
        if start <= s.start < s.end <= end
    )
    unsure = (
        replace(u, start=max(start, u.start) - start, end=min(end, u.end) - start)
        for u in whole.unsure
        if u.start < end and start < u.end
    )
    return replace(
        whole,
        id=f"{whole.id}@{start}",
        text=whole.text[start:end],
        mentions=mentions,
        spans=tuple(spans),
        unsure=tuple(unsure),
    )
