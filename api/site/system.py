"""Style and script, and what a watcher asks: is it alive, can it work, how much has it done."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import func, select, text

from api.accounts.http import NotAllowed, optional_visitor
from api.accounts.rights import Permission, Visitor
from api.site.render import asset_content
from api.store.tables import Job, now

router = APIRouter()
_LEAST_DISK = 1 << 30  # bytes below which no upload should be taken
_SILENT = dt.timedelta(minutes=5)  # a job that has waited this long has no worker


@router.get("/static/{mark}/{name}")
def static_file(mark: str, name: str) -> Response:
    found = asset_content(name)
    if found is None:
        return Response(status_code=404)
    content, kind = found
    return Response(content, media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})


@router.get("/healthz")
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(request: Request) -> Response:
    """Whether work can be done: database, disk, worker, model; 503 when it cannot."""
    service = request.app.state.service
    checks: dict[str, Any] = {}
    try:
        with service.store.read() as session:
            session.execute(text("SELECT 1"))
            oldest = session.scalar(select(func.min(Job.after)).where(Job.state == "waiting", Job.kind == "screen"))
        checks["database"] = "ok"
        checks["worker"] = "ok" if oldest is None or oldest > now() - _SILENT else "silent"
    except Exception as error:
        checks["database"] = type(error).__name__
        checks["worker"] = "unknown"
    free = shutil.disk_usage(service.store.blobs.folder).free
    checks["disk"] = "ok" if free > _LEAST_DISK else "full"
    checks["model"] = _model(service)
    good = checks["database"] == "ok" and checks["disk"] == "ok"
    return JSONResponse({"status": "ok" if good else "unavailable", "checks": checks}, status_code=200 if good else 503)


@router.get("/metrics")
def metrics(request: Request, visitor: Annotated[Visitor | None, Depends(optional_visitor)]) -> Response:
    """Counts for Prometheus: to this machine itself, or to a key with the scope `figures`."""
    client = request.client.host if request.client else ""
    if client not in ("127.0.0.1", "::1") and (visitor is None or not visitor.may(Permission.FIGURES)):
        raise NotAllowed("account.not_allowed", "运行指标只向本机或持有 figures 密钥者提供", "请使用接口密钥")
    return Response(request.app.state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _model(service: Any) -> str:
    from api.learned import NO_MODEL, choose_recognizers

    if service.settings.model == "off":
        return "off"
    model = choose_recognizers(service.settings.models_dir, "both").model
    return "absent" if model == NO_MODEL else model
