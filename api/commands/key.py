"""`jiuzhu key`: a new encryption key, and the store sealed anew under another one."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from api.chinese import ChineseGroup
from api.settings import Settings, read_settings

key_app = typer.Typer(
    cls=ChineseGroup,
    help="加密密钥：不带子命令时生成一个，写到标准输出，请另行保管；rotate 更换本库的密钥",
    invoke_without_command=True,
)


@key_app.callback()
def make_key(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        typer.echo(base64.b64encode(secrets.token_bytes(32)).decode())


@key_app.command("rotate")
def rotate_key() -> None:
    """更换密钥：数据库与文件全部用新密钥重新加密。须先停止服务与筛查进程；中断后再次运行即接着做。
    新密钥取自 JIUZHU_NEW_KEY 或 JIUZHU_NEW_KEY_FILE，都不设则生成。旧密钥请保留：以前的备份只能用它恢复。"""
    from api.store.key_change import new_key, put_in_place
    from api.store.keys import vault_without_store
    from api.store.opening import database_alone
    from api.store.rotation import rotate
    from api.store.vault import Vault

    settings = read_settings()
    old = vault_without_store(settings)
    with database_alone(settings) as engine:
        new = Vault(new_key(settings))
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("重新加密", total=None)
            done = rotate(
                engine,
                settings.data_folder() / "files",
                old,
                new,
                lambda rows, total: progress.update(task, completed=rows, total=total),
            )
        kept = put_in_place(settings, old)
    typer.echo("此前已更换完毕" if done.was_done else f"已更换密钥：{done.rows} 行及其文件已重新加密")
    for place in done.broken:
        typer.echo(f"未能打开，保持原样：{place}", err=True)
    typer.echo(_what_next(settings, kept))


def _what_next(settings: Settings, kept: Path | None) -> str:
    if kept is not None:
        return (
            f"新密钥已在数据目录的 key 文件中，请另存一份；旧密钥移到 {kept.name}，以前的备份要用它恢复，请移到别处保管"
        )
    source = "JIUZHU_NEW_KEY" if settings.new_key is not None else str(settings.new_key_file or "new-key")
    return f"启动服务前，请把 JIUZHU_KEY 或 JIUZHU_KEY_FILE 改为新密钥（{source}）；旧密钥请保留，以前的备份要用它恢复"
