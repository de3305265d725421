"""Puts the measured tables into the README, so that no figure there is typed by hand.

    python -m benchmarks.readme

Takes `benchmarks/results/quality.md` and `speed.md` as the last measuring run left them, with the machine and
commit of that run, and replaces what stands between `<!-- quality -->` and `<!-- /quality -->` (and `speed`).
"""

# ruff: noqa: T201 - a program for the terminal

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
README = ROOT / "README.md"


def filled(page: str, name: str, table: str, machine: dict[str, str | int]) -> str:
    """The page with the block called `name` replaced.

    Raises:
        ValueError: when the page has no such block.
    """
    block = re.compile(rf"<!-- {name} -->.*?<!-- /{name} -->", re.S)
    if not block.search(page):
        raise ValueError(f"the page has no block <!-- {name} --> … <!-- /{name} -->")
    where = f"Commit {machine['commit']}, {machine['processor']}, {machine['cores']} cores, Python {machine['python']}."
    text = f"<!-- {name} -->\n{table.strip()}\n\n{where}\n<!-- /{name} -->"
    return block.sub(lambda _: text, page)


def main() -> int:
    page = README.read_text(encoding="utf-8")
    for name in ("quality", "speed"):
        table = RESULTS / f"{name}.md"
        if not table.is_file():
            print(f"readme: {table.relative_to(ROOT)} is not there; measure first", file=sys.stderr)
            continue
        machine = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))["machine"]
        page = filled(page, name, table.read_text(encoding="utf-8"), machine)
    README.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
