"""Two annotators and a leader at work in a real browser, against a real server, by keyboard alone but for one mouse."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.service.conftest import TEXT
from tests.service.site import come_in, real_server

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
HOSTILE = "<script>document.title='taken'</script>"
PAPERS = f"""{TEXT}{HOSTILE}
鉴定意见通知书
2025年6月1日，经重新鉴定，被害人蔺满囤的损伤程度为轻伤一级。
证人栾守田证实：当日其上前劝架，右手被碰伤。
"""
PROOF = ("证明", "兹证明我镇村民蔺满囤，男，系低保户。", "特此证明。", "临溪县沙窝镇人民政府")
PEOPLE = {"bao": "annotator", "cen": "annotator", "shu": "leader"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("annotate") / "data"
    folder.mkdir()
    passwords = {}
    for login, role in PEOPLE.items():
        command = ["user", "add", login, "--name", login, "--office", "临溪县人民检察院", "--role", role]
        made = subprocess.run(
            [sys.executable, "-m", "api.cli", *command],
            env={"JIUZHU_DATA_DIR": str(folder), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        passwords[login] = made.stdout.strip().rsplit("：", 1)[1]
    with real_server(folder, JIUZHU_MODEL="off") as address:
        yield address, passwords


@pytest.fixture(scope="module")
def tabs(server: tuple[str, dict[str, str]]) -> Iterator[dict[str, Any]]:
    """A signed-in page for each person; together they remember everything that went wrong."""
    address, passwords = server
    wrong: list[str] = []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        pages: dict[str, Any] = {}
        for login, password in passwords.items():
            page = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address).new_page()
            page.wrong = wrong
            page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
            page.on("pageerror", lambda e: wrong.append(str(e)))
            page.on("request", lambda r: None if r.url.startswith((address, "data:")) else wrong.append(r.url))
            page.goto("/")
            come_in(page, login, password)
            page.wait_for_selector(".work")
            pages[login] = page
        yield pages
        browser.close()


def _archive() -> bytes:
    """A volume of text, and one of print, whose page has an image."""
    printed = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(printed, pagesize=A4, invariant=1)
    canvas.setFont("STSong-Light", 14)
    for number, line in enumerate(PROOF):
        canvas.drawString(80, 700 - 40 * number, line)
    canvas.save()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as container:
        container.writestr("卷一/起诉书.txt", PAPERS)
        container.writestr("卷二/低保证明.pdf", printed.getvalue())
    return archive.getvalue()


@pytest.fixture(scope="module")
def dossier(tabs: dict[str, Any]) -> str:
    """A dossier whose papers contradict, with a correction of something else."""
    leader = tabs["shu"]
    csrf = {"X-CSRF-Token": leader.locator('meta[name="csrf"]').get_attribute("content")}
    files = {"files": {"name": "卷宗.zip", "mimeType": "application/zip", "buffer": _archive()}}
    made = leader.request.post("/api/v1/dossiers", multipart=files, headers=csrf).json()["dossier"]
    for _ in range(300):
        if leader.request.get(f"/api/v1/dossiers/{made}").json()["state"] == "screened":
            break
        time.sleep(0.2)
    body = {"victim": "v1", "attribute": "hardship", "kind": "value", "predicted": "低保", "corrected": "特困"}
    told = leader.request.post(f"/api/v1/dossiers/{made}/corrections", data=body, headers=csrf)
    assert told.status == 201
    dossier: str = made
    return dossier


def _begin(page: Any) -> None:
    """From the queue into the first question, by key."""
    page.goto("/annotate")
    page.wait_for_selector("body.js")
    with page.expect_navigation():
        page.keyboard.press("f")
    page.wait_for_selector("#answer")


def _submit(page: Any) -> None:
    with page.expect_navigation():
        page.keyboard.press("f")
    page.wait_for_selector("body.js")


def test_the_queue_lists_both_questions_and_filters(tabs: dict[str, Any], dossier: str) -> None:
    page = tabs["bao"]
    page.goto("/annotate")
    assert page.locator(".queue-list .row").count() == 2
    assert "蔺某某" in page.locator(".queue-list").inner_text() and "蔺满囤" not in page.content()
    page.locator('[name="source"][value="conflict"]').focus()
    with page.expect_navigation():
        page.keyboard.press("Space")
    assert page.locator(".queue-list .row").count() == 1
    assert "source=conflict" in page.url


def test_both_readings_stand_side_by_side_with_their_words_and_the_guideline(
    tabs: dict[str, Any], dossier: str
) -> None:
    page = tabs["bao"]
    page.goto("/annotate?attribute=injury")
    page.wait_for_selector("body.js")
    with page.expect_navigation():
        page.keyboard.press("f")
    assert page.locator(".sides .says").all_inner_texts() == ["轻伤一级", "重伤二级"]
    assert page.locator("mark[id] .w").count() >= 2
    assert "未达轻伤标准" in page.locator("#guide-body").inner_text()
    assert "taken" not in page.title() and HOSTILE[:12] in page.locator("#text").inner_text()
    assert "蔺满囤" not in page.content()
    chip = page.locator(".sides .chip").nth(1)
    chip.focus()
    page.keyboard.press("Enter")
    assert page.locator("mark:target").inner_text().startswith("损伤程度为重伤二级"[:2])
    page.keyboard.press("g")
    assert not page.locator("#guide-body").is_visible()
    page.keyboard.press("g")


def _serious(page: Any, scheme: str) -> str:
    """What axe finds serious on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    serious = [
        (v["id"], [n["html"][:160] for n in v["nodes"][:4]]) for v in found if v["impact"] in ("serious", "critical")
    ]
    return json.dumps(serious, ensure_ascii=False)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_while_somebody_answers(tabs: dict[str, Any], dossier: str, scheme: str) -> None:
    page = tabs["shu"]
    page.goto("/annotate")
    assert _serious(page, scheme) == "[]"
    _begin(page)
    page.keyboard.press("1")
    page.keyboard.press("w")
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator("#step q").is_visible() and page.locator(".one-value").is_visible()
    assert _serious(page, scheme) == "[]"
    page.keyboard.press("v")
    assert page.locator(".for-other.choice").is_visible()
    assert _serious(page, scheme) == "[]"
    page.keyboard.press("r")
    assert page.locator(".for-reject").is_visible()
    assert _serious(page, scheme) == "[]"


