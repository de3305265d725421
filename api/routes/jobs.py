"""Work in the background: what waits, what was given up and why; trying again, cancelling, screening all again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import func, select

from api.accounts.audit import record
from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.jobs.queue import add, cancel, retry
from api.routes.parts import PROBLEMS, JobPart, ServiceOf, Shape, job_part
from api.store.tables import DossierRow, Job
from dossier.errors import JiuzhuError

router = APIRouter(prefix="/jobs", tags=["jobs"], responses=PROBLEMS)
Manager = Annotated[Visitor, Depends(requires(Permission.MANAGE))]
_STATES = "^(waiting|running|done|dead|cancelled)$"


class JobList(Shape):
    total: int
    jobs: list[JobPart]


class Queued(Shape):
    queued: int


@router.get("")
def list_jobs(
    service: ServiceOf,
    _visitor: Manager,
    state: Annotated[str | None, Query(pattern=_STATES)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobList:
    """Jobs, newest first."""
    with service.store.read() as session:
        query = select(Job) if state is None else select(Job).where(Job.state == state)
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = session.scalars(query.order_by(Job.created_at.desc()).limit(limit))
        return JobList(total=total, jobs=[job_part(job) for job in rows])


@router.post("/{job_id}/retry")
def retry_job(job_id: str, service: ServiceOf, visitor: Manager) -> JobPart:
    """Sends a job that was given up or cancelled round again."""
    with service.store.begin() as session:
        job = _job(session.get(Job, job_id))
        if not retry(session, job_id):
            raise JiuzhuError("job.state", "只有失败或已取消的任务可以重试", "请刷新任务列表")
        record(session, visitor.id, "job.retry", f"job:{job_id}")
        session.flush()
        return job_part(job)


@router.post("/{job_id}/cancel")
def cancel_job(job_id: str, service: ServiceOf, visitor: Manager) -> JobPart:
    """Takes a job out of the queue; one that runs ends at its next word."""
    with service.store.begin() as session:
        job = _job(session.get(Job, job_id))
        if not cancel(session, job_id):
            raise JiuzhuError("job.state", "任务已经结束，不能取消", "请刷新任务列表")
        record(session, visitor.id, "job.cancel", f"job:{job_id}")
        session.flush()
        return job_part(job)


@router.post("/screen-all", status_code=202)
def screen_all(service: ServiceOf, visitor: Manager) -> Queued:
    """Screens every dossier again, after a new model or new rules; results before are kept and compared."""
    with service.store.begin() as session:
        rows = session.scalars(select(DossierRow.id).where(DossierRow.deleted_at.is_(None)))
        queued = [add(session, "screen", dossier_id=row, once=f"screen:{row}") for row in rows]
        record(session, visitor.id, "job.screen_all", None, dossiers=len(queued))
        return Queued(queued=len(queued))


def _job(job: Job | None) -> Job:
    if job is None:
        raise JiuzhuError("job.not_found", "没有这项任务", "请刷新任务列表")
    return job
