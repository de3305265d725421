"""The office's identity provider, asked by OpenID Connect: authorization code with PKCE.

In: the settings of this client and what the browser brings back. Out: who the provider says somebody is. Nothing is
fetched before somebody asks to sign in, and nothing is sent to an address that others could read.

Protocol: OpenID Connect Core 1.0, sections 3.1 and 3.1.3.7; RP-Initiated Logout 1.0; RFC 7636; RFC 9207. Authlib and
joserfc are imported here only, and this module only where a provider is set.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError, MissingKeyError
from joserfc.jwk import KeySet

from api.accounts.openid import LASTS, Begun, Identity, OpenIdFailed, not_begun
from api.addresses import is_protected

_TIMEOUT = 8.0  # seconds for one request to the provider
_KNOWN_FOR = 3600.0  # seconds for which the provider's addresses and keys are kept
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_AT_ONCE = 12  # requests that may wait for the provider: one that hangs must not take all threads of the service
_LEEWAY = 60  # seconds that two clocks may differ
_LONGEST_LOGIN = 64  # characters, as an account's
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ITS_OWN_TROUBLE = ("server_error", "temporarily_unavailable")  # RFC 6749, 4.1.2.1
_KEYS_ARE_OLD = (InvalidKeyIdError, BadSignatureError, MissingKeyError)
logger = logging.getLogger(__name__)


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


class Provider:
    """The office's identity provider, asked as one client of it."""

    def __init__(self, client: Client) -> None:
        self._of_us = client
        self._issuer = client.issuer
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}
        self._waiting = threading.BoundedSemaphore(_AT_ONCE)

    def begin(self, back: str, next: str) -> tuple[str, Begun]:
        """The provider's address to go to, and what the browser must bring back.

        Args:
            back: address of ours to which the provider sends the browser.

        Raises:
            OpenIdFailed: `openid.unreachable`, `openid.metadata`.
        """
        begun = Begun(
            secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), next, time.time() + LASTS
        )
        metadata = self._metadata()
        with httpx.Client() as session:
            address, _ = self._client(session, metadata, back).create_authorization_url(
                metadata["authorization_endpoint"],
                state=begun.state,
                nonce=begun.nonce,
                code_verifier=begun.verifier,
            )
        return str(address), begun

    def finish(self, back: str, begun: Begun, answer: Mapping[str, str]) -> Identity:
        """Who came back.

        Raises:
            OpenIdFailed: `openid.refused` when the provider did not let the person in, `openid.state` when this
                browser did not begin this sign-in, `openid.token` when the token is not to be believed,
                `openid.unreachable`, `openid.metadata`.
        """
        if begun.until < time.time() or not _same(answer.get("state", ""), begun.state):
            raise not_begun()
        if answer.get("iss", self._issuer) != self._issuer:  # sent back by another provider: RFC 9207
            raise not_begun()
        if answer.get("error") in _ITS_OWN_TROUBLE:
            raise _unreachable()
        if "error" in answer or not answer.get("code"):
            raise OpenIdFailed("openid.refused", "统一身份认证没有放行", "请在认证页面完成登录，或使用登录名和口令")
        tokens = self._tokens(back, begun, answer["code"])
        token = tokens.get("id_token")
        claims = self._checked(token, begun.nonce, tokens.get("access_token"))
        login = claims.get(self._of_us.login_claim)
        if not isinstance(login, str) or not login.isprintable() or len(login) > _LONGEST_LOGIN:
            logger.warning("openid: the claim that names the account is missing or no name")
            raise _unbelievable()
        return Identity(_subject(self._issuer, claims["sub"]), login.strip().lower(), str(token))

    def leave(self, back: str, token: str | None) -> str | None:
        """The provider's address to sign out at, None when it has none.

        Args:
            back: address of ours to which the provider sends the browser afterwards.
            token: the ID token of the sign-in, by which the provider knows whom to sign out without asking.
        """
        address = self._metadata().get("end_session_endpoint")
        if address is None:
            return None
        asked = {"client_id": self._of_us.id, "post_logout_redirect_uri": back}
        return str(httpx.URL(address).copy_merge_params(asked | ({"id_token_hint": token} if token else {})))

    def _tokens(self, back: str, begun: Begun, code: str) -> dict[str, Any]:
        metadata = self._metadata()
        try:
            with self._patience(), httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as session:
                tokens = self._client(session, metadata, back).fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=begun.verifier
                )
        except (httpx.HTTPError, ValueError) as error:  # a ValueError: not JSON, a page of something in between
            raise _unreachable() from error
        except (AuthlibBaseError, KeyError, TypeError) as error:
            # the provider's own words are shown to nobody
            logger.warning("openid: the code was not accepted: %s", type(error).__name__)
            if getattr(error, "error", None) in _ITS_OWN_TROUBLE:
                raise _unreachable() from None
            raise _unbelievable() from None
        return dict(tokens)

    def _checked(self, token: object, nonce: str, access_token: object) -> dict[str, Any]:
        """The claims of an ID token that is signed by the provider, for us, for this sign-in, and still good."""
        if not isinstance(token, str):
            raise _unbelievable()
        demands = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._of_us.id},
            "exp": {"essential": True},
            "sub": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        try:
            try:
                decoded = self._decoded(token, fresh=False)
            except _KEYS_ARE_OLD:  # the provider may have changed its keys since
                decoded = self._decoded(token, fresh=True)
            params = {"nonce": nonce, "client_id": self._of_us.id, "access_token": access_token}
            claims = CodeIDToken(decoded.claims, decoded.header, demands, params)
            claims.validate(leeway=_LEEWAY)  # azp and at_hash where they are, and the demands
        except (JoseError, AuthlibBaseError, ValueError, KeyError, TypeError) as error:
            logger.warning("openid: an ID token was not accepted: %s", type(error).__name__)
            raise _unbelievable() from None
        for_us_alone = claims["aud"] in (self._of_us.id, [self._of_us.id])  # others we do not trust: 3.1.3.7, 3
        if not for_us_alone or not isinstance(claims["sub"], str):
            logger.warning("openid: an ID token is for others too, or of nobody")
            raise _unbelievable()
        return dict(claims)

    def _decoded(self, token: str, *, fresh: bool) -> jwt.Token:
        keys = self._get(self._metadata()["jwks_uri"], fresh=fresh)
        return jwt.decode(token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS)  # type: ignore[arg-type]

    def _metadata(self) -> dict[str, Any]:
        place = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        found = self._get(place)
        addresses = [found.get(name) for name in _NEEDED]
        addresses += [found["end_session_endpoint"]] if found.get("end_session_endpoint") is not None else []
        good = all(isinstance(address, str) and is_protected(address) for address in addresses)
        if found.get("issuer") != self._issuer or not good:
            logger.warning("openid: the provider describes itself with another issuer or an open address")
            with self._lock:
                self._known.pop(place, None)  # once it is mended there, it is asked again
            raise OpenIdFailed(
                "openid.metadata",
                "统一身份认证公布的配置无法使用",
                "请联系系统管理员：签发者须与设置一致，各地址须为 https",
            )
        return found

    def _get(self, address: str, *, fresh: bool = False) -> dict[str, Any]:
        with self._lock:
            known = self._known.get(address)
        if known is not None and not fresh and time.monotonic() - known[0] < _KNOWN_FOR:
            return known[1]
        try:
            with self._patience():
                found = httpx.get(address, timeout=_TIMEOUT, follow_redirects=False).raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise _unreachable() from error
        if not isinstance(found, dict):
            raise _unreachable()
        with self._lock:
            self._known[address] = (time.monotonic(), found)
        return found

    @contextmanager
    def _patience(self) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise _unreachable()
        try:
            yield
        finally:
            self._waiting.release()

    def _client(self, session: httpx.Client, metadata: Mapping[str, Any], back: str) -> OAuth2Client:
        accepted = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        only_post = "client_secret_basic" not in accepted and "client_secret_post" in accepted
        return _Conversation(
            session,
            self._of_us.id,
            self._of_us.secret,
            token_endpoint_auth_method="client_secret_post" if self._of_us.secret and only_post else None,
            scope=self._of_us.scopes,
            redirect_uri=back,
            code_challenge_method="S256",
        )


