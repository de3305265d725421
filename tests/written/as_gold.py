"""Written dossiers as `jiuzhu evaluate` reads labelled cases: gold records and case texts.

Quotes are those of the YAML; a value whose quotes are not given has none, and counts for no evidence.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.cases import CaseText
from tests.written import material
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


def write_gold(paths: Sequence[Path], target: Path) -> int:
    """Writes the dossiers as `target` and its `.texts.jsonl`; gives their number."""
    dossiers = [material.load(path) for path in paths]
    texts = [{"id": dossier.id, "documents": dossier.texts} for dossier in dossiers]
    beside = target.with_name(f"{target.name.removesuffix('.jsonl')}.texts.jsonl")
    for path, rows in ((target, [record_of(d) for d in dossiers]), (beside, texts)):
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return len(dossiers)
