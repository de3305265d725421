"""A model that is missing or damaged is told in every result, and patterns go on reading."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from api.learned import NO_MODEL, choose_recognizers
from api.settings import Settings, read_settings
from api.wiring import build_screener
from dossier.errors import ModelUnavailable

TEXT = "起诉书\n被告人鄢某将被害人沈某打伤。经鉴定,沈某的损伤程度为轻伤一级。\n"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    choose_recognizers.cache_clear()


def in_use(folder: Path, version: str = "a-1") -> Path:
    """A registry whose model in use has no files."""
    folder.mkdir(exist_ok=True)
    (folder / "in_use.json").write_text(json.dumps({"version": version, "before": None}), encoding="utf-8")
    return folder


def screened(folder: Path, tmp_path: Path) -> tuple[str, str | None]:
    """What the result says of the model, and the injury it found."""
    path = tmp_path / "起诉书.txt"
    path.write_text(TEXT, encoding="utf-8")
    screener = build_screener(Settings(cache_dir=None, ocr="off", models_dir=folder))
    result = json.loads(screener.screen_path(path, as_of=date(2026, 3, 1)).result.model_dump_json())
    return result["versions"]["model"], result["victims"][0]["injury"]["grade"]


def test_without_a_model_patterns_read(tmp_path: Path) -> None:
    assert screened(tmp_path, tmp_path) == (NO_MODEL, "轻伤一级")


def test_a_missing_model_is_told_and_patterns_read(tmp_path: Path) -> None:
    assert screened(in_use(tmp_path / "models"), tmp_path) == ("none: model.missing", "轻伤一级")


def test_an_unreadable_choice_is_told_and_patterns_read(tmp_path: Path) -> None:
    (tmp_path / "in_use.json").write_text("{", encoding="utf-8")
    assert screened(tmp_path, tmp_path) == ("none: model.damaged", "轻伤一级")


@pytest.mark.parametrize("given", [{"readers": "model"}, {"version": "a-9"}])
def test_measuring_a_model_that_is_not_there_stops(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(ModelUnavailable, match=r"model\.missing"):
        choose_recognizers(tmp_path, **given)  # type: ignore[arg-type]


def test_patterns_alone_open_no_model(tmp_path: Path) -> None:
    assert choose_recognizers(in_use(tmp_path), "patterns").model == NO_MODEL


def test_the_setting_turns_the_model_off(tmp_path: Path) -> None:
    settings = read_settings({"JIUZHU_MODEL": "off", "JIUZHU_MODELS_DIR": str(in_use(tmp_path))})
    assert build_screener(settings).model == NO_MODEL
