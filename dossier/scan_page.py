"""One page image becomes text: recognized (or taken from the cache), put in reading order, boxes in points.

Used by the readers of PDFs and of images alike. Takes pixels and the size of the page, appends to a `Composer`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from dossier.compose import Composer
from dossier.document import ReadingMode
from dossier.line_order import ordered_rows
from dossier.ocr import Image, Ocr, OcrLine, Rectangle
from dossier.page_cache import PageCache
from dossier.page_turn import read_upright

logger = logging.getLogger(__name__)

NEEDS_OCR = "page.needs_ocr"
_GAP = 1.2  # of a line's height; characters of one word stand closer, punctuation leaves at most 0.8


def add_scanned_page(
    composer: Composer, image: Image, size: tuple[float, float], ocr: Ocr, cache: PageCache | None
) -> None:
    """Appends one page.

    Args:
        image: the page as it is shown.
        size: of the page, in points; boxes are scaled to it.
    """
    try:
        lines = recognize(image, ocr, cache)
    except Exception as error:  # whatever the engine raises costs this page, never the dossier
        logger.warning("recognition of a page failed: %s", type(error).__name__)
        composer.start_page(ReadingMode.OCR, size=size)
        composer.warn("page.unreadable", "此页文字识别失败，请人工查看", page=composer.page_number)
        return
    characters = sum(len(line.text) for line in lines)
    confidence = sum(line.confidence * len(line.text) for line in lines) / characters if characters else None
    composer.start_page(ReadingMode.OCR, size=size, confidence=confidence)
    height, width = image.shape[:2]
    across, down = size[0] / width, size[1] / height
    for row in ordered_rows(lines):
        for index, line in enumerate(row):
            if index:
                composer.add_text(" ")
            for text, glyphs in _fields(line):
                composer.add_glyphs(text, [glyph and _scaled(glyph, across, down) for glyph in glyphs])
        composer.add_text("\n")
    if not lines:
        composer.warn("page.no_text", "此页未识别到文字，请人工查看", page=composer.page_number)


def picture_text(image: Image, ocr: Ocr, cache: PageCache | None) -> str:
    """The words of a picture inside a paper that has no pages of its own; empty when there are none."""
    rows = ordered_rows(recognize(image, ocr, cache))
    return "\n".join(" ".join("".join(text for text, _ in _fields(line)) for line in row) for row in rows)


def add_unread_page(composer: Composer, size: tuple[float, float] | None) -> None:
    """Appends an empty page that would need recognition, with a notice."""
    composer.start_page(ReadingMode.OCR, size=size)
    composer.warn(
        NEEDS_OCR,
        "此页是图片，需要文字识别（OCR）才能读取；请安装：pip install 'jiuzhu[ocr]'",
        page=composer.page_number,
    )


def recognize(image: Image, ocr: Ocr, cache: PageCache | None) -> tuple[OcrLine, ...]:
    """Lines of a page image, from the cache when it has been read before."""
    if cache is None:
        return read_upright(image, ocr)
    key = cache.key(image, ocr.version)
    lines = cache.get(key)
    if lines is None:
        lines = read_upright(image, ocr)
        cache.put(key, lines)
    return lines


def _fields(line: OcrLine) -> Iterator[tuple[str, tuple[Rectangle | None, ...]]]:
    """A line with a blank where the page leaves a wide gap: 姓名    王某 is recognized without one."""
    yield line.text[:1], line.glyphs[:1]
    for character, glyph, before, last in zip(line.text[1:], line.glyphs[1:], line.glyphs, line.text, strict=False):
        em = max(glyph[3] - glyph[1], before[3] - before[1])
        if glyph[0] - before[2] > _GAP * em and not (character.isspace() or last.isspace()):
            yield " ", (None,)
        yield character, (glyph,)


def _scaled(glyph: Rectangle, across: float, down: float) -> Rectangle:
    x0, y0, x1, y1 = glyph
    return x0 * across, y0 * down, x1 * across, y1 * down
