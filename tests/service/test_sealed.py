"""Sealed cases of minors: for people without the right there is nothing of them, at no moment and on no way."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from api.accounts.directory import make_user
from api.accounts.rights import Role
from api.jobs.queue import waiting_for
from api.service import build_service
from api.store.tables import DossierRow, Lead, Office, User
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import PASSWORD, Site, site_settings


@pytest.fixture
def site(tmp_path: Path, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path)), screener)
    with made.store.begin() as session:
        office = session.scalars(select(Office)).one()
        make_user(
            session,
            login="trusted",
            name="未检",
            office=office,
            roles=(Role.AID_OFFICER,),
            password=PASSWORD,
            by="system",
            sealed_cases=True,
        )
    yield made
    made.store.engine.dispose()


def _post(client: TestClient, content: str, dossier: str = "", **fields: str) -> dict[str, Any]:
    address = f"/api/v1/dossiers/{dossier}/uploads" if dossier else "/api/v1/dossiers"
    answer = client.post(address, files=[("files", ("卷.txt", content.encode(), "text/plain"))], data=fields)
    assert answer.status_code == 202, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def _leads(client: TestClient) -> list[str]:
    return [line["id"] for line in client.get("/api/v1/leads").json()["leads"]]


def test_leads_are_sealed_at_once_and_not_when_a_screening_has_ended(site: Site) -> None:
    dossier = site.upload(TEXT)
    officer, trusted = site.as_(Role.AID_OFFICER), site.as_("trusted")  # type: ignore[arg-type]
    (lead,) = _leads(officer)
    _post(officer, "补充：被害人年龄证明。", dossier, sealed="true")
    with site.store.begin() as session:  # the screening never comes
        job = waiting_for(session, dossier, "screen")
        assert job is not None
        job.state = "cancelled"
    assert _leads(officer) == [] and _leads(trusted) == [lead]
    body = {"action": "accept", "reason": "start"}
    assert officer.post(f"/api/v1/leads/{lead}/decisions", json=body).status_code == 404
    assert officer.get(f"/api/v1/leads/{lead}/decisions").status_code == 404
    assert trusted.post(f"/api/v1/leads/{lead}/decisions", json=body).status_code == 201


def test_the_same_files_sent_again_as_sealed_seal(site: Site) -> None:
    hook, officer = site.with_key("upload"), site.as_(Role.AID_OFFICER)
    first = _post(hook, TEXT, number="甲1")
    site.work()
    assert len(_leads(officer)) == 1
    again = _post(hook, TEXT, number="甲1", sealed="true")
    assert again["repeat"] and again["dossier"] == first["dossier"]
    assert _leads(officer) == []
    assert officer.get(first["status"]).status_code == 404
    _post(hook, TEXT, number="甲1")  # and nothing unseals
    assert _leads(officer) == []


def test_who_may_not_see_a_sealed_case_makes_a_dossier_beside_it(site: Site) -> None:
    hook, officer, trusted = site.with_key("upload"), site.as_(Role.AID_OFFICER), site.as_("trusted")  # type: ignore[arg-type]
    sealed = _post(hook, TEXT, number="甲2", sealed="true")["dossier"]
    mine = _post(officer, "另一份材料。", number="甲2")
    assert mine["new"] and not mine["repeat"] and mine["dossier"] != sealed
    same = _post(officer, TEXT, number="甲2")  # not even that these very files are there
    assert same["dossier"] == mine["dossier"] and not same["repeat"]
    assert _post(officer, TEXT, number="甲2")["repeat"]
    assert _post(hook, "补充一。", number="甲2")["dossier"] == sealed
    assert _post(trusted, "补充二。", number="甲2")["dossier"] == sealed
    with site.store.read() as session:
        assert {row.id: row.sealed for row in session.scalars(select(DossierRow))} == {
            sealed: True,
            mine["dossier"]: False,
        }


def test_who_brought_a_sealed_case_may_add_to_it(site: Site) -> None:
    handler = site.as_(Role.CASE_HANDLER)
    sealed = _post(handler, TEXT, number="甲3", sealed="true")["dossier"]
    assert _post(handler, "补充。", number="甲3")["dossier"] == sealed
    assert _post(handler, "补充。", number="甲3")["repeat"]


def test_the_draw_shows_and_takes_sealed_cases_from_those_with_the_right_only(site: Site) -> None:
    officer, leader, trusted = site.as_(Role.AID_OFFICER), site.as_(Role.LEADER), site.as_("trusted")  # type: ignore[arg-type]
    ids = [_post(officer, f"情况说明{n}：没有被害人。", **({"sealed": "true"} if n else {}))["dossier"] for n in (0, 1)]
    site.work()
    with site.store.begin() as session:
        session.execute(update(DossierRow).values(created_at=dt.datetime(2026, 1, 9, tzinfo=dt.UTC), level="none"))
    everything = trusted.post("/api/v1/recall/2026-01").json()
    checks = {line["dossier"]: line["id"] for line in everything["checks"]}
    assert set(checks) == set(ids)
    shown = officer.get("/api/v1/recall/2026-01").json()
    assert [line["dossier"] for line in shown["checks"]] == ids[:1]
    assert shown["estimate"]["drawn"] == 2
    assert ids[1] not in officer.get("/recall?month=2026-01").text
    found = {"victims": 1, "missed": 1}
    assert officer.put(f"/api/v1/recall/checks/{checks[ids[1]]}", json=found).status_code == 404
    assert trusted.put(f"/api/v1/recall/checks/{checks[ids[1]]}", json=found).status_code == 204

    open_one = f"/api/v1/recall/checks/{checks[ids[0]]}"
    assert officer.put(open_one, json=found).status_code == 204
    second = leader.put(open_one, json={"victims": 0, "missed": 0})
    assert (second.status_code, second.json()["error"]["code"]) == (409, "recall.checked")
    assert officer.put(open_one, json={"victims": 2, "missed": 1}).status_code == 204  # one's own may be put right
    kept = {line["dossier"]: line["victims"] for line in officer.get("/api/v1/recall/2026-01").json()["checks"]}
    assert kept == {ids[0]: 2}


def test_events_tell_a_key_that_may_only_upload_no_level(site: Site) -> None:
    dossier = site.upload(TEXT)
    told = {}
    for scope in ("upload", "read"):
        lines = site.with_key(scope).get(f"/api/v1/dossiers/{dossier}/events").text.splitlines()
        told[scope] = json.loads(next(line for line in lines if line.startswith("data:"))[5:])["level"]
    assert told["upload"] is None and told["read"] is not None


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_stream_ends_when_whoever_opened_it_is_gone(site: Site, withdrawn: bool) -> None:
    officer = site.as_(Role.AID_OFFICER)
    other = TestClient(site.app, cookies=dict(officer.cookies), headers=dict(officer.headers))
    heard: list[str] = []
    listening = threading.Thread(target=lambda: heard.append(officer.get("/api/v1/events").text), daemon=True)
    listening.start()
    listening.join(2.5)
    assert listening.is_alive()
    if withdrawn:
        with site.store.begin() as session:
            session.scalars(select(User).where(User.login == Role.AID_OFFICER)).one().active = False
    else:
        assert other.post("/api/v1/me/sign-out").status_code in (200, 204)
    listening.join(15)
    assert not listening.is_alive() and "event: inbox" in heard[0]


def test_sealing_by_a_leader_and_by_a_supplement_is_the_same(site: Site) -> None:
    dossier = site.upload(TEXT)
    _post(site.as_(Role.AID_OFFICER), "补充。", dossier, sealed="true")
    with site.store.read() as session:
        assert all(lead.sealed for lead in session.scalars(select(Lead).where(Lead.dossier_id == dossier)))
