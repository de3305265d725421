"""The store copied while it is used, and the same store again out of the copy; on both databases."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text

from api.accounts.rights import Role
from api.settings import Settings
from api.store.backup import BackupError, back_up, check, restore
from api.store.keys import vault_without_store
from api.store.opening import database_address, known_revisions, open_store
from api.store.store import Store
from api.store.tables import Upload
from dossier.errors import JiuzhuError
from tests.service.conftest import TEXT, person, upload
from tests.service.postgres import Cluster

WHEN = "2026-03-02T08:00:00+00:00"


def contents(store: Store) -> dict[str, bytes]:
    """What the uploads hold, opened."""
    with store.read() as session:
        return {blob: store.blobs.read_all(blob) for blob in session.scalars(select(Upload.blob))}


def elsewhere(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """An empty place with the same key."""
    folder = tmp_path / "new"
    folder.mkdir()
    shutil.copyfile(settings.data_folder() / "key", folder / "key")
    url = None
    if settings.database_url:
        cluster: Cluster = request.getfixturevalue("cluster")
        url = cluster.database()
    return settings.model_copy(update={"data_dir": folder, "database_url": url})


def restored(backup: Path, place: Settings) -> Store:
    vault = vault_without_store(place)
    restore(backup, place.data_folder(), database_address(place), known_revisions(), vault.mark)
    return open_store(place)


def test_a_store_comes_back_as_it_was(
    store: Store, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    officer = person(store, Role.AID_OFFICER)
    for number in range(3):
        upload(store, officer, TEXT + str(number))
    seen: list[tuple[int, int]] = []
    back_up(store, tmp_path / "copy", WHEN, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3, 3)
    place = elsewhere(settings, tmp_path, request)
    again = restored(tmp_path / "copy", place)
    assert contents(again) == contents(store)
    assert len(contents(again)) == 3
    if again.dialect == "postgresql":  # without statistics it would look for leads one by one
        with again.read() as session:
            known = "SELECT count(*) FROM pg_stat_user_tables WHERE relname = 'upload' AND last_analyze IS NOT NULL"
            assert session.scalar(text(known)) == 1
    again.engine.dispose()


def test_a_copy_made_while_dossiers_arrive_is_whole(
    store: Store, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    officer = person(store, Role.AID_OFFICER)
    stop = threading.Event()

    def arrive() -> None:
        number = 0
        while not stop.is_set():
            upload(store, officer, f"{TEXT}{number}")
            number += 1

    writer = threading.Thread(target=arrive)
    writer.start()
    try:
        time.sleep(0.3)
        back_up(store, tmp_path / "copy", WHEN)
    finally:
        stop.set()
        writer.join()
    again = restored(tmp_path / "copy", elsewhere(settings, tmp_path, request))
    kept = contents(again)  # raises when a file that a row names is missing
    assert kept
    assert kept.items() <= contents(store).items()
    again.engine.dispose()


@pytest.fixture
def copy(lite: Store, tmp_path: Path) -> Path:
    upload(lite, person(lite, Role.AID_OFFICER))
    back_up(lite, tmp_path / "copy", WHEN)
    return tmp_path / "copy"


def refused(copy: Path, place: Settings) -> str:
    with pytest.raises(JiuzhuError) as caught:
        restored(copy, place)
    return caught.value.code


def place_with_key(tmp_path: Path, key: bytes | None) -> Settings:
    folder = tmp_path / "new"
    folder.mkdir()
    if key is not None:
        (folder / "key").write_bytes(key)
    return Settings(data_dir=folder, cache_dir=None, ocr="off", model="off")


def key_of(tmp_path: Path) -> bytes:
    return (tmp_path / "data" / "key").read_bytes()


def test_the_key_is_not_in_it(copy: Path, tmp_path: Path) -> None:
    key = key_of(tmp_path).strip()
    assert not any(key in path.read_bytes() for path in copy.rglob("*") if path.is_file())
    assert "蔺满囤".encode() not in b"".join(p.read_bytes() for p in (copy / "files").rglob("*") if p.is_file())


def test_a_changed_byte_is_named(copy: Path, tmp_path: Path) -> None:
    (part,) = [path for path in (copy / "files").rglob("*") if path.is_file()]
    changed = bytearray(part.read_bytes())
    changed[40] ^= 1
    part.write_bytes(bytes(changed))
    with pytest.raises(BackupError, match=part.name) as caught:
        check(copy)
    assert caught.value.code == "backup.damaged"
    assert refused(copy, place_with_key(tmp_path, key_of(tmp_path))) == "backup.damaged"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["key"]  # nothing was written


def test_another_key_or_none_is_refused(copy: Path, tmp_path: Path) -> None:
    place = place_with_key(tmp_path, None)
    assert refused(copy, place) == "store.no_key"
    (tmp_path / "new" / "key").write_text("ab" * 32, encoding="ascii")
    assert refused(copy, place) == "backup.key"


def test_a_place_in_use_is_refused(copy: Path, tmp_path: Path) -> None:
    place = place_with_key(tmp_path, key_of(tmp_path))
    restored(copy, place).engine.dispose()
    assert refused(copy, place) == "backup.not_empty"


def test_a_newer_schema_and_what_is_no_backup_are_refused(copy: Path, tmp_path: Path) -> None:
    place = place_with_key(tmp_path, key_of(tmp_path))
    assert refused(tmp_path, place) == "backup.unreadable"
    manifest = copy / "manifest.json"
    revision = check(copy).revision
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(f'"{revision}"', '"9999"'), encoding="utf-8")
    assert refused(copy, place) == "backup.newer"


def test_a_manifest_cannot_name_a_file_outside(copy: Path, tmp_path: Path) -> None:
    outside = copy / "files" / ".." / ".." / "outside"
    outside.resolve().write_bytes(b"x")
    manifest = copy / "manifest.json"
    words = manifest.read_text(encoding="utf-8")
    wanted = hashlib.sha256(b"x").hexdigest()
    manifest.write_text(words.replace('"parts": {', f'"parts": {{"files/../../outside": "{wanted}",'), encoding="utf-8")
    assert refused(copy, place_with_key(tmp_path, key_of(tmp_path))) == "backup.unreadable"


def test_an_old_copy_is_never_written_over(copy: Path, lite: Store) -> None:
    with pytest.raises(BackupError) as caught:
        back_up(lite, copy, WHEN)
    assert caught.value.code == "backup.exists"


def test_the_commands_do_the_same_and_leave_a_trace(lite: Store, tmp_path: Path) -> None:
    upload(lite, person(lite, Role.AID_OFFICER))
    target = tmp_path / "copy"
    jiuzhu(tmp_path / "data", "backup", str(target))
    assert "完整" in jiuzhu(tmp_path / "data", "backup", str(target), "--check")
    place_with_key(tmp_path, key_of(tmp_path))
    assert "已恢复" in jiuzhu(tmp_path / "new", "restore", str(target))
    assert "store.restore" in jiuzhu(tmp_path / "new", "audit", "export")
    assert "逐条衔接" in jiuzhu(tmp_path / "new", "audit", "verify")
    assert "store.backup" in jiuzhu(tmp_path / "data", "audit", "export")


def test_a_killed_backup_leaves_nothing_that_looks_whole(lite: Store, tmp_path: Path) -> None:
    officer = person(lite, Role.AID_OFFICER)
    for number in range(40):
        upload(lite, officer, TEXT * 400 + str(number))
    target = tmp_path / "copy"
    running = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "backup", str(target)],
        env={**os.environ, "JIUZHU_DATA_DIR": str(tmp_path / "data")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    building = target.with_name(".copy.new")
    while running.poll() is None and not (building / "files").exists():
        time.sleep(0.002)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert not target.exists() or check(target)  # never half of one under its name
    back_up(lite, tmp_path / "copy2", WHEN)
    assert check(tmp_path / "copy2")


def jiuzhu(data: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        env={**os.environ, "JIUZHU_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-400:]
    return done.stdout
