"""Figures of the past when a dossier goes: what was counted stays counted, and nothing of anybody is kept for it."""

from __future__ import annotations

import datetime as dt
import io
import time
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from api.accounts.rights import Role, Visitor
from api.decisions import decide
from api.figure_files import as_csv, as_xlsx
from api.jobs.worker import Worker
from api.site.charts import charts_of
from api.statistics import Figures, figures_of
from api.store.retention import delete_dossier, expire
from api.store.store import Store
from api.store.tables import DossierRow, Lead, RemovedLeads
from api.wiring import Screener
from tests.service.conftest import TEXT, person, upload

PERIOD = (dt.date(2026, 1, 1), dt.date(2026, 3, 31))
BOY = """起诉书
临检刑诉〔2026〕21号
被告人章水根，男，1974年9月2日出生。被告人章水根涉嫌故意伤害罪一案。
2026年1月8日，被告人章水根将被害人尹小霜打伤，经鉴定，尹小霜的损伤程度为重伤一级。
被害人尹小霜，女，2014年4月2日出生，肢体残疾二级，系低保户，至今未获赔偿。
"""


def _rows(figures: Figures, table: str) -> Any:
    return next(t.rows for t in figures.tables if t.id == table)


def _sheets(figures: Figures) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(as_xlsx(figures)))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def _decided_leads(store: Store, screener: Screener, visitor: Visitor) -> list[str]:
    """Three dossiers of February: one accepted, one rejected after an undone decision, whose person was not found
    again, one open; their ids."""
    dossiers = [upload(store, visitor, text, f"{n}.txt").dossier_id for n, text in enumerate((TEXT, BOY))]
    dossiers.append(upload(store, visitor, TEXT.replace("187", "188")).dossier_id)
    Worker(store, lambda: screener).run(until_idle=True)
    uploaded = dt.datetime(2026, 2, 3, 8, 30, tzinfo=dt.UTC)
    with store.begin() as session:
        leads = {lead.dossier_id: lead for lead in session.scalars(select(Lead))}
        assert set(leads) == set(dossiers)
        decide(session, store, visitor, leads[dossiers[0]], "accept", "start", last=None)
        first = decide(session, store, visitor, leads[dossiers[1]], "check", "injury", last=None)
        undone = decide(session, store, visitor, leads[dossiers[1]], "undo", None, last=first.id)
        decide(session, store, visitor, leads[dossiers[1]], "reject", "paid", last=undone.id)
        leads[dossiers[1]].victim = None
        for number, dossier in enumerate(dossiers):
            lead = leads[dossier]
            lead.created_at = uploaded + dt.timedelta(minutes=3 + number, seconds=20)
            lead.decided_at = lead.decided_at and lead.created_at + dt.timedelta(days=2 + number, hours=5)
        session.execute(update(DossierRow).values(created_at=uploaded))
    return dossiers


def test_no_figure_changes_when_dossiers_go(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.LEADER)
    dossiers = _decided_leads(store, screener, visitor)
    with store.read() as session:
        before = figures_of(session, visitor, *PERIOD)
    assert (before.leads, before.decided, before.accepted, before.removed) == (3, 2, 1, 0)
    assert all(table.rows for table in before.tables if table.id != "group"), "there is something to lose everywhere"
    assert any(word.startswith("未成年") or "残" in word for word, _ in _rows(before, "group"))
    with store.begin() as session:
        delete_dossier(session, store, dossiers[0], actor=visitor.id)
        session.execute(update(DossierRow).where(DossierRow.id == dossiers[1]).values(keep_until=dt.date(2026, 3, 1)))
    assert expire(store, dt.date(2026, 3, 2)) == 1
    with store.read() as session:
        after = figures_of(session, visitor, *PERIOD)
        kept = session.scalars(select(RemovedLeads)).all()
    assert (after.leads, after.decided, after.accepted, after.removed) == (3, 2, 1, 2)
    assert after.tables == before.tables
    assert as_csv(after) == as_csv(before)
    assert _sheets(after) == _sheets(before)
    assert {row.state for row in kept} == {"accepted", "rejected"}
    said = str([[getattr(row, column.name) for column in RemovedLeads.__table__.columns] for row in kept])
    assert not any(word in said for word in ("蔺", "尹", "章", "临检", "1958", *dossiers))
    assert not {"dossier_id", "person_hash", "victim"} & {c.name for c in RemovedLeads.__table__.columns}
    with store.read() as session:
        assert figures_of(session, visitor, dt.date(2026, 3, 1), dt.date(2026, 3, 31)).leads == 0


