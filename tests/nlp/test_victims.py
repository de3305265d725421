"""Who is a victim, as cases that a legal reviewer can edit: `victims.yaml` beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nlp.pipeline import understand
from tests.nlp.papers import dossier

CASES = yaml.safe_load((Path(__file__).parent / "victims.yaml").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_everybody_who_was_harmed_and_nobody_else(case: dict[str, Any]) -> None:
    texts = case["documents"].values() if "documents" in case else (case["text"],)
    understood = understand(dossier(*texts))
    assert sorted(victim.person.name for victim in understood.victims) == sorted(case["victims"])
