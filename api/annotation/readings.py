"""What stands side by side in a question: the readings that differ, each with its value and its words.

In: a dossier opened for somebody, and an item. Out: readings with the letter by which page and keys call them. Words of
an earlier result are shown only where the paper still says them at that place, and always out of the text as this
person may see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.annotation.answers import answers_of
from api.annotation.persons import as_read, is_missed, missed_body, missed_victim
from api.annotation.questions import NONE
from api.annotation.queue import counterpart
from api.annotation.values import Fields, in_words, of_reading, of_words
from api.corrections import KINDS
from api.opened import Opened
from api.person_corrections import PERSON_KINDS
from api.schemas import ConflictPart, SpanPart, VictimPart
from api.store.missed import PERSON
from api.store.results import load_result
from api.store.store import Store
from api.store.tables import AnnotationItem, Correction
from api.wording import UNSTATED, describe, values_of

LETTERS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a paper, in code points into its text."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Read:
    """One value of a reading: in words, as the form would hold it (None when it cannot), and where it stands."""

    says: str = field(repr=False)
    fields: Fields | None = field(repr=False)
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One side of a question.

    Attributes:
        letter: 甲, 乙, …
        title: where it comes from.
        unstated: it says that the papers state nothing, or that the person is no victim.
        note: what its author added, or why one statement stands before another.
        grounds: words that bear out a reading without a value.
    """

    letter: str
    title: str
    values: tuple[Read, ...]
    unstated: bool
    note: str = field(default="", repr=False)
    grounds: tuple[Spot, ...] = ()
    otherwise: str = UNSTATED

    @property
    def spots(self) -> tuple[Spot, ...]:
        return (*(spot for value in self.values for spot in value.spots), *self.grounds)

    @property
    def says(self) -> str:
        return "；".join(value.says for value in self.values) or self.otherwise


_Side = tuple[str, tuple[Read, ...], bool, str, tuple[Spot, ...]]


def victim_of(session: Session, store: Store, opened: Opened, item: AnnotationItem) -> VictimPart | None:
    """The person an item is about, as the current result has them and this visitor may see them."""
    if is_missed(item):
        return missed_victim(item, missed_body(session, store, item), opened)
    victim_id: str | None = item.victim
    if item.result_id != opened.row.result_id:
        before = load_result(session, store, item.result_id).result
        known = counterpart(before, item.victim, opened.original.result)
        victim_id = known.id if known is not None else None
    return next((v for v in opened.result.victims if v.id == victim_id), None)


def readings_of(
    session: Session, store: Store, opened: Opened, item: AnnotationItem, victim: VictimPart
) -> tuple[Reading, ...]:
    """The sides of a question: statements that contradict or what is read now, what was read before, what a
    prosecutor wrote."""
    sides = list(_machine_sides(session, store, opened, item, victim))
    if item.source == "owner":
        sides += _given_away(session, store, opened, item, victim)
    correction = session.get(Correction, item.correction_id) if item.correction_id is not None else None
    if correction is not None and correction.withdrawn_at is None:
        sides.append(_corrected(store, opened, correction))
    otherwise = NONE if item.attribute == PERSON else UNSTATED
    return tuple(
        Reading(letter, title, values, unstated, note, grounds, otherwise)
        for letter, (title, values, unstated, note, grounds) in zip(LETTERS, sides, strict=False)
    )


def _machine_sides(
    session: Session, store: Store, opened: Opened, item: AnnotationItem, victim: VictimPart
) -> Iterator[_Side]:
    if item.attribute == PERSON:
        stated, note = as_read(opened, victim)
        title, values, unstated, _, grounds = _side("现在的识别", opened, PERSON, stated)
        yield title, values, unstated, note, grounds
        return
    conflict = next((c for c in victim.conflicts if str(c.attribute) == item.attribute), None)
    if conflict is not None:
        yield from _statements(opened, conflict)
    else:
        yield _side("现在的识别", opened, item.attribute, _stated(victim, item.attribute))
    if item.before_id is not None:
        kept = load_result(session, store, item.before_id)
        person = counterpart(opened.original.result, victim.id, kept.result)
        if person is not None:
            yield _side("前一版本的识别", opened, item.attribute, _stated(person, item.attribute))


