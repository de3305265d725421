"""Draws the training logs kept in `docs/recognizer/`: pre-training loss by characters read, held-out F1 by epoch.

    python -m benchmarks.loss_curves

The logs are those that `jiuzhu pretrain` and `jiuzhu train` write into their run folders.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "recognizer"


def read_log(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def draw_pretraining(logs: dict[str, list[dict[str, Any]]], target: Path) -> None:
    """Loss of the masked characters against millions of characters read, two lines a network."""
    figure, axes = plt.subplots(figsize=(7, 3.5))
    for name, log in logs.items():
        axes.plot([r["tokens"] / 1e6 for r in log], [r["loss"] for r in log], label=f"{name}, training")
        held = [r for r in log if r.get("held_out") is not None]
        axes.plot([r["tokens"] / 1e6 for r in held], [r["held_out"] for r in held], "o-", label=f"{name}, held out")
    axes.set_xlabel("millions of characters read")
    axes.set_ylabel("masked-character loss")
    _save(figure, axes, target)


def draw_finetuning(logs: dict[str, list[dict[str, Any]]], target: Path) -> None:
    """Held-out F1 of touching spans by epoch, one line a network."""
    figure, axes = plt.subplots(figsize=(7, 3.5))
    for name, log in logs.items():
        axes.plot([r["epoch"] for r in log], [r["touching_f1"] for r in log], "o-", label=name)
    axes.set_xlabel("epoch")
    axes.set_ylabel("F1 on held-out cases (touching spans)")
    _save(figure, axes, target)


def _save(figure: Any, axes: Any, target: Path) -> None:
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})  # the same log gives the same file
    plt.close(figure)


def main() -> int:
    matplotlib.rcParams["svg.hashsalt"] = "jiuzhu"
    runs = {"small": "pretraining.jsonl", "teacher": "pretraining-teacher.jsonl"}
    draw_pretraining({name: read_log(FOLDER / file) for name, file in runs.items()}, FOLDER / "pretraining.svg")
    names = {
        "people finder": "people.jsonl",
        "its teacher": "people-teacher.jsonl",
        "recognizer": "attributes.jsonl",
        "the recognizer's teacher": "attributes-teacher.jsonl",
    }
    draw_finetuning({name: read_log(FOLDER / file) for name, file in names.items()}, FOLDER / "finetuning.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
