"""The held-out dossiers themselves: sound, varied and turned into gold without loss. How they are read is measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.cases import read_records, read_texts
from models.scoring import score_case
from tests.held_out.as_gold import paths
from tests.written import material
from tests.written.as_gold import write_gold


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_material_is_sound(path: Path) -> None:
    assert list(material.faults(material.load(path))) == []


def test_there_are_sixty_dossiers_with_the_written_ones() -> None:
    assert len(paths()) + len(material.paths()) >= 60


def test_gold_scores_whole_against_itself(tmp_path: Path) -> None:
    write_gold(paths(), tmp_path / "held.jsonl")
    records, texts = read_records(tmp_path / "held.jsonl"), read_texts(tmp_path / "held.texts.jsonl")
    assert set(records) == set(texts) == {path.stem for path in paths()}
    for key, record in records.items():
        found = score_case(key, record, record, texts[key].documents).differences
        assert [d for d in found if d.outcome != "evidence"] == []  # quotes are no spans
