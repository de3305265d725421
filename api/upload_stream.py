"""Multipart uploads sealed while they arrive: no file of a dossier ever lies readable on the disk.

In: the stream of a request. Out: sealed blobs with their names, and the small fields beside them. The usual form parser
would put what is large into readable temporary files, hence this one. Hashing, sealing and the way to the disk keep
pace with the bytes, and no file is opened again: whoever uploads waits as long after a large dossier as after a small.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from api.edge import refuse_signs
from api.errors import NO_ROOM
from api.store.blobs import Blobs, BlobWriter
from api.store.intake import Received
from api.store.journal import Journal
from api.store.landing import Landing
from dossier.errors import JiuzhuError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_FIELD_BYTES = 256 * 1024
_MOST_FILES = 2000


class UploadRefused(JiuzhuError):
    """The form cannot be read, is too large, or does not fit on the disk."""


@dataclass(slots=True)
class Form:
    """What came in.

    Attributes:
        journal: holds what came in until it is settled, which need keep nobody waiting.
    """

    files: list[Received] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    journal: Journal | None = None

    def settle(self) -> None:
        """Lets the disk be done with the files; after the answer."""
        if self.journal is not None:
            self.journal.settle()

    def leave(self) -> None:
        """When there is no answer."""
        if self.journal is not None:
            self.journal.leave()


async def read_form(request: Request, blobs: Blobs, *, limit: int) -> Form:
    """Reads a multipart request.

    Args:
        limit: bytes of the whole request.

    Raises:
        UploadRefused: `intake.form`, `intake.too_large`, `intake.disk_full`.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise UploadRefused("intake.form", "上传须使用 multipart/form-data", "请核对请求头 Content-Type")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    with contextlib.ExitStack() as stack, Landing(blobs) as landing:
        reader = _Reader(blobs, stack, landing)
        parser = MultipartParser(options[b"boundary"], reader.callbacks())
        seen = 0
        try:
            async for chunk in request.stream():
                seen += len(chunk)
                if seen > limit:
                    raise _too_large(limit)
                await run_in_threadpool(parser.write, chunk)
            await run_in_threadpool(parser.finalize)
            await run_in_threadpool(landing.wait)
        except (MultipartParseError, UnicodeDecodeError):
            raise UploadRefused("intake.form", "上传的内容无法解析", "请核对表单格式，或改用本系统的上传页面") from None
        except ClientDisconnect:
            raise UploadRefused("intake.form", "上传中断", "请重新上传") from None
        except OSError as error:
            if error.errno in NO_ROOM:
                raise UploadRefused("intake.disk_full", "磁盘空间不足，上传没有保存", "请联系系统管理员") from None
            raise
        if reader.open:
            raise UploadRefused("intake.form", "上传的内容不完整", "请重新上传")
        reader.form.journal = landing.journal
        return reader.form


class _Reader:
    """Collects the parts; `open` while one has begun and not ended."""

    def __init__(self, blobs: Blobs, stack: contextlib.ExitStack, landing: Landing) -> None:
        self.form = Form()
        self.open = False
        self._blobs, self._stack, self._landing = blobs, stack, landing
        self._header = self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._name = self._file_name = ""
        self._has_name = False
        self._writer: BlobWriter | None = None
        self._buffer = bytearray()

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_header_field": self._on_field,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers,
        }

    def _begin(self) -> None:
        self.open, self._headers, self._buffer = True, {}, bytearray()
        self._writer, self._name, self._file_name = None, "", ""

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[self._header.lower()] = self._value
        self._header = self._value = b""

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            name = options[b"filename"].decode("utf-8", "replace").replace("\\", "/").strip("/")
            refuse_signs(name)
            self._file_name, self._has_name = name[-200:] or "未命名", bool(name)
            if len(self.form.files) >= _MOST_FILES:
                raise UploadRefused("intake.too_large", f"一次最多上传 {_MOST_FILES} 个文件", "请打成压缩包后上传")
            self._writer = self._stack.enter_context(self._blobs.writer())

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._writer is not None:
            self._writer.write(data[start:end])
        else:
            self._buffer += data[start:end]
            if len(self._buffer) > _FIELD_BYTES:
                raise UploadRefused("intake.form", "表单字段过长", "文件请放在 files 字段中")

    def _end(self) -> None:
        self.open = False
        if self._writer is not None:
            if self._writer.size or self._has_name:  # a form without a chosen file sends an empty one without a name
                blob = self._landing.take(self._writer)
                self.form.files.append(Received(self._file_name, blob))
        elif self._name:
            value = self._buffer.decode("utf-8")
            refuse_signs(self._name, value)
            self.form.fields[self._name] = value


def _too_large(limit: int) -> UploadRefused:
    return UploadRefused("intake.too_large", f"上传超过 {limit >> 20} MiB 的上限", "请拆分后上传，或请管理员调整上限")
