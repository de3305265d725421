"""The recall ledger: a month's draw, what people found in it, the estimate of what is missed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.recall import Estimate, check, checkable, draw, estimate
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.store.tables import DossierRow, RecallCheck

router = APIRouter(prefix="/recall", tags=["recall"], responses=PROBLEMS)
Checker = Annotated[Visitor, Depends(requires(Permission.READ, Permission.RECALL))]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class CheckPart(Shape):
    """Attributes:
    removed: the dossier is gone; what was found in it stands.
    """

    id: str
    dossier: str
    victims: int | None
    missed: int | None
    checked_at: dt.datetime | None
    removed: bool


class EstimatePart(Shape):
    """Attributes:
    expected, low, high: dossiers of the population that hold a missed victim, 95 % interval.
    """

    month: str
    population: int
    drawn: int
    checked: int
    hits: int
    victims_missed: int
    expected: float | None
    low: float | None
    high: float | None


class MonthPart(Shape):
    estimate: EstimatePart
    checks: list[CheckPart]


class Found(Shape):
    victims: int = Field(ge=0, le=10_000)
    missed: int = Field(ge=0, le=10_000)
    note: str | None = Field(default=None, max_length=2000)


def month_part(session: Session, visitor: Visitor, month: str) -> MonthPart:
    rows = list(
        session.scalars(
            select(RecallCheck)
            .where(RecallCheck.office_id == visitor.office_id, RecallCheck.month == month)
            .order_by(RecallCheck.id)
        )
    )
    found: Estimate = estimate(rows, month)
    shown = checkable(session, visitor, rows)
    drawn = select(DossierRow.id).where(DossierRow.id.in_([r.dossier_id for r in rows]))
    gone = set(session.scalars(drawn.where(DossierRow.deleted_at.is_not(None))))
    return MonthPart(
        estimate=EstimatePart(**{name: getattr(found, name) for name in EstimatePart.model_fields}),
        checks=[
            CheckPart(
                id=r.id,
                dossier=r.dossier_id,
                victims=r.victims,
                missed=r.missed,
                checked_at=r.checked_at,
                removed=r.dossier_id in gone,
            )
            for r in rows
            if r.dossier_id in shown
        ],
    )


@router.get("/{month}")
def month_of(month: Month, service: ServiceOf, visitor: Checker) -> MonthPart:
    with service.store.read() as session:
        return month_part(session, visitor, month)


@router.post("/{month}", status_code=201)
def draw_month(month: Month, service: ServiceOf, visitor: Checker) -> MonthPart:
    """Draws the month's dossiers, once."""
    with service.store.begin() as session:
        draw(session, visitor.office_id, month)
        return month_part(session, visitor, month)


@router.put("/checks/{check_id}", status_code=204)
def record_check(check_id: str, body: Found, service: ServiceOf, visitor: Checker) -> None:
    """What a person found in a drawn dossier."""
    with service.store.begin() as session:
        check(session, service.store, visitor, check_id, victims=body.victims, missed=body.missed, note=body.note)
