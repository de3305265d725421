"""Span scores against counts made by hand, and examples as files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dossier.errors import JiuzhuError
from models.examples import Example, LabelledSpan, Unsure, read_examples, without_overlaps, write_examples
from models.predict import Prediction
from models.span_scores import score_spans
from models.targets import character_tags
from nlp.labels import label_scheme
from tests.models.invented_cases import example

SCHEME = label_scheme()
EXAMPLE = Example(
    "e",
    "c",
    "written",
    "被害人沈某构成轻伤一级，其妻低保，分文未付。",
    (),
    (
        LabelledSpan(7, 11, "injury.light", ("v1",)),
        LabelledSpan(14, 16, "hardship.dibao", ("v1", "v2")),
        LabelledSpan(17, 21, "compensation.unpaid"),
    ),
    (Unsure(0, 3, "gender"),),
)


def said(start: int, end: int, label: str, **owners: float) -> Prediction:
    return Prediction(start, end, SCHEME.label(label), 0.9, tuple(owners.items()))


def test_exact_touching_missed_and_invented_spans() -> None:
    predictions = [
        said(5, 11, "injury.light", v1=0.9, v2=0.1),  # begins too early
        said(14, 16, "hardship.dibao", v1=0.9, v2=0.2),  # one owner missing
        said(17, 21, "compensation.paid"),  # another label
        said(0, 3, "gender.male"),  # where labels are unsure
    ]
    scores = score_spans([EXAMPLE], [predictions])
    assert scores.strict_f1 == pytest.approx(2 * 1 / (3 + 3))
    assert scores.touching_f1 == pytest.approx(2 * 2 / (3 + 3))
    assert (scores.owned.right, scores.owned.found) == (1, 2)
    assert scores.credited_f1 == pytest.approx(2 * 1 / (3 + 3))


def test_one_span_answers_for_one() -> None:
    twice = [said(7, 9, "injury.light"), said(9, 11, "injury.light")]
    scores = score_spans([EXAMPLE], [twice])
    assert scores.touching["injury.light"].right == 1
    assert scores.touching["injury.light"].found == 2


def test_the_exact_span_is_preferred_to_one_that_only_touches() -> None:
    scores = score_spans([EXAMPLE], [[said(6, 9, "injury.light"), said(7, 11, "injury.light")]])
    assert scores.strict["injury.light"].right == 1


def test_nothing_found_and_nothing_there_are_defined() -> None:
    assert score_spans([EXAMPLE], [[]]).strict_f1 == 0
    assert score_spans([], []).as_data()["touching_f1"] == 0


def test_tags_follow_spans_and_unsure_places_are_left_out() -> None:
    tags = character_tags(EXAMPLE, SCHEME)
    gender, injury = (
        SCHEME.layers.index(SCHEME.layer(SCHEME.label(n).attribute)) for n in ("gender.male", "injury.light")
    )
    assert set(tags[:3, gender]) == {-100}
    begin = SCHEME.layers[injury].begin(SCHEME.label("injury.light"))
    assert list(tags[6:12, injury]) == [0, begin, begin + 1, begin + 1, begin + 1, 0]


def test_of_overlapping_spans_of_an_attribute_the_first_given_stays() -> None:
    one, other, elsewhere = (
        LabelledSpan(3, 6, "age.years"),
        LabelledSpan(5, 9, "age.minor"),
        LabelledSpan(5, 9, "gender.male"),
    )
    assert without_overlaps([one, other, elsewhere]) == (one, elsewhere)
    assert without_overlaps([other, one]) == (other,)


def test_examples_are_read_as_they_were_written(tmp_path: Path) -> None:
    examples = (EXAMPLE, example(1), example(2))
    write_examples(tmp_path / "examples.jsonl", examples)
    assert read_examples(tmp_path / "examples.jsonl", SCHEME) == examples


@pytest.mark.parametrize(
    "broken",
    [
        replace(EXAMPLE, spans=(LabelledSpan(0, 2, "injury.bad"),)),
        replace(EXAMPLE, spans=(LabelledSpan(20, 99, "injury.light"),)),
        replace(EXAMPLE, unsure=(Unsure(4, 4, "injury"),)),
    ],
)
def test_impossible_examples_are_refused(tmp_path: Path, broken: Example) -> None:
    write_examples(tmp_path / "examples.jsonl", [broken])
    with pytest.raises(JiuzhuError, match=r"examples\.invalid"):
        read_examples(tmp_path / "examples.jsonl", SCHEME)


def test_a_line_that_is_no_example_is_named(tmp_path: Path) -> None:
    (tmp_path / "examples.jsonl").write_text('\n{"id": 1}\n', encoding="utf-8")
    with pytest.raises(JiuzhuError, match="第2行"):
        read_examples(tmp_path / "examples.jsonl", SCHEME)
