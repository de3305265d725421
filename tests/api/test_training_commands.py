"""From a corpus to a model that reads, by the commands alone, on toy settings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from api.commands.model import model_app
from api.commands.pretrain import pretrain_command
from api.commands.train import train_command
from api.commands.weak import weak_command
from api.learned import choose_recognizers
from api.training import noise_settings, shipped_settings, texts_beside
from dossier.errors import JiuzhuError
from models.examples import read_examples, write_examples
from models.training_settings import FinetuneSettings, read_settings
from nlp.labels import label_scheme
from tests.models.invented_cases import example, write_corpus


def call(command: object, *arguments: object) -> Result:
    app = typer.Typer()
    app.command()(command)  # type: ignore[type-var]
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def model(*arguments: object) -> Result:
    return CliRunner().invoke(model_app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch").set_num_threads(1)
    for name in ("transformers", "onnx"):
        pytest.importorskip(name)
    place = tmp_path_factory.mktemp("training")
    corpus = write_corpus(place / "corpus")
    tiny = shipped_settings("pretrain-tiny")
    done = call(pretrain_command, corpus, "--run", place / "encoder", "--settings", tiny)
    assert done.exit_code == 0, done.output
    write_examples(place / "examples.jsonl", [example(number) for number in range(60)])
    written = "\n".join(
        f"### p{n} 起诉书\n⟦鄢某|P:a1⟧打伤被害人⟦沈某|P:v1⟧，⟦沈某|P:v1⟧构成⟦轻伤一级|I:v1=轻伤一级⟧。\n"
        for n in range(3)
    )
    (place / "passages.txt").write_text(written, encoding="utf-8")
    done = call(
        train_command,
        *("--run", place / "run", "--base", place / "encoder" / "encoder"),
        *("--examples", place / "examples.jsonl", "--passages", place / "passages.txt"),
        *("--settings", shipped_settings("finetune-tiny"), "--people-settings", shipped_settings("finetune-tiny")),
        *("--version", "toy-1", "--models", place / "models"),
        *("--noise", 0.5),
    )
    assert done.exit_code == 0, done.output
    return place


def test_a_student_learns_from_a_teacher_and_from_text_without_labels(folder: Path, tmp_path: Path) -> None:
    """The toy model teaches a student of the same shape: after a few epochs both say nearly the same."""
    tiny = shipped_settings("finetune-tiny")
    common = (
        *("--run", tmp_path / "student", "--base", folder / "encoder" / "encoder"),
        *("--examples", folder / "examples.jsonl", "--passages", folder / "passages.txt"),
        *("--settings", tiny, "--people-settings", tiny, "--version", "toy-2", "--models", tmp_path / "models"),
        *("--unlabelled", folder / "corpus"),
    )
    refused = call(train_command, *common)
    assert isinstance(refused.exception, JiuzhuError)
    assert refused.exception.code == "training.no_teacher"
    done = call(train_command, *common, "--teacher", folder / "run")
    assert done.exit_code == 0, done.output
    assert "unlabelled" in done.output
    manifest = json.loads((tmp_path / "models" / "toy-2" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["made_from"]["teacher"] == "run"
    assert manifest["scores"]["credited_f1"] > 0.5


def test_the_loss_curve_is_kept_as_data(folder: Path) -> None:
    records = [json.loads(line) for line in (folder / "encoder" / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert records[-1]["loss"] < records[0]["loss"]


def test_the_model_is_listed_compared_used_and_shown(folder: Path) -> None:
    models = ("--models", folder / "models")
    assert model("list", *models).output == "  toy-1\n"
    refused = model("use", "toy-1", *models)
    assert isinstance(refused.exception, JiuzhuError)
    assert refused.exception.code == "model.not_compared"
    choose_recognizers.cache_clear()
    done = model("compare", "patterns", "toy-1", "--gold", write_gold(folder), "--processes", 1, *models)
    assert done.exit_code == 0, done.output
    assert "未通过：六项属性合计的 F1 没有提高" in done.output
    assert model("use", "toy-1", "--anyway", *models).exit_code == 0
    assert model("list", *models).output == "* toy-1\t未经对比换用\n"
    card = model("show", *models).output
    assert card.startswith("# Model toy-1")
    assert '"written+told": 3' in card
    assert "对比 patterns，gold.jsonl（1 案）" in card


def write_gold(folder: Path) -> Path:
    """A case that the patterns read without a fault, so that no model can be better."""
    text = "起诉书\n被告人鄢某持棍打被害人沈某，经鉴定沈某构成轻伤一级。"
    record = {
        "id": "c1",
        "victims": [
            {"name": "沈某", "aliases": [], "type": "person", "injury": {"grade": "轻伤一级", "quotes": ["轻伤一级"]}}
        ],
    }
    (folder / "gold.jsonl").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    line = json.dumps({"id": "c1", "text": text}, ensure_ascii=False)
    (folder / "gold.texts.jsonl").write_text(line, encoding="utf-8")
    return folder / "gold.jsonl"


def test_noisy_copies_are_learned_from_and_never_measured_on(folder: Path) -> None:
    from models.finetune import held_out_cases

    manifest = json.loads((folder / "models" / "toy-1" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["made_from"]["noise"] == 0.5
    assert 15 <= manifest["made_from"]["examples"]["written+noisy"] <= 45
    settings = read_settings(shipped_settings("finetune-tiny"), FinetuneSettings)
    clean = [example(number) for number in range(60)]
    passages = [replace(clean[0], case=f"p{number}") for number in range(3)]
    held_out = held_out_cases([*clean, *passages], settings.held_out_share, settings.seed)
    assert manifest["scores"]["held_out_examples"] == len(held_out)


def test_noise_without_settings_is_refused() -> None:
    settings = read_settings(shipped_settings("finetune-tiny"), FinetuneSettings)
    assert noise_settings(settings) == settings.noise
    with pytest.raises(JiuzhuError, match=r"training\.no_noise"):
        noise_settings(settings.model_copy(update={"noise": None}))


def test_the_model_reads_beside_the_patterns(folder: Path) -> None:
    model("use", "toy-1", "--anyway", "--models", folder / "models")
    choose_recognizers.cache_clear()
    both = choose_recognizers(folder / "models", threads=1)
    assert both.model == "toy-1"
    assert both.recognizers is not None
    assert [r.name for r in both.recognizers][-1] == "model"
    assert both.finder is not None
    alone = choose_recognizers(folder / "models", "model", threads=1)
    assert alone.recognizers is not None
    assert [r.name for r in alone.recognizers] == ["model"]


def test_the_model_checks_weak_labels_of_the_patterns(folder: Path) -> None:
    corpus, out, scheme = folder / "corpus", folder / "weak.jsonl", label_scheme()
    done = call(weak_command, corpus, "--out", out, "--models", folder / "models", "--version", "toy-1")
    assert done.exit_code == 0, done.output
    agreed = read_examples(out, scheme)
    assert {found.source for found in agreed} == {"agreed+weak"}
    assert {span.label for found in agreed for span in found.spans} <= {
        f"injury.{grade}" for grade in ("light", "serious", "slight")
    }
    assert any(span.owners for found in agreed for span in found.spans)


@pytest.mark.parametrize("action", ["show", "back"])
def test_without_a_model_the_command_says_so(tmp_path: Path, action: str) -> None:
    done = model(action, "--models", tmp_path)
    assert isinstance(done.exception, JiuzhuError)
    assert done.exception.code == "model.missing"


def test_gold_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JiuzhuError, match=r"training\.no_texts"):
        texts_beside(tmp_path / "train.jsonl")


def test_nothing_to_learn_from_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    needed = ("--run", tmp_path / "run", "--base", tmp_path, "--version", "x", "--models", tmp_path)
    done = call(train_command, *needed)
    assert isinstance(done.exception, JiuzhuError)
    assert done.exception.code == "training.no_examples"
