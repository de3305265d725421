from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dossier.compose
import dossier.natural_order
import dossier.upload
from dossier.compose import Composer
from dossier.document import ReadingMode
from tests.dossier.checks import assert_sound

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_NUMBER = st.floats(-50, 250, width=32)


@pytest.mark.parametrize("module", [dossier.compose, dossier.natural_order, dossier.upload])
def test_examples_in_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0


@given(st.lists(st.tuples(st.booleans(), _TEXT, st.booleans()), min_size=1, max_size=12), st.data())
def test_composer_keeps_text_pages_and_boxes_together(
    pieces: list[tuple[bool, str, bool]], data: st.DataObject
) -> None:
    composer = Composer()
    composer.start_page(ReadingMode.TEXT_LAYER, size=(200.0, 100.3))
    expected = ""
    for new_page, text, boxed in pieces:
        if new_page:
            composer.start_page(ReadingMode.TEXT_LAYER, size=(200.0, 100.3))
        text = text.replace("\n", "")
        if boxed:
            box = st.none() | st.tuples(_NUMBER, _NUMBER, _NUMBER, _NUMBER)
            composer.add_glyphs(text, data.draw(st.lists(box, min_size=len(text), max_size=len(text))))
        else:
            composer.add_text(text + "\n")
            text += "\n"
        expected += text
    document = composer.build("d1", "x")
    assert document.text == expected
    assert_sound(document)


def test_text_before_the_first_box_has_no_glyph() -> None:
    composer = Composer()
    composer.start_page(ReadingMode.OCR, size=(100.0, 100.0))
    composer.add_text("页眉")
    composer.add_glyphs("𠮷", [(1, 2, 3, 4)])
    document = composer.build("d1", "x")
    assert document.boxes is not None
    assert [document.boxes[offset] for offset in range(3)] == [None, None, (1.0, 2.0, 3.0, 4.0)]


def test_box_is_cut_at_the_edge_and_dropped_outside() -> None:
    composer = Composer()
    composer.start_page(ReadingMode.TEXT_LAYER, size=(100.0, 50.0))
    composer.add_glyphs("内边外", [(10, 10, 20, 20), (95, 40, 105, 60), (120, 10, 130, 20)])
    document = composer.build("d1", "x")
    assert document.boxes is not None
    assert [document.boxes[offset] for offset in range(3)] == [(10, 10, 20, 20), (95, 40, 100, 50), None]


def test_composer_refuses_impossible_calls() -> None:
    composer = Composer()
    with pytest.raises(ValueError, match="start a page"):
        composer.add_text("字")
    with pytest.raises(ValueError, match="start a page"):
        composer.add_glyphs("字", [None])
    with pytest.raises(ValueError, match="at least one page"):
        composer.build("d1", "x")
    composer.start_page(ReadingMode.PLAIN)
    with pytest.raises(ValueError, match="1 boxes for 2"):
        composer.add_glyphs("两字", [(0, 0, 1, 1)])


def test_same_notice_is_kept_once() -> None:
    composer = Composer()
    composer.start_page(ReadingMode.PLAIN)
    for _ in range(2):
        composer.warn("page.unreadable", "此页已损坏", page=1)
    composer.warn("page.unreadable", "此页已损坏", page=2)
    assert [notice.page for notice in composer.build("d1", "x").warnings] == [1, 2]


def test_boxes_on_a_page_without_a_size_are_kept_as_they_are() -> None:
    composer = Composer()
    composer.start_page(ReadingMode.OCR)
    composer.add_glyphs("字", [(1000, 1000, 1010, 1010)])
    boxes = composer.build("d1", "x").boxes
    assert boxes is not None
    assert boxes[0] == (1000, 1000, 1010, 1010)
