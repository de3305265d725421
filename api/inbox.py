"""The inbox: leads by level, newest first, with filters and counts, for those dossiers that a visitor may see.

Sealed cases that the visitor may not open are counted and not shown.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import lead_visible
from api.store.tables import DossierRow, Lead, LeadTag, Office, now
from dossier.errors import JiuzhuError

_FRESH = 5.0  # seconds for which counts stand
REMIND_AFTER = dt.timedelta(days=5)
LEVELS = ("red", "orange", "yellow", "grey", "none")
_RANK = {level: rank for rank, level in enumerate(LEVELS)}


@dataclass(frozen=True, slots=True)
class LeadFilters:
    """Attributes:
    states: `open`, `accepted`, `checking`, `rejected`; empty for all.
    waiting: `late` past the reminder, `fresh` within it.
    changed: only those whose facts changed after a decision.
    """

    levels: tuple[str, ...] = ("red", "orange", "yellow", "grey")
    states: tuple[str, ...] = ("open",)
    articles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    office: str | None = None
    waiting: str | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Attributes:
    after: pass it on for the next page; None at the end.
    """

    leads: tuple[Lead, ...] = field(repr=False)
    after: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many leads each choice of a filter would show, the other filters as they are."""

    total: int
    levels: dict[str, int]
    articles: dict[str, int]
    groups: dict[str, int]
    charges: dict[str, int]
    late: int
    fresh: int
    changed: int
    sealed: int


def list_leads(
    session: Session, visitor: Visitor, filters: LeadFilters, *, after: str | None = None, limit: int = 50
) -> LeadPage:
    """Leads by level, within one the newest first."""
    query = select(Lead).where(*_conditions(visitor, filters))
    if after is not None:
        rank, at, lead_id = _place(after)
        query = query.where(
            or_(
                Lead.rank > rank,
                and_(Lead.rank == rank, Lead.created_at < at),
                and_(Lead.rank == rank, Lead.created_at == at, Lead.id > lead_id),
            )
        )
    rows = list(session.scalars(query.order_by(Lead.rank, Lead.created_at.desc(), Lead.id).limit(limit + 1)))
    more = rows[limit - 1] if len(rows) > limit else None
    return LeadPage(
        tuple(rows[:limit]), f"{more.rank}_{more.created_at.timestamp():.6f}_{more.id}" if more is not None else None
    )


def counts(session: Session, visitor: Visitor, filters: LeadFilters) -> Counts:
    """For the filters' column."""
    levels = dict(_grouped(session, _without(visitor, replace(filters, levels=LEVELS)), Lead.level))
    limit_ = now() - REMIND_AFTER
    total = sum(levels.get(level, 0) for level in filters.levels)
    late = _number(session, visitor, replace(filters, waiting=None), Lead.created_at < limit_)
    return Counts(
        total=total,
        levels={level: levels.get(level, 0) for level in LEVELS},
        articles=_tags(session, visitor, replace(filters, articles=()), "article"),
        groups=_tags(session, visitor, replace(filters, groups=()), "group"),
        charges=_tags(session, visitor, replace(filters, charges=()), "charge"),
        late=late,
        fresh=_number(session, visitor, replace(filters, waiting=None)) - late,
        changed=_number(session, visitor, replace(filters, changed=False, states=()), Lead.changed.is_(True)),
        sealed=_sealed(session, visitor),
    )


