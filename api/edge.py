"""The edge of the service: signs that no text of ours can hold are refused before anything is done with them.

A NUL cannot be stored by PostgreSQL, and half of a surrogate pair by no database; both are refused here, once, in
address, query, headers, JSON and forms, with the one shape of an error. Files may hold whatever they like: a multipart
request goes on as it comes, and whoever takes it apart asks `refuse_signs` for its fields and file names. HEAD is
answered as GET is, without the content, and fields left empty in the form of a page are as if not there.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dossier.errors import JiuzhuError

LARGEST_BODY = 8 << 20  # bytes of a request without files; the longest text to screen has under two million
# `\u0000` in JSON, and half of a pair without its other; near miss: `\\u0000`, which is a backslash and letters
_ESCAPED = re.compile(
    rb"(?<!\\)(?:\\\\)*(?:\\u0000|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}|\xed[\xa0-\xbf])"
)


class BodyRefused(JiuzhuError):
    """The request holds signs that cannot be kept, or is longer than any request without files."""


def refuse_signs(*words: str) -> None:
    """Raises: BodyRefused when one of the words cannot be stored as it is."""
    if any("\0" in word or not _is_whole(word) for word in words):
        raise _signs()


class Edge:
    """An ASGI application around another."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refuse_signs(scope["path"])
        if b"%00" in scope["query_string"] or any(b"\0" in part for pair in scope["headers"] for part in pair):
            raise _signs()
        if not scope["path"].startswith("/api/") and scope["method"] in ("GET", "HEAD"):
            scope = {**scope, "query_string": _filled(scope["query_string"])}
        kind = Headers(scope=scope).get("content-type", "").lower()
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not kind.startswith("multipart/"):
            receive = await _read(receive, is_form="urlencoded" in kind)
        if scope["method"] == "HEAD" and not scope["path"].endswith("/events"):  # a stream would not end
            scope, send = {**scope, "method": "GET"}, _without_content(send)
        await self._app(scope, receive, send)


def _filled(query: bytes) -> bytes:
    """The query of a page's form without the fields that were left empty: a browser sends those too."""
    return b"&".join(pair for pair in query.split(b"&") if pair.partition(b"=")[2] or b"=" not in pair)


def _without_content(send: Send) -> Send:
    async def sending(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sending


async def _read(receive: Receive, *, is_form: bool) -> Receive:
    """Takes in the whole body, which every route without files does anyway, and hands it on when it may pass."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            raise BodyRefused("request.too_large", "请求过长，没有处理", "卷宗文件请用 multipart/form-data 上传")
    if b"\0" in body or (b"%00" in body if is_form else _ESCAPED.search(body)):
        raise _signs()
    told: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def again() -> Message:
        return told.pop() if told else await receive()

    return again


def _is_whole(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _signs() -> BodyRefused:
    return BodyRefused("request.signs", "请求中含有空字符等无法保存的字符", "请去掉后重试")
