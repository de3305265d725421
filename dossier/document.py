"""What a case file is once it has been read: text, pages, and where each character stood.

A `Document`'s text never changes after reading. Every offset anywhere in the project is in code
points into that text. Readers build it with `dossier.compose`, never by hand.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum

from dossier.span import Span


class ReadingMode(StrEnum):
    """How the text of a page was obtained."""

    PLAIN = "plain"
    DOCX = "docx"
    HTML = "html"
    TEXT_LAYER = "text-layer"
    OCR = "ocr"
    OFD = "ofd"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a document that a reader of the result must know.

    Attributes:
        code: stable dotted word, e.g. `page.unreadable`.
        page: page number from 1, or None for the whole document.
        message: in Chinese, without dossier text.
    """

    code: str
    message: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the half-open range of `Document.text` that it holds.

    Attributes:
        number: from 1.
        size: width and height in points, None where the format has no pages of its own.
        confidence: mean recognition confidence 0..1 for OCR pages, else None.
    """

    number: int
    start: int
    end: int
    mode: ReadingMode
    size: tuple[float, float] | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, points from the top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class CharBoxes:
    """Four floats (x0, y0, x1, y1; points from the page's top left) for each code point of the text.

    A code point without a glyph (inserted line break) has x0 > x1.
    """

    values: array[float] = field(repr=False)

    def __getitem__(self, offset: int) -> tuple[float, float, float, float] | None:
        x0, y0, x1, y1 = self.values[4 * offset : 4 * offset + 4]
        return None if x0 > x1 else (x0, y0, x1, y1)


@dataclass(frozen=True, slots=True)
class Document:
    """One paper of a dossier.

    Attributes:
        id: unique within its dossier (`d1`, `d2`, …).
        name: file name inside the dossier, with `/` between folders.
        text: canonical text; all offsets refer to it.
    """

    id: str
    name: str
    text: str = field(repr=False)
    pages: tuple[Page, ...]
    boxes: CharBoxes | None = field(default=None, repr=False)
    warnings: tuple[Notice, ...] = ()

    def quote(self, span: Span) -> str:
        """The words at `span`.

        Raises:
            ValueError: when the span belongs to another document or leaves the text.
        """
        if span.document_id != self.id or span.end > len(self.text):
            raise ValueError(f"span of {span.document_id} [{span.start}:{span.end}] is not in document {self.id}")
        return self.text[span.start : span.end]

    def page_at(self, offset: int) -> int:
        """Number (from 1) of the page that holds the code point at `offset`."""
        index = bisect_right(self.pages, offset, key=lambda page: page.start) - 1
        return self.pages[max(index, 0)].number

    def boxes_of(self, span: Span) -> tuple[Box, ...]:
        """One box per line of text (and page) that the span covers; empty without a map.

        Characters stand on one line while their vertical extents overlap by half and they do not jump back.
        """
        if self.boxes is None:
            return ()
        lines: list[Box] = []
        for offset in range(span.start, span.end):
            glyph = self.boxes[offset]
            if glyph is None:
                continue
            box = Box(self.page_at(offset), *glyph)
            if lines and _same_line(lines[-1], box):
                last = lines[-1]
                lines[-1] = Box(
                    last.page, min(last.x0, box.x0), min(last.y0, box.y0), max(last.x1, box.x1), max(last.y1, box.y1)
                )
            else:
                lines.append(box)
        return tuple(lines)


def _same_line(line: Box, glyph: Box) -> bool:
    overlap = min(line.y1, glyph.y1) - max(line.y0, glyph.y0)
    height = min(line.y1 - line.y0, glyph.y1 - glyph.y0)
    return (
        line.page == glyph.page and overlap >= 0.5 * max(height, 0.1) and glyph.x1 > line.x0 + 0.5 * (line.x1 - line.x0)
    )


@dataclass(frozen=True, slots=True)
class Dossier:
    """One case: its documents in reading order.

    Attributes:
        name: file, archive or folder name as uploaded.
        sha256: of the bytes (of a folder: of its files' names and bytes, in order).
        warnings: files that could not be read, each with code and message; the rest was read.
    """

    id: str
    name: str
    sha256: str
    documents: tuple[Document, ...]
    warnings: tuple[Notice, ...] = ()

    def document(self, document_id: str) -> Document:
        for document in self.documents:
            if document.id == document_id:
                return document
        raise KeyError(document_id)

    def quote(self, span: Span) -> str:
        return self.document(span.document_id).quote(span)
