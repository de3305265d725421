"""What a power cut would leave of an upload that was answered: nothing is taken from the disk here, but the order in
which the program waits for it is recorded, and what is only on its way is taken away by hand."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event, select, text

from api.accounts.rights import Role
from api.service import build_service
from api.settings import Settings
from api.store.blobs import Blobs
from api.store.journal import ENDING, Journal, recover
from api.store.opening import connect, open_store
from api.store.retention import remove_orphans
from api.store.store import READING, Store
from api.store.tables import Upload
from api.store.vault import Vault
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.postgres import Cluster
from tests.service.site import Site, start_server
from tests.service.test_faults import made_key

MANY = 20  # more than wait for the disk one by one


def many(number: int = MANY) -> list[Any]:
    return [("files", (f"{n:02d}.txt", f"{TEXT}{n}".encode())) for n in range(number)]


# ---------------------------------------------------------------- order


@dataclass
class Disk:
    """What was done, in order: `("fsync", inode)`, `("name", inode of the file, path)`, `("commit",)`."""

    done: list[tuple[Any, ...]] = field(default_factory=list)

    def when(self, *what: Any) -> int:
        """Raises: ValueError: it was not done."""
        return self.done.index(what)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    seen = Disk()
    fsync, replace = os.fsync, os.replace

    def watched_fsync(descriptor: int) -> None:
        fsync(descriptor)
        seen.done.append(("fsync", os.fstat(descriptor).st_ino))

    def watched_replace(source: str, target: str) -> None:
        inode = os.stat(source).st_ino
        replace(source, target)
        seen.done.append(("name", inode, str(target)))

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    return seen


def test_what_is_answered_was_on_the_disk_before_its_row(tmp_path: Path, screener: Screener, disk: Disk) -> None:
    service = build_service(Settings(data_dir=tmp_path / "data", cache_dir=None, ocr="off", model="off"))
    site, store = Site(service, screener), service.store
    officer = site.as_(Role.AID_OFFICER)
    event.listen(store.engine, "commit", lambda _: disk.done.append(("commit",)))
    real = Journal.sync

    def sync(self: Journal) -> None:
        real(self)
        disk.done.append(("journal", self._path.stat().st_ino))

    Journal.sync = sync  # type: ignore[method-assign]
    try:
        disk.done.clear()
        assert officer.post("/api/v1/dossiers", files=many()).status_code == 202
    finally:
        Journal.sync = real  # type: ignore[method-assign]
    committed = max(n for n, what in enumerate(disk.done) if what == ("commit",))
    journal = next(n for n, what in enumerate(disk.done) if what[0] == "journal")
    (inode,) = {what[1] for what in disk.done if what[0] == "journal"}
    assert disk.when("fsync", inode) < disk.when("fsync", store.blobs.incoming.stat().st_ino) < journal < committed
    alone = 0
    with store.read() as session:
        blobs = list(session.scalars(select(Upload.blob)))
    for blob in blobs:
        place = store.blobs.path(blob)
        named = disk.when("name", place.stat().st_ino, str(place))
        on_disk = disk.when("fsync", place.stat().st_ino)  # every one of them, at last
        assert named < committed
        assert on_disk < named or journal < named  # itself, or the journal that holds it
        alone += on_disk < named
        if on_disk < named:
            folder = [n for n, what in enumerate(disk.done) if what == ("fsync", place.parent.stat().st_ino)]
            assert any(named < n < committed for n in folder)
        assert max(n for n, what in enumerate(disk.done) if what == ("fsync", place.parent.stat().st_ino)) > named
    assert len(blobs) == MANY and 0 < alone < MANY
    assert any(n < committed for n, what in enumerate(disk.done) if what == ("fsync", store.blobs.folder.stat().st_ino))
    assert not list(store.blobs.incoming.iterdir())  # the journal went when all were on the disk
    store.close()


def test_every_connection_waits_for_the_disk_at_the_end_of_a_transaction(store: Store) -> None:
    engine = store.engine.execution_options(**{READING: True})
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            if store.dialect == "sqlite":
                assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
                assert connection.scalar(text("PRAGMA synchronous")) == 2  # FULL; NORMAL would lose the last commits
            else:
                assert connection.scalar(text("SHOW synchronous_commit")) == "on"


def test_a_postgresql_that_answers_before_the_disk_is_told_not_to(cluster: Cluster) -> None:
    url = cluster.database()
    engine = connect(url)
    with engine.begin() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    engine.dispose()
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
        connection.rollback()  # it is the connection's, not a transaction's
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
    engine.dispose()


@pytest.fixture
def traced(tmp_path: Path) -> Iterator[list[str]]:
    """Calls of a real server to the system, from before an upload of many files until after its answer."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    folder, log = tmp_path / "data", tmp_path / "calls"
    store = open_store(Settings(data_dir=folder, cache_dir=None))
    headers = made_key(store)
    store.close()
    address, server = start_server(folder, "--workers", "0", JIUZHU_MODEL="off", JIUZHU_OCR="off")
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2,write,pwrite64,sendto,send,sendmsg"
    command = [strace, "-f", "-y", "-s", "200", "-e", calls, "-o", str(log), "-p", str(server.pid)]
    try:
        tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert tracer.stderr is not None
        try:
            if b"attached" not in tracer.stderr.readline():
                pytest.skip("a process may not be traced here")
            answer = httpx.post(f"{address}/api/v1/dossiers", files=many(), headers=headers, timeout=60)
            assert answer.status_code == 202
            until = time.monotonic() + 20
            while list((folder / "files" / "incoming").iterdir()) and time.monotonic() < until:
                time.sleep(0.05)
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.communicate(timeout=20)
    finally:
        server.terminate()
        server.wait(20)
    yield log.read_text(errors="replace").splitlines()


