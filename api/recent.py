"""Values that stand for a few seconds: worked out once for all who ask at the same time, and again behind their backs.

A value is fresh for a while; then whoever asks still gets it at once, and a thread works out the next one. Only one
that nobody has asked for lately is waited for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Value = TypeVar("Value")
_MOST = 500  # keys


@dataclass(slots=True)
class _Kept(Generic[Value]):
    at: float
    value: Value = field(repr=False)


class Recent(Generic[Value]):
    """A cache by key.

    Args:
        fresh: seconds for which a value stands.
        usable: seconds after which it is no longer given out, not even while the next one is worked out.
    """

    def __init__(self, fresh: float, usable: float) -> None:
        self._fresh, self._usable = fresh, usable
        self._kept: dict[Hashable, _Kept[Value]] = {}
        self._coming: dict[Hashable, Future[Value]] = {}
        self._generation = 0
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="recent")

    def of(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key; `make` works it out, in another thread and with nothing of the caller's."""
        with self._lock:
            kept = self._kept.get(key)
            age = time.monotonic() - kept.at if kept is not None else None
            if kept is not None and age is not None and age < self._fresh:
                return kept.value
            coming = self._coming.get(key)
            if coming is None:
                coming = self._pool.submit(self._work_out, key, make, self._generation)
                self._coming[key] = coming
            if kept is not None and age is not None and age < self._usable:
                return kept.value
        return coming.result()

    def forget(self) -> None:
        """Something has changed: nothing known, and nothing being worked out, is given out any more."""
        with self._lock:
            self._generation += 1
            self._kept.clear()
            self._coming.clear()

    def _work_out(self, key: Hashable, make: Callable[[], Value], generation: int) -> Value:
        try:
            value = make()
            with self._lock:
                if generation == self._generation:
                    if len(self._kept) >= _MOST:
                        self._kept.clear()
                    self._kept[key] = _Kept(time.monotonic(), value)
            return value
        finally:
            with self._lock:
                if generation == self._generation:
                    self._coming.pop(key, None)
