"""The search page: words over all dossiers that the visitor may see, each hit with the words around it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.accounts.http import requires
from api.accounts.personal_numbers import without_numbers
from api.accounts.rights import Permission, Visitor
from api.found import FoundPart, search
from api.site.render import page
from nlp.text_view import normal

router = APIRouter()
_AT_ONCE = 10


@router.get("/search", response_class=HTMLResponse)
def search_page(
    request: Request,
    visitor: Annotated[Visitor, Depends(requires(Permission.READ))],
    q: Annotated[str, Query(max_length=200)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    service = request.app.state.service
    found = search(service, visitor, q, limit=_AT_ONCE, offset=offset) if q.strip() else FoundPart(total=0, hits=())
    return page(
        request,
        visitor,
        "search.html",
        q=q,
        plain=normal(q),
        found=found,
        offset=offset,
        at_once=_AT_ONCE,
        numbers=without_numbers(q) != q,
        off=service.settings.search_index == "off",
    )
