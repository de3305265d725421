"""From labelled examples to a model in the registry and to mentions, on a toy network; torch only while training."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dossier.errors import ModelUnavailable
from models.cases import CaseText, dossier_of
from models.examples import Example
from models.inputs import encode
from models.manifest import Manifest, read_manifest
from models.predict import MarkedText, Predictor
from models.store import ModelStore
from models.training_settings import FinetuneSettings, PretrainSettings, read_settings
from models.vocabulary import read_vocabulary
from nlp.facts import Injury
from nlp.labels import label_scheme
from nlp.mentions import Mention
from nlp.people import Cast, resolve_people
from nlp.reading import read
from tests.contracts.source_tree import ROOT
from tests.models.invented_cases import example, write_corpus

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")
torch.set_num_threads(1)

CONFIGS = ROOT / "models" / "configs"
EXAMPLES = tuple(example(number) for number in range(60))
SCHEME = label_scheme()
TEXT = "起诉书\n被告人鄢某持棍打被害人沈某，经鉴定沈某构成轻伤一级。鄢某在路口打被害人柳某，经鉴定柳某属重伤二级。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with one toy model, and the run that made it."""
    from models.finetune import finetune
    from models.pretrain import pretrain
    from models.release import release

    place = tmp_path_factory.mktemp("models")
    corpus = write_corpus(place / "corpus")
    tiny = read_settings(CONFIGS / "pretrain-tiny.toml", PretrainSettings)
    pretrain(tiny, corpus, place / "encoder-run", most_steps=10)
    settings = read_settings(CONFIGS / "finetune-tiny.toml", FinetuneSettings)
    tuned = finetune(settings, EXAMPLES, place / "encoder-run" / "encoder", place / "run", SCHEME)
    release(tuned, place / "registry", "toy-1", {"examples": len(EXAMPLES)})
    ModelStore(place / "registry").use("toy-1")
    return place


def manifest(folder: Path) -> Manifest:
    return read_manifest(folder / "registry" / "toy-1")


def test_the_toy_learns_spans_and_owners(folder: Path) -> None:
    scores = manifest(folder).scores
    assert scores["held_out_examples"] >= 10
    assert scores["touching_f1"] > 0.9
    assert scores["owner_accuracy"] > 0.9
    assert scores["entities"]["micro"]["strict"] == scores["strict_f1"]
    assert "partial" in (folder / "registry" / "toy-1" / "card.md").read_text(encoding="utf-8")
    assert 0 <= scores["calibration_error"] < 0.2


def test_quantizing_costs_little_or_is_not_shipped(folder: Path) -> None:
    scores = manifest(folder).scores
    small = scores["credited_f1_int8"] >= scores["credited_f1_fp32"] - 0.003
    assert manifest(folder).precision == ("int8" if small else "fp32")


def test_the_card_tells_every_label_and_where_it_comes_from(folder: Path) -> None:
    card = (folder / "registry" / "toy-1" / "card.md").read_text(encoding="utf-8")
    assert {"| injury.light |", "| injury.serious |", "| injury.slight |"} <= {
        line[: line.find("|", 2) + 1] for line in card.splitlines()
    }
    assert f'"examples": {len(EXAMPLES)}' in card


def cast_of(text: str) -> Cast:
    return resolve_people(
        tuple(read(document) for document in dossier_of(CaseText("c", {"起诉书.txt": text})).documents)
    )


def found(folder: Path, text: str) -> list[Mention]:
    from models.recognizer import load_model

    model = load_model(ModelStore(folder / "registry"), threads=1)
    assert model is not None
    assert model.finder is None  # this toy has none
    recognizer = model.recognizer
    assert recognizer is not None
    assert (recognizer.name, recognizer.version) == ("model", "toy-1")
    return list(recognizer.find(cast_of(text)))


def test_mentions_have_value_owner_and_confidence(folder: Path) -> None:
    cast = cast_of(TEXT)
    names = {person.id: person.name for person in cast.victims}
    told = {(m.value, tuple(names[o] for o in m.owners)) for m in found(folder, TEXT)}
    assert told == {(Injury("轻伤一级"), ("沈某",)), (Injury("重伤二级"), ("柳某",))}
    for mention in found(folder, TEXT):
        assert mention.recognizer == "model"
        assert 0.5 <= mention.score <= 1
        assert cast.papers[0].reading.text[mention.start : mention.end] in ("轻伤一级", "重伤二级")


def test_a_dossier_without_victims_gives_nothing(folder: Path) -> None:
    assert found(folder, "证明\n兹证明本村道路已经修好。") == []


def test_a_mention_deep_in_a_long_paper_is_found_once(folder: Path) -> None:
    """The same words count wherever the windows fall."""
    filler = "鄢某此前曾致人轻微伤被判刑。"
    for times in (0, 1, 2, 3, 5, 8):
        text = TEXT.replace("起诉书\n", "起诉书\n" + filler * times)
        places = [(m.start, m.end) for m in found(folder, text) if m.value == Injury("重伤二级")]
        assert len(places) == 1
        assert cast_of(text).papers[0].reading.text[slice(*places[0])] == "重伤二级"


def test_training_resumes_after_an_epoch(folder: Path, tmp_path: Path) -> None:
    from models.finetune import Epoch, finetune

    settings = read_settings(CONFIGS / "finetune-tiny.toml", FinetuneSettings).model_copy(
        update={"epochs": 4, "bf16": False}
    )
    base = folder / "encoder-run" / "encoder"

    def crash(epoch: Epoch) -> None:
        if epoch.epoch == 2:
            raise KeyboardInterrupt

    whole = finetune(settings, EXAMPLES[:20], base, tmp_path / "whole", SCHEME)
    with pytest.raises(KeyboardInterrupt):
        finetune(settings, EXAMPLES[:20], base, tmp_path / "parts", SCHEME, on_epoch=crash)
    parts = finetune(settings, EXAMPLES[:20], base, tmp_path / "parts", SCHEME)
    assert parts.epochs == whole.epochs
    assert parts.predictions == whole.predictions


