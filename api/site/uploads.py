"""The page of uploads: those on their way and those that went wrong, with the way to try again or to stop."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.service import Service
from api.site.render import page
from api.uploads import STATES, UNDONE, count_done, count_undone, list_uploads

router = APIRouter()
_AT_ONCE = 30


@router.get("/uploads", response_class=HTMLResponse)
def uploads_page(
    request: Request,
    visitor: Annotated[Visitor, Depends(requires(Permission.UPLOAD))],
    state: Annotated[str | None, Query(pattern=f"^({'|'.join(STATES)})?$")] = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """All that are not done, or those of one state; an older page starts at `offset`."""
    service: Service = request.app.state.service
    states = (state,) if state else UNDONE
    with service.store.read() as session:
        tally = count_undone(session, visitor) | {"done": count_done(session, visitor)}
        lines = list_uploads(session, service.store, service.shelf, visitor, states, limit=_AT_ONCE, offset=offset)
    return page(
        request,
        visitor,
        "uploads.html",
        states=STATES,
        state=state or "",
        tally=tally,
        total=sum(tally[each] for each in states),
        undone=sum(tally[each] for each in UNDONE),
        lines=lines,
        offset=offset,
        at_once=_AT_ONCE,
    )
