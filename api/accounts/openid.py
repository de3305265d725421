"""Signing in through the office's identity provider: OpenID Connect, authorization code with PKCE.

The provider only says who somebody is. Office, roles and rights are those of the local account, which an administrator
has opened for this way in (`jiuzhu user openid`); at the first sign-in the account is bound to the provider's subject,
so that a name given to somebody else later opens nothing. Nothing is fetched before somebody asks to sign in.

Protocol: OpenID Connect Core 1.0, sections 3.1 and 3.1.3.7; RFC 7636. Authlib is imported here only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.store.tables import User, now
from api.store.vault import Vault
from dossier.errors import JiuzhuError

LASTS = 600  # seconds from the start of a sign-in to its end
_TIMEOUT = 8.0  # seconds for one request to the provider
_KNOWN_FOR = 3600.0  # seconds for which the provider's addresses and keys are kept
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_LEEWAY = 60  # seconds that two clocks may differ
_PENDING = "pending:"
logger = logging.getLogger(__name__)


class OpenIdFailed(JiuzhuError):
    """The provider cannot be reached, or what came back is not to be believed, or opens no account here."""


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows this service as.

    Attributes:
        issuer: address under which the provider describes itself.
        login_claim: which claim of the ID token names the local account.
    """

    issuer: str
    id: str
    secret: str | None = field(repr=False)
    scopes: str = "openid profile"
    login_claim: str = "preferred_username"


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
    """

    subject: str = field(repr=False)
    login: str


class Provider:
    """The office's identity provider, asked as one client of it."""

    def __init__(self, client: Client) -> None:
        self._of_us = client
        self._issuer = client.issuer
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    def begin(self, back: str, next: str) -> tuple[str, Begun]:
        """The provider's address to go to, and what the browser must bring back.

        Args:
            back: address of ours to which the provider sends the browser.

        Raises:
            OpenIdFailed: `openid.unreachable`.
        """
        begun = Begun(
            secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), next, time.time() + LASTS
        )
        where = self._metadata()["authorization_endpoint"]
        with self._client(back) as client:
            address, _ = client.create_authorization_url(
                where, state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
            )
        return str(address), begun

    def finish(self, back: str, begun: Begun, answer: Mapping[str, str]) -> Identity:
        """Who came back.

        Raises:
            OpenIdFailed: `openid.refused` when the provider did not let the person in, `openid.state` when this
                browser did not begin this sign-in, `openid.token` when the token is not to be believed,
                `openid.unreachable`.
        """
        if begun.until < time.time() or not secrets.compare_digest(answer.get("state", ""), begun.state):
            raise OpenIdFailed("openid.state", "这次登录不是从本页开始的，或已超过时限", "请重新点击登录")
        if "error" in answer or not answer.get("code"):
            raise OpenIdFailed("openid.refused", "统一身份认证没有放行", "请在认证页面完成登录，或使用登录名和口令")
        with self._client(back) as client:
            try:
                token = client.fetch_token(
                    self._metadata()["token_endpoint"], code=answer["code"], code_verifier=begun.verifier
                )
            except httpx.HTTPError as error:
                raise _unreachable() from error
            except Exception as error:  # Authlib raises the provider's own words, which are shown to nobody
                logger.warning("openid: the code was not accepted: %s", type(error).__name__)
                raise _unbelievable() from None
        claims = self._checked(token.get("id_token"), begun.nonce)
        login = claims.get(self._of_us.login_claim)
        if not isinstance(login, str) or not isinstance(claims.get("sub"), str):
            raise _unbelievable()
        return Identity(_subject(self._issuer, claims["sub"]), login.strip().lower())

    def _checked(self, token: object, nonce: str) -> dict[str, Any]:
        """The claims of an ID token that is signed by the provider, for us, for this sign-in, and still good."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        if not isinstance(token, str):
            raise _unbelievable()
        demands = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._of_us.id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        for fresh in (False, True):  # the provider may have changed its keys since
            try:
                keys = KeySet.import_key_set(self._keys(fresh=fresh))  # type: ignore[arg-type]
                decoded = jwt.decode(token, keys, algorithms=_ALGORITHMS)
                demands.validate(decoded.claims)
                audience = decoded.claims["aud"]
                if isinstance(audience, list) and len(audience) > 1:
                    break  # for somebody else too: see section 3.1.3.7, 3 to 5
                return dict(decoded.claims)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                logger.warning("openid: an ID token was not accepted: %s", type(error).__name__)
        raise _unbelievable()

    def _metadata(self) -> dict[str, Any]:
        found = self._get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != self._issuer or not all(isinstance(found.get(name), str) for name in needed):
            raise _unreachable()
        return found

    def _keys(self, *, fresh: bool) -> dict[str, Any]:
        return self._get(self._metadata()["jwks_uri"], fresh=fresh)

    def _get(self, address: str, *, fresh: bool = False) -> dict[str, Any]:
        with self._lock:
            known = self._known.get(address)
        if known is not None and not fresh and time.monotonic() - known[0] < _KNOWN_FOR:
            return known[1]
        try:
            found = httpx.get(address, timeout=_TIMEOUT, follow_redirects=False).raise_for_status().json()
        except (httpx.HTTPError, json.JSONDecodeError) as error:
            raise _unreachable() from error
        if not isinstance(found, dict):
            raise _unreachable()
        with self._lock:
            self._known[address] = (time.monotonic(), found)
        return found

    def _client(self, back: str) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            self._of_us.id,
            self._of_us.secret,
            scope=self._of_us.scopes,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=_TIMEOUT,
        )


def seal_begun(vault: Vault, begun: Begun) -> str:
    """For the cookie: nobody but this service reads or makes it."""
    return base64.urlsafe_b64encode(vault.seal_json(asdict(begun), "openid.begun")).decode()


def open_begun(vault: Vault, words: str) -> Begun | None:
    """What `seal_begun` sealed; None when it was not."""
    try:
        return Begun(**vault.open_json(base64.urlsafe_b64decode(words), "openid.begun"))
    except (JiuzhuError, ValueError, TypeError):
        return None


def account_of(session: Session, identity: Identity) -> User | None:
    """The account of somebody whom the provider knows, bound to the subject at the first time; None when none is open
    to this identity: then the caller commits, because the refusal is recorded, and refuses."""
    user = session.scalars(select(User).where(User.subject == identity.subject)).first()
    if user is None:
        named = session.scalars(select(User).where(User.login == identity.login)).first()
        if named is not None and named.subject == _PENDING + named.id:
            user = named
    locked = user is not None and user.locked_until is not None and user.locked_until > now()
    if user is None or not user.active or locked:
        record(session, user.id if user is not None else "anonymous", "account.sign_in_refused", way="openid")
        return None
    if user.subject != identity.subject:
        user.subject = identity.subject
        record(session, user.id, "account.openid_bound", f"user:{user.id}")
    return user


def allow_openid(session: Session, user: User, allowed: bool, *, by: str) -> None:
    """Opens an account for the identity provider, to be bound at the next sign-in, or closes that way in."""
    user.subject = _PENDING + user.id if allowed else None
    record(session, by, "user.openid", f"user:{user.id}", allowed=allowed)


def no_account() -> OpenIdFailed:
    return OpenIdFailed(
        "openid.account", "您的统一身份没有对应的在用账号", "请联系系统管理员开通；有本系统口令的，可用登录名登录"
    )


def _subject(issuer: str, subject: str) -> str:
    """Issuer and subject in one word of fixed length: two issuers may give the same subject to different people."""
    return hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()


def _unreachable() -> OpenIdFailed:
    return OpenIdFailed("openid.unreachable", "统一身份认证暂时无法使用", "请稍后再试，或使用登录名和口令")


def _unbelievable() -> OpenIdFailed:
    return OpenIdFailed(
        "openid.token", "统一身份认证返回的内容无法核实，没有登录", "请重新登录；仍不行的，请联系系统管理员"
    )
