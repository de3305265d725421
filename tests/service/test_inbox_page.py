"""What stands around the leads: figures of the blind draw, counts, versions; and where everybody begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from api.accounts.directory import make_office, make_user
from api.accounts.rights import Role
from api.recall import draw
from api.service import build_service
from api.store.tables import DossierRow, RecallCheck
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import OFFICE, PASSWORD, Site, site_settings

HOMES = {
    Role.CASE_HANDLER: "/",
    Role.AID_OFFICER: "/",
    Role.LEADER: "/",
    Role.ANNOTATOR: "/annotate",
    Role.AUDITOR: "/audit",
    Role.ADMINISTRATOR: "/admin",
}


@pytest.fixture
def site(tmp_path: Path, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path)), screener)
    yield made
    made.store.engine.dispose()


def sign_in(site: Site, login: str, next: str = "/") -> str:
    """Where signing in leads."""
    answer = site.as_(None).post(
        "/sign-in", data={"login": login, "password": PASSWORD, "next": next}, follow_redirects=False
    )
    assert answer.status_code == 303
    return answer.headers["location"]


@pytest.mark.parametrize("role", list(Role))
def test_everybody_begins_where_their_work_is(site: Site, role: Role) -> None:
    assert sign_in(site, role) == HOMES[role]
    assert sign_in(site, role, "/account") == "/account", "what was asked for comes first"
    landed = site.as_(role).get(HOMES[role])
    assert landed.status_code == 200 and f'class="home" href="{HOMES[role]}"' in landed.text
    signed_in = site.as_(role).get("/sign-in", follow_redirects=False)
    assert signed_in.headers["location"] == HOMES[role]


def test_two_roles_begin_with_the_leads(site: Site) -> None:
    with site.store.begin() as session:
        office = make_office(session, OFFICE)
        roles = (Role.ANNOTATOR, Role.CASE_HANDLER)
        make_user(session, login="both", name="某人", office=office, roles=roles, password=PASSWORD, by="system")
    assert sign_in(site, "both") == "/"


def test_the_figures_tell_of_the_blind_draw(site: Site) -> None:
    officer, handler = site.as_(Role.AID_OFFICER), site.as_(Role.CASE_HANDLER)
    dossiers = [site.upload(f"收条\n今收到货款{n}元。\n", "收条.txt") for n in (500, 600)]
    assert "盲抽" not in officer.get("/").text.split("<main")[1], "this month is not over"
    last = dt.datetime.now(dt.UTC).replace(day=1) - dt.timedelta(days=3)
    month = f"{last:%Y-%m}"
    with site.store.begin() as session:
        session.execute(update(DossierRow).values(created_at=last, level="none"))
    site.service.tally.forget()
    assert f'<a href="/recall?month={month}">{month} 无线索卷宗待盲抽</a>' in officer.get("/").text
    with site.store.begin() as session:
        checks = draw(session, session.get_one(DossierRow, dossiers[0]).office_id, month)
        checks[0].missed, checks[0].victims = 0, 1
    site.service.tally.forget()
    assert f'无线索卷宗盲抽 2 件，<a href="/recall?month={month}">待核 1 件</a>' in officer.get("/").text
    assert "盲抽" not in handler.get("/").text.split("<main")[1], "who checks nothing is told nothing"
    with site.store.begin() as session:
        session.execute(update(RecallCheck).values(missed=0, victims=0))
    site.service.tally.forget()
    assert "待核" not in officer.get("/").text.split("<main")[1]


def test_the_foot_tells_what_the_newest_screening_was_made_with(site: Site) -> None:
    officer = site.as_(Role.AID_OFFICER)
    assert "规则适用日" not in officer.get("/").text
    dossier = site.upload(TEXT)
    day = "2024-05-06"
    officer.post(f"/api/v1/dossiers/{dossier}/screen", json={"as_of": day})
    site.work()
    site.service.tally.forget()
    versions = officer.get(f"/api/v1/dossiers/{dossier}/result").json()["versions"]
    foot = officer.get("/").text.split('class="foot"')[1]
    assert f"规则适用日 {day}" in foot and versions["pipeline"] in foot
    assert versions["rules"].removeprefix("sha256:")[:12] in foot and "未装学习模型" in foot


def test_states_are_counted_and_the_count_of_a_level_is_never_below_its_rows(site: Site) -> None:
    officer = site.as_(Role.AID_OFFICER)
    officer.post("/api/v1/dossiers", files=[("files", ("起诉书.txt", TEXT.encode(), "text/plain"))])
    officer.get("/")  # counts are remembered for some seconds, and the worker, another process, cannot change them
    site.work()
    page = officer.get("/").text
    assert "<span>待决定</span><b>1</b>" in page and "<span>已采纳</span><b>0</b>" in page
    assert "0 条</td>" not in page
    counts = officer.get("/api/v1/leads?with_counts=true").json()["counts"]
    assert counts["states"] == {"open": 1}
