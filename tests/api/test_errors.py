"""Failures in words: expected ones say what to do, unexpected ones give nothing of the dossier away."""

from __future__ import annotations

import logging
import re

import pytest

from api.errors import error_of, failure_of
from dossier.errors import UnreadableUpload

SECRET = "被害人沈玉梅"


def _fail_with(words: str) -> None:
    try:
        raise ValueError(words)
    except ValueError as error:
        raise RuntimeError(f"{words} again") from error


def test_an_expected_error_keeps_code_message_and_hint() -> None:
    failed = failure_of("甲.zip", UnreadableUpload("upload.encrypted", "有密码", "去除密码"))
    assert failed.name == "甲.zip"
    assert failed.record.error.model_dump() == {"code": "upload.encrypted", "message": "有密码", "hint": "去除密码"}


def test_an_unexpected_error_is_told_by_reference_and_logged_without_values(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        try:
            _fail_with(SECRET)
        except RuntimeError as error:
            part = error_of(error)
    reference = re.search(r"编号 ([0-9a-f]{8})", part.message)
    assert part.code == "internal" and reference
    assert reference[1] in caplog.text
    assert "RuntimeError at tests/api/test_errors.py:" in caplog.text
    assert "caused by ValueError at" in caplog.text
    for text in (caplog.text, part.message, part.hint):
        assert SECRET not in text
    assert all(record.exc_info is None for record in caplog.records)


@pytest.mark.parametrize(
    ("error", "code"), [(PermissionError(13, SECRET, SECRET), "file.unreadable"), (MemoryError(), "internal.memory")]
)
def test_failures_of_the_machine_have_their_own_codes(error: Exception, code: str) -> None:
    part = error_of(error)
    assert part.code == code
    assert SECRET not in part.message + part.hint
