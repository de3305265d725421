"""Annotators at work on a site: accounts, a correction that asks them something, answers as a browser gives them."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from api.accounts.directory import make_office, make_user
from api.accounts.rights import Role
from api.jobs.kinds import screen
from api.jobs.queue import add
from api.service import build_service
from api.settings import Settings
from api.store.tables import AnnotationItem
from api.wiring import Screener
from tests.service.site import OFFICE, PASSWORD, Site


def annotated_site(settings: Settings, screener: Screener) -> Site:
    """A site with two annotators, bao and cen."""
    made = Site(build_service(settings), screener)
    for login in ("bao", "cen"):
        account(made, login, Role.ANNOTATOR)
    return made


def account(site: Site, login: str, role: Role, office: str = OFFICE, sealed: bool = False) -> None:
    with site.store.begin() as session:
        there = make_office(session, office)
        make_user(
            session,
            login=login,
            name=login,
            office=there,
            roles=(role,),
            password=PASSWORD,
            by="system",
            sealed_cases=sealed,
        )


def browser_of(site: Site, login: str) -> TestClient:
    """A browser of an account of this test."""
    if login not in site._clients:
        client = TestClient(site.app, base_url="http://testserver", raise_server_exceptions=False)
        answer = client.post(
            "/sign-in", data={"login": login, "password": PASSWORD, "next": "/account"}, follow_redirects=True
        )
        client.headers["X-CSRF-Token"] = answer.text.split('name="csrf" content="')[1].split('"')[0]
        site._clients[login] = client
    return site._clients[login]


def correct(site: Site, dossier: str, corrected: str = "重伤一级", **more: Any) -> dict[str, Any]:
    body = {"victim": "v1", "attribute": "injury", "kind": "value", "corrected": corrected}
    answer = site.as_(Role.CASE_HANDLER).post(f"/api/v1/dossiers/{dossier}/corrections", json={**body, **more})
    assert answer.status_code == 201, answer.text
    parts: list[dict[str, Any]] = answer.json()
    return parts[-1]


def items(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/annotation", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def words_in(detail: dict[str, Any], wanted: str) -> dict[str, str]:
    """The segments whose joined text is `wanted`, as a browser finds them from a selection."""
    for passage in detail["passages"]:
        for line in passage["lines"]:
            for start in range(len(line)):
                for end in range(start + 1, len(line) + 1):
                    if "".join(s["text"] for s in line[start:end]) == wanted:
                        ids = {"first": line[start]["id"], "last": line[end - 1]["id"]}
                        return {"document": passage["document"], **ids, "words": wanted}
    raise AssertionError(f"{wanted} is not made of whole segments")


def answer_injury(client: TestClient, item: str, grade: str | None, words: str = "重伤二级", **more: Any) -> Any:
    """Answers with an injury, or that none is stated."""
    detail = client.get(f"/api/v1/annotation/{item}").json()
    body: dict[str, Any] = {"result": detail["result"], "verdict": "unstated" if grade is None else "value"}
    if grade is not None:
        body["values"] = [{"fields": {"grade": grade}, "words": [words_in(detail, words)]}]
    return client.post(f"/api/v1/annotation/{item}/answers", json={**body, **more})


def state_of(site: Site, item: str) -> str:
    with site.store.read() as session:
        return session.get_one(AnnotationItem, item).state


def screen_again(site: Site, dossier: str) -> None:
    with site.store.begin() as session:
        add(session, screen.KIND, dossier_id=dossier)
    site.work()
