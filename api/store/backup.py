"""A copy of the whole store in one folder, and the store again out of such a copy.

    NAME/manifest.json      what is in it, with the SHA-256 of every part
    NAME/database.sqlite    or database.pgdump, of `pg_dump --format=custom`
    NAME/files/xx/…         the sealed files

Everything stays sealed, and the key is not in it: whoever has the copy alone can read what the database leaves
readable (docs/store.md) and nothing else. The database is copied first and the files after it; files are only ever
added before the row that names them, so every file that the copied database names is there. One that retention
removed in between makes the copy start again. A copy is built under another name and gets its own when it is whole.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sqlalchemy import URL, select

from api.store.opening import schema_version
from api.store.presence import LOCK
from api.store.store import Store
from api.store.tables import PageImage, Upload
from dossier.errors import JiuzhuError

MANIFEST = "manifest.json"
FILES = "files"
_DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
_TRIES = 3  # copies of a database whose files retention removes meanwhile

# a manifest is not sealed: what it names is written nowhere but into the data folder
PartPath = Annotated[
    str, StringConstraints(pattern=r"^(?:database\.(?:sqlite|pgdump)|files/[0-9a-f]{2}/[0-9a-f]{64})$")
]
OnProgress = Callable[[int, int], None]  # files done, files in all


class BackupError(JiuzhuError):
    """A copy cannot be made or used; the code says why."""


class BackupManifest(BaseModel):
    """Attributes:
    key_mark: tells whether a key is the one of this store, and nothing about it.
    parts: relative path -> SHA-256, without the manifest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    schema_name: Literal["jiuzhu.backup/1"] = Field("jiuzhu.backup/1", alias="schema")
    made_at: str
    dialect: Literal["sqlite", "postgresql"]
    revision: str | None
    key_mark: str
    parts: dict[PartPath, str]


