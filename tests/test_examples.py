"""The shipped example dossiers: they say what their sources say, and screening gives the level they are made for."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from dossier.ocr import ocr_available
from dossier.opening import open_dossier
from tests.builder.examples.build import EXAMPLES, build, sources
from tests.written.screening_call import screen_folder

SOURCES = sources()
SCANNED = [source for source in SOURCES if source["form"] == "scan"]
TYPED = [source for source in SOURCES if source["form"] != "scan"]


def _name(source: dict[str, Any]) -> str:
    return str(source["name"])


def _packed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _summary(result: dict[str, Any]) -> dict[str, Any]:
    victims = [
        {
            "name": victim["name"],
            "level": result["lead"]["victims"][victim["id"]],
            "injury": (victim["injury"] or {}).get("grade"),
            "hardship": sorted(hardship["category"] for hardship in victim["hardship"]),
            "compensation": (victim["compensation"] or {}).get("status"),
        }
        for victim in result["victims"]
    ]
    return {"level": result["lead"]["level"], "urgent": result["lead"]["urgent"], "victims": victims}


def test_examples_hold_dossiers_only() -> None:
    assert sorted(path.name for path in EXAMPLES.iterdir()) == sorted(map(_name, SOURCES))


def test_examples_show_every_level_and_every_form() -> None:
    assert {source["expect"]["level"] for source in SOURCES} == {"red", "orange", "yellow", "grey", "none"}
    assert any(source["expect"]["urgent"] for source in SOURCES)
    assert len({source["form"] for source in SOURCES}) == len(SOURCES) == 6


def test_examples_are_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLES.rglob("*") if path.is_file()) < 1_500_000


@pytest.mark.parametrize("source", TYPED, ids=_name)
def test_example_says_what_its_source_says(source: dict[str, Any]) -> None:
    read = _packed("".join(document.text for document in open_dossier(EXAMPLES / source["name"]).documents))
    lines = [_packed(line) for document in source["documents"] for line in document["text"].splitlines()]
    absent = [line for line in lines if line not in read and not _broken_by_a_page(line, read)]
    assert absent == []


def _broken_by_a_page(line: str, read: str) -> bool:
    """Whether a page number or header stands between the two halves of a line."""
    return any(line[:cut] in read and line[cut:] in read for cut in range(1, len(line)))


@pytest.mark.parametrize("source", TYPED, ids=_name)
def test_example_screens_to_its_level(source: dict[str, Any]) -> None:
    result = screen_folder(EXAMPLES / source["name"], date(2026, 3, 1))
    assert _summary(result) == source["expect"]


@pytest.mark.slow
@pytest.mark.skipif(not ocr_available(), reason="needs the ocr extra")
@pytest.mark.parametrize("source", SCANNED, ids=_name)
def test_scanned_example_screens_to_its_level(source: dict[str, Any]) -> None:
    result = screen_folder(EXAMPLES / source["name"], date(2026, 3, 1), ocr=True)
    assert _summary(result) == source["expect"]


def test_examples_can_be_built_again(tmp_path: Any) -> None:
    """The script runs and gives each dossier under its name; the scan is skipped where no Chinese font is."""
    built = build(tmp_path)
    assert [path.name for path in built] == [_name(source) for source in SOURCES]
