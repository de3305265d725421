"""The recall ledger: what screening misses, measured on dossiers without a lead, drawn blind each month.

In: the dossiers of a month that gave no lead. Out: a draw for people to check, and from what they found an estimate of
how many victims were missed (`api.missed_estimate`). The draw makes itself once the month is over and its dossiers are
screened; it is seeded by month and office, so that nobody can pick. A sealed case that was drawn is checked by those
with that right only; others see its place in the figures and nothing else.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.rights import Visitor
from api.missed_estimate import reckon
from api.store.store import Store
from api.store.tables import DossierRow, Office, RecallCheck, new_id, now
from dossier.errors import JiuzhuError

SIZE = 20  # dossiers drawn for a month and office
_PATIENCE = dt.timedelta(days=3)  # how long a month that is over waits for dossiers that are not screened yet


@dataclass(frozen=True, slots=True)
class Estimate:
    """Attributes:
    population: dossiers without a lead.
    checked: of the draw; `hits` of them held a victim who should have been found.
    victims_missed: victims missed in the checked dossiers; `worst` in one of them at most, at least 1.
    expected, low, high: dossiers of the population that hold a missed victim, with the 95 % interval.
    victims_expected, victims_low, victims_high: victims missed in the population.
    """

    month: str
    population: int
    drawn: int
    checked: int
    hits: int
    victims_missed: int
    worst: int | None = None
    expected: float | None = None
    low: int | None = None
    high: int | None = None
    victims_expected: float | None = None
    victims_low: int | None = None
    victims_high: int | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Attributes:
    month: the earliest that waits: for people to check what was drawn, or for the draw itself.
    drawn: dossiers of the months with something unchecked, of which so many are `unchecked`; 0 when the draw of the
        last month is still to make itself. A dossier that was removed waits for nobody.
    """

    month: str
    drawn: int
    unchecked: int


def pending(session: Session, office_id: str) -> Pending | None:
    """What of the ledger waits for this office; None when nothing does."""
    months = session.execute(
        select(
            RecallCheck.month,
            func.count(),
            func.count().filter(and_(RecallCheck.missed.is_(None), DossierRow.deleted_at.is_(None))),
        )
        .join(DossierRow, DossierRow.id == RecallCheck.dossier_id)
        .where(RecallCheck.office_id == office_id)
        .group_by(RecallCheck.month)
        .order_by(RecallCheck.month)
    ).all()
    waiting = [row for row in months if row[2]]
    if waiting:
        return Pending(waiting[0][0], sum(row[1] for row in waiting), sum(row[2] for row in waiting))
    last = last_month()
    drawn = any(row[0] == last for row in months)
    if drawn or session.scalars(select(DossierRow.id).where(*_drawable(office_id, last)).limit(1)).first() is None:
        return None
    return Pending(last, 0, 0)


def last_month() -> str:
    """The month before this one."""
    return f"{now().astimezone().replace(day=1) - dt.timedelta(days=1):%Y-%m}"


def is_due(session: Session, office_id: str, month: str) -> bool:
    """Whether a month's draw is to be made: the month is over, none was made, there is something to draw, and nothing
    of the month is still to be screened, or has been for too long."""
    if _bounds(month)[1] > now():
        return False
    made = select(RecallCheck.id).where(RecallCheck.office_id == office_id, RecallCheck.month == month)
    if session.scalars(made.limit(1)).first() is not None:
        return False
    if session.scalars(select(DossierRow.id).where(*_drawable(office_id, month)).limit(1)).first() is None:
        return False
    return _bounds(month)[1] + _PATIENCE < now() or not _still_coming(session, office_id, month)


def draw_due(store: Store, office_id: str, month: str) -> None:
    """Makes a month's draw when it is due."""
    with store.read() as session:
        due = is_due(session, office_id, month)
    if due:
        with store.begin() as session:
            draw(session, office_id, month)


def draw_last_month(store: Store) -> None:
    """Makes every office's draw of the month before this one, where it is due."""
    with store.read() as session:
        offices = list(session.scalars(select(Office.id)))
    for office_id in offices:
        draw_due(store, office_id, last_month())


