"""The way in through the office's identity provider: leaving for it, and coming back.

A refusal is recorded, counted against the address it came from, and shown on the sign-in page. The count is one of its
own: while the provider misbehaves, local accounts come in as before.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.accounts.openid import (
    LASTS,
    LEAVE_COOKIE,
    LEAVE_PATH,
    Begun,
    Identity,
    OpenIdFailed,
    account_of,
    must_wait,
    no_account,
    not_begun,
    open_begun,
    record_refusal,
    seal_begun,
    seal_leave,
)
from api.accounts.sessions import LONGEST, Opened, open_session, visitor_of
from api.addresses import inside
from api.problems import status_of
from api.service import Service
from api.site.home import after_sign_in
from api.site.render import page
from api.site.sign_in import let_in, sign_in_form

router = APIRouter()
_BEGUN = "jiuzhu_openid"
_PATH = "/sign-in/openid"
_COUNTED = ("openid.state", "openid.refused", "openid.token", "openid.account")


@router.get(_PATH)
def begin_openid(request: Request, next: str = "/") -> Response:
    """Sends the browser to the identity provider."""
    service: Service = request.app.state.service
    if service.openid is None:
        return RedirectResponse("/sign-in", status_code=303)
    try:
        if service.doormen.refuses(_door(request)):
            raise must_wait()
        address, begun = service.openid.begin(_here(request, f"{_PATH}/back"), inside(next))
    except OpenIdFailed as error:
        return sign_in_form(request, error=error, next=next, status=status_of(error))
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        _BEGUN,
        seal_begun(service.store.vault, begun),
        max_age=LASTS,
        httponly=True,
        samesite="lax",  # it must come along when the provider sends the browser back
        secure=request.url.scheme == "https",
        path=_PATH,
    )
    return response


@router.get(f"{_PATH}/back", response_class=HTMLResponse)
def end_openid(request: Request) -> Response:
    """Where the identity provider sends the browser back to.

    The session's cookie is for this site alone, hence not sent along while the browser still follows the provider's
    redirect: a page of our own leads on.
    """
    service: Service = request.app.state.service
    if service.openid is None:
        return RedirectResponse("/sign-in", status_code=303)
    begun = open_begun(service.store.vault, request.cookies.get(_BEGUN, ""))
    try:
        if service.doormen.refuses(_door(request)):
            raise must_wait()
        identity, opened = _opened(request, service, begun)
    except OpenIdFailed as error:
        _count(request, service, error)
        next = begun.next if begun is not None else "/"
        response = sign_in_form(request, error=error, next=next, status=status_of(error))
    else:
        service.doormen.right(_door(request))
        on = after_sign_in(visitor_of(opened.user), begun.next if begun is not None else "/")
        response = page(request, None, "let_in.html", next=on)
        let_in(request, response, opened)
        _keep_way_out(request, response, service, identity, opened)
    response.delete_cookie(_BEGUN, path=_PATH)
    return response


def _opened(request: Request, service: Service, begun: Begun | None) -> tuple[Identity, Opened]:
    if begun is None or service.openid is None:
        raise not_begun()
    identity = service.openid.finish(_here(request, f"{_PATH}/back"), begun, request.query_params)
    with service.store.begin() as session:  # a refusal is recorded, hence committed
        user = account_of(session, identity)
        opened = open_session(session, user) if user is not None else None
    if opened is None:
        raise no_account()
    return identity, opened


def _count(request: Request, service: Service, error: OpenIdFailed) -> None:
    """Remembers a refusal. Not one of a request that a page of another site made without anybody seeing it: it would
    let that page lock others out."""
    seen = (request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest"))
    if error.code not in _COUNTED or seen not in ((None, None), ("navigate", "document")):
        return
    service.doormen.wrong(_door(request))
    if error.code != "openid.account":  # recorded with the account
        with service.store.begin() as session:
            record_refusal(session, error.code)


def _keep_way_out(request: Request, response: Response, service: Service, identity: Identity, opened: Opened) -> None:
    """Gives the browser, sealed, where to go at sign-out: with the ID token where it fits into a cookie."""
    if service.settings.oidc_sign_out == "off":
        return
    for token in (identity.token, None):
        try:
            address = service.openid.leave(_here(request, "/sign-in"), token) if service.openid is not None else None
        except OpenIdFailed:  # went away meanwhile: then only the session here ends
            return
        sealed = seal_leave(service.store.vault, opened.id, address) if address is not None else None
        if sealed is not None:
            response.set_cookie(
                LEAVE_COOKIE,
                sealed,
                max_age=int(LONGEST.total_seconds()),
                httponly=True,
                samesite="strict",
                secure=request.url.scheme == "https",
                path=LEAVE_PATH,
            )
            return


def _here(request: Request, path: str) -> str:
    """An address of ours as it is registered with the provider."""
    service: Service = request.app.state.service
    base = service.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}{path}"


def _door(request: Request) -> str:
    return f"openid:{request.client.host if request.client else ''}"
