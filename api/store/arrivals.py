"""Uploads that are on their way, as the files they leave: what tells a running one from one that was killed.

A running upload holds a lock on a small file beside what it writes; the system lets go of it when the process dies,
however it dies. Whatever is named by no row and is older than the oldest running upload belongs to nobody. Over a
shared data folder this needs a file system that carries locks between machines, as NFSv4 does.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sqlalchemy import text
from sqlalchemy.orm import Session

if sys.platform != "win32":
    import fcntl

ENDING = ".arrival"
_DAY = 24 * 3600.0  # seconds; without locks what is older than this belongs to nobody
_FILES_LOCK = 0x6A7A_0003  # of PostgreSQL: files get a row, or are removed, never both at once


@contextlib.contextmanager
def arriving(incoming: Path) -> Iterator[None]:
    """Keeps what comes in during the block from being taken for abandoned.

    Raises:
        OSError: the folder cannot be written.
    """
    incoming.mkdir(parents=True, exist_ok=True)
    path = incoming / f"{secrets.token_hex(12)}{ENDING}"
    file = _held(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        file.close()


def oldest_arrival(incoming: Path) -> float:
    """When the oldest running upload began, in seconds of the file system's clock; infinite without one."""
    oldest = float("inf")
    for path in incoming.glob(f"*{ENDING}"):
        with contextlib.suppress(FileNotFoundError):  # it ended meanwhile
            began = path.stat().st_mtime
            if _is_running(path, began):
                oldest = min(oldest, began)
    return oldest


def quiet_before(incoming: Path) -> float:
    """The moment before which nothing in the store's folder belongs to an upload that runs or is about to begin."""
    incoming.mkdir(parents=True, exist_ok=True)
    mark = incoming / secrets.token_hex(12)
    mark.touch()
    moment = mark.stat().st_mtime  # of the file system's clock, as are the times it is compared with
    mark.unlink()
    return min(moment, oldest_arrival(incoming)) - (_DAY if sys.platform == "win32" else 0)


def hold_files(session: Session, *, removing: bool = False) -> None:
    """Until the transaction ends no file is removed while another gets its row; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        function = "pg_advisory_xact_lock" if removing else "pg_advisory_xact_lock_shared"
        session.execute(text(f"SELECT {function}(:key)"), {"key": _FILES_LOCK})


def _held(path: Path) -> IO[bytes]:
    while True:
        file = path.open("ab")
        if sys.platform == "win32":
            return file
        with contextlib.suppress(OSError):  # no locks here: age alone tells
            fcntl.flock(file, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            if os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                return file
        file.close()  # a sweep took it for a dead one in the moment before it was locked


def _is_running(path: Path, began: float) -> bool:
    if sys.platform == "win32":
        return time.time() - began < _DAY
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return time.time() - began < _DAY
        path.unlink(missing_ok=True)
        return False
