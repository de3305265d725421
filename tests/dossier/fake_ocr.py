"""A recognizer that reads what the test says, so that page handling is tested without models."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dossier.ocr import Image, OcrLine, interpolated


def line(text: str, left: float, top: float, *, height: float = 20.0, confidence: float = 0.99) -> OcrLine:
    """An upright line whose characters are as wide as high."""
    right, bottom = left + height * len(text), top + height
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return OcrLine(text, confidence, corners, interpolated(text, corners))


class FakeOcr:
    """Answers each call with the next page; counts the calls.

    Args:
        pages: lines of each page, or a function of the image.
    """

    version = "fake 1"

    def __init__(self, *pages: Sequence[OcrLine] | Callable[[Image], Sequence[OcrLine]]) -> None:
        self._pages = pages
        self.calls = 0

    def read(self, image: Image) -> tuple[OcrLine, ...]:
        page = self._pages[min(self.calls, len(self._pages) - 1)]
        self.calls += 1
        return tuple(page(image) if callable(page) else page)


class BrokenOcr:
    """Fails on every page, as an engine out of memory does."""

    version = "broken 1"

    def read(self, image: Image) -> tuple[OcrLine, ...]:
        raise RuntimeError("张某某 must never reach a log")
