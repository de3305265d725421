"""Two people in two real browsers at one lead: the second is told and sees what the first did; a lead whose person is
no longer found can be decided on from the bar.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.site import come_in, real_server
from tests.service.test_following import REPORT, TURNED

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")]


@pytest.fixture(scope="module")
def tabs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """The pages of two prosecutors of one office, each remembering what went wrong in it."""
    folder = tmp_path_factory.mktemp("two") / "data"
    folder.mkdir()
    passwords = {}
    for login, name, role in (("zhou", "周检察官", "aid_officer"), ("wu", "吴检察官", "leader")):
        account = [login, "--name", name, "--office", "临溪县人民检察院", "--role", role]
        made = subprocess.run(
            [sys.executable, "-m", "api.cli", "user", "add", *account],
            env={"JIUZHU_DATA_DIR": str(folder), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        passwords[login] = made.stdout.strip().rsplit("：", 1)[1]
    with real_server(folder, JIUZHU_MODEL="off") as address, playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        pages = []
        for login, password in passwords.items():
            page = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address).new_page()
            page.wrong = []
            page.on("pageerror", lambda error, page=page: page.wrong.append(str(error)))
            page.goto("/")
            come_in(page, login, password)
            page.wait_for_selector(".work")
            pages.append(page)
        yield pages[0], pages[1]
        browser.close()


def test_the_second_of_two_sees_what_the_first_decided(tabs: tuple[Any, Any]) -> None:
    zhou, wu = tabs
    dossier = _upload(zhou, REPORT)
    for page in tabs:
        page.goto(f"/dossiers/{dossier}")
        page.wait_for_selector(".decide .one:visible")
    _press(zhou, "a1")
    zhou.wait_for_selector(".state:has-text('已采纳')")
    assert zhou.is_visible('[data-decide="undo"]')
    _press(wu, "r3")  # from a page on which nothing is decided yet
    wu.wait_for_selector(".state:has-text('已采纳')")
    assert "周检察官采纳（拟启动救助审查）" in wu.inner_text("#toast")
    assert "周检察官" in wu.inner_text(".decide .one")
    assert not wu.is_visible('[data-decide="undo"]')
    _press(wu, "z")  # nothing: it is not this person's
    _press(wu, "r3")
    wu.wait_for_selector(".state:has-text('未采纳')")
    assert wu.is_visible('[data-decide="undo"]')
    _press(wu, "z")
    wu.wait_for_selector(".state:has-text('已采纳')")
    assert zhou.wrong == wu.wrong == []


def test_a_lead_without_its_person_is_seen_and_decided_on(tabs: tuple[Any, Any]) -> None:
    zhou, _ = tabs
    dossier = _upload(zhou, f"{REPORT}另页。")
    zhou.goto(f"/dossiers/{dossier}")
    zhou.wait_for_selector(".decide .one:visible")
    _press(zhou, "a1")
    zhou.wait_for_selector(".state:has-text('已采纳')")
    _upload(zhou, TURNED, dossier)
    zhou.goto("/?changed=true")
    row = zhou.locator("tr.row", has_text="此后筛查未再识别为被害人")
    row.locator("a").first.click()
    zhou.wait_for_selector(".decide .one:visible")
    bar = zhou.locator(".decide .one:visible")
    assert "温某某" in bar.inner_text() and "此后筛查未再识别为被害人" in bar.inner_text()
    _press(zhou, "r2")
    zhou.wait_for_selector(".decide .one:visible .state:has-text('未采纳')")
    assert "温某某" in zhou.locator(".decide .one:visible").inner_text()
    zhou.locator('[role="tab"]').first.click()
    assert "待决定" in zhou.locator(".decide .one:visible").inner_text()
    assert zhou.wrong == []


def _press(page: Any, keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _upload(page: Any, text: str, dossier: str | None = None) -> str:
    """Uploads a text, as a supplement where a dossier is given, and waits for its screening; the dossier's id."""
    csrf = page.get_attribute('meta[name="csrf"]', "content")
    sent = {"files": {"name": "卷.txt", "mimeType": "text/plain", "buffer": text.encode()}}
    address = f"/api/v1/dossiers/{dossier}/uploads" if dossier else "/api/v1/dossiers"
    answer = page.request.post(address, multipart=sent, headers={"X-CSRF-Token": csrf})
    assert answer.status == 202, answer.text()
    made: str = answer.json()["dossier"]
    for _ in range(600):
        status = page.request.get(f"/api/v1/dossiers/{made}").json()
        if status["state"] == "screened" and (status["job"] or {}).get("state", "done") == "done":
            return made
        time.sleep(0.2)
    raise AssertionError(status)