def test_exported_networks_score_like_the_trained_one(folder: Path, tmp_path: Path) -> None:
    """Windows of other number and length than those it was exported with."""
    import numpy as np

    from models.encoder import load_encoder
    from models.export import export_full
    from models.inputs import batch_of
    from models.session import OnnxNetwork
    from models.tagger import Tagger, TorchNetwork
    from models.windows import Window

    base = folder / "encoder-run" / "encoder"
    vocabulary = read_vocabulary(base)
    torch.manual_seed(3)
    tagger = Tagger(load_encoder(base), SCHEME.width, owner_size=8, dropout=0.0)
    torch.nn.init.normal_(tagger.marks.weight)
    export_full(tagger, tmp_path / "full.onnx")
    inputs = [encode(e.text, e.mentions, vocabulary) for e in EXAMPLES[:3]]
    batch = batch_of([(i, Window(0, n, 0, n)) for i, n in zip(inputs, (37, 9, 1), strict=True)], vocabulary)
    ours = TorchNetwork(tagger, torch.device("cpu")).score(batch)
    theirs = OnnxNetwork(tmp_path / "full.onnx", threads=1).score(batch)
    seen = batch.mask.astype(bool)
    for one, other in ((ours.tags, theirs.tags), (ours.query, theirs.query), (ours.key, theirs.key)):
        assert np.abs(one[seen] - other[seen]).max() < 1e-4


def test_padding_does_not_change_what_is_found(folder: Path) -> None:
    from models.session import OnnxNetwork

    place = folder / "registry" / "toy-1"
    predictor = Predictor(
        OnnxNetwork(place / "network.onnx", threads=1),
        read_vocabulary(place),
        SCHEME,
        manifest(folder).window,
        manifest(folder).overlap,
    )
    texts = [
        MarkedText(e.text, e.mentions)
        for e in (*EXAMPLES[:6], replace(EXAMPLES[7], text=EXAMPLES[7].text + "此前" * 30))
    ]
    together = predictor.predict(texts)
    alone = [predictor.predict([text])[0] for text in texts]
    assert [[(p.start, p.end, p.label) for p in found] for found in together] == [
        [(p.start, p.end, p.label) for p in found] for found in alone
    ]


def test_serving_works_where_no_training_library_can_be_imported(folder: Path) -> None:
    """Blocked rather than looked for afterwards: spaCy imports torch of its own accord where it is installed."""
    program = f"""
import sys
for name in ("torch", "transformers", "tokenizers", "safetensors", "onnx", "onnxscript"):
    sys.modules[name] = None
from pathlib import Path
from models.recognizer import load_model
from models.store import ModelStore
from models.cases import CaseText, dossier_of
from nlp.people import resolve_people
from nlp.reading import read
model = load_model(ModelStore(Path({str(folder / "registry")!r})), threads=1)
cast = resolve_people(tuple(read(d) for d in dossier_of(CaseText("c", {{"起诉书.txt": {TEXT!r}}})).documents))
assert len(list(model.recognizer.find(cast))) == 2
"""
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture
def registry(folder: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(folder / "registry", tmp_path / "registry"))


def test_a_recognizer_that_adds_nothing_beside_patterns_reads_only_alone(registry: Path) -> None:
    from models.recognizer import load_model

    path = registry / "toy-1" / "manifest.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["beside_patterns"] is True
    path.write_text(json.dumps({**data, "beside_patterns": False}), encoding="utf-8")
    beside, alone = (load_model(ModelStore(registry), beside_patterns=b, threads=1) for b in (True, False))
    assert beside is not None
    assert beside.recognizer is None
    assert alone is not None
    assert alone.recognizer is not None


def test_a_damaged_model_is_named(registry: Path) -> None:
    from models.recognizer import load_model

    network = registry / "toy-1" / "network.onnx"
    content = bytearray(network.read_bytes())
    content[len(content) // 2] ^= 1
    network.write_bytes(bytes(content))
    with pytest.raises(ModelUnavailable) as caught:
        load_model(ModelStore(registry))
    assert caught.value.code == "model.damaged"
    assert "network.onnx" in caught.value.message


def test_a_model_of_another_label_scheme_is_refused(registry: Path) -> None:
    from models.recognizer import load_model

    path = registry / "toy-1" / "manifest.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, "scheme": "0:injury.light"}), encoding="utf-8")
    with pytest.raises(ModelUnavailable) as caught:
        load_model(ModelStore(registry))
    assert caught.value.code == "model.scheme"


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    from models.session import OnnxNetwork

    (tmp_path / "network.onnx").write_bytes(b"no network")
    with pytest.raises(ModelUnavailable, match=r"model\.damaged"):
        OnnxNetwork(tmp_path / "network.onnx")


def test_held_out_cases_do_not_move_when_others_come(folder: Path) -> None:
    from models.finetune import held_out_cases

    few: tuple[Example, ...] = EXAMPLES[:30]
    assert held_out_cases(few, 0.3, 1) == held_out_cases(EXAMPLES, 0.3, 1) & {e.case for e in few}
    assert held_out_cases(few, 0.3, 1) != held_out_cases(few, 0.3, 2)
