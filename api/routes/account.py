"""The visitor's own account: who am I, leaving, another password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.accounts.directory import change_own_password
from api.accounts.http import NotAllowed, requires
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


@router.post("/sign-out", status_code=204)
def sign_out(request: Request, response: Response, service: ServiceOf, visitor: Known) -> None:
    """Ends this session."""
    if visitor.kind == "user":
        with service.store.begin() as session:
            close_session(session, request.state.sign_in)
    response.delete_cookie(COOKIE, path="/")


@router.post("/password", status_code=204)
def change_password(body: NewPassword, service: ServiceOf, visitor: Known) -> None:
    """Another password; every session of the account ends."""
    if visitor.kind != "user":
        raise NotAllowed("account.not_allowed", "接口密钥没有口令", "请用账号登录")
    with service.store.begin() as session:
        change_own_password(session, session.get_one(User, visitor.id), body.old, body.new)
