"""What is left when something breaks: workers, server, database, disk. `benchmarks.faults` kills by hundreds."""

from __future__ import annotations

import contextlib
import os
import resource
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import InterfaceError, OperationalError

from api.accounts.audit import verify
from api.accounts.directory import make_office
from api.accounts.keys import make_key
from api.accounts.rights import Role
from api.accounts.sessions import COOKIE
from api.jobs.queue import take
from api.service import build_service
from api.settings import Settings
from api.store.arrivals import arriving, oldest_arrival
from api.store.away import StoreUnavailable, unavailable
from api.store.blobs import CHUNK
from api.store.intake import Received, receive, uploads_of
from api.store.opening import open_store
from api.store.retention import delete_dossier, remove_blobs, remove_orphans
from api.store.store import Store
from api.store.tables import DossierRow, Job, Upload
from api.wiring import Screener
from benchmarks.faults import STOPPED, Bench, is_stopped, orphans, traces
from dossier.errors import JiuzhuError
from tests.service.conftest import TEXT, person, upload
from tests.service.postgres import Cluster
from tests.service.site import OFFICE, Site, start_server

PATIENCE = 20.0  # seconds
QUIET = {"JIUZHU_MODEL": "off", "JIUZHU_OCR": "off"}


@pytest.fixture
def bench(settings: Settings) -> Iterator[Bench]:
    made = Bench(settings)
    yield made
    made.store.engine.dispose()


