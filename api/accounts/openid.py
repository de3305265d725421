"""Accounts that come in through the office's identity provider, and what the browser keeps of a sign-in.

The provider only says who somebody is. Office, roles and rights are those of the local account, which an administrator
has opened for this way in (`jiuzhu user openid`); at the first sign-in the account is bound to the provider's subject,
so that a name given to somebody else later opens nothing. The protocol itself is in `api/accounts/oidc.py`, which is
loaded only where a provider is set.
"""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.sessions import close_all
from api.store.tables import User, now
from api.store.vault import Vault
from dossier.errors import JiuzhuError

LASTS = 600  # seconds from the start of a sign-in to its end
LEAVE_COOKIE = "jiuzhu_leave"
LEAVE_PATH = "/api/v1/me/sign-out"  # the only address to which a browser sends that cookie
_PENDING = "pending:"
# All headers of an answer together must stay below 4096 bytes, of which a proxy before the service takes no more
# (nginx, `proxy_buffer_size`); ours without this cookie have 1,100.
_COOKIE_BYTES = 2800


class OpenIdFailed(JiuzhuError):
    """The provider cannot be reached, or what came back is not to be believed, or opens no account here."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What the browser keeps between leaving and coming back, sealed in a cookie."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    next: str
    until: float


@dataclass(frozen=True, slots=True)
class Identity:
    """Attributes:
    subject: of issuer and subject together, as it is stored.
    login: the local account that the provider names.
    token: the ID token, to sign out at the provider with.
    """

    subject: str = field(repr=False)
    login: str
    token: str = field(repr=False)


def seal_begun(vault: Vault, begun: Begun) -> str:
    """For the cookie: nobody but this service reads or makes it."""
    return base64.urlsafe_b64encode(vault.seal_json(asdict(begun), "begun:openid")).decode()


def open_begun(vault: Vault, words: str) -> Begun | None:
    """What `seal_begun` sealed; None when it was not."""
    try:
        return Begun(**vault.open_json(base64.urlsafe_b64decode(words), "begun:openid"))
    except (JiuzhuError, ValueError, TypeError):
        return None


def seal_leave(vault: Vault, sign_in: str, address: str) -> str | None:
    """Where to go at sign-out, for a cookie that is good with this one session; None when it is too long for one.

    The address holds the ID token, which tells who somebody is: the store does not keep it, and the browser cannot
    read it.
    """
    sealed = base64.urlsafe_b64encode(vault.seal_text(address, _of_leave(sign_in))).decode()
    return sealed if len(sealed) <= _COOKIE_BYTES else None


def open_leave(vault: Vault, sign_in: str, words: str) -> str | None:
    """What `seal_leave` sealed for this session; None when it was not."""
    try:
        return vault.open_text(base64.urlsafe_b64decode(words), _of_leave(sign_in))
    except (JiuzhuError, ValueError):
        return None


def account_of(session: Session, identity: Identity) -> User | None:
    """The account of somebody whom the provider knows, bound to the subject at the first time; None when none is open
    to this identity: then the caller commits, because the refusal is recorded, and refuses."""
    user = session.scalars(select(User).where(User.subject == identity.subject)).first()
    bound = user is not None
    if user is None:
        named = session.scalars(select(User).where(User.login == identity.login)).first()
        if named is not None and named.subject == _PENDING + named.id:
            user = named
    locked = user is not None and user.locked_until is not None and user.locked_until > now()
    if user is None or not user.active or locked or not (bound or _bind(session, user, identity.subject)):
        record_refusal(session, "openid.account", user)
        return None
    return user


def record_refusal(session: Session, code: str, user: User | None = None) -> None:
    """Writes into the trail that somebody who came from the provider was not let in, and why."""
    actor = user.id if user is not None else "anonymous"
    record(session, actor, "account.sign_in_refused", way="openid", reason=code)


def allow_openid(session: Session, user: User, allowed: bool, *, by: str) -> None:
    """Opens an account for the identity provider, to be bound at the next sign-in, or closes that way in.

    Whoever had this way in before has it no longer, and their sessions end.
    """
    if user.subject is not None:
        close_all(session, user.id)
    user.subject = _PENDING + user.id if allowed else None
    record(session, by, "user.openid", f"user:{user.id}", allowed=allowed)


def is_open(user: User) -> bool:
    """Whether an account may come in through the provider."""
    return user.subject is not None


def is_bound(user: User) -> bool:
    """Whether somebody has come in through the provider, who alone may do so from then on."""
    return user.subject is not None and user.subject != _PENDING + user.id


def ways_in(user: User) -> str:
    """How an account signs in, in words."""
    ways = ["口令"] if user.password_hash is not None else []
    if is_open(user):
        ways.append("统一身份" if is_bound(user) else "统一身份（待首次登录）")
    return "、".join(ways) or "无"


def no_account() -> OpenIdFailed:
    return OpenIdFailed(
        "openid.account", "您的统一身份没有对应的在用账号", "请联系系统管理员开通；有本系统口令的，可用登录名登录"
    )


def not_begun() -> OpenIdFailed:
    return OpenIdFailed("openid.state", "这次登录不是从本页开始的，或已超过时限", "请重新点击登录")


def must_wait() -> OpenIdFailed:
    return OpenIdFailed("openid.wait", "统一身份登录多次被拒，暂时不受理", "请等待片刻再试，或使用登录名和口令")


def _bind(session: Session, user: User, subject: str) -> bool:
    """Binds an account that waits for it; of two people who come at the same time, one."""
    waiting = update(User).where(User.id == user.id, User.subject == _PENDING + user.id).values(subject=subject)
    changed = session.execute(waiting.returning(User.id)).first() is not None
    if changed:
        record(session, user.id, "account.openid_bound", f"user:{user.id}")
    return changed


def _of_leave(sign_in: str) -> str:
    return f"openid.leave:{sign_in}"
