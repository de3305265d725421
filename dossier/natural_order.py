"""The order in which a person would lay out files: 卷2 before 卷10, 第二册 before 第十册."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
# Matches 卷十二, 第三册, 12, １２; near miss: 一 in 一审判决书, which is no number of a volume.
_NUMBER = re.compile(r"(\d+|(?<=[卷册第])[一二三四五六七八九十百]+|[一二三四五六七八九十百]+(?=[卷册]))")

SortKey = tuple[tuple[tuple[int, int, str], ...], ...]


def natural_key(name: str) -> SortKey:
    """Sort key of a path with `/` between folders.

    >>> sorted(["卷10/a", "卷2/b", "卷2/a", "卷一.txt", "卷十二.txt"], key=natural_key)
    ['卷一.txt', '卷2/a', '卷2/b', '卷10/a', '卷十二.txt']
    """
    return tuple(_component_key(part) for part in name.split("/"))


def _component_key(part: str) -> tuple[tuple[int, int, str], ...]:
    pieces = _NUMBER.split(part.casefold())
    # re.split with one group alternates text and number, starting with text.
    key = [(0, _value(piece), "") if index % 2 else (1, 0, piece) for index, piece in enumerate(pieces) if piece]
    return (*key, (1, 0, part))  # the name itself settles 卷1 against 卷01


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    hundreds, found, rest = number.rpartition("百")
    total = 100 * _below_ten(hundreds, 1) if found else 0
    tens, found, units = rest.rpartition("十")
    if found:
        total += 10 * _below_ten(tens, 1)
    return total + _below_ten(units, 0)


def _below_ten(text: str, empty: int) -> int:
    return _DIGITS.index(text[-1]) if text and text[-1] in _DIGITS else empty
