"""From a fine-tuned tagger to a model in the registry: export, quantize, calibrate, measure, write card and manifest.

Everything is built in a folder beside the final one and moved there when it is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.calibration import Calibration, expected_calibration_error, fit
from models.card import card
from models.entity_scores import entity_scores
from models.examples import Example
from models.export import export_full, precision_to_ship, quantize
from models.finetune import Finetuned
from models.manifest import (
    CARD,
    NETWORK,
    PEOPLE,
    SCHEMA,
    VOCABULARY,
    FileRecord,
    Manifest,
    record_of,
    write_manifest,
)
from models.predict import MarkedText, Prediction, Predictor
from models.session import OnnxNetwork
from models.span_scores import SpanScores, is_unsure, pairs, score_spans

LEAST_CONFIDENCE = 0.3  # read alone; beside patterns `nlp.combine` asks for more


def release(
    tuned: Finetuned,
    folder: Path,
    version: str,
    made_from: Mapping[str, Any],
    *,
    people: Finetuned | None = None,
    beside_patterns: bool = True,
    keep_full: bool = False,
) -> Manifest:
    """Write `folder/version`.

    Args:
        made_from: what the model was trained on, for the manifest and the card.
        people: the people finder that belongs to it, of the same vocabulary.
        beside_patterns: see `models.manifest.Manifest`.
        keep_full: ship full precision whatever int8 scores.
    """
    building = folder / f".{version}.new"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    network = _exported(tuned, building, NETWORK, keep_full=keep_full)
    tuned.vocabulary.save(building)
    calibration, report = _calibrated(tuned.held_out, network.predictions)
    measured = {"held_out_examples": len(tuned.held_out), **report, **network.measured()}
    names = [NETWORK, VOCABULARY, CARD]
    if people is not None:
        measured["people"] = _exported(people, building, PEOPLE, keep_full=keep_full).measured()
        names.append(PEOPLE)
    text = card(version, network.precision, measured, made_from)
    (building / CARD).write_text(text, encoding="utf-8")
    files: dict[str, FileRecord] = {name: record_of(building / name) for name in names}
    manifest = Manifest.model_validate(
        {
            "schema": SCHEMA,
            "version": version,
            "scheme": tuned.scheme.signature(),
            "person_scheme": people.scheme.signature() if people is not None else None,
            "beside_patterns": beside_patterns,
            "precision": network.precision,
            "window": tuned.settings.window,
            "overlap": tuned.settings.overlap,
            "slope": calibration.slope,
            "offset": calibration.offset,
            "least_confidence": LEAST_CONFIDENCE,
            "scores": measured,
            "made_from": dict(made_from),
            "files": files,
        }
    )
    write_manifest(manifest, building)
    shutil.rmtree(folder / version, ignore_errors=True)
    building.rename(folder / version)
    return manifest


@dataclass(frozen=True, slots=True)
class _Exported:
    """One network as it ships, with what it says of the held-out examples."""

    precision: str
    scores: SpanScores
    predictions: list[list[Prediction]]
    credited: Mapping[str, float]
    entities: Mapping[str, Any]

    def measured(self) -> dict[str, Any]:
        return {
            **{f"credited_f1_{name}": round(value, 4) for name, value in self.credited.items()},
            **self.scores.as_data(),
            "entities": self.entities,
        }


def _exported(tuned: Finetuned, building: Path, name: str, *, keep_full: bool) -> _Exported:
    """Write one network in the precision that the gate allows."""
    full, quantized = building / "fp32.onnx", building / "int8.onnx"
    export_full(tuned.tagger, full)
    quantize(full, quantized)
    predictions = {path.stem: _predict(tuned, path) for path in (full, quantized)}
    scores = {precision: score_spans(tuned.held_out, found) for precision, found in predictions.items()}
    chosen = precision_to_ship(scores["fp32"].credited_f1, scores["int8"].credited_f1)
    chosen = "fp32" if keep_full else chosen
    (building / f"{chosen}.onnx").rename(building / name)
    (quantized if chosen == "fp32" else full).unlink()
    return _Exported(
        chosen,
        scores[chosen],
        predictions[chosen],
        {precision: score.credited_f1 for precision, score in scores.items()},
        entity_scores(tuned.held_out, predictions[chosen]).as_data(),
    )


def _predict(tuned: Finetuned, path: Path) -> list[list[Prediction]]:
    predictor = Predictor(
        OnnxNetwork(path), tuned.vocabulary, tuned.scheme, tuned.settings.window, tuned.settings.overlap
    )
    return predictor.predict([MarkedText(example.text, example.mentions) for example in tuned.held_out])


def _calibrated(
    examples: Sequence[Example], predictions: Sequence[Sequence[Prediction]]
) -> tuple[Calibration, dict[str, float]]:
    """The calibration, and its error before and after (after: two-fold, each half judged by the other's fit)."""
    raw: list[float] = []
    right: list[bool] = []
    for example, found in zip(examples, predictions, strict=True):
        judged = [p for p in found if not is_unsure(p, example)]
        good = {id(p) for p, _ in pairs(judged, example.spans)}
        raw += [p.score for p in judged]
        right += [id(p) in good for p in judged]
    halves = [fit(raw[side::2], right[side::2]) for side in (1, 0)]
    crossed = [halves[number % 2].confidence(score) for number, score in enumerate(raw)]
    report = {
        "calibration_error_raw": round(expected_calibration_error(raw, right), 4),
        "calibration_error": round(expected_calibration_error(crossed, right), 4),
    }
    return fit(raw, right), report
