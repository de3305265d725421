"""Screening results in the store: every one is kept, the newest is the dossier's, and what changed is said.

In: a screened dossier and the job that did it. Out: the rows, written in one transaction with the end of the job; so a
job leaves one result or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.annotation.queue import ask_of_result
from api.changes import Changes, compare
from api.jobs.queue import Taken
from api.schemas import ScreeningResult
from api.screened import Screened
from api.store.leads import save_leads
from api.store.papers import save_papers
from api.store.search import PassageWords, index_passages
from api.store.store import Store
from api.store.tables import DossierRow, Job, Result, Upload, VersionSeen, new_id, now


@dataclass(frozen=True, slots=True)
class Kept:
    """A result with its row."""

    row: Result
    result: ScreeningResult
    changes: Changes | None


def save_result(
    session: Session,
    store: Store,
    dossier_id: str,
    screened: Screened,
    taken: Taken | None,
    *,
    passages: Sequence[PassageWords] | None,
) -> Result:
    """Stores a screening as the current one, with its papers, leads, words and what annotators are asked.

    Args:
        taken: the job that made it, which the caller ends in the same transaction.
        passages: what goes into the full-text index; None leaves the index as it is.
    """
    row = session.get_one(DossierRow, dossier_id, with_for_update=True)
    earlier = current_result(session, store, dossier_id)
    result = screened.result
    number = (session.scalar(select(func.max(Result.number)).where(Result.dossier_id == dossier_id)) or 0) + 1
    kept = Result(
        id=new_id(),
        dossier_id=dossier_id,
        number=number,
        job_id=taken.id if taken is not None else None,
        as_of=result.as_of,
        pipeline=result.versions.pipeline,
        model=result.versions.model,
        rules=result.versions.rules,
        level=str(result.lead.level),
        created_at=now(),
        body_sealed=b"",
    )
    kept.body_sealed = store.vault.seal_text(result.model_dump_json(), f"result.body:{kept.id}")
    changes = compare(earlier.result, result) if earlier is not None else None
    if changes is not None:
        kept.change_sealed = store.vault.seal_json(changes.as_json(), f"result.change:{kept.id}")
    session.add(kept)
    row.result_id, row.level, row.urgent = kept.id, kept.level, result.lead.urgent
    row.state, row.screened_at = "screened", kept.created_at
    row.charges = list(result.dossier.case.charges or ())
    row.stage = result.dossier.case.stage
    save_papers(session, store, dossier_id, screened.dossier, {d.id: d.kind for d in result.dossier.documents})
    texts = {d.id: d.text for d in screened.dossier.documents}
    save_leads(session, store, row, result, changes, texts, earlier.result if earlier is not None else None)
    if passages is not None:
        index_passages(session, store, dossier_id, passages)
    _see_versions(session, result)
    session.flush()
    before = (earlier.row, earlier.result) if earlier is not None else None
    ask_of_result(session, kept, result, before, lambda id_: load_result(session, store, id_).result)
    return kept


def load_result(session: Session, store: Store, result_id: str) -> Kept:
    """Raises: KeyError when there is no such result."""
    row = session.get(Result, result_id)
    if row is None:
        raise KeyError(result_id)
    result = ScreeningResult.model_validate_json(store.vault.open_text(row.body_sealed, f"result.body:{row.id}"))
    changes = None
    if row.change_sealed is not None:
        changes = Changes.of_json(store.vault.open_json(row.change_sealed, f"result.change:{row.id}"))
    return Kept(row, result, changes)


def current_result(session: Session, store: Store, dossier_id: str) -> Kept | None:
    row = session.get(DossierRow, dossier_id)
    if row is None or row.result_id is None:
        return None
    return load_result(session, store, row.result_id)


def history(session: Session, dossier_id: str) -> list[Result]:
    """All results of a dossier, newest first."""
    return list(session.scalars(select(Result).where(Result.dossier_id == dossier_id).order_by(Result.number.desc())))


def mark_failed(session: Session, dossier_id: str) -> None:
    """Shows a dossier as failed when it has no result; one that has keeps the last."""
    row = session.get(DossierRow, dossier_id)
    if row is not None:
        row.state = "failed"


def mark_left(session: Session, dossier_id: str) -> None:
    """Shows a dossier whose screening was called off as what it is: screened before, or failed."""
    row = session.get(DossierRow, dossier_id)
    if row is not None and row.deleted_at is None:
        row.state = "screened" if row.result_id is not None else "failed"


def mark_waiting(session: Session, dossier_id: str) -> None:
    """Shows a dossier as one that will be screened."""
    row = session.get(DossierRow, dossier_id)
    if row is not None and row.deleted_at is None:
        row.state = "waiting"


def unread_uploads(session: Session, row: DossierRow) -> int:
    """Files that came in after the current result's screening had begun, and that no result has read."""
    result = session.get(Result, row.result_id) if row.result_id is not None else None
    if result is None:
        return 0
    job = session.get(Job, result.job_id) if result.job_id is not None else None
    begun = job.started_at if job is not None and job.started_at is not None else result.created_at
    late = select(func.count()).select_from(Upload).where(Upload.dossier_id == row.id, Upload.received_at > begun)
    return session.scalar(late) or 0


def _see_versions(session: Session, result: ScreeningResult) -> None:
    versions = result.versions
    for kind, version in (("pipeline", versions.pipeline), ("model", versions.model), ("rules", versions.rules)):
        if session.get(VersionSeen, (kind, version)) is None:
            session.add(VersionSeen(kind=kind, version=version, first_seen=now()))
            session.flush()
