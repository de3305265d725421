"""DOCX: every word that Word would print, once, in reading order; tracked changes as accepted.

The package is read directly (zip and XML) so that nothing is lost: `dossier.word_story` walks one part of it.
Headers come before the body and footers after it; a text box or footnote follows the paragraph that carries it.
Pages are those that Word drew when it last saved the file, where it says so, else those of explicit breaks.
"""

from __future__ import annotations

import logging
from functools import cached_property
from zipfile import ZipFile

from lxml import etree

from dossier.compose import Composer
from dossier.document import Document, ReadingMode
from dossier.errors import JiuzhuError, UnreadableUpload
from dossier.picture import BROKEN, open_picture, size_in_points, too_many_pixels, upright_pixels
from dossier.reader import Content, Reader, ReadOptions
from dossier.scan_page import picture_text
from dossier.upload import Limits, Upload
from dossier.word_story import PAGE_BREAK, PICTURE, Story, W, WordPart, tell
from dossier.zip_members import open_zip, read_member

logger = logging.getLogger(__name__)

_SMALLEST_PICTURE = 150  # pixels on its shorter side; below are seals, emblems and signatures
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = (
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_TRANSITIONAL = (
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)


def recognizes(content: Content) -> bool:
    return "word/document.xml" in content.zip_names or any(
        name.startswith("word/") and name.endswith(".xml") for name in content.zip_names
    )


def read_docx(upload: Upload, document_id: str, options: ReadOptions) -> Document:
    """Reads a Word document.

    Raises:
        UnreadableUpload: `upload.damaged` when the package or its main part is broken.
    """
    package = _Package(upload.data, options.limits)
    main = package.part("word/document.xml")
    if main is None:
        raise _damaged()
    notes = {
        kind: WordPart(root)
        for kind in ("footnotes", "endnotes")
        if (root := package.part(f"word/{kind}.xml")) is not None
    }
    body = main.find(f"{W}body")
    story = tell(body if body is not None else main, notes)
    headers, footers = _margins(package, main)
    composer = Composer()
    pictures = _Pictures(package, options)
    told = "".join(f"{line}\n" for line in headers) + story.text + "".join(f"{line}\n" for line in footers)
    text, *rest = told.split(PICTURE)
    for relation, after in zip(story.pictures, rest, strict=True):
        text += pictures.words(relation) + after
    for page in text.split(PAGE_BREAK):
        composer.start_page(ReadingMode.DOCX)
        composer.add_text(page)
    _warn(composer, story, package, pictures)
    options.page_done()
    return composer.build(document_id, upload.name)


def _warn(composer: Composer, story: Story, package: _Package, pictures: _Pictures) -> None:
    if story.tracked:
        composer.warn("document.tracked_changes", "文件含修订痕迹，已按“全部接受修订”读取")
    if story.hidden:
        composer.warn("document.hidden_text", "文件含隐藏文字，未读取")
    if pictures.read:
        composer.warn("document.pictures_read", f"文件内嵌图片中有 {pictures.read} 幅由文字识别读取，请与原图核对")
    if pictures.unread:
        composer.warn(
            "document.pictures", f"文件内嵌 {pictures.unread} 幅图片，图中文字未读取；如为扫描件，请另存为 PDF 后读取"
        )
    if package.damaged_parts:
        composer.warn("document.damaged_part", "文件的页眉、页脚或注释部分已损坏，未读取，正文已读取")


class _Package:
    """The parts of the file, parsed when asked for."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._zip: ZipFile = open_zip(data)
        self._limits = limits
        self.damaged_parts = 0

    def part(self, name: str) -> etree._Element | None:
        """Root of an XML part; None when it is absent, or damaged and not the main part.

        Raises:
            UnreadableUpload: when the main part is damaged.
        """
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            return None
        try:
            data = read_member(self._zip, info, self._limits)
            for strict, transitional in zip(_STRICT, _TRANSITIONAL, strict=True):
                data = data.replace(strict, transitional)
            # No entities, no network: a document has no business with either.
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, UnreadableUpload) as error:
            if name == "word/document.xml":
                if isinstance(error, UnreadableUpload) and error.code == "upload.encrypted":
                    raise
                raise _damaged() from None
            self.damaged_parts += 1
            return None

    def bytes_of(self, name: str) -> bytes | None:
        """A part as it is, None when it is absent or damaged."""
        try:
            return read_member(self._zip, self._zip.getinfo(name), self._limits)
        except (KeyError, JiuzhuError):
            return None

    @cached_property
    def targets(self) -> dict[str, str]:
        """Relationship id → part name, of the main part."""
        root = self.part("word/_rels/document.xml.rels")
        if root is None:
            return {}
        return {
            relation.get("Id", ""): "word/" + relation.get("Target", "").removeprefix("/word/")
            for relation in root
            if relation.get("TargetMode") != "External"
        }


class _Pictures:
    """Pictures inside the document: photographs of certificates are pasted into Word files all the time."""

    def __init__(self, package: _Package, options: ReadOptions) -> None:
        self._package = package
        self._options = options
        self.read = self.unread = 0

    def words(self, relation: str) -> str:
        """Words of a picture on lines of their own, empty when there are none or it cannot be read."""
        ocr = self._options.ocr
        data = self._package.bytes_of(self._package.targets.get(relation, ""))
        if ocr is None or data is None:
            self.unread += 1
            return ""
        try:
            with open_picture(data) as image:
                if min(image.size) < _SMALLEST_PICTURE:
                    return ""
                if image.width * image.height > self._options.limits.image_pixels:
                    raise too_many_pixels()
                pixels, _ = upright_pixels(image, size_in_points(image))
            words = picture_text(pixels, ocr, self._options.cache).replace(PAGE_BREAK, "")
        except (JiuzhuError, ImportError, *BROKEN):
            self.unread += 1
            return ""
        except Exception as error:  # whatever the engine raises costs this picture, never the document
            logger.warning("recognition of a picture failed: %s", type(error).__name__)
            self.unread += 1
            return ""
        self.read += bool(words)
        return f"\n{words}" if words else ""


def _margins(package: _Package, main: etree._Element) -> tuple[list[str], list[str]]:
    """Texts of the headers and footers that sections show, each once, in order of first use."""
    targets = package.targets
    settings = package.part("word/settings.xml")
    even_shown = settings is not None and settings.find(f"{W}evenAndOddHeaders") is not None
    found: dict[str, dict[str, None]] = {"headerReference": {}, "footerReference": {}}
    for section in main.iter(f"{W}sectPr"):
        first_shown = section.find(f"{W}titlePg") is not None
        for kind, texts in found.items():
            for reference in section.findall(f"{W}{kind}"):
                shown = {"first": first_shown, "even": even_shown}.get(reference.get(f"{W}type", "default"), True)
                root = package.part(targets.get(reference.get(_R_ID, ""), "")) if shown else None
                if root is not None:
                    text = tell(root, {}).text.replace(PAGE_BREAK, "").replace(PICTURE, "").strip("\n")
                    if text.strip():
                        texts[text] = None
    return list(found["headerReference"]), list(found["footerReference"])


def _damaged() -> UnreadableUpload:
    return UnreadableUpload(
        "upload.damaged",
        "Word 文件不完整或已损坏，无法读取",
        "请在 Word 或 WPS 中打开并另存一份；打不开时请重新索取原件",
    )


READER = Reader(id="docx", suffixes=frozenset({".docx", ".docm", ".dotx"}), recognizes=recognizes, read=read_docx)
