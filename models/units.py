"""What is counted: one value of one attribute of one victim, read from records in the contract's form.

Gold records and predictions have the same shape here (`victims[...]` of plain dicts), so that the same
functions read both. Nothing is repaired: a value that a record does not state yields no unit.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

Record = Mapping[str, Any]
UnitValue = str | int

ATTRIBUTES = ("gender", "age", "disability", "hardship", "injury", "compensation", "loss")
SIX_ATTRIBUTES = ATTRIBUTES[:-1]  # the six that decide eligibility; loss is reported beside them

_MIDDLE_DOTS = dict.fromkeys(map(ord, "•・‧∙"), "·")
_MASKS = dict.fromkeys(map(ord, "×xX*"), "某")
_DROPPED = dict.fromkeys(map(ord, "()、,，。"))
_NAME_TABLE: Mapping[int, str | None] = {**_MIDDLE_DOTS, **_MASKS, **_DROPPED}
_TITLES = ("被害人", "受害人", "死者", "伤者", "原告人", "原告")  # longer before shorter


def comparable_name(name: str | None) -> str:
    """A victim's name in the form in which two spellings of it are equal.

    Example:
        >>> comparable_name("被害人 陆× 1")
        '陆某1'
    """
    plain = "".join(unicodedata.normalize("NFKC", name or "").translate(dict(_NAME_TABLE)).split())
    for title in _TITLES:
        if plain.startswith(title) and len(plain) > len(title):
            return plain[len(title) :]
    return plain


def all_names(victim: Record) -> frozenset[str]:
    """Comparable forms of the name and of every alias; empty when the victim has none."""
    forms = (comparable_name(name) for name in (victim.get("name"), *(victim.get("aliases") or ())))
    return frozenset(form for form in forms if form)


def as_number(value: object) -> float | None:
    """The number that `value` is or spells, else None."""
    if isinstance(value, int | float | str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def _age_group(holder: Record) -> UnitValue | None:
    if holder.get("group"):
        return str(holder["group"])
    years = as_number(holder.get("value"))
    if years is None:
        return None
    return "minor" if years < 18 else "elder" if years >= 60 else "adult"


def _whole_yuan(holder: Record) -> UnitValue | None:
    amount = as_number(holder.get("amount"))
    return round(amount) if amount else None


def _word(key: str) -> Callable[[Record], UnitValue | None]:
    return lambda holder: holder.get(key) or None


_UNIT_OF: Mapping[str, Callable[[Record], UnitValue | None]] = {
    "gender": _word("value"),
    "age": _age_group,
    "disability": _word("status"),
    "hardship": _word("category"),
    "injury": _word("grade"),
    "compensation": _word("status"),
    "loss": _whole_yuan,
}


def units_of(victim: Record | None, attribute: str) -> dict[UnitValue, list[Record]]:
    """Each stated unit with the holders that carry it (several 伤残 grades share one status)."""
    stated = (victim or {}).get(attribute)
    carried: dict[UnitValue, list[Record]] = {}
    for holder in stated if isinstance(stated, list) else [stated]:
        if not isinstance(holder, Mapping):
            continue
        value = _UNIT_OF[attribute](holder)
        if value is not None:
            carried.setdefault(value, []).append(holder)
    return carried
