"""`jiuzhu pretrain`: an encoder out of raw text. Needs the extra `[train]`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.training import require_training, shipped_settings
from models.training_settings import PretrainSettings, read_settings

if TYPE_CHECKING:
    from models.pretrain import Progress


def pretrain_command(
    corpus: Annotated[Path, typer.Argument(help="语料：文件夹或文件，每行 {text}，可为 .xz、.gz", exists=True)],
    run: Annotated[Path, typer.Option("--run", help="运行目录；再次给出同一目录即从断点继续")],
    settings: Annotated[Path | None, typer.Option("--settings", help="训练设置（TOML）；不给则用随附的")] = None,
    base: Annotated[Path | None, typer.Option("--base", help="从此编码器（Hugging Face 目录）开始")] = None,
    minutes: Annotated[float | None, typer.Option("--minutes", help="到时停止并保存；不给则跑完")] = None,
) -> None:
    """预训练：用原始文本训练编码器。可随时中断，再次运行即继续；结果在运行目录的 encoder/。"""
    require_training()
    from models.pretrain import pretrain

    given = read_settings(settings or shipped_settings("pretrain-small"), PretrainSettings)
    console = Console(stderr=True, highlight=False)

    def tell(progress: Progress) -> None:
        held_out = "" if progress.held_out is None else f"，留出 {progress.held_out:.4f}"
        speed = progress.tokens / progress.seconds if progress.seconds else 0.0
        console.print(
            f"第 {progress.step} 步，{progress.tokens:,} 字，损失 {progress.loss:.4f}{held_out}，每秒 {speed:,.0f} 字",
            markup=False,
        )

    last = pretrain(given, corpus, run, base=base, minutes=minutes, on_progress=tell)
    typer.echo(f"{run / 'encoder'}\t{last.step}")
