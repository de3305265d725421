"""The dossier page: papers with their evidence in the middle, victims on the left, the lead and its reasons on the
right, and the bar on which a person decides.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.http import requires
from api.accounts.masking import REASONS as UNMASK_REASONS
from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import require_dossier
from api.annotation.values import FORMS
from api.corrected import Corrected, beside_facts, claims_of, corrected_of
from api.corrections import may_withdraw
from api.decisions import REASONS, STATE_TITLES, TITLES, standing_decisions
from api.jobs.queue import waiting_for
from api.opened import NotReady, Opened, open_dossier_for, shown_metadata, shown_name, shown_number
from api.page_images import has_image
from api.routes.leads import lead_state
from api.routes.parts import job_part
from api.service import Service
from api.site.render import page
from api.store.intake import uploads_of
from api.store.leads import listed, open_card
from api.store.results import history, unread_uploads
from api.store.tables import Lead
from api.web.drawings import ImageAddress
from api.web.pages import dossier_values
from api.wording import NO_LONGER_FOUND, circled, name_title

router = APIRouter()
Reader = Annotated[Visitor, Depends(requires(Permission.READ))]


@router.get("/dossiers/{dossier_id}", response_class=HTMLResponse)
def dossier_page(dossier_id: str, request: Request, visitor: Reader) -> Response:
    """A dossier, or how far it is when it has no result yet. Opening it is recorded."""
    service: Service = request.app.state.service
    store = service.store
    try:
        with store.read() as session:
            opened = open_dossier_for(session, store, service.shelf, visitor, dossier_id)
            values = _values(session, service, visitor, opened)
    except NotReady:
        return _waiting_page(request, service, visitor, dossier_id)
    with store.begin() as session:
        record(session, visitor.id, "dossier.open", f"dossier:{dossier_id}")
    return page(request, visitor, "dossier.html", **values)


def _values(session: Session, service: Service, visitor: Visitor, opened: Opened) -> dict[str, Any]:
    row = opened.row
    drawable = {
        (document.id, p.number)
        for document in opened.original.dossier.documents
        for p in document.pages
        if has_image(p)
    }

    def image(document_id: str, number: int) -> str | None:
        if (document_id, number) not in drawable:
            return None
        return f"/api/v1/dossiers/{row.id}/documents/{document_id}/pages/{number}/image"

    job = waiting_for(session, row.id, "screen")
    corrected = corrected_of(session, service.store, opened)
    columns = _columns(opened, image, corrected)
    correcting = visitor.may(Permission.CORRECT)
    return {
        **columns,
        "dossier": row,
        "today": dt.date.today().isoformat(),
        "number": shown_number(service.store, row),
        "masked": opened.masked,
        "unmask_reasons": UNMASK_REASONS,
        "deciding": _deciding(session, service, visitor, opened),
        "reasons": REASONS,
        "titles": TITLES,
        "state_titles": STATE_TITLES,
        "no_longer_found": NO_LONGER_FOUND,
        "changes": opened.changes.in_words() if opened.changes is not None else (),
        "results": history(session, row.id),
        "corrected": corrected,
        "righted": beside_facts(columns["panels"], corrected),
        "places_of": columns["places"].find,
        "correcting": correcting,
        "own": [each.id for each in corrected if correcting and may_withdraw(visitor, each.user_id)],
        "choices": {key: _choices(key) for key in FORMS} if correcting else {},
        "people": _people(opened) if correcting else (),
        "files": _files(session, service, opened),
        "job": job_part(job) if job is not None and job.state != "done" else None,
        "unread": unread_uploads(session, row),
        "metadata": _in_cells(shown_metadata(session, service.store, service.shelf, visitor, row) or {}),
    }


def _in_cells(metadata: dict[str, Any]) -> dict[str, str]:
    """Values that are no words, as JSON."""
    return {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in metadata.items()
    }


def _columns(opened: Opened, image: ImageAddress, corrected: tuple[Corrected, ...]) -> dict[str, Any]:
    """What the columns are drawn from; kept until a correction changes it, a long dossier takes most of a second."""
    drawn_for = tuple(each.id for each in corrected)
    kept = opened.drawn.get("columns")
    if kept is None or kept[0] != drawn_for:
        kept = drawn_for, dossier_values(opened.screened, image, claims_of(opened, corrected))
        opened.drawn["columns"] = kept
    columns: dict[str, Any] = kept[1]
    return columns


def _choices(attribute: str) -> list[str]:
    """The values that an annotator may choose, offered to whoever corrects; other words can be written too."""
    field = FORMS[attribute][0]
    return list(field.choices.values()) if field.kind == "choice" else []


def _people(opened: Opened) -> list[str]:
    """Whose a value may be instead."""
    victims = [victim.name for victim in opened.result.victims]
    return list(dict.fromkeys([*victims, *(person.name for person in opened.result.people)]))


def _files(session: Session, service: Service, opened: Opened) -> list[tuple[str, int]]:
    """What was uploaded, under the names it came with."""
    return [
        (opened.mask.words(name) if opened.mask is not None else name, upload.size)
        for upload, name in uploads_of(session, service.store, opened.row.id)
    ]


def _deciding(session: Session, service: Service, visitor: Visitor, opened: Opened) -> list[dict[str, Any]]:
    """Each lead with its state and history: of the victims in the order of the tabs, then those that were decided and
    whose person is no longer found."""
    leads = list(session.scalars(select(Lead).where(Lead.dossier_id == opened.row.id, listed()).order_by(Lead.id)))
    of_victims = {lead.victim: lead for lead in leads}
    shown = [
        (victim.id, circled(number), victim.name, of_victims[victim.id])
        for number, victim in enumerate(opened.result.victims, 1)
        if victim.id in of_victims
    ]
    for lead in leads:
        if lead.victim is None:
            card = open_card(service.store, lead)
            name = service.shelf.card(opened.row, card)["name"] if opened.masked else card["name"]
            shown.append((f"gone-{lead.id}", "", name, lead))
    rows = []
    for key, number, name, lead in shown:
        state = lead_state(session, service, visitor, lead)
        standing = standing_decisions(session, lead.id)
        rows.append(
            {
                "victim": key,
                "number": number,
                "name": name,
                "lead": lead,
                "history": state.decisions,
                "standing": next((each for each in state.decisions if standing and each.id == standing[-1].id), None),
                "own": bool(standing) and standing[-1].user_id == visitor.id,
            }
        )
    return rows


def _waiting_page(request: Request, service: Service, visitor: Visitor, dossier_id: str) -> Response:
    with service.store.read() as session:
        row = require_dossier(session, visitor, dossier_id)
        job = waiting_for(session, dossier_id, "screen")
        name = name_title(shown_name(session, service.store, service.shelf, visitor, row))
    return page(request, visitor, "waiting.html", dossier=row, name=name, job=job)
