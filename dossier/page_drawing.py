"""A page of a dossier as an image: found in the uploaded bytes by the name of its paper, and drawn.

In: the bytes that were uploaded, the name of a paper inside them, a page number. Out: pixels, or a PNG. Formats
without a look of their own (text, Word) have no image. `dossier.covering` paints names over.
"""

from __future__ import annotations

import io

from dossier.errors import JiuzhuError
from dossier.gathering import Gathering
from dossier.ocr import Image
from dossier.registry import load_readers
from dossier.upload import Limits

_WIDEST = 1400  # pixels; what a page is shown with on a large screen


class NoImage(JiuzhuError):
    """The paper has no pages that could be drawn, or is not in the upload any more."""


def drawable(upload_name: str, data: bytes, limits: Limits) -> dict[str, str]:
    """Names of papers whose pages can be drawn, with the format of each."""
    readers = load_readers()
    return {s.name: s.format for s in _gather(upload_name, data, limits).sources if readers[s.format].draw is not None}  # type: ignore[union-attr]


def draw_page(upload_name: str, data: bytes, paper: str, page: int, limits: Limits) -> Image:
    """The pixels of a page (from 1).

    Raises:
        NoImage: the paper is not there or has no look of its own.
        JiuzhuError: it cannot be drawn.
    """
    for source in _gather(upload_name, data, limits).sources:
        if source.name == paper:
            draw = getattr(load_readers()[source.format], "draw", None)
            if draw is None:
                break
            pixels: Image = draw(source.load(), page)
            return pixels
    raise NoImage("page.no_image", "这一页没有图像", "请看文字")


def as_png(pixels: Image) -> tuple[bytes, int, int]:
    """PNG bytes, width and height, not wider than a screen needs."""
    from PIL import Image as Pillow

    image = Pillow.fromarray(pixels)
    if image.width > _WIDEST:
        image = image.resize((_WIDEST, round(image.height * _WIDEST / image.width)), Pillow.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=False, compress_level=3)
    return buffer.getvalue(), image.width, image.height


def _gather(upload_name: str, data: bytes, limits: Limits) -> Gathering:
    gathering = Gathering(limits)
    gathering.add_file(upload_name, lambda: data)
    return gathering
