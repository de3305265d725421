"""Scanned pages as image files: PNG, JPEG, TIFF with several pages, BMP, WebP, GIF. Every page is recognized.

Without the `ocr` extra the pages stay unread, with a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dossier.compose import Composer
from dossier.document import Document, ReadingMode
from dossier.errors import LimitExceeded, UnreadableUpload
from dossier.ocr import Image as Pixels
from dossier.ocr import Ocr
from dossier.picture import (
    BROKEN,
    count_frames,
    damaged_picture,
    open_picture,
    size_in_points,
    too_many_pixels,
    upright_pixels,
)
from dossier.reader import Content, Reader, ReadOptions
from dossier.scan_page import add_scanned_page, add_unread_page
from dossier.upload import Upload

if TYPE_CHECKING:
    from PIL import Image

_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF87a", b"GIF89a")


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
    with open_picture(upload.data) as image:
        count, whole = count_frames(image)
        for index in range(min(count, options.limits.pages)):
            _read_page(image, index, options.ocr, composer, options)
            options.page_done()
    if all(notice.code == "page.unreadable" for notice in composer.notices) and len(composer.notices) == count:
        raise damaged_picture()
    if not whole:
        composer.warn("document.truncated", "文件末尾不完整，可能缺页，请核对原件")
    if count > options.limits.pages:
        composer.warn(
            "upload.too_many_pages",
            f"共 {count} 页，超过上限 {options.limits.pages} 页，第 {options.limits.pages + 1} 页至第 {count} 页"
            "未读取；请拆分文件后再读取其余部分",
        )
    return composer.build(document_id, upload.name)


def count_pages(data: bytes) -> int:
    """Number of pages; 1 where it cannot be told (reading will say why)."""
    try:
        with open_picture(data) as image:
            return count_frames(image)[0]
    except (ImportError, UnreadableUpload, LimitExceeded, ValueError, OSError):
        return 1


def draw_page(data: bytes, number: int) -> Pixels:
    """A page (from 1) of an image file, upright.

    Raises:
        UnreadableUpload: the file or the page cannot be drawn.
    """
    with open_picture(data) as image:
        try:
            image.seek(number - 1)
            return upright_pixels(image, size_in_points(image))[0]
        except BROKEN:
            raise damaged_picture() from None


def _read_page(image: Image.Image, index: int, ocr: Ocr, composer: Composer, options: ReadOptions) -> None:
    try:
        image.seek(index)
        if image.width * image.height > options.limits.image_pixels:
            raise too_many_pixels()
        size = size_in_points(image)
        pixels, size = upright_pixels(image, size)
    except BROKEN:
        composer.start_page(ReadingMode.OCR)
        composer.warn("page.unreadable", "此页图像已损坏，无法读取，请核对原件", page=composer.page_number)
        return
    add_scanned_page(composer, pixels, size, ocr, options.cache)


READER = Reader(
    id="scan",
    suffixes=frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".jfif"}),
    recognizes=recognizes,
    read=read_scan,
    count_pages=count_pages,
    draw=draw_page,
)
