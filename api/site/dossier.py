"""The dossier page: papers with their evidence in the middle, victims on the left, the lead and its reasons on the
right, and the bar on which a person decides.
"""

from __future__ import annotations

import datetime as dt
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
from api.corrections import KINDS, may_withdraw
from api.decisions import REASONS, STATE_TITLES, TITLES, standing_decisions
from api.in_force import amendments_of
from api.jobs.queue import waiting_for
from api.opened import NotReady, Opened, open_dossier_for, shown_name, shown_number
from api.page_images import has_image
from api.routes.leads import lead_state
from api.routes.parts import job_part
from api.service import Service
from api.site.render import page
from api.store.leads import listed, open_card
from api.store.results import history
from api.store.tables import Lead
from api.web.drawings import ImageAddress
from api.web.pages import dossier_values
from api.wording import ATTRIBUTES, NO_LONGER_FOUND, circled

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
    return {
        **_columns(opened, image),
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


def _corrections(session: Session, service: Service, visitor: Visitor, opened: Opened) -> list[dict[str, Any]]:
    numbers = {v.id: circled(n) for n, v in enumerate(opened.result.victims, 1)}
    return [
        {
            "part": each,
            "who": f"{numbers.get(each.victim, '')} {each.name}".strip(),
            "title": ATTRIBUTES[each.attribute].title,
            "kind": KINDS[each.kind],
            "mine": visitor.may(Permission.CORRECT) and may_withdraw(visitor, each.user_id),
        }
        for each in amendments_of(session, service.store, opened.row, opened.mask)
    ]


def _waiting_page(request: Request, service: Service, visitor: Visitor, dossier_id: str) -> Response:
    with service.store.read() as session:
        row = require_dossier(session, visitor, dossier_id)
        job = waiting_for(session, dossier_id, "screen")
        name = shown_name(session, service.store, service.shelf, visitor, row)
    return page(request, visitor, "waiting.html", dossier=row, name=name, job=job)
