"""The application as a visitor meets it: a client for each role, and a real server as a process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from api.accounts.directory import make_office, make_user
from api.accounts.keys import make_key
from api.accounts.rights import Role
from api.app import create_app
from api.jobs.worker import Worker
from api.service import Service
from api.settings import Settings
from api.store.store import Store
from api.wiring import Screener

OFFICE = "临溪县人民检察院"
PASSWORD = "correct-horse-1"


@dataclass
class Site:
    """An application over a store, with whoever is needed."""

    service: Service
    screener: Screener
    _clients: dict[str, TestClient] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.service._screener = self.screener
        self.app = create_app(self.service)
        with self.service.store.begin() as session:
            office = make_office(session, OFFICE)
            for role in Role:
                make_user(session, login=role, name=role, office=office, roles=(role,), password=PASSWORD, by="system")

    @property
    def store(self) -> Store:
        return self.service.store

    def as_(self, role: Role | None) -> TestClient:
        """A browser with a session of this role, which repeats the session's word by itself."""
        key = role or "nobody"
        if key not in self._clients:
            client = TestClient(self.app, base_url="http://testserver", raise_server_exceptions=False)
            if role is not None:
                answer = client.post(
                    "/sign-in", data={"login": role, "password": PASSWORD, "next": "/account"}, follow_redirects=True
                )
                assert answer.status_code == 200, answer.text
                client.headers["X-CSRF-Token"] = answer.text.split('name="csrf" content="')[1].split('"')[0]
            self._clients[key] = client
        return self._clients[key]

    def with_key(self, *scopes: str) -> TestClient:
        """Another system with a key."""
        with self.store.begin() as session:
            office = make_office(session, OFFICE)
            _, words = make_key(session, name="办案系统", office_id=office.id, scopes=list(scopes), by="system")
        client = TestClient(self.app, raise_server_exceptions=False)
        client.headers["Authorization"] = f"Bearer {words}"
        return client

    def work(self) -> None:
        """Does what waits."""
        Worker(self.store, lambda: self.screener).run(until_idle=True)

    def upload(self, text: str, name: str = "起诉书.txt", **fields: str) -> str:
        """Uploads a text as an aid officer and screens it; the dossier's id."""
        answer = self.as_(Role.AID_OFFICER).post(
            "/api/v1/dossiers", files=[("files", (name, text.encode(), "text/plain"))], data=fields
        )
        assert answer.status_code == 202, answer.text
        self.work()
        dossier: str = answer.json()["dossier"]
        return dossier


def come_in(page: Any, login: str, password: str) -> None:
    """Signs in for the first time, by keyboard alone: the password was made by somebody else, so another is set first.

    Args:
        page: a browser's, at the sign-in page.
    """
    sign_in(page, login, password)
    page.wait_for_selector("#password")
    page.locator("#password [name=old]").focus()
    page.keyboard.type(password)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("form[action='/sign-in']")
    sign_in(page, login, PASSWORD)


def sign_in(page: Any, login: str, password: str) -> None:
    """Types into the field that the page gives the focus to, once it has it: keys pressed sooner would be lost.

    Args:
        page: a browser's, at the sign-in page.
    """
    page.wait_for_selector("[name=login]:focus")
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


@contextmanager
def real_server(folder: Path, *arguments: str, **environment: str) -> Iterator[str]:
    """`jiuzhu serve` as a process with its worker; its address."""
    address, process = start_server(folder, *arguments, **environment)
    try:
        yield address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def start_server(
    folder: Path, *arguments: str, before: Callable[[], None] | None = None, **environment: str
) -> tuple[str, subprocess.Popen[Any]]:
    """`jiuzhu serve` as a process that the caller ends, with its address.

    Args:
        before: run in the new process before the program is.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JIUZHU_")},
        "JIUZHU_DATA_DIR": str(folder),
        "JIUZHU_CACHE_DIR": str(folder / "cache"),
        **environment,
    }
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port), *arguments]
    log = folder.with_suffix(".log")
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=env, stdout=file, stderr=file, preexec_fn=before)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process, log)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return address, process


def _wait_for(address: str, process: subprocess.Popen[Any], log: Path) -> None:
    for _ in range(1200):  # a busy machine takes its time
        if process.poll() is not None:
            raise RuntimeError(log.read_text(errors="replace"))
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text(errors="replace"))


def site_settings(folder: Path) -> Settings:
    return Settings(data_dir=folder / "data", cache_dir=None, ocr="off", model="off")
