"""Dossiers: the upload hook, supplements, where each stands, screening again, deletion."""

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
from api.jobs.queue import add, cancel, waiting_for
from api.opened import shown_name, shown_number
from api.routes.parts import PROBLEMS, JobPart, ServiceOf, Shape, job_part
from api.service import Service
from api.store.arrivals import arriving
from api.store.intake import Receipt, receive
from api.store.results import current_result
from api.store.retention import delete_dossier, remove_blobs
from api.store.tables import Access, DossierRow, User, now
from api.upload_stream import Form, UploadRefused, read_form
from dossier.errors import JiuzhuError

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


class DossierStatus(Shape):
    """Attributes:
    state: `waiting`, `screening`, `screened`, `failed`.
    change: what the newest screening says that the one before did not, in words.
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


class DossierList(Shape):
    total: int
    dossiers: list[DossierStatus]


class Rescreen(Shape):
    as_of: dt.date | None = None


class Grant(Shape):
    user: str
    given: bool = True


class Handling(Shape):
    """What a leader sets; fields left out stay as they are."""

    handler: str | None = None
    sealed: bool | None = None
    keep_until: dt.date | None = Field(default=None, description="保存至此日，之后自动删除；早于今日的不接受")
    keep_always: bool = Field(default=False, description="不再自动删除")


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
    if row.result_id is not None and visitor.may(Permission.READ):
        kept = current_result(session, store, row.id)
        if kept is not None:
            number = kept.row.number
            mask = service.shelf.get(session, store, row).mask
            change = [mask.words(line) for line in (kept.changes.in_words() if kept.changes else ())]
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
    )


@router.post("/dossiers/{dossier_id}/screen", status_code=202)
def screen_again(
    dossier_id: str,
    body: Rescreen,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.RESCREEN))],
) -> JobPart:
    """Screens a dossier again, with the model and rules of today; the result before is kept."""
    with service.store.begin() as session:
        row = require_dossier(session, visitor, dossier_id)
        payload = {"as_of": body.as_of.isoformat()} if body.as_of else {}
        job = add(session, "screen", dossier_id=row.id, once=f"screen:{row.id}", payload=payload)
        if row.state == "failed":
            row.state = "waiting"
        record(session, visitor.id, "dossier.rescreen", f"dossier:{row.id}")
        return job_part(job)


@router.delete("/dossiers/{dossier_id}/screen", status_code=204)
def stop_screening(
    dossier_id: str,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.RESCREEN))],
) -> None:
    """Stops the screening that waits or runs; what was uploaded stays, and an earlier result does."""
    with service.store.begin() as session:
        row = require_dossier(session, visitor, dossier_id)
        job = waiting_for(session, row.id, "screen")
        if job is None or not cancel(session, job.id):
            raise JiuzhuError("job.state", "筛查已经结束，不能取消", "请刷新页面")
        record(session, visitor.id, "dossier.cancel", f"dossier:{row.id}")


@router.delete("/dossiers/{dossier_id}", status_code=204)
def remove_dossier(
    dossier_id: str, service: ServiceOf, visitor: Annotated[Visitor, Depends(requires(Permission.DELETE))]
) -> None:
    """Removes a dossier's papers, results and words for good; the audit trail keeps that it was there."""
    with service.store.begin() as session:
        require_dossier(session, visitor, dossier_id)
        blobs = delete_dossier(session, service.store, dossier_id, actor=visitor.id)
    remove_blobs(service.store, blobs)
    service.shelf.clear()


@router.patch("/dossiers/{dossier_id}", status_code=204)
def change_handling(
    dossier_id: str,
    body: Handling,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.GRANT))],
) -> None:
    """Sets who handles a dossier, whether it is a sealed case of a minor, and how long it is kept."""
    if body.keep_until is not None and body.keep_until < dt.date.today():
        raise JiuzhuError("dossier.keep_until", "保存期限早于今日", "要立即删除的，请使用“删除卷宗”")
    with service.store.begin() as session:
        row = require_dossier(session, visitor, dossier_id)
        if body.handler is not None:
            row.handler_id = _user(session, body.handler).id
        if body.sealed is not None:
            row.sealed = body.sealed
            for lead in _leads(session, row.id):
                lead.sealed = body.sealed
        if body.keep_always or body.keep_until is not None:
            row.keep_until = None if body.keep_always else body.keep_until
        kept = row.keep_until.isoformat() if row.keep_until is not None else None
        record(session, visitor.id, "dossier.handling", f"dossier:{row.id}", sealed=row.sealed, keep_until=kept)


@router.put("/dossiers/{dossier_id}/access", status_code=204)
def give_access(
    dossier_id: str,
    body: Grant,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.GRANT))],
) -> None:
    """Gives an account the right to see one dossier beyond its office's, or takes it back."""
    with service.store.begin() as session:
        row = require_dossier(session, visitor, dossier_id)
        user = _user(session, body.user)
        access = session.get(Access, (row.id, user.id))
        if body.given and access is None:
            session.add(Access(dossier_id=row.id, user_id=user.id, given_by=visitor.id, given_at=now()))
        elif not body.given and access is not None:
            session.delete(access)
        record(session, visitor.id, "dossier.access", f"dossier:{row.id}", user=user.id, given=body.given)


def _user(session: Any, login: str) -> User:
    user: User | None = session.scalars(select(User).where(User.login == login.strip().lower())).first()
    if user is None:
        raise JiuzhuError("user.not_found", "没有这个账号", "请核对登录名")
    return user


def _leads(session: Any, dossier_id: str) -> Any:
    from api.store.tables import Lead

    return session.scalars(select(Lead).where(Lead.dossier_id == dossier_id))
