"""Signing in: with a local account, or through the office's identity provider where one is set."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.accounts.http import NotAllowed, optional_visitor
from api.accounts.openid import LASTS, OpenIdFailed, account_of, no_account, open_begun, seal_begun
from api.accounts.rights import Visitor
from api.accounts.sessions import COOKIE, LONGEST, Opened, check_sign_in, open_session, refusal
from api.problems import status_of
from api.service import Service
from api.site.render import page
from dossier.errors import JiuzhuError

router = APIRouter()
_BEGUN = "jiuzhu_openid"


@router.get("/sign-in", response_class=HTMLResponse)
def sign_in_page(
    request: Request, visitor: Annotated[Visitor | None, Depends(optional_visitor)], next: str = "/"
) -> Response:
    if visitor is not None:
        return RedirectResponse(_inside(next), status_code=303)
    return _form(request, next=next)


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
        return _form(request, next=next, error=refusal(), login=login, status=401)
    response = RedirectResponse(_inside(next), status_code=303)
    _let_in(request, response, opened)
    return response


@router.get("/sign-in/openid")
def begin_openid(request: Request, next: str = "/") -> Response:
    """Sends the browser to the identity provider."""
    service: Service = request.app.state.service
    if service.openid is None:
        return RedirectResponse("/sign-in", status_code=303)
    try:
        address, begun = service.openid.begin(_back(request), _inside(next))
    except OpenIdFailed as error:
        return _refused(request, error, next)
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        _BEGUN,
        seal_begun(service.store.vault, begun),
        max_age=LASTS,
        httponly=True,
        samesite="lax",  # it must come along when the provider sends the browser back
        secure=request.url.scheme == "https",
        path="/sign-in/openid",
    )
    return response


@router.get("/sign-in/openid/back", response_class=HTMLResponse)
def end_openid(request: Request) -> Response:
    """Where the identity provider sends the browser back to.

    The session's cookie is for this site alone, hence not sent along while the browser still follows the provider's
    redirect: a page of our own leads on.
    """
    service: Service = request.app.state.service
    begun = open_begun(service.store.vault, request.cookies.get(_BEGUN, ""))
    if service.openid is None:
        return RedirectResponse("/sign-in", status_code=303)
    try:
        if begun is None:
            raise OpenIdFailed("openid.state", "这次登录不是从本页开始的，或已超过时限", "请重新点击登录")
        identity = service.openid.finish(_back(request), begun, request.query_params)
        with service.store.begin() as session:  # a refusal is recorded, hence committed
            user = account_of(session, identity)
            opened = open_session(session, user) if user is not None else None
        if opened is None:
            raise no_account()
    except OpenIdFailed as error:
        response = _refused(request, error, begun.next if begun is not None else "/")
    else:
        response = page(request, None, "let_in.html", next=_inside(begun.next))
        _let_in(request, response, opened)
    response.delete_cookie(_BEGUN, path="/sign-in/openid")
    return response


def _let_in(request: Request, response: Response, opened: Opened) -> None:
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )


def _refused(request: Request, error: JiuzhuError, next: str) -> Response:
    return _form(request, error=error, next=next, status=status_of(error))


def _form(
    request: Request, *, next: str, error: JiuzhuError | None = None, login: str = "", status: int = 200
) -> Response:
    service: Service = request.app.state.service
    label = service.settings.oidc_label if service.openid is not None else None
    return page(
        request, None, "sign_in.html", status=status, next=_inside(next), error=error, login=login, openid=label
    )


def _back(request: Request) -> str:
    """Our address for the way back, as it is registered with the provider."""
    service: Service = request.app.state.service
    base = service.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}/sign-in/openid/back"


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
