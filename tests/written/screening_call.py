"""The one place where the written dossiers meet the product: a path in, the contract's JSON out."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from api.settings import Settings
from api.wiring import Screener, build_screener


@cache
def _screener(ocr: bool) -> Screener:
    return build_screener(Settings(ocr="auto" if ocr else "off", cache_dir=None, ocr_threads=2 if ocr else None))


def screen_folder(path: Path, as_of: date, *, ocr: bool = False) -> dict[str, Any]:
    """Screens a file, an archive or a folder as one dossier."""
    screened = _screener(ocr).screen_path(path, as_of=as_of)
    result: dict[str, Any] = json.loads(screened.result.model_dump_json())
    return result