def draw(session: Session, office_id: str, month: str, *, size: int = SIZE) -> list[RecallCheck]:
    """Draws a month's dossiers, once; asked again it gives the same.

    Raises:
        JiuzhuError: `recall.month`, the month is not over or none.
    """
    if _bounds(month)[1] > now():
        raise JiuzhuError("recall.month", "该月尚未结束", "次月起可以抽取")
    session.get_one(Office, office_id, with_for_update=True)  # of two draws at once the second finds the first's
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
    names: Sequence[str] | None = (),
    note: str | None = None,
) -> RecallCheck:
    """What a person found in a drawn dossier; said again by the same person, it stands in the place of before.

    Args:
        victims: in the papers; `missed` of them should have been found and were not.
        names: of the missed ones, as written in the papers; somebody without a name has none here. None leaves those
            that were written before, unless nobody was missed.

    Raises:
        JiuzhuError: `recall.not_found`; `recall.gone`, its dossier was removed; `recall.count` when more were missed
            than are there, `recall.names` when more are named than were missed; `recall.checked` when somebody else
            has checked it: what one person found does not replace what another did.
    """
    row = session.get(RecallCheck, check_id, with_for_update=True)
    if row is None or row.office_id != visitor.office_id or row.dossier_id not in listable(session, visitor, [row]):
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
    if names is None:
        names = names_of(store, row) if missed else ()
    called = list(dict.fromkeys(filter(None, map(str.strip, names))))
    if len(called) > missed:
        raise JiuzhuError("recall.names", "写下的姓名多于漏识别的人数", "请核对；一人只写一个姓名")
    row.victims, row.missed, row.checked_by, row.checked_at = victims, missed, visitor.id, now()
    row.names_sealed = store.vault.seal_json(called, f"recall.names:{row.id}") if called else None
    if note:
        row.note_sealed = store.vault.seal_text(note, f"recall.note:{row.id}")
    record(session, visitor.id, "recall.check", f"dossier:{row.dossier_id}", victims=victims, missed=missed)
    return row


def listable(session: Session, visitor: Visitor, checks: Sequence[RecallCheck]) -> frozenset[str]:
    """Ids of the drawn dossiers that this visitor may know of, also of those that were removed."""
    query = select(DossierRow.id).where(DossierRow.id.in_([row.dossier_id for row in checks]))
    return frozenset(session.scalars(query if visitor.sealed_cases else query.where(DossierRow.sealed.is_(False))))


def names_of(store: Store, row: RecallCheck) -> tuple[str, ...]:
    """Names of those who were missed, as the checker wrote them."""
    return tuple(store.vault.open_json(row.names_sealed, f"recall.names:{row.id}")) if row.names_sealed else ()


def estimate(checks: Sequence[RecallCheck], month: str) -> Estimate:
    """What the checked dossiers say of the month's."""
    found = [row.missed for row in checks if row.missed is not None]
    population = checks[0].population if checks else 0
    counted = Estimate(month, population, len(checks), len(found), sum(n > 0 for n in found), sum(found))
    missed = reckon(found, population)
    if missed is None:
        return counted
    return replace(
        counted,
        worst=missed.worst,
        expected=missed.dossiers.expected,
        low=missed.dossiers.low,
        high=missed.dossiers.high,
        victims_expected=missed.victims.expected,
        victims_low=missed.victims.low,
        victims_high=missed.victims.high,
    )


def _still_coming(session: Session, office_id: str, month: str) -> bool:
    """Whether a dossier of the month is still to be screened."""
    begin, end = _bounds(month)
    waiting = select(DossierRow.id).where(
        DossierRow.office_id == office_id,
        DossierRow.state == "waiting",
        DossierRow.deleted_at.is_(None),
        DossierRow.created_at >= begin,
        DossierRow.created_at < end,
    )
    return session.scalars(waiting.limit(1)).first() is not None


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
    """When a month of the office begins and ends, as its pages show times."""
    try:
        begin = dt.datetime.strptime(month, "%Y-%m")
    except ValueError:
        raise JiuzhuError("recall.month", "月份须写作 2026-03", "请核对") from None
    return begin.astimezone(), (begin + dt.timedelta(days=32)).replace(day=1).astimezone()
