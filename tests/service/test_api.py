"""The API as a case system and a page use it: upload, status, result, decisions, errors in one shape."""

from __future__ import annotations

import errno
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from api.accounts.rights import Role
from api.jobs.kinds.deliver import SIGNATURE, sign, verify
from api.service import build_service
from api.store.blobs import BlobWriter
from api.store.tables import AuditEntry, Job
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import Site, site_settings

SECRETS = ("蔺满囤", "章水根", "140931195804021233", "13912345678", "章家坳")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path_factory.mktemp("site"))), screener)
    yield made
    made.store.engine.dispose()


@pytest.fixture(scope="module")
def dossier(site: Site) -> str:
    return site.upload(TEXT, number="临检刑诉〔2025〕187号")


def test_the_hook_takes_an_archive_and_says_where_to_ask(site: Site) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as container:
        container.writestr("卷一/起诉书.txt", TEXT.replace("重伤二级", "重伤一级"))
    hook = site.with_key("upload")
    sent = {"files": ("卷宗.zip", archive.getvalue(), "application/zip")}
    answer = hook.post("/api/v1/dossiers", files=sent, data={"number": "甲7", "metadata": '{"source": "统一业务"}'})
    assert answer.status_code == 202
    receipt = answer.json()
    assert (receipt["new"], receipt["repeat"]) == (True, False)
    assert answer.headers["location"] == receipt["status"]
    assert hook.get(receipt["status"]).json()["state"] == "waiting"
    again = hook.post("/api/v1/dossiers", files=sent, data={"number": "甲7"})
    assert (again.status_code, again.json()["repeat"], again.json()["dossier"]) == (202, True, receipt["dossier"])
    site.work()
    status = hook.get(receipt["status"]).json()
    assert status["state"] == "screened"
    assert status["level"] is None  # a key that may only upload learns nothing of what is in it
    assert hook.get(f"{receipt['status']}/result").status_code == 403


def test_several_files_are_one_dossier_and_their_order_holds(site: Site) -> None:
    files = [("files", (f"{n}.txt", TEXT.replace("187", str(n)).encode(), "text/plain")) for n in (3, 1, 2)]
    officer = site.as_(Role.AID_OFFICER)
    made = officer.post("/api/v1/dossiers", files=files).json()["dossier"]
    site.work()
    result = officer.get(f"/api/v1/dossiers/{made}/result").json()
    assert [d["name"][:5] for d in result["dossier"]["documents"]] == ["3.txt", "1.txt", "2.txt"]
    names = [u["name"] for u in officer.get(f"/api/v1/dossiers/{made}/uploads").json()]
    assert names == ["3.txt", "1.txt", "2.txt"]


