"""From the bytes of a text file to its characters, when nothing says how they are encoded.

Takes bytes; gives the characters unchanged but for a byte-order mark. Line ends stay as they are: offsets must
agree with the file. Refuses bytes that no encoding turns into something like Chinese or Latin text.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from functools import cache

from dossier.errors import UnreadableUpload

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark starts with that of UTF-16 LE
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
# The thirty-odd most frequent characters of each script and of case papers: they settle short texts, where both
# GB18030 and Big5 happen to give common characters.
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们到说于对年月日某被害告伤案元市县区村院公安检察证据"
    "這個國時來們說於對傷縣區證據檢"
)
_PLAUSIBLE = 0.7  # share of ordinary characters; prose scores above 0.95, a wrong reading below 0.6
_DAMAGE = 0.02  # share of undecodable characters up to which the rest is still worth reading
_SAMPLE = 200_000  # code points that are scored


@dataclass(frozen=True, slots=True)
class Decoded:
    """Attributes:
    encoding: Python's name of it.
    damaged: characters that could not be decoded and stand as U+FFFD.
    """

    text: str = field(repr=False)
    encoding: str
    damaged: int = 0


def decode(data: bytes) -> Decoded:
    """Decodes a text file.

    Raises:
        UnreadableUpload: `upload.undecodable`.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    if b"\0" not in data:
        text = _strict(data, "utf-8")
        if text is not None:  # other encodings practically never form valid UTF-8 by chance
            return Decoded(text, "utf-8")
    readings = [Decoded(text, encoding) for encoding in _CANDIDATES if (text := _strict(data, encoding)) is not None]
    scored = [(_score(reading.text), -index, reading) for index, reading in enumerate(readings)]
    if scored:
        score, _, best = max(scored, key=lambda item: item[:2])
        if score >= _PLAUSIBLE:
            return best
    for encoding in ("utf-8", "gb18030", "utf-16-le", "big5hkscs"):
        text = data.decode(encoding, errors="replace")
        damaged = text.count("\ufffd")
        if damaged <= max(1, _DAMAGE * len(text)) and _score(text) >= _PLAUSIBLE:
            return Decoded(text, encoding, damaged)
    raise _undecodable()


def _marked(body: bytes, encoding: str) -> Decoded:
    text = body.decode(encoding, errors="replace")
    damaged = text.count("\ufffd")
    if _strict(body, encoding) is not None:
        return Decoded(text, encoding)
    if damaged > max(1, _DAMAGE * len(text)):
        raise _undecodable()
    return Decoded(text, encoding, damaged)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _score(text: str) -> float:
    """Share of characters that prose is made of, frequent ones counted twice; at most about 1.5."""
    sample = text[:_SAMPLE]
    ordinary = _ordinary()
    points = sum((character in ordinary) + 0.5 * (character in _FREQUENT) for character in sample)
    return points / max(len(sample), 1)


@cache
def _ordinary() -> frozenset[str]:
    ascii_text = {chr(code) for code in range(0x20, 0x7F)} | set("\t\r\n\f")
    punctuation = set("，。、；：？！“”‘’（）《》〈〉【】〔〕「」『』—…·～￥×〇○△□☑√\u3000")
    full_width = {chr(code) for code in range(0xFF01, 0xFF5F)}
    # The first levels of GB 2312 and Big5 hold the characters of everyday use, sorted apart from the rare ones.
    simplified = {
        bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)
    }
    traditional = {
        bytes((high, low)).decode("big5", "ignore")
        for high in range(0xA4, 0xC7)
        for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    }
    return frozenset(ascii_text | punctuation | full_width | simplified | traditional)


def _undecodable() -> UnreadableUpload:
    return UnreadableUpload(
        "upload.undecodable",
        "文本文件的编码无法识别，或文件已损坏",
        "请用记事本打开确认内容，并另存为 UTF-8 编码",
    )
