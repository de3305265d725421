"""Four ways of scoring entities, against counts made by hand and against the project's own strict score."""

from __future__ import annotations

import random

import pytest

from models.entity_scores import WAYS, Matched, entity_scores
from models.examples import Example, LabelledSpan, Unsure
from models.predict import Prediction
from models.span_scores import score_spans
from nlp.labels import label_scheme

SCHEME = label_scheme()
TEXT = "被害人沈某构成轻伤一级，其妻低保，分文未付。"
EXAMPLE = Example(
    "e",
    "c",
    "written",
    TEXT,
    (),
    (
        LabelledSpan(7, 11, "injury.light"),
        LabelledSpan(14, 16, "hardship.dibao"),
        LabelledSpan(17, 21, "compensation.unpaid"),
    ),
    (Unsure(0, 3, "gender"),),
)


def said(start: int, end: int, label: str) -> Prediction:
    return Prediction(start, end, SCHEME.label(label), 0.9)


def test_the_four_ways_tell_place_from_label() -> None:
    scores = entity_scores(
        [EXAMPLE],
        [
            [
                said(0, 3, "gender.male"),  # where labels are unsure
                said(5, 11, "injury.light"),  # begins too early
                said(14, 16, "hardship.dibao"),
                said(17, 21, "compensation.paid"),  # another label
                said(3, 5, "age.elder"),  # nothing there
            ]
        ],
    )
    assert scores.overall == {
        "strict": Matched(correct=1, incorrect=2, spurious=1),
        "exact": Matched(correct=2, incorrect=1, spurious=1),
        "partial": Matched(correct=2, partial=1, spurious=1),
        "type": Matched(correct=2, incorrect=1, spurious=1),
    }
    assert scores.overall["partial"].precision == pytest.approx(2.5 / 4)
    assert scores.overall["partial"].recall == pytest.approx(2.5 / 3)
    assert scores.labels["injury.light"]["partial"] == Matched(partial=1)
    assert scores.labels["compensation.unpaid"]["exact"] == Matched(missed=1)
    assert scores.micro["type"] == Matched(correct=2, missed=1, spurious=2)
    data = scores.as_data()
    assert data["labels"]["injury.light"] == {"strict": 0.0, "exact": 0.0, "partial": 0.5, "type": 1.0, "support": 1}
    assert data["overall"]["strict"] == pytest.approx(2 / 7, abs=1e-4)


def test_a_span_of_another_label_over_it_lowers_overall_and_not_micro() -> None:
    text = "聋哑老汉"
    example = Example(
        "e", "c", "written", text, (), (LabelledSpan(0, 4, "age.elder"), LabelledSpan(2, 4, "gender.male"))
    )
    scores = entity_scores([example], [[said(0, 3, "age.elder"), said(2, 4, "gender.male")]])
    assert scores.micro["strict"] == Matched(correct=1, incorrect=1)
    wrong_first = entity_scores([example], [[said(1, 3, "gender.female"), said(2, 4, "gender.male")]])
    assert wrong_first.micro["strict"] == Matched(correct=1, missed=1, spurious=1)
    assert wrong_first.overall["strict"].f1 <= wrong_first.micro["strict"].f1


def test_strict_is_the_strict_score_of_the_project() -> None:
    choice = random.Random(5)
    names = [label.name for label in SCHEME.labels][:6]
    examples, predictions = [], []
    for number in range(40):
        layers: dict[str, int] = {}
        spans, found = [], []
        for _ in range(6):
            name = choice.choice(names)
            start = layers.get(name.split(".")[0], 0) + choice.randrange(3)
            end = start + choice.randrange(1, 4)
            layers[name.split(".")[0]] = end + 1  # apart by one: what is found must not overlap what is found
            spans.append(LabelledSpan(start, end, name))
            if choice.random() < 0.8:
                found.append(said(start, end + choice.randrange(2), name))
        examples.append(Example(str(number), str(number), "written", "字" * 60, (), tuple(spans)))
        predictions.append(found)
    ours = score_spans(examples, predictions)
    theirs = entity_scores(examples, predictions)
    assert 0.2 < ours.strict_f1 < 0.9
    assert theirs.micro["strict"].f1 == pytest.approx(ours.strict_f1)
    for name, counts in ours.strict.items():
        assert theirs.labels[name]["strict"].f1 == pytest.approx(counts.f1)


@pytest.mark.parametrize("examples", [[], [Example("e", "c", "written", "今天", (), ())]])
def test_nothing_there_and_nothing_found_is_defined(examples: list[Example]) -> None:
    scores = entity_scores(examples, [[] for _ in examples])
    assert scores.micro == scores.overall == {way: Matched() for way in WAYS}
    assert scores.as_data()["micro"]["strict"] == 0
