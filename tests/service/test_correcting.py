"""Corrections with the words that bear them out: found again, shown beside what was read, handed to annotation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient

from api.accounts.rights import Role
from api.service import build_service
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import Site, site_settings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path_factory.mktemp("correcting"))), screener)
    yield made
    made.store.engine.dispose()


def _of_class(page: Any, name: str) -> list[Any]:
    found: list[Any] = page.xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]")
    return found


def _chosen(officer: TestClient, dossier: str, wanted: str) -> dict[str, str]:
    """Words of the first page as a browser names them."""
    told = officer.get(f"/api/v1/dossiers/{dossier}/documents/d1/pages/1/words").json()
    words = told["words"]
    for first in range(len(words)):
        for last in range(first, min(first + 12, len(words))):
            if "".join(word["text"] for word in words[first : last + 1]) == wanted:
                return {"document": "d1", "first": words[first]["id"], "last": words[last]["id"], "words": wanted}
    raise AssertionError(f"{wanted} does not stand between words")


def test_the_words_of_a_page_are_its_text_and_masked(site: Site) -> None:
    dossier = site.upload(TEXT)
    officer = site.as_(Role.AID_OFFICER)
    address = f"/api/v1/dossiers/{dossier}/documents"
    told = officer.get(f"{address}/d1/pages/1/words").json()
    shown = "".join(segment["text"] for segment in officer.get(f"{address}/d1/text").json()["segments"])
    assert "".join(word["text"] for word in told["words"]) == shown
    assert "蔺某某" in shown and "蔺满囤" not in str(told)
    assert len({word["id"] for word in told["words"]}) == len(told["words"]) > 60
    assert all(word["box"] is None for word in told["words"])  # a plain text has no places on an image
    part = officer.get(f"{address}/d1/pages/1/words?line=1&count=2").json()
    assert "".join(word["text"] for word in part["words"]) == "".join(shown.splitlines(keepends=True)[1:3])
    for wrong in ("d1/pages/2", "d9/pages/1"):
        assert officer.get(f"{address}/{wrong}/words").status_code == 404


def test_words_of_a_correction_are_found_again_and_shown_beside_it(site: Site) -> None:
    dossier = site.upload(TEXT.replace("187", "361"))
    officer, address = site.as_(Role.AID_OFFICER), f"/api/v1/dossiers/{dossier}/corrections"
    chosen = _chosen(officer, dossier, "被害人蔺某某")
    body = {"victim": "v1", "attribute": "injury", "kind": "value", "predicted": "重伤二级", "corrected": "重伤一级"}
    made = officer.post(address, json={**body, "words": [chosen]})
    assert made.status_code == 201 and made.json()[-1]["body"]["evidence"][0]["text"] == "被害人蔺某某"
    page = html.fromstring(officer.get(f"/dossiers/{dossier}").text)
    (now,) = _of_class(page, "now")
    assert now.text_content() == "现值重伤一级1 处"
    assert now.getparent().xpath("./a")[0].text_content() == "伤原读 重伤二级1 处"
    place = page.get_element_by_id(now.get("href").removeprefix("#"))
    assert "更正为重伤一级" in place.get("data-says") and "有更正 1 处" in page.text_content()
    for wrong in ({"words": "被害人章某某"}, {"first": "9999.0"}, {"document": "d9"}, {"last": "0.0"}):
        assert officer.post(address, json={**body, "words": [{**chosen, **wrong}]}).status_code == 422, wrong
    refused = officer.post(address, json={**body, "result": "older"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "correction.changed")


def test_words_of_every_kind_of_correction_reach_annotation(site: Site) -> None:
    dossier = site.upload(TEXT.replace("187", "362"))
    officer, address = site.as_(Role.AID_OFFICER), f"/api/v1/dossiers/{dossier}/corrections"
    chosen = _chosen(officer, dossier, "低保户")
    for kind, attribute, corrected in (
        ("value", "injury", "重伤一级"),
        ("add", "disability", "案前已有"),
        ("remove", "compensation", None),
        ("owner", "hardship", "章某某"),
    ):
        body = {"victim": "v1", "attribute": attribute, "kind": kind, "corrected": corrected, "words": [chosen]}
        assert officer.post(address, json=body).status_code == 201
        (item,) = [
            each
            for each in site.as_(Role.ANNOTATOR).get(f"/api/v1/annotation?attribute={attribute}").json()["items"]
            if each["dossier"] == dossier
        ]
        side = site.as_(Role.ANNOTATOR).get(f"/api/v1/annotation/{item['id']}").json()["readings"][-1]
        told = [words for value in side["values"] for words in value["words"]] + side["words"]
        assert [words["words"] for words in told] == ["低保户"], kind
        assert "低保户</bdi></q></a>" in site.as_(Role.ANNOTATOR).get(f"/annotate/{item['id']}").text
    page = html.fromstring(officer.get(f"/dossiers/{dossier}").text)
    assert [now.xpath("./b")[0].text_content() for now in _of_class(page, "now")] == [
        "重伤一级",
        "案前已有",
        "属于章某某",
        "未载明",
    ]


def test_a_correction_follows_its_victim_into_the_next_result(site: Site) -> None:
    dossier = site.upload(TEXT.replace("187", "363"))
    officer, address = site.as_(Role.AID_OFFICER), f"/api/v1/dossiers/{dossier}"
    body = {"victim": "v1", "attribute": "injury", "kind": "value", "predicted": "重伤二级", "corrected": "重伤一级"}
    officer.post(f"{address}/corrections", json={**body, "words": [_chosen(officer, dossier, "重伤二级")]})
    assert site.as_(Role.LEADER).post(f"{address}/screen", json={}).status_code == 202
    site.work()
    page = html.fromstring(officer.get(f"/dossiers/{dossier}").text)
    assert [now.text_content() for now in _of_class(page, "now")] == ["现值重伤一级1 处"]
