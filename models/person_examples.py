"""Training examples for the people finder: who is harmed and who is accused, wherever they are named.

Out of gold records: every place of a victim's name or alias is a span; accused are those whom the pattern path holds
for accused and gold does not name. A victim whom only patterns see stays unmarked, a hard negative. Nouns that mean a
victim who has a name (被害人 alone) are left out of learning.

Examples keep the mentions of all people, so that noisy copies can rename them; `unmarked` takes them away before
training, for the finder must not be told who is who.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from models.cases import CaseText, dossier_of
from models.examples import Example, LabelledSpan, Unsure, without_overlaps
from models.person_marks import MarkedMention, mentions_of
from models.theft import TheftSentence
from nlp.facts import Role, VictimType
from nlp.people import Cast, Paper, resolve_people
from nlp.reading import read
from nlp.text_view import normal

PERSON = "person"
_LABELS = {
    VictimType.PERSON: "person.victim",
    VictimType.GROUP: "person.group",
    VictimType.ORGANIZATION: "person.organization",
}
_ACCUSED = "person.accused"
# nouns and pronouns that mean a victim who may have a name elsewhere
NOMINAL = re.compile(r"被害人|受害人|被害者|受害者|死者|伤者|失主|事主|被害单位|原告人?|附带民事诉讼原告人")
_SHORTEST = 2  # characters of a name: 其, 他 are none


def gold_person_examples(records: Mapping[str, Mapping[str, Any]], texts: Mapping[str, CaseText]) -> Iterator[Example]:
    """One example for each paper of each case that has a text; a `partial` record does not name everybody harmed."""
    for key, record in records.items():
        if key in texts and not record.get("partial"):
            cast = resolve_people(tuple(read(document) for document in dossier_of(texts[key]).documents))
            names = _names(record)
            accused = _accused(record, cast)
            for index, paper in enumerate(cast.papers):
                yield person_example(f"{key}/{index}", key, "gold", paper, names, accused)


def theft_person_examples(sentences: Iterable[TheftSentence]) -> Iterator[Example]:
    """Sentences of published theft cases: their victims and suspects."""
    kinds = {"victim.nhvi": "person.victim", "suspect.nhcs": _ACCUSED}
    for sentence in sentences:
        example = sentence.example()
        spans = without_overlaps(replace(s, label=kinds[s.label]) for s in example.spans if s.label in kinds)
        mentions = (
            MarkedMention(s.start, s.end, s.label.split(".")[1], (example.text[s.start : s.end],)) for s in spans
        )
        yield replace(example, spans=spans, mentions=tuple(mentions))


def person_example(
    example_id: str, case: str, source: str, paper: Paper, names: Mapping[str, str], accused: frozenset[str]
) -> Example:
    """The example of one paper.

    Args:
        names: every written form of a victim -> label.
        accused: ids in the cast.
    """
    text = paper.reading.text
    spans = without_overlaps([*_places(paper, names), *_mentions(paper, accused)])
    unsure = tuple(
        Unsure(match.start(), match.end(), PERSON)
        for match in NOMINAL.finditer(text)
        if not any(s.start < match.end() and match.start() < s.end for s in spans)
    )
    return Example(example_id, case, source, text, mentions_of(paper), spans, unsure)


def _names(record: Mapping[str, Any]) -> dict[str, str]:
    forms: dict[str, str] = {}
    for victim in record.get("victims") or ():
        label = _LABELS[VictimType(victim.get("type", "person"))]
        for form in (victim["name"], *(victim.get("aliases") or ())):
            form = normal(str(form))
            if len(form) >= _SHORTEST and not NOMINAL.fullmatch(form):
                forms[form] = label
    return forms


def _accused(record: Mapping[str, Any], cast: Cast) -> frozenset[str]:
    """Accused of the cast whose name no gold victim bears."""
    forms = set(_names(record))
    return frozenset(
        p.id for p in cast.people if p.role is Role.ACCUSED and not forms & {normal(p.name), *map(normal, p.aliases)}
    )


def _places(paper: Paper, names: Mapping[str, str]) -> Iterator[LabelledSpan]:
    """Places of the forms, the longest first; not inside a longer name (张某 in 张某某)."""
    if not names:
        return
    text = paper.reading.text
    longer = {
        (m.name_start, m.end)
        for m in paper.frame.mentions
        if m.by == "name" and text[m.name_start : m.end] not in names
    }
    forms = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    for match in forms.finditer(text):
        start, end = match.span()
        within = any(first <= start and end <= last and last - first > end - start for first, last in longer)
        if not within or end - start > 4:  # a firm's name may hold somebody else's
            yield LabelledSpan(start, end, names[match.group()])


def _mentions(paper: Paper, people: frozenset[str]) -> Iterator[LabelledSpan]:
    for mention in paper.frame.mentions:
        if mention.by == "name" and people & set(mention.people):
            yield LabelledSpan(mention.name_start, mention.end, _ACCUSED)


def labelled_text(
    example_id: str,
    case: str,
    source: str,
    text: str,
    places: Iterable[tuple[int, int, str]],
    *,
    mentions: Iterable[MarkedMention],
    unsure: Sequence[Unsure],
) -> Example:
    """An example whose people an annotator marked in a normalized text.

    Args:
        places: (start, end, label).
        mentions: of everybody, for renaming.
    """
    spans = without_overlaps(LabelledSpan(*place) for place in places)
    return Example(example_id, case, source, text, tuple(mentions), spans, tuple(unsure))


def unmarked(examples: Iterable[Example]) -> tuple[Example, ...]:
    """Examples without the mentions that tell who is who."""
    return tuple(replace(example, mentions=()) for example in examples)
