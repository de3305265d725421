"""Check written passages: `python -m annotation.check_written FILE…` prints faults, counts and measured variety."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from annotation.markup import MarkupError, Passage, read_passages

_KEPT = re.compile(r"[^\u4e00-\u9fff0-9A-Za-z]")


def grams(text: str, size: int = 8) -> set[str]:
    """The different n-grams of a text's Han characters, letters and digits."""
    plain = _KEPT.sub("", text)
    return {plain[i : i + size] for i in range(len(plain) - size + 1)}


def variety(passages: list[Passage]) -> tuple[float, float, list[tuple[float, str, str]]]:
    """Share of distinct 8-grams over all, mean share of a passage's 8-grams that stand in another passage, and the
    pairs that share most."""
    sets = {p.id: grams(p.text) for p in passages}
    where: dict[str, list[str]] = {}
    for name, found in sets.items():
        for gram in found:
            where.setdefault(gram, []).append(name)
    total = sum(len(found) for found in sets.values())
    shared = [sum(len(where[g]) > 1 for g in found) / len(found) for found in sets.values() if found]
    pairs: Counter[tuple[str, str]] = Counter()
    for names in where.values():
        if 1 < len(names) < 12:
            pairs.update((a, b) for i, a in enumerate(names) for b in names[i + 1 :])
    closest = sorted(((n / min(len(sets[a]), len(sets[b])), a, b) for (a, b), n in pairs.items()), reverse=True)[:8]
    return (len(where) / total if total else 0.0), (sum(shared) / len(shared) if shared else 0.0), closest


def main(paths: list[str]) -> int:
    """Write the findings on the given files to standard output; 1 when one of them has a fault."""
    passages: list[Passage] = []
    lines: list[str] = []
    for path in paths:
        try:
            passages += list(read_passages(Path(path)))
        except MarkupError as error:
            lines.append(f"{path}: {error}")
    doubled = [name for name, count in Counter(p.id for p in passages).items() if count > 1]
    if doubled:
        lines.append("ids used twice: " + ", ".join(doubled[:10]))
    faults = len(lines)
    kinds = Counter(label.kind + ("x" if label.owners == ("x",) else "") for p in passages for label in p.labels)
    distinct, shared, closest = variety(passages)
    lines.append(f"{len(passages)} passages, {sum(len(p.text) for p in passages)} characters, labels {dict(kinds)}")
    lines.append(f"papers {dict(Counter(p.document for p in passages))}")
    lines.append(f"distinct 8-grams {distinct:.3f}, shared with another passage {shared:.3f}")
    lines += [f"  {one} ~ {other}: {share:.2f}" for share, one, other in closest]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
