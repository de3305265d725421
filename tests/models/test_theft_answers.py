"""Task 2-6 of LawBench: how its scorer reads answers, oddities included, and what it gives for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dossier.errors import JiuzhuError
from models.theft import theft_scheme
from models.theft_answers import (
    answer_of,
    expected_of,
    read_answer,
    read_expected,
    read_questions,
    soft_scores,
    values_of,
    write_answers,
)

SCHEME = theft_scheme()
TITLES = [label.title for label in SCHEME.labels]
RECORD = {
    "instruction": "提取句子中的实体。",
    "question": "句子:2021年4月6日，被告人仇某盗走岑某的铁锅、水壶。",
    "answer": "犯罪嫌疑人:仇某;受害人:岑某;被盗物品:铁锅、水壶;时间:2021年4月6日",
}


def score(answer: str, expected: str) -> float:
    return soft_scores([answer], [expected], TITLES).f1


def test_questions_are_read(tmp_path: Path) -> None:
    path = tmp_path / "2-6.json"
    path.write_text(json.dumps([RECORD], ensure_ascii=False), encoding="utf-8")
    (question,) = read_questions(path)
    assert question.text == "2021年4月6日，被告人仇某盗走岑某的铁锅、水壶。"
    assert question.expected == RECORD["answer"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '[{"question": "x"}]'])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "2-6.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(JiuzhuError, match=r"lawbench\.unreadable"):
        read_questions(path)


def test_spans_become_lists_of_words_in_order() -> None:
    text = "仇某盗走岑某的铁锅、水 壶。"
    spans = [(10, 13, "stolen_goods.nasi"), (7, 9, "stolen_goods.nasi"), (4, 6, "victim.nhvi"), (0, 2, "suspect.nhcs")]
    values = values_of(text, spans, SCHEME)
    assert values == {"犯罪嫌疑人": "仇某", "受害人": "岑某", "被盗物品": "铁锅、水壶"}
    assert answer_of(values) == "犯罪嫌疑人:仇某\n受害人:岑某\n被盗物品:铁锅、水壶\n"
    assert read_answer(answer_of(values), TITLES) == values == read_expected(expected_of(values))


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        ("受害人:岑某", {"受害人": "岑某"}),
        ("受害人：岑某 时间：昨夜", {"受害人": "岑某", "时间": "昨夜"}),
        ("受害人:岑某;时间:昨夜", {"受害人": "岑某;时间:昨夜", "时间": "昨夜"}),  # only blank and line end part values
        ("时间:昨夜\n时间:今晨", {"时间": "今晨"}),
        ("作案工具:无\n地点:未提及", {}),
        ("这里没有受害人。", {}),
        ("受害人:岑", {}),  # too near the end for the scorer
        ("受害人:岑\n", {"受害人": "岑"}),
        ("", {}),
    ],
)
def test_answers_are_read_as_the_benchmark_reads_them(answer: str, read: dict[str, str]) -> None:
    assert read_answer(answer, TITLES) == read


def test_expected_answers_lose_what_stands_behind_a_second_colon() -> None:
    assert read_expected("时间:21:30许;地点:渡口村") == {"时间": "21", "地点": "渡口村"}
    assert read_expected(" ") == read_expected("") == {}


@pytest.mark.parametrize(
    ("answer", "expected", "f1"),
    [
        ("受害人:岑某\n", "受害人:岑某", 1.0),
        ("受害人:岑某。\n", "受害人:「岑某」", 1.0),  # punctuation does not count
        ("作案工具:ABC\n", "作案工具:abc", 1.0),
        ("被盗物品:铁锅\n", "被盗物品:铁锅、水壶", 2 / 3),  # 2 of 2 given, 2 of 4 expected
        ("受害人:柳某\n", "受害人:岑某", 0.5),  # 某 is shared
        ("受害人:岑某\n时间:昨夜\n", "受害人:岑某", 2 * 0.5 / 1.5),  # a kind too many
        ("受害人:岑某\n", "受害人:岑某;时间:昨夜", 2 * 0.5 / 1.5),
        ("", "受害人:岑某", 0.0),
        ("", "", 1.0),
        ("受害人:岑某\n", "", 0.0),
        ("受害人:——\n", "受害人:岑某", 0.0),
        ("受害人:——\n", "受害人:、、", 1.0),
    ],
)
def test_soft_f1(answer: str, expected: str, f1: float) -> None:
    assert score(answer, expected) == pytest.approx(f1)


def test_the_score_is_the_mean_and_silence_is_counted() -> None:
    scores = soft_scores(["", "受害人:岑某\n", ""], ["受害人:岑某", "受害人:岑某", ""], TITLES)
    assert scores.f1 == pytest.approx(2 / 3)
    assert scores.abstained == pytest.approx(1 / 3)
    assert soft_scores([], [], TITLES).f1 == 0


def test_answers_are_written_for_the_benchmarks_own_code(tmp_path: Path) -> None:
    path = tmp_path / "2-6.json"
    path.write_text(json.dumps([RECORD], ensure_ascii=False), encoding="utf-8")
    write_answers(tmp_path / "out.json", read_questions(path), ["受害人:岑某\n"])
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert list(written) == ["0"]
    assert (written["0"]["prediction"], written["0"]["refr"]) == ("受害人:岑某\n", RECORD["answer"])
