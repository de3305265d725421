from __future__ import annotations

from array import array

import pytest

from dossier.document import CharBoxes, Document, Dossier, Page, ReadingMode
from dossier.span import Span


def _document(text: str = "卫某某轻伤", boxes: CharBoxes | None = None) -> Document:
    return Document("d1", "a.txt", text, (Page(1, 0, 3, ReadingMode.PLAIN), Page(2, 3, 5, ReadingMode.PLAIN)), boxes)


@pytest.mark.parametrize("start, end", [(2, 2), (3, 1), (-1, 2)])
def test_impossible_span_cannot_be_built(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="start must be"):
        Span("d1", start, end)


def test_spans_know_length_overlap_and_containment() -> None:
    outer, inner, later = Span("d1", 0, 10), Span("d1", 2, 5), Span("d1", 10, 12)
    assert len(inner) == 3
    assert outer.overlaps(inner) and outer.contains(inner)
    assert not inner.contains(outer)
    assert not outer.overlaps(later)
    assert not outer.overlaps(Span("d2", 0, 10))
    assert not outer.contains(Span("d2", 1, 2))


def test_quote_refuses_a_span_of_elsewhere() -> None:
    document = _document()
    assert document.quote(Span("d1", 3, 5)) == "轻伤"
    for span in (Span("d2", 0, 1), Span("d1", 4, 6)):
        with pytest.raises(ValueError, match="is not in document"):
            document.quote(span)


def test_dossier_finds_its_documents() -> None:
    dossier = Dossier("x", "案", "0" * 64, (_document(),))
    assert dossier.document("d1").name == "a.txt"
    assert dossier.quote(Span("d1", 0, 3)) == "卫某某"
    with pytest.raises(KeyError):
        dossier.document("d9")


def test_document_without_a_map_has_no_boxes() -> None:
    assert _document().boxes_of(Span("d1", 0, 5)) == ()


def test_boxes_join_along_a_line_and_part_between_pages_and_lines() -> None:
    glyphs = [(0, 0, 10, 10), (10, 1, 20, 11), (0, 20, 10, 30), (10, 20, 20, 30), (1, 1, 0, 0)]
    values = array("f", [value for glyph in glyphs for value in glyph])
    boxes = _document(boxes=CharBoxes(values)).boxes_of(Span("d1", 0, 5))
    assert [(box.page, box.x0, box.y0, box.x1, box.y1) for box in boxes] == [
        (1, 0, 0, 20, 11),
        (1, 0, 20, 10, 30),
        (2, 10, 20, 20, 30),
    ]
