"""The API against its own document: whatever fits the document, or nearly, is answered without an internal error.

Every operation is asked by somebody signed in who may, by a key with every scope, and by nobody; with ids that are
there, for no id made up would be found.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from sqlalchemy import select
from starlette.testclient import TestClient

from api.accounts.rights import SCOPES, Role
from api.examples import _examples, main_answers
from api.service import build_service
from api.store.tables import Correction, Job, Lead, Upload
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import Site, site_settings

_LEFT_OUT = ("/events", "/sign-out", "/password")  # do not end by themselves, or end the session that asks
_ADMINISTRATION = ("/users", "/keys", "/hooks", "/jobs", "/audit", "/offices")
_ENDS_ALL = ("DELETE", "/api/v1/dossiers/{dossier_id}")
_EXAMPLES = 6  # requests for each operation


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, screener: Screener
) -> Iterator[Site]:
    url = request.getfixturevalue("cluster").database() if request.param == "postgresql" else None
    kept = site_settings(tmp_path_factory.mktemp("openapi")).model_copy(update={"database_url": url})
    made = Site(build_service(kept), screener)
    dossier = made.upload(TEXT)
    correction = {"victim": "v1", "attribute": "injury", "kind": "value", "corrected": "重伤一级"}
    made.as_(Role.LEADER).post(f"/api/v1/dossiers/{dossier}/corrections", json=correction)
    yield made
    made.store.engine.dispose()


def ids_of(site: Site) -> dict[str, Any]:
    """What is there, by the names that addresses have for it."""
    leader = site.as_(Role.LEADER)

    def ask(address: str) -> Any:
        return leader.get(f"/api/v1/{address}").raise_for_status().json()

    (dossier,) = ask("dossiers")["dossiers"]
    with site.store.read() as session:
        found = {
            name: session.scalars(select(table.id)).first()
            for name, table in (("lead_id", Lead), ("correction_id", Correction), ("upload_id", Upload))
        }
        found["job_id"] = session.scalars(select(Job.id)).first()
    assert None not in found.values()
    (item,) = ask("annotation")["items"]
    found |= {"dossier_id": dossier["id"], "document_id": "d1", "victim_id": "v1", "page": 1, "item_id": item["id"]}
    return found | {"letter_id": ask("letters")[0]["id"], "kind": "csv", "month": "2026-01"}


def test_no_request_is_answered_with_an_internal_error(site: Site) -> None:
    document = schemathesis.openapi.from_dict(site.app.openapi())
    ids, key = ids_of(site), site.with_key(*SCOPES)
    asked, answers = 0, Counter[tuple[str, int]]()
    for found in document.get_all_operations():
        operation: Any = found.ok()
        if operation.path.endswith(_LEFT_OUT):
            continue

        @given(case=operation.as_strategy())
        @settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            there = case.path_parameters or {}
            if asked % 3 and (case.method.upper(), case.path) != _ENDS_ALL:  # two of three are asked of what is there
                there.update({name: ids[name] for name in there if name in ids})
            is_admin = any(part in case.path for part in _ADMINISTRATION)
            person = site.as_(Role.ADMINISTRATOR if is_admin else Role.LEADER)
            for who, client in (("person", person), ("key", key), ("nobody", site.as_(None))):
                answers[who, _ask(client, case)] += 1

        ask()
    assert asked > 200
    assert {status for who, status in answers if who == "nobody"} <= {401, 422}  # 422: signs refused at the edge
    assert answers["person", 200] > 50 and answers["key", 200] > 10 and answers["key", 403] > 10, answers


def _ask(client: TestClient, case: Any) -> int:
    """The status of the answer, which is none of an internal error and has the one shape of errors."""
    whole = case.as_transport_kwargs(base_url="http://testserver")
    sent = {name: whole[name] for name in ("params", "json") if whole.get(name) is not None}
    headers = {"X-CSRF-Token": client.headers.get("X-CSRF-Token", "")}
    if whole.get("files") or isinstance(whole.get("data"), dict):
        parts = whole.get("files") or list(whole["data"].items())
        sent["content"], headers["Content-Type"] = _multipart(parts), "multipart/form-data; boundary=b"
    elif isinstance(whole.get("data"), str | bytes):
        sent["content"] = whole["data"]
    answer = client.request(whole["method"], whole["url"], headers=headers, **sent)
    assert answer.status_code < 500, (case.method, case.path, answer.text)
    if answer.status_code >= 400:
        assert set(answer.json()["error"]) == {"code", "message", "hint", "request_id"}
    return answer.status_code


def _multipart(parts: Any) -> bytes:
    """The parts as they are sent, whatever they hold: the client would refuse some of them itself."""
    body = b""
    for name, value in parts.items() if isinstance(parts, dict) else parts:
        content = value[1] if isinstance(value, tuple) else value
        head = f'Content-Disposition: form-data; name="{name}"' + ('; filename="f.txt"' if name == "files" else "")
        raw = content if isinstance(content, bytes) else str(content).encode("utf-8", "replace")
        body += b"--b\r\n" + head.encode("utf-8", "replace") + b"\r\n\r\n" + raw + b"\r\n"
    return body + b"--b--\r\n"


def test_every_body_and_main_answer_has_an_example_that_fits_its_schema(site: Site) -> None:
    document = site.app.openapi()
    whole = {"$defs": document["components"]["schemas"]}
    missing, wrong = [], []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for content in (*operation.get("requestBody", {}).get("content", {}).values(), *main_answers(operation)):
                if "example" not in content:
                    missing.append((method, path))
                    continue
                schema = json.loads(json.dumps(content["schema"] | whole).replace("#/components/schemas/", "#/$defs/"))
                errors = Draft202012Validator(schema).iter_errors(content["example"])
                wrong += [(method, path, error.json_path, error.message[:200]) for error in errors]
    assert missing == [] and wrong == []
    told = {f"{method.upper()} {path[7:]}" for path, methods in document["paths"].items() for method in methods}
    assert set(_examples()) <= told  # none of an address that is gone


def test_the_document_has_one_shape_of_error(site: Site) -> None:
    document = site.app.openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), (path, method)
            shape = operation["responses"]["404"]["content"]["application/json"]["schema"]["$ref"]
            assert shape.endswith("/Problem")
