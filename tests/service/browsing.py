"""A real browser at a real server: an account from the command line, a page signed in by key, what went wrong in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.service.site import OFFICE, come_in, real_server

CHROMIUM = Path("/usr/bin/chromium")
# a page's signs that lie over one another
SIGNS_OVER_SIGNS = """() => {
  const signs = [...document.querySelectorAll('.tags i, .boxtag')];
  const boxes = signs.map((each) => [each.dataset.t ?? each.textContent, each.getBoundingClientRect()]);
  const seen = boxes.filter(([, box]) => box.width);
  const meet = (low, high, from, to) => low < to - .5 && from < high - .5;
  const over = (a, b) => meet(a.left, a.right, b.left, b.right) && meet(a.top, a.bottom, b.top, b.bottom);
  return seen.flatMap(([one, a], at) => seen.slice(at + 1).filter(([, b]) => over(a, b)).map(([other]) => one + other));
}"""


def make_account(folder: Path, login: str, name: str, role: str) -> str:
    """An account of the office; its password."""
    command = ["user", "add", login, "--name", name, "--office", OFFICE, "--role", role]
    made = subprocess.run(
        [sys.executable, "-m", "api.cli", *command],
        env={**os.environ, "JIUZHU_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.strip().rsplit("：", 1)[1]


@contextmanager
def server_with_leader(folder: Path) -> Iterator[tuple[str, str]]:
    """A server with the account `zhou`: its address and the password."""
    folder.mkdir()
    password = make_account(folder, "zhou", "周检察官", "leader")
    with real_server(folder, JIUZHU_MODEL="off") as address:
        yield address, password


@contextmanager
def signed_in(address: str, password: str) -> Iterator[Any]:
    """A page of `zhou` that remembers in `wrong` everything that went wrong in it."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address)
        page = context.new_page()
        page.wrong = []
        page.on("console", lambda m: page.wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: page.wrong.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith((address, "data:")) else page.wrong.append(r.url))
        page.goto("/")
        come_in(page, "zhou", password)
        page.wait_for_selector(".work")
        page.wait_for_selector("body.js")
        yield page
        browser.close()


def uploaded(page: Any, archive: bytes, name: str = "卷宗.zip") -> str:
    """Uploads on the page and waits, as a person does, until the dossier can be opened; its address."""
    page.goto("/")
    page.set_input_files("#files", {"name": name, "mimeType": "application/zip", "buffer": archive})
    address: str = page.wait_for_selector("#jobs a", timeout=180_000).get_attribute("href")
    return address


def serious_faults(page: Any, scheme: str = "light") -> str:
    """What axe finds serious on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    serious = [
        (v["id"], [n["html"][:160] for n in v["nodes"][:4]]) for v in found if v["impact"] in ("serious", "critical")
    ]
    return json.dumps(serious, ensure_ascii=False)


class Keys:
    """A person without a mouse: what cannot be reached with Tab and Shift+Tab is not reached."""

    def __init__(self, page: Any) -> None:
        self._page = page

    def to(self, selector: str, number: int = 0) -> None:
        """Moves the focus to an element, the shorter way round.

        Raises:
            AssertionError: the focus never comes there.
        """
        where = self._page.locator(selector).nth(number).element_handle()
        ahead = """each => {
            if (each === document.activeElement) return 0;
            return each.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_PRECEDING ? 1 : -1;
        }"""
        for _ in range(400):
            way = where.evaluate(ahead)
            if way == 0:
                return
            self._page.keyboard.press("Tab" if way > 0 else "Shift+Tab")
        raise AssertionError(f"no key leads to {selector}")

    def follow(self, selector: str) -> None:
        """Presses a link or a button that leads to another page, and waits for it."""
        self.to(selector)
        with self._page.expect_navigation():
            self._page.keyboard.press("Enter")
