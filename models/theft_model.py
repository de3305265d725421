"""A trained theft tagger as files: network, vocabulary, and a small record of what it is. Predicts without PyTorch.

Never a reader of dossiers: the registry (`models.store`) does not know it, and it knows nothing of owners or facts.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dossier.errors import ModelUnavailable
from models.manifest import NETWORK
from models.predict import MarkedText, Prediction, Predictor
from models.session import OnnxNetwork
from models.theft import TheftSentence, theft_scheme
from models.theft_answers import answer_of, values_of
from models.vocabulary import read_vocabulary
from nlp.text_view import normal

if TYPE_CHECKING:
    from models.finetune import Finetuned

FOLDER = "model"  # within a run
_RECORD = "theft.json"


class _TheftRecord(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    schema_name: Literal["jiuzhu.theft/1"] = Field("jiuzhu.theft/1", alias="schema")
    scheme: str
    window: int = Field(gt=0)
    overlap: int = Field(ge=0)
    made_from: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TheftTagger:
    """Finds the ten kinds of entities in sentences. Load it with `load_tagger`."""

    predictor: Predictor = field(repr=False)

    def tag(self, texts: Sequence[str]) -> list[list[Prediction]]:
        """Entities of each text; offsets are code points into it."""
        return self.predictor.predict([MarkedText(normal(text), ()) for text in texts])

    def tag_sentences(self, sentences: Sequence[TheftSentence]) -> list[list[Prediction]]:
        return self.tag([sentence.text for sentence in sentences])

    def answer(self, texts: Sequence[str]) -> list[str]:
        """An answer in LawBench's form for each text."""
        scheme = theft_scheme()
        return [
            answer_of(values_of(text, ((p.start, p.end, p.label.name) for p in found), scheme))
            for text, found in zip(texts, self.tag(texts), strict=True)
        ]


def save_tagger(tuned: Finetuned, folder: Path, made_from: Mapping[str, Any]) -> None:
    """Write a trained tagger in full precision; the folder appears when it is whole."""
    from models.export import export_full

    record = _TheftRecord(
        schema="jiuzhu.theft/1",
        scheme=tuned.scheme.signature(),
        window=tuned.settings.window,
        overlap=tuned.settings.overlap,
        made_from=dict(made_from),
    )
    building = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    export_full(tuned.tagger, building / NETWORK)
    tuned.vocabulary.save(building)
    (building / _RECORD).write_text(record.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)


def load_tagger(folder: Path, *, threads: int | None = None) -> TheftTagger:
    """The tagger in a folder that `save_tagger` wrote, or in the run that holds it.

    Raises:
        ModelUnavailable: `theft.no_model`, or another code where its files are damaged.
    """
    place = folder / FOLDER if (folder / FOLDER).is_dir() else folder
    try:
        record = _TheftRecord.model_validate_json((place / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError):
        record = None
    scheme = theft_scheme()
    if record is None or record.scheme != scheme.signature():
        raise ModelUnavailable(
            "theft.no_model",
            f"{folder.name} 中没有可用的盗窃案实体模型",
            "请先运行 jiuzhu theft train，再给出同一运行目录",
        )
    network = OnnxNetwork(place / NETWORK, threads=threads)
    return TheftTagger(Predictor(network, read_vocabulary(place), scheme, record.window, record.overlap))
