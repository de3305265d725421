"""What a user can name is documented, and what the documents name exists."""

from __future__ import annotations

import importlib.util
import re
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import pytest

from nlp.facts import Attribute, CircumstanceKind, Role, VictimType
from screening.answer import MissingFact
from tests.contracts.source_tree import ROOT

PAGES = [
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]
    if ".venv" not in path.parts
]


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_reference", ROOT / "docs" / "build_reference.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_reference_is_what_the_code_says() -> None:
    written = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert written == _builder().reference(), "run: python docs/build_reference.py"


def test_every_error_code_has_words_or_a_dynamic_message() -> None:
    table = _builder().error_codes()
    assert table.count("\n| `upload.") >= 10
    assert "`evaluate.duplicate`" in table
    assert not re.search(r"`[a-z]+\.(py|txt|json)`", table)


def test_every_option_has_a_help_text() -> None:
    blank = [line for block in _builder().commands() for line in block.splitlines() if line.endswith("`  |")]
    assert blank == []


@pytest.mark.parametrize("vocabulary", [Role, VictimType, Attribute, CircumstanceKind, MissingFact])
def test_glossary_lists_every_word(vocabulary: type[StrEnum]) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`([^`]+)`", glossary))
    assert {str(word) for word in vocabulary} - listed - {"person"} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


LIVING = [page for page in PAGES if "decisions" not in page.parts]  # a decision tells of its day


@pytest.mark.parametrize("page", LIVING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_paths_named_in_pages_exist(page: Path) -> None:
    """`nlp/facts.py` in backticks must be a file: pages rot silently when modules move."""
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:dossier|nlp|models|screening|annotation|api|tests|docs|benchmarks)/[\w./-]+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_readme_names_both_commands_first() -> None:
    blocks = re.findall(r"```\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    assert blocks[0].splitlines()[0].startswith("make run")
    assert blocks[0].splitlines()[1].startswith("make test")
