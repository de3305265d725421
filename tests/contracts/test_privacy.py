"""No word of a dossier leaves through a log, a traceback or a representation."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from dossier.document import Document, Dossier, Page, ReadingMode
from dossier.span import Span
from models.cases import CaseText
from models.scoring import Place
from nlp.facts import Person, Role
from tests.contracts.source_tree import ROOT
from tests.written import material

# Words that stand nowhere else: if one of them is seen outside the result, dossier text has leaked.
SECRETS = ("欧阳墨染", "柳塘坳村", "轻伤一级", "低保金三百七十一元", "110101199003070")
TEXT = (
    "询问笔录\n被询问人:欧阳墨染,女,公民身份号码110101199003070X,住柳塘坳村。\n"
    "被害人欧阳墨染被打成轻伤一级,每月领取低保金三百七十一元。\n"
)


def leaked(output: str) -> list[str]:
    return [secret for secret in SECRETS if secret in output]


@pytest.mark.parametrize(
    "value",
    [
        Document("d1", "笔录.txt", TEXT, (Page(1, 0, len(TEXT), ReadingMode.PLAIN),)),
        Dossier("x", "案", "", (Document("d1", "笔录.txt", TEXT, (Page(1, 0, len(TEXT), ReadingMode.PLAIN),)),)),
        Person("v1", SECRETS[0], Role.VICTIM, (Span("d1", 0, 4),), (SECRETS[0],)),
        CaseText("c1", {"笔录.txt": TEXT}),
        Place("笔录.txt", 0, 4, SECRETS[0]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_representations_show_no_text(value: object) -> None:
    assert leaked(repr(value)) == []


def _screen(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`jiuzhu screen` in a process of its own, with every log record of every library on standard error."""
    program = (
        "import logging, sys\n"
        "logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)\n"
        "from api.cli import main\nmain()\n"
    )
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program, "screen", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_logs_of_a_screening_show_no_text(tmp_path: Path) -> None:
    folder = tmp_path / "案卷"
    folder.mkdir()
    (folder / "询问笔录.txt").write_text(TEXT, encoding="utf-8")
    done = _screen(str(folder), "--format", "json")
    assert done.returncode == 0, done.stderr[-2000:]
    assert SECRETS[0] in done.stdout  # it was read
    assert leaked(done.stderr) == []


def test_logs_of_a_failure_show_no_text(tmp_path: Path) -> None:
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK\x03\x04" + TEXT.encode("utf-8"))
    done = _screen(str(broken), "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "upload.damaged"
    assert leaked(done.stderr) == []
    assert leaked(done.stdout) == []


def test_unexpected_failure_shows_no_text(tmp_path: Path) -> None:
    """A defect inside understanding must not print the sentence it stumbled over."""
    path = tmp_path / "询问笔录.txt"
    path.write_text(TEXT, encoding="utf-8")
    program = (
        "import nlp.pipeline as p\n"
        "def broken(dossier, *a, **k): raise RuntimeError(dossier.documents[0].text)\n"
        "p.understand = broken\n"
        "import api.wiring as w\n"
        "if hasattr(w, 'understand'): w.understand = broken\n"
        "from api.cli import main\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program, "screen", str(path), "--format", "json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1, done.stderr[-2000:]
    assert json.loads(done.stdout)["error"]["code"]
    assert leaked(done.stderr) == []
    assert leaked(done.stdout) == []


WRITTEN = material.paths()[::9]  # a handful of different ones; all of them are screened elsewhere


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_logs_of_written_dossiers_show_no_text(path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Eight characters in a row of any paper, in any record of any logger at any level, are a leak."""
    from api.settings import Settings
    from api.wiring import build_screener

    written = material.load(path)
    folder = tmp_path / "案卷"
    folder.mkdir()
    for name, text in written.texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    with caplog.at_level(logging.DEBUG):
        screened = build_screener(Settings(cache_dir=None, ocr="off")).screen_path(folder, as_of=written.as_of)
    assert [window for text in written.texts.values() for window in _windows(text) if window in caplog.text] == []
    assert [window for text in written.texts.values() for window in _windows(text) if window in repr(screened)] == []


def _windows(text: str, length: int = 8) -> set[str]:
    line = "".join(text.split())
    return {line[start : start + length] for start in range(0, max(len(line) - length, 0), 3)}


def test_secrets_are_found_when_they_leak(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("invented").info("read %s", TEXT)
    assert len(leaked(caplog.text)) == len(SECRETS)
