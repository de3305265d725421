"""The model card: what a model is for, what it was trained on, how it scores, what it gets wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from models.entity_scores import WAYS

_INTRODUCTION = (
    "Reads Chinese criminal case papers in two passes: the people finder marks who is harmed and who is accused; the",
    "recognizer marks words that state sex, age, disability, hardship, injury, compensation and loss of a victim, and",
    "whose they are. Suggestions to be checked, never decisions. A victim that is not found owns nothing.",
)


def card(version: str, precision: str, measured: Mapping[str, Any], made_from: Mapping[str, Any]) -> str:
    """The card in Markdown.

    Args:
        measured: `Manifest.scores`.
        made_from: `Manifest.made_from`.
    """
    lines = [
        f"# Model {version}",
        "",
        *_INTRODUCTION,
        "",
        f"Precision: {precision}. Measured on {measured['held_out_examples']} examples of cases that it did not learn.",
        f"Expected calibration error: {measured['calibration_error']:.3f} "
        f"(before calibration {measured['calibration_error_raw']:.3f}).",
        "",
        *_network("Recognizer (`nlp/labels.yaml`)", measured),
        f"Right owner, of touching spans whose owner is known: {measured['owner_accuracy']:.3f}.",
        "",
    ]
    if "people" in measured:
        lines += _network("People finder (`nlp/person_labels.yaml`)", measured["people"])
    data = json.dumps(dict(made_from), ensure_ascii=False, indent=1)
    return "\n".join([*lines, "## Made from", "", "```json", data, "```", ""])


def _network(title: str, scores: Mapping[str, Any]) -> list[str]:
    """Scores of one network on its held-out examples."""
    rows = [
        f"| {name} | {row['strict_f1']:.3f} | {row['touching_f1']:.3f} | {row['support']} |"
        for name, row in scores["labels"].items()
    ]
    entities = scores["entities"]
    ways = ", ".join(f"{way} {entities['micro'][way]:.3f} ({entities['overall'][way]:.3f})" for way in WAYS)
    return [
        f"## {title}",
        "",
        "| label | strict F1 | touching F1 | held-out spans |",
        "|---|---:|---:|---:|",
        *rows,
        f"| **all** | {scores['strict_f1']:.3f} | {scores['touching_f1']:.3f} | |",
        "",
        f"By nervaluate, summed over the labels; in brackets paired across labels: {ways}.",
        "",
    ]
