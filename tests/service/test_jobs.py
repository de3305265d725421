"""The queue and its workers on both databases: leases, takings-over, giving up, killed processes."""

from __future__ import annotations

import datetime as dt
import multiprocessing as mp
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, update

from api.accounts.rights import Role
from api.jobs import worker as worker_module
from api.jobs.kinds import screen
from api.jobs.queue import LeaseLost, Taken, add, beat, cancel, fail, finish, give_back, retry, take
from api.jobs.worker import Worker
from api.settings import Settings
from api.store.opening import open_store
from api.store.store import Store
from api.store.tables import DossierRow, Job, Lead, Result, now
from api.wiring import Screener
from dossier.errors import JiuzhuError
from tests.service.conftest import TEXT, person, upload

SHORT = dt.timedelta(seconds=1)


def state_of(store: Store, job_id: str) -> str:
    with store.read() as session:
        return session.get_one(Job, job_id).state


def queue_one(store: Store, **more: Any) -> str:
    with store.begin() as session:
        return add(session, "screen", **more).id


def test_a_job_is_taken_once(store: Store) -> None:
    jobs = {queue_one(store) for _ in range(20)}
    with ThreadPoolExecutor(8) as pool:
        taken = [t for t in pool.map(lambda n: take(store, f"w{n}"), range(32)) if t is not None]
    assert sorted(t.id for t in taken) == sorted(jobs)


def test_jobs_under_the_same_words_are_one_while_it_waits(store: Store) -> None:
    first, again = queue_one(store, once="x"), queue_one(store, once="x")
    assert first == again
    assert take(store, "w") is not None
    assert queue_one(store, once="x") != first  # the running one has read its input already


def test_two_jobs_of_one_dossier_do_not_run_beside_each_other(store: Store) -> None:
    visitor = person(store, Role.LEADER)
    dossier = upload(store, visitor).dossier_id
    first = take(store, "a")
    assert first is not None
    queue_one(store, dossier_id=dossier)
    assert take(store, "b") is None
    with store.begin() as session:
        finish(session, first)
    assert take(store, "b") is not None


def test_a_silent_worker_loses_its_job_and_can_write_nothing(store: Store) -> None:
    job = queue_one(store)
    lost = take(store, "lost", lease=dt.timedelta(seconds=-1))
    other = take(store, "other")
    assert lost is not None and other is not None and other.id == job
    with pytest.raises(LeaseLost):
        beat(store, lost)
    with pytest.raises(LeaseLost), store.begin() as session:
        finish(session, lost)
    with store.begin() as session:
        finish(session, other)
    assert state_of(store, job) == "done"


def test_what_fails_is_tried_again_later_and_then_given_up(store: Store) -> None:
    job = queue_one(store, max_attempts=2)
    error = {"code": "x.y", "message": "m", "hint": "h"}
    first = take(store, "w")
    assert first is not None
    with store.begin() as session:
        assert fail(session, first, error) is False
    assert take(store, "w") is None  # it pauses
    with store.begin() as session:
        session.execute(update(Job).values(after=now()))
    second = take(store, "w")
    assert second is not None
    with store.begin() as session:
        assert fail(session, second, error) is True
    with store.read() as session:
        row = session.get_one(Job, job)
        assert (row.state, row.error) == ("dead", error)
    with store.begin() as session:
        assert retry(session, job)
    assert take(store, "w") is not None


def test_a_job_that_kills_every_worker_is_given_up(store: Store) -> None:
    job = queue_one(store, max_attempts=2)
    for _ in range(2):
        assert take(store, "w", lease=dt.timedelta(seconds=-1)) is not None
    assert take(store, "w") is None
    with store.read() as session:
        row = session.get_one(Job, job)
        assert row.state == "dead"
        assert row.error is not None and row.error["code"] == "job.never_ended"


def test_cancelling_and_giving_back(store: Store) -> None:
    job = queue_one(store)
    taken = take(store, "w")
    assert taken is not None
    give_back(store, taken)
    again = take(store, "w")
    assert again is not None and again.attempts == 1
    with store.begin() as session:
        assert cancel(session, job)
        assert not cancel(session, job)
    with pytest.raises(LeaseLost):
        beat(store, again)


