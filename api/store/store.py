"""The store of one installation: its database, its vault and its sealed files, opened together.

Everything that keeps or finds something goes through a `Store`; transactions are the caller's:
`with store.begin() as session:` commits at the end of the block or not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from api.store.blobs import Blobs
from api.store.vault import Vault
from dossier.errors import JiuzhuError

logger = logging.getLogger(__name__)

READING = "jiuzhu_reading"  # execution option of a transaction that will not write


class StoreAway(JiuzhuError):
    """The database does not answer: restarted, not reachable, locked for too long. Nothing of the block was kept."""


@contextmanager
def _told_when_away() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        logger.error("store: the database does not answer: %s", type(error.orig).__name__)
        raise StoreAway(
            "store.away", "数据库暂时没有响应，这一步没有保存", "请稍后重试；持续如此的，请联系系统管理员"
        ) from error


@dataclass(frozen=True, slots=True)
class Store:
    """Open it with `api.store.opening.open_store`."""

    engine: Engine = field(repr=False)
    vault: Vault
    blobs: Blobs = field(repr=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction that writes: committed when the block ends, rolled back when it raises.

        On SQLite it holds the one write lock from its first statement, so that what it read is still true when it
        writes; keep the block short.

        Raises:
            StoreAway: `store.away`.
        """
        with _told_when_away(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads, beside any number of others.

        Raises:
            StoreAway: `store.away`.
        """
        engine = self.engine.execution_options(**{READING: True})
        with _told_when_away(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name
