"""What the store says when its database cannot be used just now: away, restarting, busy, or without room.

In: an exception of the driver. Out: `store.database` or `store.disk_full`, which leave the service as 503 and 507 and
which a worker tries again. A wrong statement is no such case and passes as it is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

from dossier.errors import JiuzhuError

logger = logging.getLogger(__name__)

_SQLITE_ERROR, _SQLITE_FULL = 1, 13  # primary result codes: a wrong statement; no room
_PG_DISK_FULL = "53100"


class StoreUnavailable(JiuzhuError):
    """The store cannot be used: no access, a wrong address, a schema of another release, a database that is away."""


@contextmanager
def telling_when_away() -> Iterator[None]:
    """Turns what the driver raises in the block into words.

    Raises:
        StoreUnavailable: `store.database`, `store.disk_full`.
    """
    try:
        yield
    except TimeoutError:  # no connection became free
        raise _away("pool") from None
    except DBAPIError as error:
        told = unavailable(error)
        if told is None:
            raise
        raise told from None


def unavailable(error: DBAPIError) -> StoreUnavailable | None:
    """The error in words, None when it does not come from a database that is away or full."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    state = getattr(error.orig, "sqlstate", None)
    if code == _SQLITE_FULL or state == _PG_DISK_FULL:
        logger.error("store: no room for the database")
        return StoreUnavailable("store.disk_full", "磁盘空间不足，没有保存", "请联系系统管理员清理磁盘，然后重试")
    gone = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    if not gone or code == _SQLITE_ERROR:
        return None
    return _away(f"{type(error.orig).__name__} {code or state or ''}".strip())


def _away(why: str) -> StoreUnavailable:
    logger.error("store: the database cannot be used (%s)", why)
    return StoreUnavailable(
        "store.database", "数据库暂时无法使用，操作没有执行", "请稍后重试；持续出现请联系系统管理员"
    )
