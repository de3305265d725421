"""What went wrong, in the one shape in which it leaves the product, and nothing of any dossier with it.

An expected failure says its code, message and hint. An unexpected one becomes `internal` with a reference; the log
gets the reference, the types and the lines of code, never a message or a value, because those may quote dossier text.
"""

from __future__ import annotations

import errno
import logging
import secrets
import traceback
from pathlib import Path

from api.schemas import DossierName, ErrorPart, ErrorRecord
from api.screened import Failed
from dossier.errors import JiuzhuError

logger = logging.getLogger(__name__)

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # disk full, over quota, over the size a file may have
_ROOT = Path(__file__).resolve().parents[1]


def error_of(error: BaseException) -> ErrorPart:
    """The error in words for a person. Anything unexpected is logged under the reference that the words give."""
    if isinstance(error, JiuzhuError):
        return ErrorPart(code=error.code, message=error.message, hint=error.hint)
    reference = secrets.token_hex(4)
    logger.error("internal error %s: %s", reference, places_of(error))
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return ErrorPart(
            code="store.disk_full",
            message=f"磁盘空间不足，没有保存（编号 {reference}）",
            hint="请联系系统管理员清理磁盘，然后重试",
        )
    if isinstance(error, OSError):
        return ErrorPart(
            code="file.unreadable",
            message=f"文件无法打开或读取（编号 {reference}）",
            hint="请确认文件仍在原处、有读取权限、磁盘正常，然后重试",
        )
    if isinstance(error, MemoryError):
        return ErrorPart(
            code="internal.memory",
            message=f"内存不足，未能完成（编号 {reference}）",
            hint="请拆分卷宗，或换到内存更大的机器上筛查",
        )
    return ErrorPart(
        code="internal",
        message=f"程序内部错误（编号 {reference}）",
        hint="其余卷宗不受影响。请把编号和日志交给维护人员；日志中没有案卷内容",
    )


def failure_of(name: str, error: BaseException) -> Failed:
    """The record in place of a dossier that could not be screened."""
    return Failed(ErrorRecord(dossier=DossierName(name=name), error=error_of(error)))


def places_of(error: BaseException) -> str:
    """Types and lines of an exception and of those that led to it, without any message or value."""
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)
        lines = " < ".join(f"{_short(frame.filename)}:{frame.lineno}" for frame in reversed(frames))
        parts.append(f"{type(current).__name__} at {lines or '?'}")
        current = current.__cause__ or current.__context__
    return "; caused by ".join(parts)


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else "/".join(path.parts[-2:])
