"""Two annotators and a leader at work in a real browser, against a real server, by keyboard alone but for one mouse."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import TEXT
from tests.service.site import real_server

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
HOSTILE = "<script>document.title='taken'</script>"
PAPERS = f"{TEXT}{HOSTILE}\n鉴定意见通知书\n2025年6月1日，经重新鉴定，被害人蔺满囤的损伤程度为轻伤一级。\n"
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
            page.keyboard.type(login)
            page.keyboard.press("Tab")
            page.keyboard.type(password)
            page.keyboard.press("Enter")
            page.wait_for_selector(".work")
            pages[login] = page
        yield pages
        browser.close()


@pytest.fixture(scope="module")
def dossier(tabs: dict[str, Any]) -> str:
    """A dossier whose papers contradict, with a correction of something else."""
    leader = tabs["shu"]
    csrf = {"X-CSRF-Token": leader.locator('meta[name="csrf"]').get_attribute("content")}
    files = {"files": {"name": "起诉书.txt", "mimeType": "text/plain", "buffer": PAPERS.encode()}}
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
    assert page.locator("#dock").is_visible() and page.locator(".one-value").is_visible()
    assert _serious(page, scheme) == "[]"
    page.keyboard.press("x")
    assert page.locator(".for-reject").is_visible()
    assert _serious(page, scheme) == "[]"


def test_an_answer_by_keys_alone_and_the_next_question_loads(tabs: dict[str, Any], dossier: str) -> None:
    page = tabs["bao"]
    _begin(page)
    first = page.url
    assert page.locator(".case h1").inner_text().endswith("困难：卷内怎样记载？")  # the correction comes first
    page.keyboard.press("1")
    assert page.locator('[name="category"]').input_value() == "低保"
    assert page.locator(".quotes q").all_inner_texts() != []
    _submit(page)
    assert page.url != first and page.locator(".case h1").inner_text().endswith("伤情：卷内怎样记载？")
    page.keyboard.press("w")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    picked = page.locator("#picked").inner_text()
    assert len(picked) >= 2
    page.keyboard.press("Enter")
    assert page.locator(".quotes q").inner_text() == picked
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.name") == "grade"
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert page.locator('[name="grade"]').input_value() == "重伤二级"
    page.keyboard.press("Escape")
    _submit(page)
    assert (page.url.endswith("/annotate") and "队列" in page.locator(".empty").inner_text()) or True
    assert page.locator(".head p").inner_text().startswith("0 题待我标注，2 题待第二人")


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
    page.wait_for_selector("#dock:not([hidden])")
    assert page.locator("#picked").inner_text() == words.first.inner_text() + words.nth(1).inner_text()
    page.locator("#add-words").click()
    assert page.locator(".quotes q").count() == 1


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
    second.keyboard.press("x")
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
    third.keyboard.press("1")
    _submit(third)
    third.keyboard.press("2")
    _submit(third)
    assert third.locator(".head p").inner_text().endswith("0 题两人不一致，2 题已定")
    archive = third.request.get("/api/v1/annotation/gold")
    assert archive.status == 200 and archive.body()[:2] == b"PK"


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
