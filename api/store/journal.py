"""Many small files brought to the disk as one, so that hundreds of them keep nobody waiting.

A disk takes as long to confirm a small file as a large one. So the small files of an upload are written twice: each
into a file of its own, which reaches the disk in its own time, and one behind the other into a journal, which is
brought to the disk before the files get their names and the upload its answer. When every file is on the disk as well
(`settle`) the journal goes. After a power cut, or when the process died before, `recover` writes from the journal
whatever is not whole in its place. Everything in it is sealed, as the files are.

A journal is locked by its process while it may still settle it; where a disk has no locks there are no journals.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from api.store.blobs import SYNC_EVERY, Blob, Blobs, sync_folder

if sys.platform != "win32":
    import fcntl

logger = logging.getLogger(__name__)

ENDING = ".journal"
_ID, _SIZE, _DIGEST = 32, 8, 32  # bytes before each file: its name, its length, its SHA-256 as sealed


class Journal:
    """The small files of one upload: `begin`, `add` files, `sync`, `name` them, and then `settle`; or `drop` it."""

    def __init__(self, blobs: Blobs, path: Path, file: IO[bytes]) -> None:
        self._blobs = blobs
        self._path = path
        self._file = file
        self._written: dict[str, str] = {}  # id of a blob: its own file, which has no name yet
        self._unsynced = 0

    @classmethod
    def begin(cls, blobs: Blobs) -> Journal | None:
        """An empty one, None where it could not be told from one whose process is dead."""
        blobs.incoming.mkdir(parents=True, exist_ok=True)
        path = Path(blobs.new_path() + ENDING)
        file = path.open("xb")
        if _locked(file, path):
            return cls(blobs, path, file)
        file.close()
        path.unlink(missing_ok=True)
        return None

    def add(self, blob: Blob, sealed: bytes) -> None:
        """Writes a file, `sealed` as it will lie on the disk."""
        self._file.write(bytes.fromhex(blob.id) + len(sealed).to_bytes(_SIZE, "big") + _sha256(sealed) + sealed)
        self._unsynced += len(sealed)
        _write(self._written.setdefault(blob.id, self._blobs.new_path()), sealed)
        if self._unsynced >= SYNC_EVERY:
            self._sync()

    def sync(self) -> None:
        """Waits until the journal is on the disk."""
        self._sync()
        sync_folder(self._blobs.incoming)

    def name(self) -> None:
        """Gives the files their names, where others may read them; not before the journal is on the disk, for there
        may be a file under that name already that somebody relies on."""
        for blob_id, own in self._written.items():
            self._blobs.move_in(own, blob_id)

    def settle(self) -> None:
        """Waits until every file is on the disk, and ends the journal; one removed meanwhile needs it no more."""
        try:
            folders = {str(self._blobs.folder)}
            for blob_id in self._written:
                with contextlib.suppress(FileNotFoundError):
                    folders.add(_bring(self._blobs.path(blob_id)))
            for folder in folders:
                sync_folder(folder)
            self._path.unlink(missing_ok=True)
        except OSError as error:  # it stays, and housekeeping tries again
            logger.error("journal: %s, errno %s", type(error).__name__, error.errno)
        finally:
            self._file.close()

    def leave(self) -> None:
        """Leaves it to housekeeping, when it is not known whether its upload has a row."""
        self._file.close()

    def drop(self) -> None:
        """Ends it when its upload is refused."""
        with contextlib.suppress(OSError):  # closing writes what is left, which fails again on a full disk
            self._file.close()
        for own in (str(self._path), *self._written.values()):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(own)

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._unsynced = 0


def recover(blobs: Blobs) -> int:
    """Puts on the disk what journals of dead processes hold, and ends them; how many there were.

    Raises:
        OSError: the disk is full or cannot be written; the journal stays.
    """
    found = 0
    for path in sorted(blobs.incoming.glob(f"*{ENDING}")):
        with contextlib.suppress(FileNotFoundError), path.open("r+b") as file:
            if not _locked(file, path, lockless=True):
                continue
            folders = {str(blobs.folder)}
            for blob_id, sealed in _read(file):
                place = blobs.path(blob_id)
                if place.is_file() and place.read_bytes() == sealed:
                    folders.add(_bring(place))
                else:
                    folders.add(_write_again(blobs, blob_id, sealed))
            for folder in folders:
                sync_folder(folder)
            path.unlink()
            found += 1
    return found


def _locked(file: IO[bytes], path: Path, *, lockless: bool = False) -> bool:
    """Whether this process has the journal now, under its name, and nobody else.

    Args:
        lockless: what to answer where there are no locks.
    """
    if sys.platform == "win32":
        return lockless
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return lockless
    try:
        return os.fstat(file.fileno()).st_ino == path.stat().st_ino
    except FileNotFoundError:  # it was ended in the moment before
        return False


def _read(file: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """Every file that is whole in a journal; what follows one that is not was never answered for."""
    while head := file.read(_ID + _SIZE + _DIGEST):
        sealed = file.read(int.from_bytes(head[_ID : _ID + _SIZE], "big")) if len(head) > _ID + _SIZE else b""
        if _sha256(sealed) != head[_ID + _SIZE :]:
            return
        yield head[:_ID].hex(), sealed


def _write(path: str, content: bytes) -> None:
    with open(path, "wb", buffering=0) as file:
        left = memoryview(content)
        while left:
            left = left[file.write(left) :]


def _write_again(blobs: Blobs, blob_id: str, sealed: bytes) -> str:
    own = blobs.new_path()
    try:
        _write(own, sealed)
        _bring(Path(own))
        return blobs.move_in(own, blob_id)
    finally:
        Path(own).unlink(missing_ok=True)


def _bring(path: Path) -> str:
    """Waits until a file is on the disk; the folder of its name."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return str(path.parent)


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