def test_the_system_saw_the_disk_waited_for_before_the_answer(traced: list[str]) -> None:
    def last(pattern: str, *, before: int) -> int:
        return max(n for n, call in enumerate(traced[:before]) if re.search(pattern, call))

    answered = next(n for n, call in enumerate(traced) if "202 Accepted" in call)
    committed = last(r"f(?:data)?sync\(\d+<[^>]*jiuzhu\.sqlite-wal>", before=answered)
    assert last(r"pwrite64\(\d+<[^>]*jiuzhu\.sqlite-wal>", before=answered) < committed  # nothing of it unconfirmed
    assert last(rf"fsync\(\d+<[^>]*\{ENDING}>", before=answered) < committed
    assert last(r"fsync\(\d+<[^>]*/incoming>", before=answered) < committed
    found = {n: re.search(r'rename\w*\(.*?/incoming/(\w+)"', call) for n, call in enumerate(traced)}
    named = {n: match[1] for n, match in found.items() if match}  # some twice: the folder had to be made first
    assert len(set(named.values())) == MANY and max(named) < committed


# ---------------------------------------------------------------- what is left


def test_a_power_cut_after_the_answer_costs_no_file(tmp_path: Path, screener: Screener, monkeypatch: Any) -> None:
    """Files that were not brought to the disk themselves come out of the journal again, also those cut to nothing."""
    monkeypatch.setattr(Journal, "settle", Journal.leave)  # as when the power went just then
    settings = Settings(data_dir=tmp_path / "data", cache_dir=None, ocr="off", model="off")
    site = Site(build_service(settings), screener)
    dossier = site.as_(Role.AID_OFFICER).post("/api/v1/dossiers", files=many()).json()["dossier"]
    store = site.store
    (path,) = store.blobs.incoming.iterdir()
    with store.read() as session:
        known = {blob: store.blobs.read_all(blob) for blob in session.scalars(select(Upload.blob))}
    journaled = [blob for blob in known if bytes.fromhex(blob) in path.read_bytes()]
    assert path.suffix == ENDING and len(journaled) > MANY // 2
    for number, blob in enumerate(journaled):
        place = store.blobs.path(blob)
        if number % 3 == 0:
            place.unlink()  # its name had not reached the disk
        elif number % 3 == 1:
            os.truncate(place, 0)  # its content had not
    store.close()
    store = open_store(settings)
    assert not list(store.blobs.incoming.iterdir())
    assert {blob: store.blobs.read_all(blob) for blob in known} == known
    assert remove_orphans(store) == 0 and dossier
    store.close()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "files", Vault(bytes(range(32))))


def journal_of(blobs: Blobs, *contents: bytes) -> Journal:
    journal = Journal.begin(blobs)
    assert journal is not None
    for content in contents:
        with blobs.writer() as writer:
            writer.write(content)
            journal.add(writer.finish(), writer.whole())
    journal.sync()
    return journal


def test_a_journal_that_broke_off_gives_back_what_is_whole(blobs: Blobs) -> None:
    journal = journal_of(blobs, b"first", b"second")
    good = blobs.put([b"second"])
    journal.leave()
    (path,) = blobs.incoming.glob(f"*{ENDING}")
    with path.open("r+b") as file:  # what had not reached the disk is zeros
        file.seek(-4, os.SEEK_END)
        file.write(bytes(4))
    assert recover(blobs) == 1
    assert b"".join(blobs.read(good.id)) == b"second"  # of another dossier, and not overwritten with what is broken
    assert len(list(blobs.all())) == 2
    assert recover(blobs) == 0


@pytest.mark.parametrize("cut", [1, 60, 100])
def test_a_journal_cut_anywhere_is_no_error(blobs: Blobs, cut: int) -> None:
    """In the second file, between its head and it, and in its head."""
    journal_of(blobs, b"first", b"second").leave()
    (path,) = blobs.incoming.glob(f"*{ENDING}")
    os.truncate(path, path.stat().st_size - cut)
    assert recover(blobs) == 1
    assert [blobs.read_all(blob) for blob in blobs.all()] == [b"first"]


def test_a_journal_in_use_is_left_alone(blobs: Blobs) -> None:
    journal = journal_of(blobs, b"first")
    assert recover(blobs) == 0
    journal.name()
    journal.settle()
    assert not list(blobs.incoming.iterdir()) and len(list(blobs.all())) == 1


def test_a_file_deleted_before_the_journal_is_settled_stays_deleted(blobs: Blobs) -> None:
    journal = journal_of(blobs, b"first", b"second")
    journal.name()
    gone, stays = blobs.all()
    blobs.remove(gone)
    journal.settle()
    assert list(blobs.all()) == [stays] and not list(blobs.incoming.iterdir())


def test_a_disk_that_fails_at_the_end_keeps_the_journal(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = journal_of(blobs, b"first")
    journal.name()

    def fails(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        journal.settle()
    assert len(list(blobs.incoming.glob(f"*{ENDING}"))) == 1
    assert recover(blobs) == 1


def test_where_a_disk_has_no_locks_every_file_waits_by_itself(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch, disk: Disk
) -> None:
    from api.store.landing import Landing

    def none(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("api.store.journal.fcntl.flock", none)
    with Landing(blobs) as landing:
        writers = [blobs.writer() for _ in range(12)]
        for number, opened in enumerate(writers):
            writer = opened.__enter__()
            writer.write(number.to_bytes(2, "big"))
            landing.take(writer)
        landing.wait()
    assert landing.journal is None and len(list(blobs.all())) == 12
    for blob in blobs.all():
        place = blobs.path(blob)
        inode = place.stat().st_ino
        assert disk.when("fsync", inode) < disk.when("name", inode, str(place))
