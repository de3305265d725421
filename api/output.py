"""Where results go: files with safe, unique names.

A dossier's name comes from an upload and may hold anything; a file name made of it stays inside its folder, is legal
on every system, and never meets the name of an input (`…-救助线索.html` beside `….html`).
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PurePosixPath

from api.wording import without_ending

MARK = "-救助线索"
INDEX_STEM = f"目录{MARK}"
_UNSAFE = re.compile(r"[^\w.〔〕（）()《》+\-]+")  # 卷宗 1/../x → 卷宗_1_.._x; \w takes every script
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # device names on Windows
_LONGEST = 60  # characters; three bytes each in UTF-8, so that mark and ending still fit into 255 bytes


class FileNames:
    """Gives every dossier of one run a file name of its own, compared without regard to case."""

    def __init__(self) -> None:
        self._taken = {f"{INDEX_STEM}.html".casefold()}  # a dossier may be called 目录

    def name(self, dossier_name: str, suffix: str) -> str:
        """`案件-01-救助线索.html`; a second 案件-01 becomes `案件-01-2-救助线索.html`."""
        stem = safe_stem(dossier_name)
        candidate, number = f"{stem}{MARK}{suffix}", 1
        while candidate.casefold() in self._taken:
            number += 1
            candidate = f"{stem}-{number}{MARK}{suffix}"
        self._taken.add(candidate.casefold())
        return candidate


def safe_stem(dossier_name: str) -> str:
    """A dossier's name as the beginning of a file name."""
    name = unicodedata.normalize("NFC", without_ending(PurePosixPath(dossier_name.replace("\\", "/")).name))
    stem = _UNSAFE.sub("_", name)[:_LONGEST].strip("._ ")
    return f"_{stem}" if _RESERVED.match(stem) else stem or "卷宗"


def is_own_output(path: Path) -> bool:
    """Whether an earlier run wrote this file: a report must not be screened as a dossier."""
    return path.stem.endswith(MARK)


def write(path: Path, content: str) -> None:
    """Writes a text file as UTF-8 with line feeds as they are; what UTF-8 cannot carry becomes a question mark."""
    path.write_text(content, encoding="utf-8", errors="replace", newline="")
