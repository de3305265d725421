"""Paints over characters of a page image, from the gap before the first to the gap behind the last.

In: a page's pixels and, for each line of characters to hide, the boxes of that line. Out: a copy of the pixels. Boxes
of a scan are the recognizer's guess and lie up to a quarter of a character off, so the end of the paint is looked for
in the ink: the blank columns between two characters. Where they cannot be told, the paint reaches half a character
further, for a neighbour covered costs less than a name that can be made out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dossier.document import Box, Document, ReadingMode
from dossier.ocr import Image, Rectangle
from dossier.span import Span

_INK = (64, 60, 54)  # of the paint: dark, and plainly no print
_AROUND = 6  # characters of the line on each side, by which its boxes are judged
_EM = 0.87  # of a box's height; recognized boxes are a little higher than the character
_BEFORE, _BEHIND = 0.15, 0.25  # em around the supposed border; recognized borders lie within 0.13
_WIDE = 0.6  # em; a wider gap is white space
_AGREE = 2 / 3  # of a line's borders that must fall into gaps, else its boxes are not believed
_DARK = 0.2  # of the way from paper to ink
_SLACK = 0.12  # of the height, above and below
_MARGIN = 0.5  # of the height, where the gap cannot be told

_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cover:
    """Characters to hide on one line.

    Attributes:
        row: boxes (points from the page's top left) of these and of some characters before and behind them.
        first, last: which of `row` are hidden.
        guessed: the boxes only divide the line evenly.
    """

    row: tuple[Rectangle, ...]
    first: int
    last: int
    guessed: bool


def covers_of(document: Document, spans: Iterable[Span], page: int) -> tuple[Cover, ...]:
    """What must be hidden of a page so that none of the spans' characters can be seen."""
    boxes = document.boxes
    if boxes is None:
        return ()
    (bounds,) = [p for p in document.pages if p.number == page]

    def on_line(line: Box, start: int, end: int) -> list[tuple[int, Rectangle]]:
        offsets = range(max(start, bounds.start), min(end, bounds.end))
        glyphs = ((offset, boxes[offset]) for offset in offsets)
        return [(o, g) for o, g in glyphs if g is not None and line.y0 < (g[1] + g[3]) / 2 < line.y1]

    found = []
    for span in spans:
        for line in document.boxes_of(span):
            hidden = [(o, g) for o, g in on_line(line, span.start, span.end) if line.x0 <= g[0] and g[2] <= line.x1]
            if line.page != page or not hidden:
                continue
            before = on_line(line, hidden[0][0] - _AROUND, hidden[0][0])
            behind = on_line(line, hidden[-1][0] + 1, hidden[-1][0] + 1 + _AROUND)
            row = (*before, *hidden, *behind)
            # a line whose blanks have boxes was divided evenly (`dossier.ocr.interpolated`)
            guessed = bounds.mode is ReadingMode.OCR and any(document.text[offset].isspace() for offset, _ in row)
            glyphs = tuple(glyph for _, glyph in row)
            found.append(Cover(glyphs, len(before), len(before) + len(hidden) - 1, guessed))
    return tuple(found)


def paint(pixels: Image, size: tuple[float, float], covers: Iterable[Cover]) -> Image:
    """A copy with the covers painted.

    Args:
        size: of the page in points.
    """
    covered = pixels.copy()
    across, down = pixels.shape[1] / size[0], pixels.shape[0] / size[1]
    for cover in covers:
        hidden = cover.row[cover.first : cover.last + 1]
        top, bottom = min(g[1] for g in hidden) * down, max(g[3] for g in hidden) * down
        height = bottom - top
        row = [(g[0] * across, g[2] * across) for g in cover.row]
        blank = _blank(pixels[max(0, int(top)) : int(np.ceil(bottom)) + 1], along=0)
        trusted = not cover.guessed and _fits(blank, row, height)
        # the left end is the right end of the line seen in a mirror
        width = pixels.shape[1]
        mirrored = [(width - x1, width - x0) for x0, x1 in reversed(row)]
        x1 = _end(blank, row, cover.last, height, trusted=trusted)
        x0 = width - _end(blank[::-1], mirrored, len(row) - 1 - cover.first, height, trusted=trusted)
        left, right = max(0, int(x0)), max(0, int(np.ceil(x1)))
        rows = _blank(pixels[:, left:right], along=1) if trusted else np.zeros(len(pixels), np.bool_)
        y0 = len(rows) - _under(rows[::-1], len(rows) - top, height)
        y1 = _under(rows, bottom, height)
        covered[max(0, int(y0)) : max(0, int(np.ceil(y1))), left:right] = _INK
    return covered


def _blank(strip: Image, along: int) -> _Flags:
    """Which columns (`along` 0) or rows (1) of a strip hold no ink."""
    grey = strip.mean(axis=2)  # (rows, columns)
    if not grey.size:
        return np.zeros(grey.shape[1 - along], np.bool_)
    paper, ink = np.percentile(grey, 90), grey.min()
    flags: _Flags = (grey >= paper - _DARK * (paper - ink)).all(axis=along)
    return flags


def _under(blank: _Flags, bottom: float, height: float) -> float:
    """Where the paint ends below a line: in the blank rows before the next line's ink, where there are any."""
    low, high = max(0, int(bottom - _SLACK * height)), min(len(blank), int(np.ceil(bottom + _SLACK * height)))
    gaps = _runs(blank, low, high)
    return gaps[-1][0] + 0.7 * (gaps[-1][1] - gaps[-1][0]) if gaps else bottom + _SLACK * height


def _fits(blank: _Flags, row: Sequence[tuple[float, float]], height: float) -> bool:
    """Whether the boxes are where the characters are: their borders fall into gaps."""
    borders = [(a[1], b[0]) for a, b in pairwise(row) if b[0] - a[1] <= _WIDE * _EM * height]
    met = sum(_gap(blank, (inside + outside) / 2, _EM * height) is not None for inside, outside in borders)
    return met >= _AGREE * len(borders)


def _end(blank: _Flags, row: Sequence[tuple[float, float]], last: int, height: float, *, trusted: bool) -> float:
    """Where the paint ends behind the character `last`, in pixels."""
    inside = row[last][1]
    far = inside + _MARGIN * height
    if last + 1 == len(row):
        return far
    middle = (inside + row[last + 1][0]) / 2
    if row[last + 1][0] - inside > _WIDE * _EM * height:
        return min(far, middle)
    gap = _gap(blank, middle, _EM * height) if trusted else None
    return far if gap is None else gap


def _gap(blank: _Flags, border: float, em: float) -> float | None:
    """The outermost gap near a border: a character may have gaps of its own (川), and a cut there would show it."""
    gaps = _runs(blank, max(0, int(border - em)), min(len(blank), int(border + em) + 1))
    near = [(a, b) for a, b in gaps if border - _BEFORE * em <= (a + b) / 2 <= border + _BEHIND * em]
    return near[-1][0] + 0.7 * (near[-1][1] - near[-1][0]) if near else None


def _runs(flags: _Flags, low: int, high: int) -> list[tuple[int, int]]:
    """The runs of set flags between two indices, each as a half-open range."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags[low:high], [False])).astype(np.int8)))
    return [(low + int(start), low + int(end)) for start, end in edges.reshape(-1, 2)]
