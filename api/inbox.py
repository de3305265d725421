"""The inbox: leads by level, newest first, with filters and counts, for those dossiers that a visitor may see.

Sealed cases that the visitor may not open are counted and not shown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import lead_visible
from api.recall import Pending, pending
from api.recent import Recent
from api.store.leads import listed
from api.store.store import Store
from api.store.tables import DossierRow, Lead, LeadTag, Office, now
from api.uploads import count_undone
from api.versions import MadeWith, made_with
from dossier.errors import JiuzhuError

_FRESH, _USABLE = 5.0, 20.0  # seconds for which counts stand, and are shown while the next are worked out
_MOST_WORDS = 40  # of one kind in the filters
REMIND_AFTER = dt.timedelta(days=5)
LEVELS = ("red", "orange", "yellow", "grey", "none")
_RANK = {level: rank for rank, level in enumerate(LEVELS)}


@dataclass(frozen=True, slots=True)
class LeadFilters:
    """Attributes:
    states: `open`, `accepted`, `checking`, `rejected`; empty for all.
    waiting: `late` past the reminder, `fresh` within it.
    changed: only those whose facts changed after a decision.
    since: only those that came after this moment.
    """

    levels: tuple[str, ...] = ("red", "orange", "yellow", "grey")
    states: tuple[str, ...] = ("open",)
    articles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    office: str | None = None
    waiting: str | None = None
    changed: bool = False
    since: dt.datetime | None = None


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
    states: dict[str, int]
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
    """Leads by level, within one the newest first: a query for each level, which an index answers in order."""
    first, place = _place(after) if after is not None else (-1, None)
    found: list[Lead] = []
    for rank in sorted({_RANK[level] for level in filters.levels if level in _RANK}):
        if rank < first or len(found) > limit:
            continue
        query = select(Lead).where(Lead.rank == rank, *_conditions(visitor, filters, levels=False))
        if rank == first and place is not None:
            at, lead_id = place
            query = query.where(or_(Lead.created_at < at, and_(Lead.created_at == at, Lead.id > lead_id)))
        query = query.order_by(Lead.created_at.desc(), Lead.id).limit(limit + 1 - len(found))
        found += session.scalars(query)
    more = found[limit - 1] if len(found) > limit else None
    return LeadPage(
        tuple(found[:limit]), f"{more.rank}_{more.created_at.timestamp():.6f}_{more.id}" if more is not None else None
    )


def counts(session: Session, visitor: Visitor, filters: LeadFilters) -> Counts:
    """For the filters' column."""
    levels, late = _by_level(session, visitor, filters)
    tags = _tags(session, visitor, filters)
    total = sum(levels.get(level, 0) for level in filters.levels)
    anytime = total if filters.waiting is None else _number(session, visitor, replace(filters, waiting=None))
    return Counts(
        total=total,
        levels={level: levels.get(level, 0) for level in LEVELS},
        states=_by_state(session, visitor, filters),
        articles=tags["article"],
        groups=tags["group"],
        charges=tags["charge"],
        late=late,
        fresh=anytime - late,
        changed=_number(session, visitor, replace(filters, changed=False, states=()), Lead.changed.is_(True)),
        sealed=_sealed(session, visitor),
    )


@dataclass(frozen=True, slots=True)
class Overview:
    """What stands around the list: counts of the filters, the figures at the top, offices by id, uploads by state.

    Attributes:
        blind: of the monthly draw what is to be checked; None for those who do not check.
        made_with: what the newest dossier was screened with; None before the first.
    """

    counts: Counts
    figures: dict[str, int]
    offices: dict[str, str]
    uploads: dict[str, int]
    blind: Pending | None
    made_with: MadeWith | None


class Tally:
    """Overviews a few seconds old: everybody who opens the inbox asks for the same ones."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._recent: Recent[Overview] = Recent(_FRESH, _USABLE)

    def of(self, visitor: Visitor, filters: LeadFilters) -> Overview:
        """The overview for this visitor and these filters."""
        seen = (visitor.office_id, visitor.id if visitor.given else "", visitor.permissions, visitor.sealed_cases)
        return self._recent.of((*seen, filters), lambda: self._work_out(visitor, filters))

    def forget(self) -> None:
        """Somebody changed something and is to see it at once."""
        self._recent.forget()

    def _work_out(self, visitor: Visitor, filters: LeadFilters) -> Overview:
        with self._store.read() as session:
            return Overview(
                counts=counts(session, visitor, filters),
                figures=figures(session, visitor),
                offices=offices_of(session, visitor),
                uploads=count_undone(session, visitor) if visitor.may(Permission.UPLOAD) else {},
                blind=pending(session, visitor.office_id) if visitor.may(Permission.RECALL) else None,
                made_with=made_with(session, visitor),
            )


def figures(session: Session, visitor: Visitor) -> dict[str, int]:
    """The one line at the top: what waits, and this month's arrivals and decisions."""
    month = now().astimezone().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    seen = (lead_visible(visitor), Lead.rank < _RANK["none"], listed())
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