class Tally:
    """Counts at most a few seconds old: everybody who opens the inbox asks for the same ones."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[float, Counts]] = {}
        self._lock = threading.Lock()

    def of(self, session: Session, visitor: Visitor, filters: LeadFilters) -> Counts:
        """The counts for this visitor and these filters."""
        key = (visitor.id, visitor.permissions, visitor.sealed_cases, filters)
        with self._lock:
            known = self._known.get(key)
            if known is not None and time.monotonic() - known[0] < _FRESH:
                return known[1]
        counted = counts(session, visitor, filters)
        with self._lock:
            if len(self._known) > 500:
                self._known.clear()
            self._known[key] = (time.monotonic(), counted)
        return counted


def figures(session: Session, visitor: Visitor) -> dict[str, int]:
    """The one line at the top: what waits, and this month's arrivals and decisions."""
    month = now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    seen = (lead_visible(visitor), Lead.rank < _RANK["none"], Lead.victim.is_not(None))
    rows = session.execute(
        select(
            func.count().filter(Lead.state == "open"),
            func.count().filter(Lead.created_at >= month),
            func.count().filter(Lead.decided_at >= month),
            func.count().filter(and_(Lead.decided_at >= month, Lead.state == "accepted")),
        ).where(*seen)
    ).one()
    return {"open": rows[0], "arrived": rows[1], "decided": rows[2], "accepted": rows[3]}


def offices_of(session: Session, visitor: Visitor) -> dict[str, str]:
    """Offices that have leads this visitor may see, by id."""
    ids = session.scalars(select(Lead.office_id).where(lead_visible(visitor)).distinct())
    wanted = set(ids)
    return {office.id: office.name for office in session.scalars(select(Office)) if office.id in wanted}


def _conditions(visitor: Visitor, filters: LeadFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        lead_visible(visitor),
        Lead.victim.is_not(None),
        Lead.rank.in_([_RANK[level] for level in filters.levels if level in _RANK]),
    ]
    if filters.states:
        conditions.append(Lead.state.in_(filters.states))
    if filters.changed:
        conditions.append(Lead.changed.is_(True))
    if filters.office is not None:
        conditions.append(Lead.office_id == filters.office)
    if filters.waiting is not None:
        limit = now() - REMIND_AFTER
        conditions.append(Lead.created_at < limit if filters.waiting == "late" else Lead.created_at >= limit)
    for kind, words in (("article", filters.articles), ("group", filters.groups), ("charge", filters.charges)):
        if words:
            conditions.append(Lead.id.in_(select(LeadTag.lead_id).where(LeadTag.kind == kind, LeadTag.word.in_(words))))
    return conditions


def _without(visitor: Visitor, filters: LeadFilters) -> Select[Any]:
    return select(Lead).where(*_conditions(visitor, filters))


def _grouped(session: Session, query: Select[Any], column: object) -> list[tuple[str, int]]:
    inner = query.subquery()
    name = column.key  # type: ignore[attr-defined]
    rows = session.execute(select(inner.c[name], func.count()).group_by(inner.c[name]))
    return [(row[0], row[1]) for row in rows]


def _tags(session: Session, visitor: Visitor, filters: LeadFilters, kind: str) -> dict[str, int]:
    rows = session.execute(
        select(LeadTag.word, func.count())
        .join(Lead, Lead.id == LeadTag.lead_id)
        .where(LeadTag.kind == kind, *_conditions(visitor, filters))
        .group_by(LeadTag.word)
        .order_by(func.count().desc(), LeadTag.word)
        .limit(40)
    )
    return {word: number for word, number in rows}


def _number(session: Session, visitor: Visitor, filters: LeadFilters, *more: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(Lead).where(*_conditions(visitor, filters), *more)
    return session.scalar(query) or 0


def _sealed(session: Session, visitor: Visitor) -> int:
    if visitor.sealed_cases or not visitor.may(Permission.READ):
        return 0
    query = select(func.count()).select_from(DossierRow)
    return session.scalar(query.where(DossierRow.office_id == visitor.office_id, DossierRow.sealed.is_(True))) or 0


def _place(after: str) -> tuple[int, dt.datetime, str]:
    try:
        rank, at, lead_id = after.split("_", 2)
        return int(rank) % 1000, dt.datetime.fromtimestamp(float(at), dt.UTC), lead_id
    except (ValueError, OverflowError, OSError):
        raise JiuzhuError("page.after", "翻页标记无法识别", "请从第一页重新开始") from None
