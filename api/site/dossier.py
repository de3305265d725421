"""The dossier page: papers with their evidence in the middle, victims on the left, the lead and its reasons on the
right, and the bar on which a person decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
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
from api.annotation.questions import QUESTIONS
from api.corrections import KINDS
from api.decisions import REASONS, STATE_TITLES, TITLES
from api.jobs.queue import waiting_for
from api.opened import NotReady, Opened, open_dossier_for, shown_name, shown_number
from api.page_images import has_image
from api.person_corrections import PERSON_KINDS
from api.routes.leads import correction_parts, lead_state
from api.routes.parts import job_part
from api.service import Service
from api.site.render import page
from api.store.results import history
from api.store.tables import Lead
from api.web.drawings import ImageAddress
from api.web.pages import dossier_values
from api.wording import ATTRIBUTES, circled

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

    leads: dict[str | None, Lead] = {
        lead.victim: lead for lead in session.scalars(select(Lead).where(Lead.dossier_id == row.id)) if lead.victim
    }
    job = waiting_for(session, row.id, "screen")
    return {
        **_columns(opened, image),
        "dossier": row,
        "today": dt.date.today().isoformat(),
        "number": shown_number(service.store, row),
        "masked": opened.masked,
        "unmask_reasons": UNMASK_REASONS,
        "deciding": _deciding(session, service, opened, leads),
        "reasons": REASONS,
        "titles": TITLES,
        "state_titles": STATE_TITLES,
        "changes": opened.changes.in_words() if opened.changes is not None else (),
        "results": history(session, row.id),
        "corrections": _corrections(session, service, visitor, opened),
        "attribute_titles": {key: words.title for key, words in ATTRIBUTES.items()},
        "correction_kinds": KINDS,
        "job": job_part(job) if job is not None and job.state in ("waiting", "running", "dead") else None,
    }


def _columns(opened: Opened, image: ImageAddress) -> dict[str, Any]:
    """What the columns are drawn from; worked out once for a result, a long dossier takes most of a second."""
    if "columns" not in opened.drawn:
        opened.drawn["columns"] = dossier_values(opened.screened, image)
    columns: dict[str, Any] = opened.drawn["columns"]
    return columns


def _deciding(
    session: Session, service: Service, opened: Opened, leads: Mapping[str | None, Lead]
) -> list[dict[str, Any]]:
    """For each victim the lead with its state and history, in the order of the tabs."""
    rows = []
    for number, victim in enumerate(opened.result.victims, 1):
        lead = leads.get(victim.id)
        if lead is None:
            continue
        state = lead_state(session, service, lead)
        for decision in state.decisions:
            if opened.mask is not None and decision.note:
                decision.note = opened.mask.words(decision.note)
        rows.append({"victim": victim.id, "number": circled(number), "lead": lead, "history": state.decisions})
    return rows


def _corrections(session: Session, service: Service, visitor: Visitor, opened: Opened) -> list[dict[str, Any]]:
    names = {v.id: f"{circled(n)} {v.name}" for n, v in enumerate(opened.result.victims, 1)}
    return [
        {
            "part": part,
            "who": names.get(part.victim, part.body.get("name", "—")),
            "title": QUESTIONS[part.attribute].title,
            "kind": {**KINDS, **PERSON_KINDS}[part.kind],
        }
        for part in correction_parts(session, service, visitor, opened.row)
    ]


def _waiting_page(request: Request, service: Service, visitor: Visitor, dossier_id: str) -> Response:
    with service.store.read() as session:
        row = require_dossier(session, visitor, dossier_id)
        job = waiting_for(session, dossier_id, "screen")
        name = shown_name(session, service.store, service.shelf, visitor, row)
    return page(request, visitor, "waiting.html", dossier=row, name=name, job=job)
