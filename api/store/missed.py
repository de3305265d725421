"""Names of victims whom the screening missed and people wrote down: the mask must cover them like any other."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.store.store import Store
from api.store.tables import Correction, RecallCheck
from nlp.facts import VictimType

PERSON = "person"  # the attribute of a correction, or of a question, that is about the person as such


def missed_names(session: Session, store: Store, dossier_id: str, *, standing: bool = False) -> tuple[str, ...]:
    """Names of missed persons, sorted.

    Args:
        standing: only of corrections that were not withdrawn, and also of groups and organizations; otherwise the names
            of natural persons, for withdrawing a correction makes nobody's name public.
    """
    query = select(Correction).where(Correction.dossier_id == dossier_id, Correction.kind == "missed")
    if standing:
        query = query.where(Correction.withdrawn_at.is_(None))
    bodies = [store.vault.open_json(row.body_sealed, f"correction.body:{row.id}") for row in session.scalars(query)]
    names = {body["name"] for body in bodies if standing or body["type"] == VictimType.PERSON}
    return tuple(sorted(names if standing else names | _named_in_the_draw(session, store, dossier_id)))


def _named_in_the_draw(session: Session, store: Store, dossier_id: str) -> set[str]:
    """Those whom somebody found missed when the dossier was checked for the recall ledger."""
    drawn = RecallCheck.dossier_id == dossier_id
    checks = session.scalars(select(RecallCheck).where(drawn, RecallCheck.names_sealed.is_not(None)))
    return {
        name
        for row in checks
        if row.names_sealed is not None
        for name in store.vault.open_json(row.names_sealed, f"recall.names:{row.id}")
    }
