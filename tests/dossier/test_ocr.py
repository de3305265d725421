"""The recognizer itself: its interface without models, and real pages where the `ocr` extra is installed."""

from __future__ import annotations

import builtins
import io
import random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dossier import ocr as ocr_module
from dossier.ocr import RapidOcr, interpolated, ocr_available
from dossier.opening import open_bytes
from dossier.span import Span
from tests.builder.render import render_pages, render_scan_pdf, render_scan_png, render_scan_tiff
from tests.builder.tables import PageBreak
from tests.dossier.checks import assert_sound, glyphs_of

PAPER = [
    "询问笔录",
    "被害人卫某某,女,1990年3月5日出生,汉族,户籍地某省某市某区。",
    "经法医鉴定,卫某某的损伤程度为轻伤二级,医疗费12,000元。",
    "犯罪嫌疑人钱某甲至今未作任何赔偿。",
]
needs_engine = pytest.mark.skipif(not ocr_available(), reason="the ocr extra is not installed")


def _engine_answer(**answer: Any) -> RapidOcr:
    """A recognizer whose engine gives this answer."""
    recognizer = RapidOcr()
    recognizer._engine = lambda image, **options: SimpleNamespace(**answer)
    return recognizer


IMAGE = np.zeros((20, 60, 3), dtype=np.uint8)
CORNERS = np.array([[[0, 0], [60, 0], [60, 20], [0, 20]]])


def test_interpolated_boxes_halve_latin_letters_and_cover_the_line() -> None:
    boxes = interpolated("伤2级1", ((0, 0), (60, 0), (60, 20), (0, 20)))
    assert boxes == ((0, 0, 20, 20), (20, 0, 30, 20), (30, 0, 50, 20), (50, 0, 60, 20))
    assert interpolated("", ((0, 0), (60, 0), (60, 20), (0, 20))) == ()


def test_engine_boxes_are_used_when_they_spell_the_line() -> None:
    words = [("伤", 0.9, [[1, 1], [19, 1], [19, 19], [1, 19]]), ("情", 0.9, [[21, 1], [39, 1], [39, 19], [21, 19]])]
    found = _engine_answer(boxes=CORNERS, txts=("伤情",), scores=(0.87654321,), word_results=(words,))
    (line,) = found.read(IMAGE)
    assert line.glyphs == ((1, 1, 19, 19), (21, 1, 39, 19))
    assert line.confidence == 0.8765


@pytest.mark.parametrize("words", [(), ([("伤", 0.9, [[1, 1], [19, 1], [19, 19], [1, 19]])],)])
def test_boxes_are_interpolated_when_the_engine_leaves_some_out(words: Any) -> None:
    found = _engine_answer(boxes=CORNERS, txts=("伤情级",), scores=(0.9,), word_results=words)
    (line,) = found.read(IMAGE)
    assert line.glyphs == ((0, 0, 20, 20), (20, 0, 40, 20), (40, 0, 60, 20))


def test_page_without_text_has_no_lines() -> None:
    assert _engine_answer(boxes=None, txts=None).read(IMAGE) == ()


def test_light_core_does_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_module.importlib.util, "find_spec", lambda package: None)
    assert not ocr_available()


def test_image_without_pillow_is_left_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    Image.new("L", (50, 50)).save(buffer, "PNG")
    real_import = builtins.__import__

    def no_pillow(name: str, *args: Any, **options: Any) -> Any:
        if name == "PIL" or name.startswith("PIL."):
            raise ImportError(name)
        return real_import(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", no_pillow)
    with pytest.raises(Exception, match=r"upload\.no_text_layer"):
        open_bytes("a.png", buffer.getvalue())


@pytest.fixture(scope="module")
def engine() -> RapidOcr:
    return RapidOcr(threads=2)


@needs_engine
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["clean", "copied", "skewed"])
def test_scanned_page_is_read_with_its_boxes(engine: RapidOcr, kind: str) -> None:
    noise = random.Random(5) if kind == "copied" else None
    png = render_scan_png(PAPER, noise=noise, skew=1.5 if kind == "skewed" else 0.0)
    (document,) = open_bytes("a.png", png, ocr=engine).documents
    assert_sound(document)
    assert glyphs_of(document.text).replace("，", ",").replace("。", "") == "".join(PAPER).replace("。", "")
    assert document.pages[0].confidence is not None
    assert document.pages[0].confidence > 0.9
    start = document.text.index("轻伤二级")
    (box,) = document.boxes_of(Span("d1", start, start + 4))
    assert box.x1 - box.x0 == pytest.approx(4 * 14, abs=8)  # four characters of 14 points


@needs_engine
@pytest.mark.slow
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_page_scanned_on_its_side_is_read_in_order(engine: RapidOcr, degrees: int) -> None:
    buffer = io.BytesIO()
    render_pages(PAPER)[0].rotate(degrees, expand=True).save(buffer, "PNG", dpi=(150, 150))
    (document,) = open_bytes("a.png", buffer.getvalue(), ocr=engine).documents
    assert_sound(document)
    assert document.text.index("询问笔录") < document.text.index("轻伤二级") < document.text.index("赔偿")


@needs_engine
@pytest.mark.slow
@pytest.mark.parametrize("suffix, render", [("pdf", render_scan_pdf), ("tif", render_scan_tiff)])
def test_every_page_of_a_scan_is_read(engine: RapidOcr, suffix: str, render: Any) -> None:
    data = render(["第一页的文字", PageBreak(), "第二页的文字"])
    (document,) = open_bytes(f"a.{suffix}", data, ocr=engine).documents
    assert_sound(document)
    assert document.text == "第一页的文字\n第二页的文字\n"
    assert [page.number for page in document.pages] == [1, 2]


@needs_engine
@pytest.mark.slow
def test_recognizer_writes_nothing_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    recognizer = RapidOcr(threads=2)
    recognizer.read(np.full((60, 200, 3), 255, dtype=np.uint8))
    assert capfd.readouterr() == ("", "")
    assert "rapidocr" in recognizer.version
