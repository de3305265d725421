"""What the training commands share: the check for the extra, shipped settings, and examples out of named files."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from annotation.markup import read_passages
from annotation.unlabelled import unlabelled_examples
from annotation.written_examples import written_examples
from annotation.written_people import written_person_examples
from dossier.errors import JiuzhuError, ModelUnavailable
from models.cases import ONE_TEXT, CaseText, read_records, read_texts
from models.corpus import corpus_files, read_documents
from models.examples import Example, read_examples
from models.gold_examples import gold_examples
from models.person_examples import gold_person_examples, theft_person_examples
from models.theft import read_theft, split
from models.training_settings import FinetuneSettings, NoiseSettings
from nlp.labels import LabelScheme, person_scheme

_NEEDED = ("torch", "transformers", "onnx", "onnxruntime", "nervaluate")


def require_training() -> None:
    """Raises:
    ModelUnavailable: `training.missing` without the libraries of `[train]`.
    """
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise ModelUnavailable("training.missing", "没有安装训练组件", "请安装：pip install 'jiuzhu[train]'")


def shipped_settings(name: str) -> Path:
    """Path of a settings file that comes with the project."""
    return Path(str(files("models"))) / "configs" / f"{name}.toml"


def texts_beside(gold: Path) -> Path:
    """`dev.texts.jsonl` beside `dev.jsonl`.

    Raises:
        JiuzhuError: `training.no_texts`.
    """
    path = gold.with_name(f"{gold.name.removesuffix('.jsonl')}.texts.jsonl")
    if not path.is_file():
        raise JiuzhuError("training.no_texts", f"{gold.name} 旁边没有 {path.name}", "标注文件须与文本文件成对")
    return path


def noise_settings(settings: FinetuneSettings) -> NoiseSettings:
    """Raises:
    JiuzhuError: `training.no_noise`.
    """
    if settings.noise is None:
        raise JiuzhuError("training.no_noise", "训练设置中没有 [noise] 一节", "见 models/configs/finetune-small.toml")
    return settings.noise


def gather_examples(
    gold: Sequence[Path], passages: Sequence[Path], ready: Sequence[Path], scheme: LabelScheme
) -> Iterator[Example]:
    """Examples of gold files (with their texts beside them), of written passages, and ready-made ones."""
    for path in gold:
        yield from gold_examples(read_records(path), read_texts(texts_beside(path)), scheme)
    for path in passages:
        yield from written_examples(read_passages(path), scheme)
    for path in ready:
        yield from read_examples(path, scheme)


def gather_person_examples(
    gold: Sequence[Path], passages: Sequence[Path], theft: Sequence[Path], ready: Sequence[Path] = ()
) -> Iterator[Example]:
    """Examples for the people finder of gold files, written passages, published theft cases, and ready-made ones."""
    for path in gold:
        yield from gold_person_examples(read_records(path), read_texts(texts_beside(path)))
    for path in passages:
        yield from written_person_examples(read_passages(path))
    for path in theft:
        learned, _ = split(read_theft(path))
        yield from theft_person_examples(learned)
    for path in ready:
        yield from read_examples(path, person_scheme())


def gather_unlabelled(corpus: Path | None, scheme: LabelScheme) -> Iterator[Example]:
    """Raw text of a corpus file or folder that a student reads with its teacher."""
    for path in corpus_files(corpus) if corpus is not None else ():
        cases = (CaseText(name, {ONE_TEXT: text}) for name, text in read_documents(path))
        yield from unlabelled_examples(cases, scheme)
