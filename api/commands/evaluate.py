"""`jiuzhu evaluate`: how well the pipeline reads labelled cases, and what changed since an earlier run.

Predicts through the same pipeline as `jiuzhu screen`. Prints names and quotes of the cases on purpose (the
one who runs it holds them); nothing is logged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as RichTable

from api.learned import Readers, choose_recognizers
from api.wiring import pipeline_version
from dossier.errors import JiuzhuError
from models.cases import CaseText, dossier_of, read_records, read_texts, write_records
from models.evaluate import Comparison, EvaluationRun, compare, dump_run, load_run, run_evaluation
from models.predictions import prediction_of
from models.scoring import EVIDENCE, MEAN_SIX, MICRO_ALL, MICRO_SIX, Difference, Place

TITLES = {
    "victim": "被害人",
    "gender": "性别",
    "age": "年龄",
    "disability": "残疾",
    "hardship": "困难",
    "injury": "伤情",
    "compensation": "赔偿",
    "loss": "损失",
    MICRO_ALL: "七项属性（合计）",
    MICRO_SIX: "六项属性（合计）",
    MEAN_SIX: "六项属性（案件平均）",
    EVIDENCE: "依据指向标注引文",
    "beside: type of victim": "另：被害人类型",
    "beside: age in years": "另：周岁",
    "beside: amount paid": "另：赔付金额",
    "beside: forgiven": "另：谅解",
    "beside: disability grade": "另：伤残等级",
}
_OUTCOMES = {"missed": "漏", "spurious": "多", "evidence": "依据不符"}


def predict_case(
    case: CaseText, *, readers: Readers = "both", models: Path | None = None, version: str | None = None
) -> dict[str, Any]:
    """One case through the pipeline, as a record in the contract's form."""
    from nlp.pipeline import understand  # here, so that a worker process loads it once and `--help` never does

    dossier = dossier_of(case)
    # one thread for each process: together they fill the cores
    recognition = choose_recognizers(models, readers, version=version, threads=1)
    return prediction_of(case.id, understand(dossier, recognition.recognizers, recognition.finder), dossier)


def evaluate_command(
    gold: Annotated[Path | None, typer.Argument(help="标注：JSON Lines，每行一案", exists=True, dir_okay=False)] = None,
    texts: Annotated[
        Path | None, typer.Argument(help="文本：每行 {id, text} 或 {id, documents}", exists=True, dir_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出全部数字")] = False,
    errors: Annotated[int, typer.Option("--errors", min=0, help="列出前 N 处差异")] = 0,
    attribute: Annotated[str | None, typer.Option("--attribute", help="差异只列这一属性（victim、injury…）")] = None,
    case: Annotated[list[str] | None, typer.Option("--case", help="只评这些案件（可重复）")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="保存本次运行，供以后对比")] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="与先前保存的运行对比", exists=True, dir_okay=False)
    ] = None,
    predictions: Annotated[Path | None, typer.Option("--predictions", help="把预测写成 JSON Lines")] = None,
    bootstrap: Annotated[int, typer.Option("--bootstrap", min=0, help="按案件重抽样的次数，0 为不计算区间")] = 1000,
    readers: Annotated[
        Readers, typer.Option("--readers", help="both 规则与模型；patterns 只用规则；model 只用模型")
    ] = "both",
    models: Annotated[Path | None, typer.Option("--models", help="模型目录；不给则用随附的模型")] = None,
    version: Annotated[str | None, typer.Option("--version", help="模型版本；不给则用正在使用的版本")] = None,
    processes: Annotated[int, typer.Option("--processes", min=1, help="并行进程数")] = 2,
    lawbench: Annotated[
        Path | None,
        typer.Option("--lawbench", help="改评 LawBench 信息抽取（2-6）的题目文件", exists=True, dir_okay=False),
    ] = None,
    tagger: Annotated[
        Path | None,
        typer.Option("--tagger", help="--lawbench 所用的盗窃案实体模型：jiuzhu theft train 的运行目录"),
    ] = None,
) -> None:
    """评测：与人工标注逐项比较，给出精确率、召回率、F1 及按案件重抽样的 95% 区间。"""
    messages = Console(stderr=True)
    try:
        if lawbench is not None:
            _evaluate_lawbench(lawbench, tagger, predictions, bootstrap, as_json)
            return
        if gold is None or texts is None:
            raise JiuzhuError("evaluate.no_gold", "没有给出标注和文本", "请给出标注与文本两个文件，或用 --lawbench")
        recognition = choose_recognizers(models, readers, version=version, threads=1)
        records = _chosen(read_records(gold), case)
        earlier = _earlier_run(against) if against else None
        with _progress(messages) as progress:
            task = progress.add_task("评测", total=len(records))
            run, predicted = run_evaluation(
                records,
                read_texts(texts),
                partial(predict_case, readers=readers, models=models, version=version),
                processes=processes,
                bootstrap=bootstrap,
                versions={"pipeline": pipeline_version(), "model": recognition.model},
                on_case=lambda: progress.advance(task),
            )
    except JiuzhuError as error:
        messages.print(f"{error.code}: {error.message}\n{error.hint}", markup=False, highlight=False)
        raise typer.Exit(2) from None
    if predictions:
        write_records(predictions, predicted)
    if out:
        out.write_text(json.dumps(dump_run(run), ensure_ascii=False, indent=1), encoding="utf-8")
    changes = compare(earlier, run, bootstrap=bootstrap) if earlier else None
    listed = [d for d in run.differences if attribute in (None, d.attribute)][:errors]
    if as_json:
        typer.echo(json.dumps(_as_data(run, changes, listed), ensure_ascii=False))
    else:
        _show(run, changes, listed)
    for key, code in run.failures.items():
        record = next(p for p in predicted if p["id"] == key)
        messages.print(f"{key}: {code}: {record['error']['message']}", markup=False, highlight=False)
    if run.failures:
        raise typer.Exit(1)


