"""Reading zip containers safely: names as their author wrote them, entries that could do harm told apart.

Used for archives and for the formats that are zips inside (DOCX, OFD). Nothing is ever written to disk, so a
hostile path can do no harm here; it is refused all the same, because the name would mislead a reader.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from dossier.errors import JiuzhuError, LimitExceeded, UnreadableUpload
from dossier.upload import Limits

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_UNICODE_PATH = 0x7075  # Info-ZIP Unicode Path extra field


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Opens the container.

    Raises:
        UnreadableUpload: `upload.damaged` when the directory at the end is missing or broken.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, struct.error, OverflowError, NotImplementedError, OSError):
        raise UnreadableUpload(
            "upload.damaged",
            "文件不完整或已损坏（压缩结构残缺），无法打开",
            "请重新复制或下载该文件，确认能在电脑上正常打开后再试",
        ) from None


def member_names(data: bytes) -> frozenset[str]:
    """Names of all entries; empty when `data` is no readable zip."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return frozenset()
    try:
        with open_zip(data) as container:
            return frozenset(container.namelist())
    except UnreadableUpload:
        return frozenset()


def decoded_name(info: zipfile.ZipInfo) -> str:
    """The name as its author wrote it.

    The zip format has no place for the encoding: bit 11 says UTF-8, an extra field may carry UTF-8, and everything
    else is the author's own code page, which on a Chinese Windows is GBK though `zipfile` reads it as cp437.
    """
    if info.flag_bits & _UTF8_FLAG:
        name = info.filename
    else:
        raw = info.orig_filename.encode("cp437", errors="replace")
        name = _unicode_path(info.extra, raw) or _guess(raw)
    return name.replace("\\", "/")


def problem_of(info: zipfile.ZipInfo, name: str, limits: Limits) -> JiuzhuError | None:
    """Why this entry must not be read, or None."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return UnreadableUpload(
            "upload.archive_path", "压缩包内含指向别处的链接，未读取", "请把链接所指的文件本身放入压缩包"
        )
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or (parts and ":" in parts[0][:2]):
        return UnreadableUpload(
            "upload.archive_path", "压缩包内有指向包外位置的文件名，未读取", "请核对压缩包来源，解压检查后重新打包"
        )
    if info.flag_bits & _ENCRYPTED_FLAG:
        return UnreadableUpload("upload.encrypted", "压缩包内的文件设有密码，无法读取", "请解除密码后重新打包")
    if info.file_size > limits.file_bytes:
        return too_large(limits.file_bytes)
    if info.file_size > limits.archive_ratio_floor and info.file_size > limits.archive_ratio * max(
        info.compress_size, 1
    ):
        return bomb()
    return None


def read_member(container: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> bytes:
    """Unpacks one entry; `zipfile` never yields more than the size that `problem_of` has seen.

    Raises:
        JiuzhuError: `upload.damaged`, or what `problem_of` says.
    """
    problem = problem_of(info, decoded_name(info), limits)
    if problem is not None:
        raise problem
    try:
        return container.read(info)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        struct.error,
    ):
        raise UnreadableUpload(
            "upload.damaged", "压缩包内的文件已损坏或压缩方式不受支持", "请重新打包为普通 ZIP 格式后再试"
        ) from None


def too_large(limit: int) -> LimitExceeded:
    return LimitExceeded(
        "upload.too_large", f"文件超过大小上限（{limit // (1024 * 1024)} MiB）", "请拆分后分别读取，或由管理员调整上限"
    )


def bomb() -> LimitExceeded:
    return LimitExceeded(
        "upload.archive_bomb", "压缩包解开后的体量异常（疑似压缩炸弹），未读取", "请核对压缩包来源，解压检查后重新打包"
    )


def _unicode_path(extra: bytes, raw_name: bytes) -> str | None:
    offset = 0
    while offset + 4 <= len(extra):
        field_id, size = struct.unpack_from("<HH", extra, offset)
        body = extra[offset + 4 : offset + 4 + size]
        # The checksum ties the field to the name that it was written for; a renamed entry keeps a stale field.
        if field_id == _UNICODE_PATH and len(body) > 5 and struct.unpack_from("<I", body, 1)[0] == zlib.crc32(raw_name):
            try:
                return body[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
        offset += 4 + size
    return None


def _guess(raw: bytes) -> str:
    readings = {}
    for encoding in ("utf-8", "gb18030", "big5"):
        try:
            readings[encoding] = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    # 证 in GBK is also a Hebrew accent in UTF-8: two bytes that are both. UTF-8 has three for every Chinese character.
    utf8 = readings.get("utf-8", "")
    if utf8 and not any("\x80" <= character < "\u0800" for character in utf8):
        return utf8
    return readings.get("gb18030") or utf8 or readings.get("big5") or raw.decode("cp437")
