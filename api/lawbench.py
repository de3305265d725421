"""Task 2-6 of LawBench on its own file: what `jiuzhu evaluate --lawbench` prints and writes."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from models.bootstrap import ratio_interval
from models.theft import theft_scheme
from models.theft_answers import read_questions, soft_scores, write_answers
from models.theft_model import load_tagger


def evaluate_lawbench(
    file: Path, tagger: Path, *, predictions: Path | None = None, bootstrap: int = 1000, as_json: bool = False
) -> None:
    """Answer every question of `file` with the theft tagger in `tagger`, and print the soft F1.

    Args:
        predictions: where the answers are written in the benchmark's own form.
    """
    questions = read_questions(file)
    answers = load_tagger(tagger).answer([question.text for question in questions])
    titles = [label.title for label in theft_scheme().labels]
    scores = soft_scores(answers, [question.expected for question in questions], titles)
    interval = ratio_interval(scores.sentences, [1.0] * len(questions), rounds=bootstrap)
    if predictions:
        write_answers(predictions, questions, answers)
    if as_json:
        data = {
            "task": "LawBench 2-6",
            "sentences": len(questions),
            "soft_f1": round(scores.f1, 4),
            "interval": interval,
            "abstained": round(scores.abstained, 4),
        }
        typer.echo(json.dumps(data, ensure_ascii=False))
        return
    within = f"，95% 区间 {interval[0]:.4f}–{interval[1]:.4f}" if interval else ""
    typer.echo(f"LawBench 2-6：{len(questions)} 句，软 F1 {scores.f1:.4f}{within}，未作答 {scores.abstained:.2%}")
