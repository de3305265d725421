"""An identity provider for the tests: a real server on this machine, with keys of its own, that can also misbehave."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jws
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT = "jiuzhu"
SECRET = "a-secret-of-the-tests"


@dataclass
class OpenIdProvider:
    """Attributes:
    claims: of the person who is signed in at the provider.
    bend: changes the claims of a token before it is signed.
    forge: makes the token from claims instead of signing it with the key that is published.
    broken: what goes wrong when a token is asked for: `closed`, `busy`, `page`, `notice`, `trouble`.
    hangs: seconds until it tells of itself.
    says: of itself beside or in place of what is true.
    left: what it was told at the last sign-out.
    """

    address: str
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "0042", "preferred_username": "zhou"})
    bend: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    forge: Callable[[dict[str, Any]], str] | None = None
    refuse: bool = False
    broken: str = ""
    hangs: float = 0
    says: dict[str, Any] = field(default_factory=dict)
    left: dict[str, str] | None = None
    asked_for_keys: int = 0
    key: RSAKey = field(default_factory=lambda: _new_key("first"))
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def change_key(self) -> None:
        self.key = _new_key(secrets.token_hex(4))

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._metadata),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/leave", self._leave),
            ]
        )

    async def _metadata(self, request: Request) -> Response:
        await asyncio.sleep(self.hangs)
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        names["end_session_endpoint"] = "leave?of=the-office"
        true = {"issuer": self.address, **{k: f"{self.address}/{v}" for k, v in names.items()}}
        return JSONResponse({name: value for name, value in {**true, **self.says}.items() if value is not None})

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code" and "openid" in asked["scope"]
        assert asked["code_challenge_method"] == "S256"
        if self.refuse:
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'error': 'x', 'state': asked['state']})}")
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _leave(self, request: Request) -> Response:
        self.left = dict(request.query_params)
        return RedirectResponse(self.left["post_logout_redirect_uri"])

    async def _token(self, request: Request) -> Response:
        if self.broken:
            return _BROKEN[self.broken]()
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(form["code"], None)  # a code is good once
        if "authorization" in request.headers:
            sent = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        else:
            sent = f"{form['client_id']}:{form['client_secret']}"
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if asked is None or sent != f"{CLIENT}:{SECRET}" or challenge.rstrip("=") != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant", "error_description": "谁的什么都不该显示"}, status_code=400)
        now = int(time.time())
        claims = self.bend(
            {
                "iss": self.address,
                "aud": CLIENT,
                "iat": now,
                "exp": now + 300,
                "nonce": asked["nonce"],
                **self.claims,
            }
        )
        token = self.forge(claims) if self.forge else self.signed(claims, self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def signed(self, claims: dict[str, Any], key: RSAKey) -> str:
        return jws.serialize_compact({"alg": "RS256", "kid": key.kid}, json.dumps(claims), key)

    def _keys(self, request: Request) -> Response:
        self.asked_for_keys += 1
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})


def unsigned(claims: dict[str, Any]) -> str:
    """A token with `alg` none."""

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part(claims)}."


def at_hash(access_token: str) -> str:
    """As an RS256 token carries it: OpenID Connect Core 1.0, 3.1.3.6."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).decode().rstrip("=")


def _new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}, private=True)


class _Closed(Response):
    """Ends the connection without an answer."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        await send({"type": "http.response.body", "body": b"{"})


_BROKEN: dict[str, Callable[[], Response]] = {
    "closed": _Closed,
    "busy": lambda: Response("<h1>Bad Gateway</h1>", 502),
    "page": lambda: Response("<h1>Not Found</h1>", 404),
    "notice": lambda: Response("<h1>Back soon</h1>", 200),
    "trouble": lambda: JSONResponse({"error": "temporarily_unavailable"}, 400),
}


@contextmanager
def running(app: Any, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serves an application from a thread of this process; its address."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def running_provider(host: str = "127.0.0.1") -> Iterator[OpenIdProvider]:
    port = free_port()
    provider = OpenIdProvider(f"http://{host}:{port}")
    with running(provider.app(), host, port):
        yield provider


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
