"""Image files through Pillow: opened safely, turned upright, made into the pixels that the recognizer takes.

Pillow comes with the `ocr` extra and is imported when a picture is opened, so the light core works without it.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from dossier.errors import LimitExceeded, UnreadableUpload
from dossier.ocr import Image as Pixels

if TYPE_CHECKING:
    from PIL import Image

_USUAL_DPI = 200.0  # of office scanners, where the file does not say
_LIKELY_DPI = (90.0, 1300.0)  # outside (72 above all), the file's own figure is a default nobody set
_LONGEST_SIDE = 3400  # pixels given to the recognizer; more costs time and memory and reads no better
BROKEN = (OSError, ValueError, SyntaxError, EOFError, MemoryError, TypeError, LookupError, struct.error)
"""What Pillow raises on a damaged picture; the last three where a directory of a TIFF file was cut off."""


@contextmanager
def open_picture(data: bytes) -> Iterator[Image.Image]:
    """Opens an image file.

    Raises:
        UnreadableUpload: `upload.damaged`.
        LimitExceeded: `upload.too_large`.
        ImportError: without Pillow.
    """
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(data))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_pixels() from None
    except BROKEN:
        raise damaged_picture() from None
    with image:
        yield image


def count_frames(image: Image.Image) -> tuple[int, bool]:
    """How many pages an image file has that can be reached, and whether it is whole."""
    try:
        return int(getattr(image, "n_frames", 1)), True
    except BROKEN:
        reached = 1
    try:
        while True:
            image.seek(reached)
            reached += 1
    except BROKEN:
        return reached, False


def size_in_points(image: Image.Image) -> tuple[float, float]:
    """Width and height in points."""
    across, down = (float(value) for value in image.info.get("dpi", (0.0, 0.0)))
    low, high = _LIKELY_DPI
    if not (low <= across <= high and low <= down <= high):
        across = down = _USUAL_DPI
    return image.width * 72 / across, image.height * 72 / down


def upright_pixels(image: Image.Image, size: tuple[float, float]) -> tuple[Pixels, tuple[float, float]]:
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


def too_many_pixels() -> LimitExceeded:
    return LimitExceeded("upload.too_large", "图片像素过多，未读取", "请以 300 DPI 以下重新扫描，或另存为较小的图片")


def damaged_picture() -> UnreadableUpload:
    return UnreadableUpload("upload.damaged", "图片不完整或已损坏，无法打开", "请重新扫描或复制该文件")
