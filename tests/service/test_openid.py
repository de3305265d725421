"""Signing in and out through an identity provider that runs beside the service: the way in, and what is bound to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

pytest.importorskip("authlib")

from api.accounts.openid import seal_leave
from api.store.opening import open_store
from api.store.tables import AuditEntry, SignIn
from api.store.vault import Vault
from tests.service.openid_provider import CLIENT
from tests.service.openid_site import OpenIdSite, is_in, openid_site
from tests.service.site import PASSWORD, real_server, site_settings


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdSite]:
    with openid_site(tmp_path_factory.mktemp("openid") / "data") as site:
        yield site


@pytest.fixture
def site(shared: OpenIdSite) -> OpenIdSite:
    shared.as_it_was()
    return shared


def test_the_way_in_binds_the_account_and_ends_where_one_wanted(site: OpenIdSite) -> None:
    with site.browser(follow_redirects=True) as browser:
        assert "检务通登录" in browser.get("/sign-in?next=/account").text
        answer = browser.get("/sign-in/openid", params={"next": "/account"})
        assert answer.status_code == 200 and is_in(answer) and 'url=/account"' in answer.text
        assert "zhou" in browser.get("/account").text
    user = site.user("zhou")
    assert user.subject is not None and "0042" not in user.subject and not user.subject.startswith("pending")
    with site.service.store.read() as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.actor == user.id)).all()
    assert "account.openid_bound" in acts and "account.sign_in" in acts


def test_a_bound_person_comes_in_under_another_name_and_nobody_else_under_the_old_one(site: OpenIdSite) -> None:
    assert is_in(site.come_in())
    site.provider.claims = {"sub": "0042", "preferred_username": "zhou-married"}
    assert is_in(site.come_in())
    site.provider.claims = {"sub": "0077", "preferred_username": "zhou"}  # the name was given to somebody else
    answer = site.come_in()
    assert answer.status_code == 403 and not is_in(answer) and "没有对应的在用账号" in answer.text


def test_a_provider_that_takes_the_secret_in_the_form_only_gets_it_there(site: OpenIdSite) -> None:
    site.provider_says(token_endpoint_auth_methods_supported=["client_secret_post"])
    assert is_in(site.come_in())


def test_a_new_key_of_the_provider_is_fetched_once(site: OpenIdSite) -> None:
    assert is_in(site.come_in())
    asked = site.provider.asked_for_keys
    site.provider.change_key()
    assert is_in(site.come_in())
    assert is_in(site.come_in())
    assert site.provider.asked_for_keys == asked + 1


def test_a_code_is_good_once(site: OpenIdSite) -> None:
    with site.browser() as browser:
        started = browser.get("/sign-in/openid")
        kept = browser.cookies.get("jiuzhu_openid")
        back = browser.get(started.headers["location"]).headers["location"]
        assert is_in(browser.get(back))
        assert browser.cookies.get("jiuzhu_openid") is None
        again = httpx.get(back, cookies={"jiuzhu_openid": str(kept)})
        assert again.status_code == 502 and not is_in(again)
        assert "谁的什么" not in again.text  # the provider's words are shown to nobody


# ---------------------------------------------------------------- signing out


def signed_in(site: OpenIdSite, browser: httpx.Client, *, password: bool = False) -> None:
    if password:
        browser.post("/sign-in", data={"login": "zhou", "password": PASSWORD})
    else:
        browser.get("/sign-in/openid", follow_redirects=True)
    page = browser.get("/account").text
    browser.headers["X-CSRF-Token"] = page.split('name="csrf" content="')[1].split('"')[0]


def test_signing_out_ends_the_session_here_and_tells_where_it_ends_at_the_provider(site: OpenIdSite) -> None:
    with site.browser() as browser:
        signed_in(site, browser)
        answer = browser.post("/api/v1/me/sign-out")
        assert answer.status_code == 200 and browser.get("/api/v1/me").status_code == 401
        assert browser.cookies.get("jiuzhu_leave") is None
        next = answer.json()["next"]
        assert next.startswith(f"{site.provider.address}/leave?of=the-office&")
        assert browser.get(next).headers["location"] == f"{site.address}/sign-in"
    assert site.provider.left is not None and site.provider.left["client_id"] == CLIENT
    assert site.provider.left["id_token_hint"].count(".") == 2


def test_the_token_for_the_sign_out_is_kept_nowhere_and_read_by_nobody(site: OpenIdSite) -> None:
    with site.browser() as browser:
        signed_in(site, browser)
        cookie = next(cookie for cookie in browser.cookies.jar if cookie.name == "jiuzhu_leave")
        assert cookie.path == "/api/v1/me/sign-out" and cookie.has_nonstandard_attr("HttpOnly")
        assert "eyJ" not in str(cookie.value)
        other = httpx.Cookies()
        other.set("jiuzhu_leave", str(cookie.value), domain="127.0.0.1", path="/api/v1/me/sign-out")
        with site.browser(cookies=other) as another:  # a session of its own
            signed_in(site, another, password=True)
            assert another.post("/api/v1/me/sign-out").status_code == 204


@pytest.mark.parametrize("way", ["password", "none at the provider"])
def test_a_session_that_is_not_the_providers_ends_here_as_before(site: OpenIdSite, way: str) -> None:
    if way == "none at the provider":
        site.provider_says(end_session_endpoint=None)
    with site.browser() as browser:
        signed_in(site, browser, password=way == "password")
        answer = browser.post("/api/v1/me/sign-out")
        assert answer.status_code == 204 and answer.content == b""
        assert browser.get("/api/v1/me").status_code == 401


def test_a_token_too_long_for_a_cookie_is_left_out(site: OpenIdSite) -> None:
    site.provider.claims |= {"groups": os.urandom(4000).hex()}
    with site.browser() as browser:
        signed_in(site, browser)
        next = browser.post("/api/v1/me/sign-out").json()["next"]
    assert parse_qs(urlsplit(next).query)["client_id"] == [CLIENT] and "id_token_hint" not in next
    assert seal_leave(Vault(b"k" * 32), "of-a-session", "x" * 9000) is not None  # packed
    assert seal_leave(Vault(b"k" * 32), "of-a-session", os.urandom(3000).hex()) is None


def test_a_proxy_with_small_buffers_takes_the_answer(site: OpenIdSite) -> None:
    for size in range(200, 1600, 100):  # tokens from short to too long for a cookie
        site.provider.claims |= {"groups": os.urandom(size).hex()}
        with site.browser() as browser:
            answer = browser.get("/sign-in/openid", follow_redirects=True)
            assert is_in(answer) and sum(len(n) + len(v) + 4 for n, v in answer.headers.raw) < 4000


def test_signing_out_at_the_provider_can_be_switched_off(tmp_path: Path) -> None:
    with openid_site(tmp_path / "data", oidc_sign_out="off") as site, site.browser() as browser:
        signed_in(site, browser)
        assert browser.post("/api/v1/me/sign-out").status_code == 204


def test_closing_the_way_in_ends_the_sessions_that_came_by_it(site: OpenIdSite) -> None:
    folder = site.service.settings.data_dir
    with site.browser() as browser:
        signed_in(site, browser)
        assert browser.get("/api/v1/me").status_code == 200
        environment = {**os.environ, "JIUZHU_DATA_DIR": str(folder)}
        command = [sys.executable, "-m", "api.cli", "user", "openid", "zhou", "--off"]
        subprocess.run(command, check=True, env=environment, capture_output=True)
        assert browser.get("/api/v1/me").status_code == 401
    with site.service.store.read() as session:
        assert session.scalars(select(SignIn).where(SignIn.user_id == site.user("zhou").id)).all() == []
    assert site.come_in().status_code == 403


# ---------------------------------------------------------------- without one


def test_while_the_provider_is_away_local_accounts_come_in_as_before(tmp_path: Path) -> None:
    with openid_site(tmp_path / "data", oidc_issuer="http://127.0.0.1:9") as site:
        answer = httpx.get(f"{site.address}/sign-in/openid", timeout=20)
        assert answer.status_code == 502 and "没有应答" in answer.text and "openid.unreachable" in answer.text
        signed_in = httpx.post(f"{site.address}/sign-in", data={"login": "zhou", "password": PASSWORD}, timeout=20)
        assert signed_in.status_code == 303 and is_in(signed_in)


def test_nothing_of_it_is_there_when_none_is_set(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with real_server(folder, "--workers", "0", JIUZHU_MODEL="off") as running:
        assert "sign-in/openid" not in httpx.get(f"{running}/sign-in").text
        for address in ("/sign-in/openid", "/sign-in/openid/back"):
            assert httpx.get(f"{running}{address}").headers["location"] == "/sign-in"
    code = "import api.app, api.service, sys; sys.exit('authlib' in sys.modules or 'joserfc' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PATH": os.environ["PATH"]})


def test_a_provider_without_its_libraries_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.service import Service
    from api.settings import InvalidSetting

    monkeypatch.setitem(sys.modules, "api.accounts.oidc", None)
    told: dict[str, Any] = {"oidc_issuer": "https://id.example", "oidc_client_id": CLIENT}
    settings = site_settings(tmp_path).model_copy(update=told)
    store = open_store(settings)
    with pytest.raises(InvalidSetting, match="JIUZHU_OIDC_ISSUER"):
        Service(settings, store)
    store.engine.dispose()
