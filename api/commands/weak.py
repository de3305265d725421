"""`jiuzhu weak`: training examples out of raw text, labelled by what patterns and a learned recognizer read alike.

With `--whole` the patterns' own findings stand for an annotator's record of each text: a first lesson for a large
network, before labelled cases (`--base` of `jiuzhu train`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from annotation.weak_labels import weak_examples
from api.commands.evaluate import predict_case
from api.learned import choose_recognizers
from models.cases import ONE_TEXT, CaseText, read_records
from models.corpus import corpus_files, read_documents
from models.examples import WEAK, Example, write_examples
from models.gold_examples import gold_examples
from models.person_examples import gold_person_examples
from nlp.labels import label_scheme

_TELL_EVERY = 1000  # documents
_PATTERNS = f"patterns{WEAK}"


def weak_command(
    corpus: Annotated[Path, typer.Argument(help="语料：文件夹或文件，每行 {text}，可为 .xz、.gz", exists=True)],
    out: Annotated[Path, typer.Option("--out", help="写入的训练样本文件，可交给 jiuzhu train --examples")],
    models: Annotated[Path | None, typer.Option("--models", help="模型目录；只给 --version 则用随附的目录")] = None,
    version: Annotated[str | None, typer.Option("--version", help="模型版本；只给 --models 则用正在使用的版本")] = None,
    whole: Annotated[
        Path | None,
        typer.Option(
            "--whole", help="改为整篇取用、全信规则：人物样本写入此文件（交给 --people-examples），属性样本写入 --out"
        ),
    ] = None,
    most: Annotated[int | None, typer.Option("--most", min=1, help="最多写出几个样本")] = None,
    leave_out: Annotated[
        list[Path] | None,
        typer.Option("--leave-out", help="标注文件（可重复）：已有标注的案件不再取用", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """弱标注：从未标注的文本取训练样本。规则与模型读法一致的为标签，不一致处不参与学习；不给模型则只取规则的读法。"""
    learned = None
    if models is not None or version is not None:
        (learned,) = choose_recognizers(models, "model", version=version).recognizers or (None,)
    known = {case for path in leave_out or () for case in read_records(path)}
    console = Console(stderr=True, highlight=False)
    read = Counter[str]()
    cases = _cases(corpus_files(corpus), known, read, console)
    if whole is not None:
        told = [pattern_examples(case) for case in islice(cases, most)]
        write_examples(out, [example for attributes, _ in told for example in attributes])
        write_examples(whole, [example for _, people in told for example in people])
        typer.echo(f"{out}\t{len(told)}")
        return
    scheme = label_scheme()
    found = list(islice((e for case in cases for e in weak_examples(case, scheme, learned)), most))
    write_examples(out, found)
    labels = Counter(span.label.split(".")[0] for example in found for span in example.spans)
    left = sum(len(example.unsure) for example in found)
    console.print(f"读 {read['documents']} 篇，片段 {dict(labels)}，另有 {left} 处不参与学习", markup=False)
    typer.echo(f"{out}\t{len(found)}")


def pattern_examples(case: CaseText) -> tuple[list[Example], list[Example]]:
    """Attributes and people of a case as the patterns read it; nothing of a text without victims."""
    record = predict_case(case, readers="patterns")
    if not record["victims"]:
        return [], []
    records, texts = {case.id: record}, {case.id: case}
    attributes = gold_examples(records, texts, label_scheme())
    people = gold_person_examples(records, texts)
    return [replace(e, source=_PATTERNS) for e in attributes], [replace(e, source=_PATTERNS) for e in people]


def _cases(paths: Sequence[Path], known: set[str], read: Counter[str], console: Console) -> Iterator[CaseText]:
    """Every document that is no labelled case, with the progress on the console."""
    for path in paths:
        for name, text in read_documents(path):
            read["documents"] += 1
            if read["documents"] % _TELL_EVERY == 0:
                console.print(f"已读 {read['documents']} 篇", markup=False)
            if name not in known:
                yield CaseText(name, {ONE_TEXT: text})
