"""A screener that has read once. The fork server of `benchmarks.faults` imports it, so that a worker starts at once.

Lexicons and imports are what a start costs; processes forked from here have them and nothing else in common: no
database is open yet.
"""

from __future__ import annotations

from datetime import date

import api.app
import api.store.opening  # noqa: F401 - imported for the processes forked from here
from api.settings import Settings
from api.wiring import build_screener

SCREENER = build_screener(Settings(cache_dir=None, ocr="off", model="off"))
SCREENER.screen_bytes("起诉书.txt", "被害人陆某,女,被打成轻伤二级。\n".encode(), as_of=date(2026, 3, 1))
