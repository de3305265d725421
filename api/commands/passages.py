"""`jiuzhu passages`: check written training passages: their markup, what they hold, how varied they are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from annotation.markup import MarkupError, Passage, read_passages
from annotation.variety import doubled_ids, label_counts, variety_of

_TOLD = 20  # kinds told by name


def passages_command(
    files: Annotated[list[Path], typer.Argument(help="训练段落文件", exists=True, dir_okay=False)],
) -> None:
    """检查自写的训练段落：标记是否合规、标签与文书数量、重复程度；有误时退出码为 1。"""
    passages: list[Passage] = []
    faults: list[str] = []
    for path in files:
        try:
            passages += read_passages(path)
        except MarkupError as error:
            faults.append(f"{path}：{error}")
    if doubled := doubled_ids(passages):
        faults.append("重复的编号：" + "、".join(doubled[:10]))
    for fault in faults:
        typer.echo(fault, err=True)
    variety = variety_of(passages)
    typer.echo(f"段落 {len(passages)}，共 {sum(len(p.text) for p in passages)} 字")
    typer.echo("标签 " + _counted(label_counts(passages)))
    typer.echo("文书 " + _counted(Counter(p.document for p in passages)))
    typer.echo(f"八字串互不相同的占 {variety.distinct:.3f}，见于其他段落的平均占 {variety.shared:.3f}；最相近的：")
    for share, one, other in variety.closest:
        typer.echo(f"  {share:.2f}  {one}  {other}")
    if faults:
        raise typer.Exit(1)


def _counted(counts: Counter[str]) -> str:
    told = "，".join(f"{name} {count}" for name, count in counts.most_common(_TOLD))
    return told + (f"，另 {len(counts) - _TOLD} 种" if len(counts) > _TOLD else "")
