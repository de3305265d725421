"""What comes in: files of one call become a dossier, or a supplement (补充卷) to one that is there.

In: sealed blobs with their names. Out: a receipt. Uploads, dossier and the job that will screen it are written in one
transaction: whoever has the receipt can rely on the screening. The same files sent again by the same office give the
same receipt and change nothing, also when two calls race.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from api.jobs.queue import add, waiting_for
from api.store.arrivals import hold_files
from api.store.blobs import Blob
from api.store.store import Store
from api.store.tables import DossierRow, Upload, new_id, now
from dossier.errors import JiuzhuError


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it was sent; `name` may say more of people than a log should."""

    name: str = field(repr=False)
    blob: Blob


@dataclass(frozen=True, slots=True)
class Receipt:
    """Attributes:
    is_new: a dossier was made for it.
    is_repeat: the same files were here already; nothing was changed.
    """

    dossier_id: str
    batch: str
    job_id: str | None
    is_new: bool
    is_repeat: bool


def receive(
    session: Session,
    store: Store,
    *,
    office_id: str,
    received_by: str,
    files: Sequence[Received],
    name: str | None = None,
    number: str | None = None,
    metadata: dict[str, Any] | None = None,
    sealed: bool = False,
    handler_id: str | None = None,
    dossier_id: str | None = None,
    supplement: bool = False,
    keep_days: int | None = None,
) -> Receipt:
    """Takes in the files of one call.

    Args:
        number: case number; files with the number of a dossier of this office are added to it.
        metadata: kept as it is; what a supplement brings is added, and stands where both say something.
        supplement: only into a dossier that is there; a mistyped number makes no new one.
        dossier_id: the dossier they are added to, which the caller has checked.
        sealed: a sealed case of a minor; once sealed, a supplement does not unseal.
        keep_days: after which retention removes the dossier.

    Raises:
        JiuzhuError: `intake.empty` without files; `intake.removed`, a file or the dossier is gone;
            `intake.supplement`, there is no dossier for a supplement, or no number to find it by.
    """
    if not files:
        raise JiuzhuError("intake.empty", "没有收到文件", "请至少选择一个文件")
    number = _plain_number(number)
    if supplement and number is None and dossier_id is None:
        raise JiuzhuError("intake.supplement", "补充卷没有写明案号，没有保存", "请填写原卷宗的案号后重新上传")
    content_key = _content_key(store, office_id, files, number, dossier_id)
    _one_at_a_time(session, store, content_key)
    if number is not None:  # two calls with a new number make one dossier
        _one_at_a_time(session, store, store.vault.hash("number", f"{office_id}:{number}"))
    hold_files(session)
    if not all(store.blobs.has(received.blob.id) for received in files):
        raise _removed()
    known = session.scalars(select(Upload).where(Upload.content_key == content_key)).first()
    if known is not None:
        job = waiting_for(session, known.dossier_id, "screen")
        return Receipt(known.dossier_id, known.batch, job.id if job else None, is_new=False, is_repeat=True)
    row = _dossier_of(session, store, office_id, number, dossier_id)
    is_new = row is None
    if row is None:
        if supplement:
            raise JiuzhuError(
                "intake.supplement", "没有这个案号的卷宗，补充卷没有保存", "请核对案号；是新卷宗的，请不要标为补充卷"
            )
        row = _new_dossier(session, store, office_id, files, name, number, handler_id, keep_days)
    _add_metadata(store, row, metadata)
    row.sealed = row.sealed or sealed
    row.state = "waiting"
    position = session.scalar(select(func.count()).select_from(Upload).where(Upload.dossier_id == row.id)) or 0
    batch = new_id()
    same = {"dossier_id": row.id, "batch": batch, "content_key": content_key, "received_by": received_by}
    same["kind"] = "main" if is_new else "supplement"
    uploads = [
        {"id": upload_id, "position": place, "blob": received.blob.id, "size": received.blob.size, **same}
        | {"name_sealed": store.vault.seal_text(received.name, f"upload.name:{upload_id}")}
        for place, (upload_id, received) in enumerate(((new_id(), one) for one in files), start=position)
    ]
    session.execute(insert(Upload), uploads)
    job = add(session, "screen", dossier_id=row.id, once=f"screen:{row.id}")
    session.flush()
    return Receipt(row.id, batch, job.id, is_new=is_new, is_repeat=False)


