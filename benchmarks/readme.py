"""Puts the measured tables and a real run's output into the README, so that nothing there is typed by hand.

    python -m benchmarks.readme

Takes `benchmarks/results/quality.md` and `speed.md` as the last measuring run left them, with the machine and
commit of that run, and replaces what stands between `<!-- quality -->` and `<!-- /quality -->` (and `speed`).
"""

# ruff: noqa: T201 - a program for the terminal

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
README = ROOT / "README.md"
AS_OF = "2026-03-01"  # fixed, so that the page changes only when the product does


def filled(page: str, name: str, content: str) -> str:
    """The page with the block called `name` replaced.

    Raises:
        ValueError: when the page has no such block.
    """
    block = re.compile(rf"<!-- {name} -->.*?<!-- /{name} -->", re.S)
    if not block.search(page):
        raise ValueError(f"the page has no block <!-- {name} --> … <!-- /{name} -->")
    text = f"<!-- {name} -->\n{content.strip()}\n<!-- /{name} -->"
    return block.sub(lambda _: text, page)


def measured(name: str) -> str:
    """The table of the last measuring run, and where it was measured."""
    machine = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))["machine"]
    where = f"Commit {machine['commit']}, {machine['processor']}, {machine['cores']} cores, Python {machine['python']}."
    return (RESULTS / f"{name}.md").read_text(encoding="utf-8").strip() + f"\n\n{where}"


def example() -> str:
    """What `jiuzhu screen` prints of the first example, down to its articles."""
    dossier = sorted(path for path in (ROOT / "examples").iterdir() if path.name[0].isdigit())[0]
    command = ["jiuzhu", "screen", f"examples/{dossier.name}", "--as-of", AS_OF]
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *command[1:]],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=True,
    )
    head = done.stdout.split("\n  条文", 1)[0].rstrip()
    return f"```\n$ {' '.join(command)}\n{head}\n…\n```"


def main() -> int:
    page = README.read_text(encoding="utf-8")
    page = filled(page, "example", example())
    for name in ("quality", "speed"):
        if (RESULTS / f"{name}.md").is_file():
            page = filled(page, name, measured(name))
        else:
            print(f"readme: {name} was not measured yet; run python -m benchmarks.{name}", file=sys.stderr)
    README.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
