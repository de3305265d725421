"""What lets a version become the default, and what is kept of a comparison."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dossier.errors import JiuzhuError, ModelUnavailable
from models.comparison import (
    GUARDED,
    PATTERNS,
    GoldFile,
    ModelComparison,
    compare_models,
    keep_comparison,
    kept_comparisons,
)
from models.evaluate import EvaluationRun
from models.gate import choose, go_back
from models.manifest import read_manifest, write_manifest
from models.scoring import MICRO_SIX, CaseScore, Tally, table_of
from models.store import InstalledModel, ModelStore
from tests.models.test_store import install

GOLD = GoldFile(name="dev.jsonl", sha256="a" * 64, texts_sha256="b" * 64, cases=2)
Counts = Mapping[str, tuple[int, int, int]]  # row -> right, spurious, missed of every case


def run_of(counts: Counts) -> EvaluationRun:
    """A run over two cases that both score the same."""
    scores = []
    for case in ("c1", "c2"):
        score = CaseScore(case)
        for row, numbers in counts.items():
            score.tallies[row] = Tally(*numbers)
        scores.append(score)
    return EvaluationRun(scores=tuple(scores), table=table_of(scores), intervals={})


WORSE: Counts = {"victim": (9, 1, 1), "injury": (5, 5, 5), "age": (50, 0, 0)}
BETTER: Counts = {"victim": (9, 1, 1), "injury": (8, 2, 2), "age": (50, 0, 0)}


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    for version in ("a-1", "a-2", "a-3"):
        install(tmp_path, version)
    return ModelStore(tmp_path)


def model(store: ModelStore, version: str) -> InstalledModel:
    opened = store.open(version)
    assert opened is not None
    return opened


def compared(
    store: ModelStore, first: str, second: str, before: Counts = WORSE, now: Counts = BETTER, *, readers: str = "both"
) -> ModelComparison:
    base = None if first == PATTERNS else model(store, first)
    comparison = compare_models(
        (run_of(before), run_of(now)),
        base,
        model(store, second),
        gold=GOLD,
        readers=readers,
        pipeline="0.1.0+test",
        day=date(2026, 3, 1),
        rounds=50,
    )
    keep_comparison(comparison, model(store, second))
    return comparison


def kinds(comparison: ModelComparison) -> set[tuple[str, str | None]]:
    return {(objection.kind, objection.row) for objection in comparison.objections}


def test_better_in_total_and_nowhere_worse_passes(store: ModelStore) -> None:
    comparison = compared(store, "a-1", "a-2")
    assert comparison.passed
    row = comparison.rows["injury"]
    assert (row.support, row.first, row.second, row.difference) == (20, 0.5, 0.8, 0.3)
    assert row.low <= row.difference <= row.high


def test_what_is_kept_tells_how_to_do_it_again(store: ModelStore) -> None:
    comparison = compared(store, "a-1", "a-2")
    path = store.folder / "a-2" / "comparisons" / f"a-1.{'a' * 12}.both.json"
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["schema"] == "jiuzhu.comparison/1"
    assert (kept["first"], kept["second"], kept["day"]) == ("a-1", "a-2", "2026-03-01")
    assert kept["gold"] == {"name": "dev.jsonl", "sha256": "a" * 64, "texts_sha256": "b" * 64, "cases": 2}
    assert list(kept_comparisons(model(store, "a-2"))) == [(path.name, comparison)]


@pytest.mark.parametrize("row", GUARDED)
def test_one_row_that_loses_more_than_a_hundredth_stops_it(store: ModelStore, row: str) -> None:
    before: Counts = {row: (200, 4, 0), "hardship" if row != "hardship" else "age": (300, 600, 0)}
    lost: Counts = {row: (200, 9, 0), "hardship" if row != "hardship" else "age": (900, 0, 0)}
    comparison = compared(store, "a-1", "a-2", before, lost)
    assert -0.02 < comparison.rows[row].difference < -0.01
    assert kinds(comparison) == {("worse", row)}


def test_a_row_that_loses_a_hundredth_at_most_does_not(store: ModelStore) -> None:
    before: Counts = {"injury": (200, 0, 0), "age": (10, 10, 10)}
    now: Counts = {"injury": (200, 4, 0), "age": (20, 0, 0)}
    comparison = compared(store, "a-1", "a-2", before, now)
    assert comparison.rows["injury"].difference == pytest.approx(-0.0099)
    assert comparison.passed


def test_equal_in_total_is_not_better(store: ModelStore) -> None:
    assert kinds(compared(store, "a-1", "a-2", BETTER, BETTER)) == {("not_better", MICRO_SIX)}


def test_a_row_that_gold_does_not_hold_says_nothing(store: ModelStore) -> None:
    spurious = {**BETTER, "hardship": (0, 1, 0)}
    comparison = compared(store, "a-1", "a-2", WORSE, spurious)
    assert comparison.rows["hardship"].support == 0
    assert comparison.passed


def test_figures_of_the_model_alone_let_nothing_in(store: ModelStore) -> None:
    comparison = compared(store, PATTERNS, "a-1", readers="model")
    assert kinds(comparison) == {("not_as_served", None)}
    with pytest.raises(ModelUnavailable, match=r"model\.not_compared"):
        choose(store, "a-1")


def test_cases_that_it_learned_from_let_nothing_in(store: ModelStore) -> None:
    manifest = read_manifest(store.folder / "a-2")
    write_manifest(manifest.model_copy(update={"made_from": {"gold_sha256": ["a" * 64]}}), store.folder / "a-2")
    assert kinds(compared(store, "a-1", "a-2")) == {("trained_on_gold", None)}


def test_the_first_choice_must_be_better_than_the_patterns(store: ModelStore) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        choose(store, "a-1")
    assert caught.value.code == "model.not_compared"
    assert "jiuzhu model compare patterns a-1" in caught.value.hint
    compared(store, PATTERNS, "a-1")
    assert choose(store, "a-1") is None
    choice = json.loads((store.folder / "in_use.json").read_text(encoding="utf-8"))
    assert choice == {
        "version": "a-1",
        "before": None,
        "how": "compared",
        "comparison": f"patterns.{'a' * 12}.both.json",
    }


def test_only_a_comparison_with_the_one_in_use_counts(store: ModelStore) -> None:
    store.use("a-1")
    compared(store, PATTERNS, "a-3")
    compared(store, "a-2", "a-3")
    with pytest.raises(ModelUnavailable, match="a-1"):
        choose(store, "a-3")
    assert store.in_use() == "a-1"
    compared(store, "a-1", "a-3")
    assert choose(store, "a-3") == "a-1"


def test_a_comparison_that_did_not_pass_lets_nothing_in(store: ModelStore) -> None:
    compared(store, PATTERNS, "a-1", BETTER, WORSE)
    with pytest.raises(ModelUnavailable, match=r"model\.not_compared"):
        choose(store, "a-1")


def test_measured_again_it_replaces_what_was_kept(store: ModelStore) -> None:
    compared(store, PATTERNS, "a-1")
    compared(store, PATTERNS, "a-1", BETTER, WORSE)
    assert [kept.passed for _, kept in kept_comparisons(model(store, "a-1"))] == [False]


@pytest.mark.parametrize("replaced", ["a-1", "a-2"])
def test_a_comparison_of_another_build_of_the_same_name_counts_for_nothing(store: ModelStore, replaced: str) -> None:
    store.use("a-1")
    compared(store, "a-1", "a-2")
    manifest = read_manifest(store.folder / replaced)
    write_manifest(manifest.model_copy(update={"scores": {"strict_f1": 0.5}}), store.folder / replaced)
    with pytest.raises(ModelUnavailable, match=r"model\.not_compared"):
        choose(store, "a-2")


@pytest.mark.parametrize("content", ["", "{}", "[1]"])
def test_a_comparison_that_cannot_be_read_counts_for_nothing(store: ModelStore, content: str) -> None:
    comparison = compared(store, PATTERNS, "a-1")
    (store.folder / "a-1" / "comparisons" / comparison.file_name).write_text(content, encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"model\.not_compared"):
        choose(store, "a-1")


def test_anyway_is_recorded_and_needs_no_comparison(store: ModelStore) -> None:
    assert choose(store, "a-1", anyway=True) is None
    assert (store.in_use(), store.how()) == ("a-1", "anyway")


def test_anyway_with_a_comparison_that_passed_is_no_exception(store: ModelStore) -> None:
    compared(store, PATTERNS, "a-1")
    choose(store, "a-1", anyway=True)
    assert store.how() == "compared"


def test_going_back_needs_no_comparison(store: ModelStore) -> None:
    store.use("a-1")
    choose(store, "a-2", anyway=True)
    assert go_back(store) == ("a-2", "a-1")
    assert (store.in_use(), store.before(), store.how()) == ("a-1", "a-2", "back")


def test_choosing_what_reads_already_keeps_the_way_back(store: ModelStore) -> None:
    store.use("a-1")
    store.use("a-2")
    assert choose(store, "a-2") == "a-2"
    assert store.before() == "a-1"


def test_where_nothing_was_before_there_is_no_way_back(store: ModelStore) -> None:
    store.use("a-1")
    with pytest.raises(ModelUnavailable, match=r"model\.missing"):
        go_back(store)


def test_when_the_one_in_use_is_damaged_the_patterns_are_what_reads(store: ModelStore) -> None:
    store.use("a-1")
    (store.folder / "a-1" / "vocab.txt").unlink()
    compared(store, PATTERNS, "a-2")
    assert choose(store, "a-2") == "a-1"


def test_an_unreadable_choice_can_be_chosen_anew(store: ModelStore) -> None:
    (store.folder / "in_use.json").write_text("{", encoding="utf-8")
    assert choose(store, "a-1", anyway=True) is None
    assert store.in_use() == "a-1"


def test_a_folder_that_cannot_be_written_is_told(store: ModelStore) -> None:
    comparison = compared(store, PATTERNS, "a-1")
    (store.folder / "a-2" / "comparisons").write_text("in the way", encoding="utf-8")
    with pytest.raises(JiuzhuError, match=r"model\.not_kept"):
        keep_comparison(comparison, model(store, "a-2"))


def test_cases_that_failed_are_counted(store: ModelStore) -> None:
    broken = replace(run_of(BETTER), failures={"c1": "evaluate.crashed"})
    comparison = compare_models(
        (run_of(WORSE), broken),
        None,
        model(store, "a-1"),
        gold=GOLD,
        readers="both",
        pipeline="0.1.0+test",
        day=date(2026, 3, 1),
        rounds=0,
    )
    assert comparison.failures == (0, 1)
    row = comparison.rows["injury"]
    assert (row.low, row.high) == (row.difference, row.difference)
