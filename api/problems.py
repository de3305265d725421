"""What went wrong, as it leaves the service: one JSON shape for programs, one page for people.

`{"error": {"code", "message", "hint", "request_id"}}`, whatever the route. The table from code to status stands here
and nowhere else; what is not in it and not ours is an internal error, told with a reference.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from api.addresses import inside
from api.errors import NO_ROOM, error_of
from api.schemas import ErrorPart
from dossier.errors import JiuzhuError

_BY_CODE = {
    "account.needed": 401,
    "account.sign_in": 401,
    "openid.account": 403,
    "openid.metadata": 502,
    "openid.refused": 403,
    "openid.state": 400,
    "openid.token": 502,
    "openid.unreachable": 502,
    "openid.wait": 429,
    "account.csrf": 403,
    "account.not_allowed": 403,
    "account.password_first": 403,
    "mask.not_allowed": 403,
    "mask.reason": 403,
    "intake.too_large": 413,
    "intake.disk_full": 507,
    "intake.form": 400,
    "request.too_large": 413,
    "job.state": 409,
    "correction.not_own": 403,
    "correction.predicted": 409,
    "decision.changed": 409,
    "decision.not_own": 403,
    "decision.nothing": 409,
    "annotation.changed": 409,
    "correction.changed": 409,
    "annotation.gone": 409,
    "annotation.settled": 409,
    "dossier.not_ready": 409,
    "intake.removed": 409,
    "letter.not_offered": 409,
    "recall.checked": 409,
    "store.database": 503,
    "store.disk_full": 507,
}
# what a program should know beside the status
_HEADERS = {"account.needed": {"WWW-Authenticate": "Bearer"}}
_RETRY_AFTER = "5"  # seconds; a database that is restarted is back by then, or a little later
_BY_ENDING = {"not_found": 404, "exists": 409}


def status_of(error: BaseException) -> int:
    """The HTTP status of an error."""
    if isinstance(error, JiuzhuError):
        status = _BY_CODE.get(error.code) or _BY_ENDING.get(error.code.rpartition(".")[2])
        return status or (500 if error.code.startswith(("internal", "store.")) else 422)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return 507
    return 500


def answer(request: Request, status: int, part: ErrorPart, headers: dict[str, str] | None = None) -> Response:
    """The error for whoever asked: a page for a browser that wanted one, else JSON."""
    if status == 503:
        headers = {"Retry-After": _RETRY_AFTER, **(headers or {})}
    if wants_page(request):
        if status == 401:
            return RedirectResponse(f"/sign-in?next={_wanted(request)}", status_code=303)
        if part.code == "account.password_first":
            return RedirectResponse(f"/account?next={_wanted(request)}", status_code=303)
        from api.site.render import error_page

        page = error_page(request, status, part)
        page.headers.update(headers or {})
        return page
    body: dict[str, Any] = {"error": {**part.model_dump(), "request_id": request_id(request)}}
    return JSONResponse(body, status_code=status, headers=headers)


def wants_page(request: Request) -> bool:
    path = request.url.path
    return request.method == "GET" and not path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def _wanted(request: Request) -> str:
    """The address that was asked for, written for a query; what stands behind its `#` only the browser knows."""
    path = quote(request.url.path)
    address = f"{path}?{request.url.query}" if request.url.query else path
    return quote(address if inside(address) == address else path)


def request_id(request: Request) -> str:
    return getattr(request.state, "request_id", "")


def install(app: FastAPI) -> None:
    """Registers the handlers."""

    @app.exception_handler(JiuzhuError)
    async def _ours(request: Request, error: JiuzhuError) -> Response:
        return answer(request, status_of(error), error_of(error), _HEADERS.get(error.code))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        words = {404: ("没有这个地址", "请核对地址"), 405: ("这个地址不接受此种请求", "请核对请求方法")}
        message, hint = words.get(error.status_code, ("请求无法完成", "请核对请求"))
        part = ErrorPart(code=f"http.{error.status_code}", message=message, hint=hint)
        return answer(request, error.status_code, part, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        places = ["→".join(str(step) for step in one["loc"]) for one in error.errors()]
        if wants_page(request):
            names = "、".join(dict.fromkeys(str(one["loc"][1]) for one in error.errors() if len(one["loc"]) > 1))
            words = f"地址中的条件无法识别：{names[:100]}", "请返回上一页重新选择"
            return answer(request, 422, ErrorPart(code="request.invalid", message=words[0], hint=words[1]))
        part = ErrorPart(
            code="request.invalid",
            message=f"请求的内容不符合要求：{'、'.join(dict.fromkeys(places))[:300]}",
            hint="请对照接口说明 /api/v1/openapi.json",
        )
        return answer(request, 422, part)

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> Response:
        return answer(request, status_of(error), error_of(error))
