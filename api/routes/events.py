"""Server-sent events: how far the reading of a dossier is, and what is new in the inbox.

The database is looked at once a second; a stream ends by itself when there is nothing more to tell, and when whoever
opened it has signed out or may no longer see what it tells of.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool

from api.accounts.http import requires, still_there
from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import NotFound, lead_visible, require_dossier, visible
from api.jobs.queue import waiting_for
from api.routes.parts import PROBLEMS, ServiceOf, job_part
from api.store.away import StoreUnavailable
from api.store.tables import DossierRow, Lead

router = APIRouter(tags=["events"], responses=PROBLEMS)
Known = Annotated[Visitor, Depends(requires())]

_EVERY = 1.0  # seconds
_LONGEST = 600.0  # seconds; the browser connects again by itself
_ENDED = ("done", "dead", "cancelled")


@router.get("/dossiers/{dossier_id}/events", response_class=StreamingResponse)
def dossier_events(dossier_id: str, request: Request, service: ServiceOf, visitor: Known) -> StreamingResponse:
    """`progress` events with the dossier's job until it has ended."""

    def look(visitor: Visitor) -> tuple[dict[str, Any], bool]:
        with service.store.read() as session:
            row = require_dossier(session, visitor, dossier_id)
            job = waiting_for(session, row.id, "screen")
            told = {
                "dossier": row.id,
                "state": row.state,
                "level": row.level if visitor.may(Permission.READ) else None,
                "job": job_part(job).model_dump(mode="json") if job is not None else None,
            }
            return told, job is None or job.state in _ENDED

    look(visitor)  # what may not be seen is told with a status, not in a stream
    return _stream(request, "progress", look)


@router.get("/events", response_class=StreamingResponse)
def inbox_events(request: Request, service: ServiceOf, _visitor: Known) -> StreamingResponse:
    """`inbox` events whenever a lead or a dossier of the visitor is new or otherwise than before."""

    def count(visitor: Visitor) -> dict[str, Any]:
        with service.store.read() as session:
            leads, newest = session.execute(
                select(func.count(), func.max(Lead.created_at)).where(lead_visible(visitor), Lead.state == "open")
            ).one()
            states = session.execute(
                select(DossierRow.state, func.count()).where(visible(visitor)).group_by(DossierRow.state)
            )
            return {
                "open": leads,
                "newest": newest.isoformat() if newest else None,
                "dossiers": {state: number for state, number in states},
            }

    def look(visitor: Visitor) -> tuple[dict[str, Any], bool]:
        seen = (visitor.office_id, visitor.id if visitor.given else "", visitor.permissions, visitor.sealed_cases)
        return service.pulse.of(seen, lambda: count(visitor)), False

    return _stream(request, "inbox", look)


def _stream(request: Request, event: str, look: Callable[[Visitor], tuple[dict[str, Any], bool]]) -> StreamingResponse:
    def look_again() -> tuple[dict[str, Any], bool] | None:
        visitor = still_there(request)
        return look(visitor) if visitor is not None else None

    async def tell() -> AsyncIterator[str]:
        before, until = None, time.monotonic() + _LONGEST
        yield "retry: 2000\n\n"
        while time.monotonic() < until and not await request.is_disconnected():
            try:
                seen = await run_in_threadpool(look_again)
            except (StoreUnavailable, NotFound):  # the browser asks again, and is told why
                return
            if seen is None:
                return
            told, over = seen
            written = json.dumps(told, ensure_ascii=False, default=str)
            if written != before:
                before = written
                yield f"event: {event}\ndata: {written}\n\n"
            if over:
                yield "event: end\ndata: {}\n\n"
                return
            await asyncio.sleep(_EVERY)

    return StreamingResponse(tell(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
