"""Renderers: one paper, given as paragraphs and tables, as a file of each format that the readers take.

    data = render_pdf(["讯问笔录", "问:你叫什么名字?"])
    dossier = open_bytes("笔录.pdf", data)

All return bytes. `render_scan_pdf` and `render_scan_png` need a Chinese font and skip the test without one.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping

import docx
from docx.enum.text import WD_BREAK
from PIL import Image, ImageDraw, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.builder.fonts import cjk_font
from tests.builder.tables import Block, PageBreak, as_lines

_MARGIN = 72.0  # points
_PDF_FONT = "STSong-Light"  # one of the fonts that every PDF reader must know; nothing is embedded

Paper = list[str] | list[Block] | list[Block | PageBreak]


def render_txt(paper: Paper, *, encoding: str = "utf-8", newline: str = "\n", bom: bool = False) -> bytes:
    """Plain text: one line for each paragraph, `\\f` for a page break.

    Args:
        encoding: any of Python's names (`gb18030`, `utf-16-le`, `big5` …).
        bom: whether to start with a byte-order mark (UTF encodings only).
    """
    text = ""
    for block in paper:
        text += "\f" if isinstance(block, PageBreak) else "".join(line + newline for line in as_lines([block]))
    return (("\ufeff" if bom else "") + text).encode(encoding)


def render_html(paper: Paper, *, title: str = "", encoding: str = "utf-8") -> bytes:
    """A web page with `<p>` and `<table>`; its charset stands in a `<meta>`."""
    parts = [f'<!DOCTYPE html><html><head><meta charset="{encoding}"><title>{_escape(title)}</title></head><body>']
    for block in paper:
        if isinstance(block, str):
            parts.append(f"<p>{_escape(block)}</p>")
        elif not isinstance(block, PageBreak):
            rows = ("<tr>" + "".join(f"<td>{_escape(cell)}</td>" for cell in row) + "</tr>" for row in block)
            parts.append("<table>" + "".join(rows) + "</table>")
    parts.append("</body></html>")
    return "\n".join(parts).encode(encoding)


def render_docx(paper: Paper, *, header: str = "", footer: str = "", split_runs: random.Random | None = None) -> bytes:
    """A Word document.

    Args:
        split_runs: cuts every paragraph into runs at random places, as Word does after editing.
    """
    document = docx.Document()
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    for block in paper:
        if isinstance(block, PageBreak):
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        elif isinstance(block, str):
            paragraph = document.add_paragraph()
            for piece in _pieces(block, split_runs):
                paragraph.add_run(piece)
        else:
            table = document.add_table(rows=0, cols=max(len(row) for row in block))
            for row in block:
                cells = table.add_row().cells
                for cell, text in zip(cells, row, strict=False):
                    cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def render_pdf(
    paper: Paper,
    *,
    font_size: float = 12.0,
    header: str = "",
    page_numbers: bool = False,
    rotation: int = 0,
    password: str | None = None,
) -> bytes:
    """A PDF with a text layer, lines wrapped at the margin as a word processor would.

    Args:
        header: printed at the top of every page.
        page_numbers: prints `第N页` at the foot of every page.
        rotation: `/Rotate` of every page: 0, 90, 180 or 270.
        password: needed to open the file.
    """
    buffer = io.BytesIO()
    width, height = A4  # as shown: reportlab swaps the sheet's sides when it is turned
    canvas = Canvas(buffer, pagesize=A4, encrypt=password, invariant=1)
    pdfmetrics.registerFont(UnicodeCIDFont(_PDF_FONT))
    number = 0
    y = 0.0

    def start_page() -> None:
        nonlocal number, y
        number, y = number + 1, height - _MARGIN
        canvas.setPageRotation(rotation)
        # The reader turns the sheet clockwise by `rotation`; what is drawn is turned the other way before.
        canvas.rotate(rotation)
        canvas.translate(*{0: (0, 0), 90: (0, -height), 180: (-width, -height), 270: (-width, 0)}[rotation])
        if header:
            canvas.setFont(_PDF_FONT, 9)
            canvas.drawString(_MARGIN, height - _MARGIN / 2, header)
        canvas.setFont(_PDF_FONT, font_size)

    def end_page() -> None:
        if page_numbers:
            canvas.setFont(_PDF_FONT, 9)
            canvas.drawCentredString(width / 2, _MARGIN / 2, f"第{number}页")
        canvas.showPage()

    start_page()
    for block in paper:
        if isinstance(block, PageBreak):
            end_page()
            start_page()
            continue
        for line in as_lines([block]):
            for piece in _wrap(line.replace("\t", "    "), width - 2 * _MARGIN, font_size):
                if y < _MARGIN:
                    end_page()
                    start_page()
                canvas.drawString(_MARGIN, y, piece)
                y -= 1.5 * font_size
    end_page()
    canvas.save()
    return buffer.getvalue()


def render_pages(paper: Paper, *, dpi: int = 150, font_points: float = 14.0) -> list[Image.Image]:
    """The pages as clean grey images of A4 sheets."""
    scale = dpi / 72
    width, height, margin = int(A4[0] * scale), int(A4[1] * scale), int(_MARGIN * scale)
    font = cjk_font(int(font_points * scale))
    pages: list[Image.Image] = []
    y = height
    for block in paper:
        if isinstance(block, PageBreak):
            y = height
            continue
        for line in as_lines([block]):
            for piece in _wrap(line.replace("\t", "    "), A4[0] - 2 * _MARGIN, font_points):
                if y > height - margin or not pages:
                    pages.append(Image.new("L", (width, height), 255))
                    y = margin
                ImageDraw.Draw(pages[-1]).text((margin, y), piece, font=font, fill=20)
                y += int(1.6 * font_points * scale)
    return pages or [Image.new("L", (width, height), 255)]


def render_scan_png(paper: Paper, *, dpi: int = 150, noise: random.Random | None = None, skew: float = 0.0) -> bytes:
    """The first page as a PNG.

    Args:
        noise: adds specks and blur like a copier.
        skew: degrees, counter-clockwise.
    """
    buffer = io.BytesIO()
    _scanned(render_pages(paper, dpi=dpi)[0], noise, skew).save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


def render_scan_tiff(paper: Paper, *, dpi: int = 150) -> bytes:
    """All pages in one TIFF."""
    first, *others = render_pages(paper, dpi=dpi)
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=others, dpi=(dpi, dpi), compression="tiff_lzw")
    return buffer.getvalue()


def render_scan_pdf(paper: Paper, *, dpi: int = 150, noise: random.Random | None = None, skew: float = 0.0) -> bytes:
    """A PDF whose pages are images, without a text layer."""
    first, *others = [_scanned(page, noise, skew) for page in render_pages(paper, dpi=dpi)]
    buffer = io.BytesIO()
    first.save(buffer, "PDF", save_all=True, append_images=others, resolution=dpi)
    return buffer.getvalue()


def render_zip(files: Mapping[str, bytes], *, name_encoding: str = "utf-8", flag_utf8: bool = True) -> bytes:
    """A ZIP archive.

    Args:
        files: path inside the archive → bytes.
        name_encoding: how names are stored; anything but UTF-8 is never flagged, as Windows does with `gbk`.
        flag_utf8: whether UTF-8 names are flagged as such (bit 11).
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(RawName(name.encode(name_encoding), name_encoding == "utf-8" and flag_utf8), data)
    return buffer.getvalue()


