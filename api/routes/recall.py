"""The recall ledger: a month's draw, what people found in it, the estimate of what is missed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.http import requires
from api.accounts.masking import Mask, stand_ins, unmasked_by
from api.accounts.rights import Permission, Visitor
from api.recall import Estimate, check, draw, draw_due, estimate, listable, names_of
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.store.store import Store
from api.store.tables import DossierRow, RecallCheck

router = APIRouter(prefix="/recall", tags=["recall"], responses=PROBLEMS)
Checker = Annotated[Visitor, Depends(requires(Permission.READ, Permission.RECALL))]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Name = Annotated[str, Field(min_length=1, max_length=60)]


class CheckPart(Shape):
    """Attributes:
    names: of the missed ones, as written in the papers; covered unless this person has unmasked the dossier.
    removed: the dossier is gone; the numbers found in it stand.
    own: this person has checked it, and alone can say otherwise.
    masked: the names are covered.
    """

    id: str
    dossier: str
    victims: int | None
    missed: int | None
    names: list[str]
    checked_at: dt.datetime | None
    removed: bool
    own: bool
    masked: bool


class EstimatePart(Shape):
    """Attributes:
    checked: dossiers of the draw that somebody has checked; the others count for nothing.
    expected, low, high: dossiers of the population that hold a missed victim, 95 % interval; null until one is checked.
    victims_expected, victims_low, victims_high: victims missed in the population, 95 % interval.
    worst: missed in one checked dossier at most, at least 1; the interval of victims takes it that no other has more.
    """

    month: str
    population: int
    drawn: int
    checked: int
    hits: int
    victims_missed: int
    worst: int | None
    expected: float | None
    low: int | None
    high: int | None
    victims_expected: float | None
    victims_low: int | None
    victims_high: int | None


class MonthPart(Shape):
    estimate: EstimatePart
    checks: list[CheckPart]


class Found(Shape):
    """Attributes:
    names: left out, those written before stay.
    """

    victims: int = Field(ge=0, le=10_000)
    missed: int = Field(ge=0, le=10_000)
    names: list[Name] | None = Field(default=None, max_length=100)
    note: str | None = Field(default=None, max_length=2000)


def month_part(session: Session, store: Store, visitor: Visitor, month: str) -> MonthPart:
    rows = list(
        session.scalars(
            select(RecallCheck)
            .where(RecallCheck.office_id == visitor.office_id, RecallCheck.month == month)
            .order_by(RecallCheck.id)
        )
    )
    found: Estimate = estimate(rows, month)
    shown = listable(session, visitor, rows)
    plain = unmasked_by(session, visitor)
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
                names=_names(store, r, masked=r.dossier_id not in plain),
                checked_at=r.checked_at,
                removed=r.dossier_id in gone,
                own=r.checked_by == visitor.id,
                masked=bool(r.names_sealed) and r.dossier_id not in plain,
            )
            for r in rows
            if r.dossier_id in shown
        ],
    )


def _names(store: Store, row: RecallCheck, *, masked: bool) -> list[str]:
    names = names_of(store, row)
    mask = Mask(stand_ins(names), {})
    return [("某" if len(name) == 1 else mask.words(name)) if masked else name for name in names]


@router.get("/{month}")
def month_of(month: Month, service: ServiceOf, visitor: Checker) -> MonthPart:
    """A month's draw and what it says; the draw of a month that is over makes itself."""
    draw_due(service.store, visitor.office_id, month)
    with service.store.read() as session:
        return month_part(session, service.store, visitor, month)


@router.post("/{month}", status_code=201)
def draw_month(month: Month, service: ServiceOf, visitor: Checker) -> MonthPart:
    """Draws the month's dossiers, once, without waiting for those that are still to be screened."""
    with service.store.begin() as session:
        draw(session, visitor.office_id, month)
        return month_part(session, service.store, visitor, month)


@router.put("/checks/{check_id}", status_code=204)
def record_check(check_id: str, body: Found, service: ServiceOf, visitor: Checker) -> None:
    """What a person found in a drawn dossier: how many victims it has, how many of them were missed, and who."""
    with service.store.begin() as session:
        check(
            session,
            service.store,
            visitor,
            check_id,
            victims=body.victims,
            missed=body.missed,
            names=body.names,
            note=body.note,
        )
