"""Words that are somebody else's, questions left to a second person, and how far annotators agree. All are invented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotation.agreement import agreement
from api.accounts.rights import Role
from api.annotation.gold import gold_of
from api.wiring import Screener
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
from tests.service.site import Site, site_settings

TWO = TEXT + "被害人栾守田，男，1970年1月1日出生。经鉴定，栾守田的损伤程度为轻微伤。\n"


@pytest.fixture
def site(tmp_path: Path, screener: Screener) -> Iterator[Site]:
    made = annotated_site(site_settings(tmp_path), screener)
    account(made, "dai", Role.ANNOTATOR)
    yield made
    made.store.engine.dispose()


def _answer(site: Site, login: str, item: str, **body: Any) -> Any:
    client = browser_of(site, login)
    result = client.get(f"/api/v1/annotation/{item}").json()["result"]
    return client.post(f"/api/v1/annotation/{item}/answers", json={"result": result, **body})


def _belongs(site: Site, login: str, item: str, owner: str, words: str = "低保户") -> Any:
    detail = browser_of(site, login).get(f"/api/v1/annotation/{item}").json()
    return _answer(site, login, item, verdict="other", owner=owner, values=[{"words": [words_in(detail, words)]}])


# ---------------------------------------------------------------- whose


def test_words_given_to_another_victim_are_asked_about_there(site: Site) -> None:
    dossier = site.upload(TWO)
    correct(site, dossier, "无此记载", attribute="hardship", predicted="低保")
    (item,) = items(browser_of(site, "bao"))
    owners = browser_of(site, "bao").get(f"/api/v1/annotation/{item['id']}").json()["owners"]
    assert owners == {"v2": "② 栾某某", "nobody": "不属于任何被害人"}
    assert _belongs(site, "bao", item["id"], "v2").json()["state"] == "once"
    # the other says only that nothing is stated of this victim: that is the same of this victim
    assert _answer(site, "cen", item["id"], verdict="unstated").json()["state"] == "settled"
    (asked,) = items(browser_of(site, "bao"))
    assert (asked["victim"], asked["attribute"], asked["sources"]) == ("v2", "hardship", ["owner"])
    assert items(browser_of(site, "bao"), source="owner") == [asked]
    readings = browser_of(site, "bao").get(f"/api/v1/annotation/{asked['id']}").json()["readings"]
    assert readings[0]["unstated"] and readings[1]["says"] == "“低保户”"
    assert readings[1]["values"][0]["fields"] is None and readings[1]["values"][0]["words"][0]["words"] == "低保户"
    with site.store.read() as session:
        (record,) = gold_of(session, site.store).records
    assert [(victim["name"], victim["hardship"]) for victim in record["victims"]] == [("蔺某某", [])]
    screen_again(site, dossier)  # the question and its words follow to a new result of the same papers
    again = browser_of(site, "bao").get(f"/api/v1/annotation/{asked['id']}").json()
    assert again["readings"][1]["values"][0]["words"][0]["words"] == "低保户"


def test_words_of_no_victim_ask_nothing_more(site: Site) -> None:
    dossier = site.upload(TWO)
    correct(site, dossier, "无此记载", attribute="hardship", predicted="低保")
    (item,) = items(browser_of(site, "bao"))
    for login in ("bao", "cen"):
        assert _belongs(site, login, item["id"], "nobody").status_code == 201
    assert state_of(site, item["id"]) == "settled" and items(browser_of(site, "dai")) == []
    answers = browser_of(site, "bao").get(f"/api/v1/annotation/{item['id']}").json()["answers"]
    assert [(answer["verdict"], answer["owner"]) for answer in answers] == [("other", "不属于任何被害人")] * 2
    assert "属于他人：<bdi>不属于任何被害人" in browser_of(site, "bao").get(f"/annotate/{item['id']}").text


def test_what_is_asked_of_the_owner_already_is_not_asked_twice(site: Site) -> None:
    dossier = site.upload(TWO)
    correct(site, dossier, "低保", attribute="hardship", predicted=None, victim="v2", kind="add")
    correct(site, dossier, "无此记载", attribute="hardship", predicted="低保")
    there, item = sorted(items(browser_of(site, "bao")), key=lambda each: each["victim"], reverse=True)
    for login in ("bao", "cen"):
        _belongs(site, login, item["id"], "v2")
    assert [each["id"] for each in items(browser_of(site, "dai"))] == [there["id"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"verdict": "other", "owner": "v1"}, "annotation.owner"),
        ({"verdict": "other", "owner": "v9"}, "annotation.owner"),
        ({"verdict": "other"}, "annotation.owner"),
        ({"verdict": "other", "owner": "v2"}, "annotation.words"),
        ({"verdict": "unsure"}, "annotation.note"),
        ({"verdict": "unsure", "note": "  "}, "annotation.note"),
    ],
)
def test_an_attribution_without_owner_or_words_is_refused(site: Site, body: dict[str, Any], code: str) -> None:
    correct(site, site.upload(TWO))
    (item,) = items(browser_of(site, "bao"))
    told = _answer(site, "bao", item["id"], **body)
    assert told.status_code == 422 and told.json()["error"]["code"] == code


# ---------------------------------------------------------------- unsure


def test_who_is_unsure_leaves_the_question_with_a_note_to_two_others(site: Site) -> None:
    correct(site, site.upload(TEXT))
    (item,) = items(browser_of(site, "bao"))
    assert item["unsure"] == 0
    told = _answer(site, "bao", item["id"], verdict="unsure", note="两份鉴定不知哪份有效，问过蔺满囤")
    assert told.json()["state"] == "open" and items(browser_of(site, "bao")) == []
    (left,) = items(browser_of(site, "cen"))
    assert left["unsure"] == 1 and items(browser_of(site, "cen"), show="unsure") == [left]
    (answer,) = browser_of(site, "cen").get(f"/api/v1/annotation/{item['id']}").json()["answers"]
    assert (answer["verdict"], answer["note"]) == ("unsure", "两份鉴定不知哪份有效，问过蔺某某")
    page = browser_of(site, "cen").get(f"/annotate/{item['id']}").text
    assert "前面有人拿不准" in page and "两份鉴定不知哪份有效" in page
    assert answer_injury(browser_of(site, "cen"), item["id"], "重伤二级").json()["state"] == "once"
    assert len(browser_of(site, "dai").get(f"/api/v1/annotation/{item['id']}").json()["answers"]) == 1  # still blind
    assert answer_injury(browser_of(site, "dai"), item["id"], "重伤二级").json()["state"] == "settled"
    with site.store.read() as session:
        gold = gold_of(session, site.store)
    assert gold.records[0]["victims"][0]["injury"]["grade"] == "重伤二级"
    assert gold.summary["first_two_equal"] == {"injury": {"pairs": 1, "equal": 1}}
    assert items(browser_of(site, "cen"), show="unsure") == []


def test_a_third_who_is_unsure_does_not_settle(site: Site) -> None:
    correct(site, site.upload(TEXT))
    (item,) = items(browser_of(site, "bao"))
    answer_injury(browser_of(site, "bao"), item["id"], "重伤二级")
    answer_injury(browser_of(site, "cen"), item["id"], None)
    told = _answer(site, "dai", item["id"], verdict="unsure", note="请再看")
    assert told.json()["state"] == "conflict"
    assert answer_injury(site.as_(Role.LEADER), item["id"], "重伤二级").json()["state"] == "settled"


# ---------------------------------------------------------------- agreement


def test_a_leader_sees_how_far_two_blind_answers_agree(site: Site) -> None:
    leader = site.as_(Role.LEADER)
    dossier = site.upload(TWO)
    assert leader.get("/api/v1/annotation/agreement").json() == {"attributes": {}, "all": None}
    assert "一致程度" not in leader.get("/annotate").text
    correct(site, dossier)
    correct(site, dossier, victim="v2")
    correct(site, dossier, "女", attribute="gender")
    for item in items(browser_of(site, "bao")):
        if item["attribute"] == "gender":
            for login in ("bao", "cen"):
                _answer(site, login, item["id"], verdict="unstated")
            continue
        answer_injury(browser_of(site, "bao"), item["id"], "重伤二级" if item["victim"] == "v1" else None)
        answer_injury(browser_of(site, "cen"), item["id"], None)
    told = leader.get("/api/v1/annotation/agreement").json()
    assert told["attributes"]["injury"] == {"items": 2, "equal": 1, "share": 0.5, "kappa": 0.0}
    assert told["attributes"]["gender"] == {"items": 1, "equal": 1, "share": 1.0, "kappa": None}
    assert (told["all"]["items"], told["all"]["equal"]) == (3, 2) and 0 < told["all"]["kappa"] < 1
    page = leader.get("/annotate").text
    assert "一致程度" in page and "67%" in page
    third = next(item for item in items(leader, show="conflict"))
    answer_injury(leader, third["id"], "重伤二级")  # a deciding answer changes no figure
    assert leader.get("/api/v1/annotation/agreement").json() == told
    annotator = browser_of(site, "bao")
    assert annotator.get("/api/v1/annotation/agreement").status_code == 403
    assert "一致程度" not in annotator.get("/annotate").text


def test_kappa_is_cohens() -> None:
    # 50 grant applications read by two people (the textbook example): 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    figure = agreement(pairs)
    assert figure is not None and figure.share == 0.7 and figure.kappa == pytest.approx(0.4)
    assert agreement([]) is None
    unanimous = agreement([("y", "y")] * 3)
    assert unanimous is not None and unanimous.kappa is None
    opposed = agreement([("y", "n"), ("n", "y")])
    assert opposed is not None and opposed.kappa == pytest.approx(-1.0)
