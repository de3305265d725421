"""`jiuzhu model compare A B --gold FILE`: the same labelled cases read with two versions; whether B may follow A."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.commands import evaluate
from api.learned import Readers, choose_recognizers
from api.settings import read_settings
from api.training import texts_beside
from api.wiring import pipeline_version
from dossier.errors import JiuzhuError, ModelUnavailable
from models.cases import read_records, read_texts
from models.comparison import (
    MOST_LOST,
    PATTERNS,
    GoldFile,
    ModelComparison,
    Objection,
    Row,
    compare_models,
    keep_comparison,
    sha256_of,
)
from models.evaluate import EvaluationRun, run_evaluation
from models.scoring import MICRO_SIX
from models.store import InstalledModel, ModelStore, shipped_folder


def compare_command(
    first: Annotated[str, typer.Argument(help=f"对比的基准：版本，或 {PATTERNS}（只用规则）", metavar="A")],
    second: Annotated[str, typer.Argument(help="要换用的版本", metavar="B")],
    gold: Annotated[
        Path, typer.Option("--gold", help="标注：JSON Lines；旁边须有 .texts.jsonl", exists=True, dir_okay=False)
    ],
    readers: Annotated[
        Readers, typer.Option("--readers", help="both 规则与模型（实际运行的方式）；model 只用模型")
    ] = "both",
    models: Annotated[Path | None, typer.Option("--models", help="模型目录；不给则用设置或随附的模型")] = None,
    bootstrap: Annotated[int, typer.Option("--bootstrap", min=0, help="按案件重抽样的次数")] = 1000,
    processes: Annotated[int, typer.Option("--processes", min=1, help="并行进程数")] = 2,
) -> None:
    """对比两个版本：在同一批标注案件上逐项比较 F1，给出差异的 95% 区间，并判断 B 能否换用。结果存于 B 的目录。"""
    if readers == "patterns":
        raise JiuzhuError("model.nothing_compared", "只用规则时没有模型可比", "请用 --readers both 或 model")
    store = ModelStore(models or read_settings().models_dir or shipped_folder())
    candidate = _open(store, second)
    base = None if first == PATTERNS else _open(store, first)
    runs = (
        _run(gold, store, base, readers, processes),
        _run(gold, store, candidate, readers, processes),
    )
    comparison = compare_models(
        runs,
        base,
        candidate,
        gold=GoldFile(
            name=gold.name,
            sha256=sha256_of(gold),
            texts_sha256=sha256_of(texts_beside(gold)),
            cases=len(runs[0].scores),
        ),
        readers=readers,
        pipeline=pipeline_version(),
        day=date.today(),
        rounds=bootstrap,
    )
    path = keep_comparison(comparison, candidate)
    _show(comparison)
    typer.echo(f"已存为 {candidate.manifest.version}/{path.parent.name}/{path.name}")


def _open(store: ModelStore, version: str) -> InstalledModel:
    opened = store.open(version)
    if opened is None:  # only without a version
        raise ModelUnavailable("model.missing", f"没有找到模型 {version}", "请用 jiuzhu model list 查看已有的模型")
    return opened


def _run(
    gold: Path, store: ModelStore, model: InstalledModel | None, readers: Readers, processes: int
) -> EvaluationRun:
    """The cases read with one version, through the same pipeline as `jiuzhu screen`."""
    version = None if model is None else model.manifest.version
    chosen: Readers = "patterns" if model is None else readers
    choose_recognizers(store.folder, chosen, version=version, threads=1)  # a version that cannot read is told at once
    run, _ = run_evaluation(
        read_records(gold),
        read_texts(texts_beside(gold)),
        partial(evaluate.predict_case, readers=chosen, models=store.folder, version=version),
        processes=processes,
        bootstrap=0,
    )
    return run


def _show(comparison: ModelComparison) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    table = Table("F1", comparison.first, comparison.second, "差异", "95% 区间", "标注数")
    for column in table.columns[1:]:
        column.justify = "right"
    for key, row in comparison.rows.items():
        table.add_row(evaluate.TITLES.get(key, key), *_cells(row), str(row.support))
    console.print(table, soft_wrap=False)
    for version, failed in zip((comparison.first, comparison.second), comparison.failures, strict=True):
        if failed:
            console.print(f"{version}：{failed} 案未能识别，按空结果计")
    console.print(verdict_of(comparison))


def verdict_of(comparison: ModelComparison) -> str:
    """The verdict in words, with all that stands against the second version."""
    if comparison.passed:
        return f"通过：{comparison.second} 可以换用"
    return "未通过：" + "；".join(_worded(objection, comparison) for objection in comparison.objections)


def _worded(objection: Objection, comparison: ModelComparison) -> str:
    match objection.kind:
        case "worse":
            title = evaluate.TITLES[objection.row or ""]
            return f"{title}的 F1 下降超过 {MOST_LOST}（{comparison.rows[objection.row or ''].difference:+.4f}）"
        case "not_better":
            return f"六项属性合计的 F1 没有提高（{comparison.rows[MICRO_SIX].difference:+.4f}）"
        case "not_as_served":
            return "不是按实际运行的方式（规则与模型一并识别）比较的"
        case "trained_on_gold":
            return f"{comparison.second} 是用这份标注训练的，比较不公平"


def _cells(row: Row) -> tuple[str, str, str, str]:
    """Nothing labelled is nothing measured, which is not a 0."""
    if not row.support:
        return "—", "—", "", ""
    return f"{row.first:.4f}", f"{row.second:.4f}", f"{row.difference:+.4f}", f"{row.low:+.4f} … {row.high:+.4f}"
