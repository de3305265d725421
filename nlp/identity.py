"""Resident identity numbers: birth date and sex, when the number can be trusted.

18 digits: the check character of GB 11643 must hold. 15 digits (issued until 1999): no check character, so the
birth date must be possible. An unknown area code is no error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# matches 11010519491231002X, 130503670401001 and the 20 digits of a disability certificate (identity number, kind,
# grade); not a 19-digit bank card, nor ××××
NUMBER = re.compile(r"(?<![\dA-Za-z])(?P<id>\d{17}[\dXx]|\d{15})(?P<certificate>[1-7][1-4])?(?:[Bb]\d)?(?![\dA-Za-z])")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a number tells; `start`, `end` in the searched text."""

    start: int
    end: int
    birth_date: str
    gender: str
    certificate: str | None = None  # kind and grade digits of a disability certificate


def find_identities(text: str, start: int = 0, end: int | None = None) -> list[Identity]:
    """Valid identity numbers in `text[start:end]`."""
    found = []
    for match in NUMBER.finditer(text, start, len(text) if end is None else end):
        read = _read(match["id"].upper())
        if read is not None and not (match["certificate"] and len(match["id"]) == 15):
            found.append(Identity(match.start(), match.end(), *read, match["certificate"]))
    return found


def _read(number: str) -> tuple[str, str] | None:
    if len(number) == 18:
        total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
        if _CHECK[total % 11] != number[-1]:
            return None
        born, order = number[6:14], number[16]
    else:
        born, order = "19" + number[6:12], number[14]
    try:
        birth = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return None
    if not 1880 <= birth.year <= 2099:
        return None
    return birth.isoformat(), "男" if int(order) % 2 else "女"
