"""Settings: read from given environments, refused when they cannot be understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import InvalidSetting, read_settings
from dossier.upload import MIB, Limits


def test_without_variables_the_usual_limits_hold_and_scans_are_cached_at_home() -> None:
    settings = read_settings({"XDG_CACHE_HOME": "/tmp/c"})
    assert settings.limits() == Limits()
    assert settings.cache_dir == Path("/tmp/c/jiuzhu")
    assert settings.ocr == "auto"


def test_variables_are_taken() -> None:
    settings = read_settings(
        {"JIUZHU_MAX_FILE_MIB": "3", "JIUZHU_OCR": "off", "JIUZHU_CACHE_DIR": "/x", "PATH": "/bin"}
    )
    assert settings.limits().file_bytes == 3 * MIB
    assert (settings.ocr, settings.cache_dir) == ("off", Path("/x"))


def test_an_empty_cache_folder_switches_the_cache_off() -> None:
    assert read_settings({"JIUZHU_CACHE_DIR": ""}).cache_dir is None


def test_another_empty_variable_counts_as_unset() -> None:
    assert read_settings({"JIUZHU_MAX_PAGES": ""}).max_pages == Limits().pages


@pytest.mark.parametrize(("name", "value"), [("MAX_PAGES", "many"), ("MAX_PAGES", "0"), ("OCR", "yes")])
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        read_settings({f"JIUZHU_{name}": value})
    assert caught.value.code == "settings.invalid"
    assert f"JIUZHU_{name}" in caught.value.message


def test_a_misspelt_setting_is_refused_and_the_right_names_are_told() -> None:
    with pytest.raises(InvalidSetting) as caught:
        read_settings({"JIUZHU_MAX_PAGE": "5"})
    assert caught.value.code == "settings.unknown"
    assert "JIUZHU_MAX_PAGES" in caught.value.hint
