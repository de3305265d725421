"""Questions and answers put into the shapes of the API and the page, masked as this person may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.masking import unmasked_by
from api.accounts.rights import Visitor
from api.annotation.opening import OpenedItem
from api.annotation.readings import Spot
from api.annotation.shapes import (
    AnsweredValue,
    AnswerPart,
    ItemLine,
    PassagePart,
    ReadingPart,
    ReadPart,
    SegmentPart,
    WordsPart,
)
from api.annotation.words import Word
from api.service import Service
from api.store.leads import open_card
from api.store.tables import AnnotationItem, DossierRow, Lead, User
from api.web.segments import escaped
from api.wording import ATTRIBUTES


def item_lines(session: Session, service: Service, visitor: Visitor, items: Sequence[AnnotationItem]) -> list[ItemLine]:
    """Rows of the queue as this visitor may see them: the names come from the leads' cards, masked like those."""
    ids = {item.dossier_id for item in items}
    dossiers = {row.id: row for row in session.scalars(select(DossierRow).where(DossierRow.id.in_(ids)))}
    leads = {
        (lead.dossier_id, lead.victim): lead for lead in session.scalars(select(Lead).where(Lead.dossier_id.in_(ids)))
    }
    plain = unmasked_by(session, visitor)
    return [_line(session, service, item, dossiers[item.dossier_id], leads, plain) for item in items]


def _line(
    session: Session,
    service: Service,
    item: AnnotationItem,
    row: DossierRow,
    leads: dict[tuple[str, str | None], Lead],
    plain: frozenset[str],
) -> ItemLine:
    # the leads are of the current result; in another one the same id may be somebody else
    lead = leads.get((item.dossier_id, item.victim)) if item.result_id == row.result_id else None
    card = open_card(service.store, lead) if lead is not None else {"name": "—", "case": "—"}
    if item.dossier_id not in plain and lead is not None:
        card = service.shelf.card(row, card)
    return ItemLine(
        id=item.id,
        dossier=item.dossier_id,
        victim=item.victim,
        person=card["name"],
        case=card["case"],
        attribute=item.attribute,
        sources=sources_of(item),
        state=item.state,
        created_at=item.created_at,
        settled_at=item.settled_at,
    )


def sources_of(item: AnnotationItem) -> list[str]:
    """Every reason of an item."""
    reasons = {
        "correction": item.correction_id is not None,
        "version": item.before_id is not None,
        "conflict": item.source == "conflict",
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
                    words=[part for spot in value.spots if (part := _words(opened, spot)) is not None],
                )
                for value in reading.values
            ],
        )
        for reading in opened.readings
    ]


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


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """Words that one or more readings rest on.

    Attributes:
        letters: of those readings, `甲乙`.
    """

    id: str
    spot: Spot
    letters: str


def places_of(opened: OpenedItem) -> tuple[MarkedPlace, ...]:
    """The words of all readings in reading order, each place once."""
    letters: dict[Spot, str] = {}
    for letter, spot in opened.spots():
        letters[spot] = letters.get(spot, "") + (letter if letter not in letters.get(spot, "") else "")
    order = {document: number for number, document in enumerate(opened.lines)}
    ordered = sorted(letters, key=lambda spot: (order.get(spot.document, 0), spot.start, -spot.end))
    return tuple(MarkedPlace(f"r-{n}", spot, letters[spot]) for n, spot in enumerate(ordered, 1))


@dataclass(frozen=True, slots=True)
class PassageLines:
    """A passage as the page draws it: each line is markup of words with their numbers."""

    document: str
    name: str = field(repr=False)
    page: int
    lines: tuple[Markup, ...] = field(repr=False)


def passage_lines(
    opened: OpenedItem, places: Sequence[MarkedPlace], page: tuple[str, int] | None = None
) -> list[PassageLines]:
    """Args: page: document id and number of a page that is shown whole."""
    style = ATTRIBUTES[opened.item.attribute].style
    drawn = []
    for passage in opened.passages(page):
        text = opened.lines[passage.document].text
        here = [place for place in places if place.spot.document == passage.document]
        lines = tuple(
            Markup("".join(_word_html(word, text, here, style) for word in words)) for _, words in opened.words(passage)
        )
        drawn.append(PassageLines(passage.document, passage.name, passage.page, lines))
    return drawn


def _word_html(word: Word, text: str, places: Sequence[MarkedPlace], style: str) -> str:
    """A word in the marks of the readings that rest on it; words are cut where those begin and end."""
    html = f'<span class="w" data-w="{word.id}">{escaped(text[word.start : word.end])}</span>'
    covering = [place for place in places if place.spot.start <= word.start and word.end <= place.spot.end]
    for depth, place in reversed(list(enumerate(covering))):
        begins = place.spot.start == word.start
        sign = f'<span class="tags" aria-hidden="true"><i class="{style}" data-t="{place.letters}"></i></span>'
        anchor = f' id="{place.id}" tabindex="-1"' if begins else ""
        inner = " in" if depth else ""
        html = f'<mark class="{style}{inner}" data-e="{place.id}"{anchor}>{sign if begins else ""}{html}</mark>'
    return html


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
