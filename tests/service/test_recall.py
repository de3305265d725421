"""The recall ledger: a draw that makes itself, what people find in it, and what the page says of all."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from api.accounts.rights import Role, Visitor
from api.jobs.worker import Worker
from api.recall import check as check_drawn
from api.recall import draw, draw_due, draw_last_month, estimate, is_due, last_month, names_of, pending
from api.service import build_service
from api.store.missed import missed_names
from api.store.retention import delete_dossier
from api.store.store import Store
from api.store.tables import DossierRow, RecallCheck, new_id, now
from api.wiring import Screener
from dossier.errors import JiuzhuError
from tests.service.conftest import person, upload
from tests.service.site import Site, site_settings

MARCH = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)


def _without_lead(
    store: Store, office_id: str, number: int, *, at: dt.datetime = MARCH, state: str = "screened"
) -> None:
    with store.begin() as session:
        for _ in range(number):
            level = "none" if state == "screened" else None
            session.add(DossierRow(id=new_id(), office_id=office_id, state=state, level=level, created_at=at))


def _drawn(store: Store, month: str = "2026-03") -> list[RecallCheck]:
    with store.read() as session:
        return list(session.scalars(select(RecallCheck).where(RecallCheck.month == month).order_by(RecallCheck.id)))


def test_the_draw_of_last_month_makes_itself_and_only_once(store: Store) -> None:
    visitor = person(store, Role.AID_OFFICER)
    elsewhere = person(store, Role.AID_OFFICER, office="平原县人民检察院", login="elsewhere")
    late = now().astimezone().replace(day=1) - dt.timedelta(days=1)
    _without_lead(store, visitor.office_id, 30, at=late)
    _without_lead(store, elsewhere.office_id, 2, at=late)
    _without_lead(store, visitor.office_id, 3, at=now())  # of this month, which is not over
    draw_last_month(store)
    first = _drawn(store, last_month())
    assert sorted((row.office_id, row.population) for row in first) == sorted(
        [(visitor.office_id, 30)] * 20 + [(elsewhere.office_id, 2)] * 2
    )
    _without_lead(store, visitor.office_id, 5, at=late)  # screened again, and its lead gone: too late for the draw
    draw_last_month(store)
    assert [row.id for row in _drawn(store, last_month())] == [row.id for row in first]


def test_the_hourly_work_draws_before_retention_removes(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.AID_OFFICER)
    late = now().astimezone().replace(day=1) - dt.timedelta(days=1)
    _without_lead(store, visitor.office_id, 3, at=late)
    with store.begin() as session:
        session.execute(update(DossierRow).values(keep_until=dt.date(2026, 1, 1)))
    Worker(store, lambda: screener).run(until_idle=True)
    rows = _drawn(store, last_month())
    assert [row.population for row in rows] == [3, 3, 3]
    with store.read() as session:
        assert not session.scalars(select(DossierRow.id).where(DossierRow.deleted_at.is_(None))).all()
        assert pending(session, visitor.office_id) is None, "a removed dossier waits for nobody"


def test_the_draw_waits_a_few_days_for_what_is_still_to_be_screened(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = person(store, Role.AID_OFFICER)
    _without_lead(store, visitor.office_id, 2)
    _without_lead(store, visitor.office_id, 1, state="waiting")
    for day, due in ((31, False), (32, False), (35, True)):  # of March
        clock = dt.datetime(2026, 3, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day - 1)
        monkeypatch.setattr("api.recall.now", lambda clock=clock: clock)
        with store.read() as session:
            assert is_due(session, visitor.office_id, "2026-03") == due, day
    monkeypatch.setattr("api.recall.now", lambda: dt.datetime(2026, 4, 1, 1, tzinfo=dt.UTC))
    with store.begin() as session:
        session.execute(update(DossierRow).values(state="screened", level="none"))
    draw_due(store, visitor.office_id, "2026-03")
    assert [row.population for row in _drawn(store)] == [3, 3, 3]


def test_two_who_look_at_once_make_one_draw(store: Store) -> None:
    visitor = person(store, Role.AID_OFFICER)
    _without_lead(store, visitor.office_id, 30)
    wrong: list[BaseException] = []

    def look() -> None:
        try:
            with store.begin() as session:
                draw(session, visitor.office_id, "2026-03")
        except BaseException as error:
            wrong.append(error)

    looking = [threading.Thread(target=look) for _ in range(4)]
    for each in looking:
        each.start()
    for each in looking:
        each.join(30)
    assert not wrong and len(_drawn(store)) == 20


def _check(store: Store, visitor: Visitor, row: RecallCheck, missed: int, *names: str) -> None:
    with store.begin() as session:
        check_drawn(session, store, visitor, row.id, victims=missed + 1, missed=missed, names=names)


def test_what_is_not_checked_counts_for_nothing(store: Store) -> None:
    visitor = person(store, Role.AID_OFFICER)
    _without_lead(store, visitor.office_id, 40)
    draw_due(store, visitor.office_id, "2026-03")
    blank = estimate(_drawn(store), "2026-03")
    assert (blank.drawn, blank.checked, blank.expected, blank.victims_high, blank.high) == (20, 0, None, None, None)
    for row, missed in zip(_drawn(store), (2, 0, 1, 0, 0), strict=False):
        _check(store, visitor, row, missed)
    found = estimate(_drawn(store), "2026-03")
    assert (found.population, found.checked, found.hits, found.victims_missed, found.worst) == (40, 5, 2, 3, 2)
    assert (found.expected, found.victims_expected) == (16.0, 24.0)
    assert (found.low, found.high) == (3, 33)
    assert found.victims_low is not None and found.victims_high is not None
    assert 3 <= found.victims_low < 24 < found.victims_high <= 3 + 35 * 2


def test_who_was_missed_is_kept_sealed_and_masked_from_then_on(store: Store) -> None:
    visitor = person(store, Role.AID_OFFICER)
    _without_lead(store, visitor.office_id, 1)
    draw_due(store, visitor.office_id, "2026-03")
    (row,) = _drawn(store)
    with pytest.raises(JiuzhuError, match="多于漏识别的人数"):
        _check(store, visitor, row, 1, "尹小霜", "蔺满囤")
    _check(store, visitor, row, 2, " 尹小霜 ", "尹小霜", "")
    (row,) = _drawn(store)
    assert names_of(store, row) == ("尹小霜",) and row.missed == 2
    assert row.names_sealed is not None and "尹小霜".encode() not in row.names_sealed
    with store.read() as session:
        assert missed_names(session, store, row.dossier_id) == ("尹小霜",)
        assert missed_names(session, store, row.dossier_id, standing=True) == ()
    _check(store, visitor, row, 0)  # put right
    assert names_of(store, _drawn(store)[0]) == ()
    _check(store, visitor, row, 1, "尹小霜")
    for missed, kept in ((2, ("尹小霜",)), (0, ())):  # nothing said of names
        with store.begin() as session:
            check_drawn(session, store, visitor, row.id, victims=2, missed=missed, names=None)
        assert names_of(store, _drawn(store)[0]) == kept


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
                session,
                store,
                visitor,
                row.id,
                victims=1,
                missed=int(row.dossier_id == dossiers[0]),
                names=["尹小霜"] * (row.dossier_id == dossiers[0]),
                note="记",
            )
        before = estimate(rows, "2026-03")
    with store.begin() as session:
        delete_dossier(session, store, dossiers[0], actor=visitor.id)
    with store.read() as session:
        rows = list(session.scalars(select(RecallCheck).order_by(RecallCheck.id)))
        assert estimate(rows, "2026-03") == before
        assert not any(row.names_sealed for row in rows)
        assert [row.note_sealed is None for row in rows] == [row.dossier_id == dossiers[0] for row in rows]


@pytest.fixture
def site(tmp_path: Path, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path)), screener)
    yield made
    made.store.engine.dispose()


def test_the_page_draws_by_itself_and_says_how_many_victims_were_missed(site: Site) -> None:
    officer, leader = site.as_(Role.AID_OFFICER), site.as_(Role.LEADER)
    dossiers = [site.upload(f"收条\n今收到尹小霜货款{n}元。\n", "收条.txt") for n in (500, 600, 700)]
    with site.store.begin() as session:
        session.execute(update(DossierRow).values(created_at=MARCH, level="none"))
    shown = officer.get("/recall?month=2026-03").text
    assert "抽取 3 件" in shown and "已核对 0 件，其余 3 件未核对，不计入推算" in shown and "核对之前没有推算" in shown
    assert "data-draw" not in shown
    checks = {line["dossier"]: line["id"] for line in officer.get("/api/v1/recall/2026-03").json()["checks"]}
    assert set(checks) == set(dossiers)
    address = f"/api/v1/recall/checks/{checks[dossiers[0]]}"
    assert officer.put(address, json={"victims": 2}).status_code == 422, "unknown is not none"
    refused = officer.put(address, json={"victims": 2, "missed": 1, "names": ["尹小霜", "蔺满囤"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "recall.names")
    assert officer.put(address, json={"victims": 2, "missed": 2, "names": ["尹小霜"]}).status_code == 204
    shown = officer.get("/recall?month=2026-03").text
    assert "已核对的卷宗中 1 件有漏识别，共 2 人" in shown and "6.0 人" in shown and "克洛珀" in shown
    assert "尹某某" in shown and "尹小霜" not in shown
    text = officer.get(f"/api/v1/dossiers/{dossiers[0]}/documents/d1/text").json()
    assert "尹某某" in "".join(segment["text"] for segment in text["segments"])

    def names(client: object) -> list[str]:
        lines = client.get("/api/v1/recall/2026-03").json()["checks"]  # type: ignore[attr-defined]
        (line,) = (line for line in lines if line["dossier"] == dossiers[0])
        return list(line["names"])

    assert shown.count("data-change") == 1 and "不填则仍为 尹某某" in shown, "whoever checked it can say otherwise"
    assert "data-change" not in leader.get("/recall?month=2026-03").text
    assert officer.put(address, json={"victims": 3, "missed": 1}).status_code == 204, "the name stays"
    assert officer.put(address, json={"victims": 3, "missed": 2}).status_code == 204
    officer.post(f"/api/v1/dossiers/{dossiers[0]}/unmask", json={"reason": "review"})
    assert 'value="尹小霜"' in officer.get("/recall?month=2026-03").text
    assert (names(officer), names(leader)) == (["尹小霜"], ["尹某某"])
    with site.store.begin() as session:
        delete_dossier(session, site.store, dossiers[0], actor="system")
    assert names(leader) == []
    gone = leader.get("/recall?month=2026-03").text
    assert f"{dossiers[0]}（已删除）" in gone and f'href="/dossiers/{dossiers[0]}"' not in gone
    again = officer.put(address, json={"victims": 2, "missed": 0})
    assert again.json()["error"]["code"] == "recall.gone"
    assert officer.get("/api/v1/recall/2026-03").json()["estimate"]["victims_missed"] == 2


def test_a_month_that_is_not_over_is_not_drawn_by_looking(site: Site) -> None:
    site.upload("收条\n今收到货款500元。\n", "收条.txt")
    this = f"{now():%Y-%m}"
    officer = site.as_(Role.AID_OFFICER)
    assert "次月初自动抽取" in officer.get(f"/recall?month={this}").text
    assert officer.get(f"/api/v1/recall/{this}").json()["estimate"]["drawn"] == 0
    assert "没有可抽取的卷宗" in officer.get("/recall?month=2020-01").text
