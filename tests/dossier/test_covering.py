"""Masked characters of a drawn page are painted over whole, and their neighbours are left alone."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dossier.compose import Composer
from dossier.covering import covers_of, paint
from dossier.document import Document, ReadingMode
from dossier.ocr import Image as Pixels
from dossier.span import Span
from tests.builder.fonts import cjk_font

_SIZE = 30  # pixels, and points: one to one
_LINES = (
    "被告人方秀莲，女，1974年出生，住临溪县沙窝镇章家坳村12号。",
    "被害人川小八的损伤程度为重伤二级，现金三千元。",
    "证人蔺满囤的证言，联系电话13912345678，系低保户",
)
_HIDDEN = ("秀莲", "沙窝镇章家坳村12号", "小八", "满囤", "123456")
_PAPER, _INK = 255, 20


def _drawn(
    seed: int, *, mode: ReadingMode = ReadingMode.OCR, off: float = 0.12
) -> tuple[Pixels, Document, dict[int, Any]]:
    """A page, read with boxes that are off like a recognizer's, and where each character's ink really is.

    Args:
        off: em by which a border may be off; measured with RapidOCR on print: 0.13 at most between neighbours.
    """
    chance, font = random.Random(seed), cjk_font(_SIZE)
    image = Image.new("RGB", (1100, 400), (_PAPER,) * 3)
    pen = ImageDraw.Draw(image)
    composer = Composer()
    composer.start_page(mode, size=(1100.0, 400.0))
    ink: dict[int, Any] = {}
    offset = 0
    for number, line in enumerate(_LINES):
        y = 40 + 44 * number  # lines close to one another
        pen.text((60, y), line, font=font, fill=(_INK,) * 3)
        edges = [60 + font.getlength(line[:k]) for k in range(len(line) + 1)]
        borders = [edge + chance.uniform(-off, off) * _SIZE for edge in edges]
        top, bottom = y + 0.05 * _SIZE, y + 1.3 * _SIZE
        inset = 0.0 if mode is ReadingMode.TEXT_LAYER else 0.08 * _SIZE
        boxes = [(a + inset, top, b - inset, bottom) for a, b in pairwise(borders)]
        for k, character in enumerate(line):
            alone = Image.new("L", image.size, _PAPER)
            ImageDraw.Draw(alone).text((edges[k], y), character, font=font, fill=_INK)
            left, upper, right, lower = Image.fromarray(255 - np.asarray(alone)).getbbox() or (0, 0, 0, 0)
            ink[offset + k] = (left, upper, right, lower)
        composer.add_glyphs(line, boxes)
        composer.add_text("\n")
        offset += len(line) + 1
    return np.asarray(image), composer.build("d1", "扫描.png"), ink


def _spans(document: Document) -> list[Span]:
    return [Span("d1", at, at + len(words)) for words in _HIDDEN if (at := document.text.find(words)) >= 0]


@pytest.mark.parametrize("mode", [ReadingMode.OCR, ReadingMode.TEXT_LAYER])
@pytest.mark.parametrize("seed", range(12))
def test_hidden_characters_are_painted_whole_and_neighbours_keep_their_ink(seed: int, mode: ReadingMode) -> None:
    pixels, document, ink = _drawn(seed, mode=mode, off=0.12 if mode is ReadingMode.OCR else 0.01)
    spans = _spans(document)
    painted = paint(pixels, (1100.0, 400.0), covers_of(document, spans, 1))
    hidden = {offset for span in spans for offset in range(span.start, span.end)}
    changed = (painted != pixels).any(axis=2)
    touched = 0
    for offset, (x0, y0, x1, y1) in ink.items():
        part = changed[y0:y1, x0:x1]
        if offset in hidden:
            assert part.all(), document.text[offset]
        elif part.any():
            touched += 1
    assert touched <= (1 if mode is ReadingMode.OCR else 0)  # where the boxes leave doubt, a neighbour is covered


def test_in_doubt_the_paint_reaches_into_the_neighbour() -> None:
    pixels, document, ink = _drawn(0, off=0.45)  # boxes that are nowhere near the characters
    spans = _spans(document)
    painted = paint(pixels, (1100.0, 400.0), covers_of(document, spans, 1))
    for span in spans:
        for offset in range(span.start, span.end):
            x0, y0, x1, y1 = ink[offset]
            assert (painted[y0:y1, x0 + 1 : x1 - 1] == painted[y0, x0 + 1]).all(), document.text[offset]


def test_boxes_that_only_divide_the_line_are_not_believed() -> None:
    composer = Composer()
    composer.start_page(ReadingMode.OCR, size=(400.0, 100.0))
    composer.add_glyphs("户名 方秀莲", [(10 + 20 * k, 10, 30 + 20 * k, 30) for k in range(6)])
    document = composer.build("d1", "扫描.png")
    (cover,) = covers_of(document, [Span("d1", 4, 6)], 1)
    assert cover.guessed and (cover.first, cover.last) == (4, 5)
    white = np.full((100, 400, 3), 255, np.uint8)
    columns = np.flatnonzero((paint(white, (400.0, 100.0), [cover]) != white).any(axis=(0, 2)))
    assert columns[0] == 80 and columns[-1] == 139  # half a character further on both sides


def test_a_wide_gap_is_left_blank_beyond_its_middle() -> None:
    composer = Composer()
    composer.start_page(ReadingMode.OCR, size=(400.0, 100.0))
    composer.add_glyphs("方莲女", [(10, 10, 30, 30), (30, 10, 50, 30), (66, 10, 86, 30)])
    document = composer.build("d1", "扫描.png")
    white = np.full((100, 400, 3), 255, np.uint8)
    painted = paint(white, (400.0, 100.0), covers_of(document, [Span("d1", 1, 2)], 1))
    assert np.flatnonzero((painted != white).any(axis=(0, 2)))[-1] == 57


def test_only_this_page_and_only_papers_with_places() -> None:
    composer = Composer()
    composer.start_page(ReadingMode.OCR, size=(400.0, 100.0))
    composer.add_glyphs("方莲", [(10, 10, 30, 30), (30, 10, 50, 30)])
    composer.add_text("\n")
    composer.start_page(ReadingMode.OCR, size=(400.0, 100.0))
    composer.add_glyphs("女", [(10, 10, 30, 30)])
    document = composer.build("d1", "扫描.png")
    assert covers_of(document, [Span("d1", 0, 2)], 2) == ()
    plain = Composer()
    plain.start_page(ReadingMode.PLAIN)
    plain.add_text("方莲")
    assert covers_of(plain.build("d2", "甲.txt"), [Span("d2", 0, 2)], 1) == ()


def test_a_character_at_the_very_edge_is_no_trouble() -> None:
    composer = Composer()
    composer.start_page(ReadingMode.OCR, size=(400.0, 100.0))
    composer.add_glyphs("莲", [(400, 100, 410, 110)])
    document = composer.build("d1", "扫描.png")
    white = np.full((100, 400, 3), 255, np.uint8)
    assert paint(white, (400.0, 100.0), covers_of(document, [Span("d1", 0, 1)], 1)).shape == white.shape
