"""The recall ledger: what screening misses, measured on dossiers without a lead, drawn blind each month.

In: the dossiers of a month that gave no lead. Out: a draw for people to check, and from what they found an estimate of
how many victims were missed, with its interval. The draw is seeded by month and office, so that nobody can pick; the
interval is Wilson's for the share of dossiers with a missed victim, scaled to the dossiers it was drawn from. A sealed
case that was drawn is checked by those with that right only; others see its place in the figures and nothing else.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.rights import Visitor
from api.accounts.visibility import visible
from api.store.store import Store
from api.store.tables import DossierRow, RecallCheck, new_id, now
from dossier.errors import JiuzhuError

SIZE = 20  # dossiers drawn for a month and office
_Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Estimate:
    """Attributes:
    population: dossiers without a lead.
    checked: of the draw; `hits` of them held a victim who should have been found.
    low, high: bounds of the number of such dossiers in the population, 95 %.
    victims_missed: victims missed in the checked dossiers.
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


@dataclass(frozen=True, slots=True)
class Pending:
    """Attributes:
    month: the earliest that waits: for people to check what was drawn, or for the draw itself.
    drawn: dossiers of the months with something unchecked, of which so many are `unchecked`; 0 when the draw of the
        last month is still to be made.
    """

    month: str
    drawn: int
    unchecked: int


def pending(session: Session, office_id: str) -> Pending | None:
    """What of the ledger waits for this office; None when nothing does."""
    months = session.execute(
        select(RecallCheck.month, func.count(), func.count().filter(RecallCheck.missed.is_(None)))
        .where(RecallCheck.office_id == office_id)
        .group_by(RecallCheck.month)
        .order_by(RecallCheck.month)
    ).all()
    waiting = [row for row in months if row[2]]
    if waiting:
        return Pending(waiting[0][0], sum(row[1] for row in waiting), sum(row[2] for row in waiting))
    last = f"{now().replace(day=1) - dt.timedelta(days=1):%Y-%m}"
    drawn = any(row[0] == last for row in months)
    if drawn or session.scalars(select(DossierRow.id).where(*_drawable(office_id, last)).limit(1)).first() is None:
        return None
    return Pending(last, 0, 0)


def draw(session: Session, office_id: str, month: str, *, size: int = SIZE) -> list[RecallCheck]:
    """Draws a month's dossiers, once; asked again it gives the same.

    Raises:
        JiuzhuError: `recall.month`, the month is not over or none.
    """
    if _bounds(month)[1] > now():
        raise JiuzhuError("recall.month", "该月尚未结束", "次月起可以抽取")
    there = list(
        session.scalars(select(RecallCheck).where(RecallCheck.office_id == office_id, RecallCheck.month == month))
    )
    if there:
        return there
    population = sorted(session.scalars(select(DossierRow.id).where(*_drawable(office_id, month))))
    chosen = random.Random(f"{month}:{office_id}").sample(population, min(size, len(population)))
    checks = [
        RecallCheck(
            id=new_id(),
            dossier_id=dossier,
            office_id=office_id,
            month=month,
            population=len(population),
            drawn_at=now(),
        )
        for dossier in chosen
    ]
    session.add_all(checks)
    session.flush()
    return checks


def check(
    session: Session,
    store: Store,
    visitor: Visitor,
    check_id: str,
    *,
    victims: int,
    missed: int,
    note: str | None = None,
) -> RecallCheck:
    """What a person found in a drawn dossier.

    Raises:
        JiuzhuError: `recall.not_found`; `recall.gone`, its dossier was removed; `recall.count` when more were missed
            than are there; `recall.checked` when somebody else has checked it: what one person found does not replace
            what another did.
    """
    row = session.get(RecallCheck, check_id, with_for_update=True)
    if row is None or row.office_id != visitor.office_id or row.dossier_id not in checkable(session, visitor, [row]):
        raise JiuzhuError("recall.not_found", "没有这件抽查", "请刷新页面")
    dossier = session.get(DossierRow, row.dossier_id)
    if dossier is None or dossier.deleted_at is not None:
        raise JiuzhuError("recall.gone", "这件卷宗已经删除，不能再核对", "已有的核对结果保留")
    if missed > victims:
        raise JiuzhuError("recall.count", "漏识别的人数不能多于卷内被害人数", "请核对")
    if row.checked_by is not None and row.checked_by != visitor.id:
        raise JiuzhuError(
            "recall.checked", "这件已由其他人核对，您的结果没有保存", "请刷新页面；结果不一致的，请与核对人商定"
        )
    row.victims, row.missed, row.checked_by, row.checked_at = victims, missed, visitor.id, now()
    if note:
        row.note_sealed = store.vault.seal_text(note, f"recall.note:{row.id}")
    record(session, visitor.id, "recall.check", f"dossier:{row.dossier_id}", victims=victims, missed=missed)
    return row


def checkable(session: Session, visitor: Visitor, checks: Sequence[RecallCheck]) -> frozenset[str]:
    """Ids of the drawn dossiers that this visitor may open."""
    drawn = [row.dossier_id for row in checks]
    return frozenset(session.scalars(select(DossierRow.id).where(DossierRow.id.in_(drawn), visible(visitor))))


def estimate(checks: list[RecallCheck], month: str) -> Estimate:
    """What the checked dossiers say of the month's."""
    done = [row for row in checks if row.missed is not None]
    population = checks[0].population if checks else 0
    hits = sum((row.missed or 0) > 0 for row in done)
    low, high = wilson(hits, len(done)) if done else (None, None)
    return Estimate(
        month=month,
        population=population,
        drawn=len(checks),
        checked=len(done),
        hits=hits,
        victims_missed=sum(row.missed or 0 for row in done),
        expected=round(population * hits / len(done), 1) if done else None,
        low=round(population * low, 1) if low is not None else None,
        high=round(population * high, 1) if high is not None else None,
    )


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share.

    >>> [round(bound, 3) for bound in wilson(0, 20)]
    [0.0, 0.161]
    """
    share, z2 = hits / trials, _Z * _Z
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = _Z / (1 + z2 / trials) * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def _drawable(office_id: str, month: str) -> tuple[ColumnElement[bool], ...]:
    begin, end = _bounds(month)
    return (
        DossierRow.office_id == office_id,
        DossierRow.level == "none",
        DossierRow.deleted_at.is_(None),
        DossierRow.created_at >= begin,
        DossierRow.created_at < end,
    )


def _bounds(month: str) -> tuple[dt.datetime, dt.datetime]:
    try:
        begin = dt.datetime.strptime(month, "%Y-%m").replace(tzinfo=dt.UTC)
    except ValueError:
        raise JiuzhuError("recall.month", "月份须写作 2026-03", "请核对") from None
    return begin, (begin + dt.timedelta(days=32)).replace(day=1)
