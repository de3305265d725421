"""`jiuzhu restore`: a store again out of a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.settings import read_settings


def restore_command(
    backup: Annotated[Path, typer.Argument(help="jiuzhu backup 生成的目录", exists=True, file_okay=False)],
) -> None:
    """恢复：先逐项核对备份与密钥，再写入空的数据目录（PostgreSQL 时还须是空的数据库）。"""
    from api.accounts.audit import record
    from api.store.backup import restore
    from api.store.keys import vault_without_store
    from api.store.opening import database_address, known_revisions, open_store

    settings = read_settings()
    vault = vault_without_store(settings)
    found = restore(backup, settings.data_folder(), database_address(settings), known_revisions(), vault.mark)
    with open_store(settings).begin() as session:
        record(session, "system", "store.restore", made_at=found.made_at, files=len(found.parts) - 1)
    typer.echo(f"已恢复 {found.made_at} 的备份：{len(found.parts)} 个部分")
