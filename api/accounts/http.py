"""Who is asking, for routes and pages: a cookie of a session, or a key in the `Authorization` header.

A request that changes something and comes with a cookie must repeat the session's word in `X-CSRF-Token` or in the
form field `csrf`; a page of another site does not know it. A key needs none: no browser sends it by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from api.accounts.keys import holder
from api.accounts.rights import Permission, Visitor
from api.accounts.sessions import COOKIE, Present, is_stale, present, seen
from api.store.store import Store
from api.store.tables import ApiKey, now
from dossier.errors import JiuzhuError

_SAFE = ("GET", "HEAD", "OPTIONS")
_FIRST = ("/account", "/api/v1/me", "/api/v1/me/password", "/api/v1/me/sign-out")  # open before the password is changed


class AuthenticationNeeded(JiuzhuError):
    """Nobody has signed in, or the session is over."""


class NotAllowed(JiuzhuError):
    """The visitor is known and may not do this."""


def store_of(request: Request) -> Store:
    store: Store = request.app.state.service.store
    return store


def _known(request: Request) -> Present | tuple[ApiKey, Visitor] | None:
    header = request.headers.get("authorization", "")
    with store_of(request).read() as session:
        if header.lower().startswith("bearer "):
            return holder(session, header[7:].strip())
        token = request.cookies.get(COOKIE)
        return present(session, token) if token else None


def _who(request: Request) -> Present | Visitor | None:
    store, who = store_of(request), _known(request)
    if who is None:
        return None
    if isinstance(who, Present):
        with store.read() as session:
            stale = is_stale(session, who.sign_in)
        if stale:
            with store.begin() as session:
                seen(session, who.sign_in)
        return who
    key, visitor = who
    if key.used_at is None or (now() - key.used_at).total_seconds() > 60:
        with store.begin() as session:
            session.get_one(ApiKey, key.id).used_at = now()
    return visitor


def still_there(request: Request) -> Visitor | None:
    """Whoever opened a stream, with the rights of this moment; None once signed out or withdrawn. No use is noted."""
    who = _known(request)
    return who.visitor if isinstance(who, Present) else who[1] if who is not None else None


def optional_visitor(request: Request) -> Visitor | None:
    """Whoever asks, or nobody."""
    who = _who(request)
    if isinstance(who, Present):
        request.state.csrf, request.state.sign_in = who.csrf, who.sign_in
        return who.visitor
    return who


def current_visitor(request: Request) -> Visitor:
    """Whoever asks.

    Raises:
        AuthenticationNeeded, NotAllowed: `account.csrf`, a change that another page asked for;
            `account.password_first`.
    """
    visitor = optional_visitor(request)
    if visitor is None:
        raise AuthenticationNeeded("account.needed", "请先登录", "会话可能已结束，请重新登录；系统对接请使用接口密钥")
    if visitor.kind == "user" and request.method not in _SAFE:
        given = request.headers.get("x-csrf-token") or getattr(request.state, "form_csrf", None)
        if given != request.state.csrf:
            raise NotAllowed("account.csrf", "页面已过期，操作没有执行", "请刷新页面后重试")
    if visitor.must_change and request.url.path not in _FIRST:
        raise NotAllowed("account.password_first", "口令由他人设定，须先修改", "请在“账号”页修改口令，再重新登录")
    return visitor


def requires(*permissions: Permission) -> Callable[[Request], Visitor]:
    """A dependency: the visitor, who has all these permissions."""

    def check(request: Request) -> Visitor:
        visitor = current_visitor(request)
        if not all(visitor.may(permission) for permission in permissions):
            raise NotAllowed("account.not_allowed", "您的账号没有这项权限", "需要的，请联系系统管理员")
        return visitor

    check.permissions = permissions  # type: ignore[attr-defined]
    return check


def csrf_token(request: Request) -> str:
    """The word of this session for forms and scripts; empty without one."""
    return getattr(request.state, "csrf", "")


Anybody = Annotated[Visitor, Depends(current_visitor)]
