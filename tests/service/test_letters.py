"""Letters say what holds: values in force with what was read, conflicts and bars with their places, nothing unfound."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document

from api.accounts.rights import Role
from api.decisions import REASONS
from api.letters.kinds import LETTERS
from api.service import build_service
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import Site, site_settings
from tests.service.test_following import words_of

APPRAISAL = (
    "临溪县公安局司法鉴定中心\n鉴定书\n被鉴定人：蔺满囤，男，1958年4月2日出生。\n"
    "鉴定意见：蔺满囤的损伤程度评定为轻伤一级。\n"
)
WAIVER = "谅解书\n我是被害人蔺满囤，自愿放弃要求章水根赔偿，对章水根表示谅解。\n被害人：蔺满囤\n2025年4月2日\n"
DECIDED = ("符合救助条件", "应予救助", "不予救助")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("letters")
    (folder / "own").mkdir()
    settings = site_settings(folder).model_copy(update={"letters_dir": folder / "own"})
    made = Site(build_service(settings), screener)
    yield made
    made.store.engine.dispose()


def _letter(site: Site, dossier: str, kind: str) -> str:
    answer = site.as_(Role.AID_OFFICER).get(f"/api/v1/dossiers/{dossier}/victims/v1/letters/{kind}")
    assert answer.status_code == 200, answer.text
    return words_of(answer.content)


def test_a_corrected_value_is_the_one_in_force_with_what_was_read(site: Site) -> None:
    dossier = site.upload(TEXT)
    officer = site.as_(Role.AID_OFFICER)
    start = TEXT.index("重伤二级")
    body = {"victim": "v1", "attribute": "injury", "kind": "value", "corrected": "重伤一级"}
    place = {"document": "d1", "start": start, "end": start + 4}
    officer.post(f"/api/v1/dossiers/{dossier}/corrections", json={**body, "evidence": [place]})
    gone = {"victim": "v1", "attribute": "hardship", "kind": "remove"}
    officer.post(f"/api/v1/dossiers/{dossier}/corrections", json=gone)
    for kind in ("review", "referral", "assistance"):
        words = _letter(site, dossier, kind)
        assert "伤情：重伤一级" in words and "原识别重伤二级，aid_officer 20" in words
        assert "依据：《起诉书》：“重伤二级”" in words
        assert "困难：未载明" in words and "更正：卷内无此记载" in words
    assert "有更正 2 处；以下仍按原识别的事实对照" in _letter(site, dossier, "review")
    notice = _letter(site, dossier, "notice")
    assert "伤情：重伤一级" in notice and "原识别" not in notice


def test_a_notice_says_only_what_is_found(site: Site) -> None:
    known = _letter(site, site.upload(TEXT.replace("187", "2")), "notice")
    assert "困难：" in known and "未载明您的困难" not in known
    unknown = _letter(site, site.upload(TEXT.replace("系低保户，至今未获赔偿", "现住村中"), "另案.txt"), "notice")
    assert "案卷材料未载明您的困难、赔偿情况" in unknown and "伤情：重伤二级" in unknown
    assert "可能因案件面临生活困难" not in known + unknown


def test_letters_are_offered_by_kind_of_victim_and_level(site: Site) -> None:
    text = "起诉书\n被害单位临溪县供销合作社。被告人章水根窃取临溪县供销合作社现金人民币5000元，犯盗窃罪。\n"
    dossier = site.upload(text, "单位.txt")
    officer = site.as_(Role.AID_OFFICER)
    [victim] = officer.get(f"/api/v1/dossiers/{dossier}/result").json()["victims"]
    assert victim["type"] == "organization"
    for letter in LETTERS:
        answer = officer.get(f"/api/v1/dossiers/{dossier}/victims/v1/letters/{letter.id}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "letter.not_offered")
    page = officer.get(f"/dossiers/{dossier}/letters", headers={"Accept": "text/html"}).text
    assert "没有适用的文书" in page and "/letters/notice" not in page
    plain = site.upload("起诉书\n被告人章水根持刀将被害人蔺满囤砍伤。\n", "无.txt")
    assert officer.get(f"/api/v1/dossiers/{plain}/result").json()["lead"]["level"] == "none"
    page = officer.get(f"/dossiers/{plain}/letters", headers={"Accept": "text/html"}).text
    assert "/letters/review" in page and "/letters/notice" not in page
    assert officer.get(f"/api/v1/dossiers/{plain}/victims/v1/letters/notice").status_code == 409


def test_conflicts_and_bars_stand_with_values_and_places_and_nothing_sounds_decided(site: Site) -> None:
    officer = site.as_(Role.AID_OFFICER)
    papers = {"起诉书.txt": TEXT.replace("187", "11"), "鉴定书.txt": APPRAISAL, "谅解书.txt": WAIVER}
    files = [("files", (name, text.encode(), "text/plain")) for name, text in papers.items()]
    dossier = officer.post("/api/v1/dossiers", files=files).json()["dossier"]
    site.work()
    result = officer.get(f"/api/v1/dossiers/{dossier}/result").json()
    [conflict] = result["victims"][0]["conflicts"]
    bars = [f for f in result["findings"] if f["kind"] == "excluding" and f["verdict"] == "met"]
    assert conflict["attribute"] == "injury" and bars
    for kind in ("review", "referral"):
        words = _letter(site, dossier, kind)
        sides = words[words.index("记载不一之处") :]
        for side, paper in (("轻伤一级（暂用）", "鉴定书"), ("重伤二级", "起诉书")):
            assert f"　　{side}\n　　　　依据：《{paper}》第 1 页：“" in sides
        barred = words[words.index("第八条等所列情形") :]
        assert f"{bars[0]['title']}：有记载" in barred and "放弃" in barred
        for said in DECIDED:
            assert said not in words
    assert all(said not in words for reasons in REASONS.values() for words in reasons.values() for said in DECIDED)


def _template(*lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no zip at all", "已损坏"),
        (_template("{{ victim }}")[:900], "已损坏"),
        (_template("{{ 1 / 0 }}"), "ZeroDivisionError"),
        (_template("{{ nobody }}"), "nobody"),
        (_template("{{ victim"), "无法填写"),
        (_template("{{ victim.__class__.__mro__ }}"), "无法填写"),
    ],
)
def test_a_damaged_office_template_is_named_in_the_one_error_shape(site: Site, content: bytes, told: str) -> None:
    folder = site.service.settings.letters_dir
    assert isinstance(folder, Path)
    dossier = site.upload(TEXT.replace("187", "9"), "模板.txt")
    own = folder / "notice.docx"
    own.write_bytes(content)
    try:
        answer = site.as_(Role.AID_OFFICER).get(f"/api/v1/dossiers/{dossier}/victims/v1/letters/notice")
    finally:
        own.unlink()
    assert answer.status_code == 422
    assert set(answer.json()) == {"error"} and set(answer.json()["error"]) == {"code", "message", "hint", "request_id"}
    error = answer.json()["error"]
    assert error["code"] == "letter.template" and "notice.docx" in error["message"] and told in error["message"]


def test_an_office_template_stands_before_ours(site: Site) -> None:
    folder = site.service.settings.letters_dir
    assert isinstance(folder, Path)
    dossier = site.upload(TEXT.replace("187", "10"), "本院模板.txt")
    (folder / "notice.docx").write_bytes(_template("本院自拟：{{ victim }}"))
    try:
        assert _letter(site, dossier, "notice") == "本院自拟：蔺某某"
    finally:
        (folder / "notice.docx").unlink()
