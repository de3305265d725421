"""`jiuzhu theft train | score`: entities of theft cases, learned from and measured on a public set of sentences.

An evaluation of the encoder against published figures; the tagger that comes of it reads no dossier.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table as RichTable

from api.training import require_training, shipped_settings
from dossier.errors import JiuzhuError
from models.theft import read_theft, split, theft_scheme
from models.training_settings import FinetuneSettings, read_settings

if TYPE_CHECKING:
    from models.bootstrap import Interval
    from models.finetune import Epoch
    from models.theft_scores import TheftScores

Action = Literal["train", "score"]


def theft_command(
    action: Annotated[Action, typer.Argument(help="train 训练并在留出的十分之一上评分；score 用已训练的模型再评一次")],
    file: Annotated[
        Path, typer.Argument(help="盗窃案实体标注（CAIL2021 格式），可为 .xz、.gz", exists=True, dir_okay=False)
    ],
    run: Annotated[Path, typer.Option("--run", help="运行目录；再次给出同一目录即从断点继续")],
    base: Annotated[
        Path | None,
        typer.Option("--base", help="编码器（Hugging Face 目录）；train 必须给出", exists=True, file_okay=False),
    ] = None,
    settings: Annotated[Path | None, typer.Option("--settings", help="训练设置（TOML）；不给则用随附的")] = None,
    again: Annotated[bool, typer.Option("--again", help="丢弃运行目录中的断点，从头训练")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出全部数字")] = False,
) -> None:
    """盗窃案实体：在公开的十类实体标注上训练标注器，在按句留出的十分之一上评分（严格 F1、LawBench 软 F1）。"""
    require_training()
    sentences = read_theft(file)
    if action == "train":
        if base is None:
            raise JiuzhuError("theft.no_base", "没有给出编码器", "请用 --base 给出编码器目录")
        from models.theft_training import train_theft

        if again:
            shutil.rmtree(run, ignore_errors=True)
        given = read_settings(settings or shipped_settings("finetune-theft"), FinetuneSettings)
        scores = train_theft(given, sentences, base, run, on_epoch=_tell)
    else:
        from models.theft_model import load_tagger
        from models.theft_scores import score_theft

        learned, held_out = split(sentences)
        scores = score_theft(held_out, load_tagger(run).tag_sentences(held_out), learned)
    if as_json:
        typer.echo(json.dumps(scores.as_data(), ensure_ascii=False))
    else:
        _show(scores)


def _tell(epoch: Epoch) -> None:
    Console(stderr=True, highlight=False).print(
        f"第 {epoch.epoch} 轮，损失 {epoch.loss:.4f}，"
        f"选轮用的句子：严格 {epoch.strict_f1:.4f}，相交 {epoch.touching_f1:.4f}",
        markup=False,
    )


def _show(scores: TheftScores) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    table = RichTable("类型", "精确率", "召回率", "严格 F1", "部分 F1", "类型 F1", "标注数")
    for column in table.columns[1:]:
        column.justify = "right"
    rows = [
        (label.title, scores.entities.labels[label.name])
        for label in theft_scheme().labels
        if label.name in scores.entities.labels
    ]
    for title, ways in [*rows, ("合计", scores.entities.micro)]:
        strict = ways["strict"]
        figures = (strict.precision, strict.recall, strict.f1, ways["partial"].f1, ways["type"].f1)
        table.add_row(title, *(f"{figure:.4f}" for figure in figures), str(strict.there))
    console.print(table, soft_wrap=False)
    overall = scores.entities.overall
    console.print(f"留出 {scores.sentences} 句，严格 F1 {scores.strict.f1:.4f}{_interval(scores.strict_interval)}")
    console.print(f"跨类型配对：严格 {overall['strict'].f1:.4f}，位置 {overall['exact'].f1:.4f}")
    console.print(f"其中与训练句少有相同的 {scores.new_sentences} 句，严格 F1 {scores.new.f1:.4f}")
    console.print(f"LawBench 2-6 软 F1 {scores.soft.f1:.4f}{_interval(scores.soft_interval)}")


def _interval(interval: Interval | None) -> str:
    return f"（{interval[0]:.3f}–{interval[1]:.3f}）" if interval else ""
