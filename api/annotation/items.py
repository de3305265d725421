"""The queue as one person sees it: what asks for their answer, what waits for somebody else, what is done.

Only items of dossiers that the person may see; what may not be seen is not counted either.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import NotFound, visible
from api.annotation.questions import QUESTIONS
from api.annotation.queue import LIVE, SOURCES
from api.store.tables import Annotation, AnnotationItem, DossierRow, Office
from dossier.errors import JiuzhuError

SHOWS = {
    "todo": "待我标注",
    "waiting": "待第二人",
    "conflict": "两人不一致",
    "unsure": "有人拿不准",
    "done": "已定",
    "all": "全部",
}
STATES = {
    "open": "待标注",
    "once": "待第二人",
    "conflict": "两人不一致，待裁定",
    "settled": "已定",
    "rejected": "不作标注",
    "closed": "已撤销",
}


@dataclass(frozen=True, slots=True)
class ItemFilters:
    """Attributes:
    show: a key of `SHOWS`.
    """

    show: str = "todo"
    sources: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    office: str | None = None


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Attributes:
    after: pass it on for the next page; None at the end.
    """

    items: tuple[AnnotationItem, ...] = field(repr=False)
    after: str | None


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """How many items each choice of a filter would show, the other filters as they are."""

    total: int
    shows: dict[str, int]
    sources: dict[str, int]
    attributes: dict[str, int]


def list_items(
    session: Session, visitor: Visitor, filters: ItemFilters, *, after: str | None = None, limit: int = 50
) -> ItemPage:
    """Corrections first, then readings of versions, then contradictions; within one kind the oldest first."""
    query = _select().where(*_conditions(visitor, filters))
    if after is not None:
        query = query.where(_behind(*_place(after)))
    found = list(session.scalars(query.order_by(*_ORDER).limit(limit + 1)))
    return ItemPage(tuple(found[:limit]), _mark(found[limit - 1]) if len(found) > limit else None)


def next_item(
    session: Session, visitor: Visitor, filters: ItemFilters, item: AnnotationItem | None = None
) -> AnnotationItem | None:
    """The item behind this one that asks for the visitor's answer; from the beginning when none is behind it."""
    todo = [*_conditions(visitor, replace(filters, show="todo"))]
    query = _select().where(*todo).order_by(*_ORDER).limit(1)
    if item is None:
        return session.scalars(query).first()
    others = query.where(AnnotationItem.id != item.id)
    return (
        session.scalars(others.where(_behind(item.rank, item.created_at, item.id))).first()
        or session.scalars(others).first()
    )


def counts(session: Session, visitor: Visitor, filters: ItemFilters) -> ItemCounts:
    """For the filters' column."""
    base = _conditions(visitor, replace(filters, attributes=()))
    by_attribute = session.execute(
        select(AnnotationItem.attribute, func.count())
        .join_from(AnnotationItem, DossierRow)
        .where(*base)
        .group_by(AnnotationItem.attribute)
    )
    attributes = {name: number for name, number in by_attribute}
    return ItemCounts(
        total=_number(session, visitor, filters),
        shows={show: _number(session, visitor, replace(filters, show=show)) for show in SHOWS},
        sources={s: _number(session, visitor, replace(filters, sources=(s,))) for s in SOURCES},
        attributes={name: attributes.get(name, 0) for name in QUESTIONS},
    )


def require_item(session: Session, visitor: Visitor, item_id: str, *, lock: bool = False) -> AnnotationItem:
    """Raises: NotFound."""
    query = _select().where(AnnotationItem.id == item_id, *_seen(visitor))
    item: AnnotationItem | None = session.scalars(query.with_for_update(of=AnnotationItem) if lock else query).first()
    if item is None:
        raise NotFound("annotation.not_found", "没有这道标注题，或您无权查阅", "请回到标注队列")
    return item


def offices_of(session: Session, visitor: Visitor) -> dict[str, str]:
    """Offices whose items this visitor may see, by id."""
    ids = set(session.scalars(select(DossierRow.office_id).join(AnnotationItem).where(*_seen(visitor)).distinct()))
    return {office.id: office.name for office in session.scalars(select(Office)) if office.id in ids}


_ORDER = (AnnotationItem.rank, AnnotationItem.created_at, AnnotationItem.id)


def _select() -> Select[Any]:
    return select(AnnotationItem).join(DossierRow, DossierRow.id == AnnotationItem.dossier_id)


def _seen(visitor: Visitor) -> tuple[ColumnElement[bool], ...]:
    if not (visitor.may(Permission.READ) and visitor.may(Permission.ANNOTATE)):
        return (false(),)
    return (visible(visitor),)


def _conditions(visitor: Visitor, filters: ItemFilters) -> list[ColumnElement[bool]]:
    conditions = [*_seen(visitor), _shown(visitor, filters.show)]
    if filters.sources:
        conditions.append(or_(false(), *(_of_source(source) for source in filters.sources)))
    if filters.attributes:
        conditions.append(AnnotationItem.attribute.in_(filters.attributes))
    if filters.office is not None:
        conditions.append(DossierRow.office_id == filters.office)
    return conditions


def _shown(visitor: Visitor, show: str) -> ColumnElement[bool]:
    mine = AnnotationItem.id.in_(select(Annotation.item_id).where(Annotation.user_id == visitor.id))
    state = AnnotationItem.state
    match show:
        case "todo":
            return and_(state.in_(LIVE), ~mine)
        case "waiting":
            return and_(state.in_(("open", "once")), mine)
        case "conflict":
            return state == "conflict"
        case "unsure":
            unsure = select(Annotation.item_id).where(Annotation.verdict == "unsure")
            return and_(state.in_(LIVE), AnnotationItem.id.in_(unsure))
        case "done":
            return state.in_(("settled", "rejected"))
    return state != "closed"


def _of_source(source: str) -> ColumnElement[bool]:
    """An item may have several reasons."""
    match source:
        case "correction":
            return AnnotationItem.correction_id.is_not(None)
        case "version":
            return AnnotationItem.before_id.is_not(None)
    return AnnotationItem.source == source


def _number(session: Session, visitor: Visitor, filters: ItemFilters) -> int:
    query = select(func.count()).select_from(AnnotationItem).join(DossierRow)
    return session.scalar(query.where(*_conditions(visitor, filters))) or 0


def _behind(rank: int, at: dt.datetime, item_id: str) -> ColumnElement[bool]:
    item = AnnotationItem
    later = or_(item.created_at > at, and_(item.created_at == at, item.id > item_id))
    return or_(item.rank > rank, and_(item.rank == rank, later))


def _mark(item: AnnotationItem) -> str:
    return f"{item.rank}_{item.created_at.timestamp():.6f}_{item.id}"


def _place(after: str) -> tuple[int, dt.datetime, str]:
    try:
        rank, at, item_id = after.split("_", 2)
        return int(rank) % 1000, dt.datetime.fromtimestamp(float(at), dt.UTC), item_id
    except (ValueError, OverflowError, OSError):
        raise JiuzhuError("page.after", "翻页标记无法识别", "请从第一页重新开始") from None
