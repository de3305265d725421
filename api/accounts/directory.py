"""Accounts and offices: made and changed by the administrator, each act recorded."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.openid import allow_openid
from api.accounts.passwords import check_password, hash_password, random_password
from api.accounts.rights import Role
from api.accounts.sessions import close_all
from api.store.tables import Office, User, new_id, now
from dossier.errors import JiuzhuError


def make_office(session: Session, name: str) -> Office:
    """The office of this name, made when there is none."""
    office = session.scalars(select(Office).where(Office.name == name)).first()
    if office is None:
        office = Office(id=new_id(), name=name)
        session.add(office)
        session.flush()
    return office


def make_user(
    session: Session,
    *,
    login: str,
    name: str,
    office: Office,
    roles: tuple[Role, ...],
    sealed_cases: bool = False,
    password: str | None = None,
    by: str,
) -> tuple[User, str]:
    """A new account and its password: random, and to be changed at the first sign-in, unless given.

    Raises:
        JiuzhuError: `user.exists`.
    """
    made = password or random_password()
    user = _add(session, login, name, office, roles, sealed_cases, hash_password(made), by)
    user.password_changed_at = now() if password is not None else None
    return user, made


def make_openid_user(
    session: Session,
    *,
    login: str,
    name: str,
    office: Office,
    roles: tuple[Role, ...],
    sealed_cases: bool = False,
    by: str,
) -> User:
    """A new account without a password: its person comes in through the office's identity provider only.

    Raises:
        JiuzhuError: `user.exists`.
    """
    user = _add(session, login, name, office, roles, sealed_cases, None, by)
    allow_openid(session, user, True, by=by)
    return user


def change_user(
    session: Session,
    user: User,
    *,
    name: str | None = None,
    roles: tuple[Role, ...] | None = None,
    sealed_cases: bool | None = None,
    active: bool | None = None,
    openid: bool | None = None,
    new_password: bool = False,
    by: str,
) -> str | None:
    """Changes an account; the new password when one was asked for. Its sessions end."""
    password = None
    if name is not None:
        user.name = name
    if roles is not None:
        user.roles = [str(role) for role in roles]
    if sealed_cases is not None:
        user.sealed_cases = sealed_cases
    if active is not None:
        user.active = active
    if openid is not None:
        allow_openid(session, user, openid, by=by)
    if new_password:
        password = random_password()
        user.password_hash, user.password_changed_at = hash_password(password), None
        user.failed_logins, user.locked_until = 0, None
    close_all(session, user.id)
    record(
        session,
        by,
        "user.change",
        f"user:{user.id}",
        roles=user.roles,
        sealed_cases=user.sealed_cases,
        active=user.active,
    )
    return password


def change_own_password(session: Session, user: User, old: str, new: str) -> None:
    """Raises: JiuzhuError `account.old_password`; WeakPassword."""
    if not check_password(user.password_hash, old):
        raise JiuzhuError("account.old_password", "原口令不正确", "请核对后重试")
    user.password_hash, user.password_changed_at = hash_password(new, login=user.login), now()
    close_all(session, user.id)
    record(session, user.id, "account.password")


def find_user(session: Session, login: str) -> User | None:
    """The account of a login name as somebody writes it: case and spaces around it do not count."""
    return session.scalars(select(User).where(User.login == login.strip().lower())).first()


def _add(
    session: Session,
    login: str,
    name: str,
    office: Office,
    roles: tuple[Role, ...],
    sealed_cases: bool,
    password_hash: str | None,
    by: str,
) -> User:
    login = login.strip().lower()
    if find_user(session, login) is not None:
        raise JiuzhuError("user.exists", "登录名已被使用", "请换一个登录名")
    user = User(
        id=new_id(),
        login=login,
        name=name,
        office_id=office.id,
        roles=[str(role) for role in roles],
        sealed_cases=sealed_cases,
        password_hash=password_hash,
        active=True,
        failed_logins=0,
        settings={},
        created_at=now(),
    )
    session.add(user)
    session.flush()
    record(session, by, "user.create", f"user:{user.id}", roles=user.roles, sealed_cases=sealed_cases)
    return user
