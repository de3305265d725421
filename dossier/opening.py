"""The front door: a file, a folder or an archive becomes a `Dossier`.

Files are read one after the other in the order a person would lay them out. A file that cannot be read becomes a
notice of the dossier, and the rest is still read; only when nothing could be read does the first failure stand.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dossier.document import Document, Dossier, Notice
from dossier.errors import JiuzhuError, LimitExceeded, UnreadableUpload
from dossier.gathering import Gathering, load_file, stumbled
from dossier.ocr import Ocr
from dossier.page_cache import PageCache
from dossier.progress import Progress
from dossier.reader import Reader, ReadOptions
from dossier.registry import load_readers
from dossier.upload import Limits, Upload, safe_name

logger = logging.getLogger(__name__)

ProgressCallback = Callable[[Progress], None]

# How a format is called where people do not know it by the reader's id.
_SHOWN = {"plain": "文本", "scan": "图片", "html": "网页", "docx": " Word 文件", "pdf": " pdf 文件"}


def open_dossier(
    path: Path,
    *,
    limits: Limits | None = None,
    ocr: Ocr | None = None,
    progress: ProgressCallback | None = None,
    cache: PageCache | None = None,
) -> Dossier:
    """Reads a file, a folder (with its subfolders) or an archive as one dossier.

    Args:
        limits: safety limits, the usual ones when None.
        ocr: recognizer for pages without a text layer; None leaves them unread, with a notice.
        progress: called after each page.
        cache: where recognized pages are kept.

    Raises:
        JiuzhuError: when nothing could be read; its code says why.
    """
    limits = limits or Limits()
    gathering = Gathering(limits)
    if os.path.isdir(path):  # false, too, below a folder that may not be entered
        gathering.add_folder(path)
        digest = ""
    else:
        data = load_file(path, limits.dossier_bytes)
        digest = hashlib.sha256(data).hexdigest()
        gathering.add_file(path.name, lambda: data)
    return _read(path.resolve().name, digest, gathering, limits, ocr, progress, cache)


def open_bytes(
    name: str,
    data: bytes,
    *,
    limits: Limits | None = None,
    ocr: Ocr | None = None,
    progress: ProgressCallback | None = None,
    cache: PageCache | None = None,
) -> Dossier:
    """Reads the bytes of one file or archive as one dossier; otherwise like `open_dossier`."""
    limits = limits or Limits()
    gathering = Gathering(limits)
    gathering.add_file(name, lambda: data)
    return _read(name, hashlib.sha256(data).hexdigest(), gathering, limits, ocr, progress, cache)


def read_document(upload: Upload, document_id: str, options: ReadOptions | None = None) -> Document:
    """Reads one file.

    Raises:
        JiuzhuError: when it cannot be read, is an archive, or holds too much text.
    """
    reader = load_readers()[upload.format]
    if not isinstance(reader, Reader):
        raise UnreadableUpload("upload.is_archive", "这是压缩包，不是单份文书", "请按卷宗读取")
    options = options or ReadOptions()
    document = reader.read(upload, document_id, options)
    if len(document.text) > options.limits.characters:
        raise LimitExceeded(
            "upload.too_much_text",
            f"文字超过 {options.limits.characters // 10_000} 万字，未读取",
            "请核对是否为卷宗文书；确是的，请拆分后分别读取",
        )
    notices: list[Notice] = []
    if upload.suffix and upload.suffix not in reader.suffixes:
        notices.append(
            Notice("upload.wrong_extension", f"扩展名与内容不符，已按内容作为{_SHOWN.get(reader.id, reader.id)}读取")
        )
    if not document.text.strip() and not document.warnings:
        notices.append(Notice("document.no_text", "文件中没有文字，请核对原件"))
    return replace(document, warnings=(*notices, *document.warnings)) if notices else document


class _Counter:
    """Pages done, told to the caller."""

    def __init__(self, documents: int, pages: int, callback: ProgressCallback | None) -> None:
        self._documents, self._pages, self._callback = documents, pages, callback
        self._documents_done = self._pages_done = 0
        self.tell()

    def page(self) -> None:
        self._pages_done += 1
        self.tell()

    def document(self, pages_so_far: int) -> None:
        self._documents_done += 1
        self._pages_done = pages_so_far  # a file that failed half way counts as done
        self.tell()

    def tell(self) -> None:
        if self._callback is not None:
            self._callback(Progress(self._documents_done, self._documents, self._pages_done, self._pages))


def _read(
    name: str,
    digest: str,
    gathering: Gathering,
    limits: Limits,
    ocr: Ocr | None,
    progress: ProgressCallback | None,
    cache: PageCache | None,
) -> Dossier:
    started = time.monotonic()
    counter = _Counter(len(gathering.sources), sum(source.pages for source in gathering.sources), progress)
    options = ReadOptions(limits, ocr, cache, counter.page)
    documents: list[Document] = []
    failures = list(gathering.failures)
    pages_so_far = 0
    for source in gathering.sources:
        try:
            documents.append(read_document(source.upload(), f"d{len(documents) + 1}", options))
        except JiuzhuError as error:
            failures.append((source.name, error))
        except MemoryError:
            raise  # of the machine, not of the file
        except Exception as error:
            failures.append((source.name, stumbled(error)))
        pages_so_far += source.pages
        counter.document(pages_so_far)
    if not documents:
        raise failures[0][1] if failures else _nothing()
    if all(not document.text.strip() for document in documents):
        _refuse_blank(documents, failures)
    logger.info(
        "read a dossier: %d documents, %d failures, %d code points, %.2f s",
        len(documents),
        len(failures),
        sum(len(document.text) for document in documents),
        time.monotonic() - started,
    )
    warnings = tuple(Notice(error.code, f"{failed}：{_sentence(error)}") for failed, error in failures)
    digest = digest or gathering.digest()
    return Dossier(digest[:16], safe_name(name), digest, tuple(documents), warnings)


def _refuse_blank(documents: list[Document], failures: list[tuple[str, JiuzhuError]]) -> None:
    codes = {notice.code for document in documents for notice in document.warnings}
    if "page.needs_ocr" in codes:
        raise UnreadableUpload(
            "upload.no_text_layer",
            "卷宗全部是图片或扫描件，没有可直接读取的文字",
            "请安装文字识别组件后重试：pip install 'jiuzhu[ocr]'",
        )
    if failures:
        raise failures[0][1]


def _sentence(error: JiuzhuError) -> str:
    return f"{error.message}。{error.hint}" if error.hint else error.message


def _nothing() -> UnreadableUpload:
    return UnreadableUpload("upload.empty", "没有可读取的文件", "请确认文件夹或压缩包内有卷宗文件")
