"""Accounts, offices, keys and hooks: what the system administrator looks after, without ever seeing a dossier."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import select

from api.accounts.audit import Verification, entries, record, verify
from api.accounts.directory import change_user, make_office, make_openid_user, make_user
from api.accounts.http import requires
from api.accounts.keys import make_key, revoke
from api.accounts.openid import is_bound, is_open
from api.accounts.rights import Permission, Role, Visitor
from api.accounts.visibility import NotFound
from api.jobs.kinds.deliver import EVENTS
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.store.tables import ApiKey, Hook, Office, User, new_id, now
from dossier.errors import JiuzhuError

router = APIRouter(tags=["administration"], responses=PROBLEMS)
Manager = Annotated[Visitor, Depends(requires(Permission.MANAGE))]
Auditor = Annotated[Visitor, Depends(requires(Permission.AUDIT))]


class OfficePart(Shape):
    id: str
    name: str


class UserPart(Shape):
    id: str
    login: str
    name: str
    office: str
    roles: list[Role]
    sealed_cases: bool
    active: bool
    locked: bool
    password: bool = Field(description="可用口令登录")
    openid: bool = Field(description="可经统一身份认证登录")
    openid_bound: bool = Field(description="已在首次登录时与其统一身份绑定")
    created_at: dt.datetime


class NewUser(Shape):
    login: str = Field(min_length=2, max_length=64, pattern=r"^[a-z0-9._@-]+$")
    name: str = Field(min_length=1, max_length=80)
    office: str = Field(min_length=1, max_length=80, description="单位名称；没有的自动建立")
    roles: list[Role] = Field(min_length=1)
    sealed_cases: bool = False
    openid: bool = Field(default=False, description="只经统一身份认证登录，没有口令")


class UserMade(Shape):
    """Attributes:
    password: shown this once; it is stored as a hash only. None for an account of the identity provider.
    """

    user: UserPart
    password: str | None


class UserChange(Shape):
    """Fields left out stay as they are."""

    name: str | None = Field(default=None, min_length=1, max_length=80)
    roles: list[Role] | None = Field(default=None, min_length=1)
    sealed_cases: bool | None = None
    active: bool | None = None
    openid: bool | None = Field(default=None, description="开通或关闭经统一身份认证登录；原有的绑定解除")
    new_password: bool = False


class UserChanged(Shape):
    user: UserPart
    password: str | None


class KeyPart(Shape):
    id: str
    name: str
    office: str
    scopes: list[str]
    created_at: dt.datetime
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None


class NewKey(Shape):
    name: str = Field(min_length=1, max_length=80)
    office: str = Field(min_length=1, max_length=80)
    scopes: list[str] = Field(min_length=1, max_length=8, examples=[["upload"]])


class KeyMade(Shape):
    key: KeyPart
    words: str


class HookPart(Shape):
    id: str
    office: str
    url: str
    events: list[str]
    active: bool


class NewHook(Shape):
    office: str = Field(min_length=1, max_length=80)
    url: str = Field(pattern=r"^https?://[^\s]+$", max_length=500)
    events: list[str] = Field(min_length=1)
    secret: str = Field(min_length=16, max_length=200)


class AuditPart(Shape):
    seq: int
    at: dt.datetime
    actor: str
    action: str
    object: str | None
    detail: dict[str, Any]


class VerificationPart(Shape):
    entries: int
    broken_at: int | None
    last: str


@router.get("/offices")
def list_offices(service: ServiceOf, _visitor: Manager) -> list[OfficePart]:
    with service.store.read() as session:
        return [OfficePart(id=o.id, name=o.name) for o in session.scalars(select(Office).order_by(Office.name))]


@router.get("/users")
def list_users(service: ServiceOf, _visitor: Manager) -> list[UserPart]:
    with service.store.read() as session:
        offices = {office.id: office.name for office in session.scalars(select(Office))}
        return [_user(user, offices) for user in session.scalars(select(User).order_by(User.login))]


@router.post("/users", status_code=201)
def add_user(body: NewUser, service: ServiceOf, visitor: Manager) -> UserMade:
    """Makes an account with a random password, which is told once, or one of the identity provider without any."""
    with service.store.begin() as session:
        office = make_office(session, body.office)
        about: dict[str, Any] = {
            "login": body.login,
            "name": body.name,
            "office": office,
            "roles": tuple(body.roles),
            "sealed_cases": body.sealed_cases,
            "by": visitor.id,
        }
        password: str | None = None
        if body.openid:
            user = make_openid_user(session, **about)
        else:
            user, password = make_user(session, **about)
        return UserMade(user=_user(user, {office.id: office.name}), password=password)


@router.patch("/users/{user_id}")
def alter_user(user_id: str, body: UserChange, service: ServiceOf, visitor: Manager) -> UserChanged:
    """Changes an account; changed rights end its sessions at once."""
    with service.store.begin() as session:
        user = session.get(User, user_id)
        if user is None:
            raise NotFound("user.not_found", "没有这个账号", "请刷新页面")
        password = change_user(
            session,
            user,
            name=body.name,
            roles=tuple(body.roles) if body.roles is not None else None,
            sealed_cases=body.sealed_cases,
            active=body.active,
            openid=body.openid,
            new_password=body.new_password,
            by=visitor.id,
        )
        office = session.get_one(Office, user.office_id)
        return UserChanged(user=_user(user, {office.id: office.name}), password=password)


@router.get("/keys")
def list_keys(service: ServiceOf, _visitor: Manager) -> list[KeyPart]:
    with service.store.read() as session:
        offices = {office.id: office.name for office in session.scalars(select(Office))}
        return [_key(key, offices) for key in session.scalars(select(ApiKey).order_by(ApiKey.created_at.desc()))]


@router.post("/keys", status_code=201)
def add_key(body: NewKey, service: ServiceOf, visitor: Manager) -> KeyMade:
    """Makes a key for another system; its words are told once."""
    with service.store.begin() as session:
        office = make_office(session, body.office)
        key, words = make_key(session, name=body.name, office_id=office.id, scopes=body.scopes, by=visitor.id)
        return KeyMade(key=_key(key, {office.id: office.name}), words=words)


@router.delete("/keys/{key_id}", status_code=204)
def remove_key(key_id: str, service: ServiceOf, visitor: Manager) -> None:
    with service.store.begin() as session:
        if not revoke(session, key_id, by=visitor.id):
            raise NotFound("key.not_found", "没有这个密钥，或已停用", "请刷新页面")


@router.get("/hooks")
def list_hooks(service: ServiceOf, _visitor: Manager) -> list[HookPart]:
    with service.store.read() as session:
        offices = {office.id: office.name for office in session.scalars(select(Office))}
        return [_hook(hook, offices) for hook in session.scalars(select(Hook).order_by(Hook.created_at))]


@router.post("/hooks", status_code=201)
def add_hook(body: NewHook, service: ServiceOf, visitor: Manager) -> HookPart:
    """Registers an address of the case system that is told of events, signed with the secret."""
    unknown = [event for event in body.events if event not in EVENTS]
    if unknown:
        raise JiuzhuError("hook.event", "没有这种事件", f"可用：{'、'.join(EVENTS)}")
    with service.store.begin() as session:
        office = make_office(session, body.office)
        hook = Hook(id=new_id(), office_id=office.id, url=body.url, events=body.events, active=True)
        hook.secret_sealed = service.store.vault.seal_text(body.secret, f"hook.secret:{hook.id}")
        session.add(hook)
        session.flush()
        record(session, visitor.id, "hook.create", f"hook:{hook.id}")
        return _hook(hook, {office.id: office.name})


@router.delete("/hooks/{hook_id}", status_code=204)
def remove_hook(hook_id: str, service: ServiceOf, visitor: Manager) -> None:
    with service.store.begin() as session:
        hook = session.get(Hook, hook_id)
        if hook is None or not hook.active:
            raise NotFound("hook.not_found", "没有这个通知地址", "请刷新页面")
        hook.active = False
        record(session, visitor.id, "hook.remove", f"hook:{hook_id}")


@router.get("/audit")
def audit_trail(
    service: ServiceOf,
    _visitor: Auditor,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    of: Annotated[str | None, Query(max_length=60)] = None,
) -> list[AuditPart]:
    """The newest hundred acts, or those before an entry."""
    with service.store.read() as session:
        return [
            AuditPart(seq=e.seq, at=e.at, actor=e.actor, action=e.action, object=e.object, detail=e.detail)
            for e in entries(session, before=before, object_=of)
        ]


@router.get("/audit/verification")
def audit_verification(service: ServiceOf, _visitor: Auditor) -> VerificationPart:
    """Whether the chain holds from its first entry to its last."""
    found: Verification = verify(service.store)
    return VerificationPart(entries=found.entries, broken_at=found.broken_at, last=found.last)


def _user(user: User, offices: dict[str, str]) -> UserPart:
    return UserPart(
        id=user.id,
        login=user.login,
        name=user.name,
        office=offices.get(user.office_id, ""),
        roles=[Role(role) for role in user.roles],
        sealed_cases=user.sealed_cases,
        active=user.active,
        locked=user.locked_until is not None and user.locked_until > now(),
        password=user.password_hash is not None,
        openid=is_open(user),
        openid_bound=is_bound(user),
        created_at=user.created_at,
    )


def _key(key: ApiKey, offices: dict[str, str]) -> KeyPart:
    return KeyPart(
        id=key.id,
        name=key.name,
        office=offices.get(key.office_id, ""),
        scopes=key.scopes,
        created_at=key.created_at,
        used_at=key.used_at,
        revoked_at=key.revoked_at,
    )


def _hook(hook: Hook, offices: dict[str, str]) -> HookPart:
    return HookPart(
        id=hook.id, office=offices.get(hook.office_id, ""), url=hook.url, events=hook.events, active=hook.active
    )
