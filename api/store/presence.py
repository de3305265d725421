"""Who uses the store just now: everybody together, or one alone who changes what all of it rests on.

Every process that opens a store holds a lock on a small file in the data folder until it ends, however it ends; the
system lets go of it. A data folder shared between machines must carry locks, as NFSv4 does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from api.store.away import StoreUnavailable

if sys.platform != "win32":
    import fcntl

LOCK = "in-use.lock"


class Presence:
    """A held lock; it ends with `close`, with the object, or with the process."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        self.close()


def among_others(folder: Path) -> Presence:
    """Held by whoever uses the store.

    Raises:
        StoreUnavailable: `store.rotating`, somebody has it alone.
        OSError: the folder cannot be written.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    presence = Presence(descriptor)
    if sys.platform != "win32":
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            presence.close()
            raise rotating() from None
        except OSError:  # no locks here; then nobody can have it alone either
            pass
    return presence


def alone(folder: Path) -> Presence:
    """Held by one who lets nobody else use the store.

    Raises:
        StoreUnavailable: `store.in_use`; `store.no_locks`, it cannot be told whether somebody uses it.
        OSError: the folder cannot be written.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    presence = Presence(descriptor)
    try:
        if sys.platform == "win32":
            raise OSError
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        presence.close()
        raise StoreUnavailable(
            "store.in_use", "服务、筛查进程或其他 jiuzhu 命令正在使用本库", "请先停止服务和全部筛查进程，再运行一次"
        ) from None
    except OSError:
        presence.close()
        raise StoreUnavailable(
            "store.no_locks",
            "数据目录所在的磁盘不支持文件锁，无法确认服务已停止",
            "请把数据目录移到支持文件锁的磁盘（本地磁盘或 NFSv4）后再运行",
        ) from None
    return presence


def rotating() -> StoreUnavailable:
    """What whoever would use the store is told while its key is being changed."""
    return StoreUnavailable(
        "store.rotating", "本库正在更换密钥，或更换中断后尚未完成", "请等待完成；如已中断，请再次运行 jiuzhu key rotate"
    )
