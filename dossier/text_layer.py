"""The text layer of one PDF page: its characters in the order the file gives them, each with its box.

Takes an open pypdfium2 page, gives text and boxes in points from the top left of the page as it is shown (crop
box and rotation applied), and judges whether the layer can be trusted. Recognizing images is not done here.
"""

from __future__ import annotations

import ctypes
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pypdfium2.raw as pdfium_c

Rectangle = tuple[float, float, float, float]

_COVERING = 0.5  # share of the page that an image must cover to count as its scan
_GARBAGE = 0.1  # share of replacement, private-use and control characters
_ORDINARY = 0.6  # share of letters that GB 2312 or Big5 know; wrong glyph tables give characters from anywhere
_FEW_HAN = 10  # fewer on a scanned page are a page number or a stamp
_LETTERS_TO_JUDGE = 20


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
    boxes: one for each code point, None where the file draws no glyph.
    size: width and height of the page in points as shown.
    verdict: whether it is the text of the page.
    """

    text: str = field(repr=False)
    boxes: list[Rectangle | None] = field(repr=False)
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

    def shown(self, left: float, bottom: float, right: float, top: float) -> Rectangle:
        match self.rotation:
            case 90:
                return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
            case 180:
                return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
            case 270:
                return self.top - top, self.right - right, self.top - bottom, self.right - left
            case _:
                return left - self.left, self.top - top, right - self.left, self.top - bottom


def _characters(text_page: Any, frame: _Frame) -> tuple[str, list[Rectangle | None]]:
    characters: list[str] = []
    boxes: list[Rectangle | None] = []
    unicode_at, loose_box, char_box = (
        pdfium_c.FPDFText_GetUnicode,
        pdfium_c.FPDFText_GetLooseCharBox,
        pdfium_c.FPDFText_GetCharBox,
    )
    rectangle = pdfium_c.FS_RECTF()
    tight = [ctypes.c_double() for _ in range(4)]
    previous = 0
    for index in range(pdfium_c.FPDFText_CountChars(text_page)):
        code = unicode_at(text_page, index)
        if code == 0x0D:  # pdfium ends lines with \r\n
            continue
        if 0xDC00 <= code <= 0xDFFF and 0xD800 <= previous <= 0xDBFF:
            # A character of a supplementary plane may come as two surrogates: the first one has the box.
            characters[-1] = chr(0x10000 + ((previous - 0xD800) << 10) + (code - 0xDC00))
            previous = 0
            continue
        previous = code
        character = _character(code)
        if not character:
            continue
        characters.append(character)
        # The loose box spans the line's height and the glyph's advance: 一 would else be a hairline.
        if code == 0x0A or pdfium_c.FPDFText_IsGenerated(text_page, index) == 1:
            boxes.append(None)
        elif (
            loose_box(text_page, index, rectangle)
            and rectangle.right > rectangle.left
            and rectangle.top > rectangle.bottom
        ):
            boxes.append(frame.shown(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top))
        elif char_box(text_page, index, tight[0], tight[1], tight[2], tight[3]):
            boxes.append(frame.shown(tight[0].value, tight[2].value, tight[1].value, tight[3].value))
        else:
            boxes.append(None)
    return "".join(characters), boxes


def _character(code: int) -> str:
    """The character of a code as pdfium gives it, empty for none."""
    if code in (0x02, 0xFFFE):  # pdfium's marks for a hyphen at the end of a line
        return "-"
    if code == 0:  # a glyph that the file maps to nothing
        return "\ufffd"
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        # A lone surrogate is no character and could not be written out; the second half of a pair may still follow.
        return "\ufffd"
    return chr(code)


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