def _given_away(
    session: Session, store: Store, opened: Opened, item: AnnotationItem, victim: VictimPart
) -> list[_Side]:
    """What annotators of another victim's question said to be this one's."""
    others = select(AnnotationItem).where(
        AnnotationItem.dossier_id == item.dossier_id,
        AnnotationItem.attribute == item.attribute,
        AnnotationItem.state == "settled",
        AnnotationItem.id != item.id,
    )
    given = [each for other in session.scalars(others) for each in answers_of(session, store, other)]
    spots = []
    for each in given:
        owner = each.body.get("owner")
        if owner and _is_now(session, store, opened, each.row.result_id, owner, victim):
            quotes = [quote for value in each.body["values"] for quote in value["quotes"]]
            spots += [s for q in quotes if (s := _place_of(opened, q)) is not None]
    texts = {document.id: document.text for document in opened.screened.dossier.documents}
    words = "、".join(f"“{texts[s.document][s.start : s.end]}”" for s in dict.fromkeys(spots))
    return (
        [("他人的题中认为属于本人", (Read(words, None, tuple(dict.fromkeys(spots))),), False, "", ())] if spots else []
    )


def _is_now(session: Session, store: Store, opened: Opened, result_id: str, owner: str, victim: VictimPart) -> bool:
    if result_id == opened.row.result_id:
        return owner == victim.id
    now = counterpart(load_result(session, store, result_id).result, owner, opened.original.result)
    return now is not None and now.id == victim.id


def _stated(victim: VictimPart, attribute: str) -> list[tuple[Mapping[str, Any], tuple[SpanPart, ...]]]:
    return [(value.model_dump(mode="json"), value.evidence) for value in values_of(victim, attribute)]


def _side(
    title: str, opened: Opened, attribute: str, stated: list[tuple[Mapping[str, Any], tuple[SpanPart, ...]]]
) -> _Side:
    values = tuple(_read(opened, attribute, fields, evidence) for fields, evidence in stated)
    return title, values, not values, "", ()


def _statements(opened: Opened, conflict: ConflictPart) -> list[_Side]:
    sides: list[_Side] = []
    for number, statement in enumerate(conflict.values):
        used = number == conflict.preferred
        value = _read(opened, str(conflict.attribute), statement.value, statement.evidence)
        title = f"记载{'一二三四五六七八九十'[number] if number < 10 else number + 1}"
        sides.append((title + ("（现采用）" if used else ""), (value,), False, conflict.why if used else "", ()))
    return sides


def _read(opened: Opened, attribute: str, fields: Mapping[str, Any], evidence: Iterable[SpanPart]) -> Read:
    spots = tuple(spot for span in evidence if (spot := _spot(opened, span)) is not None)
    says = in_words(attribute, fields) if attribute == PERSON else describe(attribute, fields)
    return Read(says, of_reading(attribute, fields), spots)


def _spot(opened: Opened, span: SpanPart) -> Spot | None:
    """The place, if the paper still says there what the span says."""
    for dossier in (opened.original.dossier, opened.screened.dossier):
        document = next((d for d in dossier.documents if d.id == span.document), None)
        if document is not None and document.text[span.start : span.end] == span.text:
            return Spot(span.document, span.start, span.end)
    return None


def _corrected(store: Store, opened: Opened, correction: Correction) -> _Side:
    plain = store.vault.open_json(correction.body_sealed, f"correction.body:{correction.id}")
    body = opened.mask.json(plain) if opened.mask is not None else plain
    title = f"检察官更正：{ {**KINDS, **PERSON_KINDS}[correction.kind] }"
    note = body.get("note") or ""
    spots = tuple(spot for place in plain["evidence"] if (spot := _place_of(opened, place)) is not None)
    words = str(body["corrected"])
    match correction.kind:
        case "missed":
            fields = {"type": body["type"]}
            return title, (Read(in_words(PERSON, fields), fields, spots),), False, note, ()
        case "mistaken":
            return title, (), True, "；".join(part for part in (words, note) if part), spots
        case "remove" | "owner":
            whose = f"属于{words}" if correction.kind == "owner" else ""
            return title, (), True, "；".join(part for part in (whose, note) if part), spots
    return title, (Read(words, of_words(correction.attribute, words), spots),), False, note, ()


def _place_of(opened: Opened, place: Mapping[str, Any]) -> Spot | None:
    """The place, if the paper still says there what it said when somebody chose it."""
    document = next((d for d in opened.original.dossier.documents if d.id == place["document"]), None)
    if document is None or document.text[place["start"] : place["end"]] != place["text"]:
        return None
    return Spot(place["document"], place["start"], place["end"])
