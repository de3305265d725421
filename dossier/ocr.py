"""Recognition of text in page images: the interface that readers see, and RapidOCR behind it.

RapidOCR and onnxruntime belong to the `ocr` extra; they are imported on the first page that needs them, so the
light core works without. Its models ship inside its wheel: nothing is downloaded when a page is read.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""Rows, columns, three channels in the order red, green, blue."""

Rectangle = tuple[float, float, float, float]

_PACKAGES = ("rapidocr", "onnxruntime")
_DETECTION_SIDE = 1280  # pixels


@dataclass(frozen=True, slots=True)
class OcrLine:
    """One recognized line of text.

    Attributes:
        text: as recognized.
        confidence: 0..1.
        corners: top left, top right, bottom right, bottom left as x, y in pixels of the image, in reading
            direction (the text runs from the first to the second).
        glyphs: x0, y0, x1, y1 in pixels for each code point of `text`.
    """

    text: str = field(repr=False)
    confidence: float
    corners: tuple[tuple[float, float], ...]
    glyphs: tuple[Rectangle, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.glyphs) != len(self.text) or len(self.corners) != 4:
            raise ValueError(f"{len(self.glyphs)} glyph boxes for {len(self.text)} code points")


class Ocr(Protocol):
    """Recognizes the lines of one page image, in any order."""

    @property
    def version(self) -> str:
        """Engine and models; a change makes cached pages stale."""
        ...

    def read(self, image: Image) -> tuple[OcrLine, ...]: ...


def ocr_available() -> bool:
    """Whether the `ocr` extra is installed."""
    return all(importlib.util.find_spec(package) is not None for package in _PACKAGES)


class RapidOcr:
    """RapidOCR (PP-OCR models on onnxruntime), loaded on first use; safe to share between threads.

    Args:
        threads: processor threads of one page; None lets onnxruntime take all cores.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads
        self._engine: Any = None
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        versions = [f"{package} {importlib.metadata.version(package)}" for package in _PACKAGES]
        return " ".join([*versions, f"detection {_DETECTION_SIDE}"])

    def read(self, image: Image) -> tuple[OcrLine, ...]:
        with self._lock:  # the engine keeps per-call settings on itself
            if self._engine is None:
                self._engine = self._load()
            # Line direction is settled for the whole page (`dossier.page_turn`), where it also decides the reading
            # order; asking for each line would hide an upside-down page from us.
            found = self._engine(image[:, :, ::-1], use_cls=False, return_word_box=True, return_single_char_box=True)
        if found.boxes is None or found.txts is None:
            return ()
        words = found.word_results if found.word_results and len(found.word_results) == len(found.txts) else ()
        lines = []
        for index, (text, score, corners) in enumerate(zip(found.txts, found.scores, found.boxes, strict=True)):
            # A tenth of a pixel is finer than the engine; short numbers keep the cache small.
            points = tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners)
            glyphs = _aligned_words(text, words[index]) if words else None
            lines.append(OcrLine(text, round(float(score), 4), points, glyphs or interpolated(text, points)))
        return tuple(lines)

    def _load(self) -> Any:
        from rapidocr import RapidOCR

        # RapidOCR sets its logger up on import and writes to standard error at "info".
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        parameters: dict[str, Any] = {
            "Global.log_level": "error",
            "Global.text_score": 0.3,  # a doubtful line is shown with its confidence, not hidden
            "Global.max_side_len": 4000,  # pages arrive rendered at the size that we chose
            # Lines are looked for on a page of this height and read at full size. On 170 dots an inch of print in
            # 8 to 14 points it found every line, in a third of the time; at full size it missed a line standing alone.
            "Det.limit_type": "max",
            "Det.limit_side_len": _DETECTION_SIDE,
        }
        if self._threads is not None:
            parameters["EngineConfig.onnxruntime.intra_op_num_threads"] = self._threads
        return RapidOCR(params=parameters)


def interpolated(text: str, corners: Sequence[tuple[float, float]]) -> tuple[Rectangle, ...]:
    """One box for each code point, dividing a line's quadrilateral by the usual widths.

    A full-width character counts twice as wide as a Latin letter or digit.
    """
    widths = [0.5 if character.isascii() else 1.0 for character in text]
    total = sum(widths) or 1.0
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    boxes = []
    done = 0.0
    for width in widths:
        start, done = done / total, (done + width)
        end = done / total
        xs = [low + (high - low) * at for low, high in ((ax, bx), (dx, cx)) for at in (start, end)]
        ys = [low + (high - low) * at for low, high in ((ay, by), (dy, cy)) for at in (start, end)]
        boxes.append(_rounded(min(xs), min(ys), max(xs), max(ys)))
    return tuple(boxes)


def _aligned_words(text: str, words: Sequence[Any]) -> tuple[Rectangle, ...] | None:
    """The engine's own character boxes, or None when they do not spell the line (it leaves out some spaces)."""
    if "".join(word[0] for word in words) != text or any(len(word[0]) != 1 for word in words):
        return None
    boxes = []
    for _, _, corners in words:
        xs = [float(x) for x, _ in corners]
        ys = [float(y) for _, y in corners]
        boxes.append(_rounded(min(xs), min(ys), max(xs), max(ys)))
    return tuple(boxes)


def _rounded(x0: float, y0: float, x1: float, y1: float) -> Rectangle:
    return round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)
