"""Many blobs brought to the disk while others still come in: what is left after the last byte is the last file's tail.

In: finished blobs, one after another. Out: all of them in their places, on the disk, when `wait` returns. The first,
and those that are not small, wait for the disk in threads of their own, because a disk does several such waits in
one go; small ones after them go into a journal and wait together (`api/store/journal.py`). Folders are written once
for all the names in them. When the disk falls behind, whoever sends waits for it.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from api.store.blobs import Blob, Blobs, BlobWriter, sync_folder
from api.store.journal import Journal

_AT_ONCE = 16
_ALONE = 8  # blobs after which small ones go into a journal: what goes there is written twice, and that must pay
_SMALL = 1 << 18  # bytes; larger ones take so long to come in that the disk is done with most of them by the end
_BEHIND = 16  # blobs that wait for the disk, each with at most one chunk in memory


class Landing:
    """Holds while its block runs; leaving the block waits for what has begun, so that writers may be dropped then.

    Args:
        journaled: small blobs may go into a journal; whoever says so settles it.

    Attributes:
        journal: to be settled by whoever keeps the blobs; None without one, or when the block was left by an error.
    """

    def __init__(self, blobs: Blobs, *, journaled: bool = True) -> None:
        self.journal: Journal | None = None
        self._journaled = journaled
        self._blobs = blobs
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="landing")
        self._begun: list[Future[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        if error is not None and self.journal is not None:
            self.journal.drop()
            self.journal = None

    def take(self, writer: BlobWriter) -> Blob:
        """Finishes a blob and begins to bring it to the disk."""
        blob = writer.finish()
        if self._journaled and writer.size <= _SMALL and len(self._begun) >= _ALONE:
            self.journal = self.journal or Journal.begin(self._blobs)
            if self.journal is not None:
                self.journal.add(blob, writer.whole())
                return blob
        if len(self._begun) >= _BEHIND:
            self._begun[-_BEHIND].result()
        self._begun.append(self._threads.submit(writer.land, blob))
        return blob

    def wait(self) -> None:
        """Returns when everything taken is on the disk and can be read under its name.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        together = self._threads.submit(self.journal.sync) if self.journal is not None else None
        folders = {landed.result() for landed in self._begun}
        if folders:  # a store that took nothing yet may have no folder
            list(self._threads.map(sync_folder, {*folders, str(self._blobs.folder)}))
        if self.journal is not None and together is not None:
            together.result()
            self.journal.name()
