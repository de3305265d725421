"""The visitor's own account: who am I, leaving, another password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from api.accounts.directory import change_own_password
from api.accounts.http import NotAllowed, requires
from api.accounts.openid import LEAVE_COOKIE, LEAVE_PATH, open_leave
from api.accounts.rights import Permission, Role, Visitor
from api.accounts.sessions import COOKIE, close_session
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.store.tables import Office, User

router = APIRouter(prefix="/me", tags=["account"], responses=PROBLEMS)
Known = Annotated[Visitor, Depends(requires())]


class Me(Shape):
    id: str
    kind: str
    name: str
    office: str
    roles: list[Role]
    permissions: list[Permission]


class NewPassword(Shape):
    old: str = Field(max_length=200)
    new: str = Field(max_length=200)


class SignedOut(Shape):
    """Attributes:
    next: address of the identity provider, to sign out there too.
    """

    next: str


@router.get("")
def who_am_i(service: ServiceOf, visitor: Known) -> Me:
    with service.store.read() as session:
        office = session.get(Office, visitor.office_id)
    return Me(
        id=visitor.id,
        kind=visitor.kind,
        name=visitor.name,
        office=office.name if office else "",
        roles=list(visitor.roles),
        permissions=sorted(visitor.permissions),
    )


@router.post(
    "/sign-out",
    status_code=204,
    response_class=Response,
    responses={200: {"model": SignedOut, "description": "Ended here; `next` ends it at the identity provider too"}},
)
def sign_out(request: Request, service: ServiceOf, visitor: Known) -> Response:
    """Ends this session; one that began at the identity provider is told where to end that one too."""
    away = None
    if visitor.kind == "user":
        if service.openid is not None:
            away = open_leave(service.store.vault, request.state.sign_in, request.cookies.get(LEAVE_COOKIE, ""))
        with service.store.begin() as session:
            close_session(session, request.state.sign_in)
    response = JSONResponse(SignedOut(next=away).model_dump()) if away is not None else Response(status_code=204)
    response.delete_cookie(COOKIE, path="/")
    response.delete_cookie(LEAVE_COOKIE, path=LEAVE_PATH)
    return response


@router.post("/password", status_code=204)
def change_password(body: NewPassword, service: ServiceOf, visitor: Known) -> None:
    """Another password; every session of the account ends."""
    if visitor.kind != "user":
        raise NotAllowed("account.not_allowed", "接口密钥没有口令", "请用账号登录")
    with service.store.begin() as session:
        change_own_password(session, session.get_one(User, visitor.id), body.old, body.new)
