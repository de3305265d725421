"""`jiuzhu backup`: the whole store as one folder, made while the service runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from api.settings import read_settings


def backup_command(
    target: Annotated[Path, typer.Argument(help="备份目录：新建；已存在则不覆盖")],
    check_only: Annotated[bool, typer.Option("--check", help="不备份，只核对一份已有的备份是否完整")] = False,
) -> None:
    """备份：数据库与加密文件，服务不必停。备份中没有密钥，请把密钥另存他处：没有密钥，备份无法恢复。"""
    from api.accounts.audit import record
    from api.store.backup import back_up, check
    from api.store.base import now
    from api.store.opening import open_store

    if check_only:
        found = check(target)
        typer.echo(f"{target}\t完整：{len(found.parts)} 个部分，{found.made_at}")
        return
    store = open_store(read_settings())
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("备份文件", total=None)
        made = back_up(
            store,
            target,
            now().isoformat(timespec="seconds"),
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    with store.begin() as session:
        record(session, "system", "store.backup", files=len(made.parts) - 1)
    typer.echo(f"{target}\t{len(made.parts)} 个部分；密钥不在其中")
