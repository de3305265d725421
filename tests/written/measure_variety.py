"""Measures how varied the written dossiers are: `python -m tests.written.measure_variety [prefix]`.

For each dossier the share of distinct character 8-grams in its text, and how much of it stands in other dossiers too.
Only Han characters, letters and digits count; layout does not.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from tests.written import material

_N = 8


def grams(text: str) -> list[str]:
    """Character 8-grams of the words in `text`, in order, with repetitions."""
    words = re.sub(r"[^0-9A-Za-z\u3400-\u9fff]", "", text)
    return [words[i : i + _N] for i in range(len(words) - _N + 1)]


def measure(paths: list[Path]) -> dict[str, tuple[int, float, float, str, float]]:
    """By dossier id: characters, share of distinct grams, share found elsewhere, nearest dossier and its share."""
    of = {written.id: grams("\n".join(written.texts.values())) for written in map(material.load, paths)}
    sets = {name: set(found) for name, found in of.items()}
    holders = Counter(gram for found in sets.values() for gram in found)
    measured = {}
    for name, found in of.items():
        own = sets[name]
        shared = sum(holders[gram] > 1 for gram in own) / len(own)
        overlap, nearest = max((len(own & sets[other]) / len(own), other) for other in sets if other != name)
        measured[name] = (len(found) + _N - 1, len(own) / len(found), shared, nearest, overlap)
    return measured


def main(prefix: str = "") -> None:
    paths = [path for path in material.paths() if path.stem.startswith(prefix)]
    measured = measure(paths)
    lines = ["dossier  characters  distinct 8-grams  in another  nearest"]
    for name, (size, distinct, shared, nearest, overlap) in sorted(measured.items()):
        lines.append(f"{name:7}  {size:10}  {distinct:16.1%}  {shared:10.1%}  {nearest} {overlap:.1%}")
    everything = [g for path in paths for g in grams("\n".join(material.load(path).texts.values()))]
    lines.append(f"together {len(everything)} grams, {len(set(everything)) / len(everything):.1%} distinct")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:2])
