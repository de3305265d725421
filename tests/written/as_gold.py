"""Written dossiers as `jiuzhu evaluate` reads labelled cases: gold records and case texts.

Quotes are those of the YAML; a value whose quotes are not given has none, and counts for no evidence.
"""

from __future__ import annotations

from typing import Any

from models.cases import CaseText
from tests.written.material import Written

_WORD = {"gender": "value", "injury": "grade", "loss": "amount"}  # attributes that the YAML gives as a bare value
_MANY = ("disability", "hardship")


def record_of(written: Written) -> dict[str, Any]:
    """The victims of a written dossier in the contract's form, each value with the quotes of its attribute."""
    return {"id": written.id, "victims": [_victim(victim) for victim in written.victims]}


def text_of(written: Written) -> CaseText:
    """The papers of a written dossier."""
    return CaseText(written.id, written.texts)


def _victim(victim: dict[str, Any]) -> dict[str, Any]:
    quotes = victim.get("quotes") or {}

    def holder(attribute: str, fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "quotes": list(quotes.get(attribute) or ())}

    record = {key: victim.get(key) for key in ("name", "aliases", "type")}
    for attribute, key in _WORD.items():
        value = victim.get(attribute)
        record[attribute] = None if value is None else holder(attribute, {key: value})
    for attribute in ("age", "compensation"):
        record[attribute] = holder(attribute, victim[attribute]) if victim.get(attribute) else None
    for attribute in _MANY:
        entries = victim.get(attribute) or ()
        record[attribute] = [
            holder(attribute, entry if isinstance(entry, dict) else {"category": entry}) for entry in entries
        ]
    return record
