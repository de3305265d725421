"""What is left to do when the last byte of an upload has come: the tail, whatever the size. Nothing here measures time.

The stream of a request is held before its last piece, and the folder is looked into.
"""

from __future__ import annotations

import asyncio
import builtins
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from api.store import blobs as blobs_module
from api.store.blobs import CHUNK, SYNC_EVERY, Blob, Blobs, BlobWriter
from api.store.landing import Landing
from api.store.vault import Vault
from api.upload_stream import Form, UploadRefused, read_form

_PIECE = 64 * 1024
_CUT = b"\r\n--cut--\r\n"


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "files", Vault(bytes(range(32))))


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """Bytes on the disk by inode, as far as the program has waited for them."""
    seen: dict[int, int] = {}
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        state = os.fstat(descriptor)
        seen[state.st_ino] = state.st_size

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def part(name: str, content: bytes) -> bytes:
    head = f'\r\n--cut\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return head.encode() + content


def receive(body: bytes, blobs: Blobs, before_the_last: Callable[[], None]) -> Form:
    """Reads a form piece by piece; the call is made when all but the last piece has been read."""
    pieces = [body[start : start + _PIECE] for start in range(0, len(body), _PIECE)]

    async def next_piece() -> dict[str, Any]:
        piece = pieces.pop(0)
        if not pieces:
            before_the_last()
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    headers = [(b"content-type", b"multipart/form-data; boundary=cut")]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    return asyncio.run(read_form(Request(scope, next_piece), blobs, limit=1 << 30))


def test_a_long_file_is_on_the_disk_but_for_its_tail_when_the_last_byte_comes(
    blobs: Blobs, synced: dict[int, int]
) -> None:
    content = os.urandom(3 * SYNC_EVERY + 5)

    def check() -> None:
        assert sum(synced.values()) >= len(content) - SYNC_EVERY - 2 * CHUNK - _PIECE

    form = receive(part("卷.pdf", content) + _CUT, blobs, check)
    (received,) = form.files
    assert blobs.read_all(received.blob.id) == content
    kept = blobs.path(received.blob.id)
    assert synced[kept.stat().st_ino] == kept.stat().st_size  # the receipt is given for what is on the disk
    assert kept.parent.stat().st_ino in synced  # and has its name there


def test_nothing_is_read_again_and_no_archive_is_opened(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_arguments: object, **_more: object) -> None:
        raise AssertionError("an upload is read once, while it arrives")

    monkeypatch.setattr(Blobs, "read", forbidden)
    monkeypatch.setattr("zipfile.ZipFile.__init__", forbidden)
    modes = []
    real = builtins.open
    monkeypatch.setattr(
        builtins, "open", lambda path, mode="r", *a, **k: (modes.append(mode), real(path, mode, *a, **k))[1]
    )
    form = receive(part("卷宗.zip", b"PK\x03\x04" + os.urandom(200_000)) + _CUT, blobs, lambda: None)
    assert len(form.files) == 1
    assert modes and set(modes) == {"xb"}


def test_files_land_while_others_arrive(blobs: Blobs) -> None:
    """Of many files no more than may be behind are without their place before the last piece."""
    landed = []

    def check() -> None:
        landed.append(len(list(blobs.all())))

    body = b"".join(part(f"{n}.jpg", n.to_bytes(2, "big") * 140_000) for n in range(60))
    form = receive(body + _CUT, blobs, check)
    assert len({f.blob.id for f in form.files}) == len(list(blobs.all())) == 60
    assert landed[0] >= 60 - 16 - 2
    assert not list(blobs.incoming.iterdir())


def test_the_same_file_twice_in_one_form_is_one_blob(blobs: Blobs) -> None:
    form = receive(part("a.txt", b"x" * 10) + part("b.txt", b"x" * 10) + part("c.txt", b"") + _CUT, blobs, lambda: None)
    assert [(f.name, f.blob.size) for f in form.files] == [("a.txt", 10), ("b.txt", 10), ("c.txt", 0)]
    assert len(list(blobs.all())) == 2


def test_a_form_without_a_chosen_file_holds_none(blobs: Blobs) -> None:
    assert receive(part("", b"") + _CUT, blobs, lambda: None).files == []


def test_a_disk_that_fails_late_is_told_and_leaves_nothing(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    turn = threading.Lock()
    left = [3]

    def land(self: BlobWriter, blob: Blob) -> str:
        with turn:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(28, "No space left on device")
        return real(self, blob)

    real = BlobWriter.land
    monkeypatch.setattr(BlobWriter, "land", land)
    body = b"".join(part(f"{n}.jpg", n.to_bytes(2, "big") * 4_000) for n in range(50))
    with pytest.raises(UploadRefused) as refused:
        receive(body + _CUT, blobs, lambda: None)
    assert refused.value.code == "intake.disk_full"
    assert len(list(blobs.all())) <= 3 and not list(blobs.incoming.iterdir())  # whole ones go with the next tidying


def test_leaving_waits_for_what_has_begun(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer is never dropped under the thread that brings it to the disk."""
    go, began = threading.Event(), threading.Event()
    real = os.fsync

    def fsync(descriptor: int) -> None:
        began.set()
        go.wait(10)
        real(descriptor)

    monkeypatch.setattr(blobs_module.os, "fsync", fsync)
    with blobs.writer() as writer, pytest.raises(RuntimeError), Landing(blobs) as landing:
        writer.write(b"x")
        blob = landing.take(writer)
        assert began.wait(10)
        threading.Timer(0.05, go.set).start()
        raise RuntimeError
    assert blobs.has(blob.id)
