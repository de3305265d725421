"""Who is a victim, as cases that a legal reviewer can edit: `victims*.yaml` beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nlp.pipeline import understand
from tests.nlp.papers import dossier

CASES = [
    pytest.param(case, id=case.get("about") or f"{path.stem}-{number}-{case['text'][:24]}")
    for path in sorted(Path(__file__).parent.glob("victims*.yaml"))
    for number, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))["cases"], 1)
]


@pytest.mark.parametrize("case", CASES)
def test_everybody_who_was_harmed_and_nobody_else(case: dict[str, Any]) -> None:
    texts = case["documents"].values() if "documents" in case else (case["text"],)
    understood = understand(dossier(*texts))
    assert sorted(victim.person.name for victim in understood.victims) == sorted(case["victims"])
