"""Addresses as people have them: links that lead through signing in, forms sent without script, nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from markupsafe import escape

from api.accounts.directory import make_office, make_user
from api.accounts.rights import Role
from api.service import build_service
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import OFFICE, Site, site_settings

PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path_factory.mktemp("addresses"))), screener)
    made.upload(TEXT)
    yield made
    made.store.engine.dispose()


@pytest.mark.parametrize(
    ("asked", "next"),
    [
        ("/", "/"),
        ("/dossiers/1?find=%E4%BD%8E%E4%BF%9D", "/dossiers/1?find=%E4%BD%8E%E4%BF%9D"),
        ("/search?q=a%26b&offset=10", "/search?q=a%26b&offset=10"),
        (f"/search?q={'a' * 1200}", "/search"),
        ("/dossiers/a?next=//elsewhere.example", "/dossiers/a?next=//elsewhere.example"),
    ],
)
def test_who_must_sign_in_first_is_led_on_to_what_was_asked_for(site: Site, asked: str, next: str) -> None:
    answer = site.as_(None).get(asked, headers=PAGE, follow_redirects=False)
    to, _, query = answer.headers["location"].partition("?")
    assert answer.status_code == 303 and to == "/sign-in" and parse_qs(query) == {"next": [next]}
    assert f'name="next" value="{escape(next)}"' in site.as_(None).get(answer.headers["location"]).text


def test_who_must_set_a_password_first_is_led_on_afterwards(site: Site) -> None:
    with site.store.begin() as session:
        office = make_office(session, OFFICE)
        _, password = make_user(session, login="new", name="新人", office=office, roles=(Role.LEADER,), by="system")
    visitor = site.as_(None)
    told = visitor.post("/sign-in", data={"login": "new", "password": password, "next": "/search?q=a%26b#x"})
    assert told.history[0].headers["location"] == "/search?q=a%26b#x"
    answer = visitor.get("/search?q=a%26b", headers=PAGE, follow_redirects=False)
    assert answer.headers["location"] == "/account?next=/search%3Fq%3Da%2526b"
    visitor.cookies.clear()


EMPTY = {
    "/": "level=&state=&changed=&article=&group=&waiting=&charge=&office=&after=",
    "/uploads": "state=&offset=",
    "/search": "q=&offset=",
    "/statistics": "since=&until=",
    "/recall": "month=",
    "/audit": "before=&of=",
    "/annotate": "show=&state=&source=&attribute=&office=&after=",
}


@pytest.mark.parametrize("page", EMPTY)
def test_fields_that_were_left_empty_are_as_if_not_there(site: Site, page: str) -> None:
    """As a form sends them without script."""
    visitor = site.as_(Role.AUDITOR if page == "/audit" else Role.ANNOTATOR if page == "/annotate" else Role.LEADER)
    answer = visitor.get(f"{page}?{EMPTY[page]}", headers=PAGE)
    assert answer.status_code == 200
    if page == "/":
        assert "蔺某某" in answer.text and 'value="red" checked' in answer.text


@pytest.mark.parametrize(
    "query", ["waiting=soon", "changed=perhaps", "level=purple", "state=asleep", "after=x", "waiting=&level=%F0%9F"]
)
def test_a_filter_that_is_none_is_told_on_a_page(site: Site, query: str) -> None:
    answer = site.as_(Role.LEADER).get(f"/?{query}", headers=PAGE)
    assert answer.status_code == 422 and answer.headers["content-type"].startswith("text/html")
    assert "无法识别" in answer.text and "query" not in answer.text and "openapi" not in answer.text
    told = site.as_(Role.LEADER).get(f"/api/v1/leads?{query}")
    assert told.status_code == 422 and told.json()["error"]["code"] in ("request.invalid", "page.after")


@pytest.mark.parametrize("query", ["office=none", "article=无", "charge=无"])
def test_a_filter_that_fits_nothing_shows_nothing(site: Site, query: str) -> None:
    answer = site.as_(Role.LEADER).get(f"/?{query}", headers=PAGE)
    assert answer.status_code == 200 and "没有符合筛选条件的线索" in answer.text
