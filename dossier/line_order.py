"""Reading order of recognized lines: rows from top to bottom, each from left to right, whatever the skew.

Takes lines in any order, gives rows of lines that stand side by side. A sheet with two pages side by side (A3
scans) is read as its left half and then its right half.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from dossier.ocr import OcrLine
from dossier.page_turn import direction

_SAME_ROW = 0.5  # of the lower line's height: how far two centres may be apart
_GUTTER = (0.4, 0.6)  # where the fold of a two-page sheet may lie, as shares of the text's width
_WIDE = 1.15  # width to height of the text of a two-page sheet


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line in the frame of its page once the skew is taken out: x along the text, y down."""

    line: OcrLine
    left: float
    right: float
    middle: float
    height: float


def ordered_rows(lines: Iterable[OcrLine]) -> list[list[OcrLine]]:
    """Rows of lines in reading order."""
    kept = [line for line in lines if line.text.strip()]
    if not kept:
        return []
    skew = _skew(kept)
    placed = [_place(line, skew) for line in kept]
    return [[item.line for item in row] for half in _halves(placed) for row in _rows(half)]


def _skew(lines: list[OcrLine]) -> float:
    """Common direction of the text; long lines say it best."""
    longest = sorted(lines, key=lambda line: len(line.text), reverse=True)[: max(1, len(lines) // 2)]
    angles = [direction(line) for line in longest]
    # Directions around ±180° must not average to 0°: the mean of unit vectors names the side, the median the angle.
    side = math.atan2(sum(map(math.sin, angles)), sum(map(math.cos, angles)))
    return side + statistics.median((angle - side + math.pi) % (2 * math.pi) - math.pi for angle in angles)


def _place(line: OcrLine, skew: float) -> _Placed:
    cosine, sine = math.cos(skew), math.sin(skew)
    along = [x * cosine + y * sine for x, y in line.corners]
    down = [y * cosine - x * sine for x, y in line.corners]
    height = ((down[3] - down[0]) + (down[2] - down[1])) / 2
    return _Placed(line, min(along), max(along), sum(down) / 4, max(abs(height), 1.0))


def _halves(placed: list[_Placed]) -> list[list[_Placed]]:
    left, right = min(item.left for item in placed), max(item.right for item in placed)
    top, bottom = min(item.middle for item in placed), max(item.middle for item in placed)
    width = right - left
    if len(placed) < 10 or width < _WIDE * (bottom - top):
        return [placed]
    for step in range(21):
        fold = left + width * (_GUTTER[0] + (_GUTTER[1] - _GUTTER[0]) * step / 20)
        first = [item for item in placed if item.right <= fold]
        second = [item for item in placed if item.left >= fold]
        if len(first) + len(second) == len(placed) and min(len(first), len(second)) >= 0.2 * len(placed):
            return [first, second]
    return [placed]


def _rows(placed: list[_Placed]) -> list[list[_Placed]]:
    rows: list[list[_Placed]] = []
    for item in sorted(placed, key=lambda item: item.middle):
        row = rows[-1] if rows else []
        if row:
            middle = statistics.fmean(other.middle for other in row)
            lower = min(item.height, *(other.height for other in row))
            apart = all(
                item.left >= other.right - 0.3 * lower or item.right <= other.left + 0.3 * lower for other in row
            )
            if item.middle - middle <= _SAME_ROW * lower and apart:
                row.append(item)
                continue
        rows.append([item])
    return [sorted(row, key=lambda item: item.left) for row in rows]
