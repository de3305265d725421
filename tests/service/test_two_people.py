"""Two people at one lead or one fact: nobody decides over another's decision without having seen it, nobody takes back
or withdraws what another did, and of two corrections both are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.accounts.rights import Role, Visitor
from api.decisions import decide
from api.jobs.worker import Worker
from api.service import build_service
from api.store.store import Store
from api.store.tables import Decision, Lead
from api.wiring import Screener
from dossier.errors import JiuzhuError
from tests.service.conftest import TEXT, person, upload
from tests.service.site import Site, site_settings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path_factory.mktemp("two"))), screener)
    yield made
    made.store.engine.dispose()


@pytest.fixture(scope="module")
def dossier(site: Site) -> str:
    return site.upload(TEXT)


def _decide(client: TestClient, address: str, action: str, last: str | None, reason: str | None = "start") -> Any:
    return client.post(address, json={"action": action, "reason": reason, "last": last})


def test_a_decision_from_a_stale_page_is_refused_and_tells_whose_stands(site: Site, dossier: str) -> None:
    officer, leader = site.as_(Role.AID_OFFICER), site.as_(Role.LEADER)
    lead = next(line for line in officer.get("/api/v1/leads").json()["leads"] if line["dossier"] == dossier)
    address = f"/api/v1/leads/{lead['id']}/decisions"
    assert officer.get(address).json()["last"] is None
    first = _decide(officer, address, "accept", None).json()
    stale = _decide(leader, address, "reject", None, "paid")
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "decision.changed")
    assert "aid_officer采纳（拟启动救助审查）" in stale.json()["error"]["message"]
    assert leader.get(address).json() == first  # nothing was written
    seen = leader.get(address).json()["last"]
    undone = _decide(leader, address, "undo", seen)
    assert (undone.status_code, undone.json()["error"]["code"]) == (403, "decision.not_own")
    second = _decide(leader, address, "reject", seen, "paid").json()
    assert second["state"] == "rejected"
    assert _decide(officer, address, "undo", first["last"]).status_code == 409
    assert _decide(officer, address, "undo", second["last"]).status_code == 403
    assert _decide(leader, address, "undo", second["last"]).json()["state"] == "accepted"


def test_of_two_at_once_one_is_refused(store: Store, screener: Screener) -> None:
    people = [person(store, Role.AID_OFFICER, login="one"), person(store, Role.AID_OFFICER, login="two")]
    upload(store, people[0])
    Worker(store, lambda: screener).run(until_idle=True)
    ready = Barrier(2)

    def at_once(visitor: Visitor) -> str:
        try:
            with store.begin() as session:
                lead = session.scalars(select(Lead)).one()
                if store.dialect == "postgresql":  # SQLite lets one writer in at a time
                    ready.wait(20)
                decide(session, store, visitor, lead, "accept", "start", last=None)
        except JiuzhuError as error:
            return error.code
        return "decided"

    with ThreadPoolExecutor(2) as crew:
        assert sorted(crew.map(at_once, people)) == ["decided", "decision.changed"]
    with store.read() as session:
        assert len(session.scalars(select(Decision)).all()) == 1


def test_the_page_offers_to_take_back_only_ones_own(site: Site) -> None:
    made = site.upload(TEXT.replace("187", "301"), "另案.txt")
    officer = site.as_(Role.AID_OFFICER)
    lead = next(line for line in officer.get("/api/v1/leads").json()["leads"] if line["dossier"] == made)
    last = _decide(officer, f"/api/v1/leads/{lead['id']}/decisions", "accept", None).json()["last"]
    for role, own in ((Role.AID_OFFICER, True), (Role.LEADER, False)):
        page = site.as_(role).get(f"/dossiers/{made}", headers={"Accept": "text/html"}).text
        assert f'data-last="{last}"' in page
        assert (f'data-last="{last}" data-own' in page) is own


def test_a_note_is_masked_like_everything_else(site: Site) -> None:
    made = site.upload(TEXT.replace("187", "302"), "附注.txt")
    officer = site.as_(Role.AID_OFFICER)
    lead = next(line for line in officer.get("/api/v1/leads").json()["leads"] if line["dossier"] == made)
    address = f"/api/v1/leads/{lead['id']}/decisions"
    officer.post(address, json={"action": "check", "reason": "hardship", "note": "问蔺满囤本人，13912345678"})
    for answer in (officer.get(address), site.with_key("read").get(address)):
        [decision] = answer.json()["decisions"]
        assert decision["note"].startswith("问蔺某某本人") and "13912345678" not in decision["note"]


def test_what_was_predicted_is_what_the_result_says(site: Site) -> None:
    made = site.upload(TEXT.replace("187", "303"), "预测.txt")
    officer = site.as_(Role.AID_OFFICER)
    address = f"/api/v1/dossiers/{made}/corrections"
    body = {"victim": "v1", "attribute": "injury", "kind": "value", "corrected": "重伤一级"}
    wrong = officer.post(address, json={**body, "predicted": "轻伤一级"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (409, "correction.predicted")
    assert "重伤二级" in wrong.json()["error"]["message"]
    assert officer.get(address).json() == []
    assert officer.post(address, json=body).json()[-1]["body"]["predicted"] == "重伤二级"
    more = {"victim": "v1", "attribute": "hardship", "kind": "add", "corrected": "残疾人家庭"}
    assert officer.post(address, json=more).json()[-1]["body"]["predicted"] is None


def test_of_two_corrections_the_latest_stands_and_the_earlier_is_told_with_both_names(site: Site) -> None:
    made = site.upload(TEXT.replace("187", "304"), "两人.txt")
    officer, leader, annotator = site.as_(Role.AID_OFFICER), site.as_(Role.LEADER), site.as_(Role.ANNOTATOR)
    address = f"/api/v1/dossiers/{made}/corrections"
    body = {"victim": "v1", "attribute": "injury", "kind": "value"}
    officer.post(address, json={**body, "corrected": "重伤一级"})
    parts = leader.post(address, json={**body, "corrected": "轻伤一级"}).json()
    told = [(part["by"], part["body"]["corrected"], part["stands"]) for part in parts]
    assert told == [("aid_officer", "重伤一级", False), ("leader", "轻伤一级", True)]
    page = officer.get(f"/dossiers/{made}", headers={"Accept": "text/html"}).text
    assert "<b>轻伤一级</b>" in page and "<b>重伤一级</b>" not in page and "此后另有更正" in page
    lead = next(line for line in officer.get("/api/v1/leads").json()["leads"] if line["dossier"] == made)
    injury = next(fact for fact in lead["card"]["facts"] if fact["attribute"] == "injury")
    assert injury["text"] == "轻伤一级" and injury["beside"][0].startswith("原识别重伤二级，leader ")
    inbox = officer.get("/", headers={"Accept": "text/html"}).text
    assert "（原识别重伤二级，leader " in inbox
    refused = annotator.delete(f"{address}/{parts[0]['id']}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "correction.not_own")
    assert officer.delete(f"{address}/{parts[1]['id']}").status_code == 403
    assert leader.delete(f"{address}/{parts[1]['id']}").status_code == 204
    assert [part["stands"] for part in officer.get(address).json()] == [True]
    assert officer.delete(f"{address}/{parts[0]['id']}").status_code == 204
