"""Web pages: the text that a browser would show, one line for each block, cells of a row parted by tabs."""

from __future__ import annotations

import re

from lxml import etree, html

from dossier.compose import Composer
from dossier.decoding import decode
from dossier.document import Document, ReadingMode
from dossier.errors import UnreadableUpload
from dossier.reader import Content, Reader, ReadOptions
from dossier.upload import Upload

# Matches <!DOCTYPE html>, <html lang="zh">, <table border=1>; near miss: <被害人>, which is a plain text.
_OPENING = re.compile(
    rb"(?:<\?xml[^>]*\?>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body|meta|title|div|p|table|h[1-6])[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
# Matches charset=gb2312 and charset="utf-8"; near miss: a charset of a script further down, beyond the head.
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
# fmt: off
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
})
_UNSEEN = frozenset({
    "audio", "canvas", "datalist", "embed", "head", "iframe", "math", "noscript", "object", "script", "select", "style",
    "svg", "template", "video",
})
# fmt: on
_CELLS = frozenset({"td", "th"})
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_CELL_EDGE = re.compile(" *\t *")  # the indentation of the markup inside a cell
_SPACE = re.compile(r"[ \t\r\n\f]+")  # what HTML calls white space: U+3000, the Chinese indent, is none


def recognizes(content: Content) -> bool:
    head = content.head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"")  # UTF-16 included
    return _OPENING.match(head) is not None


def read_html(upload: Upload, document_id: str, options: ReadOptions) -> Document:
    """Reads a web page.

    Raises:
        UnreadableUpload: `upload.undecodable`, `upload.damaged`.
    """
    text = _decoded(upload.data)
    # lxml refuses a declared encoding in text that is decoded already.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\0", "")
    parser = html.HTMLParser(no_network=True, huge_tree=True)
    try:
        root = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise UnreadableUpload("upload.damaged", "网页文件没有可读取的内容", "请在浏览器中打开后另存为 PDF") from None
    teller = _Teller()
    teller.tell(root)
    composer = Composer()
    composer.start_page(ReadingMode.HTML)
    composer.add_text(teller.finish())
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        composer.warn("document.truncated", "网页结构异常，可能有内容未读取，请核对原件")
    options.page_done()
    return composer.build(document_id, upload.name)


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    if declared:
        name = declared[1].decode("ascii").lower()
        # Pages that say gb2312 or gbk use the characters of GB 18030 all the same.
        try:
            return data.decode("gb18030" if name in ("gb2312", "gbk") else name)
        except (LookupError, UnicodeDecodeError):
            pass  # a wrong declaration: the bytes tell
    return decode(data).text


class _Teller:
    def __init__(self) -> None:
        self._out: list[str] = []

    def finish(self) -> str:
        told = _CELL_EDGE.sub("\t", "".join(self._out))
        lines = (line.strip(" ") for line in told.split("\n"))
        text = "\n".join(line for line in lines if line.strip())
        return f"{text}\n" if text else ""

    def tell(self, root: etree._Element) -> None:
        """Walks with a stack of its own: hostile pages nest deeper than Python's calls may."""
        stack: list[tuple[etree._Element, bool]] = [(root, False)]
        preformatted = 0
        while stack:
            node, leaving = stack.pop()
            tag = node.tag if isinstance(node.tag, str) else ""
            if leaving:
                preformatted -= tag == "pre"
                self._close(node, tag)
                if tag not in _CELLS:  # what stands between two cells is the indentation of the markup
                    self._add(node.tail, preformatted > 0)
                continue
            if not tag or _unseen(node, tag):
                self._add(node.tail, preformatted > 0)
                continue
            self._open(tag)
            preformatted += tag == "pre"
            self._add(node.text, preformatted > 0)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))

    def _open(self, tag: str) -> None:
        # A paragraph that opens a cell does not begin a line of its own.
        if tag == "br" or (tag in _BLOCKS and self._last_seen() != "\t"):
            self._out.append("\n")

    def _close(self, node: etree._Element, tag: str) -> None:
        if tag in _CELLS and node.getnext() is not None:
            while self._out and self._out[-1].isspace() and self._out[-1] != "\t":
                self._out.pop()  # a paragraph inside the cell does not end the row
            self._out.append("\t")
        elif tag in _BLOCKS:
            self._out.append("\n")

    def _last_seen(self) -> str:
        return next((piece for piece in reversed(self._out) if piece.strip(" ")), "")

    def _add(self, text: str | None, preformatted: bool) -> None:
        if text:
            self._out.append(text.replace("\r\n", "\n") if preformatted else _SPACE.sub(" ", text))


def _unseen(node: etree._Element, tag: str) -> bool:
    return (
        tag in _UNSEEN
        or node.get("hidden") is not None
        or bool(_HIDDEN_STYLE.search(node.get("style", "")))
        or (tag == "input" and node.get("type", "").lower() == "hidden")
    )


READER = Reader(
    id="html",
    suffixes=frozenset({".html", ".htm", ".xhtml", ".shtml"}),
    recognizes=recognizes,
    read=read_html,
)
