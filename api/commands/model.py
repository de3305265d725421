"""`jiuzhu model …`: which models are installed, which one reads, and how one is compared, chosen and carried away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.chinese import ChineseCommand, ChineseGroup
from api.commands.model_compare import compare_command, verdict_of
from api.settings import read_settings
from dossier.errors import ModelUnavailable
from models.archive import export_model, import_model
from models.comparison import kept_comparisons
from models.gate import choose, go_back
from models.manifest import CARD
from models.store import InstalledModel, ModelStore, shipped_folder

model_app = typer.Typer(
    cls=ChineseGroup,
    help="模型：列出、查看、对比、换用、换回、导出、导入。换用须有通过的对比结果；换回上一个随时可以。",
    no_args_is_help=True,
    rich_markup_mode=None,
)
model_app.command("compare", cls=ChineseCommand)(compare_command)

Models = Annotated[Path | None, typer.Option("--models", help="模型目录；不给则用设置或随附的模型")]
Version = Annotated[str, typer.Argument(help="模型版本", metavar="VERSION")]


def _store(models: Path | None) -> ModelStore:
    return ModelStore(models or read_settings().models_dir or shipped_folder())


def _open(store: ModelStore, version: str | None) -> InstalledModel:
    opened = store.open(version)
    if opened is None:
        raise ModelUnavailable("model.missing", "没有正在使用的模型", "请用 jiuzhu model list 查看已有的模型")
    return opened


@model_app.command("list", cls=ChineseCommand)
def list_command(models: Models = None) -> None:
    """列出已有的版本；* 为正在使用的。"""
    store = _store(models)
    in_use, how = store.in_use(), store.how()
    for name in store.versions():
        remark = "\t未经对比换用" if name == in_use and how == "anyway" else ""
        typer.echo(f"{'*' if name == in_use else ' '} {name}{remark}")


@model_app.command("show", cls=ChineseCommand)
def show_command(
    version: Annotated[str | None, typer.Argument(help="模型版本；不给则为正在使用的版本", metavar="[VERSION]")] = None,
    models: Models = None,
) -> None:
    """显示模型说明、成绩和保存的对比结果。"""
    opened = _open(_store(models), version)
    card = opened.folder / CARD
    if card.is_file():
        typer.echo(card.read_text(encoding="utf-8"))
    else:
        typer.echo(json.dumps(opened.manifest.model_dump(by_alias=True), ensure_ascii=False, indent=1))
    for _, kept in kept_comparisons(opened):
        against = f"对比 {kept.first}，{kept.gold.name}（{kept.gold.cases} 案），{kept.day}"
        typer.echo(f"{against}：{verdict_of(kept)}")


@model_app.command("use", cls=ChineseCommand)
def use_command(
    version: Version,
    models: Models = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="没有通过的对比结果也换用；会留下记录")] = False,
) -> None:
    """换用一个版本。须有与正在使用的版本（没有则与规则）的对比结果，且对比通过。换用前校验文件。"""
    before = choose(_store(models), version, anyway=anyway)
    typer.echo(f"已在使用 {version}" if before == version else f"{before or '（无）'} → {version}")


@model_app.command("back", cls=ChineseCommand)
def back_command(models: Models = None) -> None:
    """换回上一个版本。"""
    left, now = go_back(_store(models))
    typer.echo(f"{left or '（无）'} → {now}")


@model_app.command("export", cls=ChineseCommand)
def export_command(
    version: Version,
    out: Annotated[Path, typer.Option("--out", help="写入的文件（.zip）", dir_okay=False)],
    models: Models = None,
) -> None:
    """导出为一个文件，可带到没有网络的机器上导入。同一模型导出的文件逐字节相同。"""
    opened = _open(_store(models), version)
    export_model(opened, out)
    typer.echo(f"{opened.manifest.version} → {out}")


@model_app.command("import", cls=ChineseCommand)
def import_command(
    file: Annotated[
        Path, typer.Argument(help="jiuzhu model export 导出的文件", metavar="FILE", exists=True, dir_okay=False)
    ],
    models: Models = None,
) -> None:
    """导入一个模型文件。校验其中的每个文件；不覆盖已有的版本，也不立即换用。"""
    manifest = import_model(file, _store(models))
    typer.echo(manifest.version)
