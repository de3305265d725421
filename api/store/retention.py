"""What is removed and when: dossiers past their day or by a person's act, and files that nothing names any more.

The row of a dossier stays, emptied, so that the audit trail keeps pointing at something; every other trace of its
papers goes: text, layout, results, leads, annotations, words of the index, originals and page images that no other
dossier shares. Of leads and of the monthly draw stays what figures count, so that what was reported does not change.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.store import arrivals, journal
from api.store.arrivals import hold_files, oldest_arrival, quiet_before
from api.store.counts import keep_counts
from api.store.search import forget
from api.store.store import Store
from api.store.tables import (
    Access,
    Annotation,
    AnnotationItem,
    Correction,
    Decision,
    DossierRow,
    Job,
    Lead,
    PageImage,
    Paper,
    RecallCheck,
    Result,
    Unmasking,
    Upload,
    now,
)

DUE_WITHIN = (7, 30, 90)  # days of which the administrator is told
_AT_ONCE = 100  # files removed in one transaction, for it keeps writers waiting
_OWNED = (Paper, PageImage, Result, Lead, Correction, Access, Unmasking, Upload)


def delete_dossier(session: Session, store: Store, dossier_id: str, *, actor: str, why: str = "request") -> list[str]:
    """Empties a dossier.

    Returns:
        blobs that nothing names any more; remove them with `remove_blobs` after the commit.
    """
    row = session.get_one(DossierRow, dossier_id, with_for_update=True)  # whoever is storing a result ends first
    blobs = set(session.scalars(select(Upload.blob).where(Upload.dossier_id == dossier_id)))
    blobs |= set(session.scalars(select(PageImage.blob).where(PageImage.dossier_id == dossier_id)))
    keep_counts(session, dossier_id)
    drawn = update(RecallCheck).where(RecallCheck.dossier_id == dossier_id)
    session.execute(drawn.values(note_sealed=None, names_sealed=None))
    forget(session, dossier_id)
    session.execute(delete(Decision).where(Decision.dossier_id == dossier_id))
    for table in _OWNED:
        session.execute(delete(table).where(table.dossier_id == dossier_id))
    session.execute(delete(Job).where(Job.dossier_id == dossier_id))
    row.name_sealed = row.number_sealed = row.number_hash = row.metadata_sealed = None
    row.result_id, row.level, row.charges, row.stage = None, None, [], None
    row.state, row.deleted_at = "deleted", now()
    session.flush()  # the database lets answers go only with a dossier that is marked as deleted
    for answers in (Annotation, AnnotationItem):
        session.execute(delete(answers).where(answers.dossier_id == dossier_id))
    record(session, actor, "dossier.delete", f"dossier:{dossier_id}", why=why)
    return [blob for blob in blobs if not _named(session, blob)]


def remove_blobs(store: Store, blobs: list[str], *, before: float = float("inf")) -> int:
    """Removes those files that really have no name left: the same content may have come in again meanwhile.

    Args:
        before: files that came in at this time of the file system's clock or later stay.

    Returns:
        how many were removed; one that belongs to a running upload stays until the next housekeeping.
    """
    removed = 0
    for start in range(0, len(blobs), _AT_ONCE):
        with store.begin() as session:
            hold_files(session, removing=True)
            limit = min(before, oldest_arrival(store.blobs.incoming))
            for blob in blobs[start : start + _AT_ONCE]:
                if store.blobs.age_mark(blob) < limit and not _named(session, blob):
                    store.blobs.remove(blob)
                    removed += 1
    return removed


@dataclass(frozen=True, slots=True)
class Kept:
    """How many dossiers there are, and how many fall due.

    Attributes:
        undated: kept until somebody deletes them.
        due: days from today → dossiers whose day comes by then, those of fewer days included.
        first: the next day on which one falls due.
    """

    dossiers: int
    undated: int
    due: dict[int, int]
    first: dt.date | None


def kept(session: Session, today: dt.date) -> Kept:
    """What is kept, of all offices."""
    day, there = DossierRow.keep_until, DossierRow.deleted_at.is_(None)
    query = select(func.count(), func.count().filter(day.is_(None)), func.min(day)).where(there)
    dossiers, undated, first = session.execute(query).one()
    due = {
        days: session.scalar(select(func.count()).where(there, day <= today + dt.timedelta(days=days))) or 0
        for days in DUE_WITHIN
    }
    return Kept(dossiers, undated, due, first)


def expire(store: Store, today: dt.date) -> int:
    """Empties every dossier whose day has passed; how many there were."""
    with store.read() as session:
        due = list(
            session.scalars(select(DossierRow.id).where(DossierRow.keep_until < today, DossierRow.deleted_at.is_(None)))
        )
    for dossier_id in due:
        with store.begin() as session:
            blobs = delete_dossier(session, store, dossier_id, actor="system", why="retention")
        remove_blobs(store, blobs)
    return len(due)


def remove_orphans(store: Store) -> int:
    """Removes what killed uploads left: files that no row names and files that are not whole; how many there were.

    An upload's files lie there before their row does; those of a running one stay.
    """
    journal.recover(store.blobs)
    before = quiet_before(store.blobs.incoming)
    with store.read() as session:
        named = set(session.scalars(select(Upload.blob))) | set(session.scalars(select(PageImage.blob)))
    nameless = [blob for blob in store.blobs.all() if blob not in named and store.blobs.age_mark(blob) < before]
    removed = remove_blobs(store, nameless, before=before)
    for path in store.blobs.incoming.iterdir():
        with contextlib.suppress(FileNotFoundError):  # it became whole meanwhile
            if path.suffix not in (arrivals.ENDING, journal.ENDING) and path.stat().st_mtime < before:
                path.unlink()
                removed += 1
    return removed


def _named(session: Session, blob: str) -> bool:
    return any(
        session.scalars(select(table.dossier_id).where(table.blob == blob).limit(1)).first() is not None
        for table in (Upload, PageImage)
    )
