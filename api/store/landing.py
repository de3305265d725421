"""Many blobs brought to the disk while others still come in: what is left after the last byte is the last file's tail.

In: finished blobs, one after another. Out: all of them in their places, on the disk, when `wait` returns. Each waits
for the disk in a thread of its own, because a disk does several such waits in one go; and folders are written once for
all the names in them, not once for each. When the disk falls behind, whoever sends waits for it.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from api.store.blobs import Blob, BlobWriter, sync_folder

_AT_ONCE = 16
_BEHIND = 32  # blobs that wait for the disk, each with at most one chunk in memory


class Landing:
    """Holds while its block runs; leaving the block waits for what has begun, so that writers may be dropped then."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="landing")
        self._begun: list[Future[Path]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    def take(self, writer: BlobWriter) -> Blob:
        """Finishes a blob and begins to bring it to the disk."""
        blob = writer.finish()
        if len(self._begun) >= _BEHIND:
            self._begun[-_BEHIND].result()
        self._begun.append(self._threads.submit(writer.land, blob))
        return blob

    def wait(self) -> None:
        """Returns when everything taken is on the disk under its name.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        folders = {landed.result() for landed in self._begun}
        list(self._threads.map(sync_folder, folders))
