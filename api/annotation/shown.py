"""Questions and answers put into the shapes of the API and the page, masked as this person may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation.agreement import Agreement
from api.accounts.masking import mask_card, stand_ins, unmasked_by
from api.accounts.rights import Visitor
from api.annotation.agreed import ALL
from api.annotation.answers import NOBODY, Answer
from api.annotation.opening import OpenedItem
from api.annotation.persons import is_missed, missed_body
from api.annotation.readings import Spot
from api.annotation.shapes import (
    AgreedPart,
    AgreementPart,
    AnsweredValue,
    AnswerPart,
    ItemLine,
    PassagePart,
    ReadingPart,
    ReadPart,
    SegmentPart,
    WordsPart,
)
from api.service import Service
from api.store.leads import open_card
from api.store.missed import PERSON
from api.store.tables import Annotation, AnnotationItem, DossierRow, Lead, User
from api.wording import circled
from nlp.facts import VictimType


def item_lines(session: Session, service: Service, visitor: Visitor, items: Sequence[AnnotationItem]) -> list[ItemLine]:
    """Rows of the queue as this visitor may see them: the names come from the leads' cards, masked like those."""
    ids = {item.dossier_id for item in items}
    dossiers = {row.id: row for row in session.scalars(select(DossierRow).where(DossierRow.id.in_(ids)))}
    leads = {
        (lead.dossier_id, lead.victim): lead for lead in session.scalars(select(Lead).where(Lead.dossier_id.in_(ids)))
    }
    plain = unmasked_by(session, visitor)
    unsure = _unsure(session, items)
    return [
        _line(session, service, item, dossiers[item.dossier_id], leads, plain, unsure.get(item.id, 0)) for item in items
    ]


def _unsure(session: Session, items: Sequence[AnnotationItem]) -> dict[str, int]:
    counted = select(Annotation.item_id, func.count()).where(
        Annotation.item_id.in_([item.id for item in items]), Annotation.verdict == "unsure"
    )
    return {item_id: number for item_id, number in session.execute(counted.group_by(Annotation.item_id))}


def _line(
    session: Session,
    service: Service,
    item: AnnotationItem,
    row: DossierRow,
    leads: dict[tuple[str, str | None], Lead],
    plain: frozenset[str],
    unsure: int,
) -> ItemLine:
    # the leads are of the current result; in another one the same id may be somebody else
    lead = leads.get((item.dossier_id, item.victim)) if item.result_id == row.result_id else None
    card = open_card(service.store, lead) if lead is not None else {"name": "—", "case": "—"}
    if item.dossier_id not in plain and lead is not None:
        card = service.shelf.card(row, card)
    if is_missed(item):
        lead = next((lead for (dossier_id, _), lead in leads.items() if dossier_id == item.dossier_id), None)
        card = _missed_card(session, service, item, lead, masked=item.dossier_id not in plain)
    return ItemLine(
        id=item.id,
        dossier=item.dossier_id,
        victim=item.victim,
        person=card["name"],
        case=card["case"],
        attribute=item.attribute,
        sources=sources_of(item),
        state=item.state,
        unsure=unsure,
        created_at=item.created_at,
        settled_at=item.settled_at,
    )


def _missed_card(
    session: Session, service: Service, item: AnnotationItem, lead: Lead | None, *, masked: bool
) -> dict[str, Any]:
    """Name and case of somebody whom no lead knows; the case is that of any other lead of the dossier."""
    body = missed_body(session, service.store, item)
    other = open_card(service.store, lead) if lead is not None else {}
    card = {"name": body["name"], "case": other.get("case", "—")}
    names = stand_ins([body["name"]]) if body["type"] == VictimType.PERSON else {}
    return mask_card({**card, "people": {**other.get("people", {}), **names}}) if masked else card


