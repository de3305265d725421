"""A font that draws Chinese, if the machine has one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from PIL import ImageFont

_CANDIDATES = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)
_SIMPLIFIED = 2  # index of the SC face in the Noto CJK collections


@cache
def cjk_font_path() -> Path | None:
    """Path of a font with Chinese glyphs, None when the machine has none of the usual ones."""
    return next((path for candidate in _CANDIDATES if (path := Path(candidate)).exists()), None)


def cjk_font(size: int) -> ImageFont.FreeTypeFont:
    """That font at a size in pixels; skips the running test, saying so, when there is none."""
    path = cjk_font_path()
    if path is None:
        pytest.skip("no Chinese font on this machine (apt-get install fonts-noto-cjk)")
    return ImageFont.truetype(str(path), size, index=_SIMPLIFIED if "Noto" in path.name else 0)
