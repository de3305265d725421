from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from dossier.ocr import OcrLine
from dossier.opening import open_bytes
from dossier.page_cache import PageCache
from tests.dossier.fake_ocr import FakeOcr, line
from tests.dossier.test_scan import picture

LINES = (line("𠮷某轻伤二级", 10.5, 20.5), line("e\u0301", 1, 2))
IMAGE = np.zeros((4, 5, 3), dtype=np.uint8)


def _entry(folder: Path) -> Path:
    (path,) = folder.rglob("*.json.gz")
    return path


def test_lines_come_back_as_they_were(tmp_path: Path) -> None:
    cache = PageCache(tmp_path / "pages")
    key = cache.key(IMAGE, "1")
    assert cache.get(key) is None
    cache.put(key, LINES)
    assert cache.get(key) == LINES


def test_key_follows_pixels_shape_and_engine() -> None:
    other = IMAGE.copy()
    other[0, 0, 0] = 1
    keys = {
        PageCache.key(IMAGE, "1"),
        PageCache.key(IMAGE, "2"),
        PageCache.key(other, "1"),
        PageCache.key(IMAGE.reshape(5, 4, 3), "1"),
    }
    assert len(keys) == 4


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    PageCache(folder).put("ab" * 32, LINES)
    path = _entry(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "轻伤".encode() not in path.read_bytes()


@pytest.mark.parametrize("damage", [b"", b"not gzip", None])
def test_damaged_entry_is_read_anew_and_rewritten(tmp_path: Path, damage: bytes | None) -> None:
    cache = PageCache(tmp_path)
    ocr = FakeOcr([line("轻伤二级", 10, 10)])
    first = open_bytes("a.png", picture(), ocr=ocr, cache=cache)
    path = _entry(tmp_path)
    path.write_bytes(path.read_bytes()[:-9] if damage is None else damage)
    second = open_bytes("a.png", picture(), ocr=ocr, cache=cache)
    third = open_bytes("a.png", picture(), ocr=ocr, cache=cache)
    assert ocr.calls == 2
    assert first.documents[0].text == second.documents[0].text == third.documents[0].text == "轻伤二级\n"


def test_entry_of_another_shape_counts_as_absent(tmp_path: Path) -> None:
    import gzip

    cache = PageCache(tmp_path)
    cache.put("ab" * 32, LINES)
    for content in (b"[]", b'{"lines": [{"text": "ab", "confidence": 1, "corners": [], "glyphs": []}]}'):
        _entry(tmp_path).write_bytes(gzip.compress(content))
        assert cache.get("ab" * 32) is None


def test_cached_page_is_not_recognized_again(tmp_path: Path) -> None:
    ocr = FakeOcr([line("轻伤二级", 10, 10)])
    for _ in range(3):
        open_bytes("a.png", picture(), ocr=ocr, cache=PageCache(tmp_path))
    assert ocr.calls == 1


def test_folder_that_cannot_be_written_costs_only_the_cache(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    cache = PageCache(blocked / "pages")
    cache.put("ab" * 32, LINES)
    assert cache.get("ab" * 32) is None


def test_interrupted_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(source: str, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dossier.page_cache.os.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        PageCache(tmp_path).put("ab" * 32, LINES)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_line_needs_a_box_for_each_character() -> None:
    with pytest.raises(ValueError, match="1 glyph boxes for 2"):
        OcrLine("两字", 0.9, ((0, 0),) * 4, ((0, 0, 1, 1),))