def sources_of(item: AnnotationItem) -> list[str]:
    """Every reason of an item."""
    reasons = {
        "correction": item.correction_id is not None,
        "version": item.before_id is not None,
        "conflict": item.source == "conflict",
        "owner": item.source == "owner",
    }
    return [source for source, given in reasons.items() if given]


def reading_parts(opened: OpenedItem) -> list[ReadingPart]:
    return [
        ReadingPart(
            letter=reading.letter,
            title=reading.title,
            says=reading.says,
            unstated=reading.unstated,
            note=reading.note,
            values=[
                ReadPart(
                    says=value.says,
                    fields=value.fields,
                    words=_all_words(opened, value.spots),
                )
                for value in reading.values
            ],
            words=_all_words(opened, reading.grounds),
        )
        for reading in opened.readings
    ]


def _all_words(opened: OpenedItem, spots: Sequence[Spot]) -> list[WordsPart]:
    return [part for spot in spots if (part := _words(opened, spot)) is not None]


def _words(opened: OpenedItem, spot: Any) -> WordsPart | None:
    lines = opened.lines[spot.document]
    ends = lines.at(spot.start, spot.end)
    if ends is None:
        return None
    return WordsPart(document=spot.document, first=ends[0], last=ends[1], words=lines.text[spot.start : spot.end][:400])


def _answered(opened: OpenedItem, quote: dict[str, Any]) -> WordsPart | None:
    if quote["document"] not in opened.lines or not opened.stands(quote):
        return None
    return _words(opened, Spot(quote["document"], quote["start"], quote["end"]))


def passage_parts(opened: OpenedItem) -> list[PassagePart]:
    parts = []
    for passage in opened.passages():
        text = opened.lines[passage.document].text
        lines = [
            [SegmentPart(id=word.id, text=text[word.start : word.end]) for word in words]
            for _, words in opened.words(passage)
        ]
        parts.append(PassagePart(document=passage.document, name=passage.name, page=passage.page, lines=lines))
    return parts


def owner_words(opened: OpenedItem) -> dict[str, str]:
    """To whom else the words may belong, as this visitor may see it."""
    if opened.item.attribute == PERSON:
        return {}
    numbers = {victim.id: circled(n) for n, victim in enumerate(opened.opened.result.victims, 1)}
    owners = {victim.id: f"{numbers[victim.id]} {victim.name}" for victim in opened.others}
    return {**owners, NOBODY: "不属于任何被害人"}


def _owner(session: Session, opened: OpenedItem, answer: Answer) -> str | None:
    owner = answer.body.get("owner")
    if owner is None:
        return None
    if answer.row.result_id != opened.opened.row.result_id and owner != NOBODY:
        return "另一被害人"  # ids of an earlier result are other people's in this one
    return owner_words(opened).get(owner, "另一被害人")


def agreement_part(figures: Mapping[str, Agreement]) -> AgreementPart:
    parts = {
        name: AgreedPart(items=each.items, equal=each.equal, share=each.share, kappa=each.kappa)
        for name, each in figures.items()
    }
    return AgreementPart(all=parts.pop(ALL, None), attributes=parts)


def answer_parts(session: Session, visitor: Visitor, opened: OpenedItem) -> list[AnswerPart]:
    mask = opened.opened.mask
    parts = []
    for each in opened.answers:
        user = session.get(User, each.row.user_id)
        note = each.body["note"]
        parts.append(
            AnswerPart(
                by=user.name if user else "—",
                mine=each.row.user_id == visitor.id,
                deciding=each.row.deciding,
                verdict=each.row.verdict,
                reason=each.row.reason,
                owner=_owner(session, opened, each),
                note=mask.words(note) if mask is not None and note else note,
                values=[
                    AnsweredValue(
                        fields=value["fields"],
                        quotes=[opened.text(quote) for quote in value["quotes"]],
                        words=[part for quote in value["quotes"] if (part := _answered(opened, quote)) is not None],
                    )
                    for value in each.body["values"]
                ],
                at=each.row.at,
            )
        )
    return parts
