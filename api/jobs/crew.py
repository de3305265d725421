"""Workers as processes of their own, started again when they die; also the one beside a lone `jiuzhu serve`.

A worker whose parent is gone ends by itself: nothing is left behind by a killed server.
"""

from __future__ import annotations

import logging
import multiprocessing as mp
import os
import signal
import threading
import time
from multiprocessing.process import BaseProcess

from api.settings import Settings

logger = logging.getLogger(__name__)

_PAUSE = 1.0  # seconds before a dead worker is replaced; doubled while it keeps dying
_LONGEST = 60.0


class Crew:
    """A number of worker processes under watch."""

    def __init__(self, settings: Settings, size: int = 1) -> None:
        self._settings = settings
        self._size = size
        self._members: list[BaseProcess] = []
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._mind, daemon=True)
        self._context = mp.get_context("spawn")  # fork beside threads and open databases breaks both

    def start(self) -> None:
        self._members = [self._hire() for _ in range(self._size)]
        self._watch.start()

    def stop(self, *, patience: float = 30.0) -> None:
        """Asks all to end after the job in hand; one that does not is killed, and its job is taken again later."""
        self._over.set()
        for member in self._members:
            member.terminate()
        deadline = time.monotonic() + patience
        for member in self._members:
            member.join(max(0.0, deadline - time.monotonic()))
            if member.is_alive():
                member.kill()
                member.join()

    def join(self) -> None:
        while not self._over.wait(1):
            pass

    @property
    def pids(self) -> list[int]:
        return [member.pid for member in self._members if member.pid is not None and member.is_alive()]

    def _hire(self) -> BaseProcess:
        member = self._context.Process(target=work, args=(self._settings, os.getpid()), daemon=True)
        member.start()
        return member

    def _mind(self) -> None:
        pause = _PAUSE
        while not self._over.wait(pause):
            for index, member in enumerate(self._members):
                if not member.is_alive() and not self._over.is_set():
                    logger.warning("worker ended with %s and is replaced", member.exitcode)
                    self._members[index] = self._hire()
                    pause = min(_LONGEST, pause * 2)
                    break
            else:
                pause = _PAUSE


def work(settings: Settings, parent: int | None = None) -> None:
    """The body of a worker process."""
    from api.jobs.worker import Worker
    from api.store.opening import open_store
    from api.wiring import build_screener

    worker = Worker(open_store(settings), lambda: build_screener(settings), index=settings.search_index == "on")
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    signal.signal(signal.SIGINT, lambda *_: worker.stop())
    if parent is not None:
        threading.Thread(target=_follow, args=(parent, worker), daemon=True).start()
    worker.run()


def _follow(parent: int, worker: object) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    worker.stop()  # type: ignore[attr-defined]
