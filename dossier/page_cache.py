"""Recognized pages, kept so that no image is recognized twice.

An entry is found by the pixels of the page and the version of the engine, so it never has to be invalidated.
Entries hold dossier text: the folder is readable by its owner alone. A damaged entry counts as absent.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from pathlib import Path

from dossier.ocr import Image, OcrLine

_FORMAT = 1


class PageCache:
    """Folder of recognized pages.

    Args:
        folder: created on first use, with mode 0700.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def key(image: Image, version: str) -> str:
        """Name of the entry of this image read by this engine."""
        digest = hashlib.sha256(f"{_FORMAT}\n{version}\n{image.shape}\n".encode())
        digest.update(image.tobytes())
        return digest.hexdigest()

    def get(self, key: str) -> tuple[OcrLine, ...] | None:
        """The lines of a page, None when it has not been read or its entry is damaged."""
        try:
            entry = json.loads(gzip.decompress(self._path(key).read_bytes()))
            return tuple(
                OcrLine(
                    line["text"],
                    float(line["confidence"]),
                    tuple((float(x), float(y)) for x, y in line["corners"]),
                    tuple((float(x0), float(y0), float(x1), float(y1)) for x0, y0, x1, y1 in line["glyphs"]),
                )
                for line in entry["lines"]
            )
        except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, lines: tuple[OcrLine, ...]) -> None:
        """Keeps the lines of a page; a full or read-only disk costs the cache, not the reading."""
        entry = {
            "lines": [
                {
                    "text": line.text,
                    "confidence": line.confidence,
                    "corners": line.corners,
                    "glyphs": line.glyphs,
                }
                for line in lines
            ]
        }
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.chmod(self._folder, 0o700)
            # mkstemp creates with mode 0600; the rename makes the entry appear whole or not at all.
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(gzip.compress(json.dumps(entry, ensure_ascii=False).encode(), 6))
                os.replace(temporary, path)
            except BaseException:
                os.unlink(temporary)
                raise
        except OSError:
            return

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json.gz"
