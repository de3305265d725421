"""Dates as legal papers write them, and whole years between two of them."""

from __future__ import annotations

import re

from nlp.numerals import CHINESE_NUMBER, number_of

# 2015年6月14日, 二〇一五年六月, 1980年; the birth year of 76年生 is not enough
DATE = re.compile(
    rf"(?P<y>(?:19|20)\d\d|[一二][〇零九][〇零一二三四五六七八九]{{2}})(?:年|[-./](?=\d))"
    rf"(?:(?P<m>\d{{1,2}}|{CHINESE_NUMBER})(?:月|[-./](?=\d))(?:(?:初|中旬|下旬|上旬|底|份)|(?P<d>\d{{1,2}}|{CHINESE_NUMBER})日?)?)?"
)


def iso_of(match: re.Match[str]) -> str | None:
    """ISO date (YYYY, YYYY-MM or YYYY-MM-DD) of a `DATE` match, None when impossible."""
    year = number_of(match["y"])
    parts = [f"{int(year or 0):04d}"]
    for name, top in (("m", 12), ("d", 31)):
        if not match[name]:
            break
        value = int(number_of(match[name]) or 0)
        if not 1 <= value <= top:
            return parts[0] if name == "m" else "-".join(parts)
        parts.append(f"{value:02d}")
    return "-".join(parts)


def find_dates(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int, str]]:
    """(start, end, ISO date) of every date in `text[start:end]`."""
    found = []
    for match in DATE.finditer(text, start, len(text) if end is None else end):
        date = iso_of(match)
        if date:
            found.append((match.start(), match.end(), date))
    return found


def years_between(birth: str, day: str) -> int | None:
    """Completed years from a birth date to a day, both ISO and possibly partial.

    With a birth month but no day the birthday counts as not yet reached; with a year alone, or when the day falls
    somewhere in the month of the birthday, the answer is None.

    >>> years_between("1961-11-05", "2025-06-14"), years_between("1997-10", "2012-10-20"), years_between("1980", "2012-01-01")
    (63, 14, None)
    """
    if len(birth) < 7 or len(day) < 4:
        return None
    if len(day) == 4 or (len(day) == 7 and len(birth) == 10 and birth[5:7] == day[5:]):
        return None
    years = int(day[:4]) - int(birth[:4])
    birth_rest = birth[5:] if len(birth) == 10 else f"{birth[5:]}-32"
    day_rest = day[5:] if len(day) == 10 else f"{day[5:]}-01"
    return years - (day_rest < birth_rest)
