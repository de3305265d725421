"""Figures of the past when a dossier goes: what was counted stays counted, and nothing of anybody is kept for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select, update

from api.accounts.rights import Role
from api.decisions import decide
from api.jobs.worker import Worker
from api.recall import check as check_drawn
from api.recall import draw, estimate
from api.statistics import Figures, figures_of
from api.store.retention import delete_dossier
from api.store.store import Store
from api.store.tables import DossierRow, Lead, RecallCheck, RemovedLeads
from api.wiring import Screener
from tests.service.conftest import TEXT, person, upload


def _rows(figures: Figures, table: str) -> Any:
    return next(t.rows for t in figures.tables if t.id == table)


def test_leads_of_a_removed_dossier_stay_in_the_figures(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.LEADER)
    dossier = upload(store, visitor).dossier_id
    upload(store, visitor, TEXT.replace("187", "188"))
    Worker(store, lambda: screener).run(until_idle=True)
    with store.begin() as session:
        lead = session.scalars(select(Lead).where(Lead.dossier_id == dossier)).one()
        decide(session, store, visitor, lead, "accept", "start", last=None)
    today = dt.datetime.now(dt.UTC).date()
    period = (today - dt.timedelta(days=1), today)
    with store.read() as session:
        before = figures_of(session, visitor, *period)
    with store.begin() as session:
        delete_dossier(session, store, dossier, actor=visitor.id)
    with store.read() as session:
        after = figures_of(session, visitor, *period)
        (kept,) = session.scalars(select(RemovedLeads)).all()
    assert (before.leads, before.decided, before.accepted, before.removed) == (2, 1, 1, 0)
    assert (after.leads, after.decided, after.accepted, after.removed) == (2, 1, 1, 1)
    for table in ("level", "month", "office"):
        assert _rows(after, table) == _rows(before, table)
    assert (kept.day, kept.state, kept.number) == (today, "accepted", 1)
    assert not {"dossier_id", "person_hash", "victim"} & {c.name for c in RemovedLeads.__table__.columns}
    with store.read() as session:
        assert figures_of(session, visitor, today - dt.timedelta(days=9), today - dt.timedelta(days=5)).leads == 0


def test_the_draw_keeps_its_interval(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.LEADER)
    dossiers = [upload(store, visitor, f"收条\n今收到货款{n}00元。\n", f"{n}.txt").dossier_id for n in range(1, 4)]
    Worker(store, lambda: screener).run(until_idle=True)
    with store.begin() as session:
        session.execute(update(DossierRow).values(created_at=dt.datetime(2026, 3, 5, tzinfo=dt.UTC)))
    with store.begin() as session:
        rows = draw(session, visitor.office_id, "2026-03")
        assert len(rows) == 3
        for row in rows:
            check_drawn(
                session, store, visitor, row.id, victims=1, missed=int(row.dossier_id == dossiers[0]), note="记"
            )
        before = estimate(rows, "2026-03")
    with store.begin() as session:
        delete_dossier(session, store, dossiers[0], actor=visitor.id)
    with store.read() as session:
        rows = list(session.scalars(select(RecallCheck).order_by(RecallCheck.id)))
        assert estimate(rows, "2026-03") == before
        assert [row.note_sealed is None for row in rows] == [row.dossier_id == dossiers[0] for row in rows]