def test_an_answer_by_keys_alone_and_the_next_question_loads(tabs: dict[str, Any], dossier: str) -> None:
    page = tabs["bao"]
    _begin(page)
    first = page.url
    assert page.locator(".case h1").inner_text().endswith("困难：卷内怎样记载？")  # the correction comes first
    page.keyboard.press("Enter")
    assert page.locator('[name="category"]').input_value() == "低保"
    assert page.locator(".quotes q").all_inner_texts() != []
    _submit(page)
    assert page.url != first and page.locator(".case h1").inner_text().endswith("伤情：卷内怎样记载？")
    page.keyboard.press("w")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    picked = page.locator("#step q").inner_text()
    assert len(picked) >= 2 and "按 1–9 说明它是什么" in page.locator("#step").inner_text()
    page.keyboard.press("3")  # words first, then their label: that there are words of it is said with it
    assert page.locator('[name="verdict"]:checked').get_attribute("value") == "value"
    assert page.locator(".quotes q").inner_text() == picked
    assert page.locator('[name="grade"]').input_value() == "重伤二级"
    assert page.locator("#step").inner_text() == "回答已齐，按 f 提交。"
    _submit(page)
    assert page.locator(".head p").inner_text().startswith("0 题待我标注，2 题待第二人")


def _drawn(mark: Any) -> str:
    style: str = mark.evaluate("m => getComputedStyle(m).outlineStyle")
    return style


def test_suggestions_are_dashed_until_somebody_takes_them_and_every_step_can_be_taken_back(
    tabs: dict[str, Any], dossier: str
) -> None:
    page = tabs["cen"]
    page.goto("/annotate?attribute=injury")
    page.wait_for_selector("body.js")
    with page.expect_navigation():
        page.keyboard.press("f")
    page.wait_for_selector("#step b")
    text, dock = page.locator("#text").bounding_box(), page.locator(".dock").bounding_box()
    assert text["y"] + text["height"] <= dock["y"] + 0.5  # it never covers words
    assert page.locator("#step").inner_text().startswith("建议 甲")
    first = page.locator("mark[data-e]").first
    assert {_drawn(mark) for mark in page.locator("mark[data-e]").all()} == {"dashed"}
    page.keyboard.press("n")
    assert page.locator("#step b").inner_text() == "重伤二级"
    page.keyboard.press("x")
    assert page.locator(".sides .judged").all_inner_texts() == ["", "已驳回"]
    page.keyboard.press("Enter")
    assert page.locator('[name="grade"]').input_value() == "轻伤一级"
    assert page.locator("mark.hint:not(.no)").count() == 0 and page.locator("mark.no").count() == 1
    assert page.locator("#step").inner_text() == "回答已齐，按 f 提交。"
    page.keyboard.press("Enter")  # once more changes nothing
    assert page.locator(".one-value").count() == 1
    page.keyboard.press("z")
    assert page.locator('[name="verdict"]:checked').count() == 0 and page.locator(".one-value").count() == 0
    page.keyboard.press("z")
    assert page.locator(".sides .judged").all_inner_texts() == ["", ""] and _drawn(first) == "dashed"


