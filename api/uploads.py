"""Uploads on their way: which dossiers wait, are being read, are tried again, were given up or cancelled, are done.

In: what a visitor may see. Out: dossiers with their newest screening, newest first, and how many there are in each
state. A dossier that is screened again with a result to show is done; one that got a supplement is on its way again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from api.accounts.masking import hidden_name, unmasked_by
from api.accounts.rights import Visitor
from api.accounts.visibility import visible
from api.opened import Shelf, shown_number
from api.store.intake import dossier_name
from api.store.leads import open_card
from api.store.store import Store
from api.store.tables import ApiKey, DossierRow, Job, Lead, Upload, User

STATES = {
    "waiting": "等待筛查",
    "running": "筛查中",
    "retrying": "等待重试",
    "dead": "未能筛查",
    "cancelled": "已取消",
    "done": "已完成",
}
UNDONE = tuple(state for state in STATES if state != "done")

_newer = aliased(Job)
_NEWEST = and_(
    Job.dossier_id == DossierRow.id,
    Job.kind == "screen",
    ~exists().where(
        _newer.dossier_id == Job.dossier_id,
        _newer.kind == "screen",
        or_(_newer.created_at > Job.created_at, and_(_newer.created_at == Job.created_at, _newer.id < Job.id)),
    ),
)
_STATE: ColumnElement[str] = case(
    (DossierRow.state == "screened", "done"),
    (and_(Job.state == "waiting", Job.attempts > 0), "retrying"),
    (Job.state.in_(("running", "dead", "cancelled")), Job.state),
    else_="waiting",
)
_ON_ITS_WAY = DossierRow.state.in_(("waiting", "failed"))
_AT = func.coalesce(Job.created_at, DossierRow.created_at)


@dataclass(frozen=True, slots=True)
class UploadLine:
    """A dossier and where its newest upload stands.

    Attributes:
        name: covered unless this visitor has unmasked the dossier.
        files: of the newest call; a supplement has its own.
        by: who or what sent it.
    """

    row: DossierRow = field(repr=False)
    job: Job | None
    state: str
    number: str | None
    name: str = field(repr=False)
    files: int
    supplement: bool
    at: dt.datetime
    by: str


def list_uploads(
    session: Session,
    store: Store,
    shelf: Shelf,
    visitor: Visitor,
    states: tuple[str, ...] = UNDONE,
    *,
    limit: int,
    offset: int = 0,
) -> list[UploadLine]:
    """Those of the states, newest first."""
    if states == ("done",):  # thousands, of which no job needs to be looked up
        done = select(DossierRow).where(visible(visitor), DossierRow.state == "screened")
        rows = session.scalars(done.order_by(DossierRow.screened_at.desc(), DossierRow.id).limit(limit).offset(offset))
        found: list[tuple[DossierRow, Job | None, str]] = [(row, None, "done") for row in rows]
    else:
        query = select(DossierRow, Job, _STATE).outerjoin(Job, _NEWEST).where(visible(visitor), _ON_ITS_WAY)
        query = query.where(_STATE.in_(states)).order_by(_AT.desc(), DossierRow.id).limit(limit).offset(offset)
        found = [(row, job, state) for row, job, state in session.execute(query)]
    calls = _newest_calls(session, [row.id for row, _, _ in found])
    plain = unmasked_by(session, visitor)
    lines = []
    for row, job, state in found:
        name = _name(session, store, shelf, row, row.id in plain)
        files, kind, at, by = calls.get(row.id, (0, "main", row.created_at, ""))
        lines.append(UploadLine(row, job, state, shown_number(store, row), name, files, kind == "supplement", at, by))
    return lines


def count_undone(session: Session, visitor: Visitor) -> dict[str, int]:
    """How many there are in each state but `done`."""
    query = select(_STATE, func.count()).select_from(DossierRow).outerjoin(Job, _NEWEST)
    query = query.where(visible(visitor), _ON_ITS_WAY).group_by(_STATE)
    tally = {state: number for state, number in session.execute(query)}
    return {state: tally.get(state, 0) for state in UNDONE}


def count_done(session: Session, visitor: Visitor) -> int:
    query = select(func.count()).select_from(DossierRow)
    return session.scalar(query.where(visible(visitor), DossierRow.state == "screened")) or 0


def _name(session: Session, store: Store, shelf: Shelf, row: DossierRow, plain: bool) -> str:
    """What an upload is called, without opening its papers."""
    if plain:
        return dossier_name(store, row)
    lead = session.scalars(select(Lead).where(Lead.dossier_id == row.id, Lead.victim.is_not(None)).limit(1)).first()
    if lead is None:
        return hidden_name(dossier_name(store, row))
    case_: str = shelf.card(row, open_card(store, lead))["case"]
    return case_


def _newest_calls(session: Session, dossiers: list[str]) -> dict[str, tuple[int, str, dt.datetime, str]]:
    """For each dossier the newest call that brought files: how many, of which kind, when, from whom."""
    at = func.max(Upload.received_at)
    query = (
        select(Upload.dossier_id, func.count(), Upload.kind, at, Upload.received_by)
        .where(Upload.dossier_id.in_(dossiers))
        .group_by(Upload.dossier_id, Upload.batch, Upload.kind, Upload.received_by)
        .order_by(at)
    )
    rows = session.execute(query).all()
    senders = {row[4] for row in rows}
    names = {user.id: user.name for user in session.scalars(select(User).where(User.id.in_(senders)))}
    names |= {key.id: key.name for key in session.scalars(select(ApiKey).where(ApiKey.id.in_(senders)))}
    return {dossier: (files, kind, when, names.get(by or "", "系统")) for dossier, files, kind, when, by in rows}
