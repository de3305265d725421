"""Pre-training on a toy network: it learns, can be interrupted anywhere, and leaves an encoder others can load."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dossier.errors import JiuzhuError, ModelUnavailable
from models.training_settings import FinetuneSettings, PretrainSettings, read_settings
from tests.contracts.source_tree import ROOT
from tests.models.invented_cases import write_corpus

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
torch.set_num_threads(1)  # more only wait for each other on a toy network

CONFIGS = ROOT / "models" / "configs"
TINY = CONFIGS / "pretrain-tiny.toml"


def settings(**changes: object) -> PretrainSettings:
    return read_settings(TINY, PretrainSettings).model_copy(update=changes)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"))


def weights(run: Path) -> dict[str, torch.Tensor]:
    state: dict[str, torch.Tensor] = torch.load(run / "checkpoint.pt", weights_only=True)["model"]
    return state


def records(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]


def test_an_interrupted_run_ends_like_one_that_was_not(corpus: Path, tmp_path: Path) -> None:
    from models.pretrain import pretrain

    given = settings(bf16=False)
    pretrain(given, corpus, tmp_path / "whole", most_steps=8)
    for stop in (3, 4, 8):
        pretrain(given, corpus, tmp_path / "parts", most_steps=stop)
    whole, parts = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert all(torch.equal(whole[name], parts[name]) for name in whole)
    assert [r["step"] for r in records(tmp_path / "parts")] == [r["step"] for r in records(tmp_path / "whole")]


def test_a_crash_in_the_middle_keeps_what_was_learned(corpus: Path, tmp_path: Path) -> None:
    from models.pretrain import Progress, pretrain

    def crash(progress: Progress) -> None:
        if progress.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pretrain(settings(), corpus, tmp_path / "run", on_progress=crash)
    assert torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)["step"] == 3


def test_the_loss_falls(corpus: Path, tmp_path: Path) -> None:
    from models.pretrain import pretrain

    pretrain(settings(learning_rate=5e-3, total_tokens=60_000), corpus, tmp_path / "run", most_steps=80)
    held_out = [r["held_out"] for r in records(tmp_path / "run") if r["held_out"] is not None]
    assert held_out[-1] < 0.8 * held_out[0]


def test_a_time_budget_ends_a_run(corpus: Path, tmp_path: Path) -> None:
    from models.pretrain import pretrain

    pretrain(settings(), corpus, tmp_path / "run", minutes=0.0)
    assert torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)["step"] == 0


@pytest.mark.parametrize("stem", [True, False])
def test_the_encoder_is_loaded_by_its_folder_alone(corpus: Path, tmp_path: Path, stem: bool) -> None:
    from transformers import AutoModel

    from models.pretrain import pretrain

    given = settings(bf16=False)
    given = given.model_copy(update={"encoder": given.encoder.model_copy(update={"stem": stem})})
    pretrain(given, corpus, tmp_path / "run", most_steps=2)
    loaded = AutoModel.from_pretrained(tmp_path / "run" / "encoder").state_dict()
    trained = {k.removeprefix("encoder."): v for k, v in weights(tmp_path / "run").items() if k.startswith("encoder.")}
    assert loaded.keys() == trained.keys()
    assert all(torch.equal(loaded[name], trained[name]) for name in trained)


def test_training_goes_on_from_another_encoder(corpus: Path, tmp_path: Path) -> None:
    from models.pretrain import pretrain

    pretrain(settings(), corpus, tmp_path / "one", most_steps=2)
    pretrain(settings(), corpus, tmp_path / "two", base=tmp_path / "one" / "encoder", most_steps=0)
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    assert all(torch.equal(one[name], two[name]) for name in one if name.startswith("encoder."))


def test_a_folder_without_an_encoder_is_refused(tmp_path: Path) -> None:
    from models.encoder import load_encoder

    with pytest.raises(ModelUnavailable) as caught:
        load_encoder(tmp_path)
    assert caught.value.code == "model.encoder"


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_settings_file_is_complete(path: Path) -> None:
    read_settings(path, PretrainSettings if path.stem.startswith("pretrain") else FinetuneSettings)


@pytest.mark.parametrize(
    ("text", "told"), [("seed = 1\n", "window"), ("seed = \n", "TOMLDecodeError"), ("sead = 1\n", "sead")]
)
def test_a_settings_file_that_is_wrong_says_where(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "run.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(JiuzhuError, match=r"training\.settings") as caught:
        read_settings(path, FinetuneSettings)
    assert told in caught.value.message or told == "sead"


def test_a_corpus_without_text_says_where(tmp_path: Path) -> None:
    from models.corpus import corpus_files, read_texts

    (tmp_path / "a.jsonl").write_text('{"text": "甲"}\n{"id": 1}\n', encoding="utf-8")
    with pytest.raises(JiuzhuError, match="第2行"):
        list(read_texts(corpus_files(tmp_path)[0]))
    with pytest.raises(JiuzhuError, match=r"corpus\.empty"):
        corpus_files(tmp_path / "nowhere")