def soon(true: Any) -> bool:
    """Whether it comes true in time."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False


# ---------------------------------------------------------------- workers


@pytest.mark.parametrize("stage", ["read", "stored"])
def test_a_dossier_whose_worker_is_killed_ends_screened_once(bench: Bench, stage: str) -> None:
    done = bench.round(stage, 1)
    assert done.good and done.outcomes["screened"] == 1, done


def test_a_worker_that_wakes_after_another_did_its_job_leaves_nothing(bench: Bench) -> None:
    done = bench.round(STOPPED, 1)
    assert done.good and done.outcomes["screened"] == 1, done


def test_two_workers_that_want_one_job_do_it_once(bench: Bench) -> None:
    with bench.worker(), bench.worker():
        receipts = [bench.take_in() for _ in range(3)]
        assert all(bench.wait_for(receipt) for receipt in receipts)
    assert [bench.outcome(receipt) for receipt in receipts] == ["screened"] * 3


def test_a_job_whose_workers_all_die_is_told_to_the_case_system(store: Store) -> None:
    from datetime import timedelta

    from api.store.tables import Hook, new_id

    visitor = person(store, Role.LEADER)
    receipt = upload(store, visitor)
    with store.begin() as session:
        hook = Hook(id=new_id(), office_id=visitor.office_id, url="http://127.0.0.1:9/", events=["dossier.failed"])
        hook.secret_sealed = store.vault.seal_text("s" * 16, f"hook.secret:{hook.id}")
        session.add(hook)
        session.get_one(Job, receipt.job_id).max_attempts = 1
    assert take(store, "dies", lease=timedelta(seconds=-1), kinds=("screen",)) is not None
    assert take(store, "next", kinds=("screen",)) is None
    with store.read() as session:
        assert session.get_one(DossierRow, receipt.dossier_id).state == "failed"
        told = session.scalars(select(Job).where(Job.kind == "deliver")).one()
        assert told.payload["body"]["event"] == "dossier.failed"


def test_a_deletion_waits_for_the_result_that_is_being_stored(bench: Bench) -> None:
    if bench.store.dialect != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    receipt = bench.take_in()
    process = bench.start("stored", signal.SIGSTOP)  # everything is written, nothing committed
    assert process.pid is not None and soon(lambda: is_stopped(process.pid or 0))

    def delete() -> list[str]:
        with bench.store.begin() as session:
            return delete_dossier(session, bench.store, receipt.dossier_id, actor="bench")

    with ThreadPoolExecutor(1) as pool:
        deleting = pool.submit(delete)
        time.sleep(0.3)
        os.kill(process.pid, signal.SIGCONT)
        blobs = deleting.result(PATIENCE)
    process.terminate()
    process.join(PATIENCE)
    assert set(traces(bench.store, receipt.dossier_id).__getstate__()) == {0}
    remove_blobs(bench.store, blobs)
    assert orphans(bench.store) == 0


# ---------------------------------------------------------------- uploads


def made_key(store: Store) -> dict[str, str]:
    """Headers of a case system that may upload and look."""
    with store.begin() as session:
        office = make_office(session, OFFICE)
        _, words = make_key(session, name="办案系统", office_id=office.id, scopes=["upload", "read"], by="system")
    return {"Authorization": f"Bearer {words}"}


HALF = 2 * CHUNK + 100_000  # so much of a file that some of it is on the disk


def send_half(address: str, headers: dict[str, str], first: bytes) -> socket.socket:
    """Begins an upload of two files and stops amid the second."""
    host, port = address.removeprefix("http://").split(":")
    part = '--cut\r\nContent-Disposition: form-data; name="files"; filename="{}"\r\n\r\n'
    body = part.format("a.txt").encode() + first + b"\r\n" + part.format("b.txt").encode() + b"x" * HALF
    head = {
        **headers,
        "Host": host,
        "Content-Type": "multipart/form-data; boundary=cut",
        "Content-Length": str(len(body) + 1000),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    line = socket.create_connection((host, int(port)), timeout=PATIENCE)
    line.sendall(f"POST /api/v1/dossiers HTTP/1.1\r\n{lines}\r\n".encode() + body)
    return line


def kept_files(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


def kill(process: subprocess.Popen[Any]) -> None:
    process.kill()
    process.wait()


def test_a_server_killed_amid_an_upload_leaves_nothing_and_takes_it_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    store = open_store(Settings(data_dir=folder, cache_dir=None))
    headers = made_key(store)
    address, process = start_server(folder, "--workers", "0", **QUIET)
    try:
        line = send_half(address, headers, TEXT.encode())
        assert soon(lambda: len(kept_files(folder)) == 3)  # one file whole, one not, and what says that an upload runs
    finally:
        kill(process)
    line.close()
    assert len(kept_files(folder)) == 3
    address, process = start_server(folder, "--workers", "0", **QUIET)
    try:
        assert kept_files(folder) == []
        with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=PATIENCE) as client:
            assert client.get("/dossiers").json()["total"] == 0
            files = [("files", ("a.txt", TEXT.encode())), ("files", ("b.txt", b"x" * (HALF + 1000)))]
            first, again = (client.post("/dossiers", files=files).json() for _ in range(2))
            assert (first["new"], first["repeat"], again["repeat"]) == (True, False, True)
            assert first["dossier"] == again["dossier"] and client.get("/dossiers").json()["total"] == 1
    finally:
        kill(process)
    assert orphans(store) == 0 and verify(store).broken_at is None
    store.engine.dispose()


def test_the_sweep_spares_what_is_coming_in(store: Store) -> None:
    visitor = person(store, Role.LEADER)
    left = store.blobs.put([b"of an upload that died"])
    (store.blobs.incoming / "half").write_bytes(b"x")
    time.sleep(0.05)  # file times move in steps
    with arriving(store.blobs.incoming), store.blobs.writer() as writer:
        blob = store.blobs.put([b"of one that runs"])
        writer.write(b"more")
        assert remove_orphans(store) == 2
        assert list(store.blobs.all()) == [blob.id] != [left.id]
        writer.close()
        with store.begin() as session:
            receive(session, store, office_id=visitor.office_id, received_by="x", files=[Received("a.txt", blob)])
    time.sleep(0.05)
    assert remove_orphans(store) == 1  # the other file of that upload got no row
    assert oldest_arrival(store.blobs.incoming) == float("inf")
    assert orphans(store) == 0


def test_the_same_content_comes_in_while_the_dossier_that_had_it_is_deleted(store: Store) -> None:
    visitor = person(store, Role.LEADER)
    old = upload(store, visitor, TEXT)
    time.sleep(0.05)
    with arriving(store.blobs.incoming):
        blob = store.blobs.put([TEXT.encode()])
        with store.begin() as session:
            gone = delete_dossier(session, store, old.dossier_id, actor=visitor.id)
        assert remove_blobs(store, gone) == 0
        with store.begin() as session:
            files = [Received("a.txt", blob)]
            new = receive(session, store, office_id=visitor.office_id, received_by="x", files=files)
    with store.read() as session:
        ((row, _),) = uploads_of(session, store, new.dossier_id)
    assert store.blobs.read_all(row.blob) == TEXT.encode()


def test_an_upload_whose_file_or_dossier_went_says_so(store: Store) -> None:
    visitor = person(store, Role.LEADER)
    blob = store.blobs.put([b"x"])
    more: dict[str, Any] = {"office_id": visitor.office_id, "received_by": "x", "files": [Received("a.txt", blob)]}
    old = upload(store, visitor)
    with store.begin() as session:
        delete_dossier(session, store, old.dossier_id, actor=visitor.id)
    with pytest.raises(JiuzhuError, match="删除"), store.begin() as session:
        receive(session, store, dossier_id=old.dossier_id, **more)
    store.blobs.remove(blob.id)
    with pytest.raises(JiuzhuError, match="删除"), store.begin() as session:
        receive(session, store, **more)


def test_calls_with_one_new_number_make_one_dossier(store: Store) -> None:
    visitor = person(store, Role.LEADER)
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda n: upload(store, visitor, f"{TEXT}{n}", number="甲1"), range(12)))
    assert len({receipt.dossier_id for receipt in made}) == sum(receipt.is_new for receipt in made) == 1
    with store.read() as session:
        assert sorted(session.scalars(select(Upload.position))) == list(range(12))
        assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == "screen")) == 1


# ---------------------------------------------------------------- database


def test_a_database_that_is_restarted_costs_answers_but_no_work(cluster: Cluster, tmp_path: Path) -> None:
    folder, url = tmp_path / "data", cluster.database()
    bench = Bench(Settings(data_dir=folder, database_url=url, cache_dir=None, ocr="off", model="off"))
    headers = made_key(bench.store)
    address, process = start_server(folder, "--workers", "0", JIUZHU_DATABASE_URL=url, **QUIET)
    files = {"files": ("a.txt", TEXT.encode())}
    try:
        with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=PATIENCE) as client:
            assert client.get("/dossiers").status_code == 200
            receipt = bench.take_in()
            worker = bench.start("judged", signal.SIGSTOP)
            assert worker.pid is not None and soon(lambda: is_stopped(worker.pid or 0))
            cluster.stop("immediate")
            try:
                os.kill(worker.pid, signal.SIGCONT)  # it comes to store its result and finds nobody
                for answer in (client.get("/dossiers"), client.post("/dossiers", files=files)):
                    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store.database")
                    assert int(answer.headers["Retry-After"]) > 0
                page = client.get(f"{address}/", headers={"Accept": "text/html", "Cookie": f"{COOKIE}=x"})
                assert (page.status_code, page.headers["Content-Type"][:9]) == (503, "text/html")
                assert "Retry-After" in page.headers
                assert httpx.get(f"{address}/readyz").status_code == 503
                time.sleep(0.5)
            finally:
                cluster.start()
            assert client.get("/dossiers").status_code == 200
            assert client.post("/dossiers", files=files).status_code == 202
            assert bench.wait_for(receipt)
            assert bench.outcome(receipt) == "screened"
            worker.terminate()
            worker.join(PATIENCE)
    finally:
        kill(process)
    assert verify(bench.store).broken_at is None
    bench.store.engine.dispose()


def test_what_the_drivers_say_when_the_database_is_away_or_full() -> None:
    full = unavailable(OperationalError("", {}, psycopg.errors.DiskFull()))
    gone = unavailable(InterfaceError("", {}, psycopg.InterfaceError("connection already closed")))
    assert full is not None and gone is not None
    assert (full.code, gone.code) == ("store.disk_full", "store.database")


def test_a_wrong_statement_is_not_taken_for_an_absence(lite: Store) -> None:
    from sqlalchemy import text

    with pytest.raises(OperationalError), lite.begin() as session:
        session.execute(text("SELECT nothing FROM nowhere"))


def test_a_worker_outlives_a_database_that_is_away_at_its_start(
    lite: Store, screener: Screener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.jobs import worker as workers

    away = iter([True, False, False])
    real = workers.tidy.schedule

    def schedule(session: Any, **more: Any) -> None:
        if next(away):
            raise StoreUnavailable("store.database", "m", "h")
        real(session, **more)

    monkeypatch.setattr(workers.tidy, "schedule", schedule)
    worker = workers.Worker(lite, lambda: screener)
    monkeypatch.setattr(worker._stop, "wait", lambda _=None: False)
    worker.run(until_idle=True)
    with lite.read() as session:
        assert session.scalars(select(Job.state).where(Job.kind == "tidy").order_by(Job.created_at)).first() == "done"


# ---------------------------------------------------------------- disk


def test_a_file_for_which_there_is_no_room_leaves_nothing_half_written(tmp_path: Path) -> None:
    """The kernel itself refuses to write beyond a size, as a quota does, also when what is left is flushed."""
    folder = tmp_path / "data"
    store = open_store(Settings(data_dir=folder, cache_dir=None))
    headers = made_key(store)
    limit = 6 << 20

    def lower() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    address, process = start_server(folder, "--workers", "0", before=lower, **QUIET)
    try:
        with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=PATIENCE) as client:
            large = secrets.token_bytes(limit + 1000)
            answer = client.post("/dossiers", files=[("files", ("a.txt", b"a")), ("files", ("b.bin", large))])
            assert (answer.status_code, answer.json()["error"]["code"]) == (507, "intake.disk_full")
            assert client.get("/dossiers").json()["total"] == 0
            assert list(store.blobs.incoming.iterdir()) == []
            time.sleep(0.05)
            assert remove_orphans(store) == 1  # the first file, whole; the next housekeeping takes it
            assert client.post("/dossiers", files={"files": ("a.txt", TEXT.encode())}).status_code == 202
    finally:
        kill(process)
    assert orphans(store) == 0
    store.engine.dispose()


def test_a_database_without_room_keeps_nothing_of_an_upload(tmp_path: Path, screener: Screener) -> None:
    """SQLite is given no page more than it has: it says what it says on a full disk."""
    service = build_service(Settings(data_dir=tmp_path / "data", cache_dir=None, ocr="off", model="off"))
    site = Site(service, screener)
    officer = site.as_(Role.AID_OFFICER)
    most = {"pages": 1}  # never below what there is

    def cap(connection: Any) -> None:
        with contextlib.closing(connection.connection.cursor()) as cursor:
            cursor.execute(f"PRAGMA max_page_count = {most['pages']}")

    event.listen(service.store.engine, "begin", cap)
    files = {"files": ("a.txt", TEXT.encode())}
    note = f'{{"note": "{secrets.token_hex(100_000)}"}}'  # more than the pages hold that are there
    answer = officer.post("/api/v1/dossiers", files=files, data={"metadata": note})
    assert (answer.status_code, answer.json()["error"]["code"]) == (507, "store.disk_full")
    assert officer.get("/api/v1/dossiers").json()["total"] == 0
    most["pages"] = 1 << 30
    assert officer.post("/api/v1/dossiers", files=files).status_code == 202
    assert orphans(service.store) == 0 and verify(service.store).broken_at is None
    service.store.engine.dispose()
