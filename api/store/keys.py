"""The store's key: where it comes from, and whether it is the one that this store is sealed under.

A store keeps a mark of its key. Another key is refused before anything is read or written with it, and so is every key
while a change from one to the next is under way.
"""

from __future__ import annotations

import logging

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from api.settings import Settings
from api.store.away import StoreUnavailable
from api.store.presence import rotating
from api.store.sealed import SEALED
from api.store.store import READING
from api.store.tables import StoreKey
from api.store.vault import SealBroken, Vault, key_of_file, read_key

logger = logging.getLogger(__name__)

KEY_FILE = "key"
_EARLIER = "store_key.earlier:1"
_KEY_LOCK = 0x6A7A_0004  # of PostgreSQL: one process at a time says which key a store has


def known_key(settings: Settings) -> bytes | None:
    """The key of the settings or of the data folder, None when there is none yet.

    Raises:
        JiuzhuError: `store.key`, the key is none.
        OSError: its file cannot be read.
    """
    if settings.key is not None:
        return read_key(settings.key)
    path = settings.key_file or settings.data_folder() / KEY_FILE
    if settings.key_file is None and not path.exists():
        return None
    return read_key(path.read_text(encoding="ascii", errors="replace"))


def vault_without_store(settings: Settings) -> Vault:
    """The vault of a store that is not open, for a restore; unlike opening a store it never makes a key.

    Raises:
        StoreUnavailable: `store.no_key`.
        JiuzhuError: `store.key`, the key is none.
    """
    key = known_key(settings)
    if key is None:
        raise StoreUnavailable(
            "store.no_key", "没有密钥", "请先把当时的密钥放到数据目录的 key 文件，或设置 JIUZHU_KEY、JIUZHU_KEY_FILE"
        )
    return Vault(key)


def open_vault(engine: Engine, settings: Settings) -> Vault:
    """The vault of a store whose schema is up to date; the first time it makes a key, and keeps its mark.

    Raises:
        StoreUnavailable: `store.rotating`; `store.key_other`, it is not this store's key; `store.no_key`.
        JiuzhuError: `store.key`.
        OSError: the key's file cannot be read or written.
    """
    with Session(engine.execution_options(**{READING: True})) as session:
        kept = session.get(StoreKey, 1)
    if known_key(settings) is None:
        if kept is None:
            logger.warning("store: a new key was written to the data folder; keep a copy elsewhere")
            key_of_file(settings.data_folder() / KEY_FILE)
        elif kept.next_mark is not None:
            raise rotating()
    vault = vault_without_store(settings)
    if kept is None:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            kept = row_of(session, vault)
    if kept.next_mark is not None:
        raise rotating()
    return with_earlier(vault, kept)


def row_of(session: Session, vault: Vault) -> StoreKey:
    """The row of the store's key; of a store that has none yet it is made, when the key opens what is sealed there.

    Raises:
        StoreUnavailable: `store.key_other`.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _KEY_LOCK})
    kept = session.get(StoreKey, 1, with_for_update=True)
    if kept is None:
        _prove(session, vault)
        kept = StoreKey(id=1, mark=vault.mark)
        session.add(kept)
        session.flush()
    return kept


def with_earlier(vault: Vault, kept: StoreKey) -> Vault:
    """The vault of the store's key with the hashing keys of those before.

    Raises:
        StoreUnavailable: `store.key_other`.
    """
    if vault.mark != kept.mark:
        raise _other()
    if kept.earlier_sealed is None:
        return vault
    return Vault(vault.key, vault.cipher, vault.older, open_earlier(vault, kept.earlier_sealed))


def seal_earlier(vault: Vault, earlier: tuple[bytes, ...]) -> bytes:
    return vault.seal_json([key.hex() for key in earlier], _EARLIER)


def open_earlier(vault: Vault, sealed: bytes) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(key) for key in vault.open_json(sealed, _EARLIER))


def _prove(session: Session, vault: Vault) -> None:
    """A store of before marks were kept: its key opens the first sealed value that is found."""
    for part in SEALED:
        for column in part.columns:
            stored = getattr(part.table, column)
            row = session.scalars(select(part.table).where(stored.is_not(None)).limit(1)).first()
            if row is not None:
                try:
                    vault.open(getattr(row, column), part.bound(row, column))
                except SealBroken:
                    raise _other() from None
                return


def _other() -> StoreUnavailable:
    return StoreUnavailable(
        "store.key_other",
        "密钥不是本库现在的密钥",
        "请核对 JIUZHU_KEY、JIUZHU_KEY_FILE 或数据目录的 key 文件；更换密钥之后应改用新密钥",
    )
