from __future__ import annotations

import numpy as np
import pytest

from dossier.ocr import Image, OcrLine
from dossier.page_turn import read_upright
from tests.dossier.fake_ocr import FakeOcr, line

WIDTH, HEIGHT = 400, 600
UPRIGHT = [line("被害人卫某某陈述事情经过", 20, 40), line("经鉴定为轻伤二级", 20, 80)]
STANDING = [
    OcrLine("被害人陈述事情经过内容", 0.9, ((10, 10), (30, 10), (30, 300), (10, 300)), ((10, 10, 30, 300),) * 11),
    OcrLine("一", 0.9, ((50, 10), (70, 10), (70, 300), (50, 300)), ((50, 10, 70, 300),)),
]
POOR = [line("田某某某某某某某某某某某某", 20, 40, confidence=0.4)]


def page(turns: int) -> Image:
    """A page that reads upright after `turns` quarter turns counter-clockwise; its mark is at the top left then."""
    upright = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    upright[0, 0] = 255
    return np.ascontiguousarray(np.rot90(upright, -turns))


def recognizer(wrong: list[OcrLine]) -> FakeOcr:
    """Reads well only with the mark at the top left."""
    return FakeOcr(lambda image: UPRIGHT if image[0, 0, 0] == 255 and image.shape[0] == HEIGHT else wrong)


def test_upright_page_is_read_once() -> None:
    ocr = recognizer(POOR)
    assert read_upright(page(0), ocr) == tuple(UPRIGHT)
    assert ocr.calls == 1


def test_little_text_is_not_judged() -> None:
    ocr = FakeOcr([line("章", 10, 10, confidence=0.3)])
    read_upright(page(0), ocr)
    assert ocr.calls == 1


@pytest.mark.parametrize("turns, wrong", [(1, STANDING), (3, STANDING), (2, POOR)])
def test_turned_page_is_read_upright_and_boxes_lie_on_the_page_as_it_came(turns: int, wrong: list[OcrLine]) -> None:
    image = page(turns)
    lines = read_upright(image, recognizer(wrong))
    assert [item.text for item in lines] == [item.text for item in UPRIGHT]
    # Painting the first glyph on the page as it came and turning it must paint the upright glyph.
    x0, y0, x1, y1 = (round(value) for value in lines[0].glyphs[0])
    canvas = np.zeros(image.shape[:2], dtype=np.uint8)
    canvas[y0:y1, x0:x1] = 1
    rows, columns = np.nonzero(np.rot90(canvas, turns))
    assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == UPRIGHT[0].glyphs[0]


def test_page_that_reads_badly_every_way_keeps_the_best() -> None:
    worse = [line("田某某某某某某某某某某某某", 20, 40, confidence=0.3)]
    ocr = FakeOcr(POOR, worse, worse, worse)
    assert read_upright(page(0), ocr) == tuple(POOR)
    assert ocr.calls == 4
