"""Results of a study as JSON Lines, one run a line, and Markdown tables out of them.

A line holds counts by case, never a name or a quote. Runs of one study are those of one id: same labelled cases, same
settings, same encoder, same code that reads.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.quality import ROWS, cell, figure
from benchmarks.study_plan import PATTERNS
from models.bootstrap import delta_intervals, intervals_of
from models.evaluate import EvaluationRun, dump_run, load_run
from models.scoring import MICRO_SIX, table_of

SCHEMA = "jiuzhu.study/1"
_TITLES = {
    "full": "all",
    "no-pretraining": "without pre-training",
    "no-people": "without a people finder",
    "no-written": "without written passages",
    "no-weak": "without weak labels",
    "no-noise": "without noisy copies",
}

Line = Mapping[str, Any]


def bare(run: EvaluationRun) -> dict[str, Any]:
    """A run as data, without the differences: those hold names and quotes."""
    return dump_run(replace(run, scores=tuple(replace(score, differences=[]) for score in run.scores)))


def append(path: Path, line: Line) -> None:
    """Add a line, safe on the disk when this returns. A line torn by a crash stays alone and is passed over."""
    torn = path.is_file() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as results:
        results.write(("\n" if torn else "") + json.dumps(line, ensure_ascii=False) + "\n")
        results.flush()
        os.fsync(results.fileno())


def read_lines(path: Path) -> list[dict[str, Any]]:
    """All whole lines."""
    lines = []
    for text in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and line.get("schema") == SCHEMA:
            lines.append(line)
    return lines


def of_study(lines: Iterable[Line], study: str | None = None) -> list[Line]:
    """The lines of one study, of the last one when none is named; of a run that stands twice the later line."""
    lines = list(lines)
    if study is None:
        study = lines[-1]["study"] if lines else ""
    return list({(line["name"], line["fold"]): line for line in lines if line["study"] == study}.values())


def pooled(lines: Iterable[Line], name: str, readers: str, rounds: int) -> EvaluationRun | None:
    """The runs of one training over all its folds as one run; None when there is none."""
    runs = [load_run(line["runs"][readers]) for line in lines if line["name"] == name]
    scores = tuple(score for run in runs for score in run.scores)
    if not scores:
        return None
    return EvaluationRun(
        scores=scores,
        table=table_of(scores),
        intervals=intervals_of(scores, rounds=rounds),
        failures={case: code for run in runs for case, code in run.failures.items()},
    )


def markdown(lines: Sequence[Line], rounds: int = 1000) -> str:
    """All tables that the runs so far give."""
    if not lines:
        return "Nothing was run yet."
    parts = [
        "Each case is read by a model that did not learn from it "
        f"({lines[-1]['folds']} folds; 95 % intervals over cases).",
        *_unfinished(lines),
        "### Patterns, model, both",
        _readers_table(lines, rounds),
        "### What each part is worth",
        _ablation_table(lines, rounds),
        "### How much gold",
        _curve_table(lines, rounds),
        _origin(lines),
    ]
    return "\n\n".join(part for part in parts if part)


def _unfinished(lines: Sequence[Line]) -> list[str]:
    folds = lines[-1]["folds"]
    done = Counter(line["name"] for line in lines)
    failed = sum(len(run["failures"]) for line in lines for run in line["runs"].values())
    open_ = [f"{name} {count} of {folds}" for name, count in done.items() if count < folds]
    remarks = [f"Not all folds were run: {', '.join(open_)}."] if open_ else []
    return [*remarks, f"Cases that could not be read and count as empty: {failed}."] if failed else remarks


def _readers_table(lines: Sequence[Line], rounds: int) -> str:
    runs = {
        "patterns": pooled(lines, PATTERNS, "patterns", rounds),
        "model": pooled(lines, "full", "model", rounds),
        "both": pooled(lines, "full", "both", rounds),
    }
    there = {name: run for name, run in runs.items() if run is not None}
    rows = [[row, *(cell(run, row) for run in there.values())] for row in ROWS]
    rows.append(["cases", *(str(len(run.scores)) for run in there.values())])
    return _table(["F1", *there], rows)


def _ablation_table(lines: Sequence[Line], rounds: int) -> str:
    names = [name for name in _names(lines) if name in _TITLES]
    full = pooled(lines, "full", "both", 0)
    rows = [
        ["patterns only", "", *_cells(pooled(lines, PATTERNS, "patterns", rounds)), _change(lines, PATTERNS, rounds)]
    ]
    for name in names:
        alone, both = (pooled(lines, name, readers, rounds) for readers in ("model", "both"))
        change = "" if name == "full" or full is None else _change(lines, name, rounds)
        rows.append([_TITLES[name], cell(alone, MICRO_SIX) if alone else "", *_cells(both), change])
    heads = ["trained on", "six attributes, model alone", "six attributes, both", "victims", "compensation", "change"]
    return _table(heads, rows)


def _cells(run: EvaluationRun | None) -> list[str]:
    return ["", "", ""] if run is None else [cell(run, row) for row in (MICRO_SIX, "victim", "compensation")]


def _change(lines: Sequence[Line], name: str, rounds: int) -> str:
    """Difference of the six attributes to the full training with both, on the cases that both have read."""
    full, other = pooled(lines, "full", "both", 0), pooled(lines, name, PATTERNS if name == PATTERNS else "both", 0)
    if full is None or other is None:
        return ""
    shared = {score.case for score in full.scores} & {score.case for score in other.scores}
    before, now = (tuple(s for s in run.scores if s.case in shared) for run in (full, other))
    if not shared:
        return ""
    values = [float(table_of(scores)[MICRO_SIX]["f1"]) for scores in (before, now)]  # type: ignore[index]
    text = f"{values[1] - values[0]:+.3f}"
    interval = delta_intervals(before, now, rounds=rounds).get(MICRO_SIX)
    return text if interval is None else f"{text} ({interval[0]:+.3f} … {interval[1]:+.3f})"


def _curve_table(lines: Sequence[Line], rounds: int) -> str:
    names = [name for name in _names(lines) if name == "full" or name.startswith("gold-")]
    rows = []
    for name in sorted(names, key=lambda name: _gold_cases(lines, name)):
        alone, both = (pooled(lines, name, readers, rounds) for readers in ("model", "both"))
        if alone and both:
            cells = [cell(alone, MICRO_SIX), cell(both, MICRO_SIX), f"{figure(both, 'compensation'):.3f}"]
            rows.append(
                [f"{_gold_cases(lines, name):.0f}", *cells, _change(lines, name, rounds) if name != "full" else ""]
            )
    return _table(["gold cases", "model alone", "both", "compensation, both", "change"], rows)


def _names(lines: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(line["name"] for line in lines if line["name"] != PATTERNS))


def _gold_cases(lines: Sequence[Line], name: str) -> float:
    """Mean number of gold cases that the models of a training learned from."""
    counts = [line["training"]["gold_cases"] for line in lines if line["name"] == name]
    return float(sum(counts) / len(counts))


def _origin(lines: Sequence[Line]) -> str:
    commits = dict.fromkeys(line["machine"]["commit"] for line in lines)
    processors = dict.fromkeys(line["machine"]["processor"] for line in lines)
    return f"Study {lines[-1]['study']}; commit {', '.join(commits)}; {', '.join(processors)}."


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
