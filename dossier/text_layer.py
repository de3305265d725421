"""The text layer of one PDF page: its characters in the order the file gives them, each with its box.

Takes an open pypdfium2 page, gives text and boxes in points from the top left of the page as it is shown (crop
box and rotation applied), and judges whether the layer can be trusted. Recognizing images is not done here.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

Boxes = NDArray[np.float64]

_COVERING = 0.5  # share of the page that an image must cover to count as its scan
_GARBAGE = 0.1  # share of replacement, private-use and control characters
_ORDINARY = 0.6  # share of letters that GB 2312 or Big5 know; wrong glyph tables give characters from anywhere
_FEW_HAN = 10  # fewer on a scanned page are a page number or a stamp
_LETTERS_TO_JUDGE = 20
_AUTOSPACE = 0.4  # em; Word and LibreOffice leave a quarter, justified lines somewhat more


class LayerVerdict(StrEnum):
    """Whether the text layer of a page is its text."""

    GOOD = "good"
    EMPTY = "empty"  # nothing is drawn: a blank page
    MISSING = "missing"  # something is drawn, but no text belongs to it
    GARBAGE = "garbage"  # characters without meaning


@dataclass(frozen=True, slots=True)
class TextLayer:
    """Attributes:
    text: code points, line ends as `\\n`.
    boxes: (code points, 4), NaN where the file draws no glyph.
    size: width and height of the page in points as shown.
    verdict: whether it is the text of the page.
    """

    text: str = field(repr=False)
    boxes: Boxes = field(repr=False)
    size: tuple[float, float]
    verdict: LayerVerdict


def read_text_layer(page: Any) -> TextLayer:
    """Reads an open page (`pypdfium2.PdfPage`)."""
    frame = _Frame(page)
    text_page = page.get_textpage()
    try:
        text, boxes = _characters(text_page.raw, frame)
    finally:
        text_page.close()
    return TextLayer(text, boxes, frame.size, _judge(text, page, frame))


def is_han(character: str) -> bool:
    """Whether it is a Chinese character, rare ones of the supplementary planes included."""
    return (
        "\u4e00" <= character <= "\u9fff"
        or "\u3400" <= character <= "\u4dbf"
        or "\U00020000" <= character <= "\U0003ffff"
    )


class _Frame:
    """Turns PDF user space (from the bottom left, unrotated) into points from the top left as shown."""

    def __init__(self, page: Any) -> None:
        box = pdfium_c.FS_RECTF()
        pdfium_c.FPDF_GetPageBoundingBox(page.raw, box)
        self.left, self.right = sorted((float(box.left), float(box.right)))
        self.bottom, self.top = sorted((float(box.bottom), float(box.top)))
        self.rotation: int = page.get_rotation()
        width, height = self.right - self.left, self.top - self.bottom
        self.size: tuple[float, float] = (height, width) if self.rotation in (90, 270) else (width, height)

    def shown(self, boxes: Boxes) -> Boxes:
        """Boxes (glyphs × left, bottom, right, top) as (glyphs × x0, y0, x1, y1)."""
        left, bottom, right, top = boxes.T
        match self.rotation:
            case 90:
                sides = bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
            case 180:
                sides = self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
            case 270:
                sides = self.top - top, self.right - right, self.top - bottom, self.right - left
            case _:
                sides = left - self.left, self.top - top, right - self.left, self.top - bottom
        return np.stack(sides, axis=1)


def _characters(text_page: Any, frame: _Frame) -> tuple[str, Boxes]:
    count = pdfium_c.FPDFText_CountChars(text_page)
    if count <= 0:
        return "", np.empty((0, 4))
    # One call for each glyph is what reading costs; everything that can be done for the whole page is done below.
    unicode_at, loose_box, byref = pdfium_c.FPDFText_GetUnicode, pdfium_c.FPDFText_GetLooseCharBox, ctypes.byref
    rectangles = (pdfium_c.FS_RECTF * count)()  # left, top, right, bottom
    codes = [unicode_at(text_page, index) for index in range(count)]
    for index, rectangle in enumerate(rectangles):
        # The loose box spans the line's height and the glyph's advance: the ink of 一 would be a hairline.
        loose_box(text_page, index, byref(rectangle))
    boxes = np.frombuffer(rectangles, dtype=np.float32).reshape(count, 4).astype(np.float64)[:, (0, 3, 2, 1)]
    for flat in np.flatnonzero((boxes[:, 0] >= boxes[:, 2]) | (boxes[:, 1] >= boxes[:, 3])):
        boxes[flat] = _ink(text_page, int(flat))
    characters: list[str] = []
    kept: list[int] = []
    for index, code in enumerate(codes):
        if 0x20 < code < 0xD800:
            characters.append(chr(code))
        elif 0xDC00 <= code <= 0xDFFF and index and 0xD800 <= codes[index - 1] <= 0xDBFF:
            # A character of a supplementary plane may come as two surrogates: the first one has the box.
            characters[-1] = chr(0x10000 + ((codes[index - 1] - 0xD800) << 10) + (code - 0xDC00))
            continue
        elif code == 0x0D:  # pdfium ends lines with \r\n
            continue
        else:
            if code <= 0x20 and (code == 0x0A or pdfium_c.FPDFText_IsGenerated(text_page, index) == 1):
                if code == 0x20 and _is_autospace(codes, boxes, index):
                    continue
                boxes[index] = np.nan  # white space that pdfium put in where glyphs stand apart
            characters.append(_character(code))
        kept.append(index)
    return "".join(characters), frame.shown(boxes[kept])


def _is_autospace(codes: list[int], boxes: Boxes, index: int) -> bool:
    """Whether a space that pdfium put in is only the thin gap that Word leaves between Chinese and digits.

    1985年7月 is set with a quarter of an em around the digits; the author wrote no space there, and a name or a date
    must not fall apart. Wider gaps part the fields of a form.
    """
    if not 0 < index < len(codes) - 1 or not (_is_chinese(codes[index - 1]) or _is_chinese(codes[index + 1])):
        return False
    before, after = boxes[index - 1], boxes[index + 1]
    em = min(before[3] - before[1], before[2] - before[0]), min(after[3] - after[1], after[2] - after[0])
    gaps = (after[0] - before[2], before[0] - after[2], after[1] - before[3], before[1] - after[3])
    return bool(max(gaps) < _AUTOSPACE * max(em))


def _is_chinese(code: int) -> bool:
    return 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFFEF  # characters, punctuation, full-width forms


def _ink(text_page: Any, index: int) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of what a glyph draws; NaN when it draws nothing."""
    left, right, bottom, top = (ctypes.c_double(math.nan) for _ in range(4))
    pdfium_c.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)  # leaves them alone when it fails
    return left.value, bottom.value, right.value, top.value


