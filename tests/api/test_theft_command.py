"""From invented theft sentences to a tagger and its scores, by the commands alone, on toy settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from api.commands.evaluate import evaluate_command
from api.commands.theft import theft_command
from api.training import shipped_settings
from dossier.errors import JiuzhuError, ModelUnavailable
from models.theft import read_theft, theft_scheme
from models.theft_answers import expected_of, values_of
from models.training_settings import FinetuneSettings, PretrainSettings, read_settings
from tests.models.invented_thefts import write_thefts


def call(command: object, *arguments: object) -> Result:
    app = typer.Typer()
    app.command()(command)  # type: ignore[type-var]
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write_benchmark(path: Path, thefts: Path) -> Path:
    """A LawBench file of the same sentences."""
    scheme = theft_scheme()
    records = []
    for sentence in read_theft(thefts):
        values = values_of(sentence.text, [(s.start, s.end, s.label) for s in sentence.spans], scheme)
        records.append(
            {"instruction": "提取实体。", "question": f"句子:{sentence.text}", "answer": expected_of(values)}
        )
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy encoder, 160 sentences, and the run of a tagger trained on them."""
    pytest.importorskip("torch").set_num_threads(1)
    for name in ("transformers", "onnx"):
        pytest.importorskip(name)
    from models.pretrain import pretrain

    place = tmp_path_factory.mktemp("theft")
    thefts = write_thefts(place / "train.jsonl.xz", 160)
    texts = [json.dumps({"text": sentence.text}, ensure_ascii=False) + "\n" for sentence in read_theft(thefts)]
    (place / "corpus.jsonl").write_text("".join(texts), encoding="utf-8")
    settings = read_settings(shipped_settings("pretrain-tiny"), PretrainSettings)
    pretrain(settings, place / "corpus.jsonl", place / "pretraining", most_steps=5)
    done = call(
        theft_command,
        *("train", thefts, "--base", place / "pretraining" / "encoder", "--run", place / "run", "--json"),
        *("--settings", shipped_settings("finetune-tiny")),
    )
    assert done.exit_code == 0, done.output
    (place / "scores.json").write_text(done.stdout, encoding="utf-8")
    return place


def test_the_toy_learns_the_kinds(folder: Path) -> None:
    scores = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    assert scores["sentences"] >= 8
    assert scores["strict_f1"] > 0.8
    assert scores["soft_f1"] > 0.8
    assert scores["entities"]["micro"]["strict"] == scores["strict_f1"]
    assert set(scores["entities"]["labels"]) == {
        "suspect.nhcs",
        "victim.nhvi",
        "goods_value.ncgv",
        "stolen_goods.nasi",
        "time.nt",
        "place.ns",
    }


def test_the_kept_tagger_scores_the_same_again(folder: Path) -> None:
    again = call(theft_command, "score", folder / "train.jsonl.xz", "--run", folder / "run", "--json")
    assert json.loads(again.stdout) == json.loads((folder / "scores.json").read_text(encoding="utf-8"))


def test_the_table_has_a_row_for_each_kind_that_occurs(folder: Path) -> None:
    shown = call(theft_command, "score", folder / "train.jsonl.xz", "--run", folder / "run")
    assert shown.exit_code == 0, shown.output
    assert "犯罪嫌疑人" in shown.stdout and "LawBench 2-6" in shown.stdout
    assert "作案工具" not in shown.stdout


def test_the_tenth_is_not_among_what_was_learned(folder: Path) -> None:
    from models.theft import split

    learned, held_out = split(read_theft(folder / "train.jsonl.xz"))
    record = json.loads((folder / "run" / "model" / "theft.json").read_text(encoding="utf-8"))
    assert record["made_from"]["sentences"] == len(learned) == 160 - len(held_out)


def test_the_benchmark_is_answered_and_scored(folder: Path, tmp_path: Path) -> None:
    questions = write_benchmark(tmp_path / "2-6.json", folder / "train.jsonl.xz")
    given = ("--lawbench", questions, "--tagger", folder / "run", "--bootstrap", 20)
    done = call(evaluate_command, *given, "--json", "--predictions", tmp_path / "answers.json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert data["sentences"] == 160
    assert data["soft_f1"] > 0.8
    assert data["interval"][0] <= data["soft_f1"] <= data["interval"][1]
    answers = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert len(answers) == 160
    assert answers["7"]["prediction"].startswith("犯罪嫌疑人:")
    told = call(evaluate_command, *given).stdout
    assert f"{data['soft_f1']:.4f}" in told and "160 句" in told


def test_a_finished_run_is_not_trained_again(folder: Path) -> None:
    log = (folder / "run" / "log.jsonl").read_bytes()
    done = call(
        theft_command,
        *("train", folder / "train.jsonl.xz", "--base", folder / "pretraining" / "encoder", "--run", folder / "run"),
        *("--settings", shipped_settings("finetune-tiny")),
    )
    assert done.exit_code == 0, done.output
    assert (folder / "run" / "log.jsonl").read_bytes() == log


def test_the_shipped_settings_hold_nothing_that_needs_people() -> None:
    settings = read_settings(shipped_settings("finetune-theft"), FinetuneSettings)
    assert (settings.owner_weight, settings.mark_dropout) == (0, 0)


def test_training_without_an_encoder_is_refused(folder: Path, tmp_path: Path) -> None:
    done = call(theft_command, "train", folder / "train.jsonl.xz", "--run", tmp_path / "run")
    assert isinstance(done.exception, JiuzhuError)
    assert done.exception.code == "theft.no_base"


def test_too_few_sentences_are_refused(folder: Path, tmp_path: Path) -> None:
    few = write_thefts(tmp_path / "few.jsonl.xz", 1)
    done = call(theft_command, "train", few, "--base", folder / "pretraining" / "encoder", "--run", tmp_path / "run")
    assert isinstance(done.exception, JiuzhuError)
    assert done.exception.code == "theft.too_few"


@pytest.mark.parametrize("record", [None, '{"schema": "jiuzhu.theft/1", "scheme": "0:x", "window": 9, "overlap": 0}'])
def test_a_folder_without_a_tagger_is_refused(tmp_path: Path, record: str | None) -> None:
    from models.theft_model import load_tagger

    if record is not None:
        (tmp_path / "theft.json").write_text(record, encoding="utf-8")
    with pytest.raises(ModelUnavailable) as caught:
        load_tagger(tmp_path)
    assert caught.value.code == "theft.no_model"


def test_the_benchmark_needs_a_tagger_and_an_evaluation_needs_files(tmp_path: Path) -> None:
    questions = tmp_path / "2-6.json"
    questions.write_text("[]", encoding="utf-8")
    without = call(evaluate_command, "--lawbench", questions)
    assert without.exit_code == 2
    assert "lawbench.no_tagger" in without.stderr
    alone = call(evaluate_command)
    assert alone.exit_code == 2
    assert "evaluate.no_gold" in alone.stderr
