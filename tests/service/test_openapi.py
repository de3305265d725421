"""The API against its own document: whatever fits the document, or nearly, is answered without an internal error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from api.accounts.rights import Role
from api.service import build_service
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import Site, site_settings

_LEFT_OUT = ("/events", "/sign-out", "/password")  # do not end by themselves, or end the session that asks
_ADMINISTRATION = ("/users", "/keys", "/hooks", "/jobs", "/audit", "/offices")
_EXAMPLES = 6  # requests for each operation


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path_factory.mktemp("openapi"))), screener)
    dossier = made.upload(TEXT)
    correction = {"victim": "v1", "attribute": "injury", "kind": "value", "corrected": "重伤一级"}
    made.as_(Role.LEADER).post(f"/api/v1/dossiers/{dossier}/corrections", json=correction)
    yield made
    made.store.engine.dispose()


def test_no_request_is_answered_with_an_internal_error(site: Site) -> None:
    document = schemathesis.openapi.from_dict(site.app.openapi())
    (item,) = site.as_(Role.LEADER).get("/api/v1/annotation").json()["items"]
    asked = 0
    for found in document.get_all_operations():
        operation: Any = found.ok()
        if operation.path.endswith(_LEFT_OUT):
            continue

        @given(case=operation.as_strategy())
        @settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            if "item_id" in (case.path_parameters or {}) and asked % 3:
                case.path_parameters["item_id"] = item["id"]  # no id made up would be found
            _ask(site, case)

        ask()
    assert asked > 200


def _ask(site: Site, case: Any) -> None:
    role = Role.ADMINISTRATOR if any(part in case.path for part in _ADMINISTRATION) else Role.LEADER
    client = site.as_(role)
    whole = case.as_transport_kwargs(base_url="http://testserver")
    sent = {name: whole[name] for name in ("params", "json") if whole.get(name) is not None}
    headers = {"X-CSRF-Token": client.headers["X-CSRF-Token"]}
    if whole.get("files") or isinstance(whole.get("data"), dict):
        parts = whole.get("files") or list(whole["data"].items())
        sent["content"], headers["Content-Type"] = _multipart(parts), "multipart/form-data; boundary=b"
    elif isinstance(whole.get("data"), str | bytes):
        sent["content"] = whole["data"]
    answer = client.request(whole["method"], whole["url"], headers=headers, **sent)
    assert answer.status_code < 500, (case.method, case.path, answer.text)
    if answer.status_code >= 400:
        assert set(answer.json()["error"]) == {"code", "message", "hint", "request_id"}


def _multipart(parts: Any) -> bytes:
    """The parts as they are sent, whatever they hold: the client would refuse some of them itself."""
    body = b""
    for name, value in parts.items() if isinstance(parts, dict) else parts:
        content = value[1] if isinstance(value, tuple) else value
        head = f'Content-Disposition: form-data; name="{name}"' + ('; filename="f.txt"' if name == "files" else "")
        raw = content if isinstance(content, bytes) else str(content).encode("utf-8", "replace")
        body += b"--b\r\n" + head.encode("utf-8", "replace") + b"\r\n\r\n" + raw + b"\r\n"
    return body + b"--b--\r\n"


def test_the_document_has_examples_and_one_shape_of_error(site: Site) -> None:
    document = site.app.openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), (path, method)
            shape = operation["responses"]["404"]["content"]["application/json"]["schema"]["$ref"]
            assert shape.endswith("/Problem")
    assert document["components"]["schemas"]["ShortText"]["properties"]["text"]["examples"]
