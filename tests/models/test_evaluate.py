"""Whole runs: prediction in processes, failures, saving, comparison and intervals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dossier.document import Dossier
from dossier.errors import JiuzhuError
from dossier.span import Span
from models.bootstrap import delta_intervals, intervals_of
from models.cases import CaseText, dossier_of, read_records, read_texts, write_records
from models.evaluate import EvaluationRun, compare, dump_run, evaluate, load_run, run_evaluation
from models.predictions import prediction_of
from models.scoring import MEAN_SIX, MICRO_SIX, score_case
from nlp.facts import (
    Attribute,
    CaseFacts,
    CaseInfo,
    Compensation,
    Disability,
    Fact,
    Injury,
    Person,
    Role,
    VictimFacts,
)

TEXT = "被害人陆某被打成轻伤二级,构成九级伤残,未获赔偿。"


def gold_of(grade: str) -> dict[str, Any]:
    return {"victims": [{"name": "陆某", "aliases": [], "type": "person", "injury": {"grade": grade}}]}


GOLD = {f"c{number}": gold_of("轻伤" if number % 2 else "死亡") for number in range(8)}
TEXTS = {key: CaseText(key, {"text.txt": TEXT}) for key in GOLD}


def say_light(case: CaseText) -> dict[str, Any]:
    return {"id": case.id, **gold_of("轻伤")}


def say_death(case: CaseText) -> dict[str, Any]:
    return {"id": case.id, **gold_of("死亡")}


def break_on_some(case: CaseText) -> dict[str, Any]:
    if case.id == "c1":
        raise JiuzhuError("upload.empty", "空文件")
    if case.id == "c3":
        raise RuntimeError(f"broken at {TEXT}")
    return say_light(case)


def run_of(predict: Any, processes: int = 1) -> tuple[EvaluationRun, list[dict[str, Any]]]:
    return run_evaluation(GOLD, TEXTS, predict, processes=processes, bootstrap=50)


@pytest.mark.parametrize("processes", [1, 2])
def test_run_keeps_order_and_counts(processes: int) -> None:
    run, predictions = run_of(say_light, processes)
    assert [p["id"] for p in predictions] == list(GOLD)
    row = run.table["injury"]
    assert isinstance(row, dict)
    assert (row["f1"], row["support"]) == (0.5, 8)
    assert run.characters == 8 * len(TEXT)


def test_failed_cases_count_as_empty_and_leak_no_text() -> None:
    run, predictions = run_of(break_on_some)
    assert run.failures == {"c1": "upload.empty", "c3": "evaluate.crashed"}
    assert "RuntimeError" in str(predictions[3]) and "陆某" not in str(predictions[3])
    row = run.table["victim"]
    assert isinstance(row, dict)
    assert row["recall"] == 0.75


def test_gold_without_text_is_an_error() -> None:
    with pytest.raises(JiuzhuError) as caught:
        run_evaluation(GOLD, {}, say_light, processes=1)
    assert caught.value.code == "evaluate.no_text"


def test_compare_lists_what_changed_both_ways() -> None:
    before, now = run_of(say_light)[0], run_of(say_death)[0]
    changes = compare(before, now, bootstrap=50)
    # each even case: 死亡 was missed and 轻伤 spurious; each odd case the other way round
    assert {(d.case, d.outcome, d.value) for d in changes.gains if d.case == "c0"} == {
        ("c0", "missed", "死亡"),
        ("c0", "spurious", "轻伤"),
    }
    assert {d.case for d in changes.losses} == {"c1", "c3", "c5", "c7"}
    assert len(changes.gains) == len(changes.losses) == 8


def test_compare_counts_two_victims_of_one_name_twice() -> None:
    twins = {"c": {"victims": gold_of("轻伤")["victims"] * 2}}
    none = evaluate(twins, {}, {}, bootstrap=0)
    one = evaluate(twins, {"c": gold_of("轻伤")}, {}, bootstrap=0)
    gains = compare(none, one, bootstrap=0).gains
    assert sorted((d.attribute, d.value) for d in gains) == [("injury", "轻伤"), ("victim", "陆某")]


def test_compare_leaves_out_cases_of_one_run_only() -> None:
    before = evaluate({"c0": GOLD["c0"], "gone": GOLD["c1"]}, {}, {}, bootstrap=0)
    now = evaluate({"c0": GOLD["c0"], "new": GOLD["c1"]}, {}, {}, bootstrap=0)
    changes = compare(before, now, bootstrap=10)
    assert (changes.cases, changes.gains, changes.losses) == (1, (), ())
    assert changes.deltas["victim"] == (0.0, 0.0)


def test_run_survives_saving() -> None:
    run, _ = run_of(break_on_some)
    assert load_run(json.loads(json.dumps(dump_run(run)))) == run
    with pytest.raises(JiuzhuError):
        load_run({"schema": "something else"})


def test_intervals_hold_the_figure_and_are_seeded() -> None:
    scores = [score_case(key, record, gold_of("轻伤")) for key, record in GOLD.items()]
    first, again = intervals_of(scores, rounds=300), intervals_of(scores, rounds=300)
    assert first == again
    low, high = first[MICRO_SIX]
    assert low < 0.5 < high
    assert intervals_of(scores, rounds=300, seed=8)[MEAN_SIX] != (0.5, 0.5)
    assert intervals_of([], rounds=300) == {}


def test_interval_of_cases_that_are_all_right_is_a_point() -> None:
    scores = [score_case(key, record, record) for key, record in GOLD.items()]
    assert intervals_of(scores, rounds=50)[MICRO_SIX] == (1.0, 1.0)


def test_delta_interval_pairs_the_cases() -> None:
    before = [score_case(key, record, {}) for key, record in GOLD.items()]
    now = [score_case(key, record, record) for key, record in GOLD.items()]
    assert delta_intervals(before, now, rounds=50)["victim"] == (1.0, 1.0)


def test_prediction_has_the_contract_form() -> None:
    dossier = dossier_of(CaseText("c1", {"起诉书.txt": TEXT}))

    def at(words: str) -> tuple[Span, ...]:
        return (Span("d1", TEXT.index(words), TEXT.index(words) + len(words)),)

    person = Person("v1", "陆某", Role.VICTIM, at("陆某"), ("小陆",))
    facts = CaseFacts(
        CaseInfo(),
        (),
        (),
        (
            VictimFacts(
                person,
                (
                    Fact(Attribute.INJURY, Injury("轻伤二级"), at("轻伤二级"), 0.98765),
                    Fact(Attribute.DISABILITY, Disability("caused", None, "九级"), at("九级伤残")),
                    Fact(Attribute.COMPENSATION, Compensation("none", performed=False), at("未获赔偿")),
                ),
            ),
        ),
    )
    record = prediction_of("c1", facts, dossier)
    victim = record["victims"][0]
    assert json.loads(json.dumps(record)) == record
    assert victim["gender"] is None and victim["hardship"] == []
    assert victim["disability"][0]["grade"] == "九级"
    assert victim["compensation"]["performed"] is False
    assert victim["injury"]["confidence"] == 0.988
    assert victim["injury"]["evidence"] == [
        {
            "document": "d1",
            "document_name": "起诉书.txt",
            "start": TEXT.index("轻伤"),
            "end": TEXT.index("轻伤") + 4,
            "text": "轻伤二级",
        }
    ]


def test_dossier_of_keeps_offsets() -> None:
    text = "𠮷某\r\n​某①"
    dossier = dossier_of(CaseText("c", {"a": text, "b": "x"}))
    assert isinstance(dossier, Dossier)
    assert [document.text for document in dossier.documents] == [text, "x"]
    assert dossier.quote(Span("d1", 0, 2)) == "𠮷某"


def test_files_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    write_records(path, [{"id": "a", "text": "一\u2028二"}, {"dossier": {"name": "b.zip"}, "documents": {"x": "三"}}])
    texts = read_texts(path)
    assert texts["a"].documents == {"text.txt": "一\u2028二"}  # a line separator inside a text ends no line
    assert texts["b"].documents == {"x": "三"}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ('{"id": "a"}\n{"id": "a"}', "evaluate.duplicate"),
        ("[1]", "evaluate.unreadable"),
        ("{", "evaluate.unreadable"),
        ('{"victims": []}', "evaluate.unreadable"),
    ],
)
def test_malformed_files_are_named(tmp_path: Path, lines: str, code: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(JiuzhuError) as caught:
        read_records(path)
    assert caught.value.code == code
    assert "gold.jsonl" in caught.value.message


def test_text_line_without_text_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text('{"id": "a", "documents": {"x": 3}}', encoding="utf-8")
    with pytest.raises(JiuzhuError) as caught:
        read_texts(path)
    assert caught.value.code == "evaluate.unreadable"
