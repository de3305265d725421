"""What the routes share: the service of a request, and the shapes of small answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from api.accounts.http import NotAllowed, current_visitor
from api.accounts.rights import Permission, Visitor
from api.schemas import ErrorPart
from api.service import Service
from api.store.tables import Job


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceOf = Annotated[Service, Depends(service_of)]
Anybody = Annotated[Visitor, Depends(current_visitor)]


class Shape(BaseModel):
    """Base of every body: closed on the way in, documented on the way out."""

    model_config = ConfigDict(extra="forbid")


class ProblemDetail(ErrorPart):
    request_id: str


class Problem(Shape):
    """The one shape of every error."""

    error: ProblemDetail


PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem} for code in (400, 401, 403, 404, 405, 409, 413, 422, 500, 503, 507)
}


class JobPart(Shape):
    """Work in the background.

    Attributes:
        state: `waiting`, `running`, `done`, `dead` (given up; `error` says why), `cancelled`.
        progress: `stage`, and while reading `documents`, `documents_done`, `pages`, `pages_done`.
    """

    id: str = Field(examples=["k7m2p9q4r8s3"])
    kind: str
    dossier: str | None
    state: str
    attempts: int
    progress: dict[str, Any]
    error: dict[str, Any] | None
    created_at: dt.datetime
    finished_at: dt.datetime | None


def job_part(job: Job) -> JobPart:
    return JobPart(
        id=job.id,
        kind=job.kind,
        dossier=job.dossier_id,
        state=job.state,
        attempts=job.attempts,
        progress=job.progress or {},
        error=job.error,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def must(visitor: Visitor, permission: Permission) -> None:
    """Raises: NotAllowed without the permission."""
    if not visitor.may(permission):
        raise NotAllowed("account.not_allowed", "您的账号没有这项权限", "需要的，请联系系统管理员")
