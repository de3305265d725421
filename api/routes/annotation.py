"""The queue of annotation: questions, their sides and words, answers, and gold as a zip."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.accounts.audit import record
from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import visible
from api.annotation.agreed import agreement_of
from api.annotation.answers import GivenValue, answer, check_answer, reasons_of, verdicts_of
from api.annotation.gold import gold_of
from api.annotation.items import SHOWS, ItemFilters, counts, list_items, next_item
from api.annotation.opening import OpenedItem, PersonGone, close_if_gone, open_item
from api.annotation.questions import QUESTIONS
from api.annotation.queue import SOURCES
from api.annotation.shapes import AgreementPart, AnswerBody, Answered, ItemCountsPart, ItemDetail, ItemList
from api.annotation.shown import agreement_part, answer_parts, item_lines, owner_words, passage_parts, reading_parts
from api.routes.parts import PROBLEMS, ServiceOf
from api.service import Service

router = APIRouter(prefix="/annotation", tags=["annotation"], responses=PROBLEMS)
Annotator = Annotated[Visitor, Depends(requires(Permission.READ, Permission.ANNOTATE))]
Id12 = Annotated[str, Field(max_length=12)]


def item_filters_of(
    show: Annotated[str, Query(pattern=f"^({'|'.join(SHOWS)})$")] = "todo",
    source: Annotated[list[str] | None, Query()] = None,
    attribute: Annotated[list[str] | None, Query()] = None,
    office: Annotated[str | None, Query(max_length=12)] = None,
) -> ItemFilters:
    """The filters in an address, for the route and the page alike."""
    return ItemFilters(
        show=show,
        sources=tuple(s for s in source or () if s in SOURCES),
        attributes=tuple(a for a in attribute or () if a in QUESTIONS),
        office=office or None,
    )


Filters = Annotated[ItemFilters, Depends(item_filters_of)]


@router.get("")
def annotation_list(
    service: ServiceOf,
    visitor: Annotator,
    filters: Filters,
    after: Annotated[str | None, Query(max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    with_counts: bool = False,
) -> ItemList:
    """What is asked, corrections first; `after` of one answer asks for the next page."""
    with service.store.read() as session:
        page = list_items(session, visitor, filters, after=after, limit=limit)
        lines = item_lines(session, service, visitor, page.items)
        counted = counts(session, visitor, filters) if with_counts else None
    part = None
    if counted is not None:
        part = ItemCountsPart(**{name: getattr(counted, name) for name in ItemCountsPart.model_fields})
    return ItemList(items=lines, after=page.after, counts=part)


@router.get("/gold", response_class=Response)
def annotation_gold(
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.READ, Permission.CORPUS))],
    since: dt.date | None = None,
    sealed: Annotated[bool, Query(description="连同未成年人封存案件，限有权查阅的账号")] = False,
) -> Response:
    """Gold of the dossiers that the visitor may see, as a zip for `jiuzhu evaluate` and `jiuzhu train`; masked."""
    with service.store.read() as session:
        gold = gold_of(session, service.store, seen=[visible(visitor)], since=since, sealed=sealed)
    with service.store.begin() as session:
        record(session, visitor.id, "annotation.export", None, **gold.facts())
    name = {"Content-Disposition": "attachment; filename=jiuzhu-gold.zip"}
    return Response(gold.as_zip(), media_type="application/zip", headers=name)


@router.get("/agreement")
def annotation_agreement(
    service: ServiceOf, visitor: Annotated[Visitor, Depends(requires(Permission.READ, Permission.CORPUS))]
) -> AgreementPart:
    """How often two people who answered blind said the same, by attribute and over all."""
    with service.store.read() as session:
        return agreement_part(agreement_of(session, service.store, seen=[visible(visitor)]))


@router.get("/{item_id}")
def annotation_item(item_id: Id12, service: ServiceOf, visitor: Annotator) -> ItemDetail:
    """One question: its sides, the words around them in segments, and the answers that may be seen. Recorded."""
    opened = opened_for(service, visitor, item_id)
    with service.store.read() as session:
        (line,) = item_lines(session, service, visitor, [opened.item])
        return ItemDetail(
            item=line,
            result=str(opened.opened.row.result_id),
            verdicts=verdicts_of(opened.item.attribute),
            reasons=reasons_of(opened.item.attribute),
            owners=owner_words(opened),
            readings=reading_parts(opened),
            passages=passage_parts(opened),
            answers=answer_parts(session, visitor, opened),
        )


@router.post("/{item_id}/answers", status_code=201)
def annotation_answer(
    item_id: Id12, body: AnswerBody, service: ServiceOf, visitor: Annotator, filters: Filters
) -> Answered:
    """Answers a question, for good. The filters say which question comes next."""
    store = service.store
    with store.read() as session:
        opened = open_item(session, service, visitor, item_id)
        values = tuple(
            GivenValue(value.fields, tuple(opened.quote(w.document, w.first, w.last, w.words) for w in value.words))
            for value in body.values
        )
        others = tuple(victim.id for victim in opened.others)
        checked = check_answer(opened.item.attribute, body.verdict, values, body.reason, body.note, body.owner, others)
    with store.begin() as session:
        item = answer(session, store, visitor, item_id, checked, body.reason, result_id=body.result)
        following = next_item(session, visitor, filters, item)
        left = counts(session, visitor, filters).shows["todo"]
        return Answered(item=item.id, state=item.state, next=following.id if following else None, left=left)


def opened_for(service: Service, visitor: Visitor, item_id: str) -> OpenedItem:
    """A question opened, which is recorded; one whose person is gone leaves the queue.

    Raises:
        NotFound; PersonGone.
    """
    try:
        with service.store.read() as session:
            opened = open_item(session, service, visitor, item_id)
    except PersonGone:
        with service.store.begin() as session:
            close_if_gone(session, item_id)
        raise
    with service.store.begin() as session:
        record(session, visitor.id, "annotation.open", f"annotation:{item_id}", dossier=opened.item.dossier_id)
    return opened
