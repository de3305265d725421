"""Screening a short text while the caller waits; nothing of it is kept."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.schemas import ScreeningResult

router = APIRouter(tags=["screening"], responses=PROBLEMS)
LONGEST = 100_000  # code points: about a second


class ShortText(Shape):
    text: str = Field(
        min_length=1, max_length=LONGEST, examples=["被告人尤某持刀将被害人蔺某砍伤，经鉴定系重伤二级，至今未赔偿。"]
    )
    name: str = Field(default="文本.txt", max_length=100)
    as_of: dt.date | None = None


@router.post("/screen")
def screen_text(
    body: ShortText, service: ServiceOf, _visitor: Annotated[Visitor, Depends(requires(Permission.READ))]
) -> ScreeningResult:
    """The screening result of a text that the caller already has: nothing is masked, stored or logged."""
    name = body.name if body.name.lower().endswith(".txt") else f"{body.name}.txt"
    data = body.text.encode("utf-8", "replace")
    return service.screener.screen_bytes(name, data, as_of=body.as_of or dt.date.today()).result
