"""One measured run in a process of its own, so that its peak memory is its own.

    python -m benchmarks.one_run (jiuzhu|keyword) PATH

Warms up on a line of text (lexicons and imports are paid once a process, not once a dossier), then takes
PATH as one dossier. Prints one JSON object: seconds by stage, processor seconds (steadier where others share
the machine), code points, pages, peak memory in MB.
"""

# ruff: noqa: T201 - a program for the terminal

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from api.settings import Settings
from api.wiring import build_screener
from benchmarks import keyword_baseline
from dossier.document import Dossier
from dossier.ocr import RapidOcr, ocr_available
from dossier.opening import open_dossier
from models.cases import CaseText

AS_OF = date(2026, 3, 1)  # any day on which the current rules are in force


def _read(path: Path) -> Dossier:
    """As `jiuzhu screen` reads, without a cache of recognized pages."""
    return open_dossier(path, ocr=RapidOcr() if ocr_available() else None)


def _judge_with_jiuzhu() -> Callable[[Dossier], object]:
    screener = build_screener(Settings(cache_dir=None))
    return lambda dossier: screener.screen_dossier(dossier, as_of=AS_OF)


def _judge_by_keyword() -> Callable[[Dossier], object]:
    return lambda dossier: keyword_baseline.predict(
        CaseText(dossier.id, {document.name: document.text for document in dossier.documents})
    )


def main() -> int:
    method, path = sys.argv[1], Path(sys.argv[2])
    judge = {"jiuzhu": _judge_with_jiuzhu, "keyword": _judge_by_keyword}[method]()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "起诉书.txt"
        first.write_text("被害人陆某,女,被打成轻伤二级。\n", encoding="utf-8")
        judge(_read(first))
    warm, warm_cpu = time.perf_counter(), time.process_time()
    dossier = _read(path)
    read = time.perf_counter()
    judge(dossier)
    done, done_cpu = time.perf_counter(), time.process_time()
    print(
        json.dumps(
            {
                "start_seconds": round(warm - started, 3),
                "read_seconds": round(read - warm, 3),
                "judge_seconds": round(done - read, 3),
                "cpu_seconds": round(done_cpu - warm_cpu, 3),
                "characters": sum(len(document.text) for document in dossier.documents),
                "pages": sum(len(document.pages) for document in dossier.documents),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
