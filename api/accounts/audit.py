"""Who did what, in a chain: every entry holds the hash of the one before, so that none can be changed or taken out
without the rest showing it.

Entries hold ids and small facts, never a name or a word of a dossier. The database itself refuses to change or delete
them; the chain tells when somebody went around the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from api.store.store import Store
from api.store.tables import AuditEntry, now

BEGINNING = "0" * 64
_CHAIN_LOCK = 0x6A7A_0002  # of PostgreSQL: entries are written one after another


@dataclass(frozen=True, slots=True)
class Verification:
    """Attributes:
    entries: how many were read.
    broken_at: number of the first entry that does not fit, None when all do.
    last: hash of the last entry; kept elsewhere, it shows later whether the end was cut off.
    """

    entries: int
    broken_at: int | None
    last: str


def record(session: Session, actor: str, action: str, object_: str | None = None, **detail: Any) -> AuditEntry:
    """Writes an entry in the caller's transaction: the act and its entry are kept together or not at all."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    session.flush()
    last = session.execute(select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)).first()
    entry = AuditEntry(
        seq=(last.seq if last else 0) + 1,
        at=now().replace(microsecond=0),
        actor=actor,
        action=action,
        object=object_,
        detail=detail,
        before=last.hash if last else BEGINNING,
    )
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()
    return entry


def verify(store: Store) -> Verification:
    """Reads the whole chain."""
    before, count = BEGINNING, 0
    with store.read() as session:
        for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=1000)):
            count += 1
            if entry.seq != count or entry.before != before or entry.hash != _hash(entry):
                return Verification(count, entry.seq, before)
            before = entry.hash
    return Verification(count, None, before)


def entries(
    session: Session,
    *,
    before: int | None = None,
    limit: int = 100,
    object_: str | None = None,
    actor: str | None = None,
) -> Iterator[AuditEntry]:
    """Newest first."""
    query = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    if object_ is not None:
        query = query.where(AuditEntry.object == object_)
    if actor is not None:
        query = query.where(AuditEntry.actor == actor)
    yield from session.scalars(query)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def _hash(entry: AuditEntry) -> str:
    content = [
        entry.seq,
        entry.at.isoformat(timespec="seconds"),
        entry.actor,
        entry.action,
        entry.object,
        entry.detail,
        entry.before,
    ]
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
