"""What people do with a whole dossier: screen it again or stop that, hand it on, seal, keep, remove it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import select

from api.accounts.audit import record
from api.accounts.directory import find_user
from api.accounts.http import requires
from api.accounts.rights import Permission, Role, Visitor, permissions_of
from api.accounts.visibility import require_dossier
from api.jobs.queue import add, cancel, waiting_for
from api.routes.parts import PROBLEMS, JobPart, ServiceOf, Shape, job_part
from api.store.retention import delete_dossier, remove_blobs
from api.store.tables import Access, DossierRow, Lead, User, now
from dossier.errors import JiuzhuError

router = APIRouter(tags=["dossiers"], responses=PROBLEMS)


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


@router.post("/dossiers/{dossier_id}/screen", status_code=202)
def screen_again(
    dossier_id: str,
    body: Rescreen,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.RESCREEN))],
) -> JobPart:
    """Screens a dossier again, with the model and rules of today; the result before is kept."""
    if body.as_of is not None:
        service.rules.at(body.as_of)  # refuses a day without rules here, not in the background
    with service.store.begin() as session:
        row = require_dossier(session, visitor, dossier_id)
        payload = {"as_of": body.as_of.isoformat()} if body.as_of else {}
        job = add(session, "screen", dossier_id=row.id, once=f"screen:{row.id}", payload=payload)
        if row.result_id is None:
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
            row.handler_id = _reader(session, row, body.handler).id
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
        if body.given:
            _must_read(user)
        access = session.get(Access, (row.id, user.id))
        if body.given and access is None:
            session.add(Access(dossier_id=row.id, user_id=user.id, given_by=visitor.id, given_at=now()))
        elif not body.given and access is not None:
            session.delete(access)
        record(session, visitor.id, "dossier.access", f"dossier:{row.id}", user=user.id, given=body.given)


def _user(session: Any, login: str) -> User:
    user = find_user(session, login)
    if user is None:
        raise JiuzhuError("user.not_found", "没有这个账号", "请核对登录名")
    return user


def _reader(session: Any, row: DossierRow, login: str) -> User:
    """Who may handle a dossier: somebody of its office, or to whom it was given, who may read.

    Raises:
        JiuzhuError: `dossier.handler`.
    """
    user = _user(session, login)
    _must_read(user)
    if user.office_id != row.office_id and session.get(Access, (row.id, user.id)) is None:
        raise JiuzhuError("dossier.handler", "此人不属于卷宗所在单位", "请先授权其查阅本卷，或指定本单位人员")
    return user


def _must_read(user: User) -> None:
    if not user.active or Permission.READ not in permissions_of(tuple(Role(role) for role in user.roles)):
        raise JiuzhuError("dossier.handler", "此账号不能查阅卷宗", "请指定在用的办案、控申、标注账号或负责人")


def _leads(session: Any, dossier_id: str) -> Any:
    return session.scalars(select(Lead).where(Lead.dossier_id == dossier_id))
