"""Figures of the work: leads by level, group, article, office and month; durations; how often leads are taken up.

Counts only: no name, no dossier. A share is given with what it is a share of, and there is none of nothing. Leads of
dossiers that were removed since stay in all of it. Months and days are those of the office, as its pages show times.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median, quantiles

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from api.accounts.rights import Role, Visitor
from api.decisions import REASONS, TITLES
from api.store.counts import Counted, counted_leads, counted_removed
from api.store.tables import Lead, Office, RemovedLeads
from api.wording import LEVELS

_LEVELS_SAID = tuple(LEVELS[level].says for level in ("red", "orange", "yellow", "grey", "none"))
_DECIDED = ("accepted", "checking", "rejected")
_FEWEST = 4  # values of which quartiles say anything
_MINUTE, _DAY = 60, 86_400


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
    begin = dt.datetime.combine(since, dt.time()).astimezone()
    end = dt.datetime.combine(until + dt.timedelta(days=1), dt.time()).astimezone()
    there = counted_leads(session, _office(visitor, Lead.office_id), Lead.created_at >= begin, Lead.created_at < end)
    gone = counted_removed(
        session, _office(visitor, RemovedLeads.office_id), RemovedLeads.day >= since, RemovedLeads.day <= until
    )
    offices = dict(session.execute(select(Office.id, Office.name)).all())
    counted = [*there, *gone]
    flagged = [lead for lead in counted if lead.level != "none"]
    return Figures(
        since,
        until,
        len(flagged),
        sum(lead.state in _DECIDED for lead in flagged),
        sum(lead.state == "accepted" for lead in flagged),
        sum(lead.level != "none" for lead in gone),
        (
            _split("level", "级别", ((LEVELS[lead.level].says, lead.state) for lead in counted), order=_LEVELS_SAID),
            _split("month", "月份", ((_month(lead), lead.state) for lead in flagged), all_of=_months(flagged)),
            _split("article", "条文", ((word, lead.state) for lead in counted for word in lead.articles)),
            _split("group", "群体", ((word, lead.state) for lead in counted for word in lead.groups)),
            _split("charge", "罪名", ((word, lead.state) for lead in counted for word in lead.charges)),
            _split("office", "单位", ((offices.get(lead.office_id, "—"), lead.state) for lead in flagged)),
            _durations(flagged),
            _spread(
                "screening",
                "上传至线索（分钟）",
                [(_month(lead), lead.screening / _MINUTE) for lead in flagged],
                _months(flagged),
            ),
            _spread(
                "deciding",
                "线索至处理（天）",
                [(_month(lead), lead.deciding / _DAY) for lead in flagged if lead.deciding is not None],
                _months(flagged),
            ),
            _reasons(counted),
        ),
    )


def _office(visitor: Visitor, column: object) -> ColumnElement[bool]:
    """An auditor sees the figures of all offices, everybody else those of the own."""
    return true() if Role.AUDITOR in visitor.roles else column == visitor.office_id  # type: ignore[return-value]


def _month(lead: Counted) -> str:
    return f"{lead.day:%Y-%m}"


def _months(leads: list[Counted]) -> tuple[str, ...]:
    """From the first month with a lead to the last, also those without one: a gap is to be seen."""
    if not leads:
        return ()
    first, last = (day.year * 12 + day.month - 1 for day in (min(x.day for x in leads), max(x.day for x in leads)))
    return tuple(f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1))


def _split(
    id_: str,
    title: str,
    words: Iterable[tuple[str, str]],
    *,
    order: tuple[str, ...] = (),
    all_of: tuple[str, ...] = (),
) -> Table:
    """Args:
    words: of each lead, with its state.
    order: of the words, others behind them, the most frequent first.
    all_of: words that have a row without a lead too, and their order.
    """
    order = order or all_of
    by_word: dict[str, Counter[str]] = defaultdict(Counter, {word: Counter() for word in all_of})
    for word, state in words:
        by_word[word][state] += 1
    rows = []
    for word, states in by_word.items():
        decided = sum(states[state] for state in _DECIDED)
        share = round(100 * states["accepted"] / decided, 1) if decided else None
        rows.append(
            (word, (states.total(), states["open"], states["accepted"], states["checking"], states["rejected"], share))
        )
    place = {word: number for number, word in enumerate(order)}
    rows.sort(key=lambda row: (place.get(row[0], len(place)), -row[1][0], row[0]))
    return Table(id_, title, ("线索", "待决定", "采纳", "核实中", "不采纳", "采纳占已处理 %"), tuple(rows))


def _durations(leads: list[Counted]) -> Table:
    screening = [lead.screening / _MINUTE for lead in leads]
    deciding = [lead.deciding / _DAY for lead in leads if lead.deciding is not None]
    rows = []
    for words, values in (("上传至线索（分钟）", screening), ("线索至处理（天）", deciding)):
        ordered = sorted(values)
        ninth = round(ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))], 1) if ordered else None
        rows.append((words, (*_quartiles(ordered), ninth)))
    return Table("duration", "用时", ("件数", "中位数", "下四分位", "上四分位", "九成以内"), tuple(rows))


def _spread(id_: str, title: str, values: Iterable[tuple[str, float]], months: tuple[str, ...]) -> Table:
    """Values by the month in which their leads arrived."""
    by_month: dict[str, list[float]] = defaultdict(list)
    for month, value in values:
        by_month[month].append(value)
    rows = tuple((month, _quartiles(by_month[month])) for month in months)
    return Table(id_, title, ("件数", "中位数", "下四分位", "上四分位"), rows)


def _quartiles(values: list[float]) -> tuple[int, float | None, float | None, float | None]:
    """How many, median, lower and upper quartile; no quartiles of a few.

    >>> _quartiles([1.0, 2.0, 3.0, 4.0, 10.0])
    (5, 3.0, 2.0, 4.0)
    >>> _quartiles([1.0, 2.0])
    (2, 1.5, None, None)
    """
    if len(values) < _FEWEST:
        return len(values), round(median(values), 1) if values else None, None, None
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return len(values), round(middle, 1), round(low, 1), round(high, 1)


def _reasons(leads: list[Counted]) -> Table:
    """How often each reason was given, also with decisions that no longer stand."""
    count = Counter(reason for lead in leads for reason in lead.reasons)
    rows = []
    for given, number in sorted(count.items(), key=lambda pair: (-pair[1], pair[0])):
        action, reason = given.split(".", 1)
        rows.append((f"{TITLES[action]}：{REASONS[action].get(reason, reason)}", (number,)))
    return Table("reason", "处理理由", ("次数",), tuple(rows))
