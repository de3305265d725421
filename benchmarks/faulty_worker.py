"""A real worker in a process of its own that ends itself, or stands still, at a stage of its first dossier.

The functions of a stage are wrapped in the child process only; the service has no switch for it. `SIGKILL` lets no
handler run and closes nothing in order: what is left is what a power cut of the process would leave.
"""

from __future__ import annotations

import datetime as dt
import functools
import os
import signal
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

from api import wiring
from api.jobs import worker as workers
from api.jobs.kinds import screen
from api.jobs.queue import Taken
from api.settings import Settings
from api.store import results
from api.store.opening import open_store
from benchmarks.warm_screener import SCREENER
from nlp import pipeline

# stage -> the function after whose return it is reached, in the order in which a job comes by
STAGES: dict[str, tuple[ModuleType, str]] = {
    "taken": (workers, "take"),
    "opened": (screen, "as_one"),
    "read": (wiring, "open_bytes"),
    "understood": (pipeline, "understand"),
    "judged": (wiring, "screen"),
    "storing": (results, "save_papers"),
    "stored": (screen, "finish"),
    "committed": (screen, "run"),
}
_IDLE = 0.05  # seconds between two looks at the queue, so that a thousand kills take minutes


def work(settings: Settings, lease: float, stage: str | None = None, by: int = signal.SIGKILL) -> None:
    """The body of the process: works until it is asked to stop, or does to itself what `by` says at the stage.

    Args:
        lease: seconds.
    """
    workers._IDLE = _IDLE
    speaking = threading.Lock()
    workers.beat = _under(speaking, workers.beat)  # type: ignore[assignment]
    if stage is not None:
        # one that is to stand still does so between two words: stopped amid one it would hold the writers of SQLite up
        blow = functools.partial(os.kill, os.getpid(), by)
        _strike(*STAGES[stage], _under(speaking, blow) if by == signal.SIGSTOP else blow)
    worker = workers.Worker(open_store(settings), lambda: SCREENER, lease=dt.timedelta(seconds=lease))
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()


def _under(lock: threading.Lock, act: Callable[..., None]) -> Callable[..., None]:
    def acting(*arguments: Any, **named: Any) -> None:
        with lock:
            act(*arguments, **named)

    return acting


def _strike(module: ModuleType, name: str, blow: Callable[[], None]) -> None:
    real = getattr(module, name)
    first = iter([True])

    def struck(*arguments: Any, **named: Any) -> Any:
        made = real(*arguments, **named)
        reached = name != "take" or (isinstance(made, Taken) and made.kind == screen.KIND)
        if reached and next(first, False):
            blow()
        return made

    setattr(module, name, struck)
