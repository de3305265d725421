"""That somebody read a dossier's papers, in the audit trail: once for each person or key, dossier and hour.

In: who reads which dossiers. Out: at most one entry. Opening the dossier's page is an entry of its own and counts. What
was looked for is never written down. Each process remembers what it has noted, so that most readings cost no query.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable

from sqlalchemy import select

from api.accounts.audit import record
from api.accounts.rights import Visitor
from api.store.store import Store
from api.store.tables import AuditEntry, now

EVERY = dt.timedelta(hours=1)
_ACTS = ("dossier.open", "dossier.read")
_MOST = 50_000  # readings remembered


class ReadingLog:
    """Notes readings in the trail of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted: dict[tuple[str, str, str], dt.datetime] = {}
        self._lock = threading.Lock()

    def read(self, visitor: Visitor, dossier_id: str) -> None:
        """The result, text or an image of a dossier was given out."""
        if not self._unnoted("read", visitor, [dossier_id]):
            return
        with self._store.begin() as session:
            known = session.scalars(
                select(AuditEntry.seq)
                .where(
                    AuditEntry.object == f"dossier:{dossier_id}",
                    AuditEntry.actor == visitor.id,
                    AuditEntry.action.in_(_ACTS),
                    AuditEntry.at > now() - EVERY,
                )
                .limit(1)
            ).first()
            if known is None:
                record(session, visitor.id, "dossier.read", f"dossier:{dossier_id}")
        self._note("read", visitor, [dossier_id])

    def found(self, visitor: Visitor, dossiers: Iterable[str]) -> None:
        """Words of these dossiers were given out by a search."""
        new = self._unnoted("found", visitor, dossiers)
        if new:
            with self._store.begin() as session:
                record(session, visitor.id, "dossier.found", None, dossiers=new)
            self._note("found", visitor, new)

    def _unnoted(self, act: str, visitor: Visitor, dossiers: Iterable[str]) -> list[str]:
        since = now() - EVERY
        with self._lock:
            return [d for d in dossiers if self._noted.get((act, visitor.id, d), since) <= since]

    def _note(self, act: str, visitor: Visitor, dossiers: Iterable[str]) -> None:
        with self._lock:
            if len(self._noted) > _MOST:
                self._noted.clear()
            for dossier in dossiers:
                self._noted[act, visitor.id, dossier] = now()
