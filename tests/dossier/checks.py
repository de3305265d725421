"""What must hold for every document, whatever it was read from."""

from __future__ import annotations

from dossier.document import Document
from dossier.span import Span


def assert_sound(document: Document) -> None:
    """Pages partition the text, every span reproduces its quote, boxes lie on their page and belong to glyphs."""
    assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
    assert document.pages[0].start == 0
    assert document.pages[-1].end == len(document.text)
    for earlier, later in zip(document.pages, document.pages[1:], strict=False):
        assert earlier.end == later.start
    for page in document.pages:
        for offset in {page.start, (page.start + page.end) // 2, page.end - 1} if page.end > page.start else set():
            assert document.page_at(offset) == page.number
    assert not any(0xD800 <= ord(character) <= 0xDFFF for character in document.text)
    if document.text:
        whole = Span(document.id, 0, len(document.text))
        assert document.quote(whole) == document.text
        middle = len(document.text) // 2
        assert document.quote(Span(document.id, middle, middle + 1)) == document.text[middle]
    if document.boxes is None:
        return
    assert len(document.boxes.values) == 4 * len(document.text)
    for page in document.pages:
        for offset in range(page.start, page.end):
            box = document.boxes[offset]
            if document.text[offset] == "\n":
                assert box is None
            elif box is not None and page.size is not None:
                x0, y0, x1, y1 = box
                assert 0 <= x0 <= x1 <= page.size[0]
                assert 0 <= y0 <= y1 <= page.size[1]


def glyphs_of(text: str) -> str:
    """The visible characters: what no layout may add, lose or reorder."""
    return "".join(text.split())
