"""The table of the store's own key: which one it is, without telling it, and how far a change of it has come."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import Sha, Table, now


class StoreKey(Table):
    """One row, of the key that everything is sealed under.

    Attributes:
        mark: `Vault.mark` of the key.
        earlier_sealed: JSON: hashing keys of the keys before, oldest first; None when there were none.
        next_mark: of the key that is to follow, while a change is under way; nothing else may use the store then.
        next_sealed: what `earlier_sealed` will be, under the key that is to follow.
        reached: of a change that is under way: the last row done of each table, and what could not be opened.
        since: when the key became the store's.
    """

    __tablename__ = "store_key"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(Sha)
    earlier_sealed: Mapped[bytes | None]
    next_mark: Mapped[str | None] = mapped_column(Sha)
    next_sealed: Mapped[bytes | None]
    reached: Mapped[dict[str, Any] | None]
    since: Mapped[dt.datetime] = mapped_column(default=now)