def test_another_office_is_not_counted_removed_or_not(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.LEADER)
    (removed, *_) = _decided_leads(store, screener, visitor)
    with store.begin() as session:
        delete_dossier(session, store, removed, actor=visitor.id)
    elsewhere = person(store, Role.LEADER, office="平原县人民检察院", login="elsewhere")
    everywhere = person(store, Role.AUDITOR, office="平原县人民检察院", login="auditor")
    with store.read() as session:
        figures = figures_of(session, elsewhere, *PERIOD)
        assert (figures.leads, figures.removed) == (0, 0)
        assert not any(table.rows for table in figures.tables if table.id != "duration")
        assert _rows(figures, "duration")[0][1] == (0, None, None, None, None)
        assert (figures_of(session, everywhere, *PERIOD).leads, figures_of(session, visitor, *PERIOD).leads) == (3, 3)


def test_there_is_no_share_of_nothing_and_no_quartile_of_a_few(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.LEADER)
    dossiers = _decided_leads(store, screener, visitor)
    with store.read() as session:
        figures = figures_of(session, visitor, *PERIOD)
    ((month, values),) = _rows(figures, "month")
    assert (month, values) == ("2026-02", (3, 1, 1, 0, 1, 50.0))
    assert len(dossiers) == 3 and _rows(figures, "screening") == (("2026-02", (3, 4.3, None, None)),)
    assert _rows(figures, "deciding") == (("2026-02", (2, 2.7, None, None)),)
    with store.begin() as session:
        session.execute(update(Lead).values(state="open", decided_at=None))
    with store.read() as session:
        figures = figures_of(session, visitor, *PERIOD)
    assert _rows(figures, "month")[0][1] == (2, 2, 0, 0, 0, None)  # who was not found again and is open is no lead
    assert _rows(figures, "deciding") == (("2026-02", (0, None, None, None)),)
    drawn = charts_of(figures)
    assert "尚无处理" in drawn["month"][1].svg and "%" not in drawn["month"][1].svg
    assert 'aria-label="线索至处理（天）：中位数。2026-02 n=0"' in drawn["deciding"][0].svg


def test_a_month_without_a_lead_has_its_row(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.LEADER)
    dossiers = _decided_leads(store, screener, visitor)
    early = dt.datetime(2025, 12, 30, tzinfo=dt.UTC)
    with store.begin() as session:
        session.execute(update(Lead).where(Lead.dossier_id == dossiers[0]).values(created_at=early, decided_at=early))
        session.execute(update(DossierRow).where(DossierRow.id == dossiers[0]).values(created_at=early))
    with store.read() as session:
        figures = figures_of(session, visitor, dt.date(2025, 12, 1), PERIOD[1])
    for table in ("month", "screening", "deciding"):
        assert [word for word, _ in _rows(figures, table)] == ["2025-12", "2026-01", "2026-02"]
    assert _rows(figures, "month")[1][1] == (0, 0, 0, 0, 0, None)
    shares = charts_of(figures)["month"][1].svg
    assert "2026-01 尚无处理" in shares and "2025-12 100.0%（n=1）" in shares


def test_months_are_those_of_the_office(store: Store, screener: Screener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lead of the first of March at half past midnight in China is one of March, in figures and in the monthly draw,
    though it is still February in Greenwich."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        visitor = person(store, Role.LEADER)
        _decided_leads(store, screener, visitor)
        moment = dt.datetime(2026, 2, 28, 16, 30, tzinfo=dt.UTC)
        with store.begin() as session:
            session.execute(update(Lead).values(created_at=moment))
            session.execute(update(DossierRow).values(created_at=moment))
        with store.read() as session:
            march = figures_of(session, visitor, dt.date(2026, 3, 1), dt.date(2026, 3, 31))
            assert [row[0] for row in _rows(march, "month")] == ["2026-03"] and march.leads == 3
            assert figures_of(session, visitor, dt.date(2026, 2, 1), dt.date(2026, 2, 28)).leads == 0
    finally:
        monkeypatch.undo()
        time.tzset()