@pytest.mark.parametrize(
    "path", ["result", "results", "uploads", "corrections", "documents/d1/text", "documents/d1/pages", ""]
)
def test_nothing_shows_a_name_while_the_dossier_is_masked(site: Site, dossier: str, path: str) -> None:
    answer = site.as_(Role.CASE_HANDLER).get(f"/api/v1/dossiers/{dossier}/{path}".rstrip("/"))
    assert answer.status_code == 200
    for secret in SECRETS:
        assert secret not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search?q=蔺满囤",
        "/dossiers/{}",
        "/dossiers/{}/letters",
        "/api/v1/leads?with_counts=true",
        "/api/v1/search?q=蔺满囤",
    ],
)
def test_no_page_and_no_list_shows_one_either(site: Site, dossier: str, address: str) -> None:
    answer = site.as_(Role.LEADER).get(address.format(dossier), headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "蔺某某" in answer.text
    shown = answer.text.replace('value="蔺满囤"', "")  # what was asked stands in the field again
    for secret in SECRETS:
        assert secret not in shown


def test_unmasked_the_person_sees_names_and_nobody_else_does(site: Site, dossier: str) -> None:
    officer, handler = site.as_(Role.AID_OFFICER), site.as_(Role.CASE_HANDLER)
    assert officer.post(f"/api/v1/dossiers/{dossier}/unmask", json={"reason": "review"}).status_code == 200
    assert "蔺满囤" in officer.get(f"/api/v1/dossiers/{dossier}/result").text
    assert "蔺满囤" not in handler.get(f"/api/v1/dossiers/{dossier}/result").text
    assert officer.post(f"/api/v1/dossiers/{dossier}/mask").status_code == 204
    assert "蔺满囤" not in officer.get(f"/api/v1/dossiers/{dossier}/result").text


@given(start=st.integers(0, 400), limit=st.integers(1, 400))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_segments_joined_are_the_text(site: Site, dossier: str, start: int, limit: int) -> None:
    officer = site.as_(Role.CASE_HANDLER)
    address = f"/api/v1/dossiers/{dossier}/documents/d1/text"
    whole = "".join(s["text"] for s in officer.get(address).json()["segments"])
    part = officer.get(address, params={"start": start, "limit": limit}).json()
    assert "".join(s["text"] for s in part["segments"]) == whole[start : start + limit]
    ids = {place["id"] for place in part["places"]}
    assert all(set(s["places"]) <= ids for s in part["segments"])


def test_a_decision_has_a_reason_a_history_and_a_way_back(site: Site, dossier: str) -> None:
    officer = site.as_(Role.AID_OFFICER)
    lead = next(line for line in officer.get("/api/v1/leads").json()["leads"] if line["dossier"] == dossier)
    address = f"/api/v1/leads/{lead['id']}/decisions"
    assert officer.post(address, json={"action": "accept", "reason": "hardship"}).status_code == 422
    state = officer.post(address, json={"action": "check", "reason": "hardship", "note": "问村委会"}).json()
    assert (state["state"], state["decisions"][0]["note"]) == ("checking", "问村委会")
    for action, then in (("accept", "accepted"), ("undo", "checking"), ("undo", "open")):
        body = {"action": action, "reason": "start", "last": state["last"]}
        state = officer.post(address, json=body).json()
        assert state["state"] == then
    answer = officer.post(address, json={"action": "undo", "last": state["last"]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "decision.nothing")
    assert [d["action"] for d in officer.get(address).json()["decisions"]] == ["check", "accept", "undo", "undo"]


def test_a_correction_stands_beside_the_prediction_and_can_be_withdrawn(site: Site, dossier: str) -> None:
    officer = site.as_(Role.AID_OFFICER)
    address = f"/api/v1/dossiers/{dossier}/corrections"
    body = {"victim": "v1", "attribute": "injury", "kind": "value", "predicted": "重伤二级", "corrected": "重伤一级"}
    made = officer.post(address, json={**body, "evidence": [{"document": "d1", "start": 3, "end": 9}]}).json()
    assert made[-1]["body"]["corrected"] == "重伤一级"
    assert officer.get(f"/api/v1/dossiers/{dossier}/result").json()["victims"][0]["injury"]["grade"] == "重伤二级"
    for wrong in ({"attribute": "height"}, {"victim": "v9"}, {"corrected": " "}):
        assert officer.post(address, json={**body, **wrong}).status_code == 422
    assert (
        officer.post(address, json={**body, "evidence": [{"document": "d1", "start": 9, "end": 99999}]}).status_code
        == 422
    )
    assert officer.delete(f"{address}/{made[-1]['id']}").status_code == 204
    assert officer.get(address).json() == []


def test_leads_are_paged_without_loss_and_counted(site: Site) -> None:
    for number in range(4):
        site.upload(TEXT.replace("187", f"2{number}"), f"卷{number}.txt")
    officer = site.as_(Role.AID_OFFICER)
    whole = officer.get("/api/v1/leads", params={"with_counts": True}).json()
    seen, after = [], None
    while True:
        part = officer.get("/api/v1/leads", params={"limit": 2, **({"after": after} if after else {})}).json()
        seen += [line["id"] for line in part["leads"]]
        after = part["after"]
        if after is None:
            break
    assert seen == [line["id"] for line in whole["leads"]]
    assert whole["counts"]["total"] == len(seen)
    article = next(iter(whole["counts"]["articles"]))
    assert (
        len(officer.get("/api/v1/leads", params={"article": article}).json()["leads"])
        == whole["counts"]["articles"][article]
    )
    assert officer.get("/api/v1/leads", params={"after": "x_y_z"}).status_code == 422


def test_a_short_text_is_screened_while_the_caller_waits_and_is_not_kept(site: Site) -> None:
    officer = site.as_(Role.AID_OFFICER)
    before = officer.get("/api/v1/dossiers").json()["total"]
    result = officer.post("/api/v1/screen", json={"text": TEXT}).json()
    assert result["victims"][0]["name"] == "蔺满囤"
    assert officer.get("/api/v1/dossiers").json()["total"] == before


def test_letters_cite_the_papers_and_are_recorded(site: Site, dossier: str) -> None:
    from docx import Document

    officer = site.as_(Role.AID_OFFICER)
    for kind in officer.get("/api/v1/letters").json():
        answer = officer.get(f"/api/v1/dossiers/{dossier}/victims/v1/letters/{kind['id']}")
        assert answer.status_code == 200
        document = Document(io.BytesIO(answer.content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        words = "\n".join([*(p.text for p in document.paragraphs), *cells])
        assert kind["title"] in words and "蔺某某" in words and "蔺满囤" not in words and "{{" not in words
        if kind["id"] in ("review", "referral"):
            assert re.search("《起诉书》第 1 页：“[^”]*重伤二级”", words) and "未载明" in words
        assert "草稿" in document.sections[0].header.paragraphs[0].text
    with site.store.read() as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "letter.make")).all()
    assert {act.detail["letter"] for act in acts} == {"referral", "notice", "assistance", "review"}


def test_figures_hold_no_name_and_come_as_files(site: Site) -> None:
    auditor = site.as_(Role.AUDITOR)
    figures = auditor.get("/api/v1/statistics").json()
    said = [row["word"] for table in figures["tables"] if table["id"] == "level" for row in table["rows"]]
    assert said == [word for word in ("建议启动", "提示排除", "需核实", "社会救助", "未见线索") if word in said]
    assert figures["leads"] > 0
    levels = next(table for table in figures["tables"] if table["id"] == "level")
    assert sum(row["values"][0] for row in levels["rows"]) >= figures["leads"]
    for kind in ("csv", "xlsx"):
        assert auditor.get(f"/api/v1/statistics/file.{kind}").status_code == 200
    assert auditor.get("/api/v1/statistics?since=2026-03-02&until=2026-03-01").status_code == 422
    assert "蔺" not in json.dumps(figures, ensure_ascii=False)


def test_the_original_is_given_whole_to_whom_it_may_be_and_recorded(site: Site, dossier: str) -> None:
    officer = site.as_(Role.AID_OFFICER)
    upload = officer.get(f"/api/v1/dossiers/{dossier}/uploads").json()[0]
    address = f"/api/v1/dossiers/{dossier}/uploads/{upload['id']}/file"
    assert officer.get(address).content.decode() == TEXT
    assert site.as_(Role.ANNOTATOR).get(address).status_code == 403


def test_a_hook_is_told_signed_and_without_a_word_of_the_dossier(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    told: list[tuple[dict[str, str], bytes]] = []

    def post(url: str, *, content: bytes, headers: dict[str, str], **_: Any) -> httpx.Response:
        told.append((headers, content))
        return httpx.Response(200 if len(told) > 1 else 503)

    monkeypatch.setattr("api.jobs.kinds.deliver.httpx.post", post)
    administrator = site.as_(Role.ADMINISTRATOR)
    hook = {
        "office": "临溪县人民检察院",
        "url": "http://case.example/hook",
        "events": ["dossier.screened"],
        "secret": "s" * 20,
    }
    assert administrator.post("/api/v1/hooks", json=hook).status_code == 201
    site.upload(TEXT.replace("187", "999"), "另案.txt")
    assert len(told) == 1  # refused: it will be tried again
    from sqlalchemy import update

    from api.store.tables import now

    with site.store.begin() as session:
        session.execute(update(Job).where(Job.kind == "deliver").values(after=now()))
    site.work()
    headers, body = told[1]
    assert verify("s" * 20, headers[SIGNATURE], body)
    assert not verify("t" * 20, headers[SIGNATURE], body)
    assert not verify("s" * 20, sign("s" * 20, 1000, body), body)
    assert json.loads(body)["event"] == "dossier.screened"
    assert "蔺" not in body.decode() and "另案" not in body.decode()


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/v1/nowhere", 404),
        ("PUT", "/api/v1/leads", 405),
        ("GET", "/api/v1/dossiers/abcdefgh2345", 404),
        ("POST", "/api/v1/dossiers", 400),
        ("GET", "/api/v1/leads?limit=0", 422),
        ("GET", "/api/v1/jobs", 403),
    ],
)
def test_every_error_has_the_one_shape(site: Site, method: str, address: str, status: int) -> None:
    answer = site.as_(Role.AID_OFFICER).request(method, address)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "hint", "request_id"}
    assert error["message"] and answer.headers["x-request-id"] == error["request_id"]