class _Auth(httpx.Auth, ClientAuth):  # type: ignore[misc]
    """Authlib's way of saying who the client is, for a request of httpx."""

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        address, headers, body = self.prepare(request.method, str(request.url), request.headers, request.content)
        headers["Content-Length"] = str(len(body))
        yield httpx.Request(request.method, address, headers=headers, content=body, extensions=request.extensions)


class _Conversation(OAuth2Client):  # type: ignore[misc]
    """Authlib's client over our own transport: which one Authlib itself would take, and with which errors, differs
    from version to version."""

    client_auth_class = _Auth


def _same(given: str, kept: str) -> bool:
    """Compared as bytes: `compare_digest` refuses text that is not ASCII."""
    return secrets.compare_digest(given.encode("utf-8", "surrogatepass"), kept.encode())


def _subject(issuer: str, subject: str) -> str:
    """Issuer and subject in one word of fixed length: two issuers may give the same subject to different people."""
    return hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()


def _unreachable() -> OpenIdFailed:
    return OpenIdFailed("openid.unreachable", "统一身份认证没有应答，暂时无法使用", "请稍后再试，或使用登录名和口令")


def _unbelievable() -> OpenIdFailed:
    return OpenIdFailed(
        "openid.token", "统一身份认证返回的内容无法核实，没有登录", "请重新登录；仍不行的，请联系系统管理员"
    )
