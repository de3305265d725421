"""The web application: routes and pages found in their folders, guarded by the same headers, errors and counts.

Every module of `api/routes/` with a `router` is part of the API under `/api/v1`, every one of `api/site/` part of the
pages. Nothing a page needs comes from elsewhere, and its content-security policy says so.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import secrets
import time
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from types import ModuleType
from typing import Any

from fastapi import FastAPI, Request, Response

from api import routes, site
from api.edge import Edge
from api.errors import error_of
from api.examples import with_examples
from api.metrics import Metrics
from api.problems import answer, install, status_of
from api.service import Service

logger = logging.getLogger(__name__)

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_DESCRIPTION = """Upload hook, screening results and decisions of Jiuzhu (救助).

A level is a suggestion to a person, never a decision. Names and numbers are masked unless a person has unmasked a
dossier, which is recorded. Offsets are code points into the text as served."""


def create_app(service: Service) -> FastAPI:
    """The application around a service."""
    app = FastAPI(
        title="Jiuzhu",
        version=version("jiuzhu"),
        description=_DESCRIPTION,
        docs_url=None,  # FastAPI's pages load scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.service = service
    app.state.metrics = Metrics(service.store)
    install(app)
    for module in _modules(routes):
        app.include_router(module.router, prefix="/api/v1")
    for module in _modules(site):
        app.include_router(module.router, include_in_schema=False)
    described = app.openapi
    app.openapi = lambda: app.openapi_schema or with_examples(described())  # type: ignore[method-assign]
    app.add_middleware(Edge)
    app.middleware("http")(_guard)  # around the edge, so that what is refused there is answered and counted too
    return app


def _modules(package: ModuleType) -> list[Any]:
    found = sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name)
    modules = [importlib.import_module(f"{package.__name__}.{info.name}") for info in found]
    return [module for module in modules if hasattr(module, "router")]


async def _guard(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    request.state.request_id = secrets.token_hex(8)
    started = time.perf_counter()
    try:
        response = await call(request)
    except Exception as error:
        response = answer(request, status_of(error), error_of(error))
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        request.app.state.service.tally.forget()  # whoever changed something sees it in the counts
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = request.state.request_id
    if "cache-control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"  # nothing of a dossier stays in a browser's cache
    route = request.scope.get("route")
    declared = getattr(route, "path", None)
    request.app.state.metrics.request(request.method, declared, response.status_code, time.perf_counter() - started)
    return response
