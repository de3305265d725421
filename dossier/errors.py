"""Errors that a person can act on: a stable code, what was found, what to do.

No message carries dossier text. Codes are words that documents and callers may rely on.
"""

from __future__ import annotations


class JiuzhuError(Exception):
    """Base of every expected failure.

    Args:
        code: stable dotted word, e.g. `upload.encrypted`.
        message: what was found and what was expected, in Chinese, without dossier text.
        hint: what the person can do about it, in Chinese.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.hint = hint


class UnreadableUpload(JiuzhuError):
    """The bytes are damaged, encrypted, empty or otherwise cannot be read."""


class UnsupportedFormat(JiuzhuError):
    """The bytes are of a format that no reader takes."""


class LimitExceeded(JiuzhuError):
    """The upload is larger than a safety limit allows."""


class RuleFileError(JiuzhuError):
    """A rule or parameter file is malformed."""


class ModelUnavailable(JiuzhuError):
    """A learned model is missing or damaged."""
