"""PDF: page by page the text layer where it is one, else the page is rendered and recognized.

pypdfium2 objects stay in this module and `dossier.text_layer`. PDFium is not safe for use from several threads;
one lock guards it, and recognition runs outside of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium_c

from dossier.compose import Composer
from dossier.document import Document, ReadingMode
from dossier.errors import UnreadableUpload
from dossier.ocr import Image
from dossier.reader import Content, Reader, ReadOptions
from dossier.scan_page import add_scanned_page, add_unread_page
from dossier.text_layer import LayerVerdict, TextLayer, read_text_layer
from dossier.upload import Upload

_PDFIUM = threading.Lock()
_DPI = 170  # an A4 page becomes 2,000 pixels high, which the recognizer takes without shrinking
_LONGEST_SIDE = 3400  # pixels; larger sheets are rendered coarser, memory stays bounded


def recognizes(content: Content) -> bool:
    # writers may put other bytes before it, readers search the first KiB; a zip may hold one there, stored as it is
    return b"%PDF-" in content.head and not content.head.startswith(b"PK\x03\x04")


def read_pdf(upload: Upload, document_id: str, options: ReadOptions) -> Document:
    """Reads a PDF up to the page limit.

    Raises:
        UnreadableUpload: `upload.encrypted`, `upload.damaged`.
    """
    composer = Composer()
    with _opened(upload.data) as pdf:
        with _PDFIUM:
            count = len(pdf)
        if count == 0:
            raise _damaged()
        for index in range(min(count, options.limits.pages)):
            _read_page(pdf, index, composer, options)
            options.page_done()
    if count > options.limits.pages:
        composer.warn(
            "upload.too_many_pages",
            f"共 {count} 页，超过上限 {options.limits.pages} 页，第 {options.limits.pages + 1} 页至第 {count} 页"
            "未读取；请拆分文件后再读取其余部分",
        )
    if b"%%EOF" not in upload.data[-2048:]:
        composer.warn("document.truncated", "文件末尾不完整，可能缺页，请核对原件")
    return composer.build(document_id, upload.name)


def count_pages(data: bytes) -> int:
    """Number of pages, 1 when the file cannot be opened (reading it will say why)."""
    try:
        with _opened(data) as pdf, _PDFIUM:
            return max(len(pdf), 1)
    except UnreadableUpload:
        return 1


def draw_page(data: bytes, number: int) -> Image:
    """A page (from 1) as its reader sees it, in the frame of the text's boxes.

    Raises:
        UnreadableUpload: the file or the page cannot be drawn.
    """
    with _opened(data) as pdf, _PDFIUM:
        try:
            page = pdf[number - 1]
        except (pypdfium2.PdfiumError, IndexError):
            raise _damaged() from None
        try:
            return _render(page, read_text_layer(page))
        except (pypdfium2.PdfiumError, ValueError, MemoryError):
            raise _damaged() from None
        finally:
            page.close()


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    with _PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            # the library may still hold the code of the file before; a trailer that tells of a cipher is never packed
            locked = error.err_code == pdfium_c.FPDF_ERR_PASSWORD and b"/Encrypt" in data
            raise _encrypted() if locked else _damaged() from None
    try:
        yield pdf
    finally:
        with _PDFIUM:
            pdf.close()


def _read_page(pdf: Any, index: int, composer: Composer, options: ReadOptions) -> None:
    image = None
    with _PDFIUM:
        try:
            page = pdf[index]
            try:
                layer = read_text_layer(page)
                verdict = layer.verdict
                wanted = verdict in (LayerVerdict.MISSING, LayerVerdict.GARBAGE)
                if wanted and options.ocr is not None:
                    image = _render(page, layer)
            finally:
                page.close()
        except (pypdfium2.PdfiumError, ValueError, MemoryError):
            composer.start_page(ReadingMode.TEXT_LAYER)
            composer.warn("page.unreadable", "此页已损坏，无法读取，请核对原件", page=composer.page_number)
            return
    if image is not None and options.ocr is not None:
        add_scanned_page(composer, image, layer.size, options.ocr, options.cache)
    elif wanted:
        add_unread_page(composer, layer.size)
        if verdict is LayerVerdict.MISSING:  # a page number or a stamp is still true; garbage is not
            _add_layer(composer, layer)
    else:
        composer.start_page(ReadingMode.TEXT_LAYER, size=layer.size)
        _add_layer(composer, layer)


def _add_layer(composer: Composer, layer: TextLayer) -> None:
    composer.add_glyphs(layer.text, layer.boxes)
    if layer.text and not layer.text.endswith("\n"):
        composer.add_text("\n")


def _render(page: Any, layer: TextLayer) -> Image:
    scale = min(_DPI / 72, _LONGEST_SIDE / max(layer.size))
    bitmap = page.render(scale=scale, rev_byteorder=True, force_bitmap_format=pdfium_c.FPDFBitmap_BGR)
    try:
        return np.array(bitmap.to_numpy(), dtype=np.uint8)  # a copy: the bitmap's memory goes with it
    finally:
        bitmap.close()


def _encrypted() -> UnreadableUpload:
    return UnreadableUpload("upload.encrypted", "PDF 设有打开密码，无法读取", "请输入密码打开后，另存为无密码的 PDF")


def _damaged() -> UnreadableUpload:
    return UnreadableUpload(
        "upload.damaged", "PDF 不完整或已损坏，无法打开", "请重新导出或复制该文件，确认能正常打开后再试"
    )


READER = Reader(
    id="pdf",
    suffixes=frozenset({".pdf"}),
    recognizes=recognizes,
    read=read_pdf,
    count_pages=count_pages,
    draw=draw_page,
)
