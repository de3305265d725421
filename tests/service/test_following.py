"""Facts put right and decisions made stay with their person when papers are added, and are not lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.accounts.rights import Role
from api.service import build_service
from api.wiring import Screener
from api.wording import NO_LONGER_FOUND
from tests.service.site import Site, site_settings

REPORT = "受案登记表\n报案人温大海，男，被害人。被害人温大海称其被冯小宝打成轻伤一级，未获赔偿。\n"
TURNED = (
    "起诉书\n被告人温大海，男，1980年1月1日出生。被害人冯小宝，男。被告人温大海持刀将被害人冯小宝砍成重伤一级。"
    "被害人冯小宝系低保户，至今未获赔偿。被告人温大海犯故意伤害罪。\n"
)
MASKED = "受案登记表\n被害人温某被何某打成轻伤一级，未获赔偿。\n"
FULLER = (
    "起诉书\n被告人何某，男。被害人温大海（曾用名温某），男，1980年1月1日出生。"
    "被告人何某持刀将被害人温大海砍成轻伤一级。被告人何某犯故意伤害罪。\n"
)
EVERYTHING = {
    "limit": 200,
    "state": ["open", "accepted", "checking", "rejected"],
    "level": ["red", "orange", "yellow", "grey", "none"],
}


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path_factory.mktemp("following"))), screener)
    yield made
    made.store.engine.dispose()


def _add(site: Site, dossier: str, text: str, name: str = "起诉书.txt") -> None:
    files = [("files", (name, text.encode(), "text/plain"))]
    assert site.as_(Role.AID_OFFICER).post(f"/api/v1/dossiers/{dossier}/uploads", files=files).status_code == 202
    site.work()


def _leads(site: Site, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.as_(Role.AID_OFFICER).get("/api/v1/leads", params=filters).json()["leads"]
    return found


def _accept(site: Site, lead: str) -> None:
    body = {"action": "accept", "reason": "start", "note": "温大海家属已到院"}
    assert site.as_(Role.AID_OFFICER).post(f"/api/v1/leads/{lead}/decisions", json=body).status_code == 201


def _correct(site: Site, dossier: str, **body: Any) -> dict[str, Any]:
    said = {"victim": "v1", "attribute": "injury", "kind": "value", **body}
    made = site.as_(Role.AID_OFFICER).post(f"/api/v1/dossiers/{dossier}/corrections", json=said)
    assert made.status_code == 201, made.text
    last: dict[str, Any] = made.json()[-1]
    return last


def _page(site: Site, dossier: str) -> str:
    return site.as_(Role.AID_OFFICER).get(f"/dossiers/{dossier}", headers={"Accept": "text/html"}).text


def test_a_correction_does_not_move_to_another_victim(site: Site) -> None:
    dossier = site.upload(REPORT, "报案.txt")
    made = _correct(site, dossier, predicted="轻伤一级", corrected="轻微伤")
    assert (made["victim"], made["name"]) == ("v1", "温某某")
    _add(site, dossier, TURNED)
    officer = site.as_(Role.AID_OFFICER)
    officer.post(f"/api/v1/dossiers/{dossier}/unmask", json={"reason": "review"})
    assert [v["name"] for v in officer.get(f"/api/v1/dossiers/{dossier}/result").json()["victims"]] == ["冯小宝"]
    [kept] = officer.get(f"/api/v1/dossiers/{dossier}/corrections").json()
    assert (kept["victim"], kept["name"], kept["body"]["corrected"]) == ("", "温大海", "轻微伤")
    shown = _page(site, dossier)
    told = shown[shown.index("<h3>更正 1</h3>") :]
    assert "温大海" in told[:200] and NO_LONGER_FOUND in told[:200] and "冯小宝" not in told[:200]
    [lead] = [line for line in _leads(site) if line["dossier"] == dossier]
    assert "轻微伤" not in str(lead["card"]["facts"])
    letter = officer.get(f"/api/v1/dossiers/{dossier}/victims/v1/letters/review")
    assert "轻微伤" not in words_of(letter.content)


def test_a_correction_goes_along_with_its_person_to_another_place_and_a_fuller_name(site: Site) -> None:
    dossier = site.upload(MASKED, "报案.txt")
    _correct(site, dossier, predicted="轻伤一级", corrected="轻伤二级")
    first = FULLER.replace("被告人何某，男。", "被告人何某，男。被害人冯小宝被打成轻微伤。")
    _add(site, dossier, first)
    officer = site.as_(Role.AID_OFFICER)
    victims = officer.get(f"/api/v1/dossiers/{dossier}/result").json()["victims"]
    there = next(v["id"] for v in victims if v["injury"] and v["injury"]["grade"] == "轻伤一级")
    [kept] = officer.get(f"/api/v1/dossiers/{dossier}/corrections").json()
    assert (kept["victim"], kept["name"]) == (there, "温某某")


def test_a_decided_lead_stays_when_its_person_is_no_longer_found(site: Site) -> None:
    dossier = site.upload(REPORT, "报案.txt")
    [lead] = _leads(site)
    _accept(site, lead["id"])
    figures = site.as_(Role.AUDITOR).get("/api/v1/statistics").json()
    _add(site, dossier, TURNED)
    lines = {line["id"]: line for line in _leads(site, **EVERYTHING)}
    assert len(lines) == 2
    gone = lines[lead["id"]]
    assert (gone["victim"], gone["state"], gone["level"], gone["changed"]) == (None, "accepted", lead["level"], True)
    assert gone["card"]["name"] == "温某某"
    assert lead["id"] in {line["id"] for line in _leads(site, changed=True)}
    assert site.as_(Role.AUDITOR).get("/api/v1/statistics").json()["accepted"] == figures["accepted"] == 1
    inbox = site.as_(Role.AID_OFFICER).get("/?state=accepted", headers={"Accept": "text/html"}).text
    assert f"/dossiers/{dossier}#l-gone-{lead['id']}" in inbox and f"已采纳，{NO_LONGER_FOUND}" in inbox
    shown = _page(site, dossier)
    assert f'data-victim="gone-{lead["id"]}"' in shown and "拟启动救助审查" in shown and NO_LONGER_FOUND in shown
    for masked in (inbox, shown, site.as_(Role.AID_OFFICER).get(f"/api/v1/leads/{lead['id']}/decisions").text):
        assert "温大海" not in masked  # the papers know him as the accused, the note and the card as the victim
    again = REPORT.replace("受案登记表", "询问笔录")
    _add(site, dossier, f"{again}被害人温大海也被打成轻伤一级。", "询问笔录.txt")
    lines = {line["id"]: line for line in _leads(site, **EVERYTHING)}
    assert lines[lead["id"]]["state"] == "accepted"


def test_an_open_lead_goes_when_its_person_is_no_longer_found(site: Site) -> None:
    dossier = site.upload(REPORT, "报案.txt")
    [lead] = _leads(site)
    _add(site, dossier, TURNED)
    assert lead["id"] not in {line["id"] for line in _leads(site, **EVERYTHING)}
    assert NO_LONGER_FOUND not in _page(site, dossier)


def test_a_fuller_name_keeps_lead_and_decision(site: Site) -> None:
    dossier = site.upload(MASKED, "报案.txt")
    [lead] = _leads(site)
    _accept(site, lead["id"])
    _add(site, dossier, FULLER)
    [line] = _leads(site, **EVERYTHING)
    assert (line["id"], line["state"], line["changed"], line["victim"]) == (lead["id"], "accepted", True, "v1")
    site.as_(Role.AID_OFFICER).post(f"/api/v1/dossiers/{dossier}/unmask", json={"reason": "review"})
    assert "温某现识别为温大海" in _page(site, dossier)
    _add(site, dossier, "情况说明\n温大海家中困难，系低保户。\n", "说明.txt")
    [line] = _leads(site, **EVERYTHING)
    assert (line["id"], line["state"]) == (lead["id"], "accepted")


def words_of(content: bytes) -> str:
    """The words of a letter, tables included."""
    import io

    from docx import Document

    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])
