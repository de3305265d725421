"""Housekeeping, once an hour: the monthly draw, dossiers past their day, ended sessions, old jobs, nameless files."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.jobs.queue import Taken, add, finish
from api.recall import draw_last_month
from api.store.retention import expire, remove_orphans
from api.store.store import Store
from api.store.tables import Job, SignIn, Unmasking, now

KIND = "tidy"
_EVERY = dt.timedelta(hours=1)
_DONE_FOR = dt.timedelta(days=90)


def run(store: Store, taken: Taken) -> None:
    draw_last_month(store)  # before a dossier that belongs to it goes
    expire(store, dt.date.today())
    remove_orphans(store)
    with store.begin() as session:
        session.execute(delete(SignIn).where(SignIn.expires_at < now()))
        session.execute(delete(Unmasking).where(Unmasking.until < now() - dt.timedelta(days=1)))
        session.execute(delete(Job).where(Job.state.in_(("done", "cancelled")), Job.finished_at < now() - _DONE_FOR))
        finish(session, taken)
        schedule(session, after=now() + _EVERY)


def schedule(session: Session, *, after: dt.datetime | None = None) -> None:
    """One such job waits at any time."""
    if session.scalars(select(Job.id).where(Job.kind == KIND, Job.state == "waiting")).first() is None:
        add(session, KIND, once=KIND, after=after)
