"""`jiuzhu train`: fine-tune an encoder on labelled cases into a model of the registry. Needs the extra `[train]`."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from annotation.markup import read_passages
from annotation.noise import with_noisy_copies
from annotation.variety import variety_of
from api.training import (
    gather_examples,
    gather_person_examples,
    gather_unlabelled,
    noise_settings,
    require_training,
    shipped_settings,
)
from dossier.errors import JiuzhuError
from models.comparison import sha256_of
from models.examples import Example
from models.person_examples import unmarked
from models.store import shipped_encoder
from models.training_settings import FinetuneSettings, read_settings
from nlp.labels import LabelScheme, label_scheme, person_scheme

if TYPE_CHECKING:
    from models.finetune import Epoch, Finetuned

_ENCODER = "encoder"  # folder in a run


def train_command(
    run: Annotated[Path, typer.Option("--run", help="运行目录；再次给出同一目录即从断点继续")],
    version: Annotated[str, typer.Option("--version", help="新模型的版本名")],
    models: Annotated[Path, typer.Option("--models", help="新模型写入的模型目录")],
    base: Annotated[
        Path | None,
        typer.Option("--base", help="编码器（Hugging Face 目录）；不给则用随附的", exists=True, file_okay=False),
    ] = None,
    gold: Annotated[list[Path] | None, typer.Option("--gold", help="标注（可重复）；旁边须有 .texts.jsonl")] = None,
    passages: Annotated[list[Path] | None, typer.Option("--passages", help="自写段落（可重复）")] = None,
    examples: Annotated[list[Path] | None, typer.Option("--examples", help="现成的训练样本（可重复）")] = None,
    theft: Annotated[
        list[Path] | None, typer.Option("--theft", help="公开的盗窃案实体语料（可重复），供人物识别学习")
    ] = None,
    people_base: Annotated[
        Path | None,
        typer.Option("--people-base", help="人物识别的编码器；不给则同 --base", exists=True, file_okay=False),
    ] = None,
    people_examples: Annotated[
        list[Path] | None, typer.Option("--people-examples", help="现成的人物样本（可重复）")
    ] = None,
    teacher: Annotated[
        Path | None,
        typer.Option(
            "--teacher", help="教师：另一次 jiuzhu train 的运行目录（词表须相同）", exists=True, file_okay=False
        ),
    ] = None,
    unlabelled: Annotated[
        Path | None, typer.Option("--unlabelled", help="未标注的语料，与教师一起读；须同时给 --teacher", exists=True)
    ] = None,
    settings: Annotated[Path | None, typer.Option("--settings", help="训练设置（TOML）；不给则用随附的")] = None,
    people_settings: Annotated[
        Path | None, typer.Option("--people-settings", help="人物识别的训练设置（TOML）；不给则用随附的")
    ] = None,
    noise: Annotated[
        float, typer.Option("--noise", min=0, help="每个样本平均另加几份带噪声的副本（改名、误识、断句缺失）")
    ] = 0.0,
    beside_patterns: Annotated[
        bool,
        typer.Option(
            "--beside-patterns/--not-beside-patterns", help="属性识别是否与规则一起阅读；对规则没有补充时可不用，省时间"
        ),
    ] = True,
    again: Annotated[bool, typer.Option("--again", help="丢弃运行目录中的断点，从头训练")] = False,
) -> None:
    """训练：用标注微调编码器，先学人物识别，再学属性识别；导出、校准，写入模型目录并附说明。

    按案件留出验证，早停，可中断后继续。
    """
    require_training()
    from models.release import release

    given = read_settings(settings or shipped_settings("finetune-small"), FinetuneSettings)
    of_people = read_settings(people_settings or shipped_settings("finetune-people"), FinetuneSettings)
    found = _noisy(gather_examples(gold or [], passages or [], examples or [], label_scheme()), noise, given)
    if not found:
        raise JiuzhuError("training.no_examples", "没有训练样本", "请用 --gold、--passages 或 --examples 给出标注")
    labelled = gather_person_examples(gold or [], passages or [], theft or [], people_examples or [])
    persons = unmarked(_noisy(labelled, noise, of_people))
    if unlabelled is not None and teacher is None:
        raise JiuzhuError("training.no_teacher", "未标注的语料只能与教师一起读", "请用 --teacher 给出教师的运行目录")
    found += tuple(gather_unlabelled(unlabelled, label_scheme()))
    base = base or shipped_encoder()
    if again:
        shutil.rmtree(run, ignore_errors=True)
    console = Console(stderr=True, highlight=False)
    people = None
    if persons:
        persons += unmarked(gather_unlabelled(unlabelled, person_scheme()))
        taught = _Task("人物", "people", person_scheme(), of_people)
        people = taught.tuned(persons, people_base or base, run, teacher, console)
    tuned = _Task("属性", "attributes", label_scheme(), given).tuned(found, base, run, teacher, console)
    made_from = {
        "settings": given.model_dump(),
        "people_settings": of_people.model_dump(),
        "base": base.name,
        "teacher": None if teacher is None else teacher.name,
        "examples": dict(Counter(example.source for example in found)),
        "people_examples": dict(Counter(example.source for example in persons)),
        "noise": noise,
        "passages": _variety(passages or []),
        "files": [path.name for path in (*(gold or []), *(passages or []), *(examples or []), *(theft or []))],
        "gold_sha256": sorted(sha256_of(path) for path in gold or []),
        "epochs": len(tuned.epochs),
    }
    manifest = release(tuned, models, version, made_from, people=people, beside_patterns=beside_patterns)
    typer.echo(f"{models / version}\t{manifest.precision}\t{manifest.scores['credited_f1']}")


def _variety(files: Sequence[Path]) -> dict[str, float]:
    """How much the written passages repeat each other: shares of 8-grams, for the card."""
    passages = [passage for path in files for passage in read_passages(path)]
    variety = variety_of(passages)
    return {
        "count": len(passages),
        "characters": sum(len(passage.text) for passage in passages),
        "distinct_8_grams": round(variety.distinct, 4),
        "8_grams_in_another_passage": round(variety.shared, 4),
    }


def _noisy(examples: Iterable[Example], share: float, settings: FinetuneSettings) -> tuple[Example, ...]:
    found = tuple(examples)
    return tuple(with_noisy_copies(found, share, noise_settings(settings), settings.seed)) if share else found


@dataclass(frozen=True, slots=True)
class _Task:
    """One of the two networks."""

    title: str
    folder: str
    scheme: LabelScheme
    settings: FinetuneSettings

    def tuned(
        self, examples: Sequence[Example], base: Path, run: Path, teacher: Path | None, console: Console
    ) -> Finetuned:
        """Train it with its progress on the console; its encoder is kept in the run, for a further run or a student."""
        from models.finetune import finetune, tuned_tagger

        sources = Counter(example.source for example in examples)
        spans = sum(len(example.spans) for example in examples)
        console.print(f"{self.title}：样本 {dict(sources)}，片段 {spans}", markup=False)
        teaching = None
        if teacher is not None:
            place = teacher / self.folder
            teaching = tuned_tagger(self.settings, place / _ENCODER, place, self.scheme)

        def tell(epoch: Epoch) -> None:
            console.print(
                f"{self.title}：第 {epoch.epoch} 轮，损失 {epoch.loss:.4f}，留出：严格 {epoch.strict_f1:.4f}，"
                f"相交 {epoch.touching_f1:.4f}，连同归属 {epoch.credited_f1:.4f}",
                markup=False,
            )

        place = run / self.folder
        found = finetune(self.settings, examples, base, place, self.scheme, teacher=teaching, on_epoch=tell)
        found.tagger.encoder.save_pretrained(place / _ENCODER)
        found.vocabulary.save(place / _ENCODER)
        return found
