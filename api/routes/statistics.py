"""Figures as JSON and as files, for those who may see figures; no name and no dossier in them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.figure_files import as_csv, as_xlsx
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.statistics import figures_of
from dossier.errors import JiuzhuError

router = APIRouter(prefix="/statistics", tags=["statistics"], responses=PROBLEMS)
Counter = Annotated[Visitor, Depends(requires(Permission.FIGURES))]


class RowPart(Shape):
    word: str
    values: list[float | int | None]


class TablePart(Shape):
    id: str
    title: str
    columns: list[str]
    rows: list[RowPart]


class FiguresPart(Shape):
    """Attributes:
    removed: those of `leads` whose dossier was removed since; they are in every table.
    """

    since: dt.date
    until: dt.date
    leads: int
    decided: int
    accepted: int
    removed: int
    tables: list[TablePart]


def period_of(
    since: Annotated[dt.date | None, Query()] = None, until: Annotated[dt.date | None, Query()] = None
) -> tuple[dt.date, dt.date]:
    """A year back from today unless told otherwise."""
    last = until or dt.date.today()
    first = since or max(dt.date.min + dt.timedelta(days=1), last - dt.timedelta(days=364))
    if first > last or last > dt.date(9000, 1, 1):
        raise JiuzhuError("statistics.period", "起止日期颠倒或无法使用", "请核对日期")
    return first, last


Period = Annotated[tuple[dt.date, dt.date], Depends(period_of)]


@router.get("")
def statistics(service: ServiceOf, visitor: Counter, period: Period) -> FiguresPart:
    with service.store.read() as session:
        found = figures_of(session, visitor, *period)
    return FiguresPart(
        since=found.since,
        until=found.until,
        leads=found.leads,
        decided=found.decided,
        accepted=found.accepted,
        removed=found.removed,
        tables=[
            TablePart(
                id=t.id,
                title=t.title,
                columns=list(t.columns),
                rows=[RowPart(word=word, values=list(values)) for word, values in t.rows],
            )
            for t in found.tables
        ],
    )


@router.get("/file.{kind}", response_class=Response)
def statistics_file(kind: Literal["csv", "xlsx"], service: ServiceOf, visitor: Counter, period: Period) -> Response:
    """All tables in one file."""
    with service.store.read() as session:
        found = figures_of(session, visitor, *period)
    name = f"jiuzhu-{found.since}-{found.until}.{kind}"
    content, media = (as_csv(found), "text/csv; charset=utf-8") if kind == "csv" else (as_xlsx(found), _XLSX)
    return Response(content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
