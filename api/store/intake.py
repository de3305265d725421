"""What comes in: files of one call become a dossier, or a supplement (补充卷) to one that is there.

In: sealed blobs with their names. Out: a receipt. Uploads, dossier and the job that will screen it are written in one
transaction: whoever has the receipt can rely on the screening. The same files sent again by the same office give the
same receipt and change nothing (but that a minor's case may be sealed by it), also when two calls race.

A sealed case of a minor takes in what the case system sends and what those add who may see it or brought papers to it
themselves. For everybody else it does not exist: files with its number make a dossier of their own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import exists, func, insert, select, text, update
from sqlalchemy.orm import Session

from api.jobs.queue import add, waiting_for
from api.store.arrivals import hold_files
from api.store.blobs import Blob
from api.store.store import Store
from api.store.tables import DossierRow, Lead, Upload, new_id, now
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
    is_sealing: a dossier that was open to its office is sealed by it.
    """

    dossier_id: str
    batch: str
    job_id: str | None
    is_new: bool
    is_repeat: bool
    is_sealing: bool = False


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
    into_sealed: bool = True,
) -> Receipt:
    """Takes in the files of one call.

    Args:
        number: case number; files with the number of a dossier of this office are added to it.
        metadata: kept as it is; what a supplement brings is added, and stands where both say something.
        supplement: only into a dossier that is there; a mistyped number makes no new one.
        dossier_id: the dossier they are added to, which the caller has checked.
        sealed: a sealed case of a minor, at once with the leads that it has; a supplement does not unseal.
        keep_days: after which retention removes the dossier.
        into_sealed: may add to a sealed case that somebody else brought.

    Raises:
        JiuzhuError: `intake.empty` without a file that holds anything; `intake.removed`, a file or the dossier is gone;
            `intake.supplement`, there is no dossier for a supplement, or no number to find it by.
    """
    if not any(received.blob.size for received in files):
        raise JiuzhuError("intake.empty", "没有收到文件，或文件是空的", "请至少选择一个有内容的文件")
    number = _plain_number(number)
    if supplement and number is None and dossier_id is None:
        raise JiuzhuError("intake.supplement", "补充卷没有写明案号，没有保存", "请填写原卷宗的案号后重新上传")
    _one_at_a_time(session, store, _content_key(store, office_id, files, None, None))  # whatever number comes with it
    if number is not None:  # two calls with a new number make one dossier
        _one_at_a_time(session, store, store.vault.hash("number", f"{office_id}:{number}"))
    hold_files(session)
    if not all(store.blobs.has(received.blob.id) for received in files):
        raise _removed()
    brought_by = None if into_sealed or dossier_id is not None else received_by
    content_key, known = _upload_of(session, store, office_id, files, number, dossier_id, brought_by)
    if known is not None:
        return _repeat(session, known, sealed)
    if dossier_id is None:
        known = _same_content(session, store, office_id, files, number, brought_by)
        if known is not None:
            return _repeat(session, known, sealed)
    row, number_hash = _dossier_of(session, store, office_id, number, dossier_id, brought_by)
    is_new = row is None
    if row is None:
        if supplement:
            raise JiuzhuError(
                "intake.supplement", "没有这个案号的卷宗，补充卷没有保存", "请核对案号；是新卷宗的，请不要标为补充卷"
            )
        row = _new_dossier(session, store, office_id, files, name, number, handler_id, keep_days)
        row.number_hash = number_hash
    _add_metadata(store, row, metadata)
    is_sealing = sealed and seal(session, row) and not is_new
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
    return Receipt(row.id, batch, job.id, is_new, False, is_sealing)


def seal(session: Session, row: DossierRow) -> bool:
    """Seals a minor's case with its leads, so that neither is seen without the right until a screening has ended.

    Returns:
        Whether it was open before.
    """
    was_open = not row.sealed
    row.sealed = True
    session.flush()
    session.execute(update(Lead).where(Lead.dossier_id == row.id).values(sealed=True))
    return was_open


def _repeat(session: Session, known: Upload, sealed: bool) -> Receipt:
    job = waiting_for(session, known.dossier_id, "screen")
    is_sealing = sealed and seal(session, session.get_one(DossierRow, known.dossier_id, with_for_update=True))
    return Receipt(known.dossier_id, known.batch, job.id if job else None, False, True, is_sealing)


