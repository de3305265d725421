"""Who is a victim, put right by a prosecutor, asked of annotators, told by gold; on both databases. All invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.accounts.rights import Role
from api.annotation.gold import Gold, gold_of
from api.settings import Settings
from api.store.tables import DossierRow, Result
from api.wiring import Screener
from models.scoring import score_case
from tests.service.annotating import annotated_site, browser_of, items, screen_again, state_of, words_in
from tests.service.conftest import TEXT
from tests.service.site import Site

# somebody hurt whom nobody calls a victim
PAPERS = TEXT + "证人栾守田证实：当日其上前劝架，右手被碰伤。\n"


@pytest.fixture
def site(settings: Settings, screener: Screener) -> Iterator[Site]:
    made = annotated_site(settings, screener)
    yield made
    made.store.engine.dispose()


@pytest.fixture
def lite(site: Site) -> Site:
    if site.store.dialect != "sqlite":
        pytest.skip("does not depend on the database")
    return site


def _place(words: str) -> dict[str, Any]:
    start = PAPERS.index(words)
    return {"document": "d1", "start": start, "end": start + len(words)}


def _missed(site: Site, dossier: str, **more: Any) -> Any:
    body = {"kind": "missed", "name": "栾守田", "type": "person", "evidence": [_place("栾守田"), _place("右手被碰伤")]}
    return site.as_(Role.CASE_HANDLER).post(f"/api/v1/dossiers/{dossier}/corrections", json={**body, **more})


def _mistaken(site: Site, dossier: str, **more: Any) -> Any:
    body = {"kind": "mistaken", "victim": "v1", "reason": "witness"}
    return site.as_(Role.CASE_HANDLER).post(f"/api/v1/dossiers/{dossier}/corrections", json={**body, **more})


def _both_say(site: Site, item: str, victim: bool, words: str = "右手被碰伤") -> None:
    for login in ("bao", "cen"):
        client = browser_of(site, login)
        detail = client.get(f"/api/v1/annotation/{item}").json()
        body: dict[str, Any] = {"result": detail["result"], "verdict": "value" if victim else "unstated"}
        if victim:
            body["values"] = [{"fields": {"type": "person"}, "words": [words_in(detail, words)]}]
        told = client.post(f"/api/v1/annotation/{item}/answers", json=body)
        assert told.status_code == 201, told.text


def _gold(site: Site, **more: Any) -> Gold:
    with site.store.read() as session:
        return gold_of(session, site.store, **more)


def test_a_missed_person_is_asked_about_and_becomes_gold(site: Site) -> None:
    dossier = site.upload(PAPERS)
    told = _missed(site, dossier, note="劝架受伤")
    assert told.status_code == 201, told.text
    (part,) = told.json()
    assert (part["kind"], part["attribute"], part["victim"], part["body"]["name"]) == ("missed", "person", "", "栾某某")
    (item,) = items(browser_of(site, "bao"))
    assert (item["attribute"], item["person"], item["sources"]) == ("person", "栾某某", ["correction"])
    detail = browser_of(site, "bao").get(f"/api/v1/annotation/{item['id']}").json()
    assert [reading["says"] for reading in detail["readings"]] == ["不是被害人", "是被害人（自然人）"]
    assert [each["words"] for each in detail["readings"][1]["values"][0]["words"]] == ["栾某某", "右手被碰伤"]
    assert detail["owners"] == {} and "other" not in detail["verdicts"]
    assert items(browser_of(site, "bao"), attribute="person") == [item]

    _both_say(site, item["id"], victim=True)
    (record,) = _gold(site).records
    assert record["victims"] == [
        {"name": "栾某某", "aliases": [], "type": "person", "person": {"type": "person", "quotes": ["右手被碰伤"]}}
    ]
    assert "栾守田" not in json.dumps([_gold(site).records, _gold(site).texts], ensure_ascii=False)
    assert _gold(site, names=True).records[0]["victims"][0]["name"] == "栾守田"
    scored = score_case(dossier, record, {"victims": []}).tallies["victim"]
    assert (scored.right, scored.missed, scored.spurious) == (0, 1, 0)

    screen_again(site, dossier)  # the same papers: what was settled stays, though no result knows the person
    assert len(_gold(site).records) == 1 and state_of(site, item["id"]) == "settled"


def test_somebody_who_is_no_victim_is_asked_about_and_told_by_gold(site: Site) -> None:
    dossier = site.upload(PAPERS)
    assert _mistaken(site, dossier).status_code == 201
    (item,) = items(browser_of(site, "bao"))
    detail = browser_of(site, "bao").get(f"/api/v1/annotation/{item['id']}").json()
    assert [reading["says"] for reading in detail["readings"]] == ["是被害人（自然人）", "不是被害人"]
    assert detail["readings"][1]["note"] == "证人、报案人或其他人" and "not_victim" not in detail["reasons"]
    _both_say(site, item["id"], victim=False)
    (record,) = _gold(site).records
    (victim,) = record["victims"]
    assert victim["name"] == "蔺某某" and victim["person"] is None
    predicted = {"victims": [{"name": "蔺某某", "type": "person"}]}
    scored = score_case(dossier, record, predicted).tallies["victim"]
    assert (scored.right, scored.missed, scored.spurious) == (0, 0, 1)
    assert not any(tally.spurious for key, tally in score_case(dossier, record, {}).tallies.items() if key != "victim")


def test_a_withdrawn_missed_person_leaves_the_queue_and_stays_masked(site: Site) -> None:
    dossier = site.upload(PAPERS)
    (part,) = _missed(site, dossier).json()
    handler = site.as_(Role.CASE_HANDLER)
    assert handler.delete(f"/api/v1/dossiers/{dossier}/corrections/{part['id']}").status_code == 204
    assert items(browser_of(site, "bao"), show="all") == []
    assert handler.get(f"/api/v1/dossiers/{dossier}/corrections").json() == []
    assert "栾守田" not in handler.get(f"/api/v1/dossiers/{dossier}/documents/d1/text").text
    assert _missed(site, dossier).status_code == 201  # it may be written again


def test_papers_that_are_added_leave_an_open_question_about_a_missed_person(site: Site) -> None:
    dossier = site.upload(PAPERS, number="甲7")
    _missed(site, dossier)
    (item,) = items(browser_of(site, "bao"))
    site.upload("收条\n今收到章水根赔偿款50000元。收款人：蔺满囤。2025年12月1日\n", "收条.txt", number="甲7")
    assert item["id"] in [each["id"] for each in items(browser_of(site, "bao"), source="correction")]
    assert browser_of(site, "bao").get(f"/annotate/{item['id']}").status_code == 200


def test_the_name_of_a_missed_person_is_masked_everywhere_from_then_on(lite: Site) -> None:
    dossier = lite.upload(PAPERS.replace("证人栾守田证实", "旁边的栾守田"))
    reader = lite.as_(Role.CASE_HANDLER)
    address = f"/api/v1/dossiers/{dossier}/documents/d1/text"
    before = "".join(segment["text"] for segment in reader.get(address).json()["segments"])
    place = {"document": "d1", "start": before.index("栾"), "end": before.index("栾") + 3}
    seen = before[place["start"] : place["end"]]  # as the one who writes it sees it
    told = _missed(lite, dossier, name=seen, evidence=[place])
    assert told.status_code == 201, told.text
    for page in (address, f"/dossiers/{dossier}", f"/api/v1/dossiers/{dossier}/corrections"):
        assert "栾守田" not in reader.get(page).text and "栾某某" in reader.get(page).text
    (item,) = items(browser_of(lite, "bao"))
    assert "栾守田" not in browser_of(lite, "bao").get(f"/annotate/{item['id']}").text
    assert "栾守田" not in browser_of(lite, "bao").get("/annotate").text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "ghost"}, "correction.type"),
        ({"name": "阎罗王"}, "correction.name"),
        ({"name": ""}, "correction.name"),
        ({"evidence": []}, "correction.place"),
        ({"name": "蔺满囤", "evidence": [{"document": "d1", "start": 0, "end": 200}]}, "correction.exists"),
    ],
)
def test_a_missed_person_that_the_papers_do_not_hold_is_refused(lite: Site, change: dict[str, Any], code: str) -> None:
    dossier = lite.upload(PAPERS)
    told = _missed(lite, dossier, **change)
    assert told.status_code in (409, 422) and told.json()["error"]["code"] == code
    assert items(browser_of(lite, "bao"), show="all") == []


def test_a_person_is_missed_once_and_mistaken_for_a_reason(lite: Site) -> None:
    dossier = lite.upload(PAPERS)
    assert _missed(lite, dossier).status_code == 201
    assert _missed(lite, dossier).json()["error"]["code"] == "correction.exists"
    for change, code in (
        ({"reason": None}, "correction.reason"),
        ({"reason": "other"}, "correction.reason"),
        ({"victim": "v9"}, "correction.victim"),
        ({"victim": None}, "correction.victim"),
    ):
        assert _mistaken(lite, dossier, **change).json()["error"]["code"] == code
    assert _mistaken(lite, dossier, reason="other", note="系另案证人").status_code == 201
    page = lite.as_(Role.CASE_HANDLER).get(f"/dossiers/{dossier}").text
    assert "漏列的被害人" in page and "误列为被害人" in page


def test_a_missed_person_whom_a_later_version_finds_is_one_person_in_gold(lite: Site) -> None:
    dossier = lite.upload(PAPERS)
    _missed(lite, dossier)
    (item,) = items(browser_of(lite, "bao"))
    _both_say(lite, item["id"], victim=True)
    _pretend_found(lite, dossier)
    (record,) = _gold(lite, names=True).records
    assert [(victim["name"], victim["aliases"]) for victim in record["victims"]] == [("栾守田", ["栾师傅"])]
    detail = browser_of(lite, "bao").get(f"/api/v1/annotation/{item['id']}").json()
    assert [reading["says"] for reading in detail["readings"]] == ["是被害人（自然人）"] * 2


def _pretend_found(site: Site, dossier: str) -> None:
    """The current result as a later version might have it: with the person who was missed."""
    vault = site.store.vault
    with site.store.begin() as session:
        row = session.get_one(Result, session.get_one(DossierRow, dossier).result_id)
        body = json.loads(vault.open_text(row.body_sealed, f"result.body:{row.id}"))
        body["victims"].append({**body["victims"][0], "id": "v2", "name": "栾守田", "aliases": ["栾师傅"]})
        row.body_sealed = vault.seal_text(json.dumps(body, ensure_ascii=False), f"result.body:{row.id}")
    site.service.shelf.clear()
