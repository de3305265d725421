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


ISSUER, CLIENT = ("JIUZHU_OIDC_ISSUER", "https://id.example"), ("JIUZHU_OIDC_CLIENT_ID", "jiuzhu")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ([ISSUER], "JIUZHU_OIDC_CLIENT_ID"),
        ([ISSUER, ("JIUZHU_OIDC_CLIENT_ID", "")], "JIUZHU_OIDC_CLIENT_ID"),
        ([CLIENT], "JIUZHU_OIDC_ISSUER"),
        ([("JIUZHU_OIDC_ISSUER", "http://id.example"), CLIENT], "JIUZHU_OIDC_ISSUER"),
        ([("JIUZHU_OIDC_ISSUER", "id.example"), CLIENT], "JIUZHU_OIDC_ISSUER"),
        ([ISSUER, CLIENT, ("JIUZHU_OIDC_SCOPES", "profile")], "JIUZHU_OIDC_SCOPES"),
    ],
)
def test_half_an_identity_provider_is_refused_by_name(given: list[tuple[str, str]], named: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        read_settings(dict(given))
    assert caught.value.code == "settings.invalid"
    assert named in caught.value.message + caught.value.hint


@pytest.mark.parametrize("issuer", ["https://id.example/realms/office", "http://localhost:8080", "http://127.0.0.1:9"])
def test_an_identity_provider_is_set_by_issuer_and_client(issuer: str) -> None:
    settings = read_settings(dict([("JIUZHU_OIDC_ISSUER", issuer), CLIENT]))
    assert (settings.oidc_issuer, settings.oidc_client_id) == (issuer, "jiuzhu")
    assert read_settings({}).oidc_issuer is None


def test_the_secret_comes_from_its_file_and_a_missing_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("of-the-tests\n")
    given = {**dict([ISSUER, CLIENT]), "JIUZHU_OIDC_CLIENT_SECRET_FILE": str(file)}
    settings = read_settings(given)
    assert settings.oidc_secret() == "of-the-tests" and "of-the-tests" not in repr(settings)
    file.unlink()
    with pytest.raises(InvalidSetting) as caught:
        settings.oidc_secret()
    assert "JIUZHU_OIDC_CLIENT_SECRET_FILE" in caught.value.message
