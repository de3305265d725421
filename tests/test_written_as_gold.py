"""Written dossiers lose nothing on the way to gold records, by which they can be scored like labelled cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.scoring import quote_places, score_case
from models.units import ATTRIBUTES, units_of
from tests.written import as_gold, material


@pytest.mark.parametrize("path", material.paths(), ids=lambda path: path.stem)
def test_every_stated_value_becomes_a_unit_with_its_quotes(path: Path) -> None:
    written = material.load(path)
    texts = as_gold.text_of(written).documents
    for victim, record in zip(written.victims, as_gold.record_of(written)["victims"], strict=True):
        for attribute in ATTRIBUTES:
            stated = victim.get(attribute)
            if attribute == "compensation" and stated and stated["status"] is None:
                stated = None  # forgiven, or agreed: says nothing of payment, which is what is counted
            units = units_of(record, attribute)
            assert bool(units) == bool(stated)
            if units and attribute in (victim.get("quotes") or {}):
                assert quote_places(texts, (holder for holders in units.values() for holder in holders))


def test_a_record_of_known_values() -> None:
    (victim,) = as_gold.record_of(material.load(Path(material.__file__).with_name("a01.yaml")))["victims"]
    units = {attribute: list(units_of(victim, attribute)) for attribute in ATTRIBUTES}
    assert units == {
        "gender": ["女"],
        "age": ["elder"],
        "disability": ["preexisting"],
        "hardship": ["低保"],
        "injury": ["重伤二级"],
        "compensation": ["partial"],
        "loss": [],
    }
    assert score_case("a01", {"victims": [victim]}, {"victims": [victim]}).six().right == 6
