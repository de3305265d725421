"""Changes the key of a store: everything sealed is sealed anew, every keyed hash goes one step on, and after the last
row the old key opens nothing of it any more.

In: the database of a store that nobody else uses, both keys. A batch of rows and how far it brings the change are
written in one transaction; a file is written anew under its new name before a row names it, and the old one goes after
no row does. So the change can be broken off at any moment and goes on where it was. From its first transaction to its
last the store opens under neither key.

What does not open under the old key (a damaged disk) stays as it is and is told; it keeps nobody from the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine, func, select, text, tuple_
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.store.away import telling_when_away
from api.store.blobs import Blobs
from api.store.journal import recover
from api.store.keys import open_earlier, row_of, seal_earlier, with_earlier
from api.store.landing import Landing
from api.store.sealed import SEALED, Sealed
from api.store.store import Store
from api.store.tables import PageImage, StoreKey, Table, Upload, now
from api.store.vault import SealBroken, Vault
from dossier.errors import JiuzhuError

AT_ONCE = 40  # rows of one transaction; a paper's text and boxes are some megabytes
_AFTER, _BROKEN = "after", "broken"

OnProgress = Callable[[int, int], None]  # rows done, rows in all


class KeyRefused(JiuzhuError):
    """The key of a store cannot be changed so; the code says why."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """Attributes:
    rows: how many were gone through, over all tries.
    broken: what did not open under the old key, or is not there: `paper.text:ab12…:d1`, `upload.blob:cd34…`.
    was_done: the new key was the store's already, nothing was changed.
    """

    rows: int = 0
    broken: tuple[str, ...] = ()
    was_done: bool = False


def rotate(
    engine: Engine, folder: Path, old: Vault, new: Vault, on_progress: OnProgress = lambda done, total: None
) -> Rotated:
    """Makes `new` the key of the store, or goes on with it.

    Args:
        engine: from `api.store.opening.database_alone`.
        folder: of the sealed files.

    Raises:
        KeyRefused: `key.same`, `key.wrong_old`, `key.other_new`.
        StoreUnavailable: the database is away or full; go on later.
        OSError: a file cannot be written; go on later.
    """
    if old.mark == new.mark:
        raise KeyRefused("key.same", "新密钥与现在的密钥相同", "请另外生成一把密钥（jiuzhu key）")
    with Store(engine, new, Blobs(folder, new)).begin() as session:
        kept = session.get(StoreKey, 1)
        if kept is not None and kept.mark == new.mark and kept.next_mark is None:
            return Rotated(was_done=True)
        kept = row_of(session, old)
        old, new = _begin(session, kept, old, new)
    recover(Blobs(folder, old))
    store = Store(engine, new, Blobs(folder, new))
    change = _Change(store, Blobs(folder, old), on_progress)
    for part in SEALED:
        change.run(part)
    change.sweep()
    _compact(store)
    return change.finish()


def _begin(session: Session, kept: StoreKey, old: Vault, new: Vault) -> tuple[Vault, Vault]:
    """Both vaults with the hashing keys before theirs."""
    if old.mark != kept.mark:
        raise KeyRefused(
            "key.wrong_old",
            "现在的密钥不是本库的密钥，没有更换",
            "请核对 JIUZHU_KEY、JIUZHU_KEY_FILE 或 key 文件",
        )
    old = with_earlier(old, kept)
    if kept.next_mark is None:
        kept.next_mark, kept.next_sealed = new.mark, seal_earlier(new, old.hashing_keys)
        kept.reached = {_AFTER: {}, _BROKEN: []}
        record(session, "system", "store.key_begin")
    elif kept.next_mark != new.mark or kept.next_sealed is None:
        raise KeyRefused(
            "key.other_new",
            "上一次更换尚未完成，用的是另一把新密钥",
            "请用那把新密钥再次运行（可能在数据目录的 new-key）",
        )
    assert kept.next_sealed is not None  # set with the mark
    return old, Vault(new.key, new.cipher, new.older, open_earlier(new, kept.next_sealed))


class _Copies:
    """Files sealed anew, those of one transaction waiting for the disk together."""

    def __init__(self, new: Blobs, old: Blobs) -> None:
        self._new, self._old = new, old
        self._stack = ExitStack()
        self._landing = Landing(new, journaled=False)

    def __enter__(self) -> Self:
        self._stack.__enter__()  # its writers are dropped after the landing has ended
        self._landing.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._landing.__exit__(kind, error, at)
        self._stack.__exit__(kind, error, at)

    def make(self, blob: str) -> bool:
        """Seals a file anew under its new name; False when it does not open, is another, or is not there."""
        name = self._new.vault.hash_again(blob)
        if self._new.has(name):  # of a try before, or another row's as well
            return True
        writer = self._stack.enter_context(self._new.writer())
        try:
            for piece in self._old.read(blob):
                writer.write(piece)
        except (SealBroken, FileNotFoundError):
            return False
        return self._landing.take(writer).id == name

    def wait(self) -> None:
        """Returns when all of them are on the disk under their names."""
        self._landing.wait()


class _Change:
    """A change under way, table by table."""

    def __init__(self, store: Store, old: Blobs, on_progress: OnProgress) -> None:
        self._store = store
        self._old = old
        self._on_progress = on_progress
        with store.read() as session:
            self._total = sum(session.scalar(select(func.count()).select_from(part.table)) or 0 for part in SEALED)
        self._done = 0

    def run(self, part: Sealed) -> None:
        """Goes through the rows of a table that are left."""
        self._done += self._count_done(part)
        while True:
            with self._store.begin() as session:
                kept = session.get_one(StoreKey, 1)
                rows = self._next(session, part, kept)
                if not rows:
                    return
                broken: list[str] = []
                with _unguarded(session, part), _Copies(self._store.blobs, self._old) as copies:
                    left = [name for row in rows for name in self._renew(part, row, copies, broken)]
                    copies.wait()
                    session.flush()
                reached: dict[str, Any] = kept.reached or {}
                kept.reached = {
                    _AFTER: {**reached[_AFTER], part.name: list(part.key_of(rows[-1]))},
                    _BROKEN: [*reached[_BROKEN], *broken],
                }
            self._remove(left)
            self._done += len(rows)
            self._on_progress(self._done, self._total)

    def sweep(self) -> None:
        """Removes every file that no row names: what a broken-off try left, and halves of uploads."""
        with self._store.read() as session:
            named = {*session.scalars(select(Upload.blob)), *session.scalars(select(PageImage.blob))}
        for blob in self._store.blobs.all():
            if blob not in named:
                self._store.blobs.remove(blob)
        if self._store.blobs.incoming.is_dir():
            for path in self._store.blobs.incoming.iterdir():
                path.unlink()

    def finish(self) -> Rotated:
        """The moment from which the new key is the store's."""
        with self._store.begin() as session:
            kept = session.get_one(StoreKey, 1)
            broken = tuple((kept.reached or {}).get(_BROKEN, ()))
            kept.mark, kept.earlier_sealed, kept.since = self._store.vault.mark, kept.next_sealed, now()
            kept.next_mark = kept.next_sealed = kept.reached = None
            record(session, "system", "store.key", rows=self._total, broken=len(broken))
        return Rotated(self._total, broken)

    def _count_done(self, part: Sealed) -> int:
        with self._store.read() as session:
            after = (session.get_one(StoreKey, 1).reached or {})[_AFTER].get(part.name)
            if after is None:
                return 0
            done = select(func.count()).select_from(part.table).where(tuple_(*part.keys) <= tuple_(*after))
            return session.scalar(done) or 0

    def _next(self, session: Session, part: Sealed, kept: StoreKey) -> list[Table]:
        query = select(part.table).order_by(*part.keys).limit(AT_ONCE)
        after = (kept.reached or {})[_AFTER].get(part.name)
        if after is not None:
            query = query.where(tuple_(*part.keys) > tuple_(*after))
        return list(session.scalars(query))

    def _renew(self, part: Sealed, row: Table, copies: _Copies, broken: list[str]) -> Iterator[str]:
        """Changes one row; the files that it named before."""
        old, new = self._old.vault, self._store.vault
        for column in part.columns:
            sealed = getattr(row, column)
            if sealed is not None:
                bound = part.bound(row, column)
                try:
                    setattr(row, column, new.seal(old.open(sealed, bound), bound))
                except SealBroken:
                    broken.append(bound)
        for column in part.hashes:
            if getattr(row, column) is not None:
                setattr(row, column, new.hash_again(getattr(row, column)))
        for column in part.blobs:
            before = getattr(row, column)
            if before:
                if copies.make(before):
                    setattr(row, column, new.hash_again(before))
                    yield before
                else:
                    broken.append(part.bound(row, column))

    def _remove(self, blobs: list[str]) -> None:
        with self._store.read() as session:
            named = {
                blob
                for table in (Upload, PageImage)
                for blob in session.scalars(select(table.blob).where(table.blob.in_(blobs)))
            }
        for blob in set(blobs) - named:
            self._old.remove(blob)


@contextmanager
def _unguarded(session: Session, part: Sealed) -> Iterator[None]:
    """Lets the rows of a table be changed that the database otherwise refuses to change; others see nothing of it."""
    if not part.guarded:
        yield
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f'ALTER TABLE "{part.name}" DISABLE TRIGGER USER'))
        yield
        session.execute(text(f'ALTER TABLE "{part.name}" ENABLE TRIGGER USER'))
        return
    guards = session.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"), {"table": part.name}
    ).all()
    for guard in guards:
        session.execute(text(f'DROP TRIGGER "{guard.name}"'))
    yield
    for guard in guards:
        session.connection().exec_driver_sql(guard.sql)


def _compact(store: Store) -> None:
    """Nothing sealed under the old key stays in the database's free space; SQLite overwrites that by itself."""
    with telling_when_away():
        if store.dialect == "postgresql":
            with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for part in SEALED:
                    connection.execute(text(f'VACUUM FULL "{part.name}"'))
            return
        with closing(store.engine.raw_connection()) as raw:
            raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
