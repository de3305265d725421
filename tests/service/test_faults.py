"""What breaks from outside: a server killed in the middle of an upload, a database that is restarted, a full disk."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from api.accounts.audit import verify
from api.accounts.directory import make_office
from api.accounts.keys import make_key
from api.jobs.kinds import tidy
from api.jobs.queue import add, take
from api.settings import Settings
from api.store.opening import open_store
from api.store.tables import DossierRow, Lead, Result
from benchmarks.faults import STAGES, measure
from tests.service.conftest import TEXT
from tests.service.postgres import Cluster
from tests.service.site import OFFICE, real_server


def key_of(settings: Settings) -> str:
    """A key that uploads and reads."""
    store = open_store(settings)
    with store.begin() as session:
        office = make_office(session, OFFICE)
        _, words = make_key(session, name="办案系统", office_id=office.id, scopes=["upload", "read"], by="system")
    store.engine.dispose()
    return words


def client_of(address: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=30)


def wait_until_screened(client: httpx.Client, dossier: str) -> dict[str, object]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = client.get(f"/api/v1/dossiers/{dossier}")
        if answer.status_code == 200 and answer.json()["state"] in ("screened", "failed"):
            body: dict[str, object] = answer.json()
            return body
        time.sleep(0.2)
    pytest.fail("the dossier was never screened")


# ---------------------------------------------------------------- killed workers; hundreds of them in benchmarks.faults


@pytest.mark.parametrize("stage", ["stored", "committed", "any time"])
def test_killed_workers_lose_nothing_and_double_nothing(stage: str) -> None:
    assert stage in STAGES
    (outcome,) = measure("sqlite", 3, [stage])
    assert (outcome.screened_once + outcome.visibly_failed, outcome.lost, outcome.doubled) == (3, 0, 0)


# ---------------------------------------------------------------- a server killed during an upload


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"


def test_a_server_killed_during_an_upload_leaves_no_half_dossier(folder: Path) -> None:
    settings = Settings(data_dir=folder, cache_dir=None)
    key = key_of(settings)
    body = multipart("起诉书.txt", TEXT.encode() + b" " * 3_000_000)
    started = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--port", str(port := free_port()), "--workers", "0"],
        env={**os.environ, "JIUZHU_DATA_DIR": str(folder), "JIUZHU_MODEL": "off"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for_port(port)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("POST", "/api/v1/dossiers")
    connection.putheader("Authorization", f"Bearer {key}")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders()
    connection.send(body[: len(body) // 2])
    incoming = folder / "files" / "incoming"
    deadline = time.monotonic() + 20
    while not (incoming.is_dir() and any(incoming.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert any(incoming.iterdir())
    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    connection.close()

    store = open_store(settings)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(DossierRow)) == 0
    for path in incoming.iterdir():  # as a day later
        assert TEXT.encode()[:60] not in path.read_bytes()
        os.utime(path, (time.time() - 2 * 86400,) * 2)
    with store.begin() as session:
        add(session, tidy.KIND)
    taken = take(store, "w", kinds=(tidy.KIND,))
    assert taken is not None
    tidy.run(store, taken)
    assert not any(incoming.iterdir())
    store.engine.dispose()

    with real_server(folder, JIUZHU_MODEL="off") as address, client_of(address, key) as client:
        answers = [
            client.post("/api/v1/dossiers", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
            for _ in range(2)
        ]
        assert {answer.status_code for answer in answers} <= {200, 202}
        assert answers[0].json()["dossier"] == answers[1].json()["dossier"]
        assert wait_until_screened(client, answers[0].json()["dossier"])["state"] == "screened"


def multipart(name: str, content: bytes) -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n--x--\r\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the server did not start")


# ---------------------------------------------------------------- a database that is restarted


def test_a_database_restarted_under_the_service_is_told_and_outlived(folder: Path, cluster: Cluster) -> None:
    settings = Settings(data_dir=folder, database_url=cluster.database(), cache_dir=None)
    key = key_of(settings)
    environment = {"JIUZHU_DATABASE_URL": str(settings.database_url), "JIUZHU_MODEL": "off"}
    with real_server(folder, **environment) as address, client_of(address, key) as client:
        first = client.post("/api/v1/dossiers", files={"files": ("起诉书.txt", TEXT.encode())}).json()["dossier"]
        wait_until_screened(client, first)
        second = client.post("/api/v1/dossiers", files={"files": ("补充.txt", TEXT.encode() * 40)}).json()["dossier"]
        cluster.stop()
        try:
            for path in ("/api/v1/dossiers", f"/api/v1/dossiers/{first}", "/api/v1/leads"):
                answer = client.get(path)
                assert answer.status_code == 503 and answer.headers["retry-after"]
                assert answer.json()["error"]["code"] == "store.away"
            assert client.get("/readyz").status_code == 503 and client.get("/healthz").status_code == 200
            refused = client.post("/api/v1/dossiers", files={"files": ("三.txt", b"x" * 1000)})
            assert refused.status_code == 503
        finally:
            cluster.start()
        assert wait_until_screened(client, second)["state"] == "screened"
        assert wait_until_screened(client, first)["state"] == "screened"
    store = open_store(settings)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(DossierRow)) == 2
        results = session.execute(select(Result.dossier_id, func.count()).group_by(Result.dossier_id))
        assert sorted((dossier, number) for dossier, number in results) == sorted([(first, 1), (second, 1)])
        assert session.scalar(select(func.count()).select_from(Lead)) == 2
    assert verify(store).broken_at is None
    store.engine.dispose()


# ---------------------------------------------------------------- a full disk


def test_a_full_disk_is_told_and_leaves_nothing(folder: Path) -> None:
    settings = Settings(data_dir=folder, cache_dir=None)
    key = key_of(settings)
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)); "
    limit += "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from api.cli import main; main()"
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", limit, "serve", "--port", str(port), "--workers", "0"],
        env={**os.environ, "JIUZHU_DATA_DIR": str(folder), "JIUZHU_MODEL": "off"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            wait_for_port(port)
            with client_of(f"http://127.0.0.1:{port}", key) as client:
                answer = client.post("/api/v1/dossiers", files={"files": ("大.txt", os.urandom(3_000_000))})
                assert answer.status_code == 507, answer.text
                assert answer.json()["error"]["code"] == "intake.disk_full"
                assert client.get("/healthz").status_code == 200
        finally:
            server.kill()
    assert not [path for path in (folder / "files").rglob("*") if path.is_file()]
