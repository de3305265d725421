"""Every address, every method, everybody: who gets in. A new route without a line in `rights.yaml` fails the test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from api.accounts.rights import SCOPES, Role
from api.routes import events
from api.service import build_service
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import Site, site_settings

_OPEN = {"/healthz", "/readyz", "/metrics", "/static/{mark}/{name}", "/sign-in", "/api/v1/openapi.json"}
# the way through the identity provider is for those who have not signed in
_OPEN |= {"/sign-in/openid", "/sign-in/openid/back"}
# where the right is asked for only when the request makes sense
_BODIES = {"/unmask": {"reason": "review"}, "/password": {"old": "x", "new": "y"}}
# what takes something away from those who come after
_LAST = ("DELETE /api/v1/dossiers/{dossier_id}", "POST /api/v1/me/sign-out")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path_factory.mktemp("rights"))), screener)
    yield made
    made.store.engine.dispose()


def leaves(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    for route in routes:
        included = getattr(route, "original_router", None)  # newer FastAPI keeps routers as they were included
        if included is not None:
            yield from leaves(included.routes, prefix + (route.include_context.prefix or ""))  # type: ignore[attr-defined]
        elif hasattr(route, "dependant"):
            for method in sorted(route.methods or ()):
                if method not in ("HEAD", "OPTIONS"):
                    yield prefix + route.path, method


def _expected() -> dict[tuple[str, str], tuple[set[str], set[str]]]:
    """For every method and address those who get in, and those for whom there is nothing."""
    table = yaml.safe_load((Path(__file__).parent / "rights.yaml").read_text("utf-8"))["addresses"]
    expected = {}
    for path, methods in table.items():
        for method, who in methods.items():
            told = who if isinstance(who, dict) else {"in": who, "hidden": []}
            expected[path, method] = (set(told["in"]), set(told["hidden"]))
    return expected


_FILLED = {"document_id": "d1", "victim_id": "v1", "page": "1", "letter_id": "notice"}
_FILLED |= {"month": "2020-01", "kind": "csv", "number": "1"}


def filled_in(path: str, values: dict[str, str]) -> str:
    """An address with something in every place; `none` where nothing is known."""
    return re.sub(r"\{(\w+)[^}]*\}", lambda place: {**_FILLED, **values}.get(place[1], "none"), path)


def everybody_of(site: Site) -> dict[str, TestClient]:
    people = {str(role): site.as_(role) for role in Role if role is not Role.LEADER}
    keys = {f"key {scope}": site.with_key(scope) for scope in SCOPES}
    return {"nobody": site.as_(None), **people, **keys, "leader": site.as_(Role.LEADER)}


def test_every_address_has_its_line(site: Site) -> None:
    there = {(path, method) for path, method in leaves(site.app.routes) if path not in _OPEN}
    assert there == set(_expected())
    assert len(there) > 60


def test_everybody_gets_in_where_they_may_and_nowhere_else(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_LONGEST", 0.0)
    dossier = site.upload(TEXT)
    leader = site.as_(Role.LEADER)
    correction = {"victim": "v1", "attribute": "injury", "kind": "value", "corrected": "重伤一级"}
    leader.post(f"/api/v1/dossiers/{dossier}/corrections", json=correction)
    (item,) = leader.get("/api/v1/annotation").json()["items"]
    (lead,) = leader.get("/api/v1/leads").json()["leads"]
    filled = {"dossier_id": dossier, "item_id": item["id"], "lead_id": lead["id"]}
    everybody = everybody_of(site)
    expected = _expected()
    order = sorted(expected, key=lambda pair: (f"{pair[1]} {pair[0]}" in _LAST, pair))
    wrong = []
    for path, method in order:
        address = filled_in(path, filled)
        body: Any = next((body for ending, body in _BODIES.items() if path.endswith(ending)), {})
        let_in, nothing = expected[path, method]
        for who, client in everybody.items():
            sent = {"json": body} if method != "GET" else {}
            status = client.request(method, address, follow_redirects=False, **sent).status_code
            if who in let_in:
                fits = status not in (401, 403) and (status != 404 or "none" in address)
            elif who in nothing:
                fits = status == 404
            else:
                fits = status == (401 if who == "nobody" else 403)
            if not fits:
                wrong.append((who, method, address, status))
    assert wrong == []
