"""Spans out of scores: begin, inside, layers beside each other, raw scores."""

from __future__ import annotations

import numpy as np
import pytest

from models.spans import FoundSpan, find_spans
from models.windows import Floats
from nlp.labels import label_scheme

SCHEME = label_scheme()


def columns(length: int, *places: tuple[str, int, int], height: float = 9.0, begin: bool = True) -> Floats:
    """Scores that clearly tag these (label, start, end)."""
    scores = np.zeros((length, SCHEME.width), dtype=np.float32)
    for name, start, end in places:
        label = SCHEME.label(name)
        layer = SCHEME.layer(label.attribute)
        first = layer.first + layer.begin(label)
        scores[start, first if begin else first + 1] = height
        scores[start + 1 : end, first + 1] = height
    return scores


def found(scores: Floats) -> list[tuple[str, int, int]]:
    return [(span.label.name, span.start, span.end) for span in find_spans(scores, SCHEME)]


def test_two_spans_of_a_kind_that_touch_stay_two() -> None:
    places = [("injury.light", 2, 5), ("injury.light", 5, 8)]
    assert found(columns(10, *places)) == places


def test_layers_may_overlap() -> None:
    places = [("disability.preexisting", 1, 3), ("gender.male", 1, 5)]
    assert found(columns(6, *places)) == places


def test_a_span_without_its_beginning_is_still_one() -> None:
    assert found(columns(6, ("loss.amount", 1, 4), begin=False)) == [("loss.amount", 1, 4)]


def test_an_inside_of_another_label_starts_a_new_span() -> None:
    scores = columns(8, ("injury.light", 1, 3)) + columns(8, ("injury.serious", 3, 6), begin=False)
    assert found(scores) == [("injury.light", 1, 3), ("injury.serious", 3, 6)]


def test_nothing_marked_gives_nothing() -> None:
    assert found(np.zeros((4, SCHEME.width), dtype=np.float32)) == []


def test_the_score_is_the_geometric_mean_of_the_probabilities() -> None:
    scores = columns(3, ("gender.male", 0, 2), height=2.0)
    share = np.exp(2.0) / (np.exp(2.0) + SCHEME.layer(SCHEME.label("gender.male").attribute).width - 1)
    (span,) = find_spans(scores, SCHEME)
    assert isinstance(span, FoundSpan)
    assert span.score == pytest.approx(share, rel=1e-5)