def _same_content(
    session: Session,
    store: Store,
    office_id: str,
    files: Sequence[Received],
    number: str | None,
    brought_by: str | None,
) -> Upload | None:
    """The first call of a dossier of this office that brought just these files, with this number or without one.

    A dossier that was made without a number gets the one that comes now, unless another dossier has it.
    """
    sent = sorted(received.blob.id for received in files)
    first = select(Upload).join(DossierRow, DossierRow.id == Upload.dossier_id)
    alike = first.where(
        Upload.blob == sent[0],
        Upload.kind == "main",
        DossierRow.office_id == office_id,
        DossierRow.deleted_at.is_(None),
    )
    for upload in session.scalars(alike.order_by(Upload.received_at, Upload.id)).all():
        brought = session.scalars(select(Upload.blob).where(Upload.batch == upload.batch)).all()
        row = session.get_one(DossierRow, upload.dossier_id, with_for_update=True)
        if sorted(brought) != sent or row.deleted_at is not None or not _may_add(session, row.id, brought_by):
            continue
        if number is None or row.number_hash == store.vault.hash("number", number):
            return upload
        other, number_hash = _dossier_of(session, store, office_id, number, None, brought_by)
        if row.number_hash is None and other is None:
            row.number_sealed = store.vault.seal_text(number, f"dossier.number:{row.id}")
            row.number_hash = number_hash
            return upload
    return None


def uploads_of(session: Session, store: Store, dossier_id: str) -> list[tuple[Upload, str]]:
    """Uploads of a dossier in the order they came in, each with its name."""
    rows = session.scalars(select(Upload).where(Upload.dossier_id == dossier_id).order_by(Upload.position)).all()
    return [(row, store.vault.open_text(row.name_sealed, f"upload.name:{row.id}")) for row in rows]


def dossier_name(store: Store, row: DossierRow) -> str:
    """The name of a dossier as uploaded; an emptied one has none left."""
    if row.name_sealed is None:
        return "（已删除）"
    return store.vault.open_text(row.name_sealed, f"dossier.name:{row.id}")


def refused_uploads(session: Session, store: Store, dossier_id: str) -> list[str]:
    """Names of the files that came in empty; there is nothing in them to read."""
    rows = session.scalars(
        select(Upload).where(Upload.dossier_id == dossier_id, Upload.size == 0).order_by(Upload.position)
    )
    return [store.vault.open_text(row.name_sealed, f"upload.name:{row.id}") for row in rows]


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
    store: Store,
    office_id: str,
    files: Sequence[Received],
    number: str | None,
    dossier_id: str | None,
    *apart: str,  # from files of a sealed case that are the same
) -> str:
    digest = hashlib.sha256()
    for part in (office_id, number or "", dossier_id or "", *sorted(f"{f.blob.sha256}" for f in files), *apart):
        digest.update(part.encode() + b"\0")
    return store.vault.hash("upload", digest.digest())


def _one_at_a_time(session: Session, store: Store, content_key: str) -> None:
    if store.dialect == "postgresql":  # SQLite's writers follow one another anyway
        key = int.from_bytes(bytes.fromhex(content_key[:14]), "big")
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _upload_of(
    session: Session,
    store: Store,
    office_id: str,
    files: Sequence[Received],
    number: str | None,
    dossier_id: str | None,
    brought_by: str | None,
) -> tuple[str, Upload | None]:
    """The key of these files, and the upload that they repeat."""
    for apart in count():
        content_key = _content_key(store, office_id, files, number, dossier_id, *([str(apart)] if apart else ()))
        known = session.scalars(select(Upload).where(Upload.content_key == content_key)).first()
        if known is None or _may_add(session, known.dossier_id, brought_by):
            return content_key, known
    raise AssertionError


def _may_add(session: Session, dossier_id: str, brought_by: str | None) -> bool:
    """Whether a dossier is open, or whoever brings files brought papers of it before; everybody else learns nothing.

    Args:
        brought_by: None for those who may add to every sealed case.
    """
    if brought_by is None or not session.scalar(select(DossierRow.sealed).where(DossierRow.id == dossier_id)):
        return True
    own = exists().where(Upload.dossier_id == dossier_id, Upload.received_by == brought_by)
    return bool(session.scalar(select(own)))


def _dossier_of(
    session: Session,
    store: Store,
    office_id: str,
    number: str | None,
    dossier_id: str | None,
    brought_by: str | None,
) -> tuple[DossierRow | None, str | None]:
    """The dossier that files are added to, and the hash of the number under which a new one is found again."""
    if dossier_id is not None:
        row = session.get_one(DossierRow, dossier_id, with_for_update=True)
        if row.deleted_at is not None:
            raise _removed()
        return row, None
    if number is None:
        return None, None
    for apart in count():  # beside a sealed case of that number
        number_hash = store.vault.hash(f"number.{apart}" if apart else "number", number)
        found = session.scalars(
            select(DossierRow)
            .where(
                DossierRow.office_id == office_id,
                DossierRow.number_hash == number_hash,
                DossierRow.deleted_at.is_(None),
            )
            .with_for_update()  # supplements are numbered one after another
        ).first()
        if found is None or _may_add(session, found.id, brought_by):
            return found, number_hash
    raise AssertionError


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
    if keep_days is not None:
        row.keep_until = (now() + dt.timedelta(days=keep_days)).date()
    session.add(row)
    session.flush()
    return row
