"""What does not open the service to somebody who comes from the identity provider, and what is told and kept of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

pytest.importorskip("authlib")

from api.accounts.openid import Identity, OpenIdFailed, account_of
from api.accounts.sessions import Doormen
from api.addresses import inside, is_protected
from tests.service.openid_provider import CLIENT, _new_key, at_hash, unsigned
from tests.service.openid_site import OpenIdSite, is_in, openid_site
from tests.service.site import PASSWORD


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdSite]:
    with openid_site(tmp_path_factory.mktemp("refusals") / "data") as site:
        yield site


@pytest.fixture
def site(shared: OpenIdSite) -> OpenIdSite:
    shared.as_it_was()
    return shared


# ---------------------------------------------------------------- tokens

BENT: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "another-service"},
    "two audiences": {"aud": [CLIENT, "another-service"]},
    "two audiences, ours authorized": {"aud": [CLIENT, "another-service"], "azp": CLIENT},
    "no audience": {"aud": None},
    "another party": {"azp": "another-service"},
    "a party that is no text": {"azp": 7},
    "expired": {"exp": 1_700_000_000},
    "not yet": {"iat": 4_000_000_000},
    "another nonce": {"nonce": "of another sign-in"},
    "no nonce": {"nonce": None},
    "another issuer": {"iss": "https://elsewhere.example"},
    "no subject": {"sub": None},
    "a subject that is no text": {"sub": 42},
    "another access token": {"at_hash": at_hash("of-another")},
    "a hash that is no text": {"at_hash": ["x"]},
    "no name": {"preferred_username": None},
    "a name that is none": {"preferred_username": "zhou\x00"},
    "a name that is half a character": {"preferred_username": "\ud800"},
}


@pytest.mark.parametrize("words", BENT.values(), ids=BENT.keys())
def test_a_token_that_says_the_wrong_thing_opens_nothing(site: OpenIdSite, words: dict[str, Any]) -> None:
    assert is_in(site.come_in())
    asked = site.provider.asked_for_keys
    site.provider.bend = lambda claims: {k: v for k, v in {**claims, **words}.items() if v is not None}
    answer = site.come_in()
    assert answer.status_code == 502 and not is_in(answer)
    assert "无法核实" in answer.text and "openid.token" in answer.text
    assert site.provider.asked_for_keys == asked  # other keys would not make it true
    assert site.refusals()[-1] == {"actor": "anonymous", "way": "openid", "reason": "openid.token"}


@pytest.mark.parametrize("words", [{"aud": [CLIENT]}, {"azp": CLIENT}, {"at_hash": at_hash("x")}, {"nbf": 1}])
def test_a_token_that_says_the_right_thing_otherwise_is_believed(site: OpenIdSite, words: dict[str, Any]) -> None:
    site.provider.bend = lambda claims: {**claims, **words}
    assert is_in(site.come_in())


def test_two_clocks_may_differ_by_a_minute(site: OpenIdSite) -> None:
    site.provider.bend = lambda claims: {**claims, "exp": int(time.time()) - 20}
    assert is_in(site.come_in())
    site.provider.bend = lambda claims: {**claims, "exp": int(time.time()) - 90}
    assert not is_in(site.come_in())


def test_a_token_signed_by_nobody_or_somebody_else_opens_nothing(site: OpenIdSite) -> None:
    provider = site.provider
    assert is_in(site.come_in())
    strange, unknown = _new_key(str(provider.key.kid)), _new_key("unknown")
    for forge, fetched in (
        (unsigned, 0),
        (lambda claims: "not a token", 0),
        (lambda claims: provider.signed(claims, strange), 1),
        (lambda claims: provider.signed(claims, unknown), 1),
    ):
        provider.forge, asked = forge, provider.asked_for_keys
        answer = site.come_in()
        assert answer.status_code == 502 and not is_in(answer)
        assert provider.asked_for_keys == asked + fetched


@pytest.mark.parametrize("broken", ["closed", "busy", "page", "notice", "trouble"])
def test_a_provider_that_is_down_when_it_should_give_the_token_is_said_to_be_down(
    site: OpenIdSite, broken: str
) -> None:
    before = len(site.refusals())
    site.provider.broken = broken
    answer = site.come_in()
    assert answer.status_code == 502 and not is_in(answer)
    assert "没有应答" in answer.text and "openid.unreachable" in answer.text
    assert len(site.refusals()) == before  # nobody was refused


def test_a_provider_that_hangs_does_not_hold_up_everybody_else(site: OpenIdSite) -> None:
    site.provider_says()
    site.provider.hangs = 6
    with ThreadPoolExecutor(45) as pool:  # more than the service has threads
        started = time.monotonic()
        asked = [pool.submit(httpx.get, f"{site.address}/sign-in/openid", timeout=30) for _ in range(45)]
        time.sleep(0.5)
        local = httpx.post(f"{site.address}/sign-in", data={"login": "zhou", "password": PASSWORD}, timeout=30)
        assert is_in(local) and time.monotonic() - started < 5
        statuses = {answer.result().status_code for answer in asked}
    assert statuses == {303, 502}


# ---------------------------------------------------------------- the way back


def test_a_way_back_that_this_browser_did_not_begin_opens_nothing(site: OpenIdSite) -> None:
    with site.browser() as victim, site.browser() as attacker:
        started = attacker.get("/sign-in/openid")
        back = attacker.get(started.headers["location"]).headers["location"]
        answer = victim.get(back)
        assert answer.status_code == 400 and not is_in(answer)
        assert "不是从本页开始" in answer.text and "openid.state" in answer.text
        assert site.refusals()[-1] == {"actor": "anonymous", "way": "openid", "reason": "openid.state"}
        begun = victim.get("/sign-in/openid")
        state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
        code = parse_qs(urlsplit(back).query)["code"][0]
        mixed = victim.get("/sign-in/openid/back", params={"code": code, "state": state})
        assert mixed.status_code == 502 and not is_in(mixed)  # the code belongs to another verifier and nonce


@pytest.mark.parametrize("state", ["状态", "%ff", "", "é" * 2000])
def test_any_text_may_come_back_as_the_state(site: OpenIdSite, state: str) -> None:
    with site.browser() as browser:
        browser.get("/sign-in/openid")
        answer = browser.get("/sign-in/openid/back", params={"code": "代码", "state": state})
    assert answer.status_code == 400 and "openid.state" in answer.text


@pytest.mark.parametrize(("more", "status"), [({"code": "代码"}, 502), ({"iss": "https://other.example"}, 400)])
def test_a_strange_code_and_another_provider_open_nothing(site: OpenIdSite, more: dict[str, str], status: int) -> None:
    with site.browser() as browser:
        begun = browser.get("/sign-in/openid")
        back = browser.get(begun.headers["location"]).headers["location"]
        told = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
        answer = browser.get("/sign-in/openid/back", params={**told, **more})
    assert answer.status_code == status and not is_in(answer)


def test_a_cookie_that_we_did_not_make_is_none(site: OpenIdSite) -> None:
    for words in (b"", b"AAAA", b"\xc3\xa9\xc3\xa9", b"eyJzdGF0ZSI6ICJ4In0="):
        headers = [(b"cookie", b"jiuzhu_openid=" + words)]
        answer = httpx.get(f"{site.address}/sign-in/openid/back?state=x&code=y", headers=headers)
        assert answer.status_code == 400 and not is_in(answer)


def test_the_provider_may_refuse(site: OpenIdSite) -> None:
    site.provider.refuse = True
    answer = site.come_in()
    assert answer.status_code == 403 and "没有放行" in answer.text and not is_in(answer)
    assert site.refusals()[-1]["reason"] == "openid.refused"


OUTSIDE = [
    "https://elsewhere.example/",
    "//elsewhere.example",
    "///elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "/\t/elsewhere.example",
    "/\n/elsewhere.example",
    "/\r\n/elsewhere.example",
    "/\x00/elsewhere.example",
    "/\u200b/elsewhere.example",
    " //elsewhere.example",
    "/a\\..\\..//elsewhere.example",
    "javascript:alert(1)",
    "elsewhere",
    "/" + "a" * 1000,
    "/" + "张" * 334,
    "",
]


@pytest.mark.parametrize("next", OUTSIDE)
def test_the_way_on_never_leaves_this_service(site: OpenIdSite, next: str) -> None:
    assert inside(next) == "/"
    if "\x00" in next:  # goes no further than the edge
        return
    assert 'url=/"' in site.come_in(next).text
    with site.browser() as browser:
        here = browser.post("/sign-in", data={"login": "zhou", "password": PASSWORD, "next": next[:1000]})
        assert here.headers["location"] == inside(next[:1000])
        assert browser.get("/sign-in", params={"next": next}).headers["location"] == "/"


@pytest.mark.parametrize("next", ["/", "/account", "/search?q=张 三", "/dossiers/a1#d1-3", "/statistics?of=2026-01//x"])
def test_the_way_on_inside_this_service_is_kept(next: str) -> None:
    assert inside(next) == next


# ---------------------------------------------------------------- accounts, and who tries too often


@pytest.mark.parametrize("login", ["nobody", "bai", "wen"])
def test_who_has_no_open_account_stays_out_and_it_is_recorded(site: OpenIdSite, login: str) -> None:
    from api.store.tables import User

    with site.service.store.begin() as session:
        session.get_one(User, site.user("wen").id).active = False
    before = len(site.refusals())
    site.provider.claims = {"sub": f"of-{login}", "preferred_username": login}
    answer = site.come_in()
    assert answer.status_code == 403 and not is_in(answer) and "openid.account" in answer.text
    assert len(site.refusals()) == before + 1 and site.refusals()[-1]["reason"] == "openid.account"


def test_of_two_who_come_at_once_under_one_name_one_is_bound(site: OpenIdSite) -> None:
    first, second = (Identity(letter * 64, "zhou", "") for letter in "ab")
    with site.service.store.begin() as session:
        assert account_of(session, first) is not None
        assert account_of(session, second) is None
        assert account_of(session, first) is not None


def test_an_address_that_is_refused_five_times_waits_and_local_accounts_do_not(site: OpenIdSite) -> None:
    site.provider.claims = {"sub": "9", "preferred_username": "nobody"}
    assert [site.come_in().status_code for _ in range(6)] == [403] * 5 + [429]
    recorded = len(site.refusals())
    site.provider.claims = {"sub": "0042", "preferred_username": "zhou"}
    waiting = site.come_in()
    assert waiting.status_code == 429 and "请等待" in waiting.text and "openid.wait" in waiting.text
    assert httpx.get(f"{site.address}/sign-in/openid/back?state=x").status_code == 429
    assert len(site.refusals()) == recorded  # the trail is not filled by whoever goes on trying
    local = httpx.post(f"{site.address}/sign-in", data={"login": "zhou", "password": PASSWORD})
    assert local.status_code == 303 and is_in(local)
    site.service.doormen = Doormen()
    assert is_in(site.come_in())


def test_coming_in_forgets_the_refusals_before(site: OpenIdSite) -> None:
    for _ in range(3):
        site.provider.claims = {"sub": "9", "preferred_username": "nobody"}
        for _ in range(4):
            assert site.come_in().status_code == 403
        site.provider.claims = {"sub": "0042", "preferred_username": "zhou"}
        assert is_in(site.come_in())


def test_a_picture_on_another_site_cannot_lock_anybody_out(site: OpenIdSite) -> None:
    before = len(site.refusals())
    unseen = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    for _ in range(8):
        assert httpx.get(f"{site.address}/sign-in/openid/back?state=x", headers=unseen).status_code == 400
    assert len(site.refusals()) == before and is_in(site.come_in())


def test_wrong_passwords_do_not_lock_an_account_that_has_none(site: OpenIdSite) -> None:
    from api.store.tables import User

    with site.service.store.begin() as session:
        session.get_one(User, site.user("zhou").id).password_hash = None
    for _ in range(6):
        answer = httpx.post(f"{site.address}/sign-in", data={"login": "zhou", "password": "x" * 12})
        assert answer.status_code == 401
    assert site.user("zhou").locked_until is None and is_in(site.come_in())


# ---------------------------------------------------------------- what the provider tells of itself


@pytest.mark.parametrize(
    "words",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://id.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "http://id.example/keys"},
        {"jwks_uri": None},
        {"jwks_uri": 7},
        {"end_session_endpoint": "http://id.example/leave"},
    ],
)
def test_addresses_that_others_could_read_are_not_used(site: OpenIdSite, words: dict[str, Any]) -> None:
    site.provider_says(**words)
    answer = site.come_in()
    assert answer.status_code == 502 and "openid.metadata" in answer.text and "须为 https" in answer.text
    site.provider.says = {}
    assert is_in(site.come_in())  # as soon as it is mended


PROTECTED = [
    "https://id.example",
    "https://id.example:8443/a?b=c",
    "http://localhost:8080/r",
    "http://127.0.0.1",
    "http://[::1]:9/",
]
OPEN = [
    "http://id.example",
    "http://localhost.example",
    "http://127.0.0.1.example",
    "http://10.0.0.5",
    "https://",
    "https://zhou:x@id.example",
    "https://id.example/#a",
    "https://id.example/\tx",
    "https://id.example:port",
    "https://[id.example",
    "https://认证.example",
    "ftp://id.example",
    "id.example",
    "",
]


@pytest.mark.parametrize(("address", "good"), [(a, True) for a in PROTECTED] + [(a, False) for a in OPEN])
def test_an_address_is_protected_by_https_or_by_staying_here(address: str, good: bool) -> None:
    assert is_protected(address) is good


def test_a_failure_tells_no_secret_in_its_representation(site: OpenIdSite) -> None:
    assert site.service.openid is not None
    _, begun = site.service.openid.begin("http://127.0.0.1/back", "/")
    shown = repr(begun) + repr(Identity("a" * 64, "zhou", "ey.x.y")) + repr(site.service.openid._of_us)
    assert begun.verifier not in shown and begun.state not in shown and "ey.x.y" not in shown
    assert "a-secret-of-the-tests" not in shown
    with pytest.raises(OpenIdFailed):
        site.service.openid.finish("http://127.0.0.1/back", begun, {"state": "another"})