def back_up(
    store: Store, target: Path, made_at: str, on_progress: OnProgress = lambda done, total: None
) -> BackupManifest:
    """Copies the store into the new folder `target`, while the service runs.

    Raises:
        BackupError: `backup.exists`, `backup.changing`, `backup.tool`, `backup.disk`.
    """
    if target.exists():
        raise BackupError("backup.exists", f"{target.name} 已存在，未覆盖", "请换一个名称，或先移走旧的备份")
    building = target.with_name(f".{target.name}.new")
    try:
        for _ in range(_TRIES):
            shutil.rmtree(building, ignore_errors=True)
            building.mkdir(parents=True, mode=0o700)
            database = building / _DATABASES[store.dialect]
            before = _named(store)  # of PostgreSQL's copy nothing can be asked
            _dump(store, database)
            named = _named_in(database) if store.dialect == "sqlite" else before
            parts = {database.name: _sha256(database)}
            parts |= _copy_files(store, building, named, on_progress)
            if named <= {Path(part).name for part in parts}:
                break
        else:
            raise BackupError("backup.changing", "备份期间不断有卷宗被删除，未能完成", "请在清理任务结束后再备份")
        manifest = BackupManifest(
            schema="jiuzhu.backup/1",
            made_at=made_at,
            dialect="postgresql" if store.dialect == "postgresql" else "sqlite",
            revision=schema_version(store.engine),
            key_mark=store.vault.mark,
            parts=dict(sorted(parts.items())),
        )
        (building / MANIFEST).write_text(manifest.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
        os.sync()
        building.rename(target)
    except OSError as error:
        raise BackupError(
            "backup.disk", f"备份无法写入（{type(error).__name__}）", "请核对目标磁盘的空间与权限"
        ) from None
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return manifest


def check(backup: Path) -> BackupManifest:
    """Reads every part of a copy against its manifest.

    Raises:
        BackupError: `backup.unreadable`, `backup.damaged` naming the part.
    """
    manifest = _read(backup)
    for part, wanted in manifest.parts.items():
        place = backup / part
        if not place.is_file() or _sha256(place) != wanted:
            raise BackupError("backup.damaged", f"备份中的 {part} 缺失或已改动", "请换用另一份备份")
    return manifest


def restore(backup: Path, folder: Path, database: URL, revisions: frozenset[str], key_mark: str) -> BackupManifest:
    """Puts a copy into an empty data folder, and into an empty database where it is one of PostgreSQL.

    Nothing is written before everything was checked. The schema is brought up to date when the store is opened next.

    Args:
        database: where the database goes; of SQLite a file that does not exist.
        revisions: schemas that this release knows.
        key_mark: of the vault that will open the store.

    Raises:
        BackupError: as `check`; `backup.newer`, `backup.key`, `backup.not_empty`, `backup.other_database`,
            `backup.tool`, `backup.disk`.
    """
    manifest = check(backup)
    if manifest.revision is not None and manifest.revision not in revisions:
        raise BackupError("backup.newer", "备份由更新版本的程序制作", "请先升级本程序再恢复")
    if manifest.key_mark != key_mark:
        raise BackupError("backup.key", "密钥与这份备份不符", "请用备份时的密钥（JIUZHU_KEY 或 JIUZHU_KEY_FILE）")
    if database.get_backend_name() != manifest.dialect:
        raise BackupError(
            "backup.other_database", f"备份来自 {manifest.dialect}，与所设数据库不同", "请核对 JIUZHU_DATABASE_URL"
        )
    lite = Path(database.database or "") if manifest.dialect == "sqlite" else None
    if any(path.name not in ("key", LOCK) for path in folder.glob("*")) or (lite is not None and lite.exists()):
        raise BackupError("backup.not_empty", "数据目录不是空的，未恢复", "请先移走其中的内容，或换一个数据目录")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in manifest.parts:
            if part.startswith(f"{FILES}/"):
                place = folder / part
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(backup / part, place)
        (folder / FILES).mkdir(exist_ok=True)
        kept = backup / _DATABASES[manifest.dialect]
        if lite is not None:
            shutil.copyfile(kept, lite)
        else:
            _run(["pg_restore", "--exit-on-error", "--no-owner", "--single-transaction"], database, str(kept))
            _run(["vacuumdb", "--analyze-only", "--quiet"], database)  # a dump has no statistics: queries would crawl
    except OSError as error:
        raise BackupError("backup.disk", f"恢复无法写入（{type(error).__name__}）", "请核对磁盘的空间与权限") from None
    return manifest


def _dump(store: Store, target: Path) -> None:
    if store.dialect == "sqlite":
        with closing(sqlite3.connect(target)) as copy, closing(store.engine.raw_connection()) as live:
            live.driver_connection.backup(copy, pages=1000)  # type: ignore[union-attr]  # restarts when somebody writes
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
        return
    url = store.engine.url
    _run(["pg_dump", "--format=custom", "--no-owner", f"--file={target}"], url)


def _run(command: list[str], url: URL, *arguments: str) -> None:
    """A program of PostgreSQL's on a database; the password goes by a file, for others could read the command line."""
    with tempfile.TemporaryDirectory(prefix="jiuzhu-") as private:  # readable by its owner alone
        address = url.set(drivername="postgresql", password=None)
        if url.password:
            escaped = re.sub(r"([\\:])", r"\\\1", str(url.password))
            file = Path(private) / "pass"
            file.touch(mode=0o600)
            file.write_text(f"*:*:*:*:{escaped}\n", encoding="utf-8")
            address = address.update_query_dict({"passfile": str(file)})
        dbname = f"--dbname={address.render_as_string(hide_password=False)}"
        try:
            done = subprocess.run([*command, dbname, *arguments], capture_output=True, check=False)
        except FileNotFoundError:
            raise BackupError("backup.tool", f"没有找到 {command[0]}", "请安装 PostgreSQL 的客户端程序") from None
    if done.returncode:
        raise BackupError(
            "backup.tool",
            f"{command[0]} 失败（{done.returncode}）",
            "请核对数据库地址、权限与客户端版本；恢复时数据库须为空",
        )


def _named(store: Store) -> set[str]:
    """Every file that the live database names."""
    with store.read() as session:
        return {*session.scalars(select(Upload.blob)), *session.scalars(select(PageImage.blob))} - {""}


def _named_in(copy: Path) -> set[str]:
    """Every file that a copied SQLite database names."""
    with closing(sqlite3.connect(copy)) as connection:
        tables = (Upload.__tablename__, PageImage.__tablename__)
        return {row[0] for table in tables for row in connection.execute(f'SELECT blob FROM "{table}"')} - {""}


def _copy_files(store: Store, building: Path, named: set[str], on_progress: OnProgress) -> dict[str, str]:
    """Every file of the store, also those that no row names yet; those removed meanwhile are left out."""
    ids = sorted({*store.blobs.all(), *named})
    parts: dict[str, str] = {}
    for done, blob in enumerate(ids, start=1):
        place = building / FILES / blob[:2] / blob
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(store.blobs.path(blob), place)
        except FileNotFoundError:
            continue
        parts[f"{FILES}/{blob[:2]}/{blob}"] = _sha256(place)
        on_progress(done, len(ids))
    return parts


def _read(backup: Path) -> BackupManifest:
    try:
        return BackupManifest.model_validate_json((backup / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError):
        raise BackupError(
            "backup.unreadable", f"{backup.name} 不是一份完整的备份", "请给出 jiuzhu backup 生成的目录"
        ) from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
