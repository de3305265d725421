"""Values worked out once for all who ask, and again behind their backs."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.recent import Recent


def test_all_who_ask_at_once_wait_for_one_answer() -> None:
    recent: Recent[int] = Recent(fresh=60, usable=60)
    begun: list[int] = []

    def make() -> int:
        begun.append(1)
        time.sleep(0.1)
        return 7

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: recent.of("key", make), range(8))) == [7] * 8
    assert len(begun) == 1


def test_an_old_value_is_given_while_the_next_is_worked_out() -> None:
    recent: Recent[str] = Recent(fresh=0.0, usable=60)
    assert recent.of("key", lambda: "first") == "first"
    go_on, done = threading.Event(), threading.Event()

    def make() -> str:
        go_on.wait(5)
        done.set()
        return "second"

    assert recent.of("key", make) == "first"
    go_on.set()
    assert done.wait(5)
    for _ in range(100):
        if recent.of("key", lambda: "third") != "first":
            return
        time.sleep(0.01)
    pytest.fail("the value never became newer")


def test_what_is_too_old_is_waited_for() -> None:
    recent: Recent[int] = Recent(fresh=0.0, usable=0.0)
    numbers = iter(range(10))
    assert [recent.of("key", lambda: next(numbers)) for _ in range(3)] == [0, 1, 2]


def test_after_a_change_nothing_known_is_given_out() -> None:
    recent: Recent[int] = Recent(fresh=60, usable=60)
    numbers = iter(range(10))
    assert recent.of("key", lambda: next(numbers)) == 0
    recent.forget()
    assert recent.of("key", lambda: next(numbers)) == 1


def test_what_was_begun_before_a_change_is_not_kept() -> None:
    recent: Recent[str] = Recent(fresh=60, usable=60)
    go_on = threading.Event()

    def make() -> str:
        go_on.wait(5)
        return "before"

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(recent.of, "key", make)
        time.sleep(0.05)
        recent.forget()
        assert recent.of("key", lambda: "after") == "after"
        go_on.set()
        assert asked.result() == "before"
    assert recent.of("key", lambda: "later") == "after"


def test_a_failure_is_told_and_not_kept() -> None:
    recent: Recent[int] = Recent(fresh=60, usable=60)

    def fail() -> int:
        raise LookupError("no such thing")

    with pytest.raises(LookupError):
        recent.of("key", fail)
    assert recent.of("key", lambda: 1) == 1
