"""Loads the written test dossiers: YAML in, papers and expectation out, with a check that the material is sound.

The format is described in `README.md` beside this file. Nothing here knows of the product.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
LEVELS = ("red", "orange", "yellow", "grey", "none")
VOCABULARY: dict[str, tuple[str | None, ...]] = {
    "type": ("person", "group", "organization"),
    "gender": ("男", "女", None),
    "injury": ("死亡", "重伤一级", "重伤二级", "重伤", "轻伤一级", "轻伤二级", "轻伤", "轻微伤", "受伤", None),
    "level": LEVELS,
}
HARDSHIPS = ("低保", "特困", "低保边缘", "脱贫监测", "孤儿", "重病", "失能失业", "生活困难")
DISABILITY_KINDS = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重", None)
STATUSES = ("settled", "partial", "ordered", "none", None)
ALERTS = ("elderly-group", "many-victims", "minors", "disabled-group")
BARS = ("8-1", "8-2", "8-3", "8-4", "8-5", "8-6", "one-time")
MISSING = (
    "hardship",
    "compensation",
    "injury",
    "disability",
    "age",
    "applicant",
    "dependants",
    "litigation",
    "caused_by_case",
    "prior_aid",
    "unpaid_reason",
    "waiver_reason",
    "treatment_cost",
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY = re.compile(r"(?<![0-9])([0-9]{17})([0-9X])")


@dataclass(frozen=True, slots=True)
class Written:
    """One written dossier: `texts` by file name, `expect` as in the YAML."""

    id: str
    as_of: date
    texts: dict[str, str]
    expect: dict[str, Any]

    @property
    def victims(self) -> list[dict[str, Any]]:
        return list(self.expect["victims"])


@cache
def load(path: Path) -> Written:
    """Reads one YAML file. A document gives its `text`, or names the `generator` module here that makes it."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    texts: dict[str, str] = {}
    for document in raw["documents"]:
        if "generator" in document:
            module = importlib.import_module(f"tests.written.{document['generator']}")
            texts[document["name"]] = module.document(document["part"])
        else:
            texts[document["name"]] = document["text"]
    as_of = raw["as_of"] if isinstance(raw["as_of"], date) else date.fromisoformat(raw["as_of"])
    return Written(raw["id"], as_of, texts, raw["expect"])


def paths() -> list[Path]:
    return sorted(HERE.glob("*.yaml"))


def faults(written: Written) -> Iterator[str]:
    """Everything that is wrong with the material itself: unknown words, quotes that stand nowhere, bad numbers."""
    expect, together = written.expect, "\n".join(written.texts.values())
    for name in expect.get("documents") or {}:
        if name not in written.texts:
            yield f"expected document {name} is not among the documents"
    for match in _IDENTITY.finditer(together):
        digits, check = match.groups()
        right = "10X98765432"[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11]
        if check != right and match.group(0) not in (written.expect.get("bad_identity_numbers") or []):
            yield f"identity number {match.group(0)} should end in {right}"
    for victim in written.victims:
        yield from (f"{victim['name']}: {fault}" for fault in _victim_faults(victim, together))
    if "level" in expect:  # dossiers that are only read, not judged, have none
        levels = [victim["level"] for victim in written.victims] or ["none"]
        if expect["level"] != min(levels, key=LEVELS.index):
            yield f"level {expect['level']} is not the highest of {levels}"
    for alert in expect.get("alerts") or []:
        if alert not in ALERTS:
            yield f"unknown alert {alert}"
    names = {victim["name"] for victim in written.victims}
    for key, words in (("bars", BARS), ("missing", MISSING), ("met", None)):
        for name, values in (expect.get(key) or {}).items():
            if name not in names:
                yield f"{key}: {name} is no victim"
            if words and not set(values) <= set(words):
                yield f"{key} of {name}: unknown word in {values}"
    for person in expect.get("people") or []:
        if re.sub(r"\s", "", person["name"]) not in re.sub(r"\s", "", together):
            yield f"person {person['name']} does not stand in the papers"


def _victim_faults(victim: dict[str, Any], together: str) -> Iterator[str]:
    for key, words in VOCABULARY.items():
        if (key in victim or key != "level") and victim.get(key) not in words:
            yield f"{key} {victim.get(key)!r} is not in the vocabulary"
    if not set(victim.get("hardship") or ()) <= set(HARDSHIPS):
        yield f"hardship {victim['hardship']} is not in the vocabulary"
    for disability in victim.get("disability") or ():
        if disability["status"] not in ("preexisting", "caused") or disability.get("kind") not in DISABILITY_KINDS:
            yield f"disability {disability} is not in the vocabulary"
    if (victim.get("compensation") or {}).get("status") not in STATUSES:
        yield "unknown compensation status"
    age = victim.get("age") or {}
    if age.get("value") is not None:
        group = "minor" if age["value"] < 18 else "elder" if age["value"] >= 60 else "adult"
        if age.get("group") != group:
            yield f"age {age['value']} is not {age.get('group')}"
    for attribute, quotes in (victim.get("quotes") or {}).items():
        for quote in quotes:
            if quote not in together:
                yield f"quote {quote!r} of {attribute} stands nowhere"
        if not victim.get(attribute):
            yield f"quotes for {attribute}, but no value"
    for aside in victim.get("set_aside") or ():
        if aside["contains"] not in re.sub(r"\s", "", together):
            yield f"set_aside {aside['contains']} stands nowhere"
