"""`jiuzhu model list | show | use`: which models are installed and which one reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.settings import read_settings
from dossier.errors import JiuzhuError
from models.manifest import CARD
from models.store import ModelStore, shipped_folder

Action = Literal["list", "show", "use", "back"]


def model_command(
    action: Annotated[Action, typer.Argument(help="list 列出；show 显示说明；use 换用；back 换回上一个")],
    version: Annotated[str | None, typer.Argument(help="模型版本；show 不给则为正在使用的版本")] = None,
    models: Annotated[Path | None, typer.Option("--models", help="模型目录；不给则用设置或随附的模型")] = None,
) -> None:
    """模型：列出已有的版本，查看说明与成绩，换用另一个版本或换回上一个。换用前校验文件。"""
    store = ModelStore(models or read_settings().models_dir or shipped_folder())
    if action == "list":
        in_use = store.in_use()
        for name in store.versions():
            typer.echo(f"{'*' if name == in_use else ' '} {name}")
        return
    if action == "back":
        version = store.before()
    if action == "show" and version is None:
        version = store.in_use()
    if version is None:
        raise JiuzhuError("model.missing", "没有可用的模型版本", "请用 jiuzhu model list 查看已有的模型")
    if action == "show":
        _show(store, version)
        return
    before = store.use(version)
    typer.echo(f"{before or '（无）'} → {version}")


def _show(store: ModelStore, version: str) -> None:
    opened = store.open(version)
    if opened is None:
        return
    card = opened.folder / CARD
    if card.is_file():
        typer.echo(card.read_text(encoding="utf-8"))
    else:
        typer.echo(json.dumps(opened.manifest.model_dump(by_alias=True), ensure_ascii=False, indent=1))
