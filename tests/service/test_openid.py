"""Signing in through an identity provider that runs beside the service: the way in, and every way that is none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from api.accounts.directory import make_office, make_user
from api.accounts.openid import allow_openid
from api.accounts.rights import Role
from api.settings import Settings
from api.store.opening import open_store
from api.store.store import Store
from api.store.tables import AuditEntry, User
from tests.service.openid_provider import CLIENT, SECRET, OpenIdProvider, _new_key, running_provider, unsigned
from tests.service.site import OFFICE, PASSWORD, real_server

pytest.importorskip("authlib")
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with running_provider() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("openid") / "data"
    store = open_store(Settings(data_dir=folder, cache_dir=None))
    with store.begin() as session:
        office = make_office(session, OFFICE)
        for login in ("zhou", "wen", "bai"):
            make_user(
                session, login=login, name=login, office=office, roles=(Role.LEADER,), password=PASSWORD, by="system"
            )
    store.engine.dispose()
    return folder


@pytest.fixture(scope="module")
def address(folder: Path, provider: OpenIdProvider) -> Iterator[str]:
    environment = {
        "JIUZHU_OIDC_ISSUER": provider.address,
        "JIUZHU_OIDC_CLIENT_ID": CLIENT,
        "JIUZHU_OIDC_CLIENT_SECRET": SECRET,
        "JIUZHU_OIDC_LABEL": "检务通",
        "JIUZHU_MODEL": "off",
    }
    with real_server(folder, "--workers", "0", **environment) as running:
        yield running


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = open_store(Settings(data_dir=folder, cache_dir=None))
    yield opened
    opened.engine.dispose()


@pytest.fixture(autouse=True)
def as_it_was(provider: OpenIdProvider, store: Store) -> None:
    """Everybody may come in through the provider, nobody is bound, and the provider behaves."""
    with store.begin() as session:
        for user in session.scalars(select(User)):
            user.active = True
            allow_openid(session, user, user.login != "bai", by="system")
    provider.claims = {"sub": "0042", "preferred_username": "zhou"}
    provider.bend, provider.forge, provider.refuse = (lambda claims: claims), None, False


def come_in(address: str, next: str = "/account") -> httpx.Response:
    """What the browser gets that comes back from the provider."""
    with httpx.Client(base_url=address, follow_redirects=True, timeout=20) as browser:
        return browser.get("/sign-in/openid", params={"next": next})


def is_in(answer: httpx.Response) -> bool:
    return any(name.startswith("jiuzhu=") for name in answer.headers.get_list("set-cookie"))


def refusals(store: Store) -> list[dict[str, Any]]:
    with store.read() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "account.sign_in_refused"))
        return [{"actor": row.actor, **row.detail} for row in rows]


def test_the_way_in_binds_the_account_and_ends_where_one_wanted(
    address: str, store: Store, provider: OpenIdProvider
) -> None:
    with httpx.Client(base_url=address, follow_redirects=True, timeout=20) as browser:
        assert "检务通登录" in browser.get("/sign-in?next=/account").text
        answer = browser.get("/sign-in/openid", params={"next": "/account"})
        assert answer.status_code == 200 and is_in(answer) and 'url=/account"' in answer.text
        assert "zhou" in browser.get("/account").text
    with store.read() as session:
        user = session.scalars(select(User).where(User.login == "zhou")).one()
        assert user.subject is not None and "0042" not in user.subject and not user.subject.startswith("pending")
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.actor == user.id)).all()
    assert "account.openid_bound" in acts and "account.sign_in" in acts


def test_a_bound_person_comes_in_under_another_name_and_nobody_else_under_the_old_one(
    address: str, store: Store, provider: OpenIdProvider
) -> None:
    assert is_in(come_in(address))
    provider.claims = {"sub": "0042", "preferred_username": "zhou-married"}
    assert is_in(come_in(address))
    provider.claims = {"sub": "0077", "preferred_username": "zhou"}  # the name was given to somebody else
    answer = come_in(address)
    assert answer.status_code == 403 and not is_in(answer) and "没有对应的在用账号" in answer.text


@pytest.mark.parametrize("login", ["nobody", "bai", "wen"])
def test_who_has_no_open_account_stays_out_and_it_is_recorded(
    address: str, store: Store, provider: OpenIdProvider, login: str
) -> None:
    with store.begin() as session:
        session.scalars(select(User).where(User.login == "wen")).one().active = False
    before = len(refusals(store))
    provider.claims = {"sub": f"of-{login}", "preferred_username": login}
    answer = come_in(address)
    assert answer.status_code == 403 and not is_in(answer)
    assert len(refusals(store)) == before + 1 and refusals(store)[-1]["way"] == "openid"


def another_audience(claims: dict[str, Any]) -> dict[str, Any]:
    return {**claims, "aud": "another-service"}


def two_audiences(claims: dict[str, Any]) -> dict[str, Any]:
    return {**claims, "aud": [CLIENT, "another-service"]}


def expired(claims: dict[str, Any]) -> dict[str, Any]:
    return {**claims, "exp": int(time.time()) - 3600}


def another_nonce(claims: dict[str, Any]) -> dict[str, Any]:
    return {**claims, "nonce": "of another sign-in"}


def another_issuer(claims: dict[str, Any]) -> dict[str, Any]:
    return {**claims, "iss": "https://elsewhere.example"}


def without_subject(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name != "sub"}


@pytest.mark.parametrize(
    "bend", [another_audience, two_audiences, expired, another_nonce, another_issuer, without_subject]
)
def test_a_token_that_says_the_wrong_thing_opens_nothing(address: str, provider: OpenIdProvider, bend: Any) -> None:
    provider.bend = bend
    answer = come_in(address)
    assert answer.status_code == 502 and not is_in(answer) and "无法核实" in answer.text


def test_a_token_signed_by_nobody_or_somebody_else_opens_nothing(address: str, provider: OpenIdProvider) -> None:
    strange = _new_key(str(provider.key.kid))
    for forge in (unsigned, lambda claims: provider.signed(claims, strange), lambda claims: "not a token"):
        provider.forge = forge
        answer = come_in(address)
        assert answer.status_code == 502 and not is_in(answer)


def test_a_new_key_of_the_provider_is_fetched_once(address: str, provider: OpenIdProvider) -> None:
    assert is_in(come_in(address))
    asked = provider.asked_for_keys
    provider.change_key()
    assert is_in(come_in(address))
    assert is_in(come_in(address))
    assert provider.asked_for_keys == asked + 1


def test_a_way_back_that_this_browser_did_not_begin_opens_nothing(address: str, provider: OpenIdProvider) -> None:
    with httpx.Client(base_url=address, timeout=20) as victim, httpx.Client(timeout=20) as attacker:
        started = attacker.get(f"{address}/sign-in/openid")
        back = attacker.get(started.headers["location"]).headers["location"]
        answer = victim.get(back)
        assert answer.status_code == 400 and not is_in(answer) and "不是从本页开始" in answer.text
        begun = victim.get("/sign-in/openid")
        state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
        code = parse_qs(urlsplit(back).query)["code"][0]
        mixed = victim.get("/sign-in/openid/back", params={"code": code, "state": state})
        assert mixed.status_code == 502 and not is_in(mixed)  # the code belongs to another verifier and nonce


def test_a_code_is_good_once(address: str, provider: OpenIdProvider) -> None:
    with httpx.Client(base_url=address, timeout=20) as browser:
        started = browser.get("/sign-in/openid")
        kept = browser.cookies.get("jiuzhu_openid")
        back = browser.get(started.headers["location"]).headers["location"]
        assert is_in(browser.get(back))
        assert browser.cookies.get("jiuzhu_openid") is None
        again = httpx.get(back, cookies={"jiuzhu_openid": str(kept)})
        assert again.status_code == 502 and not is_in(again)
        assert "谁的什么" not in again.text  # the provider's words are shown to nobody


def test_a_cookie_that_we_did_not_make_is_none(address: str) -> None:
    for words in (b"", b"AAAA", b"\xc3\xa9\xc3\xa9", b"eyJzdGF0ZSI6ICJ4In0="):
        headers = [(b"cookie", b"jiuzhu_openid=" + words)]
        answer = httpx.get(f"{address}/sign-in/openid/back?state=x&code=y", headers=headers)
        assert answer.status_code == 400 and not is_in(answer)


def test_the_provider_may_refuse(address: str, provider: OpenIdProvider) -> None:
    provider.refuse = True
    answer = come_in(address)
    assert answer.status_code == 403 and "没有放行" in answer.text and not is_in(answer)


@pytest.mark.parametrize("next", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_the_way_on_never_leaves_this_service(address: str, next: str) -> None:
    assert 'url=/"' in come_in(address, next).text


def test_without_a_provider_local_accounts_still_come_in(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path / "data", cache_dir=None))
    with store.begin() as session:
        office = make_office(session, OFFICE)
        make_user(session, login="zhou", name="周", office=office, roles=(Role.LEADER,), password=PASSWORD, by="system")
    store.engine.dispose()
    gone = {"JIUZHU_OIDC_ISSUER": "http://127.0.0.1:9", "JIUZHU_OIDC_CLIENT_ID": CLIENT, "JIUZHU_MODEL": "off"}
    with real_server(tmp_path / "data", "--workers", "0", **gone) as running:
        answer = httpx.get(f"{running}/sign-in/openid", timeout=20)
        assert answer.status_code == 502 and "暂时无法使用" in answer.text
        signed_in = httpx.post(f"{running}/sign-in", data={"login": "zhou", "password": PASSWORD}, timeout=20)
        assert signed_in.status_code == 303 and is_in(signed_in)


def test_nothing_of_it_is_there_when_none_is_set(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with real_server(folder, "--workers", "0", JIUZHU_MODEL="off") as running:
        assert "sign-in/openid" not in httpx.get(f"{running}/sign-in").text
        assert httpx.get(f"{running}/sign-in/openid").headers["location"] == "/sign-in"
    code = "import api.app, api.service, sys; sys.exit('authlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PATH": os.environ["PATH"]})


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_a_browser_comes_in_with_one_click(address: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        wrong: list[str] = []
        tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        tab.goto(f"{address}/")
        tab.get_by_role("link", name="检务通登录").click()
        tab.wait_for_url(f"{address}/")
        assert tab.get_by_role("heading", level=1).first.is_visible()
        assert not wrong
        browser.close()
