"""Dossiers: the upload hook, supplements, where each stands."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request, Response
from pydantic import Field
from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool

from api.accounts.audit import record
from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import require_dossier, visible
from api.jobs.queue import waiting_for
from api.opened import shown_file, shown_metadata, shown_name, shown_number
from api.routes.parts import PROBLEMS, JobPart, ServiceOf, Shape, job_part
from api.service import Service
from api.store.arrivals import arriving
from api.store.intake import Receipt, receive, refused_uploads
from api.store.results import current_result, unread_uploads
from api.store.tables import DossierRow
from api.upload_stream import Form, UploadRefused, read_form

router = APIRouter(tags=["dossiers"], responses=PROBLEMS)
Uploader = Annotated[Visitor, Depends(requires(Permission.UPLOAD))]

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "number": {"type": "string", "description": "案号；已有同号卷宗的，作为补充卷"},
                        "supplement": {
                            "type": "string",
                            "enum": ["true", "false"],
                            "description": "只作为补充卷：没有同号卷宗的，不新建",
                        },
                        "name": {"type": "string", "description": "卷宗名称；不给则用文件名"},
                        "metadata": {"type": "string", "description": "JSON 对象，原样保存；补充卷的并入原有的"},
                        "sealed": {"type": "string", "enum": ["true", "false"], "description": "未成年人封存案件"},
                    },
                }
            }
        },
    }
}


class ReceiptPart(Shape):
    """Attributes:
    status: where to ask how far it is.
    repeat: the same files were here already; nothing was changed.
    """

    dossier: str = Field(examples=["k7m2p9q4r8s3"])
    job: str | None
    status: str
    new: bool
    repeat: bool


class RefusedFile(Shape):
    """A file of the dossier that was not read.

    Attributes:
        code: stable word, `upload.empty`.
        message: the file's name and what was wrong.
    """

    code: str
    message: str


class DossierStatus(Shape):
    """Attributes:
    state: `waiting`, `screening`, `screened`, `failed`.
    change: what the newest screening says that the one before did not, in words.
    refused: files that were not read; before the first screening those that came in empty.
    unread: files that came in since and that the result has not read.
    metadata: as it was sent beside the files, masked; null while nothing is known of the names to cover.
    """

    id: str
    name: str
    number: str | None
    state: str
    level: str | None
    urgent: bool
    sealed: bool
    created_at: dt.datetime
    screened_at: dt.datetime | None
    result: int | None = Field(description="第几次筛查的结果")
    job: JobPart | None
    change: list[str]
    refused: list[RefusedFile]
    unread: int
    metadata: dict[str, Any] | None


class DossierList(Shape):
    total: int
    dossiers: list[DossierStatus]


@router.post("/dossiers", status_code=202, openapi_extra=_FORM)
async def upload_dossier(
    request: Request, response: Response, after: BackgroundTasks, service: ServiceOf, visitor: Uploader
) -> ReceiptPart:
    """Takes in a dossier (the upload hook). Idempotent: the same files again give the same receipt."""
    return await _take_in(request, response, after, service, visitor, None)


@router.post("/dossiers/{dossier_id}/uploads", status_code=202, openapi_extra=_FORM)
async def upload_supplement(
    dossier_id: str,
    request: Request,
    response: Response,
    after: BackgroundTasks,
    service: ServiceOf,
    visitor: Uploader,
) -> ReceiptPart:
    """Adds a supplement (补充卷); the whole dossier is screened again and what changed is said."""

    def check() -> None:
        with service.store.read() as session:
            require_dossier(session, visitor, dossier_id)

    await run_in_threadpool(check)
    return await _take_in(request, response, after, service, visitor, dossier_id)


async def _take_in(
    request: Request,
    response: Response,
    after: BackgroundTasks,
    service: Service,
    visitor: Visitor,
    dossier_id: str | None,
) -> ReceiptPart:
    with arriving(service.store.blobs.incoming):  # until its row names a file, this does
        form = await read_form(request, service.store.blobs, limit=service.settings.limits().dossier_bytes)
        try:
            receipt = await _write(form, service, visitor, dossier_id)
        except BaseException:  # perhaps its row was written all the same
            form.leave()
            raise
    after.add_task(form.settle)
    status = f"/api/v1/dossiers/{receipt.dossier_id}"
    response.headers["Location"] = status
    return ReceiptPart(
        dossier=receipt.dossier_id, job=receipt.job_id, status=status, new=receipt.is_new, repeat=receipt.is_repeat
    )


async def _write(form: Form, service: Service, visitor: Visitor, dossier_id: str | None) -> Receipt:
    metadata = _metadata(form.fields.get("metadata"))
    sealed, supplement = _flag(form.fields, "sealed"), _flag(form.fields, "supplement")

    def write() -> Receipt:
        with service.store.begin() as session:
            receipt = receive(
                session,
                service.store,
                office_id=visitor.office_id,
                received_by=visitor.id,
                files=form.files,
                name=(form.fields.get("name") or "")[:200] or None,
                number=(form.fields.get("number") or "")[:100] or None,
                metadata=metadata,
                sealed=sealed,
                supplement=supplement,
                handler_id=visitor.id if visitor.kind == "user" else None,
                dossier_id=dossier_id,
                keep_days=service.settings.keep_days,
                into_sealed=visitor.sealed_cases or visitor.kind == "key",
            )
            if not receipt.is_repeat:
                record(session, visitor.id, "dossier.upload", f"dossier:{receipt.dossier_id}", files=len(form.files))
            if receipt.is_sealing:
                record(session, visitor.id, "dossier.handling", f"dossier:{receipt.dossier_id}", sealed=True)
            return receipt

    return await run_in_threadpool(write)


def _flag(fields: dict[str, str], name: str) -> bool:
    words = fields.get(name, "false")
    if words not in ("true", "false"):
        raise UploadRefused("intake.form", f"{name} 只能是 true 或 false", "请核对表单")
    return words == "true"


def _metadata(words: str | None) -> dict[str, Any] | None:
    if not words:
        return None
    try:
        value = json.loads(words)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise UploadRefused("intake.form", "metadata 不是 JSON 对象", "请核对表单字段 metadata")
    return value


@router.get("/dossiers")
def list_dossiers(
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires())],
    state: Annotated[str | None, Query(pattern="^(waiting|screening|screened|failed)$")] = None,
    id: Annotated[list[str] | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> DossierList:
    """The dossiers that the visitor may see, newest first; `id` asks for some of them by name."""
    with service.store.read() as session:
        query = select(DossierRow).where(visible(visitor))
        if id is not None:
            query = query.where(DossierRow.id.in_(id))
        if state is not None:
            query = query.where(DossierRow.state == state)
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = session.scalars(query.order_by(DossierRow.created_at.desc()).limit(limit).offset(offset))
        return DossierList(total=total, dossiers=[_status(session, service, visitor, row) for row in rows])


@router.get("/dossiers/{dossier_id}")
def dossier_status(
    dossier_id: str, service: ServiceOf, visitor: Annotated[Visitor, Depends(requires())]
) -> DossierStatus:
    """Where a dossier stands, with progress while it is read and what changed after a supplement."""
    with service.store.read() as session:
        return _status(session, service, visitor, require_dossier(session, visitor, dossier_id))


def _status(session: Any, service: Service, visitor: Visitor, row: DossierRow) -> DossierStatus:
    store = service.store
    job = waiting_for(session, row.id, "screen")
    number, change = None, []
    refused = [_empty(shown_file(session, visitor, row, name)) for name in refused_uploads(session, store, row.id)]
    if row.result_id is not None and visitor.may(Permission.READ):
        kept = current_result(session, store, row.id)
        if kept is not None:
            number = kept.row.number
            mask = service.shelf.get(session, store, row).mask
            change = [mask.words(line) for line in (kept.changes.in_words() if kept.changes else ())]
            refused = [RefusedFile(code=w.code, message=mask.words(w.message)) for w in kept.result.dossier.warnings]
    running = job is not None and job.state == "running"
    return DossierStatus(
        id=row.id,
        name=shown_name(session, store, service.shelf, visitor, row),
        number=shown_number(store, row),
        state="screening" if running else row.state,
        level=row.level if visitor.may(Permission.READ) else None,
        urgent=row.urgent,
        sealed=row.sealed,
        created_at=row.created_at,
        screened_at=row.screened_at,
        result=number,
        job=job_part(job) if job is not None else None,
        change=change,
        refused=refused,
        unread=unread_uploads(session, row),
        metadata=shown_metadata(session, store, service.shelf, visitor, row),
    )


def _empty(name: str) -> RefusedFile:
    return RefusedFile(code="upload.empty", message=f"{name}：文件是空的（0 字节）")
