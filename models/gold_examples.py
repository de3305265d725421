"""Training examples out of gold records: people as the pattern path finds them, spans where the quotes stand.

Gold quotes are up to 40 characters and not every repetition is quoted. So a quote is narrowed to the words that carry
the value where patterns mark such words inside it; further places where patterns read a value that gold confirms are
spans too; places where they read another value than gold are left out of learning; and where gold has nothing, a
pattern's reading is a hard negative. A `partial` record tells of the attributes that its victims have and of no more:
the rest of the text is left out of learning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.cases import CaseText, dossier_of
from models.examples import Example, LabelledSpan, Unsure, without_overlaps
from models.gold_labels import agrees, labels_of_quote, tightened
from models.pairing import pair_victims
from models.person_marks import mentions_of
from nlp.facts import VictimType
from nlp.label_values import label_of
from nlp.labels import LabelScheme
from nlp.mentions import Context, Mention
from nlp.people import Cast, resolve_people
from nlp.reading import Reading, read
from nlp.recognize import find_mentions, pattern_recognizers


@dataclass(frozen=True, slots=True)
class _Reading:
    """A case as the pattern path reads it.

    Attributes:
        people: gold victim (by place in the record) -> id in the cast.
        patterns: affirmed readings, in order.
    """

    cast: Cast = field(repr=False)
    people: dict[int, str]
    patterns: tuple[Mention, ...] = field(repr=False)


def gold_examples(
    records: Mapping[str, Mapping[str, Any]], texts: Mapping[str, CaseText], scheme: LabelScheme
) -> Iterator[Example]:
    """One example for each paper of each case that has a text."""
    for key, record in records.items():
        if key in texts:
            yield from case_examples(key, record, texts[key], scheme)


def case_examples(key: str, record: Mapping[str, Any], case: CaseText, scheme: LabelScheme) -> Iterator[Example]:
    """The examples of one case."""
    cast = resolve_people(tuple(read(document) for document in dossier_of(case).documents))
    read_case = _Reading(cast, _matched(record, cast), tuple(_affirmed(cast)))
    for index, paper in enumerate(cast.papers):
        quoted = list(_quoted(record, read_case, index, scheme))
        more, unsure = _from_patterns(record, read_case, index, scheme)
        spans = without_overlaps(_tight(span, paper.reading.text) for span in (*quoted, *more))
        yield Example(
            id=f"{key}/{index}",
            case=key,
            source="gold",
            text=paper.reading.text,
            mentions=mentions_of(paper),
            spans=spans,
            unsure=(
                _outside(record, read_case, index, spans, scheme)
                if record.get("partial")
                else tuple(u for u in unsure if not any(_meets(u, s) for s in spans))
            ),
        )


def _tight(span: LabelledSpan, text: str) -> LabelledSpan:
    start, end = tightened(span.label, text[span.start : span.end])
    return LabelledSpan(span.start + start, span.start + end, span.label, span.owners)


def _matched(record: Mapping[str, Any], cast: Cast) -> dict[int, str]:
    gold = list(record.get("victims") or ())
    found = [{"id": p.id, "name": p.name, "aliases": list(p.aliases), "type": str(p.type)} for p in cast.victims]
    places = {id(victim): number for number, victim in enumerate(gold)}
    return {places[id(g)]: str(f["id"]) for g, f in pair_victims(gold, found) if g is not None and f is not None}


def _affirmed(cast: Cast) -> Iterator[Mention]:
    for mention in find_mentions(cast, pattern_recognizers()):
        if mention.context is Context.AFFIRMED and mention.why is None and mention.owners:
            yield mention


def _quoted(record: Mapping[str, Any], case: _Reading, index: int, scheme: LabelScheme) -> Iterator[LabelledSpan]:
    reading = case.cast.papers[index].reading
    for number, victim in enumerate(record.get("victims") or ()):
        owners = (case.people[number],) if number in case.people else ()
        for layer in scheme.layers:
            stated = victim.get(layer.attribute)
            for holder in stated if isinstance(stated, list) else [stated] if stated else []:
                for quote in holder.get("quotes") or ():
                    place = _place(reading, quote, case, owners, index)
                    if place is not None:
                        yield from _narrowed(case, index, place, layer.attribute, holder, owners, scheme)


def _place(reading: Reading, quote: str, case: _Reading, owners: tuple[str, ...], index: int) -> tuple[int, int] | None:
    """Where a quote stands in the view: of several places the one closest behind a mention of its victim."""
    text, document = reading.text, reading.document.text
    starts = [i for i in range(len(document)) if document.startswith(quote, i)]
    places = [place for start in starts if (place := in_view(reading, start, start + len(quote)))]
    if len(places) < 2:
        return places[0] if places else None
    mentions = case.cast.papers[index].frame.mentions
    own = [m.end for m in mentions if set(m.people) & set(owners)]

    def distance(place: tuple[int, int]) -> int:
        return min((place[0] - end if end <= place[0] else len(text) for end in own), default=0)

    return min(places, key=lambda place: (distance(place), place))


def in_view(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    """View range of the document range, None when nothing of it is left in the view."""
    view = reading.view
    runs = list(zip(view.starts_in_view, view.starts_in_document, strict=True))
    stops = [*view.starts_in_view[1:], len(view.text)]
    inside = [
        (max(start, first) - first + at, min(end, first + stop - at) - first + at)
        for (at, first), stop in zip(runs, stops, strict=True)
        if max(start, first) < min(end, first + stop - at)
    ]
    return (inside[0][0], inside[-1][1]) if inside else None


def _narrowed(
    case: _Reading,
    index: int,
    place: tuple[int, int],
    attribute: str,
    holder: Mapping[str, Any],
    owners: tuple[str, ...],
    scheme: LabelScheme,
) -> Iterator[LabelledSpan]:
    """The words within a quote that carry the value, else the quote."""
    start, end = place
    words = case.cast.papers[index].reading.text[start:end]
    labels = labels_of_quote(attribute, holder, words)
    for name, first, stop in labels:
        label = scheme.label(name)
        exact = [
            (m.start, m.end)
            for m in case.patterns
            if m.paper == index and start <= m.start < m.end <= end and label_of(m.value, scheme) is label
        ]
        first, stop = (start + first, start + stop) if not exact else exact[0]
        if stop > first:
            yield LabelledSpan(first, stop, label.name, owners)


def _from_patterns(
    record: Mapping[str, Any], case: _Reading, index: int, scheme: LabelScheme
) -> tuple[list[LabelledSpan], list[Unsure]]:
    victims = list(record.get("victims") or ())
    number_of = {person: number for number, person in case.people.items()}
    groups = {p.id for p in case.cast.victims if p.type is not VictimType.PERSON}
    spans, unsure = [], []
    for mention in case.patterns:
        if mention.paper != index:
            continue
        known = [person for person in mention.owners if person in number_of]
        stated = [victims[number_of[person]].get(mention.attribute) for person in known]
        right = [p for p, s in zip(known, stated, strict=True) if agrees(mention.value, s)]
        for start, end in ((mention.start, mention.end), *mention.more):
            if right and len(right) == len(mention.owners) and not _is_sum(mention):
                spans.append(LabelledSpan(start, end, label_of(mention.value, scheme).name, tuple(right)))
            elif not known or any(stated) or groups & set(known):
                unsure.append(Unsure(start, end, str(mention.attribute)))
    return spans, unsure


def _outside(
    record: Mapping[str, Any],
    case: _Reading,
    index: int,
    spans: tuple[LabelledSpan, ...],
    scheme: LabelScheme,
) -> tuple[Unsure, ...]:
    """All of a text but its spans and what patterns read of victims of whom gold says that nothing is stated."""
    victims = list(record.get("victims") or ())
    number_of = {person: number for number, person in case.people.items()}
    length = len(case.cast.papers[index].reading.text)
    found: list[Unsure] = []
    for attribute in dict.fromkeys(layer.attribute for layer in scheme.layers):
        known = [(s.start, s.end) for s in spans if s.label.startswith(f"{attribute}.")]
        for mention in case.patterns:
            asked = [victims[number_of[p]] for p in mention.owners if p in number_of]
            denied = asked and all(attribute in victim and not victim[attribute] for victim in asked)
            if (
                mention.paper == index
                and mention.attribute == attribute
                and denied
                and len(asked) == len(mention.owners)
            ):
                known += [(mention.start, mention.end), *mention.more]
        at = 0
        for start, end in [*sorted(known), (length, length)]:
            if at < start:
                found.append(Unsure(at, start, str(attribute)))
            at = max(at, end)
    return tuple(found)


def _is_sum(mention: Mention) -> bool:
    """Whether the value is the sum of several places, none of which states it."""
    return bool(mention.more) and mention.attribute == "loss"


def _meets(one: Unsure, other: LabelledSpan) -> bool:
    return other.label.startswith(f"{one.attribute}.") and one.start < other.end and other.start < one.end
