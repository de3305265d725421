"""Signs that no database keeps are refused at the edge, wherever they stand, on both databases and whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.accounts.rights import Role
from api.edge import LARGEST_BODY
from api.service import build_service
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import Site, site_settings

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON = {"Content-Type": "application/json"}
_PARTS = {"Content-Type": "multipart/form-data; boundary=b"}


def _part(head: str, value: str) -> str:
    return f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, screener: Screener
) -> Iterator[Site]:
    url = request.getfixturevalue("cluster").database() if request.param == "postgresql" else None
    kept = site_settings(tmp_path_factory.mktemp("edge")).model_copy(update={"database_url": url})
    made = Site(build_service(kept), screener)
    yield made
    made.store.engine.dispose()


REFUSED: list[tuple[Role | None, str, str, dict[str, Any]]] = [
    (None, "POST", "/sign-in", {"content": "login=a%00b&password=x", "headers": _FORM}),
    (None, "POST", "/sign-in", {"content": _part('name="login"', "a\0") + "--b--\r\n", "headers": _PARTS}),
    (None, "GET", "/dossiers/%00", {}),
    (None, "GET", "/sign-in?next=/%00", {}),
    (Role.LEADER, "GET", "/dossiers/%00", {}),
    (Role.LEADER, "GET", "/api/v1/leads?charge=%00", {}),
    (Role.LEADER, "GET", "/search?q=a%00", {}),
    (Role.LEADER, "GET", "/api/v1/me", {"headers": {"Authorization": b"Bearer jz_\0_x"}}),
    (Role.ADMINISTRATOR, "GET", "/api/v1/audit?of=%00", {}),
    (Role.LEADER, "POST", "/api/v1/screen", {"content": '{"text": "x", "name": "\\u0000"}', "headers": _JSON}),
    (Role.LEADER, "POST", "/api/v1/screen", {"content": '{"text": "x", "name": "\\ud83d"}', "headers": _JSON}),
    (Role.LEADER, "POST", "/api/v1/screen", {"content": b'{"text": "x", "name": "\xed\xa0\xbd"}', "headers": _JSON}),
    (
        Role.LEADER,
        "POST",
        "/api/v1/dossiers",
        {"content": _part('name="files"; filename="a\0.txt"', TEXT) + "--b--\r\n", "headers": _PARTS},
    ),
    (
        Role.LEADER,
        "POST",
        "/api/v1/dossiers",
        {
            "content": _part('name="number"', "甲\0") + _part('name="files"; filename="a.txt"', TEXT) + "--b--\r\n",
            "headers": _PARTS,
        },
    ),
]


@pytest.mark.parametrize(("role", "method", "address", "sent"), REFUSED)
def test_what_cannot_be_kept_is_refused(
    site: Site, role: Role | None, method: str, address: str, sent: dict[str, Any]
) -> None:
    client = site.as_(role)
    content = sent.get("content")
    if isinstance(content, str):
        sent = {**sent, "content": content.encode()}
    answer = client.request(method, address, **sent)
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["code"] == "request.signs" and error["request_id"] == answer.headers["x-request-id"]


def test_a_new_account_with_such_a_name_is_refused_and_a_plain_one_made(site: Site) -> None:
    administrator = site.as_(Role.ADMINISTRATOR)
    body = {"login": "zhou", "name": "周\0", "office": "临溪县人民检察院", "roles": ["leader"]}
    assert administrator.post("/api/v1/users", json=body).json()["error"]["code"] == "request.signs"
    assert administrator.post("/api/v1/users", json=body | {"name": "周\\u0000某😀"}).status_code == 201


def test_files_may_hold_anything(site: Site) -> None:
    files = {"files": ("卷.bin", b"\0\xed\xa0\xbd", "application/octet-stream")}
    assert site.as_(Role.LEADER).post("/api/v1/dossiers", files=files).status_code == 202


def test_a_request_without_files_has_a_longest_length(site: Site) -> None:
    answer = site.as_(Role.LEADER).post("/api/v1/screen", content=b"x" * (LARGEST_BODY + 1), headers=_JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request.too_large")
