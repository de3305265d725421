"""Pages of what follows: letters of a dossier, statistics with charts, the recall ledger."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.letters.kinds import LETTERS
from api.opened import open_dossier_for
from api.recall import draw_due, last_month
from api.routes.recall import month_part
from api.routes.statistics import Period
from api.site.charts import charts_of
from api.site.render import page
from api.statistics import figures_of
from api.wording import case_title, circled

router = APIRouter()


@router.get("/dossiers/{dossier_id}/letters", response_class=HTMLResponse)
def letters_page(
    dossier_id: str,
    request: Request,
    visitor: Annotated[Visitor, Depends(requires(Permission.READ, Permission.LETTER))],
) -> Response:
    service = request.app.state.service
    with service.store.read() as session:
        opened = open_dossier_for(session, service.store, service.shelf, visitor, dossier_id)
    levels = opened.result.lead.victims
    victims = [
        (circled(n), v, [letter for letter in LETTERS if letter.is_for(str(v.type), str(levels[v.id]))], levels[v.id])
        for n, v in enumerate(opened.result.victims, 1)
    ]
    return page(
        request,
        visitor,
        "letters.html",
        title=case_title(opened.result),
        dossier_id=dossier_id,
        victims=victims,
        masked=opened.masked,
    )


@router.get("/statistics", response_class=HTMLResponse)
def statistics_page(
    request: Request, visitor: Annotated[Visitor, Depends(requires(Permission.FIGURES))], period: Period
) -> Response:
    with request.app.state.service.store.read() as session:
        figures = figures_of(session, visitor, *period)
    return page(request, visitor, "statistics.html", figures=figures, charts=charts_of(figures))


@router.get("/recall", response_class=HTMLResponse)
def recall_page(
    request: Request,
    visitor: Annotated[Visitor, Depends(requires(Permission.READ, Permission.RECALL))],
    month: Annotated[str | None, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] = None,
) -> Response:
    store = request.app.state.service.store
    chosen = month or last_month()
    draw_due(store, visitor.office_id, chosen)
    with store.read() as session:
        found = month_part(session, store, visitor, chosen)
    return page(request, visitor, "recall.html", month=chosen, found=found, over=chosen <= last_month())