def test_a_change_that_another_site_asked_for_is_refused(site: Site, dossier: str) -> None:
    officer = site.as_(Role.AID_OFFICER)
    answer = officer.post(
        f"/api/v1/dossiers/{dossier}/unmask", json={"reason": "review"}, headers={"X-CSRF-Token": "x"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "account.csrf")
    answer = site.as_(None).post(
        "/sign-in", data={"login": "a", "password": "b"}, headers={"Origin": "http://evil.example"}
    )
    assert answer.status_code == 403


def test_a_disk_that_is_full_keeps_nothing_and_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: BlobWriter, chunk: bytes, *, last: bool) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    officer = site.as_(Role.AID_OFFICER)
    before = officer.get("/api/v1/dossiers").json()["total"]
    monkeypatch.setattr(BlobWriter, "_seal", full)
    answer = officer.post("/api/v1/dossiers", files={"files": ("a.txt", b"x" * 3_000_000)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (507, "intake.disk_full")
    assert officer.get("/api/v1/dossiers").json()["total"] == before
    incoming = site.store.blobs.folder / "incoming"
    assert not list(incoming.iterdir())


def test_what_is_too_large_is_refused_while_it_arrives(tmp_path: Path, screener: Screener) -> None:
    small = site_settings(tmp_path).model_copy(update={"max_dossier_mib": 1})
    site = Site(build_service(small), screener)
    answer = site.as_(Role.AID_OFFICER).post("/api/v1/dossiers", files={"files": ("a.txt", b"x" * 2_000_000)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "intake.too_large")
    assert not [path for path in site.store.blobs.folder.rglob("*") if path.is_file()]
    site.store.engine.dispose()


def test_pages_carry_the_policy_and_load_nothing_from_elsewhere(site: Site, dossier: str) -> None:
    leader = site.as_(Role.LEADER)
    for address in ("/", f"/dossiers/{dossier}", "/search", "/statistics", "/recall", "/account"):
        answer = leader.get(address)
        assert answer.status_code == 200
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert "http://" not in answer.text.replace("http://testserver", "") and " style=" not in answer.text
        assert "<script>" not in answer.text and "onclick" not in answer.text


def test_what_a_watcher_asks(site: Site) -> None:
    client = site.as_(None)
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["checks"]["database"] == "ok" and ready["checks"]["model"] == "off"
    assert client.get("/metrics").status_code == 403  # this client is not the machine itself
    metrics = site.with_key("figures").get("/metrics").text
    assert 'jiuzhu_jobs{kind="screen",state="done"}' in metrics and "jiuzhu_requests_total" in metrics


def test_what_others_make_up_adds_no_series_to_the_metrics(site: Site) -> None:
    """Labels are the declared routes and the known methods, whatever is asked for."""
    client, watcher = site.as_(Role.LEADER), site.with_key("figures")

    def labels() -> set[str]:
        return {line.rpartition(" ")[0] for line in watcher.get("/metrics").text.splitlines() if "route=" in line}

    def ask(word: str) -> None:
        for address in (
            f"/{word}",
            f"/api/v1/{word}/{word}",
            f"/dossiers/{word}?find={word}",
            f"/static/{word}/{word}.css",
        ):
            client.get(address)
        client.get(f"/api/v1/dossiers/{word}/documents/{word}/pages/1/found?q={word}")
        client.request(word.upper(), "/search")
        client.request(word.upper(), f"/{word}")
        client.post(f"/dossiers/{word}")
        client.get(f"/{word}%00")

    for word in ("one", "one"):  # twice, so that the watcher's own series are there
        ask(word)
    before = labels()
    for number in range(5):
        ask(f"other{number}x")
    assert labels() == before
    assert not [line for line in before if "one" in line.lower()]
    assert any('route="/dossiers/{dossier_id}"' in line for line in before)
    assert any('method="other",route="other"' in line for line in before)


def test_deleting_a_dossier_takes_it_off_every_page(site: Site) -> None:
    made = site.upload(TEXT.replace("187", "555"), "待删.txt")
    leader = site.as_(Role.LEADER)
    assert site.as_(Role.AID_OFFICER).delete(f"/api/v1/dossiers/{made}").status_code == 403
    assert leader.delete(f"/api/v1/dossiers/{made}").status_code == 204
    assert leader.get(f"/api/v1/dossiers/{made}").status_code == 404
    assert leader.get(f"/dossiers/{made}", headers={"Accept": "text/html"}).status_code == 404


def test_the_recall_ledger_draws_once_and_estimates(site: Site) -> None:
    officer = site.as_(Role.AID_OFFICER)
    assert officer.post("/api/v1/recall/2999-01").status_code == 422
    first = officer.post("/api/v1/recall/2020-01").json()
    assert first["estimate"]["population"] == 0 and first["checks"] == []
    assert officer.put("/api/v1/recall/checks/none", json={"victims": 1, "missed": 0}).status_code == 404


def test_a_row_shows_the_sentence_around_its_quote_masked(site: Site) -> None:
    name = "寇秋禾"
    text = f"被告人章水根持刀将被害人{name}砍伤。经鉴定，{name}的损伤程度为重伤二级；{name}系低保户。\n"
    made = site.upload(text, "另案起诉书.txt")
    leads = site.as_(Role.LEADER).get("/api/v1/leads?limit=200").json()["leads"]
    card = next(lead["card"] for lead in leads if lead["dossier"] == made)
    sentence = card["before"] + card["quote"] + card["behind"]
    assert sentence == "经鉴定，寇某某的损伤程度为重伤二级；"
    assert "重伤二级" in card["quote"]
    assert not {"people", "sentence", "sentence_at"} & set(card)
    assert name not in site.as_(Role.LEADER).get("/").text
    assert 'class="injury"' in site.as_(Role.LEADER).get("/").text


def test_a_dossier_named_by_its_file_has_a_title_without_ending_and_order(site: Site) -> None:
    text = "现查明，2025年3月8日，蔺满囤被高空坠物砸伤，经鉴定，被害人蔺满囤的损伤程度为重伤二级。\n"
    dossier = site.upload(text, name="02-高空坠物案.txt")
    officer = site.as_(Role.AID_OFFICER)
    for path in ("/", f"/dossiers/{dossier}", f"/dossiers/{dossier}/letters", "/search?q=坠物"):
        assert "<bdi>高空坠物案</bdi>" in officer.get(path).text, path
    letter = officer.get(f"/api/v1/dossiers/{dossier}/victims/v1/letters/referral")
    words = "".join(zipfile.ZipFile(io.BytesIO(letter.content)).read("word/document.xml").decode().split("<w:t"))
    assert "高空坠物案" in words and "02-高空坠物案。" not in words and ".txt" not in words
    assert officer.get(f"/api/v1/dossiers/{dossier}/uploads").json()[0]["name"] == "02-高空坠物案.txt"
    assert "02-高空坠物案.txt" in officer.get(f"/dossiers/{dossier}").text  # where its files are listed


def test_the_heading_of_the_red_group_holds_for_an_urgent_row_too(site: Site) -> None:
    made = site.upload(
        "被告人章水根驾车将被害人蔺满囤撞伤。被害人蔺满囤目前仍在医院住院治疗，"
        "尚欠医院治疗费6万元，无力承担后续治疗费。\n"
    )
    leads = site.as_(Role.LEADER).get("/api/v1/leads?level=red&limit=200").json()["leads"]
    card = next(lead["card"] for lead in leads if lead["dossier"] == made)
    assert "compensation" not in {fact["attribute"] for fact in card["facts"]}  # urgent without a word of payment
    page = site.as_(Role.LEADER).get("/?level=red").text
    assert "或伤者在治而费用无着" in page and "卷内载有损害、未获赔偿与困难" not in page
