"""The held-out dossiers as gold and texts, for `jiuzhu evaluate`: `python -m tests.held_out.as_gold FILE.jsonl`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.written import material
from tests.written.as_gold import record_of

HERE = Path(__file__).parent


def paths() -> list[Path]:
    return sorted(HERE.glob("*.yaml"))


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
