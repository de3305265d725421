"""Questions and answers put into the shapes of the API and the page, masked as this person may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation.agreement import Agreement
from api.accounts.masking import unmasked_by
from api.accounts.rights import Visitor
from api.annotation.agreed import ALL
from api.annotation.answers import NOBODY, Answer
from api.annotation.opening import OpenedItem, Passage
from api.annotation.persons import is_missed
from api.annotation.questions import QUESTIONS
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
from api.annotation.words import Word
from api.page_images import has_image
from api.person_corrections import missed_of
from api.service import Service
from api.store.leads import open_card
from api.store.missed import PERSON
from api.store.tables import Annotation, AnnotationItem, DossierRow, Lead, User
from api.web.drawings import PageDrawing, draw
from api.web.places import Place
from api.web.segments import escaped
from api.wording import case_title, circled, short_names


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
        card = service.shelf.card(session, service.store, row, card)
    if is_missed(item) and row.result_id is not None:
        card = _missed_card(session, service, item, row, masked=item.dossier_id not in plain)
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
    session: Session, service: Service, item: AnnotationItem, row: DossierRow, *, masked: bool
) -> dict[str, Any]:
    """Name and case of somebody whom no lead knows."""
    entry = service.shelf.get(session, service.store, row)
    name = missed_of(session, service.store, row.id)[item.victim]["name"]
    card = {"name": name, "case": case_title(entry.plain.result)}
    masked_card: dict[str, Any] = entry.mask.json(card)
    return masked_card if masked else card


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
    """A passage as the page draws it: each line is markup of words with their numbers.

    Attributes:
        name: short, as other pages have it; `full_name` with its folders.
        image: the page that the passage is the text of, with a box around every marked place.
    """

    document: str
    name: str = field(repr=False)
    full_name: str = field(repr=False)
    page: int
    lines: tuple[Markup, ...] = field(repr=False)
    image: PageDrawing | None = field(repr=False)


def paper_names(opened: OpenedItem) -> dict[str, str]:
    """The papers' short names by document id."""
    documents = opened.opened.screened.dossier.documents
    names = short_names(tuple(document.name for document in documents))
    return {document.id: name for document, name in zip(documents, names, strict=True)}


def passage_lines(
    opened: OpenedItem, places: Sequence[MarkedPlace], page: tuple[str, int] | None = None
) -> list[PassageLines]:
    """Args: page: document id and number of a page that is shown whole."""
    style = QUESTIONS[opened.item.attribute].style
    names = paper_names(opened)
    drawn = []
    for passage in opened.passages(page):
        text = opened.lines[passage.document].text
        here = [place for place in places if place.spot.document == passage.document]
        lines = tuple(Markup(_line_html(words, text, here, style)) for _, words in opened.words(passage))
        name, image = names[passage.document], _image(opened, passage, here, style)
        drawn.append(PassageLines(passage.document, name, passage.name, passage.page, lines, image))
    return drawn


def _image(opened: OpenedItem, passage: Passage, places: Sequence[MarkedPlace], style: str) -> PageDrawing | None:
    """The image of a passage's page, with the places on it in boxes; None where the page has none."""
    document = opened.opened.screened.dossier.document(passage.document)
    page = next((page for page in document.pages if page.number == passage.page), None)
    if page is None or not has_image(page):
        return None
    text = opened.lines[passage.document].text
    marked = [
        Place(
            id=place.id,
            document_id=document.id,
            start=place.spot.start,
            end=place.spot.end,
            page=document.page_at(place.spot.start),
            style=style,
            tag=place.letters,
            says=f"{place.letters}：{text[place.spot.start : place.spot.end]}",
        )
        for place in places
    ]
    folder = f"/api/v1/dossiers/{opened.item.dossier_id}/documents"
    return draw(document, page, marked, lambda name, number: f"{folder}/{name}/pages/{number}/image")


def _line_html(words: Sequence[Word], text: str, places: Sequence[MarkedPlace], style: str) -> str:
    """Words with their numbers, in the marks of the readings that rest on them; words are cut where those begin and
    end."""

    def covering(word: Word) -> tuple[MarkedPlace, ...]:
        return tuple(place for place in places if place.spot.start <= word.start and word.end <= place.spot.end)

    html = ""
    for marked, group in groupby(words, covering):
        together = list(group)
        inside = "".join(
            f'<span class="w" data-w="{word.id}">{escaped(text[word.start : word.end])}</span>' for word in together
        )
        html += _marked_html(inside, together[0].start, marked, style)
    return html


def _marked_html(html: str, start: int, places: Sequence[MarkedPlace], style: str) -> str:
    for depth, place in reversed(list(enumerate(places))):
        begins = place.spot.start == start
        sign = f'<span class="tags" aria-hidden="true"><i class="{style}" data-t="{place.letters}"></i></span>'
        anchor = f' id="{place.id}" tabindex="-1"' if begins else ""
        inner = " in" if depth else ""
        html = f'<mark class="{style} hint{inner}" data-e="{place.id}"{anchor}>{sign if begins else ""}{html}</mark>'
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