def test_words_of_somebody_else_are_given_away_by_key(tabs: dict[str, Any], dossier: str) -> None:
    page = tabs["cen"]
    _begin(page)
    page.keyboard.press("v")
    assert page.locator('[name="verdict"]:checked').get_attribute("value") == "other"
    assert page.locator(".quotes q").count() >= 1 and not page.locator('[name="category"]').is_visible()
    assert "属于谁" in page.locator("#step").inner_text()
    assert page.locator(".sides .judged").first.inner_text() == "归他人"
    page.keyboard.press("1")
    assert page.locator('[name="owner"]:checked').get_attribute("value") == "nobody"
    assert "回答已齐" in page.locator("#step").inner_text()


def test_a_printed_page_stands_beside_its_text_with_the_words_boxed(tabs: dict[str, Any], dossier: str) -> None:
    from PIL import Image

    page = tabs["cen"]
    _begin(page)  # the hardship: stated in the text and on the printed page
    names = page.locator(".paper-head h3").all_inner_texts()
    assert names == ["起诉书", "低保证明"]  # as other pages name them, without volume and ending
    assert "卷二/" not in page.locator("#text").inner_text()
    page.wait_for_function("document.querySelector('.beside svg image').getBBox().width > 500")
    scan, text = page.locator(".beside .scan").bounding_box(), page.locator(".beside .page").bounding_box()
    assert scan["x"] + scan["width"] <= text["x"] and abs(scan["y"] - text["y"]) < 40 and scan["width"] > 450
    box = page.locator(".beside rect.box").first
    assert "hint" in box.get_attribute("class").split()
    address = page.locator(".beside svg image").get_attribute("href")
    answer = page.request.get(address)
    assert answer.status == 200
    image = Image.open(io.BytesIO(answer.body())).convert("L")
    scale = image.width / A4[0]
    x, y, width, height = (scale * float(box.get_attribute(name)) for name in ("x", "y", "width", "height"))
    inside = np.asarray(image.crop((int(x), int(y), int(x + width), int(y + height))))
    assert (inside < 128).mean() > 0.05  # ink
    above = np.asarray(image.crop((int(x), int(y - height), int(x + width), int(y - 2))))
    assert (above < 128).mean() < 0.01  # and no more than the words
    box.click()
    assert page.locator("#text mark.here").count() >= 1
    page.keyboard.press("Enter")
    assert "hint" not in box.get_attribute("class").split()
    assert not page.locator("#files").is_visible()
    page.keyboard.press("[")  # beside an image the queue is a drawer
    assert page.locator("#files").is_visible() and page.evaluate("document.activeElement.closest('#files') !== null")
    page.keyboard.press("Escape")
    assert not page.locator("#files").is_visible()


def test_words_by_mouse_are_whole_words_of_the_paper(tabs: dict[str, Any], dossier: str) -> None:
    page = tabs["cen"]
    page.goto("/annotate?attribute=injury")
    page.wait_for_selector("body.js")
    with page.expect_navigation():
        page.keyboard.press("f")
    words = page.locator("mark .w")
    start, end = words.first.bounding_box(), words.nth(1).bounding_box()
    page.mouse.move(start["x"] + 3, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] - 2, end["y"] + end["height"] / 2, steps=4)
    page.mouse.up()
    page.wait_for_selector("#step q")
    assert page.locator("#step q").inner_text() == words.first.inner_text() + words.nth(1).inner_text()
    page.locator('.dock [data-act="add"]').click()
    assert page.locator(".quotes q").count() == 1
    assert "按上方标签的数字" in page.locator("#step").inner_text()


def test_nobody_answers_without_words_and_the_page_says_so(tabs: dict[str, Any], dossier: str) -> None:
    page = tabs["cen"]
    _begin(page)
    page.keyboard.press("f")
    assert "请先回答" in page.locator("#wrong").inner_text()
    page.keyboard.press("e")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert page.wrong == []
    page.keyboard.press("f")
    page.wait_for_selector("#wrong:not([hidden]) >> text=没有选取卷内文字")
    assert len(page.wrong) == 1 and "422" in page.wrong.pop()  # the browser notes the refusal that was asked for


