"""Draws the pages: templates, the visitor's frame around them, addresses of style and script that change with content.

Style and script come only from `/static`; the content-security policy of `api.app` lets a page load nothing else.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FunctionLoader, StrictUndefined
from sqlalchemy.orm import Session

from api.accounts.http import csrf_token
from api.accounts.rights import Permission, Visitor
from api.schemas import ErrorPart
from api.site.home import home_of
from api.store.tables import Office
from api.wording import ATTRIBUTES, LEVELS

# where each asset lies: the one-file report brings its own style and script
_PLACES = {"report.css": "api.web", "report.js": "api.web"}
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


def page(request: Request, visitor: Visitor | None, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the visitor's frame."""
    html = (
        _environment()
        .get_template(template)
        .render(
            visitor=visitor,
            may=(lambda word: visitor is not None and visitor.may(Permission(word))),
            office=_office(request, visitor),
            csrf=csrf_token(request),
            path=request.url.path,
            home=home_of(visitor) if visitor is not None else "/",
            asset=asset,
            levels=LEVELS,
            attributes=ATTRIBUTES,
            **values,
        )
    )
    return HTMLResponse(html, status_code=status)


def error_page(request: Request, status: int, part: ErrorPart) -> HTMLResponse:
    """What went wrong, in words, with a way on."""
    reference = getattr(request.state, "request_id", "")
    return page(request, None, "error.html", status=status, error=part, code=status, reference=reference)


def asset(name: str) -> str:
    """The address of a file of style or script; it changes with any of them, so that all may be kept for good.

    One mark for all: scripts import one another by name, and must find each other under the same address.
    """
    return f"/static/{_mark()}/{name}"


def asset_content(name: str) -> tuple[bytes, str] | None:
    """Bytes and type of an asset, None when there is none of this name."""
    ending = name[name.rfind(".") :]
    if "/" in name or ending not in _TYPES:
        return None
    try:
        return _bytes(name), _TYPES[ending]
    except FileNotFoundError:
        return None


@cache
def _bytes(name: str) -> bytes:
    package = _PLACES.get(name)
    place = files(package) / name if package else files("api.site") / "static" / name
    return place.read_bytes()


@cache
def _mark() -> str:
    digest = hashlib.sha256()
    for name in sorted([*_PLACES, *(entry.name for entry in (files("api.site") / "static").iterdir())]):
        digest.update(_bytes(name))
    return digest.hexdigest()[:12]


def _office(request: Request, visitor: Visitor | None) -> str:
    if visitor is None:
        return ""
    session: Session
    with request.app.state.service.store.read() as session:
        office = session.get(Office, visitor.office_id)
        return office.name if office is not None else ""


@cache
def _template(name: str) -> str | None:
    for place in (files("api.site") / "templates" / name, files("api.web") / name):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    return None


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_template),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["ago"] = ago
    environment.filters["day"] = lambda time: time.astimezone().strftime("%Y-%m-%d") if time else ""
    environment.filters["minute"] = lambda time: time.astimezone().strftime("%Y-%m-%d %H:%M") if time else ""
    return environment


def ago(days: float) -> str:
    """Waiting time in words."""
    return "今天" if days < 1 else f"{int(days)} 天"
