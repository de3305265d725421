"""Originals and page images on disk: sealed, addressed by what they hold, kept once however often they come in.

In: a stream of bytes of any length. Out: the id of the blob. A blob is written beside its place and renamed into it
after it has reached the disk, so that a power cut leaves either all of it or nothing that has a name. It is put on the
disk while it comes in, so that the end of a long one waits for no more than its tail. Its id is the keyed hash of its
SHA-256: whoever sees the folder cannot tell whether a certain file is in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from api.store.vault import SealBroken, Vault

CHUNK = 1 << 20
SYNC_EVERY = 8 * CHUNK  # bytes of a blob that may be on their way to the disk and not there
_HEAD = b"jzb1"
_INCOMING = "incoming"
_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """Attributes:
    id: 64 hexadecimal characters, the name on disk.
    sha256: of the bytes themselves; known only to whoever put them in.
    size: of the bytes themselves.
    """

    id: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Blobs:
    """The folder of sealed files."""

    folder: Path
    vault: Vault

    def put(self, content: Iterable[bytes]) -> Blob:
        """Seals a stream into the folder, a chunk in memory at a time.

        Raises:
            OSError: the disk is full or cannot be written; nothing is left behind.
        """
        with self.writer() as writer:
            for piece in content:
                writer.write(piece)
            return writer.close()

    @property
    def incoming(self) -> Path:
        """Where files lie that are not whole yet."""
        return self.folder / _INCOMING

    @contextlib.contextmanager
    def writer(self) -> Iterator[BlobWriter]:
        """For content that arrives piece by piece; what was not closed when the block ends is removed."""
        writer = BlobWriter(self)
        try:
            yield writer
        finally:
            writer.drop()

    def read(self, blob_id: str) -> Iterator[bytes]:
        """The bytes again, in chunks.

        Raises:
            FileNotFoundError: no such blob.
            SealBroken: it was changed or cut short, or belongs to another key.
        """
        with self.path(blob_id).open("rb") as file:
            head = file.read(len(_HEAD) + 16)
            if head[: len(_HEAD)] != _HEAD:
                raise SealBroken("store.seal", "加密文件已损坏", "请从备份恢复")
            name = head[len(_HEAD) :].hex()
            length = file.read(4)
            for index in range(1 << 40):
                sealed = file.read(int.from_bytes(length, "big"))
                length = file.read(4)
                last = len(length) < 4  # a missing tail makes an earlier chunk the last one, and it will not open
                yield self.vault.open(sealed, _bound(name, index, last))
                if last:
                    return

    def read_all(self, blob_id: str) -> bytes:
        return b"".join(self.read(blob_id))

    def has(self, blob_id: str) -> bool:
        return os.path.exists(self._place(blob_id))

    def age_mark(self, blob_id: str) -> float:
        """When it came in last, in seconds of the file system's clock; infinite when it is not there."""
        try:
            return self.path(blob_id).stat().st_mtime
        except FileNotFoundError:
            return float("inf")

    def remove(self, blob_id: str) -> None:
        """Deletes the file; one that is not there is no error."""
        self.path(blob_id).unlink(missing_ok=True)

    def path(self, blob_id: str) -> Path:
        return Path(self._place(blob_id))

    def _place(self, blob_id: str) -> str:  # words, for they are made by hundreds
        if _ID.fullmatch(blob_id) is None:
            raise ValueError("not the id of a blob")
        return os.path.join(self.folder, blob_id[:2], blob_id)

    def new_path(self) -> str:
        """Where a file can be written that has no place yet."""
        return os.path.join(self.folder, _INCOMING, secrets.token_hex(12))

    def move_in(self, path: str, blob_id: str) -> str:
        """Gives a whole file its place; the folder whose entry is still on its way, as may be that of `folder`."""
        place = self._place(blob_id)
        folder = os.path.dirname(place)
        try:
            os.replace(path, place)
        except FileNotFoundError:  # the first of its folder
            os.makedirs(folder, exist_ok=True)
            os.replace(path, place)
        return folder

    def all(self) -> Iterator[str]:
        """Ids of everything in the folder, in no order."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            yield path.name


class BlobWriter:
    """Writes one blob; `close` gives it its name. Made by `Blobs.writer`.

    `close` is `finish`, `land` and `sync_folder` of its place, in this order; whoever writes many does the latter two
    of one while the next comes in, or leaves small ones to a journal (`api/store/landing.py`).
    """

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._path = blobs.new_path()
        self._file: IO[bytes] | None = None  # a blob of one chunk needs none before it lands
        self._name = secrets.token_bytes(16)
        self._digest = hashlib.sha256()
        self._size = 0
        self._buffer = bytearray()
        self._index = 0
        self._unsynced = 0

    def write(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._size += len(piece)
        self._buffer += piece
        while len(self._buffer) > CHUNK:  # one chunk stays back: the last is sealed as the last
            self._seal(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
            if self._unsynced >= SYNC_EVERY:
                self._sync()

    @property
    def size(self) -> int:
        """Bytes so far, of the content itself."""
        return self._size

    def finish(self) -> Blob:
        """What was written, as a blob that has no place yet; nothing is written after this."""
        sha256 = self._digest.hexdigest()
        return Blob(self._blobs.vault.hash("blob", sha256), sha256, self._size)

    def whole(self) -> bytes:
        """The sealed file of a blob of one chunk at most, for somebody else to write."""
        return _HEAD + self._name + self._sealed(bytes(self._buffer), last=True)

    def land(self, blob: Blob) -> str:
        """Puts a finished blob on the disk and then in its place; the folder whose entry is still on its way."""
        self._seal(bytes(self._buffer), last=True)
        self._sync()
        self._open().close()
        return self._blobs.move_in(self._path, blob.id)

    def close(self) -> Blob:
        """Puts the blob in its place, on the disk and not only on its way there."""
        blob = self.finish()
        for folder in (self.land(blob), str(self._blobs.folder)):
            sync_folder(folder)
        return blob

    def drop(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):  # closing writes what is left, which fails again on a full disk
                self._file.close()
            with contextlib.suppress(FileNotFoundError):  # it has its place
                os.unlink(self._path)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        sealed = self._sealed(chunk, last=last)
        self._open().write(sealed)
        self._unsynced += len(sealed)
        self._index += 1

    def _sealed(self, chunk: bytes, *, last: bool) -> bytes:
        sealed = self._blobs.vault.seal(chunk, _bound(self._name.hex(), self._index, last))
        return len(sealed).to_bytes(4, "big") + sealed

    def _open(self) -> IO[bytes]:
        if self._file is None:
            self._blobs.incoming.mkdir(parents=True, exist_ok=True)
            self._file = open(self._path, "xb")  # noqa: SIM115 - held until it lands or is dropped
            self._file.write(_HEAD + self._name)
        return self._file

    def _sync(self) -> None:
        file = self._open()
        file.flush()
        os.fsync(file.fileno())
        self._unsynced = 0


def _bound(name: str, index: int, last: bool) -> str:
    return f"blob:{name}:{index}:{'last' if last else 'more'}"


def sync_folder(folder: str | Path) -> None:
    """Puts the names in a folder on the disk."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
