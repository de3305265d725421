"""Figures of the work: leads by level, group, article, office and month; durations; how often leads are taken up.

Counts only: no name, no dossier. A share is given with what it is a share of. Leads of dossiers that were removed since
stay in what is counted by level, month and office; of the rest nothing is kept that could be counted.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from api.accounts.rights import Permission, Role, Visitor
from api.store.leads import listed
from api.store.tables import Decision, DossierRow, Lead, LeadTag, Office, RemovedLeads
from api.wording import LEVELS

_LEVELS_SAID = tuple(LEVELS[level].says for level in ("red", "orange", "yellow", "grey", "none"))
_DECIDED = ("accepted", "checking", "rejected")


@dataclass(frozen=True, slots=True)
class Table:
    """Attributes:
    rows: first cell a word, the others numbers in the order of `columns`.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | int | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Attributes:
    tables: all that pages and exports show.
    leads, decided, accepted: of the period.
    removed: those of `leads` whose dossier was removed since.
    """

    since: dt.date
    until: dt.date
    leads: int
    decided: int
    accepted: int
    removed: int
    tables: tuple[Table, ...]


def figures_of(session: Session, visitor: Visitor, since: dt.date, until: dt.date) -> Figures:
    """The figures of leads that arrived from `since` to `until`, both included."""
    begin = dt.datetime.combine(since, dt.time(), dt.UTC)
    end = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), dt.UTC)
    leads = list(
        session.scalars(
            select(Lead).where(
                _office(visitor, Lead.office_id),
                Lead.created_at >= begin,
                Lead.created_at < end,
                listed(),
            )
        )
    )
    gone = list(
        session.scalars(
            select(RemovedLeads).where(
                _office(visitor, RemovedLeads.office_id), RemovedLeads.day >= since, RemovedLeads.day <= until
            )
        )
    )
    ids = {lead.id: lead for lead in leads}
    tags: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for tag in session.scalars(select(LeadTag)):
        if tag.lead_id in ids:
            tags[tag.kind].append((tag.word, tag.lead_id))
    uploads = dict(session.execute(select(DossierRow.id, DossierRow.created_at)).all())
    offices = dict(session.execute(select(Office.id, Office.name)).all())
    flagged = [lead for lead in leads if lead.level != "none"]
    counted = [_Counted(lead.created_at.date(), lead.office_id, lead.level, lead.state, 1) for lead in leads]
    counted += [_Counted(row.day, row.office_id, row.level, row.state, row.number) for row in gone]
    arrived = [part for part in counted if part.level != "none"]
    return Figures(
        since,
        until,
        sum(part.number for part in arrived),
        sum(part.number for part in arrived if part.state in _DECIDED),
        sum(part.number for part in arrived if part.state == "accepted"),
        sum(row.number for row in gone if row.level != "none"),
        (
            _split("level", "级别", [(LEVELS[p.level].says, p.state, p.number) for p in counted], order=_LEVELS_SAID),
            _split("month", "月份", [(f"{p.day:%Y-%m}", p.state, p.number) for p in arrived], order=()),
            *(
                _split(kind, title, [(word, ids[i].state, 1) for word, i in tags[kind]])
                for kind, title in (("article", "条文"), ("group", "群体"), ("charge", "罪名"))
            ),
            _split("office", "单位", [(offices.get(p.office_id, "—"), p.state, p.number) for p in arrived]),
            _durations(flagged, uploads),
            _reasons(session, ids),
        ),
    )


def _office(visitor: Visitor, column: object) -> ColumnElement[bool]:
    """An auditor sees the figures of all offices, everybody else those of the own."""
    if Role.AUDITOR in visitor.roles or not visitor.may(Permission.FIGURES):
        return true()
    return column == visitor.office_id  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class _Counted:
    """Leads of one day, office, level and state."""

    day: dt.date
    office_id: str
    level: str
    state: str
    number: int


def _split(
    id_: str, title: str, words: Iterable[tuple[str, str, int]], *, order: tuple[str, ...] | None = None
) -> Table:
    """Args:
    words: word, state and how many.
    order: of the words, others behind them by themselves; without it the most frequent come first.
    """
    by_word: dict[str, Counter[str]] = defaultdict(Counter)
    for word, state, number in words:
        by_word[word][state] += number
    rows = []
    for word, states in by_word.items():
        decided = sum(states[state] for state in _DECIDED)
        share = round(100 * states["accepted"] / decided, 1) if decided else None
        rows.append(
            (word, (states.total(), states["open"], states["accepted"], states["checking"], states["rejected"], share))
        )
    if order is None:
        rows.sort(key=lambda row: (-row[1][0], row[0]))
    else:
        place = {word: number for number, word in enumerate(order)}
        rows.sort(key=lambda row: (place.get(row[0], len(place)), row[0]))
    return Table(id_, title, ("线索", "待决定", "采纳", "核实中", "不采纳", "采纳占已处理 %"), tuple(rows))


def _durations(leads: list[Lead], uploads: dict[str, dt.datetime]) -> Table:
    screening = [
        (lead.created_at - uploads[lead.dossier_id]).total_seconds() / 60
        for lead in leads
        if lead.dossier_id in uploads
    ]
    deciding = [(lead.decided_at - lead.created_at).total_seconds() / 86400 for lead in leads if lead.decided_at]
    rows = []
    for words, values in (("上传至线索（分钟）", screening), ("线索至处理（天）", deciding)):
        ordered = sorted(values)
        ninth = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))] if ordered else None
        rows.append(
            (
                words,
                (
                    len(ordered),
                    round(median(ordered), 1) if ordered else None,
                    round(ninth, 1) if ninth is not None else None,
                ),
            )
        )
    return Table("duration", "用时", ("件数", "中位数", "九成以内"), tuple(rows))


def _reasons(session: Session, leads: dict[str, Lead]) -> Table:
    from api.decisions import REASONS, TITLES

    count: Counter[tuple[str, str]] = Counter()
    for decision in session.scalars(select(Decision)):
        if decision.lead_id in leads and decision.reason is not None:
            count[decision.action, decision.reason] += 1
    rows = tuple(
        (f"{TITLES[action]}：{REASONS[action][reason]}", (number,)) for (action, reason), number in count.most_common()
    )
    return Table("reason", "处理理由", ("次数",), rows)
