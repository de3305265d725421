"""The pages of annotation: the queue with its filters, and one question with its sides, papers, guideline and form."""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import visible
from api.annotation.agreed import agreement_of
from api.annotation.answers import reasons_of, verdicts_of
from api.annotation.drawn import paper_names, passage_lines, places_of
from api.annotation.guideline import guideline_of, guideline_version
from api.annotation.items import SHOWS, STATES, ItemFilters, counts, list_items, next_item, offices_of
from api.annotation.opening import OpenedItem
from api.annotation.persons import is_missed
from api.annotation.questions import QUESTIONS, question_words
from api.annotation.queue import LIVE, SOURCES
from api.annotation.shown import agreement_part, answer_parts, item_lines, owner_words, reading_parts
from api.annotation.values import FORMS, MANY, in_words, labels_of
from api.opened import shown_number
from api.routes.annotation import item_filters_of, opened_for
from api.service import Service
from api.site.render import page

router = APIRouter()
Annotator = Annotated[Visitor, Depends(requires(Permission.READ, Permission.ANNOTATE))]
Filters = Annotated[ItemFilters, Depends(item_filters_of)]
_AT_ONCE = 60
_AHEAD = 30  # questions listed beside the one that is open


@router.get("/annotate", response_class=HTMLResponse)
def queue_page(
    request: Request, visitor: Annotator, filters: Filters, after: Annotated[str | None, Query(max_length=60)] = None
) -> Response:
    """The queue."""
    service: Service = request.app.state.service
    with service.store.read() as session:
        found = list_items(session, visitor, filters, after=after, limit=_AT_ONCE)
        values: dict[str, Any] = {
            "items": item_lines(session, service, visitor, found.items),
            "counts": counts(session, visitor, filters),
            "offices": offices_of(session, visitor),
            "first": next_item(session, visitor, filters),
            "agreement": agreement_part(agreement_of(session, service.store, seen=[visible(visitor)]))
            if visitor.may(Permission.CORPUS)
            else None,
            "more": f"/annotate?{_query(request, after=found.after)}" if found.after else None,
        }
    return page(
        request,
        visitor,
        "annotate.html",
        filters=filters,
        shows=SHOWS,
        states=STATES,
        sources=SOURCES,
        questions=QUESTIONS,
        query=_query(request),
        **values,
    )


@router.get("/annotate/{item_id}", response_class=HTMLResponse)
def item_page(
    item_id: str,
    request: Request,
    visitor: Annotator,
    filters: Filters,
    show_page: Annotated[str | None, Query(alias="page", pattern=r"^d\d{1,6}\.\d{1,6}$")] = None,
) -> Response:
    """One question. Opening it is recorded."""
    service: Service = request.app.state.service
    opened = opened_for(service, visitor, item_id)
    with service.store.read() as session:
        values = _values(session, service, visitor, filters, opened, show_page)
    return page(request, visitor, "annotate_item.html", query=_query(request), **values)


def _values(
    session: Session,
    service: Service,
    visitor: Visitor,
    filters: ItemFilters,
    opened: OpenedItem,
    show_page: str | None,
) -> dict[str, Any]:
    item = opened.item
    following = next_item(session, visitor, filters, item)
    ahead = list_items(
        session, visitor, ItemFilters(sources=filters.sources, attributes=filters.attributes), limit=_AHEAD
    )
    (line,) = item_lines(session, service, visitor, [item])
    answers = answer_parts(session, visitor, opened)
    mine = any(answer.mine for answer in answers)
    places = places_of(opened)
    readings = reading_parts(opened)
    names = paper_names(opened)
    wanted = (show_page.partition(".")[0], int(show_page.partition(".")[2])) if show_page else None
    passages = passage_lines(opened, places, wanted)
    return {
        "line": line,
        "questions": QUESTIONS,
        "question": question_words(item.attribute),
        "known": not is_missed(item),
        "number": shown_number(service.store, opened.opened.row),
        "result": opened.opened.row.result_id,
        "state": STATES[item.state],
        "words": {"sources": SOURCES, "verdicts": verdicts_of(item.attribute), "reasons": reasons_of(item.attribute)},
        "owners": owner_words(opened),
        "labels": labels_of(item.attribute),
        "readings": readings,
        "chips": {letter: [p.id for p in places if letter in p.letters] for letter in (r.letter for r in readings)},
        "passages": passages,
        "scanned": any(passage.image for passage in passages),
        "papers": [
            {"id": d.id, "name": names[d.id], "pages": [p.number for p in d.pages]}
            for d in opened.opened.screened.dossier.documents
        ],
        "shown_page": show_page or "",
        "answers": answers,
        "filled": {
            "readings": json.dumps([part.model_dump(mode="json") for part in readings], ensure_ascii=False),
            "answers": json.dumps([part.model_dump(mode="json") for part in answers], ensure_ascii=False),
        },
        "in_words": in_words,
        "open": item.state in LIVE and not mine,
        "deciding": item.state == "conflict",
        "mine": mine,
        "only_unsure": all(answer.verdict == "unsure" for answer in answers),
        "fields": FORMS[item.attribute],
        "many": item.attribute in MANY,
        "guideline": guideline_of(item.attribute),
        "guideline_version": guideline_version(),
        "next_": following.id if following else None,
        "queue": item_lines(session, service, visitor, ahead.items),
        "left": counts(session, visitor, filters).shows["todo"],
    }


def _query(request: Request, **more: str | None) -> str:
    """The filters of an address, without the page that was asked for."""
    kept = [(key, value) for key, value in request.query_params.multi_items() if key not in ("after", "page")]
    return urlencode([*kept, *((key, value) for key, value in more.items() if value)])
