"""Scanned pages as image files: PNG, JPEG, TIFF with several pages, BMP, WebP, GIF. Every page is recognized.

Pillow comes with the `ocr` extra and is imported when a page is to be recognized; without it the page stays unread,
with a notice.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from dossier.compose import Composer
from dossier.document import Document, ReadingMode
from dossier.errors import LimitExceeded, UnreadableUpload
from dossier.ocr import Image as Pixels
from dossier.ocr import Ocr
from dossier.reader import Content, Reader, ReadOptions
from dossier.scan_page import add_scanned_page, add_unread_page
from dossier.upload import Upload

if TYPE_CHECKING:
    from PIL import Image

_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF87a", b"GIF89a")
_USUAL_DPI = 200.0  # of office scanners, where the file does not say
_LIKELY_DPI = (90.0, 1300.0)  # outside (72 above all), the file's own figure is a default nobody set
_LONGEST_SIDE = 3400  # pixels given to the recognizer; more costs time and memory and reads no better


def recognizes(content: Content) -> bool:
    head = content.head
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    # "BM" alone also starts texts; a bitmap goes on with its own length and two zero words.
    bitmap = head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"
    return head.startswith(_MAGIC) or webp or bitmap


def read_scan(upload: Upload, document_id: str, options: ReadOptions) -> Document:
    """Reads an image file.

    Raises:
        UnreadableUpload: `upload.damaged` when not one page can be opened.
        LimitExceeded: `upload.too_large` when the image has too many pixels.
    """
    composer = Composer()
    if options.ocr is None:
        for _ in range(min(count_pages(upload.data), options.limits.pages)):
            add_unread_page(composer, None)
            options.page_done()
        return composer.build(document_id, upload.name)
    with _opened(upload.data) as image:
        count = getattr(image, "n_frames", 1)
        for index in range(min(count, options.limits.pages)):
            _read_page(image, index, options.ocr, composer, options)
            options.page_done()
    if all(notice.code == "page.unreadable" for notice in composer.notices) and len(composer.notices) == count:
        raise _damaged()
    if count > options.limits.pages:
        composer.warn(
            "upload.too_many_pages",
            f"共 {count} 页,超过上限 {options.limits.pages} 页,第 {options.limits.pages + 1} 页至第 {count} 页未读取;"
            "请拆分文件后再读取其余部分",
        )
    return composer.build(document_id, upload.name)


def count_pages(data: bytes) -> int:
    """Number of pages; 1 where it cannot be told (reading will say why)."""
    try:
        with _opened(data) as image:
            return int(getattr(image, "n_frames", 1))
    except (ImportError, UnreadableUpload, LimitExceeded, ValueError, OSError):
        return 1


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(data))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except (OSError, ValueError, SyntaxError):
        raise _damaged() from None
    with image:
        yield image


def _read_page(image: Image.Image, index: int, ocr: Ocr, composer: Composer, options: ReadOptions) -> None:
    try:
        image.seek(index)
        if image.width * image.height > options.limits.image_pixels:
            raise _too_large()
        size = _size(image)
        pixels, size = _pixels(image, size)
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
        composer.start_page(ReadingMode.OCR)
        composer.warn("page.unreadable", "此页图像已损坏,无法读取,请核对原件", page=composer.page_number)
        return
    add_scanned_page(composer, pixels, size, ocr, options.cache)


def _size(image: Image.Image) -> tuple[float, float]:
    """Width and height in points."""
    across, down = (float(value) for value in image.info.get("dpi", (0.0, 0.0)))
    low, high = _LIKELY_DPI
    if not (low <= across <= high and low <= down <= high):
        across = down = _USUAL_DPI
    return image.width * 72 / across, image.height * 72 / down


def _pixels(image: Image.Image, size: tuple[float, float]) -> tuple[Pixels, tuple[float, float]]:
    """The page upright as its camera meant it, on white, not larger than the recognizer needs."""
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(image)
    turned = (upright.width < upright.height) != (image.width < image.height)
    if upright.mode.startswith("I;16"):
        upright = upright.point(lambda value: value / 256).convert("L")
    if "A" in upright.mode or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        upright = Image.new("RGBA", layer.size, "white")
        upright.alpha_composite(layer)
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return np.asarray(upright.convert("RGB"), dtype=np.uint8), size[::-1] if turned else size


def _too_large() -> LimitExceeded:
    return LimitExceeded("upload.too_large", "图片像素过多,未读取", "请以 300 DPI 以下重新扫描,或另存为较小的图片")


def _damaged() -> UnreadableUpload:
    return UnreadableUpload("upload.damaged", "图片不完整或已损坏,无法打开", "请重新扫描或复制该文件")


READER = Reader(
    id="scan",
    suffixes=frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".jfif"}),
    recognizes=recognizes,
    read=read_scan,
    count_pages=count_pages,
)
