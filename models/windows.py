"""Long texts in overlapping windows: cut, stitched again, and put into batches of like length.

Each character belongs to exactly one window, the one in which it has most text on both sides. What a network says of
it is taken from there; spans are read only after stitching, so that one over a window's edge is found once and no
text is cut off silently. Offsets are code points into the text that was cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Window:
    """Attributes:
    start, end: what the network sees.
    own_start, own_end: the characters that are taken from this window.
    """

    start: int
    end: int
    own_start: int
    own_end: int

    def __len__(self) -> int:
        return self.end - self.start


def cut(length: int, *, size: int, overlap: int) -> tuple[Window, ...]:
    """Windows of at most `size` characters over a text of `length`, each sharing `overlap` with the next.

    >>> [(w.start, w.end, w.own_start, w.own_end) for w in cut(10, size=6, overlap=2)]
    [(0, 6, 0, 5), (4, 10, 5, 10)]

    Raises:
        ValueError: unless 0 <= overlap < size.
    """
    if not 0 <= overlap < size:
        raise ValueError("a window must be longer than what it shares with the next")
    if length <= 0:
        return ()
    starts = [0]
    while starts[-1] + size < length:
        starts.append(starts[-1] + size - overlap)
    borders = [0, *(start + overlap // 2 for start in starts[1:]), length]
    return tuple(
        Window(start, min(start + size, length), borders[number], borders[number + 1])
        for number, start in enumerate(starts)
    )


def stitch(windows: Sequence[Window], pieces: Sequence[Floats]) -> Floats:
    """One array over the whole text.

    Args:
        pieces: for each window an array whose first axis runs over its characters.
    """
    parts = [
        piece[window.own_start - window.start : window.own_end - window.start]
        for window, piece in zip(windows, pieces, strict=True)
    ]
    return np.concatenate(parts)


def batches(lengths: Sequence[int], *, most: int) -> list[list[int]]:
    """Indices in groups of like length, so that little is padded.

    Args:
        most: characters in one batch, padding counted; a longer single one stands alone.
    """
    groups: list[list[int]] = []
    group: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if group and lengths[group[0]] * (len(group) + 1) > most:
            groups.append(group)
            group = []
        group.append(index)
    return [*groups, group] if group else groups