def _character(code: int) -> str:
    """The character of a code as pdfium gives it."""
    if code in (0x02, 0xFFFE):  # pdfium's marks for a hyphen at the end of a line
        return "-"
    # 0 is a glyph that the file maps to nothing; a lone surrogate is no character and could not be written out.
    return "\ufffd" if code == 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)


def _judge(text: str, page: Any, frame: _Frame) -> LayerVerdict:
    visible = "".join(text.split())
    if not visible:
        return LayerVerdict.MISSING if next(page.get_objects(max_depth=1), None) is not None else LayerVerdict.EMPTY
    if sum(map(_meaningless, visible)) > _GARBAGE * len(visible):
        return LayerVerdict.GARBAGE
    # Objects are walked only where the answer hangs on them: a page may draw every glyph as an object of its own.
    if sum(map(is_han, visible)) < _FEW_HAN and _image_share(page, frame) >= _COVERING:
        return LayerVerdict.MISSING
    letters = "".join(filter(str.isalpha, visible))
    known = max(len(letters.encode(encoding, "ignore").decode(encoding)) for encoding in ("gb2312", "big5"))
    if len(letters) >= _LETTERS_TO_JUDGE and known < _ORDINARY * len(letters):
        return LayerVerdict.GARBAGE
    return LayerVerdict.GOOD


def _image_share(page: Any, frame: _Frame) -> float:
    """Share of the page that its largest image covers."""
    share: float = 0.0
    for item in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = item.get_bounds()
        share = max(share, float((right - left) * (top - bottom)))
    width, height = frame.size
    return share / max(width * height, 1.0)


def _meaningless(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn", "Cc")
