"""Windows cover every character once when stitched, wherever the cuts fall; a span over an edge is found once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.spans import find_spans
from models.windows import Floats, batches, cut, stitch
from nlp.labels import label_scheme

SIZES = st.integers(2, 60).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1)))


@given(st.integers(0, 400), SIZES)
def test_every_character_is_owned_once_and_seen_by_its_owner(length: int, shape: tuple[int, int]) -> None:
    size, overlap = shape
    windows = cut(length, size=size, overlap=overlap)
    assert [i for w in windows for i in range(w.own_start, w.own_end)] == list(range(length))
    assert all(0 <= w.start <= w.own_start < w.own_end <= w.end <= length for w in windows)
    assert all(len(w) <= size for w in windows)


@given(st.integers(1, 400), SIZES)
def test_inner_borders_keep_half_the_overlap_on_both_sides(length: int, shape: tuple[int, int]) -> None:
    size, overlap = shape
    windows = cut(length, size=size, overlap=overlap)
    assert all(w.own_start - w.start >= overlap // 2 for w in windows[1:])
    assert all(w.end - w.own_end >= overlap // 2 for w in windows[:-1])


@given(st.integers(1, 300), SIZES)
def test_stitching_gives_each_character_its_own_row(length: int, shape: tuple[int, int]) -> None:
    windows = cut(length, size=shape[0], overlap=shape[1])
    rows: Floats = np.arange(length, dtype=np.float32)[:, None]
    assert np.array_equal(stitch(windows, [rows[w.start : w.end] for w in windows]), rows)


@given(st.integers(60, 300), SIZES, st.data())
def test_a_span_over_an_edge_is_found_once(length: int, shape: tuple[int, int], data: st.DataObject) -> None:
    """The network here is one that sees every span wherever the window lies."""
    scheme = label_scheme()
    label = scheme.label("hardship.dibao")
    layer = scheme.layer(label.attribute)
    start = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(start + 1, min(length, start + 40)))
    truth = np.zeros((length, scheme.width), dtype=np.float32)
    truth[start, layer.first + layer.begin(label)] = 9
    truth[start + 1 : end, layer.first + layer.begin(label) + 1] = 9
    windows = cut(length, size=shape[0], overlap=shape[1])
    found = find_spans(stitch(windows, [truth[w.start : w.end] for w in windows]), scheme)
    assert [(span.start, span.end, span.label) for span in found] == [(start, end, label)]


def test_an_overlap_that_leaves_no_step_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        cut(10, size=4, overlap=4)


@given(st.lists(st.integers(1, 200)), st.integers(1, 500))
def test_batches_hold_every_window_once_and_stay_within_the_limit(lengths: list[int], most: int) -> None:
    groups = batches(lengths, most=most)
    assert sorted(i for group in groups for i in group) == list(range(len(lengths)))
    assert all(len(g) == 1 or len(g) * max(lengths[i] for i in g) <= most for g in groups)
    padded = sum(len(g) * max(lengths[i] for i in g) for g in groups)
    assert padded <= len(lengths) * max(lengths, default=0)