def _conditions(visitor: Visitor, filters: LeadFilters, *, levels: bool = True) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [lead_visible(visitor), listed()]
    if levels:
        conditions.append(Lead.rank.in_([_RANK[level] for level in filters.levels if level in _RANK]))
    if filters.states:
        conditions.append(Lead.state.in_(filters.states))
    if filters.changed:
        conditions.append(Lead.changed.is_(True))
    if filters.office is not None:
        conditions.append(Lead.office_id == filters.office)
    if filters.since is not None:
        conditions.append(Lead.created_at > filters.since)
    if filters.waiting is not None:
        limit = now() - REMIND_AFTER
        conditions.append(Lead.created_at < limit if filters.waiting == "late" else Lead.created_at >= limit)
    for kind, words in (("article", filters.articles), ("group", filters.groups), ("charge", filters.charges)):
        if words:
            conditions.append(Lead.id.in_(select(LeadTag.lead_id).where(LeadTag.kind == kind, LeadTag.word.in_(words))))
    return conditions


def _by_level(session: Session, visitor: Visitor, filters: LeadFilters) -> tuple[dict[str, int], int]:
    """How many leads each level has, and how many of the chosen levels wait past the reminder."""
    overdue = Lead.created_at < now() - REMIND_AFTER
    conditions = _conditions(visitor, replace(filters, levels=LEVELS))
    query = select(Lead.level, func.count(), func.count().filter(overdue)).where(*conditions).group_by(Lead.level)
    rows = [(level, number, late) for level, number, late in session.execute(query)]
    if filters.waiting is None:
        late = sum(late for level, _, late in rows if level in filters.levels)
    else:
        late = _number(session, visitor, replace(filters, waiting=None), overdue)
    return {level: number for level, number, _ in rows}, late


def _by_state(session: Session, visitor: Visitor, filters: LeadFilters) -> dict[str, int]:
    conditions = _conditions(visitor, replace(filters, states=(), changed=False))
    rows = session.execute(select(Lead.state, func.count()).where(*conditions).group_by(Lead.state))
    return {state: number for state, number in rows}


def _tags(session: Session, visitor: Visitor, filters: LeadFilters) -> dict[str, dict[str, int]]:
    """The commonest words of each kind, counted without the filter of that kind; one query for all kinds that no
    filter is set for."""
    chosen = {"article": filters.articles, "group": filters.groups, "charge": filters.charges}
    without = {
        "article": replace(filters, articles=()),
        "group": replace(filters, groups=()),
        "charge": replace(filters, charges=()),
    }
    asked = [(filters, [kind for kind, words in chosen.items() if not words])]
    asked += [(without[kind], [kind]) for kind, words in chosen.items() if words]
    found: dict[str, list[tuple[str, int]]] = {kind: [] for kind in chosen}
    for others, kinds in asked:
        query = (
            select(LeadTag.kind, LeadTag.word, func.count())
            .join(Lead, Lead.id == LeadTag.lead_id)
            .where(LeadTag.kind.in_(kinds), *_conditions(visitor, others))
            .group_by(LeadTag.kind, LeadTag.word)
        )
        for kind, word, number in session.execute(query) if kinds else ():
            found[kind].append((word, number))
    return {
        kind: dict(sorted(words, key=lambda pair: (-pair[1], pair[0]))[:_MOST_WORDS]) for kind, words in found.items()
    }


def _number(session: Session, visitor: Visitor, filters: LeadFilters, *more: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(Lead).where(*_conditions(visitor, filters), *more)
    return session.scalar(query) or 0


def _sealed(session: Session, visitor: Visitor) -> int:
    if visitor.sealed_cases or not visitor.may(Permission.READ):
        return 0
    query = select(func.count()).select_from(DossierRow)
    return session.scalar(query.where(DossierRow.office_id == visitor.office_id, DossierRow.sealed.is_(True))) or 0


def _place(after: str) -> tuple[int, tuple[dt.datetime, str]]:
    try:
        rank, at, lead_id = after.split("_", 2)
        return int(rank) % 1000, (dt.datetime.fromtimestamp(float(at), dt.UTC), lead_id)
    except (ValueError, OverflowError, OSError):
        raise JiuzhuError("page.after", "翻页标记无法识别", "请从第一页重新开始") from None
