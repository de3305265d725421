"""Full-text search over the dossiers that the visitor may see; snippets are masked like everything else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.found import FoundPart, search
from api.routes.parts import PROBLEMS, ServiceOf

router = APIRouter(tags=["search"], responses=PROBLEMS)


@router.get("/search")
def search_dossiers(
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.READ))],
    q: Annotated[str, Query(max_length=200, description="空格隔开的词须同时出现；引号内为整句")] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> FoundPart:
    """Dossiers that hold all the words, newest first, each with one place."""
    return search(service, visitor, q, limit=limit, offset=offset)
