"""A worker: takes a job, does it, says meanwhile that it is alive, and takes the next.

Killed at any point it leaves the job to be taken again when its lease runs out; asked to stop it ends the job in hand
first. What goes wrong with a dossier is that dossier's error; the worker goes on.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from api.errors import error_of
from api.jobs.kinds import deliver, screen, tidy
from api.jobs.queue import LEASE, LeaseLost, Taken, beat, fail, take
from api.store.store import Store
from api.wiring import Screener

logger = logging.getLogger(__name__)

_IDLE = 0.5  # seconds between two looks at an empty queue
_TELL = 1.0  # seconds between two words of progress


class Worker:
    """Args:
    screener: made when the first dossier comes, for it loads lexicons and models.
    lease: how long the worker may be silent before its job is taken over.
    """

    def __init__(
        self,
        store: Store,
        screener: Callable[[], Screener],
        *,
        index: bool = True,
        lease: Any = LEASE,
        name: str | None = None,
    ) -> None:
        self.name = name or f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"
        self._store = store
        self._make_screener = screener
        self._screener: Screener | None = None
        self._index = index
        self._lease = lease
        self._stop = threading.Event()

    def stop(self) -> None:
        """Asks the worker to end after the job in hand."""
        self._stop.set()

    def run(self, *, until_idle: bool = False) -> None:
        """Works until stopped, or until nothing waits."""
        scheduled = False
        while not self._stop.is_set():
            try:
                if not scheduled:
                    with self._store.begin() as session:
                        tidy.schedule(session)
                    scheduled = True
                taken = take(self._store, self.name, lease=self._lease)
            except Exception as error:  # the database is away: it may come back
                error_of(error)
                self._stop.wait(2)
                continue
            if taken is not None:
                self.do(taken)
            elif until_idle:
                return
            else:
                self._stop.wait(_IDLE)

    def do(self, taken: Taken) -> None:
        """Does one job to its end, whatever that is."""
        started = time.monotonic()
        with _Pulse(self._store, taken, self._lease) as pulse:
            try:
                self._run(taken, pulse.tell)
                logger.info("job %s %s done in %.1f s", taken.id, taken.kind, time.monotonic() - started)
            except LeaseLost:
                logger.info("job %s %s was taken over or cancelled", taken.id, taken.kind)
            except Exception as error:
                self._failed(taken, error)

    def _run(self, taken: Taken, tell: Callable[[dict[str, Any]], None]) -> None:
        if taken.kind == screen.KIND:
            if self._screener is None:
                self._screener = self._make_screener()
            screen.run(self._store, self._screener, taken, tell, index=self._index)
        elif taken.kind == deliver.KIND:
            deliver.run(self._store, taken, tell)
        elif taken.kind == tidy.KIND:
            tidy.run(self._store, taken)
        else:
            raise ValueError(f"no kind of job is called {taken.kind}")

    def _failed(self, taken: Taken, error: Exception) -> None:
        part = error_of(error)
        final = taken.kind == screen.KIND and screen.is_final(error)
        logger.info("job %s %s failed: %s", taken.id, taken.kind, part.code)
        try:
            with self._store.begin() as session:
                fail(session, taken, part.model_dump(), final=final)
        except LeaseLost:
            logger.info("job %s %s was taken over or cancelled", taken.id, taken.kind)
        except Exception as again:  # the lease will run out and tell the rest
            error_of(again)


class _Pulse:
    """Renews the lease of a job from a thread of its own while it is worked on."""

    def __init__(self, store: Store, taken: Taken, lease: Any) -> None:
        self._store, self._taken, self._lease = store, taken, lease
        self._progress: dict[str, Any] | None = None
        self._lost = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> _Pulse:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, progress: dict[str, Any]) -> None:
        """Raises: LeaseLost, so that a cancelled job ends soon."""
        self._progress = progress
        if self._lost.is_set():
            raise LeaseLost(self._taken.id)

    def _beat(self) -> None:
        told: dict[str, Any] | None = None
        last = time.monotonic()
        while not self._over.wait(min(_TELL, self._lease.total_seconds() / 4)):
            progress = self._progress
            if progress == told and time.monotonic() - last < self._lease.total_seconds() / 4:
                continue
            try:
                beat(self._store, self._taken, progress, lease=self._lease)
                told, last = progress, time.monotonic()
            except LeaseLost:
                self._lost.set()
                return
            except Exception as error:
                error_of(error)
