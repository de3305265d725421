"""The queue of annotation on both databases: what enters it, who answers, what becomes gold. Everybody is invented."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DatabaseError
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.accounts.audit import entries, verify
from api.accounts.rights import Role
from api.annotation.gold import gold_of
from api.annotation.guideline import guideline_of
from api.annotation.queue import counterpart, papers_of
from api.annotation.values import FORMS, checked, of_words, says_same
from api.annotation.words import Lines
from api.cli import app
from api.settings import Settings
from api.store.opening import open_store
from api.store.retention import delete_dossier
from api.store.tables import Annotation, AnnotationItem, Correction, DossierRow, Result
from api.training import gather_examples, gather_person_examples
from api.wiring import Screener
from dossier.errors import JiuzhuError
from models.examples import Example
from models.scoring import EVIDENCE, score_case
from nlp.facts import Attribute
from nlp.labels import label_scheme
from tests.service.annotating import (
    account,
    annotated_site,
    answer_injury,
    browser_of,
    correct,
    items,
    screen_again,
    state_of,
    words_in,
)
from tests.service.conftest import TEXT
from tests.service.site import Site

# two papers that contradict: the charge says 重伤二级, a later appraisal 轻伤一级
CONFLICT = TEXT + "\n鉴定意见通知书\n2025年6月1日，经重新鉴定，被害人蔺满囤的损伤程度为轻伤一级。\n"
NUMBERS = ("蔺满囤", "章水根", "140931195804021233", "13912345678", "章家坳")


@pytest.fixture
def site(settings: Settings, screener: Screener) -> Iterator[Site]:
    made = annotated_site(settings, screener)
    yield made
    made.store.engine.dispose()


# ---------------------------------------------------------------- what enters the queue


def test_a_correction_is_asked_with_both_readings_side_by_side(site: Site) -> None:
    dossier = site.upload(TEXT)
    assert items(browser_of(site, "bao")) == []
    correct(site, dossier, note="以复核鉴定为准")
    (item,) = items(browser_of(site, "bao"))
    assert (item["attribute"], item["sources"], item["state"]) == ("injury", ["correction"], "open")
    detail = browser_of(site, "bao").get(f"/api/v1/annotation/{item['id']}").json()
    machine, person = detail["readings"]
    assert (machine["letter"], machine["says"], machine["values"][0]["fields"]) == (
        "甲",
        "重伤二级",
        {"grade": "重伤二级"},
    )
    assert (person["letter"], person["says"], person["note"]) == ("乙", "重伤一级", "以复核鉴定为准")
    assert person["values"][0]["fields"] == {"grade": "重伤一级"}
    assert machine["values"][0]["words"][0]["words"] in TEXT
    shown = "".join(s["text"] for p in detail["passages"] for line in p["lines"] for s in line)
    assert "重伤二级" in shown and not any(secret in json.dumps(detail, ensure_ascii=False) for secret in NUMBERS)


def test_papers_that_contradict_are_asked(site: Site) -> None:
    site.upload(CONFLICT)
    (item,) = items(browser_of(site, "bao"), source="conflict")
    detail = browser_of(site, "bao").get(f"/api/v1/annotation/{item['id']}").json()
    assert {reading["says"] for reading in detail["readings"]} == {"重伤二级", "轻伤一级"}
    assert items(browser_of(site, "bao"), source="correction") == []


def test_what_another_version_read_otherwise_is_asked_once(site: Site) -> None:
    dossier = site.upload(TEXT)
    _pretend_older(site, dossier, "重伤一级")
    screen_again(site, dossier)
    (item,) = items(browser_of(site, "bao"), source="version")
    assert item["attribute"] == "injury"
    detail = browser_of(site, "bao").get(f"/api/v1/annotation/{item['id']}").json()
    assert [reading["says"] for reading in detail["readings"]] == ["重伤二级", "重伤一级"]
    screen_again(site, dossier)  # the same version again: nothing new, and the question follows to the new result
    assert [each["id"] for each in items(browser_of(site, "bao"))] == [item["id"]]
    assert answer_injury(browser_of(site, "bao"), item["id"], "重伤二级").status_code == 201


def test_the_same_version_that_reads_the_same_asks_nothing(site: Site) -> None:
    dossier = site.upload(TEXT)
    screen_again(site, dossier)
    assert items(browser_of(site, "bao"), show="all") == []


def test_a_withdrawn_correction_leaves_the_queue(site: Site) -> None:
    dossier = site.upload(TEXT)
    part = correct(site, dossier)
    site.as_(Role.CASE_HANDLER).delete(f"/api/v1/dossiers/{dossier}/corrections/{part['id']}")
    assert items(browser_of(site, "bao"), show="all") == []


def test_a_correction_of_what_is_asked_already_joins_it(site: Site) -> None:
    dossier = site.upload(CONFLICT)
    part = correct(site, dossier)
    (item,) = items(browser_of(site, "bao"))
    assert item["sources"] == ["correction", "conflict"]
    site.as_(Role.CASE_HANDLER).delete(f"/api/v1/dossiers/{dossier}/corrections/{part['id']}")
    (item,) = items(browser_of(site, "bao"))
    assert item["sources"] == ["conflict"]


def test_a_withdrawn_correction_leaves_the_other_reasons(site: Site) -> None:
    dossier = site.upload(TEXT)
    part = correct(site, dossier)
    _pretend_older(site, dossier, "重伤一级")
    screen_again(site, dossier)
    (item,) = items(browser_of(site, "bao"))
    assert item["sources"] == ["correction", "version"]
    site.as_(Role.CASE_HANDLER).delete(f"/api/v1/dossiers/{dossier}/corrections/{part['id']}")
    (left,) = items(browser_of(site, "bao"), source="version")
    assert (left["id"], left["sources"]) == (item["id"], ["version"])


def test_people_of_one_name_are_not_taken_for_each_other() -> None:
    def result(*people: tuple[str, str]) -> Any:
        alike = {"type": "person", "mentions": [], "aliases": []}
        return SimpleNamespace(victims=[SimpleNamespace(id=i, name=name, **alike) for i, name in people])

    before = result(("v1", "章某"), ("v2", "蔺某"), ("v3", "章某"))
    after = result(("v1", "蔺某"), ("v2", "章某"), ("v3", "章某"))
    found = [counterpart(before, victim, after) for victim in ("v1", "v2", "v3", "v9")]
    assert [person and person.id for person in found] == ["v2", "v1", "v3", None]
    assert counterpart(before, "v3", result(("v1", "章某"))) is None


def test_corrections_of_an_older_store_enter_the_queue(site: Site, settings: Settings) -> None:
    dossier = site.upload(TEXT)
    correct(site, dossier, "重伤")
    newest = correct(site, dossier)
    _step_back(site)
    opened = open_store(settings)
    with opened.read() as session:
        item = session.scalars(select(AnnotationItem)).one()
    opened.engine.dispose()
    assert (item.source, item.correction_id, item.state) == ("correction", newest["id"], "open")
    (line,) = items(browser_of(site, "bao"))
    assert (line["id"], line["person"]) == (item.id, "蔺某某")


def _step_back(site: Site) -> None:
    """The store as the release before had it."""
    postgres = site.store.dialect == "postgresql"
    statements = ["DROP TABLE annotation", "DROP TABLE annotation_item"]
    statements += ["DROP TABLE removed_leads", "DROP TABLE store_key", "DROP INDEX ix_page_image_blob"]
    statements += ["ALTER TABLE recall_check DROP COLUMN names_sealed"]
    statements += ["DROP FUNCTION annotation_append_only"] if postgres else []
    with site.store.engine.begin() as connection:
        for statement in [*statements, "UPDATE alembic_version SET version_num = '0002'"]:
            connection.execute(text(statement))


def _pretend_older(site: Site, dossier: str, grade: str) -> None:
    """The current result as an older version might have read it."""
    vault = site.store.vault
    with site.store.begin() as session:
        row = session.get_one(Result, session.get_one(DossierRow, dossier).result_id)
        body = json.loads(vault.open_text(row.body_sealed, f"result.body:{row.id}"))
        body["victims"][0]["injury"]["grade"] = grade
        row.body_sealed = vault.seal_text(json.dumps(body, ensure_ascii=False), f"result.body:{row.id}")
        row.pipeline = "older"
    site.service.shelf.clear()


# ---------------------------------------------------------------- answers


def test_two_equal_answers_settle_and_nobody_sees_the_others_before_their_own(site: Site) -> None:
    dossier = site.upload(TEXT)
    correct(site, dossier)
    bao, cen = browser_of(site, "bao"), browser_of(site, "cen")
    (item,) = items(bao)
    told = answer_injury(bao, item["id"], "重伤二级", note="起诉书载明")
    assert (told.status_code, told.json()["state"], told.json()["next"]) == (201, "once", None)
    assert cen.get(f"/api/v1/annotation/{item['id']}").json()["answers"] == []
    assert "起诉书载明" not in cen.get(f"/annotate/{item['id']}").text
    (mine,) = bao.get(f"/api/v1/annotation/{item['id']}").json()["answers"]
    assert (mine["mine"], mine["values"][0]["quotes"]) == (True, ["重伤二级"])
    assert items(bao) == [] and [i["id"] for i in items(bao, show="waiting")] == [item["id"]]
    assert answer_injury(cen, item["id"], "重伤二级").json()["state"] == "settled"
    assert len(cen.get(f"/api/v1/annotation/{item['id']}").json()["answers"]) == 2


def test_answers_that_differ_are_settled_by_a_third_and_all_stay(site: Site) -> None:
    dossier = site.upload(TEXT)
    correct(site, dossier)
    bao, cen, leader = browser_of(site, "bao"), browser_of(site, "cen"), site.as_(Role.LEADER)
    (item,) = items(bao)
    answer_injury(bao, item["id"], "重伤二级")
    assert answer_injury(cen, item["id"], None).json()["state"] == "conflict"
    assert answer_injury(cen, item["id"], "重伤二级").status_code == 409  # neither of the two decides
    assert items(cen) == [] and [i["state"] for i in items(leader)] == ["conflict"]
    assert len(leader.get(f"/api/v1/annotation/{item['id']}").json()["answers"]) == 2
    assert answer_injury(leader, item["id"], None).json()["state"] == "settled"
    answers = leader.get(f"/api/v1/annotation/{item['id']}").json()["answers"]
    assert [(a["verdict"], a["deciding"]) for a in answers] == [
        ("value", False),
        ("unstated", False),
        ("unstated", True),
    ]
    with site.store.read() as session:
        acts = [e.action for e in entries(session) if (e.object or "").startswith("annotation:")]
        (case,) = gold_of(session, site.store).records
    assert (acts.count("annotation.answer"), acts.count("annotation.settle")) == (2, 1)
    assert acts.count("annotation.open") >= 3
    assert case["victims"][0]["injury"] is None
    assert verify(site.store).broken_at is None


def test_a_rejected_question_gives_no_gold(site: Site) -> None:
    dossier = site.upload(TEXT)
    correct(site, dossier)
    (item,) = items(browser_of(site, "bao"))
    for login, reason in (("bao", "not_victim"), ("cen", "uncovered")):
        detail = browser_of(site, login).get(f"/api/v1/annotation/{item['id']}").json()
        body = {"result": detail["result"], "verdict": "reject", "reason": reason}
        assert browser_of(site, login).post(f"/api/v1/annotation/{item['id']}/answers", json=body).status_code == 201
    assert state_of(site, item["id"]) == "rejected"
    with site.store.read() as session:
        assert gold_of(session, site.store).records == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"verdict": "guess"}, "annotation.verdict"),
        ({"values": []}, "annotation.value"),
        ({"values": [{"fields": {"grade": "重伤二级"}, "words": []}]}, "annotation.words"),
        ({"fields": {"grade": "很重"}}, "annotation.value"),
        ({"fields": {"grade": "轻伤", "amount": 3}}, "annotation.value"),
        ({"words": {"words": "重伤一级"}}, "annotation.words"),
        ({"words": {"first": "0.0", "last": "9999.0"}}, "annotation.words"),
        ({"words": {"first": "x", "last": "y"}}, "annotation.words"),
        ({"words": {"document": "d9"}}, "annotation.words"),
        ({"twice": True}, "annotation.value"),
        ({"verdict": "reject"}, "annotation.reason"),
        ({"verdict": "reject", "reason": "other"}, "annotation.reason"),
        ({"result": "older"}, "annotation.changed"),
    ],
)
def test_an_answer_that_does_not_hold_is_refused_in_words(site: Site, change: dict[str, Any], code: str) -> None:
    if site.store.dialect != "sqlite":
        pytest.skip("does not depend on the database")
    dossier = site.upload(TEXT)
    correct(site, dossier)
    bao = browser_of(site, "bao")
    (item,) = items(bao)
    detail = bao.get(f"/api/v1/annotation/{item['id']}").json()
    value = {"fields": change.pop("fields", {"grade": "重伤二级"}), "words": [words_in(detail, "重伤二级")]}
    value["words"][0] |= change.pop("words", {})
    body = {"result": detail["result"], "verdict": "value", "values": [value] * (2 if change.pop("twice", 0) else 1)}
    told = bao.post(f"/api/v1/annotation/{item['id']}/answers", json=body | change)
    assert told.status_code in (409, 422) and told.json()["error"]["code"] == code
    assert state_of(site, item["id"]) == "open"


def test_answers_at_the_same_time_are_counted_one_after_the_other(site: Site) -> None:
    dossier = site.upload(TEXT)
    correct(site, dossier)
    (item,) = items(browser_of(site, "bao"))
    clients = [browser_of(site, "bao"), browser_of(site, "cen"), browser_of(site, "bao"), browser_of(site, "cen")]
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda client: answer_injury(client, item["id"], "重伤二级"), clients))
    assert sorted(t.status_code for t in told) == [201, 201, 409, 409]
    assert sorted(t.json()["state"] for t in told if t.status_code == 201) == ["once", "settled"]
    with site.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Annotation)) == 2
    assert verify(site.store).broken_at is None


def test_the_database_itself_keeps_answers(site: Site) -> None:
    dossier = site.upload(TEXT)
    correct(site, dossier)
    (item,) = items(browser_of(site, "bao"))
    answer_injury(browser_of(site, "bao"), item["id"], "重伤二级")
    statements = ["UPDATE annotation SET verdict = 'unstated'", "DELETE FROM annotation", "DELETE FROM annotation_item"]
    statements += ["TRUNCATE annotation"] if site.store.dialect == "postgresql" else []
    for statement in statements:
        with pytest.raises(DatabaseError), site.store.engine.begin() as connection:
            connection.execute(text(statement))
    with site.store.begin() as session:
        delete_dossier(session, site.store, dossier, actor="system")
    with site.store.read() as session:
        for table in (Annotation, AnnotationItem, Correction):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_supplement_closes_what_was_answered_about_the_old_papers(site: Site) -> None:
    dossier = site.upload(TEXT, number="甲9")
    correct(site, dossier)
    correct(site, dossier, "赔过", attribute="compensation")
    injury, compensation = items(browser_of(site, "bao"), show="all")
    answer_injury(browser_of(site, "bao"), injury["id"], "重伤二级")
    site.upload("收条\n今收到章水根赔偿款50000元。收款人：蔺满囤。2025年12月1日\n", "收条.txt", number="甲9")
    assert state_of(site, injury["id"]) == "closed"
    assert [i["id"] for i in items(browser_of(site, "bao"), show="all")] == [compensation["id"]]


# ---------------------------------------------------------------- who sees what


def test_only_annotators_and_leaders_and_only_leaders_take_gold_out(site: Site) -> None:
    for role in Role:
        may = role in (Role.ANNOTATOR, Role.LEADER)
        assert (site.as_(role).get("/api/v1/annotation").status_code == 200) is may
        assert (site.as_(role).get("/annotate").status_code == 200) is may
        assert (site.as_(role).get("/api/v1/annotation/gold").status_code == 200) is (role is Role.LEADER)
    assert site.with_key("read", "decide").get("/api/v1/annotation").status_code == 403


def test_other_offices_and_sealed_cases_do_not_exist(site: Site) -> None:
    account(site, "dang", Role.ANNOTATOR, office="陇泉市人民检察院")
    account(site, "ru", Role.ANNOTATOR, sealed=True)
    dossier = site.upload(TEXT)
    correct(site, dossier)
    (item,) = items(browser_of(site, "bao"))
    address = f"/api/v1/annotation/{item['id']}"
    assert items(browser_of(site, "dang")) == [] and browser_of(site, "dang").get(address).status_code == 404
    with site.store.begin() as session:
        session.execute(update(DossierRow).where(DossierRow.id == dossier).values(sealed=True))
    assert items(browser_of(site, "bao")) == [] and browser_of(site, "bao").get(address).status_code == 404
    assert _answer_status(browser_of(site, "bao"), address) == 404
    assert len(items(browser_of(site, "ru"))) == 1 and browser_of(site, "ru").get(address).status_code == 200
    listed = browser_of(site, "bao").get("/api/v1/annotation", params={"with_counts": True, "show": "all"}).json()
    assert listed["counts"]["total"] == 0 and set(listed["counts"]["shows"].values()) == {0}


def _answer_status(client: TestClient, address: str) -> int:
    return client.post(f"{address}/answers", json={"result": "x", "verdict": "unstated"}).status_code


def test_pages_of_the_queue_go_on_where_the_last_ended(site: Site) -> None:
    dossier = site.upload(TEXT)
    for attribute in ("injury", "gender", "age", "hardship"):
        correct(site, dossier, "低保", attribute=attribute)
    bao = browser_of(site, "bao")
    first = bao.get("/api/v1/annotation", params={"limit": 3}).json()
    rest = bao.get("/api/v1/annotation", params={"limit": 3, "after": first["after"]}).json()
    assert len({i["id"] for i in [*first["items"], *rest["items"]]}) == 4 and rest["after"] is None
    assert bao.get("/api/v1/annotation", params={"after": "no"}).status_code == 422
    assert [i["attribute"] for i in items(bao, attribute="age")] == ["age"]


# ---------------------------------------------------------------- gold


@pytest.fixture
def settled(site: Site) -> str:
    """A dossier of which two people agree on the injury, and that a disability is not stated."""
    dossier = site.upload(TEXT)
    correct(site, dossier)
    correct(site, dossier, "肢体残疾", attribute="disability", kind="add", predicted=None)
    for login in ("bao", "cen"):
        for item in items(browser_of(site, login)):
            grade = "重伤二级" if item["attribute"] == "injury" else None
            assert answer_injury(browser_of(site, login), item["id"], grade).status_code == 201
    return dossier


def test_gold_is_masked_and_tells_of_nothing_that_nobody_settled(site: Site, settled: str) -> None:
    answer = site.as_(Role.LEADER).get("/api/v1/annotation/gold")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert not any(secret in content for content in files.values() for secret in NUMBERS)
    record = json.loads(files["gold.jsonl"])
    (victim,) = record["victims"]
    assert record["partial"] is True and victim["name"] == "蔺某某"
    assert victim["injury"] == {"grade": "重伤二级", "quotes": ["重伤二级"]} and victim["disability"] == []
    assert "hardship" not in victim and "compensation" not in victim
    summary = json.loads(files["summary.json"])
    assert (summary["cases"], summary["values_settled"], summary["answers"]) == (1, 2, 4)
    with site.store.read() as session:
        export = next(e for e in entries(session) if e.action == "annotation.export")
    assert export.detail["masked"] is True and export.detail["cases"] == 1
    later = site.as_(Role.LEADER).get("/api/v1/annotation/gold", params={"since": "2999-01-01"})
    with zipfile.ZipFile(io.BytesIO(later.content)) as archive:
        assert archive.read("gold.jsonl") == b""


def test_the_command_writes_what_evaluation_and_training_read(
    site: Site, settings: Settings, settled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIUZHU_DATA_DIR", str(settings.data_dir))
    if settings.database_url:
        monkeypatch.setenv("JIUZHU_DATABASE_URL", settings.database_url)
    run = CliRunner()
    out = tmp_path / "gold"
    done = run.invoke(app, ["annotations", "export", "--out", str(out)])
    assert done.exit_code == 0, done.output
    again = run.invoke(app, ["annotations", "export", "--out", str(out)])
    assert isinstance(again.exception, JiuzhuError) and again.exception.code == "annotation.folder"
    files = [str(out / "gold.jsonl"), str(out / "gold.texts.jsonl")]
    options = ["--json", "--bootstrap", "0", "--processes", "1", "--readers", "patterns"]
    told = json.loads(run.invoke(app, ["evaluate", *files, *options]).stdout)
    table = told["table"]
    assert table["injury"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1}
    assert table["hardship"]["support"] == 0 and table["victim"]["support"] == 0
    assert table[EVIDENCE] == 1.0
    (example,) = gather_examples([out / "gold.jsonl"], [], [], label_scheme())
    marked = {(example.text[s.start : s.end], s.label) for s in example.spans}
    assert ("重伤二级", "injury.serious") in marked and {label.split(".")[0] for _, label in marked} == {"injury"}
    assert _asked_nothing(example, "低保") and list(gather_person_examples([out / "gold.jsonl"], [], [])) == []

    named = tmp_path / "named"
    assert run.invoke(app, ["annotations", "export", "--out", str(named), "--names"]).exit_code == 0
    assert "蔺满囤" in (named / "gold.jsonl").read_text(encoding="utf-8")
    with site.store.begin() as session:
        session.execute(update(DossierRow).values(sealed=True))
    for flags, cases in (((), 0), (("--sealed",), 1)):
        folder = tmp_path / f"sealed{cases}"
        run.invoke(app, ["annotations", "export", "--out", str(folder), *flags])
        assert json.loads((folder / "summary.json").read_text(encoding="utf-8"))["cases"] == cases


def _asked_nothing(example: Example, words: str) -> bool:
    """Whether training leaves these words out: they state a hardship that nobody was asked about."""
    at = example.text.index(words)
    return any(u.attribute == "hardship" and u.start <= at and at + len(words) <= u.end for u in example.unsure)


def test_gold_of_other_papers_is_left_out(site: Site, settled: str) -> None:
    with site.store.begin() as session:
        session.execute(update(AnnotationItem).values(result_id="older"))
    with site.store.read() as session:
        gold = gold_of(session, site.store)
    assert gold.records == () and gold.summary["left_out"] == {"other_papers": 2}


def test_sealed_cases_leave_only_with_the_right_and_when_asked_for(site: Site, settled: str) -> None:
    account(site, "ru", Role.LEADER, sealed=True)
    with site.store.begin() as session:
        session.execute(update(DossierRow).values(sealed=True))
    for client, query, cases in (
        (site.as_(Role.LEADER), {"sealed": True}, 0),
        (browser_of(site, "ru"), {}, 0),
        (browser_of(site, "ru"), {"sealed": True}, 1),
    ):
        answer = client.get("/api/v1/annotation/gold", params=query)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert json.loads(archive.read("summary.json"))["cases"] == cases


def test_gold_follows_to_a_new_result_of_the_same_papers(site: Site, settled: str) -> None:
    screen_again(site, settled)
    with site.store.read() as session:
        assert len(gold_of(session, site.store).records) == 1


# ---------------------------------------------------------------- parts without a store


def test_a_partial_record_counts_what_it_has_and_no_more() -> None:
    said = {"name": "蔺某某", "type": "person", "injury": {"grade": "轻伤", "evidence": []}, "gender": {"value": "男"}}
    predicted = {"victims": [said, {"name": "别人", "type": "person", "injury": {"grade": "死亡"}}]}
    gold = {
        "partial": True,
        "victims": [{"name": "蔺某某", "type": "person", "injury": {"grade": "重伤", "quotes": []}}],
    }
    score = score_case("x", gold, predicted, {"a": ""})
    injury, gender, victim = (score.tallies[key] for key in ("injury", "gender", "victim"))
    assert (injury.right, injury.spurious, injury.missed) == (0, 1, 1)
    assert (gender.spurious, victim.right, victim.spurious) == (0, 0, 0)
    whole = score_case("x", {**gold, "partial": False}, predicted, {"a": ""})
    assert (whole.tallies["gender"].spurious, whole.tallies["victim"].spurious) == (1, 1)


def test_words_are_found_again_and_nothing_else_is() -> None:
    plain = "被害人蔺满囤，𠮷某。\n损伤程度为重伤二级。"
    lines = Lines.of(plain.replace("蔺满囤", "蔺某某"), plain, {5})
    for number, (start, end) in enumerate(lines.bounds):
        assert "".join(plain[w.start : w.end] for w in lines.words(number)) == plain[start:end]
    start = plain.index("重伤")
    place = lines.at(start, start + 4)
    assert place is not None
    quote = lines.quote("d1", *place, "重伤二级")
    assert (quote.start, quote.text) == (start, "重伤二级")
    whole = lines.at(0, 6)
    assert whole is not None and lines.quote("d1", *whole, "被害人蔺某某").text == "被害人蔺满囤"
    for words in ("被害人蔺满囤", "重伤", ""):
        with pytest.raises(JiuzhuError, match="不符"):
            lines.quote("d1", *whole, words)


@pytest.mark.parametrize("attribute", list(Attribute))
def test_every_attribute_has_its_guideline_and_its_form(attribute: Attribute) -> None:
    guideline = guideline_of(attribute)
    assert guideline.counts and guideline.excluded and guideline.doubt
    for field in FORMS[attribute]:
        for code in field.choices:
            assert of_words(attribute, code) is not None or field is not FORMS[attribute][0]
    with pytest.raises(JiuzhuError, match="标注规范"):
        checked(attribute, {})


def test_equal_answers_say_the_same_in_whatever_words() -> None:
    one = {"verdict": "value", "values": [{"fields": checked("age", {"value": 16}), "quotes": ["a"]}]}
    other = {"verdict": "value", "values": [{"fields": checked("age", {"value": 16, "group": "minor"}), "quotes": []}]}
    assert says_same(one, other)
    assert not says_same(one, {"verdict": "unstated", "values": []})
    for attribute, fields in (
        ("age", {}),
        ("age", {"value": 16, "group": "elder"}),
        ("compensation", {"status": "none", "amount": 5}),
        ("loss", {"amount": -1}),
        ("age", {"birth_date": "2009-13"}),
    ):
        with pytest.raises(JiuzhuError, match="标注规范"):
            checked(attribute, fields)
    assert of_words("loss", "3,800元") == {"amount": 3800} and of_words("hardship", "穷") is None


def test_papers_of_an_older_result_are_known_again() -> None:
    def named(*names: str) -> Any:
        return SimpleNamespace(dossier=SimpleNamespace(documents=[SimpleNamespace(name=name) for name in names]))

    assert papers_of(named("001_起诉书.txt", "002_笔录.txt")) == papers_of(named("001/起诉书.txt", "002/笔录.txt"))
    assert papers_of(named("001/起诉书.txt", "002/笔录.txt")) == papers_of(named("起诉书.txt", "笔录.txt"))
    assert papers_of(named("001/起诉书.txt")) != papers_of(named("001/笔录.txt"))
