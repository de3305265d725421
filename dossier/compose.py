"""The single way in which text, pages and the map character → box come into being: together.

A reader starts a page, appends characters with or without their boxes, and builds the `Document` at the end.
Pages partition the text; every code point has a box or is known to have none. Nothing is looked up afterwards.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from dossier.document import CharBoxes, Document, Notice, Page, ReadingMode

Rectangle = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points from the page's top left."""

_NOT_A_BOX = (float("nan"),) * 4
_NO_GLYPH = (1.0, 1.0, 0.0, 0.0)  # x0 > x1, see CharBoxes
# Boxes stand on a grid of 1/16 point (0.02 mm): exact in the 4-byte floats that keep a 5,000-page dossier small,
# and short when written out.
_GRID = 16.0


class Composer:
    """Collects one document.

    Example:
        >>> composer = Composer()
        >>> composer.start_page(ReadingMode.TEXT_LAYER, size=(200.0, 100.0))
        >>> composer.add_glyphs("救助", [(10, 10, 20, 20), (20, 10, 30, 20)])
        >>> document = composer.build("d1", "通知.pdf")
        >>> document.text, document.boxes[1]
        ('救助', (20.0, 10.0, 30.0, 20.0))
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._boxes = array("f")
        self._boxed = False
        self._pages: list[Page] = []
        self._notices: list[Notice] = []

    @property
    def page_number(self) -> int:
        """Number of the page being filled, from 1; 0 before the first."""
        return len(self._pages)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Notices so far."""
        return tuple(self._notices)

    def start_page(
        self, mode: ReadingMode, *, size: tuple[float, float] | None = None, confidence: float | None = None
    ) -> None:
        """Ends the page being filled and starts the next.

        Args:
            mode: how the text of the new page is obtained.
            size: width and height in points.
            confidence: mean recognition confidence 0..1 of an OCR page.
        """
        self._end_page()
        self._pages.append(Page(len(self._pages) + 1, self._length, self._length, mode, size, confidence))

    def add_text(self, text: str) -> None:
        """Appends characters that have no box: a format without pages, or an inserted line break."""
        self._append(text)
        if self._boxed:
            self._boxes.extend(chain.from_iterable(repeat(_NO_GLYPH, len(text))))

    def add_glyphs(self, text: str, boxes: Sequence[Rectangle | None] | NDArray[np.float64]) -> None:
        """Appends characters with their boxes.

        Args:
            text: code points.
            boxes: one for each code point, in points from the page's top left; None (in an array of shape
                (code points, 4): NaN) for one without a glyph. Boxes are cut at the page's edge; one that lies
                wholly outside is no box.

        Raises:
            ValueError: when there is not exactly one entry for each code point.
        """
        if len(boxes) != len(text):
            raise ValueError(f"{len(boxes)} boxes for {len(text)} code points")
        if not text:
            return
        if not isinstance(boxes, np.ndarray):
            boxes = np.array([_NOT_A_BOX if box is None else box for box in boxes], dtype=np.float64)
        if not self._boxed:
            self._boxes.extend(chain.from_iterable(repeat(_NO_GLYPH, self._length)))
            self._boxed = True
        self._append(text)
        self._boxes.frombytes(self._fit(boxes).tobytes())

    def warn(self, code: str, message: str, *, page: int | None = None) -> None:
        """Adds a notice to the document, once for the same code and page."""
        notice = Notice(code, message, page)
        if notice not in self._notices:
            self._notices.append(notice)

    def build(self, document_id: str, name: str) -> Document:
        """The finished document.

        Raises:
            ValueError: when no page was started.
        """
        if not self._pages:
            raise ValueError("a document has at least one page")
        self._end_page()
        return Document(
            id=document_id,
            name=name,
            text="".join(self._parts),
            pages=tuple(self._pages),
            boxes=CharBoxes(self._boxes) if self._boxed else None,
            warnings=tuple(self._notices),
        )

    def _append(self, text: str) -> None:
        if not self._pages:
            raise ValueError("start a page before adding text")
        self._parts.append(text)
        self._length += len(text)

    def _end_page(self) -> None:
        if self._pages:
            page = self._pages[-1]
            self._pages[-1] = Page(page.number, page.start, self._length, page.mode, page.size, page.confidence)

    def _fit(self, boxes: NDArray[np.float64]) -> NDArray[np.float32]:
        fitted = np.round(boxes * _GRID) / _GRID  # (code points, 4)
        size = self._pages[-1].size
        if size is not None:
            right, bottom = (int(value * _GRID) / _GRID for value in size)
            np.maximum(fitted[:, :2], 0.0, out=fitted[:, :2])
            np.minimum(fitted[:, 2:], (right, bottom), out=fitted[:, 2:])
        # Comparison with NaN is false, so what has no glyph ends up without a box as well.
        inside = (fitted[:, 0] <= fitted[:, 2]) & (fitted[:, 1] <= fitted[:, 3])
        fitted[~inside] = _NO_GLYPH
        return fitted.astype(np.float32)