def _evaluate_lawbench(
    file: Path, tagger: Path | None, predictions: Path | None, bootstrap: int, as_json: bool
) -> None:
    if tagger is None:
        raise JiuzhuError(
            "lawbench.no_tagger", "没有给出盗窃案实体模型", "请用 --tagger 给出 jiuzhu theft train 的运行目录"
        )
    from api.lawbench import evaluate_lawbench  # its network library is not needed otherwise

    evaluate_lawbench(file, tagger, predictions=predictions, bootstrap=bootstrap, as_json=as_json)


def _chosen(records: dict[str, dict[str, Any]], cases: list[str] | None) -> dict[str, dict[str, Any]]:
    unknown = [key for key in cases or () if key not in records]
    if unknown:
        raise JiuzhuError("evaluate.no_case", f"标注中没有案件 {unknown[0]}", "请核对 --case 的编号")
    return {key: record for key, record in records.items() if not cases or key in cases}


def _earlier_run(path: Path) -> EvaluationRun:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        data = {}
    return load_run(data if isinstance(data, dict) else {})


def _progress(console: Console) -> Progress:
    """Bar on standard error, and only where that is a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _as_data(run: EvaluationRun, changes: Comparison | None, listed: Iterable[Difference]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "table": run.table,
        "intervals": run.intervals,
        "versions": run.versions,
        "failures": run.failures,
        "characters": run.characters,
        "seconds": round(run.seconds, 3),
        "differences": [_line(difference) for difference in listed],
    }
    if changes:
        data["against"] = {
            "cases": changes.cases,
            "gains": [_line(d) for d in changes.gains],
            "losses": [_line(d) for d in changes.losses],
            "deltas": changes.deltas,
        }
    return data


def _show(run: EvaluationRun, changes: Comparison | None, listed: Iterable[Difference]) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    table = RichTable("项目", "精确率", "召回率", "F1 / 比例", "95% 区间", "标注数")
    for column in table.columns[1:]:
        column.justify = "right"
    for key, row in run.table.items():
        interval = _interval(run.intervals, key)
        title = TITLES.get(key, key)
        if isinstance(row, dict):
            measured = row["support"] > 0  # nothing labelled: nothing measured, which is not a 0
            figures = (f"{row[name]:.4f}" if measured else "—" for name in ("precision", "recall", "f1"))
            table.add_row(title, *figures, interval if measured else "", str(row["support"]))
        else:
            table.add_row(title, "", "", "—" if row is None else f"{row:.4f}", interval, "")
    console.print(table, soft_wrap=False)
    rate = run.characters / run.seconds if run.seconds else 0.0
    console.print(f"{len(run.scores)} 案，{run.characters:,} 字，{run.seconds:.1f} 秒，每秒 {rate:,.0f} 字")
    for difference in listed:
        console.print(_line(difference))
    if changes:
        _show_changes(console, changes)


def _show_changes(console: Console, changes: Comparison) -> None:
    console.print(f"与先前运行相比（{changes.cases} 案）：改对 {len(changes.gains)}，改错 {len(changes.losses)}")
    for sign, changed in (("+", changes.gains), ("-", changes.losses)):
        for difference in changed:
            console.print(f"{sign} {_line(difference)}")
    for key in ("victim", MICRO_SIX, MEAN_SIX):
        if key in changes.deltas:
            low, high = changes.deltas[key]
            console.print(f"{TITLES[key]} 变化的 95% 区间：{low:+.4f} … {high:+.4f}")


def _interval(intervals: Mapping[str, tuple[float, float]], key: str) -> str:
    if key not in intervals:
        return ""
    low, high = intervals[key]
    return f"{low:.3f}–{high:.3f}"


def _line(difference: Difference) -> str:
    """One difference on one line: case, attribute, victim, what is wrong, both sides with their places."""
    return "\t".join(
        (
            difference.case,
            difference.attribute,
            difference.victim,
            f"{_OUTCOMES[difference.outcome]} {difference.value}",
            f"标注 {list(difference.gold)} {_places(difference.gold_places)}",
            f"得到 {list(difference.got)} {_places(difference.got_places)}",
        )
    )


def _places(places: Iterable[Place]) -> str:
    return " ".join(f"{p.document}[{p.start}:{p.end}]“{p.text}”" for p in list(places)[:4]).replace("\n", "⏎")
