"""Uploads as people follow them: what is said beside the files, where each stands, trying again and stopping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from api.accounts.rights import Role
from api.jobs.queue import fail, take
from api.service import build_service
from api.store.intake import dossier_metadata
from api.store.tables import DossierRow, Job
from api.wiring import Screener
from tests.service.conftest import TEXT, person
from tests.service.site import Site, site_settings

OLD_WORD = b"\xd0\xcf\x11\xe0" + bytes(600)  # a legacy .doc, which nobody reads here
RECEIPT = "收条\n今收到章水根赔偿款50000元。收款人：蔺满囤。2025年12月1日\n"


@pytest.fixture
def site(tmp_path: Path, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path)), screener)
    yield made
    made.store.engine.dispose()


def send(
    site: Site, content: bytes | str, name: str = "起诉书.txt", role: Role = Role.AID_OFFICER, **fields: str
) -> Response:
    raw = content.encode() if isinstance(content, str) else content
    return site.as_(role).post("/api/v1/dossiers", files=[("files", (name, raw, "text/plain"))], data=fields)


def rows(site: Site, role: Role = Role.AID_OFFICER, query: str = "") -> dict[str, str]:
    """State of every dossier that the page lists, in its order."""
    page = site.as_(role).get(f"/uploads{query}")
    assert page.status_code == 200
    return dict(re.findall(r'<tr data-dossier="(\w+)" data-state="(\w+)"', page.text))


def test_a_supplement_goes_into_the_dossier_of_its_number(site: Site) -> None:
    first = send(site, TEXT, number="甲1", metadata='{"罪名": "故意伤害", "备注": "急"}').json()["dossier"]
    site.work()
    told = send(site, RECEIPT, "收条.txt", number=" 甲 1", supplement="true", metadata='{"备注": "补充卷已到"}').json()
    assert (told["dossier"], told["new"]) == (first, False)
    assert rows(site) == {first: "waiting"}
    assert "补充卷" in site.as_(Role.AID_OFFICER).get("/uploads").text
    site.work()
    with site.store.read() as session:
        row = session.get_one(DossierRow, first)
        assert dossier_metadata(site.store, row) == {"罪名": "故意伤害", "备注": "补充卷已到"}
    assert rows(site) == {} and rows(site, query="?state=done") == {first: "done"}


@pytest.mark.parametrize("number", ["甲9", ""])
def test_a_supplement_to_nothing_is_refused_and_leaves_nothing(site: Site, number: str) -> None:
    answer = send(site, RECEIPT, number=number, supplement="true")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "intake.supplement")
    assert site.as_(Role.AID_OFFICER).get("/api/v1/dossiers").json()["total"] == 0
    assert send(site, RECEIPT, number=number, supplement="yes").json()["error"]["code"] == "intake.form"


def test_what_was_sent_beside_the_files_is_shown_after_unmasking(site: Site) -> None:
    dossier = site.upload(TEXT, metadata='{"联系人": "蔺满仓"}')
    officer = site.as_(Role.AID_OFFICER)
    masked = officer.get(f"/dossiers/{dossier}").text
    assert "随卷信息：1 项" in masked and "蔺满仓" not in masked
    officer.post(f"/api/v1/dossiers/{dossier}/unmask", json={"reason": "review"})
    shown = officer.get(f"/dossiers/{dossier}").text
    assert "<bdi>联系人</bdi>" in shown and "<bdi>蔺满仓</bdi>" in shown


def test_every_failed_upload_can_be_reached_and_says_why(site: Site) -> None:
    failed = [send(site, OLD_WORD + bytes([n]), f"某某案{n}.doc").json()["dossier"] for n in range(33)]
    good = site.upload(TEXT)
    site.work()
    first, second = rows(site, query="?state=dead"), rows(site, query="?state=dead&offset=30")
    assert len(first) == 30 and list(second) == list(reversed(failed[:3]))
    assert first | second == dict.fromkeys(failed, "dead") and good not in first | second
    page = site.as_(Role.AID_OFFICER).get("/uploads").text
    assert "未能筛查：无法识别的文件格式" in page and "可读取的格式" in page and "较早 ›" in page
    assert "某某案" not in page, "a name that nobody has read yet is covered"
    inbox = site.as_(Role.AID_OFFICER).get("/").text
    assert '<a href="/uploads?state=dead">未能筛查 33</a>' in inbox
    assert len(re.findall(r"<li data-dossier", inbox)) == 5


def test_each_state_has_its_name_and_its_place(site: Site) -> None:
    waiting, running, retrying, cancelled = (send(site, f"{TEXT}{n}").json()["dossier"] for n in range(4))
    officer = site.as_(Role.AID_OFFICER)
    assert officer.delete(f"/api/v1/dossiers/{cancelled}/screen").status_code == 204
    taken: dict[str | None, Any] = {}
    for _ in range(3):
        job = take(site.store, "worker-1")
        assert job is not None
        taken[job.dossier_id] = job
    with site.store.begin() as session:
        fail(session, taken[retrying], {"code": "store.database", "message": "数据库没有应答", "hint": "将自动重试"})
    with site.store.begin() as session:
        row = session.get_one(Job, taken[waiting].id)
        row.state, row.attempts = "waiting", 0
    expected = {waiting: "waiting", running: "running", retrying: "retrying", cancelled: "cancelled"}
    assert rows(site) == dict(reversed(expected.items()))
    for dossier, state in expected.items():
        assert rows(site, query=f"?state={state}") == {dossier: state}
    assert "等待重试：数据库没有应答" in officer.get("/uploads").text
    assert officer.get("/uploads?state=lost").status_code == 422


def test_what_was_given_up_or_stopped_goes_round_again(site: Site) -> None:
    dossier = send(site, OLD_WORD, "某某案.doc").json()["dossier"]
    site.work()
    officer, address = site.as_(Role.AID_OFFICER), f"/api/v1/dossiers/{dossier}/screen"
    assert rows(site) == {dossier: "dead"}
    assert officer.delete(address).json()["error"]["code"] == "job.state"
    assert officer.post(address, json={}).status_code == 202
    assert rows(site) == {dossier: "waiting"}
    assert officer.delete(address).status_code == 204
    assert rows(site) == {dossier: "cancelled"}
    site.work()
    assert rows(site) == {dossier: "cancelled"}, "a cancelled job is not done"
    more = officer.post(
        f"/api/v1/dossiers/{dossier}/uploads", files=[("files", ("起诉书.txt", TEXT.encode(), "text/plain"))]
    )
    assert more.status_code == 202
    site.work()
    assert rows(site) == {} and rows(site, query="?state=done") == {dossier: "done"}
    trail = [entry["action"] for entry in site.as_(Role.AUDITOR).get(f"/api/v1/audit?of=dossier:{dossier}").json()]
    assert "dossier.cancel" in trail and "dossier.rescreen" in trail


def test_only_what_may_be_seen_is_listed(site: Site) -> None:
    sealed = send(site, OLD_WORD, sealed="true").json()["dossier"]
    site.work()
    assert rows(site) == {}
    assert "未能筛查 1" not in site.as_(Role.AID_OFFICER).get("/").text
    leader = site.as_(Role.LEADER)
    users = site.as_(Role.ADMINISTRATOR).get("/api/v1/users").json()
    (user,) = [each["id"] for each in users if each["login"] == Role.LEADER]
    site.as_(Role.ADMINISTRATOR).patch(f"/api/v1/users/{user}", json={"sealed_cases": True})
    leader.post("/sign-in", data={"login": Role.LEADER, "password": "correct-horse-1"})
    assert rows(site, Role.LEADER) == {sealed: "dead"}
    other = person(site.store, Role.CASE_HANDLER, office="另一检察院", login="other")
    assert other.office_id
    site.as_(None).post("/sign-in", data={"login": "other", "password": "correct-horse-1"})
    assert re.findall("data-dossier", site.as_(None).get("/uploads").text) == []


def test_several_dossiers_are_asked_for_at_once(site: Site) -> None:
    dossiers = [send(site, f"{TEXT}{n}").json()["dossier"] for n in range(3)]
    asked = site.as_(Role.AID_OFFICER).get("/api/v1/dossiers", params={"id": [*dossiers[:2], "nosuchdossier"]}).json()
    assert {each["id"] for each in asked["dossiers"]} == set(dossiers[:2]) and asked["total"] == 2
