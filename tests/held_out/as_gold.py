"""The held-out dossiers as a gold file with its texts, for `jiuzhu evaluate`: `python -m tests.held_out.as_gold FILE`.

Quotes are those of the YAML; a value whose quotes are not given has none, and counts for no evidence.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.written import material

HERE = Path(__file__).parent


def paths() -> list[Path]:
    return sorted(HERE.glob("*.yaml"))


def record_of(written: material.Written) -> dict[str, Any]:
    """A gold record of the annotation guidelines."""
    return {"id": written.id, "victims": [_victim(victim, written) for victim in written.victims]}


def _victim(victim: Mapping[str, Any], written: material.Written) -> dict[str, Any]:
    quotes = {name: _found(words, written) for name, words in (victim.get("quotes") or {}).items()}

    def holder(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, "quotes": quotes.get(name, [])}

    def one(name: str, key: str) -> dict[str, Any] | None:
        value = victim.get(name)
        return None if value is None else holder(name, value if isinstance(value, dict) else {key: value})

    return {
        "name": victim["name"],
        "aliases": list(victim.get("aliases") or ()),
        "type": victim.get("type", "person"),
        "gender": one("gender", "value"),
        "age": one("age", "value"),
        "disability": [holder("disability", entry) for entry in victim.get("disability") or ()],
        "hardship": [holder("hardship", {"category": word}) for word in victim.get("hardship") or ()],
        "injury": one("injury", "grade"),
        "compensation": one("compensation", "status"),
        "loss": one("loss", "amount"),
    }


def _found(words: Sequence[str], written: material.Written) -> list[str]:
    """Quotes that stand whole in one paper."""
    return [word for word in words if any(word in text for text in written.texts.values())]


def write_gold(target: Path) -> int:
    """Writes `target` and its `.texts.jsonl`; gives the number of dossiers."""
    dossiers = [material.load(path) for path in paths()]
    texts = [{"id": dossier.id, "documents": dossier.texts} for dossier in dossiers]
    beside = target.with_name(f"{target.name.removesuffix('.jsonl')}.texts.jsonl")
    for path, rows in ((target, [record_of(d) for d in dossiers]), (beside, texts)):
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return len(dossiers)


if __name__ == "__main__":
    sys.exit(0 if write_gold(Path(sys.argv[1])) else 1)
