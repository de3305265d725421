"""The same papers as text, DOCX, PDF and scan: the same people and facts, at words that say the same."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.builder.render import render_docx, render_pdf, render_scan_pdf
from tests.written import material

CHOSEN = ("a01", "a04", "a13", "b05", "b12", "b20")
PATHS = {path.stem: path for path in material.paths()}
RENDERERS = {"docx": render_docx, "pdf": render_pdf}


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


@cache
def _facts(stem: str, form: str, place: Path) -> dict[str, Any]:
    """Per victim what was found, from the papers rendered in one form."""
    from tests.written.screening_call import screen_folder

    written = material.load(PATHS[stem])
    folder = place / f"{stem}-{form}"
    folder.mkdir()
    for name, text in written.texts.items():
        plain = name.rsplit(".", 1)[0]
        if form == "txt":
            (folder / f"{plain}.txt").write_text("\n".join(_paragraphs(text)), encoding="utf-8")
        elif form == "scan":
            (folder / f"{plain}.pdf").write_bytes(render_scan_pdf(_paragraphs(text)))
        else:
            (folder / f"{plain}.{form}").write_bytes(RENDERERS[form](_paragraphs(text)))
    result = screen_folder(folder, date(2026, 3, 1), ocr=form == "scan")
    return {victim["name"]: _plain(victim) for victim in result["victims"]} | {"level": result["lead"]["level"]}


def _plain(victim: dict[str, Any]) -> dict[str, Any]:
    keep = ("value", "birth_date", "group", "grade", "status", "amount", "kind", "category", "performed", "forgiven")

    def only(value: Any) -> Any:
        if isinstance(value, list):
            return sorted((only(each) for each in value), key=str)
        return None if value is None else {key: value[key] for key in keep if key in value}

    names = ("gender", "age", "disability", "hardship", "injury", "compensation", "loss")
    return {name: only(victim[name]) for name in names}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forms")


@pytest.mark.parametrize("form", sorted(RENDERERS))
@pytest.mark.parametrize("stem", CHOSEN)
def test_same_facts_in_every_form(stem: str, form: str, place: Path) -> None:
    assert _facts(stem, form, place) == _facts(stem, "txt", place)


@pytest.mark.slow
def test_a_clean_scan_tells_nearly_the_same(place: Path) -> None:
    pytest.importorskip("rapidocr", reason="the ocr extra is not installed")
    text, scan = _facts("b12", "txt", place), _facts("b12", "scan", place)
    assert set(scan) == set(text)
    values = [(name, key) for name in text if name != "level" for key in text[name]]
    same = sum(scan[name][key] == text[name][key] for name, key in values)
    assert same >= 0.85 * len(values), (text, scan)
