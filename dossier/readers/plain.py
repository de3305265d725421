"""Plain text: the decoded file, unchanged but for a byte-order mark, so that offsets agree with the file itself."""

from __future__ import annotations

from dossier.compose import Composer
from dossier.decoding import decode
from dossier.document import Document, ReadingMode
from dossier.errors import UnreadableUpload
from dossier.reader import Content, Reader, ReadOptions
from dossier.upload import Upload


def recognizes(content: Content) -> bool:
    try:
        decode(content.data)
    except UnreadableUpload:
        return False
    return True


def read_plain(upload: Upload, document_id: str, options: ReadOptions) -> Document:
    """Reads a text file; a form feed ends a page and belongs to it.

    Raises:
        UnreadableUpload: `upload.undecodable`.
    """
    decoded = decode(upload.data)
    composer = Composer()
    for page in _pages(decoded.text):
        composer.start_page(ReadingMode.PLAIN)
        composer.add_text(page)
    if decoded.damaged:
        composer.warn("document.damaged_text", f"有 {decoded.damaged} 处字符无法解码，以“\ufffd”代替，其余内容已读取")
    options.page_done()
    return composer.build(document_id, upload.name)


def _pages(text: str) -> list[str]:
    *whole, last = text.split("\f")
    return [page + "\f" for page in whole] + ([last] if last or not whole else [])


READER = Reader(
    id="plain",
    suffixes=frozenset({".txt", ".text", ".md", ".log", ".csv"}),
    recognizes=recognizes,
    read=read_plain,
    fallback=True,
)