def test_a_dossier_that_cannot_be_read_fails_visibly_and_at_once(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.LEADER)
    receipt = upload(store, visitor, "\x00\x01\x02", "坏.pdf")
    Worker(store, lambda: screener).run(until_idle=True)
    with store.read() as session:
        assert session.get_one(DossierRow, receipt.dossier_id).state == "failed"
        job = session.scalars(select(Job).where(Job.kind == "screen")).one()
        assert job.state == "dead" and job.attempts == 1
        assert job.error is not None and job.error["message"] and "坏" not in str(job.error)


def test_the_result_and_the_end_of_the_job_are_one_act(
    store: Store, screener: Screener, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = person(store, Role.LEADER)
    upload(store, visitor)

    def broken(session: Any, taken: Taken, **_: Any) -> None:
        raise LeaseLost(taken.id)

    monkeypatch.setattr(screen, "finish", broken)
    taken = take(store, "w")
    assert taken is not None
    Worker(store, lambda: screener).do(taken)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Result)) == 0
        assert session.scalar(select(func.count()).select_from(Lead)) == 0


def test_a_decision_stays_with_its_person_over_a_new_screening(store: Store, screener: Screener) -> None:
    from api.decisions import decide

    visitor = person(store, Role.LEADER)
    receipt = upload(store, visitor, number="甲1")
    worker = Worker(store, lambda: screener)
    worker.run(until_idle=True)
    with store.begin() as session:
        decide(session, store, visitor, session.scalars(select(Lead)).one(), "check", "hardship", last=None)
    upload(store, visitor, "收条\n今收到章水根赔偿款50000元。收款人：蔺满囤。\n", "收条.txt", number="甲1")
    worker.run(until_idle=True)
    with store.read() as session:
        lead = session.scalars(select(Lead)).one()
        assert (lead.dossier_id, lead.state, lead.changed) == (receipt.dossier_id, "checking", True)


def test_an_idle_error_of_the_database_does_not_end_the_worker(
    lite: Store, screener: Screener, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter([OSError("away"), None])
    worker = Worker(lite, lambda: screener)

    def away(*_: Any, **__: Any) -> None:
        error = next(calls)
        if error is not None:
            raise error

    monkeypatch.setattr(worker_module, "take", away)
    monkeypatch.setattr(worker._stop, "wait", lambda _=None: False)
    worker.run(until_idle=True)  # ends when the second look finds nothing


# ---------------------------------------------------------------- killed processes

STAGES = ("opening", "reading", "storing", "stored")


def _work_until(settings: Settings, stage: str, reached: Any) -> None:
    """A worker that stands still at a stage, so that it can be killed there."""

    def stand(*_: Any) -> None:
        reached.set()
        time.sleep(60)

    real = screen.save_result

    def saving(*arguments: Any, **more: Any) -> Any:
        if stage == "stored":
            row = real(*arguments, **more)
            arguments[0].flush()
            stand()
            return row
        return real(*arguments, **more)

    screen.save_result = saving
    if stage != "stored":
        pulse = worker_module._Pulse.tell

        def tell(self: Any, progress: dict[str, Any]) -> None:
            pulse(self, progress)
            if progress.get("stage") == stage:
                stand()

        worker_module._Pulse.tell = tell  # type: ignore[method-assign]
    from api.wiring import build_screener

    Worker(open_store(settings), lambda: build_screener(settings), lease=SHORT).run(until_idle=True)


@pytest.mark.parametrize("stage", STAGES)
def test_a_worker_killed_at_any_stage_loses_nothing_and_doubles_nothing(
    settings: Settings, store: Store, screener: Screener, stage: str
) -> None:
    visitor = person(store, Role.LEADER)
    receipt = upload(store, visitor, TEXT)
    context = mp.get_context("spawn")
    reached = context.Event()
    process = context.Process(target=_work_until, args=(settings, stage, reached), daemon=True)
    process.start()
    assert reached.wait(60), "the worker did not come to its stage"
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    deadline = time.monotonic() + 30
    worker = Worker(store, lambda: screener, lease=SHORT)
    while state_of(store, receipt.job_id or "") != "done" and time.monotonic() < deadline:
        worker.run(until_idle=True)
        time.sleep(0.2)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Result)) == 1
        assert session.get_one(DossierRow, receipt.dossier_id).state == "screened"
        assert session.scalar(select(func.count()).select_from(Lead)) == 1


def test_errors_are_ours() -> None:
    assert screen.is_final(JiuzhuError("upload.damaged", "m", "h"))
    assert not screen.is_final(OSError())
