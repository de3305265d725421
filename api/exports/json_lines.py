"""`--format json`: the contract itself, one line for one dossier."""

from __future__ import annotations

import json

from api.export import Export
from api.screened import Failed, Outcome


def render(outcome: Outcome) -> str:
    """One line of JSON with its line feed.

    A lone surrogate, which UTF-8 cannot carry, is written as its escape, so the line always encodes.
    """
    content = (outcome.record if isinstance(outcome, Failed) else outcome.result).model_dump(mode="json", by_alias=True)
    line = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    if not line.isascii() and any("\ud800" <= character <= "\udfff" for character in line):
        line = json.dumps(content, separators=(",", ":"))
    return f"{line}\n"


EXPORT = Export("json", ".json", render)
