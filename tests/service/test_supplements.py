"""What a dossier is said to hold when files come in one after another: papers under their own names, files that were
not read, what came beside them, and the results of before; and small promises of its addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.accounts.rights import Role
from api.changes import compare
from api.service import build_service
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import Site, site_settings

RECEIPT = "收条\n今收到章水根赔偿款50000元。收款人：蔺满囤。\n"


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path_factory.mktemp("supplements"))), screener)
    yield made
    made.store.engine.dispose()


def _send(site: Site, address: str, *files: tuple[str, str], **fields: str) -> dict[str, Any]:
    parts = [("files", (name, text.encode(), "text/plain")) for name, text in files]
    answer = site.as_(Role.AID_OFFICER).post(address, files=parts, data=fields)
    assert answer.status_code == 202, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def _status(site: Site, dossier: str) -> dict[str, Any]:
    told: dict[str, Any] = site.as_(Role.AID_OFFICER).get(f"/api/v1/dossiers/{dossier}").json()
    return told


def test_a_supplement_is_the_only_new_paper_and_papers_keep_their_names(site: Site) -> None:
    dossier = site.upload(TEXT)
    officer, address = site.as_(Role.AID_OFFICER), f"/api/v1/dossiers/{dossier}"
    _send(site, f"{address}/uploads", ("收条.txt", RECEIPT))
    site.work()
    assert [line for line in _status(site, dossier)["change"] if "文书" in line] == ["新增文书 1 件：收条.txt"]
    _send(site, f"{address}/uploads", ("收条.txt", RECEIPT.replace("50000", "3000")))
    site.work()
    assert "新增文书 1 件：收条（2）.txt" in _status(site, dossier)["change"]
    result = officer.get(f"{address}/result")
    names = [document["name"] for document in result.json()["dossier"]["documents"]]
    assert names == ["起诉书.txt", "收条.txt", "收条（2）.txt"]
    found = officer.get("/api/v1/search", params={"q": "今收到"})
    assert found.json()["total"] == 1
    for said in (result.text, found.text, officer.get(f"/dossiers/{dossier}").text):
        assert "001/" not in said and "002/" not in said


def test_numbered_names_of_an_earlier_result_are_no_news(screener: Screener) -> None:
    import datetime as dt

    result = screener.screen_bytes("起诉书.txt", TEXT.encode(), as_of=dt.date(2026, 3, 1)).result
    documents = tuple(d.model_copy(update={"name": f"001/{d.name}"}) for d in result.dossier.documents)
    numbered = result.model_copy(update={"dossier": result.dossier.model_copy(update={"documents": documents})})
    assert compare(numbered, result).documents == compare(result, numbered).documents == ()


def test_a_cancelled_screening_is_said_and_can_be_begun_again(site: Site) -> None:
    dossier = site.upload(TEXT)
    receipt = _send(site, f"/api/v1/dossiers/{dossier}/uploads", ("收条.txt", RECEIPT))
    administrator = site.as_(Role.ADMINISTRATOR)
    assert administrator.post(f"/api/v1/jobs/{receipt['job']}/cancel").json()["state"] == "cancelled"
    status = _status(site, dossier)
    assert (status["state"], status["job"]["state"], status["unread"]) == ("screened", "cancelled", 1)
    page = site.as_(Role.AID_OFFICER).get(f"/dossiers/{dossier}").text
    assert "最近一次筛查已取消" in page and "补充的 1 个文件没有读入" in page
    assert page.count('data-do="rescreen"') == 2  # beside these words, and among the dossier's matters
    assert site.as_(Role.AID_OFFICER).post(f"/api/v1/dossiers/{dossier}/screen", json={}).status_code == 202
    site.work()
    assert (_status(site, dossier)["state"], _status(site, dossier)["unread"]) == ("screened", 0)
    assert "没有读入" not in site.as_(Role.AID_OFFICER).get(f"/dossiers/{dossier}").text


def test_a_dossier_whose_first_screening_was_cancelled_is_not_left_waiting(site: Site) -> None:
    receipt = _send(site, "/api/v1/dossiers", ("起诉书.txt", TEXT))
    site.as_(Role.ADMINISTRATOR).post(f"/api/v1/jobs/{receipt['job']}/cancel")
    assert _status(site, receipt["dossier"])["state"] == "failed"
    page = site.as_(Role.AID_OFFICER).get(f"/dossiers/{receipt['dossier']}").text
    assert "筛查已取消" in page and "data-again" in page
    site.as_(Role.ADMINISTRATOR).post(f"/api/v1/jobs/{receipt['job']}/retry")
    assert _status(site, receipt["dossier"])["state"] == "waiting"


def test_an_empty_file_among_others_is_listed_with_its_code(site: Site) -> None:
    receipt = _send(site, "/api/v1/dossiers", ("起诉书.txt", TEXT), ("收条二张.txt", ""))
    assert _status(site, receipt["dossier"])["refused"] == [
        {"code": "upload.empty", "message": "收***.txt：文件是空的（0 字节）"}
    ]
    site.work()
    (refused,) = _status(site, receipt["dossier"])["refused"]
    assert refused["code"] == "upload.empty" and refused["message"].startswith("收条二张.txt：")
    assert "收条二张.txt" in site.as_(Role.AID_OFFICER).get(f"/dossiers/{receipt['dossier']}").text
    answer = site.as_(Role.AID_OFFICER).post("/api/v1/dossiers", files={"files": ("收条.txt", b"")})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "intake.empty")


@pytest.mark.parametrize("day", ["0001-01-01", "2016-07-31"])
def test_a_day_without_rules_is_refused_at_once(site: Site, day: str) -> None:
    dossier = site.upload(TEXT)
    answer = site.as_(Role.AID_OFFICER).post(f"/api/v1/dossiers/{dossier}/screen", json={"as_of": day})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "rules.none_in_force")
    assert (_status(site, dossier)["state"], _status(site, dossier)["job"]["state"]) == ("screened", "done")


def test_the_same_content_is_one_dossier_and_gets_its_number_later(site: Site) -> None:
    first = _send(site, "/api/v1/dossiers", ("起诉书.txt", TEXT))
    again = _send(site, "/api/v1/dossiers", ("起诉书.txt", TEXT), number="甲 1")
    assert (again["dossier"], again["repeat"]) == (first["dossier"], True)
    assert _status(site, first["dossier"])["number"] == "甲1"
    without = _send(site, "/api/v1/dossiers", ("起诉书.txt", TEXT))
    assert (without["dossier"], without["repeat"]) == (first["dossier"], True)
    other = _send(site, "/api/v1/dossiers", ("起诉书.txt", TEXT), number="甲2")
    assert other["new"] and other["dossier"] != first["dossier"]
    assert _status(site, first["dossier"])["number"] == "甲1"


def test_what_came_beside_the_files_is_shown_masked(site: Site) -> None:
    dossier = site.upload(TEXT, metadata='{"经办": "蔺满囤", "来源": "统一业务", "部门": ["一部"]}')
    assert _status(site, dossier)["metadata"] == {"经办": "蔺某某", "来源": "统一业务", "部门": ["一部"]}
    assert site.with_key("upload").get(f"/api/v1/dossiers/{dossier}").json()["metadata"] is None
    officer = site.as_(Role.AID_OFFICER)
    page = officer.get(f"/dossiers/{dossier}").text
    assert "随卷信息：3 项" in page and "统一业务" not in page and "蔺满囤" not in page
    officer.post(f"/api/v1/dossiers/{dossier}/unmask", json={"reason": "review"})
    page = officer.get(f"/dossiers/{dossier}").text
    assert "随卷信息</h3>" in page and "统一业务" in page and "一部" in page and "蔺满囤" in page


def test_an_earlier_result_has_an_address(site: Site) -> None:
    dossier = site.upload(TEXT)
    address, officer = f"/api/v1/dossiers/{dossier}", site.as_(Role.AID_OFFICER)
    _send(site, f"{address}/uploads", ("收条.txt", RECEIPT))
    site.work()
    assert [line["number"] for line in officer.get(f"{address}/results").json()] == [2, 1]
    first, second = (officer.get(f"{address}/results/{n}") for n in (1, 2))
    assert len(first.json()["dossier"]["documents"]) == 1 and "蔺满囤" not in first.text
    assert second.json() == officer.get(f"{address}/result").json()
    assert officer.get(f"{address}/results/3").status_code == 404
    officer.post(f"{address}/unmask", json={"reason": "review"})
    assert "蔺满囤" in officer.get(f"{address}/results/1").text


def test_search_tells_the_number_that_the_papers_state(site: Site) -> None:
    site.upload(TEXT)
    hit = site.as_(Role.AID_OFFICER).get("/api/v1/search", params={"q": "低保"}).json()["hits"][0]
    assert hit["number"] == "临检刑诉〔2025〕187号"
    assert "案号未载明" not in site.as_(Role.AID_OFFICER).get("/search?q=低保").text


def test_who_cannot_read_cannot_handle_a_dossier(site: Site) -> None:
    dossier = site.upload(TEXT)
    leader, address = site.as_(Role.LEADER), f"/api/v1/dossiers/{dossier}"
    for login in (Role.ADMINISTRATOR, Role.AUDITOR):
        assert leader.patch(address, json={"handler": login}).json()["error"]["code"] == "dossier.handler"
        assert leader.put(f"{address}/access", json={"user": login}).json()["error"]["code"] == "dossier.handler"
    assert leader.patch(address, json={"handler": Role.CASE_HANDLER}).status_code == 204


def test_a_key_decides_for_a_person_whom_it_names(site: Site) -> None:
    site.upload(TEXT)
    key = site.with_key("decide")
    (lead,) = key.get("/api/v1/leads").json()["leads"]
    address, body = f"/api/v1/leads/{lead['id']}/decisions", {"action": "check", "reason": "hardship"}
    for by in ({}, {"by": "nobody"}, {"by": Role.CASE_HANDLER}):
        answer = key.post(address, json=body | by)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "decision.by")
    assert key.post(address, json=body | {"by": Role.AID_OFFICER}).status_code == 201
    (decision,) = site.as_(Role.LEADER).get(address).json()["decisions"]
    assert decision["by"] == Role.AID_OFFICER
    acts = site.as_(Role.AUDITOR).get("/api/v1/audit", params={"of": f"lead:{lead['id']}"}).json()
    assert {act["action"] for act in acts} == {"lead.decide", "key.decide"}
    named = site.as_(Role.LEADER).post(address, json=body | {"by": Role.AID_OFFICER})
    assert named.json()["error"]["code"] == "decision.by"


def test_head_is_answered_as_get_is_without_the_content(site: Site) -> None:
    dossier = site.upload(TEXT)
    client = site.as_(Role.LEADER)
    (upload,) = client.get(f"/api/v1/dossiers/{dossier}/uploads").json()
    file = f"/api/v1/dossiers/{dossier}/uploads/{upload['id']}/file"
    for where in ("/", f"/dossiers/{dossier}", f"/api/v1/dossiers/{dossier}", file, "/healthz", "/api/v1/openapi.json"):
        got, head = client.get(where), client.head(where)
        assert (head.status_code, head.content) == (200, b"") and got.content
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.headers["content-length"] == str(len(got.content))
    assert client.head("/api/v1/me/password").status_code == 405


def test_a_password_that_somebody_else_made_is_changed_first(site: Site) -> None:
    from starlette.testclient import TestClient

    body = {"login": "zhou", "name": "周检察官", "office": "临溪县人民检察院", "roles": ["aid_officer"]}
    password = site.as_(Role.ADMINISTRATOR).post("/api/v1/users", json=body).json()["password"]
    client = TestClient(site.app, headers={"Accept": "text/html"})
    page = client.post("/sign-in", data={"login": "zhou", "password": password})
    assert page.url.path == "/account" and "请先修改口令" in page.text
    client.headers["X-CSRF-Token"] = page.text.split('name="csrf" content="')[1].split('"')[0]
    refused = client.get("/api/v1/leads")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "account.password_first")
    changed = client.post("/api/v1/me/password", json={"old": password, "new": "another-horse-7"})
    assert changed.status_code == 204
    assert client.post("/sign-in", data={"login": "zhou", "password": "another-horse-7"}).url.path == "/"
    assert client.get("/api/v1/leads").status_code == 200
