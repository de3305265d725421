"""The practice dossiers as gold and texts, for `jiuzhu evaluate`: `python -m tests.practice.as_gold FILE.jsonl`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.written.as_gold import write_gold

HERE = Path(__file__).parent


def paths() -> list[Path]:
    return sorted(HERE.glob("*.yaml"))


if __name__ == "__main__":
    sys.exit(0 if write_gold(paths(), Path(sys.argv[1])) else 1)