def uploads_of(session: Session, store: Store, dossier_id: str) -> list[tuple[Upload, str]]:
    """Uploads of a dossier in the order they came in, each with its name."""
    rows = session.scalars(select(Upload).where(Upload.dossier_id == dossier_id).order_by(Upload.position)).all()
    return [(row, store.vault.open_text(row.name_sealed, f"upload.name:{row.id}")) for row in rows]


def dossier_name(store: Store, row: DossierRow) -> str:
    """The name of a dossier as uploaded; an emptied one has none left."""
    if row.name_sealed is None:
        return "（已删除）"
    return store.vault.open_text(row.name_sealed, f"dossier.name:{row.id}")


def dossier_number(store: Store, row: DossierRow) -> str | None:
    if row.number_sealed is None:
        return None
    return store.vault.open_text(row.number_sealed, f"dossier.number:{row.id}")


def dossier_metadata(store: Store, row: DossierRow) -> dict[str, Any]:
    """What was sent beside the files; it may name people."""
    if row.metadata_sealed is None:
        return {}
    metadata: dict[str, Any] = store.vault.open_json(row.metadata_sealed, f"dossier.metadata:{row.id}")
    return metadata


def _add_metadata(store: Store, row: DossierRow, metadata: dict[str, Any] | None) -> None:
    if metadata:
        told = {**dossier_metadata(store, row), **metadata}
        row.metadata_sealed = store.vault.seal_json(told, f"dossier.metadata:{row.id}")


def _plain_number(number: str | None) -> str | None:
    plain = "".join((number or "").split())
    return plain or None


def _content_key(
    store: Store, office_id: str, files: Sequence[Received], number: str | None, dossier_id: str | None
) -> str:
    digest = hashlib.sha256()
    for part in (office_id, number or "", dossier_id or "", *sorted(f"{f.blob.sha256}" for f in files)):
        digest.update(part.encode() + b"\0")
    return store.vault.hash("upload", digest.digest())


def _one_at_a_time(session: Session, store: Store, content_key: str) -> None:
    if store.dialect == "postgresql":  # SQLite's writers follow one another anyway
        key = int.from_bytes(bytes.fromhex(content_key[:14]), "big")
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _dossier_of(
    session: Session, store: Store, office_id: str, number: str | None, dossier_id: str | None
) -> DossierRow | None:
    if dossier_id is not None:
        row = session.get_one(DossierRow, dossier_id, with_for_update=True)
        if row.deleted_at is not None:
            raise _removed()
        return row
    if number is None:
        return None
    return session.scalars(
        select(DossierRow)
        .where(
            DossierRow.office_id == office_id,
            DossierRow.number_hash == store.vault.hash("number", number),
            DossierRow.deleted_at.is_(None),
        )
        .with_for_update()  # supplements are numbered one after another
    ).first()


def _removed() -> JiuzhuError:
    return JiuzhuError("intake.removed", "卷宗或文件在保存前被删除，上传没有保存", "请核对后重新上传")


def _new_dossier(
    session: Session,
    store: Store,
    office_id: str,
    files: Sequence[Received],
    name: str | None,
    number: str | None,
    handler_id: str | None,
    keep_days: int | None,
) -> DossierRow:
    row = DossierRow(id=new_id(), office_id=office_id, handler_id=handler_id, charges=[])
    vault = store.vault
    row.name_sealed = vault.seal_text(name or files[0].name, f"dossier.name:{row.id}")
    if number is not None:
        row.number_sealed = vault.seal_text(number, f"dossier.number:{row.id}")
        row.number_hash = vault.hash("number", number)
    if keep_days is not None:
        row.keep_until = (now() + dt.timedelta(days=keep_days)).date()
    session.add(row)
    session.flush()
    return row
