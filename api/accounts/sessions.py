"""Signing in and staying signed in.

The cookie holds a random token of which the store keeps the hash only. A session ends after an hour without use and
after ten hours in any case. Five wrong passwords for one account from one address lock it for that address, for a time
that doubles; people behind the same address come in meanwhile. Much higher bounds hold for an account from everywhere
and for an address with all accounts. A try during a lock is refused and counts for nothing.
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
_TRIES = 5  # of one account from one address
_TRIES_OF_ACCOUNT = 20  # from everywhere
_TRIES_OF_ADDRESS = 100  # with all accounts: a whole office may sit behind one
_FORGET = 3600.0  # seconds without a wrong try
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
    """Counts wrong tries at doors, in this process: a slow lane, not a record. A door is an address, alone or with the
    account that was tried."""

    def __init__(self) -> None:
        self._tries: dict[str, tuple[int, float]] = {}  # how many, and until when the door stays shut
        self._lock = threading.Lock()

    def refuses(self, door: str) -> bool:
        with self._lock:
            return time.monotonic() < self._tries.get(door, (0, 0.0))[1]

    def wrong(self, door: str, *, most: int = _TRIES) -> None:
        """Args: most: tries from which on the door stays shut for a while."""
        with self._lock:
            time_ = time.monotonic()
            tries, until = self._tries.pop(door, (0, time_))
            tries = tries + 1 if time_ < until + _FORGET else 1
            pause = _lock_for(tries - most).total_seconds() if tries >= most else 0.0
            self._tries[door] = (tries, time_ + pause)  # at the end: the door tried longest ago is forgotten first
            if len(self._tries) > 10_000:
                self._tries.pop(next(iter(self._tries)))

    def right(self, door: str) -> None:
        with self._lock:
            self._tries.pop(door, None)


def check_sign_in(session: Session, doormen: Doormen, login: str, password: str, address: str) -> User | None:
    """The account, or None: then the caller commits (the try is counted) and refuses."""
    login = login.strip().lower()
    user = session.scalars(select(User).where(User.login == login)).first()
    locked = user is not None and user.locked_until is not None and user.locked_until > now()
    right = check_password(user.password_hash if user is not None else None, password)
    pair = f"{address} {login}"
    if locked or doormen.refuses(pair) or doormen.refuses(address):
        record(session, user.id if user else "anonymous", "account.sign_in_refused")
        return None
    if user is None or not right or not user.active:
        doormen.wrong(pair)
        doormen.wrong(address, most=_TRIES_OF_ADDRESS)
        if user is not None and user.password_hash is not None:  # without one, nothing is guessed
            user.failed_logins += 1
            if user.failed_logins >= _TRIES_OF_ACCOUNT:
                user.locked_until = now() + _lock_for(user.failed_logins - _TRIES_OF_ACCOUNT)
        record(session, user.id if user else "anonymous", "account.sign_in_refused")
        return None
    doormen.right(pair)
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
    # a password that somebody else made; who comes in through the identity provider does not use it
    told = user.password_hash is not None and user.password_changed_at is None and user.subject is None
    return Present(replace(visitor_of(user), given=bool(given), must_change=told), row.csrf, row.id)


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


def _lock_for(beyond: int) -> dt.timedelta:
    """Args: beyond: wrong tries beyond those that are free."""
    doubled: dt.timedelta = _FIRST_LOCK * (1 << max(0, min(beyond, 10)))
    return min(_LONGEST_LOCK, doubled)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
