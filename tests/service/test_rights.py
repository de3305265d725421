"""Every address, every method, every role: who gets in. A new route without a line here fails the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.routing import BaseRoute

from api.accounts.rights import PERMISSIONS, Permission, Role
from api.service import build_service
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import Site, site_settings

_OPEN = {"/healthz", "/readyz", "/metrics", "/static/{mark}/{name}", "/sign-in", "/api/v1/openapi.json"}
# the way through the identity provider is for those who have not signed in
_OPEN |= {"/sign-in/openid", "/sign-in/openid/back"}
# addresses whose right is not a permission of a dependency: everybody who has signed in, or their own check
_KNOWN = {
    "/",
    "/account",
    "/api/v1/me",
    "/api/v1/me/sign-out",
    "/api/v1/me/password",
    "/api/v1/events",
    "/api/v1/dossiers",
    "/api/v1/dossiers/{dossier_id}",
    "/api/v1/dossiers/{dossier_id}/events",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path_factory.mktemp("rights"))), screener)
    yield made
    made.store.engine.dispose()


def _leaves(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str, frozenset[Permission] | None]]:
    for route in routes:
        included = getattr(route, "original_router", None)  # newer FastAPI keeps routers as they were included
        if included is not None:
            yield from _leaves(included.routes, prefix + (route.include_context.prefix or ""))  # type: ignore[attr-defined]
        elif hasattr(route, "dependant"):
            needed = _permissions(route.dependant)
            for method in sorted(route.methods or ()):
                if method not in ("HEAD", "OPTIONS"):
                    yield prefix + route.path, method, needed


def _permissions(dependant: object) -> frozenset[Permission] | None:
    """What the dependencies of a route ask for; None when nothing asks who is there."""
    found: frozenset[Permission] | None = None
    for inner in dependant.dependencies:  # type: ignore[attr-defined]
        if inner.call.__name__ in ("current_visitor", "check"):
            found = (found or frozenset()) | frozenset(getattr(inner.call, "permissions", ()))
        deeper = _permissions(inner)
        if deeper is not None:
            found = (found or frozenset()) | deeper
    return found


def test_every_route_asks_who_is_there(site: Site) -> None:
    routes = list(_leaves(site.app.routes))
    assert len(routes) > 50
    for path, method, needed in routes:
        if path in _OPEN:
            continue
        assert needed is not None, f"{method} {path} asks nobody"
        assert needed or path in _KNOWN, f"{method} {path} asks for no permission"


def test_roles_get_in_where_they_may_and_nowhere_else(site: Site) -> None:
    dossier = site.upload(TEXT)
    correction = {"victim": "v1", "attribute": "injury", "kind": "value", "corrected": "重伤一级"}
    site.as_(Role.LEADER).post(f"/api/v1/dossiers/{dossier}/corrections", json=correction)
    (item,) = site.as_(Role.ANNOTATOR).get("/api/v1/annotation").json()["items"]
    filled = {"dossier_id": dossier, "document_id": "d1", "victim_id": "v1", "page": "1", "letter_id": "notice"}
    filled |= {"item_id": item["id"], "month": "2020-01", "kind": "csv", "start": "0"}
    wrong = []
    for path, method, needed in _leaves(site.app.routes):
        if path in _OPEN or path in _KNOWN or "events" in path:
            continue
        address = path
        for name, value in filled.items():
            address = address.replace("{" + name + "}", value)
        while "{" in address:
            head, _, tail = address.partition("{")
            address = head + "none" + tail.partition("}")[2]
        for role in (None, *Role):
            if method == "DELETE" and path.endswith("/{dossier_id}") and role is Role.LEADER:
                continue  # would take the dossier away from the rest
            if path.endswith("screen-all") and role is Role.ADMINISTRATOR:
                continue
            status = site.as_(role).request(method, address, json={}).status_code
            expected_in = role is not None and (needed or frozenset()) <= PERMISSIONS[role]
            assert status != 404 or "item_id" not in path, f"{role} {address}: hidden instead of refused or shown"
            refused = status in (401, 403)
            if refused == expected_in and not (role is None and status == 401):
                wrong.append((role, method, address, status))
    assert wrong == []
