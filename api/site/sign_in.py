"""Signing in and out with a local account."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.accounts.http import NotAllowed, optional_visitor
from api.accounts.rights import Visitor
from api.accounts.sessions import COOKIE, LONGEST, check_sign_in, open_session, refusal
from api.site.render import page

router = APIRouter()


@router.get("/sign-in", response_class=HTMLResponse)
def sign_in_page(
    request: Request, visitor: Annotated[Visitor | None, Depends(optional_visitor)], next: str = "/"
) -> Response:
    if visitor is not None:
        return RedirectResponse(_inside(next), status_code=303)
    return page(request, None, "sign_in.html", next=_inside(next), error=None, login="")


@router.post("/sign-in", response_class=HTMLResponse)
def sign_in(
    request: Request,
    login: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=300)] = "/",
) -> Response:
    _from_here(request)
    service = request.app.state.service
    address = request.client.host if request.client else ""
    with service.store.begin() as session:  # a wrong try is counted, hence committed
        user = check_sign_in(session, service.doormen, login, password, address)
        opened = open_session(session, user) if user is not None else None
    if opened is None:
        return page(request, None, "sign_in.html", status=401, next=_inside(next), error=refusal(), login=login)
    response = RedirectResponse(_inside(next), status_code=303)
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )
    return response


def _from_here(request: Request) -> None:
    """Refuses a form that another site sent: there is no session yet whose word it could repeat."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if (site is not None and site not in ("same-origin", "none")) or (
        origin not in (None, "null") and urlsplit(origin).netloc != request.headers.get("host")
    ):
        raise NotAllowed("account.csrf", "登录请求来自其他网站，没有执行", "请从本系统的登录页登录")


def _inside(address: str) -> str:
    """Only addresses of this service: `//elsewhere` and `https:` are none."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"
