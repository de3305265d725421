"""The page for signing in, and signing in with a local account; the other way is in `api/site/openid.py`."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.accounts.http import NotAllowed, optional_visitor
from api.accounts.rights import Visitor
from api.accounts.sessions import COOKIE, LONGEST, Opened, check_sign_in, open_session, refusal, visitor_of
from api.addresses import LONGEST as LONGEST_ADDRESS
from api.addresses import inside
from api.edge import refuse_signs
from api.service import Service
from api.site.home import after_sign_in
from api.site.render import page
from dossier.errors import JiuzhuError

router = APIRouter()


@router.get("/sign-in", response_class=HTMLResponse)
def sign_in_page(
    request: Request, visitor: Annotated[Visitor | None, Depends(optional_visitor)], next: str = "/"
) -> Response:
    if visitor is not None:
        return RedirectResponse(after_sign_in(visitor, next), status_code=303)
    return sign_in_form(request, next=next)


@router.post("/sign-in", response_class=HTMLResponse)
def sign_in(
    request: Request,
    login: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=LONGEST_ADDRESS)] = "/",
) -> Response:
    _from_here(request)
    refuse_signs(login, password, next)  # a form may come as multipart, which the edge leaves alone
    service = request.app.state.service
    address = request.client.host if request.client else ""
    with service.store.begin() as session:  # a wrong try is counted, hence committed
        user = check_sign_in(session, service.doormen, login, password, address)
        opened = open_session(session, user) if user is not None else None
    if opened is None:
        return sign_in_form(request, next=next, error=refusal(), login=login, status=401)
    response = RedirectResponse(after_sign_in(visitor_of(opened.user), next), status_code=303)
    let_in(request, response, opened)
    return response


def let_in(request: Request, response: Response, opened: Opened) -> None:
    """Gives the browser its session."""
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )


def sign_in_form(
    request: Request, *, next: str, error: JiuzhuError | None = None, login: str = "", status: int = 200
) -> Response:
    """The page, with what went wrong on it."""
    service: Service = request.app.state.service
    label = service.settings.oidc_label if service.openid is not None else None
    return page(request, None, "sign_in.html", status=status, next=inside(next), error=error, login=login, openid=label)


def _from_here(request: Request) -> None:
    """Refuses a form that another site sent: there is no session yet whose word it could repeat."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if (site is not None and site not in ("same-origin", "none")) or (
        origin not in (None, "null") and urlsplit(origin).netloc != request.headers.get("host")
    ):
        raise NotAllowed("account.csrf", "登录请求来自其他网站，没有执行", "请从本系统的登录页登录")
