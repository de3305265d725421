"""The store of one installation: its database, its vault and its sealed files, opened together.

Everything that keeps or finds something goes through a `Store`; transactions are the caller's:
`with store.begin() as session:` commits at the end of the block or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.store.away import telling_when_away
from api.store.blobs import Blobs
from api.store.presence import Presence
from api.store.vault import Vault

READING = "jiuzhu_reading"  # execution option of a transaction that will not write


@dataclass(frozen=True, slots=True)
class Store:
    """Open it with `api.store.opening.open_store`.

    Attributes:
        presence: tells others that the store is in use.
    """

    engine: Engine = field(repr=False)
    vault: Vault
    blobs: Blobs = field(repr=False)
    presence: Presence | None = field(default=None, repr=False)

    def close(self) -> None:
        """Lets go of the database and of the store."""
        self.engine.dispose()
        if self.presence is not None:
            self.presence.close()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction that writes: committed when the block ends, rolled back when it raises.

        On SQLite it holds the one write lock from its first statement, so that what it read is still true when it
        writes; keep the block short.

        Raises:
            StoreUnavailable: `store.database`, `store.disk_full`; nothing of the block is kept.
        """
        with telling_when_away(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads, beside any number of others.

        Raises:
            StoreUnavailable: `store.database`.
        """
        engine = self.engine.execution_options(**{READING: True})
        with telling_when_away(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name