def test_the_second_answers_without_seeing_the_first(tabs: dict[str, Any], dossier: str) -> None:
    second = tabs["cen"]
    _begin(second)
    assert second.locator(".given").count() == 0  # the first answer is not to be seen
    second.keyboard.press("0")
    _submit(second)
    second.keyboard.press("r")
    second.keyboard.press("4")
    assert second.locator('[name="reason"]:checked').get_attribute("value") == "uncovered"
    _submit(second)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_where_two_differ(tabs: dict[str, Any], dossier: str, scheme: str) -> None:
    _begin(tabs["shu"])
    assert tabs["shu"].locator(".given .side-of").count() == 2
    assert _serious(tabs["shu"], scheme) == "[]"


def test_a_third_settles_what_differs(tabs: dict[str, Any], dossier: str) -> None:
    third = tabs["shu"]
    third.goto("/annotate?show=conflict")
    assert third.locator(".queue-list .row").count() == 2
    _begin(third)
    assert third.locator(".given .side-of").count() == 2 and "请裁定" in third.locator(".given h2").inner_text()
    third.keyboard.press("Enter")
    _submit(third)
    third.keyboard.press("n")
    third.keyboard.press("Enter")
    _submit(third)
    assert third.locator(".head p").inner_text().endswith("0 题两人不一致，2 题已定")
    archive = third.request.get("/api/v1/annotation/gold")
    assert archive.status == 200 and archive.body()[:2] == b"PK"
    total = third.locator("#agreement tr").last
    assert [cell.strip() for cell in total.inner_text().split("\t")][:4] == ["全部", "2 题", "0 题", "0%"]
    assert _serious(third, "light") == "[]"


def test_a_missed_person_is_left_by_one_who_is_unsure_and_answered_by_another(
    tabs: dict[str, Any], dossier: str
) -> None:
    leader, first, second = tabs["shu"], tabs["bao"], tabs["cen"]
    csrf = {"X-CSRF-Token": leader.locator('meta[name="csrf"]').get_attribute("content")}
    segments = leader.request.get(f"/api/v1/dossiers/{dossier}/documents/d1/text").json()["segments"]
    start = "".join(segment["text"] for segment in segments).index("栾")
    places = [{"document": "d1", "start": start, "end": start + 3}]
    body = {"kind": "missed", "name": "栾某某", "type": "person", "evidence": places}
    assert leader.request.post(f"/api/v1/dossiers/{dossier}/corrections", data=body, headers=csrf).status == 201
    _begin(first)
    assert first.locator(".case h1").inner_text().endswith("栾某某是不是本案被害人？")
    assert first.locator(".sides .says").all_inner_texts() == ["不是被害人", "是被害人（自然人）"]
    assert first.locator('[name="verdict"][value="other"]').count() == 0
    first.keyboard.press("u")
    assert "第二人会看到" in first.locator("#step").inner_text()
    first.keyboard.type("碰伤是否本案所致")
    first.keyboard.press("Escape")
    _submit(first)
    assert "0 题待我标注" in first.locator(".head p").inner_text()
    second.goto("/annotate?show=unsure")
    assert "有人拿不准" in second.locator(".queue-list").inner_text()
    _begin(second)
    assert "碰伤是否本案所致" in second.locator(".given").inner_text()
    second.keyboard.press("x")  # not what is read now; the next suggestion comes by itself
    assert "漏列的被害人" in second.locator("#step").inner_text()
    second.keyboard.press("Enter")
    assert second.locator('[name="type"]').input_value() == "person"
    assert second.locator(".quotes q").inner_text() == "栾某某"
    _submit(second)
    assert "1 题待第二人" in second.locator(".head p").inner_text()


def test_nothing_scrolls_sideways(tabs: dict[str, Any], dossier: str) -> None:
    page = tabs["shu"]
    page.goto("/annotate?show=all")
    item = page.locator(".queue-list a").first.get_attribute("href")
    for width in (1440, 1100, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("/annotate?show=all", item):
            page.goto(path)
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, (width, path)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_nothing_went_wrong_and_nothing_came_from_elsewhere(
    tabs: dict[str, Any], server: tuple[str, dict[str, str]]
) -> None:
    assert tabs["shu"].wrong == []
    with urllib.request.urlopen(f"{server[0]}/metrics") as answer:
        assert 'status="500"' not in answer.read().decode()
