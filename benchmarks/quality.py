"""How well the pipeline reads the labelled cases, beside the keyword method, with intervals over cases.

    python -m benchmarks.quality [dev] [train] [enriched] [--rounds 1000]

Reads the labelled sets from `../shared/data/gold` (they hold real texts and are no part of the project) and
says so when they are not there. Prints a Markdown table for the README and writes it, with all figures and
no case text, to `benchmarks/results/`.
"""

# ruff: noqa: T201 - a program for the terminal

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from api.commands.evaluate import predict_case
from benchmarks import keyword_baseline
from benchmarks.machine import describe_machine
from models.cases import read_records, read_texts
from models.evaluate import EvaluationRun, run_evaluation
from models.scoring import EVIDENCE, MEAN_SIX, MICRO_ALL, MICRO_SIX
from models.units import ATTRIBUTES

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT.parent / "shared" / "data" / "gold"
RESULTS = ROOT / "benchmarks" / "results"
SETS = ("dev", "train", "enriched")
ROWS = ("victim", *ATTRIBUTES, MICRO_SIX, MEAN_SIX, MICRO_ALL, EVIDENCE)


def measure(name: str, rounds: int) -> dict[str, EvaluationRun]:
    """Both methods on one labelled set."""
    gold, texts = read_records(GOLD / f"{name}.jsonl"), read_texts(GOLD / f"{name}.texts.jsonl")
    ours, _ = run_evaluation(gold, texts, predict_case, bootstrap=rounds)
    keyword, _ = run_evaluation(gold, texts, keyword_baseline.predict, processes=1, bootstrap=rounds)
    return {"jiuzhu": ours, "keyword": keyword}


def figure(run: EvaluationRun, row: str) -> float | None:
    cell = run.table[row]
    return float(cell["f1"]) if isinstance(cell, dict) else cell


def cell(run: EvaluationRun, row: str) -> str:
    """`0.812 (0.75–0.86)`, or a dash where the set holds nothing of the kind."""
    value, counted = figure(run, row), run.table[row]
    if value is None or (isinstance(counted, dict) and not counted["support"]):
        return "—"
    low, high = run.intervals.get(row, (value, value))
    return f"{value:.3f} ({low:.2f}–{high:.2f})"


def markdown(runs: Mapping[str, Mapping[str, EvaluationRun]]) -> str:
    """One row a figure, for each set our figure and the keyword method's."""
    heads = [f"{name}: {method}" for name in runs for method in ("Jiuzhu", "keyword")]
    lines = ["| F1 (95 % interval over cases) | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    for row in ROWS:
        cells = [cell(runs[name][method], row) for name in runs for method in ("jiuzhu", "keyword")]
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    counts = [f"{len(run.scores)} cases" for methods in runs.values() for run in methods.values()]
    lines.append("| cases | " + " | ".join(counts) + " |")
    return "\n".join(lines)


def as_data(run: EvaluationRun) -> dict[str, Any]:
    """The figures alone: no name, no quote, no case text."""
    return {
        "table": run.table,
        "intervals": dict(run.intervals),
        "versions": dict(run.versions),
        "failures": len(run.failures),
        "characters": run.characters,
        "seconds": round(run.seconds, 2),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(SETS)}; all when none is named")
    parser.add_argument("--rounds", type=int, default=1000)
    options = parser.parse_args(arguments)
    unknown = [name for name in options.sets if name not in SETS]
    if unknown:
        parser.error(f"{unknown[0]} is none of {', '.join(SETS)}")
    if not GOLD.is_dir():
        print(f"quality: no labelled cases at {GOLD}; nothing measured", file=sys.stderr)
        return 0
    runs = {name: measure(name, options.rounds) for name in options.sets or SETS}
    table = markdown(runs)
    print(table)
    for name, methods in runs.items():
        for case, code in methods["jiuzhu"].failures.items():
            print(f"{name} {case}: {code}", file=sys.stderr)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "quality.md").write_text(table + "\n", encoding="utf-8")
    data = {
        "machine": describe_machine(),
        "sets": {name: {method: as_data(run) for method, run in methods.items()} for name, methods in runs.items()},
    }
    (RESULTS / "quality.json").write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
