"""A browser comes in through an identity provider on another site with one key, and leaves both."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("authlib")

from api.accounts.rights import Role
from api.store.tables import User
from tests.service.openid_site import openid_site
from tests.service.site import OFFICE, PASSWORD

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


def test_one_key_leads_in_and_signing_out_ends_both_sessions(tmp_path: Path) -> None:
    with openid_site(tmp_path / "data", "localhost") as site, playwright.sync_playwright() as started:
        assert site.provider.address.startswith("http://localhost:") and site.address.startswith("http://127.0.0.1:")
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        wrong: list[str] = []
        tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.goto(f"{site.address}/")
        tab.wait_for_url(f"{site.address}/sign-in?next=/")
        tab.wait_for_selector("a.btn:focus")  # the page gives it the focus when it is drawn
        tab.keyboard.press("Enter")
        tab.wait_for_selector(".work")
        assert tab.url == f"{site.address}/" and tab.locator(".who").get_by_text("zhou").is_visible()
        cookies: dict[str, Any] = {cookie["name"]: cookie for cookie in tab.context.cookies()}
        cookies |= {c["name"]: c for c in tab.context.cookies(f"{site.address}/api/v1/me/sign-out")}
        for name in ("jiuzhu", "jiuzhu_leave"):
            assert cookies[name]["sameSite"] == "Strict" and cookies[name]["httpOnly"]
        assert "jiuzhu_openid" not in cookies
        tab.get_by_role("button", name="退出").click()
        tab.wait_for_url(f"{site.address}/sign-in")
        assert site.provider.left is not None and "id_token_hint" in site.provider.left
        tab.goto(f"{site.address}/account")
        assert tab.url.startswith(f"{site.address}/sign-in")
        assert not wrong

        site.provider.refuse = True
        tab.wait_for_selector("a.btn:focus")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("[role=alert]")
        assert "openid.refused" in tab.locator("[role=alert]").inner_text()
        browser.close()


def test_a_link_to_evidence_survives_either_way_in(tmp_path: Path) -> None:
    """The part behind `#` is known to the browser alone; a wrong password on the way does not lose it either."""
    with openid_site(tmp_path / "data", "localhost") as site, playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        for asked in ("/dossiers/1?find=低保&of=a%26b#e-8", "/dossiers/1#l-v2"):
            tab = browser.new_page(base_url=site.address)
            tab.goto("/sign-in")  # any page whose address the next one is compared with
            tab.evaluate("asked => location.assign(asked)", asked)
            tab.wait_for_url(re.compile("/sign-in[?]next="))
            address = tab.evaluate("asked => new URL(asked, location.href).href", asked)
            for password in ("wrong", PASSWORD):
                tab.wait_for_selector("body.js")
                tab.fill("[name=login]", "zhou")
                tab.fill("[name=password]", password)
                tab.keyboard.press("Enter")
                tab.wait_for_selector("[role=alert]" if password == "wrong" else ".who, .plain:has-text('没有这件')")
            assert tab.url == address
            tab.context.clear_cookies()
            tab.goto("/sign-in")
            tab.evaluate("asked => location.assign(asked)", asked)
            tab.wait_for_url(re.compile("/sign-in[?]next="))
            tab.wait_for_selector("body.js")
            tab.locator("a.btn").press("Enter")
            tab.wait_for_url(address)
            tab.close()
        browser.close()


def test_the_administration_page_makes_and_closes_an_account_of_the_provider(tmp_path: Path) -> None:
    with openid_site(tmp_path / "data", "localhost") as site, playwright.sync_playwright() as started:
        with site.service.store.begin() as session:
            session.get_one(User, site.user("bai").id).roles = [str(Role.ADMINISTRATOR)]
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        tab.on("dialog", lambda dialog: dialog.accept())
        tab.goto(f"{site.address}/sign-in")
        tab.fill("[name=login]", "bai")
        tab.fill("[name=password]", PASSWORD)
        tab.keyboard.press("Enter")
        form = tab.locator("form[data-post='/api/v1/users']")
        for name, value in (("login", "xin"), ("name", "辛检察官"), ("office", OFFICE)):
            form.locator(f"[name={name}]").fill(value)
        form.get_by_label("院领导、部门负责人").check()
        form.get_by_label("只经统一身份登录").check()
        form.get_by_role("button").click()
        row = tab.locator("tr", has_text="xin")
        row.get_by_text("统一身份（待首次登录）").wait_for()
        row.get_by_role("button", name="关闭统一身份").click()
        row.get_by_role("button", name="开通统一身份").wait_for()
        assert site.user("xin").subject is None and site.user("xin").password_hash is None
        browser.close()