class RawName(zipfile.ZipInfo):
    """Archive entry whose name is stored as the bytes given, flagged as UTF-8 or not."""

    def __init__(self, raw: bytes, flagged: bool) -> None:
        super().__init__("x")
        self.filename = raw.decode("utf-8") if flagged else raw.decode("cp437")
        self._raw, self._flagged = raw, flagged
        self.compress_type = zipfile.ZIP_DEFLATED

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        bits = self.flag_bits & ~0x800
        return self._raw, bits | (0x800 if self._flagged else 0)


def _scanned(page: Image.Image, noise: random.Random | None, skew: float) -> Image.Image:
    if skew:
        page = page.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=255)
    if noise is not None:
        page = page.copy()
        pixels = ImageDraw.Draw(page)
        for _ in range(page.width * page.height // 2000):
            pixels.point((noise.randrange(page.width), noise.randrange(page.height)), fill=noise.randrange(160))
        page = page.filter(ImageFilter.GaussianBlur(0.6))
    return page


def _wrap(line: str, width: float, font_size: float) -> list[str]:
    """Cuts a line at `width` points, Latin letters and digits half as wide as Chinese characters."""
    pieces, current, used = [], "", 0.0
    for character in line:
        advance = font_size * (0.5 if character.isascii() else 1.0)
        if used + advance > width and current:
            pieces.append(current)
            current, used = "", 0.0
        current += character
        used += advance
    return [*pieces, current]


def _pieces(text: str, rng: random.Random | None) -> list[str]:
    if rng is None or len(text) < 2:
        return [text]
    cuts = sorted(rng.sample(range(1, len(text)), k=min(len(text) - 1, rng.randint(1, 6))))
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
