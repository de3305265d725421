"""Two versions of the model on the same labelled cases: figures, differences, and what speaks against the second one.

In: one evaluation run with each. Out: a `ModelComparison`, kept as JSON beside the second version's manifest. It holds
figures and checksums, never a word of a case. The manifests' checksums are in it, so that a comparison with a version
that has since been replaced under the same name counts for nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dossier.errors import JiuzhuError
from models.bootstrap import delta_intervals
from models.evaluate import EvaluationRun
from models.manifest import FILE
from models.scoring import MICRO_SIX
from models.store import InstalledModel
from models.units import ATTRIBUTES

FOLDER = "comparisons"
PATTERNS = "patterns"  # in place of a version: the papers are read with patterns alone
AS_SERVED = "both"
ROWS = ("victim", *ATTRIBUTES, MICRO_SIX)
GUARDED = ("victim", *ATTRIBUTES)  # none of them may become worse
MOST_LOST = 0.01  # F1, on any guarded row

_LOG = logging.getLogger(__name__)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Row(_Part):
    """F1 of both on one figure.

    Attributes:
        support: how many units gold has; with none nothing was measured.
        low, high: 95 % interval of the difference over redrawn cases, both versions seeing the same cases.
    """

    support: int
    first: float
    second: float
    difference: float
    low: float
    high: float


class GoldFile(_Part):
    """Which labelled cases were read: names and checksums of the two files, and how many cases they hold."""

    name: str
    sha256: str
    texts_sha256: str
    cases: int


class Objection(_Part):
    """Why the second version must not become the default.

    Attributes:
        kind: `worse` on a guarded row by more than `MOST_LOST`; `not_better` in total; `not_as_served` when something
            else than patterns and model together was measured; `trained_on_gold` when the second version learned from
            these cases.
        row: whose figure it is.
    """

    kind: Literal["worse", "not_better", "not_as_served", "trained_on_gold"]
    row: str | None = None


class ModelComparison(_Part):
    """Attributes:
    first, second: versions; the first may be `patterns`.
    first_manifest, second_manifest: SHA-256 of the manifests, None for `patterns`.
    readers: what read beside the model: `both` as served, `model` alone.
    pipeline: version of the code that read.
    rounds: how often the cases were redrawn.
    failures: how many cases each of the two could not read; they count as empty.
    objections: why the second must not become the default, empty when it may.
    """

    schema_name: Literal["jiuzhu.comparison/1"] = Field(default="jiuzhu.comparison/1", alias="schema")
    first: str
    second: str
    first_manifest: str | None
    second_manifest: str
    readers: str
    pipeline: str
    gold: GoldFile
    day: date
    rounds: int
    rows: dict[str, Row]
    failures: tuple[int, int]
    objections: tuple[Objection, ...]

    @property
    def passed(self) -> bool:
        return not self.objections

    @property
    def file_name(self) -> str:
        """The same for the same first version, cases and readers: measured again, it replaces what was kept."""
        return f"{self.first}.{self.gold.sha256[:12]}.{self.readers}.json"


def compare_models(
    runs: tuple[EvaluationRun, EvaluationRun],
    first: InstalledModel | None,
    second: InstalledModel,
    *,
    gold: GoldFile,
    readers: str,
    pipeline: str,
    day: date,
    rounds: int = 1000,
) -> ModelComparison:
    """Judge two runs over the same cases.

    Args:
        first: None for the patterns alone.
        day: of the comparison.
        rounds: how often the cases are redrawn; 0 gives intervals of no width.
    """
    rows = _rows(runs, rounds)
    objections = list(objections_to(rows))
    if readers != AS_SERVED:
        objections.append(Objection(kind="not_as_served"))
    if gold.sha256 in second.manifest.made_from.get("gold_sha256", ()):
        objections.append(Objection(kind="trained_on_gold"))
    return ModelComparison(
        first=PATTERNS if first is None else first.manifest.version,
        second=second.manifest.version,
        first_manifest=manifest_sha256(first),
        second_manifest=sha256_of(second.folder / FILE),
        readers=readers,
        pipeline=pipeline,
        gold=gold,
        day=day,
        rounds=rounds,
        rows=rows,
        failures=(len(runs[0].failures), len(runs[1].failures)),
        objections=tuple(objections),
    )


def _rows(runs: tuple[EvaluationRun, EvaluationRun], rounds: int) -> dict[str, Row]:
    intervals = delta_intervals(runs[0].scores, runs[1].scores, rounds=rounds)
    rows = {}
    for key in ROWS:
        before, now = runs[0].table[key], runs[1].table[key]
        if isinstance(before, dict) and isinstance(now, dict):
            difference = round(now["f1"] - before["f1"], 4)
            low, high = intervals.get(key, (difference, difference))
            rows[key] = Row(
                support=int(now["support"]),
                first=before["f1"],
                second=now["f1"],
                difference=difference,
                low=low,
                high=high,
            )
    return rows


def objections_to(rows: Mapping[str, Row]) -> Iterator[Objection]:
    """What the figures say against the second version: a guarded row that lost too much, a total that won nothing."""
    for key in GUARDED:
        if rows[key].support and rows[key].difference < -MOST_LOST:
            yield Objection(kind="worse", row=key)
    if rows[MICRO_SIX].difference <= 0:
        yield Objection(kind="not_better", row=MICRO_SIX)


def manifest_sha256(model: InstalledModel | None) -> str | None:
    """Checksum of a version's manifest, which names the checksums of all its files; None for the patterns."""
    return None if model is None else sha256_of(model.folder / FILE)


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def keep_comparison(comparison: ModelComparison, second: InstalledModel) -> Path:
    """Write it beside the second version's manifest.

    Raises:
        JiuzhuError: `model.not_kept` when the folder cannot be written.
    """
    path = second.folder / FOLDER / comparison.file_name
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(comparison.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise JiuzhuError(
            "model.not_kept", f"对比结果无法写入模型目录（{type(error).__name__}）", "请核对模型目录的写权限"
        ) from None
    return path


def kept_comparisons(model: InstalledModel) -> Iterator[tuple[str, ModelComparison]]:
    """File name and content of what is kept for a version; a file that cannot be read counts for nothing."""
    for path in sorted((model.folder / FOLDER).glob("*.json")):
        try:
            yield path.name, ModelComparison.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, ValidationError):
            _LOG.warning("comparison %s is unreadable", path.name)
