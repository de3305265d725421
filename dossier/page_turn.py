"""Pages that were scanned lying on their side or upside down: found, read upright, boxes turned back.

An upright page is recognized once. Only when its lines stand on end or its recognition is poor are the other
directions tried, and the one that reads best is kept.
"""

from __future__ import annotations

import math

import numpy as np

from dossier.ocr import Image, Ocr, OcrLine, Rectangle

_POOR = 0.75  # mean confidence; upright print reads above 0.9, upside-down print below 0.7
_ENOUGH = 12  # characters from which a page can be judged


def read_upright(image: Image, ocr: Ocr) -> tuple[OcrLine, ...]:
    """Lines of the page, boxes in pixels of `image` whichever way the page lay."""
    lines = ocr.read(image)
    if not _doubtful(lines):
        return lines
    best, best_score = lines, _quality(lines)
    for turns in (1, 3, 2):
        turned = ocr.read(np.ascontiguousarray(np.rot90(image, turns)))
        score = _quality(turned)
        if score > best_score:
            best, best_score = tuple(_turn_back(line, turns, image.shape[1], image.shape[0]) for line in turned), score
        if not _doubtful(turned) and turned:
            break
    return best


def direction(line: OcrLine) -> float:
    """Angle of the reading direction in radians, 0 from left to right, growing clockwise."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = line.corners
    return math.atan2((by - ay) + (cy - dy), (bx - ax) + (cx - dx))


def _doubtful(lines: tuple[OcrLine, ...]) -> bool:
    characters = sum(len(line.text) for line in lines)
    if characters < _ENOUGH:
        return False
    standing = sum(len(line.text) for line in lines if len(line.text) > 1 and _stands(line))
    return standing > 0.5 * characters or _mean_confidence(lines) < _POOR


def _stands(line: OcrLine) -> bool:
    xs, ys = [x for x, _ in line.corners], [y for _, y in line.corners]
    return max(ys) - min(ys) > 1.5 * (max(xs) - min(xs))


def _mean_confidence(lines: tuple[OcrLine, ...]) -> float:
    characters = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / characters if characters else 0.0


def _quality(lines: tuple[OcrLine, ...]) -> float:
    """Characters read, weighed by how surely; lines that stand on end count little, they read out of order."""
    return sum(line.confidence**4 * len(line.text) * (0.2 if _stands(line) else 1.0) for line in lines)


def _turn_back(line: OcrLine, turns: int, width: int, height: int) -> OcrLine:
    corners = tuple(_point_back(x, y, turns, width, height) for x, y in line.corners)
    return OcrLine(line.text, line.confidence, corners, tuple(_box_back(g, turns, width, height) for g in line.glyphs))


def _box_back(glyph: Rectangle, turns: int, width: int, height: int) -> Rectangle:
    (ax, ay), (bx, by) = (_point_back(x, y, turns, width, height) for x, y in (glyph[:2], glyph[2:]))
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _point_back(x: float, y: float, turns: int, width: int, height: int) -> tuple[float, float]:
    """A point of the image turned counter-clockwise `turns` times, in the image of `width` × `height` before."""
    return {1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}[turns]
