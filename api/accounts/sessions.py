"""Signing in and staying signed in.

The cookie holds a random token of which the store keeps the hash only. A session ends after an hour without use and
after ten hours in any case. Five wrong passwords lock an account for a time that doubles; so do wrong ones from one
address, whichever accounts they try.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field, replace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.passwords import check_password, hash_password, needs_rehash
from api.accounts.rights import Role, Visitor, permissions_of
from api.store.tables import Access, SignIn, User, now
from dossier.errors import JiuzhuError

COOKIE = "jiuzhu"
IDLE = dt.timedelta(hours=1)
LONGEST = dt.timedelta(hours=10)
_TRIES = 5
_FIRST_LOCK = dt.timedelta(minutes=1)
_LONGEST_LOCK = dt.timedelta(hours=4)
_SEEN_EVERY = dt.timedelta(minutes=1)  # a page view writes this often at most


class SignInRefused(JiuzhuError):
    """Wrong login or password, or locked: which of them is not told."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the token for the cookie, and the word that unsafe requests must repeat.

    Attributes:
        id: of the session in the store.
    """

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    id: str = field(repr=False)
    user: User = field(repr=False)


@dataclass(frozen=True, slots=True)
class Present:
    visitor: Visitor
    csrf: str = field(repr=False)
    sign_in: str = field(repr=False)


class Doormen:
    """Counts wrong tries by address, in this process: a slow lane, not a record."""

    def __init__(self) -> None:
        self._tries: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def refuses(self, address: str) -> bool:
        with self._lock:
            tries, until = self._tries.get(address, (0, 0.0))
            return tries >= _TRIES and time.monotonic() < until

    def wrong(self, address: str) -> None:
        with self._lock:
            tries = self._tries.get(address, (0, 0.0))[0] + 1
            pause = _lock_for(tries).total_seconds() if tries >= _TRIES else 0.0
            self._tries[address] = (tries, time.monotonic() + pause)
            if len(self._tries) > 10_000:
                self._tries.pop(next(iter(self._tries)))

    def right(self, address: str) -> None:
        with self._lock:
            self._tries.pop(address, None)


def check_sign_in(session: Session, doormen: Doormen, login: str, password: str, address: str) -> User | None:
    """The account, or None: then the caller commits (the try is counted) and refuses."""
    user = session.scalars(select(User).where(User.login == login.strip().lower())).first()
    locked = user is not None and user.locked_until is not None and user.locked_until > now()
    right = check_password(user.password_hash if user is not None else None, password)
    if user is None or not right or locked or not user.active or doormen.refuses(address):
        doormen.wrong(address)
        if user is not None and not locked and user.password_hash is not None:  # without one, nothing is guessed
            user.failed_logins += 1
            if user.failed_logins >= _TRIES:
                user.locked_until = now() + _lock_for(user.failed_logins)
        record(session, user.id if user else "anonymous", "account.sign_in_refused")
        return None
    doormen.right(address)
    user.failed_logins, user.locked_until = 0, None
    if user.password_hash is not None and needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    return user


def refusal() -> SignInRefused:
    return SignInRefused("account.sign_in", "登录名或口令不正确，或账号暂时锁定", "请核对后再试；多次失败须等待片刻")


def open_session(session: Session, user: User) -> Opened:
    """Begins a session of an account that has shown who it is."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    row = SignIn(id=_hash(token), user_id=user.id, csrf=csrf, expires_at=now() + LONGEST)
    session.add(row)
    record(session, user.id, "account.sign_in")
    session.flush()
    return Opened(token, csrf, row.id, user)


def present(session: Session, token: str) -> Present | None:
    """Who holds this token; None when the session is over."""
    row = session.get(SignIn, _hash(token))
    if row is None or row.expires_at < now() or row.seen_at < now() - IDLE:
        return None
    user = session.get(User, row.user_id)
    if user is None or not user.active:
        return None
    given = session.scalar(select(exists().where(Access.user_id == user.id)))
    return Present(replace(visitor_of(user), given=bool(given)), row.csrf, row.id)


def is_stale(session: Session, sign_in: str) -> bool:
    """Whether the session's last use should be written down again."""
    row = session.get(SignIn, sign_in)
    return row is not None and row.seen_at < now() - _SEEN_EVERY


def seen(session: Session, sign_in: str) -> None:
    row = session.get(SignIn, sign_in)
    if row is not None:
        row.seen_at = now()


def close_session(session: Session, sign_in: str) -> None:
    row = session.get(SignIn, sign_in)
    if row is not None:
        record(session, row.user_id, "account.sign_out")
        session.delete(row)


def close_all(session: Session, user_id: str) -> None:
    """Ends every session of an account: its password or its rights changed."""
    for row in session.scalars(select(SignIn).where(SignIn.user_id == user_id)):
        session.delete(row)


def visitor_of(user: User) -> Visitor:
    roles = tuple(Role(role) for role in user.roles)
    return Visitor(user.id, "user", user.name, user.office_id, roles, permissions_of(roles), user.sealed_cases)


def _lock_for(failures: int) -> dt.timedelta:
    doubled: dt.timedelta = _FIRST_LOCK * (1 << max(0, min(failures - _TRIES, 10)))
    return min(_LONGEST_LOCK, doubled)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
