"""The time that a rule or a value is in force, as exactly as its source gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from screening.yaml_edge import Place

# Matches `2021-12-31`, `2016-08`, `2022`; not `2021-13` with a month that does not exist, nor `2021/12/31`.
_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Effective:
    """First and last day in force, both included; None means open on that side.

    Attributes:
        text: `first` as the source gives it: a day, or only a month or a year, whose first day is then taken.
    """

    first: date | None
    last: date | None
    text: str | None

    def includes(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def overlaps(self, other: Effective) -> bool:
        starts_before = self.first is None or other.last is None or self.first <= other.last
        return starts_before and (other.first is None or self.last is None or other.first <= self.last)


def parse_effective(first: object, last: object, place: Place) -> Effective:
    """Raises:
    RuleFileError: when a value is no date, or the last day comes before the first.
    """
    start, text = _day(first, place.at("from"))
    end, _ = _day(last, place.at("to"))
    if start and end and end < start:
        raise place.at("to").error(end.isoformat(), f"不早于 {start.isoformat()} 的日期")
    return Effective(start, end, text)


def _day(value: object, place: Place) -> tuple[date | None, str | None]:
    if value is None:
        return None, None
    found = _PARTIAL_DATE.fullmatch(str(value))
    if found:
        year, month, day = found.groups()
        try:
            return date(int(year), int(month or 1), int(day or 1)), str(value)
        except ValueError:
            pass
    raise place.error(value, "日期", ("YYYY-MM-DD", "YYYY-MM", "YYYY", "null"))
