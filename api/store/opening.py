"""Opens the store that the settings name: folders, key, database, schema brought up to date.

A database of a newer release is refused rather than misread. On SQLite the journal is a write-ahead log, so that
readers never wait for the writer; foreign keys are enforced on both databases.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from api.settings import Settings
from api.store.away import StoreUnavailable
from api.store.blobs import Blobs, sync_folder
from api.store.journal import recover
from api.store.keys import known_key, open_vault
from api.store.presence import alone, among_others
from api.store.store import READING, Store
from api.store.vault import Vault

logger = logging.getLogger(__name__)

_BUSY_MS = 15_000  # how long a writer waits for another one
_CONNECT_SECONDS = 10  # a machine that is off does not answer at all
_UPGRADE_LOCK = 0x6A7A_0001  # of PostgreSQL: one process at a time changes the schema

T = TypeVar("T")


def open_store(settings: Settings) -> Store:
    """Opens the store, creating it on the first run.

    Raises:
        StoreUnavailable: folder, key or database cannot be used; `store.key_other`, `store.no_key`, `store.rotating`.
        JiuzhuError: `store.key`, the key is none.
    """
    folder = settings.data_folder()
    with ExitStack() as undo:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            presence = among_others(folder)
            undo.callback(presence.close)
            known_key(settings)  # one that is none is refused before there is a database
            engine = _current(settings)
            undo.callback(engine.dispose)
            vault = _opening(open_vault, engine, settings)
            blobs = _files(folder, vault)
        except OSError:
            raise StoreUnavailable(
                "store.folder",
                "数据目录或密钥文件无法使用",
                "请核对 JIUZHU_DATA_DIR、JIUZHU_KEY_FILE 的路径、权限和磁盘空间",
            ) from None
        undo.pop_all()
    return Store(engine, vault, blobs, presence)


def _files(folder: Path, vault: Vault) -> Blobs:
    """The folder of sealed files, with all that was answered for in it, also after a power cut."""
    blobs = Blobs(folder / "files", vault)
    blobs.folder.mkdir(exist_ok=True, mode=0o700)
    sync_folder(folder)  # with the key, when it was made just now
    recover(blobs)
    return blobs


@contextmanager
def database_alone(settings: Settings) -> Iterator[Engine]:
    """The database of a store that nobody uses meanwhile, its schema up to date; what is sealed stays closed.

    Raises:
        StoreUnavailable: as `open_store`; `store.in_use`, `store.no_locks`; `store.none`, there is no store.
    """
    folder = settings.data_folder()
    if not (folder / "files").is_dir():
        raise StoreUnavailable("store.none", "数据目录中没有库", "请核对 JIUZHU_DATA_DIR")
    presence = alone(folder)
    try:
        engine = _current(settings)
        try:
            yield engine
        finally:
            engine.dispose()
    finally:
        presence.close()


def _current(settings: Settings) -> Engine:
    """An engine on the settings' database, brought up to date."""
    engine = connect(database_address(settings).render_as_string(hide_password=False))
    try:
        _opening(bring_up_to_date, engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _opening(step: Callable[..., T], *arguments: Any) -> T:
    try:
        return step(*arguments)
    except SQLAlchemyError as error:
        logger.error("store: %s", type(error).__name__)
        raise StoreUnavailable(
            "store.database", "数据库无法打开", "请核对 JIUZHU_DATABASE_URL、数据库服务和账号权限"
        ) from None


def database_address(settings: Settings) -> URL:
    """Where the database is; without an address in the settings a file in the data folder.

    Raises:
        StoreUnavailable: the address is none.
    """
    try:
        return make_url(settings.database_url or f"sqlite:///{settings.data_folder() / 'jiuzhu.sqlite'}")
    except SQLAlchemyError:
        raise _bad_url() from None


def connect(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL with what the store relies on.

    Raises:
        StoreUnavailable: the address is not of one of the two.
    """
    try:
        parsed = make_url(url)
    except SQLAlchemyError:
        raise _bad_url() from None
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"check_same_thread": False, "timeout": _BUSY_MS / 1000})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.get_backend_name() == "postgresql":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        patience = {} if "connect_timeout" in parsed.query else {"connect_timeout": _CONNECT_SECONDS}
        engine = create_engine(parsed, pool_pre_ping=True, pool_size=20, max_overflow=20, connect_args=patience)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    raise _bad_url()


def _bad_url() -> StoreUnavailable:
    return StoreUnavailable(
        "store.url", "数据库地址无法使用", "可用 sqlite:///路径 或 postgresql://用户:口令@主机/库名"
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")  # what was answered with 202 is on the disk
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.execute("PRAGMA secure_delete = ON")  # deleted text does not stay in free pages
        cursor.execute("PRAGMA cache_size = -65536")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """What was answered with 202 is on the disk, also where the office's server does not wait for it of itself."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("SHOW synchronous_commit")
        if cursor.fetchone() == ("off",):
            cursor.execute("SET synchronous_commit = on")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


# ---------------------------------------------------------------- schema


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def bring_up_to_date(engine: Engine) -> None:
    """Runs the migrations that the database has not seen.

    Raises:
        StoreUnavailable: the database is of a newer release than this program.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        config = _config(connection)
        scripts = ScriptDirectory.from_config(config)
        at = MigrationContext.configure(connection).get_current_revision()
        if at is not None and at not in {script.revision for script in scripts.walk_revisions()}:
            raise StoreUnavailable(
                "store.newer", "数据库由更新版本的程序建立，本程序不能使用", "请升级本程序，或恢复升级前的备份"
            )
        if at != scripts.get_current_head():
            command.upgrade(config, "head")


def known_revisions() -> frozenset[str]:
    """Every schema that this release can read or bring up to date."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def schema_version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)
