"""Training examples out of written passages: the annotator's spans, with people as the pattern path finds them.

Each passage gives two examples of one case: one with the people that are found (what serving will see) and one with
the people that the annotator named (`told`), so that the network also learns from passages where the finder fails.
Labels of a look-alike (`x`) or of anybody who is no victim are no spans.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from annotation.markup import Label as MarkupLabel
from annotation.markup import Passage, by_case
from dossier.compose import Composer
from dossier.document import Document, ReadingMode
from models.examples import TOLD, Example, LabelledSpan, without_overlaps
from models.gold_examples import in_view
from models.gold_labels import compensation_label, tightened
from models.person_marks import MarkedMention, mentions_of
from nlp.facts import Hardship, Injury
from nlp.label_values import label_of
from nlp.labels import LabelScheme
from nlp.people import Paper, resolve_people
from nlp.reading import Reading, read

_ROLES = {"v": "victim", "a": "accused"}


def written_examples(passages: Iterable[Passage], scheme: LabelScheme) -> Iterator[Example]:
    """Two examples for each passage; see module."""
    for papers in by_case(passages):
        yield from _of_case(papers, scheme)


def readings_of(papers: Sequence[Passage]) -> tuple[Reading, ...]:
    """The papers of one case as the pattern path reads them."""
    return tuple(read(_document(f"d{number}", paper)) for number, paper in enumerate(papers, start=1))


def _document(document_id: str, passage: Passage) -> Document:
    composer = Composer()
    composer.start_page(ReadingMode.PLAIN)
    composer.add_text(passage.text)
    return composer.build(document_id, f"{passage.document}.txt")


def _of_case(papers: Sequence[Passage], scheme: LabelScheme) -> Iterator[Example]:
    cast = resolve_people(readings_of(papers))
    told = [tuple(marked_people(passage, paper.reading)) for passage, paper in zip(papers, cast.papers, strict=True)]
    found = [mentions_of(paper) for paper in cast.papers]
    victims = {person.id for person in cast.victims}
    ids = {name: person for name, person in _matched(told, found).items() if person in victims}
    for passage, paper, people, mentions in zip(papers, cast.papers, told, found, strict=True):
        spans = without_overlaps(_spans(passage, paper, scheme))
        text = paper.reading.text
        yield Example(f"{passage.id}/told", passage.case, f"written{TOLD}", text, people, spans)
        owned = tuple(replace(span, owners=_found_owners(span.owners, ids)) for span in spans)
        yield Example(passage.id, passage.case, "written", text, mentions, owned)


def marked_people(passage: Passage, reading: Reading) -> Iterator[MarkedMention]:
    """Everybody whom the annotator marked, in order; ids are the annotator's."""
    for label in passage.labels:
        place = in_view(reading, label.start, label.end) if label.kind == "P" else None
        if place:
            yield MarkedMention(*place, _ROLES.get(label.owners[0][0], "other"), label.owners)


def _spans(passage: Passage, paper: Paper, scheme: LabelScheme) -> Iterator[LabelledSpan]:
    for label in passage.labels:
        owners = tuple(owner for owner in label.owners if owner[0] == "v")
        place = in_view(paper.reading, label.start, label.end) if owners and label.kind != "P" else None
        if place is None:
            continue
        words = paper.reading.text[slice(*place)]
        name = label_name(label, words, scheme)
        if name is not None:
            start, end = tightened(name, words)
            yield LabelledSpan(place[0] + start, place[0] + end, name, owners)


def label_name(label: MarkupLabel, words: str, scheme: LabelScheme) -> str | None:
    """Name of the label of the scheme that a markup label stands for; None when its value states nothing."""
    value = label.value or ""
    match label.kind:
        case "G":
            return "gender.male" if value == "男" else "gender.female"
        case "A":
            return f"age.{value}" if value.isalpha() else "age.years" if len(value) < 4 else "age.birth"
        case "D":
            return f"disability.{value.split('/')[0]}"
        case "H":
            return label_of(Hardship(value), scheme).name
        case "I":
            return label_of(Injury(value), scheme).name
        case "C":
            return _payment(value.split(";"), words)
        case "L":
            return "loss.amount"
    return None


def _payment(parts: list[str], words: str) -> str | None:
    statuses = [part for part in parts if part in ("settled", "partial", "ordered", "none")]
    if not statuses:
        return (
            "compensation.agreed" if "agreement" in parts else "compensation.forgiven" if "forgiven" in parts else None
        )
    if statuses[0] == "partial" and any(part.startswith("amount=") for part in parts):
        return "compensation.part_paid"
    if statuses[0] in ("ordered", "none"):  # the annotator said so of these very words
        return "compensation.ordered" if statuses[0] == "ordered" else "compensation.unpaid"
    if statuses[0] == "settled":
        return "compensation.paid"
    return f"compensation.{compensation_label({'status': 'partial'}, words)}"


def _matched(told: Sequence[tuple[MarkedMention, ...]], found: Sequence[tuple[MarkedMention, ...]]) -> dict[str, str]:
    """Annotator's id of a victim -> id in the cast, by the mentions that they share most; paper by paper."""
    shared: dict[str, Counter[str]] = {}
    for mention, others in ((mention, others) for own, others in zip(told, found, strict=True) for mention in own):
        for other in others:
            meet = other.start < mention.end and mention.start < other.end
            if mention.role == "victim" and meet and len(mention.people) == len(other.people) == 1:
                shared.setdefault(mention.people[0], Counter())[other.people[0]] += 1
    return {person: counts.most_common(1)[0][0] for person, counts in shared.items()}


def _found_owners(owners: tuple[str, ...], ids: dict[str, str]) -> tuple[str, ...]:
    """Ids in the cast; empty (unknown) unless every owner is found."""
    return tuple(ids[owner] for owner in owners) if all(owner in ids for owner in owners) else ()
