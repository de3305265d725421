"""`jiuzhu key rotate` as an office runs it: where keys come from and go to, a server that runs, a machine that dies."""

from __future__ import annotations

import base64
import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from api.accounts.audit import verify
from api.accounts.rights import Role
from api.settings import Settings
from api.store.keys import vault_without_store
from api.store.opening import database_alone, open_store
from api.store.rotation import rotate
from api.store.tables import Upload
from api.store.vault import Vault, read_key
from dossier.errors import JiuzhuError
from tests.service.conftest import TEXT, person, upload
from tests.service.site import start_server


def call(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", *arguments],
        env={**os.environ, "JIUZHU_DATA_DIR": str(folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(folder: Path, *arguments: str, status: int = 0, **environment: str) -> str:
    """What a command says, on either stream."""
    running = call(folder, *arguments, **environment)
    out, err = running.communicate(timeout=120)
    assert running.returncode == status, err[-600:]
    return out + err


def contents(folder: Path, **more: object) -> dict[str, bytes]:
    """What the uploads of a store hold."""
    store = open_store(Settings(data_dir=folder, cache_dir=None, **more))  # type: ignore[arg-type]
    try:
        assert verify(store).broken_at is None
        with store.read() as session:
            return {row.id: store.blobs.read_all(row.blob) for row in session.scalars(select(Upload))}
    finally:
        store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with ten files of a megabyte, closed."""
    folder = tmp_path / "data"
    store = open_store(Settings(data_dir=folder, cache_dir=None))
    officer = person(store, Role.AID_OFFICER)
    for number in range(10):
        upload(store, officer, f"{number}{TEXT * 2200}")
    store.close()
    return folder


def test_key_alone_makes_one_and_touches_no_store(tmp_path: Path) -> None:
    assert len(base64.b64decode(told(tmp_path / "none", "key").strip())) == 32
    assert not (tmp_path / "none").exists()


def test_a_key_of_the_data_folder_is_followed_by_one_made_there(folder: Path, tmp_path: Path) -> None:
    known, before = contents(folder), (folder / "key").read_text()
    told(folder, "backup", str(tmp_path / "copy"))
    words = told(folder, "key", "rotate")
    (kept,) = folder.glob("key.before-*")
    assert kept.name in words
    assert kept.read_text() == before != (folder / "key").read_text()
    assert not (folder / "new-key").exists()
    for path in (kept, folder / "key"):
        assert path.stat().st_mode & 0o077 == 0
    assert contents(folder) == known
    again = tmp_path / "again"
    assert "backup.key" in told(again, "restore", str(tmp_path / "copy"), status=2, JIUZHU_KEY=read(folder / "key"))
    told(again, "restore", str(tmp_path / "copy"), JIUZHU_KEY=before.strip())
    assert contents(again, key=before.strip()) == known


def read(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()


def test_keys_of_the_settings_are_taken_and_the_office_is_told_to_change_them(folder: Path, tmp_path: Path) -> None:
    known, old = contents(folder), tmp_path / "old-key"
    (folder / "key").rename(old)
    new = tmp_path / "new-key"  # does not exist yet
    words = told(folder, "key", "rotate", JIUZHU_KEY_FILE=str(old), JIUZHU_NEW_KEY_FILE=str(new))
    assert str(new) in words
    assert contents(folder, key_file=new) == known
    assert not list(folder.glob("key*"))
    third = base64.b64encode(b"3" * 32).decode()
    told(folder, "key", "rotate", JIUZHU_KEY=read(new), JIUZHU_NEW_KEY=third)
    assert contents(folder, key=third) == known
    assert "store.key_other" in told(folder, "audit", "verify", status=2, JIUZHU_KEY=read(new))
    assert "key.same" in told(folder, "key", "rotate", status=2, JIUZHU_KEY=third, JIUZHU_NEW_KEY=third)
    assert "key.wrong_old" in told(folder, "key", "rotate", status=2, JIUZHU_KEY=read(old), JIUZHU_NEW_KEY=read(new))


def test_a_running_server_is_not_pulled_away_from_under_its_users(folder: Path) -> None:
    _, server = start_server(folder, "--workers", "0")
    try:
        assert "store.in_use" in told(folder, "key", "rotate", status=2)
    finally:
        server.terminate()
        server.wait(20)
    told(folder, "key", "rotate")
    assert len(contents(folder)) == 10


def test_a_kill_before_the_files_of_keys_are_in_place(folder: Path) -> None:
    known, settings = contents(folder), Settings(data_dir=folder, cache_dir=None)
    new = Vault(read_key(_made(folder / "new-key")))
    with database_alone(settings) as engine:
        rotate(engine, folder / "files", vault_without_store(settings), new)
    with pytest.raises(JiuzhuError) as caught:  # `key` is still the old one
        open_store(settings)
    assert caught.value.code == "store.key_other"
    assert "此前已更换完毕" in told(folder, "key", "rotate")
    assert contents(folder) == known


def _made(path: Path) -> str:
    words = base64.b64encode(os.urandom(32)).decode()
    path.write_text(words, encoding="ascii")
    return words


def _begun(folder: Path) -> bool:
    database = sqlite3.connect(folder / "jiuzhu.sqlite", timeout=0)
    with contextlib.closing(database), contextlib.suppress(sqlite3.OperationalError):  # it is being written
        return bool(database.execute("SELECT next_mark FROM store_key").fetchone() != (None,))
    return False


def test_kills_at_any_moment_lose_nothing(folder: Path) -> None:
    known = contents(folder)
    chance = random.Random(7)
    broken_off = 0
    for turn in range(6):
        if (folder / "key").exists() and list(folder.glob("key.before-*")):
            break  # it was quicker than the kill
        running = call(folder, "key", "rotate")
        while running.poll() is None and not (_begun(folder) if turn % 2 else (folder / "new-key").exists()):
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.03 if turn % 2 else 0.15))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        try:
            assert contents(folder) == known  # not begun, or done to the end
        except JiuzhuError as error:
            assert error.code in ("store.rotating", "store.key_other")
            broken_off += 1
    assert broken_off
    told(folder, "key", "rotate")
    assert contents(folder) == known
