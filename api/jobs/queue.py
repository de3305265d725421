"""The queue of work, a table beside the data that the work is about.

A job is written in the transaction that makes it necessary. A worker takes it for a while (a lease), says that it is
alive, and ends it in the transaction that stores what it made; every such write asks whether the job is still this
worker's, so that one whose lease ran out can leave nothing behind. What fails is tried again, later each time, and
given up with its reason in plain sight.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from api.store.store import Store
from api.store.tables import Job, new_id, now

LEASE = dt.timedelta(seconds=60)
_FIRST_PAUSE = dt.timedelta(seconds=5)
_OPEN = ("waiting", "running")


class LeaseLost(Exception):
    """The job is no longer this worker's: it was taken over, cancelled, or ended by another."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A job in a worker's hands; a copy, so that nothing of the session is carried about."""

    id: str
    kind: str
    dossier_id: str | None
    payload: dict[str, Any]
    attempts: int
    worker: str


def add(
    session: Session,
    kind: str,
    *,
    dossier_id: str | None = None,
    payload: dict[str, Any] | None = None,
    once: str | None = None,
    after: dt.datetime | None = None,
    max_attempts: int = 4,
) -> Job:
    """Writes a job. With `once`, one that waits under the same words is the job; a running one does not count, for it
    has read its input already."""
    if once is not None:
        waiting = session.scalars(select(Job).where(Job.once == once, Job.state == "waiting")).first()
        if waiting is not None:
            return waiting
    job = Job(
        id=new_id(),
        kind=kind,
        dossier_id=dossier_id,
        payload=payload or {},
        once=once,
        after=after or now(),
        max_attempts=max_attempts,
        state="waiting",
        progress={},
    )
    session.add(job)
    session.flush()
    return job


def waiting_for(session: Session, dossier_id: str, kind: str) -> Job | None:
    """The newest job of this kind for a dossier, whatever its state."""
    return session.scalars(
        select(Job).where(Job.dossier_id == dossier_id, Job.kind == kind).order_by(Job.created_at.desc(), Job.id)
    ).first()


def take(
    store: Store, worker: str, *, lease: dt.timedelta = LEASE, kinds: tuple[str, ...] | None = None
) -> Taken | None:
    """The next job whose time has come, or one whose worker has not been heard of for its lease.

    A job that was taken `max_attempts` times and never ended is given up here: it may be what kills its workers.
    """
    with store.begin() as session:
        time = now()
        ready = or_(
            and_(Job.state == "waiting", Job.after <= time), and_(Job.state == "running", Job.lease_until < time)
        )
        # two jobs of one dossier never run beside each other
        busy = select(Job.dossier_id).where(
            Job.state == "running", Job.lease_until >= time, Job.dossier_id.is_not(None), Job.kind == "screen"
        )
        query = select(Job).where(
            ready, or_(Job.dossier_id.is_(None), Job.kind != "screen", Job.dossier_id.not_in(busy))
        )
        if kinds is not None:
            query = query.where(Job.kind.in_(kinds))
        query = query.order_by(Job.after, Job.created_at, Job.id).limit(1).with_for_update(skip_locked=True)
        while (job := session.scalars(query).first()) is not None:
            if job.attempts >= job.max_attempts:
                _bury(session, job, _NEVER_ENDED)
                session.flush()
                continue
            job.state, job.worker, job.lease_until = "running", worker, time + lease
            job.attempts += 1
            job.started_at, job.progress, job.error = time, {}, None
            return Taken(job.id, job.kind, job.dossier_id, dict(job.payload), job.attempts, worker)
    return None


_NEVER_ENDED = {
    "code": "job.never_ended",
    "message": "处理多次中断，没有完成",
    "hint": "可能是这件卷宗使处理程序退出。请查看日志，必要时拆分卷宗后重试",
}


def beat(store: Store, taken: Taken, progress: dict[str, Any] | None = None, *, lease: dt.timedelta = LEASE) -> None:
    """Says that the worker is alive and how far it is.

    Raises:
        LeaseLost: the job is not this worker's any more.
    """
    values: dict[str, Any] = {"lease_until": now() + lease}
    if progress is not None:
        values["progress"] = progress
    with store.begin() as session:
        _write(session, taken, values)


def confirm(session: Session, taken: Taken) -> None:
    """Asks before anything is written whether the job is still this worker's.

    Raises:
        LeaseLost: it is not.
    """
    mine = (Job.id == taken.id, Job.worker == taken.worker, Job.state == "running")
    if session.scalars(select(Job.id).where(*mine)).first() is None:
        raise LeaseLost(taken.id)


def finish(session: Session, taken: Taken, *, progress: dict[str, Any] | None = None) -> None:
    """Ends a job in the transaction that stores what it made.

    Raises:
        LeaseLost: nothing of the transaction may be kept; it is rolled back by this.
    """
    values: dict[str, Any] = {"state": "done", "lease_until": None, "finished_at": now()}
    if progress is not None:
        values["progress"] = progress
    _write(session, taken, values)


def fail(session: Session, taken: Taken, error: dict[str, Any], *, final: bool = False) -> bool:
    """Ends an attempt: another follows after a pause that doubles, or the job is given up.

    Args:
        final: repeating cannot mend it.

    Returns:
        whether it was given up.
    """
    job = session.get_one(Job, taken.id)
    _write(session, taken, {"error": error})
    session.refresh(job)
    if final or job.attempts >= job.max_attempts:
        _bury(session, job, error)
        return True
    job.state, job.lease_until, job.worker = "waiting", None, None
    job.after = now() + _FIRST_PAUSE * 2 ** (job.attempts - 1)
    return False


def give_back(store: Store, taken: Taken) -> None:
    """Returns a job unharmed, as if it had not been taken: the worker was asked to stop."""
    with store.begin() as session:
        _write(session, taken, {"state": "waiting", "lease_until": None, "worker": None})
        job = session.get_one(Job, taken.id)
        job.attempts = max(0, job.attempts - 1)


def cancel(session: Session, job_id: str) -> bool:
    """Whether there was something to cancel; a worker that holds the job learns of it at its next word."""
    job = session.get(Job, job_id)
    if job is None or job.state not in _OPEN:
        return False
    job.state, job.lease_until, job.finished_at = "cancelled", None, now()
    if job.kind == "screen" and job.dossier_id is not None:
        from api.store.results import mark_left

        more = (Job.dossier_id == job.dossier_id, Job.kind == job.kind, Job.state.in_(_OPEN), Job.id != job.id)
        if session.scalars(select(Job.id).where(*more)).first() is None:
            mark_left(session, job.dossier_id)
    return True


def retry(session: Session, job_id: str) -> bool:
    """Sends a job that was given up or cancelled round again."""
    job = session.get(Job, job_id)
    if job is None or job.state not in ("dead", "cancelled"):
        return False
    job.state, job.attempts, job.after, job.error = "waiting", 0, now(), None
    job.finished_at = job.lease_until = None
    if job.kind == "screen" and job.dossier_id is not None:
        from api.store.results import mark_waiting

        mark_waiting(session, job.dossier_id)
    return True


def _bury(session: Session, job: Job, error: dict[str, Any]) -> None:
    job.state, job.lease_until, job.finished_at, job.error = "dead", None, now(), error
    if job.kind == "screen" and job.dossier_id is not None:
        from api.jobs.kinds.deliver import announce
        from api.store.results import mark_failed

        mark_failed(session, job.dossier_id)
        announce(session, "dossier.failed", job.dossier_id)


def _write(session: Session, taken: Taken, values: dict[str, Any]) -> None:
    done = session.execute(
        update(Job)
        .where(Job.id == taken.id, Job.worker == taken.worker, Job.state == "running")
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", done).rowcount != 1:
        raise LeaseLost(taken.id)
