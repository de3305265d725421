"""Normalized reading of a document's text, with the way back.

A view is made by one-to-one character replacement (full-width digits, traditional characters, half-width
punctuation) and by deletion (zero-width characters, stray blanks, page numbers, line breaks inside a
sentence). Nothing is ever inserted or reordered, so that each view offset has exactly one document offset
and order is kept. Offsets into the view say so in their names: `start_in_view`.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from zhconv import zhconv

from dossier.document import Document
from dossier.span import Span

_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"


@dataclass(frozen=True, slots=True)
class TextView:
    """Attributes:
    text: the normalized text.
    starts_in_view, starts_in_document: where each kept run of characters starts, in both frames.
    """

    document_id: str
    text: str = field(repr=False)
    starts_in_view: tuple[int, ...] = field(repr=False)
    starts_in_document: tuple[int, ...] = field(repr=False)

    def offset(self, offset_in_view: int) -> int:
        """Code point offset into `Document.text` of the character at `offset_in_view`."""
        run = bisect_right(self.starts_in_view, offset_in_view) - 1
        return self.starts_in_document[run] + offset_in_view - self.starts_in_view[run]

    def span(self, start_in_view: int, end_in_view: int) -> Span:
        """The document span of a non-empty view range: from its first to its last character."""
        return Span(self.document_id, self.offset(start_in_view), self.offset(end_in_view - 1) + 1)


@cache
def _replacements() -> dict[int, int]:
    """One-to-one replacements, by code point. Chinese punctuation is the normal form of both widths."""
    table: dict[int, int] = {}
    for code in range(0xFF01, 0xFF5F):  # full-width ASCII
        table[code] = code - 0xFEE0
    for ascii_mark, mark in zip("(),;:?!", "（），；：？！", strict=True):
        table[ord(ascii_mark)] = ord(mark)
        table[ord(ascii_mark) + 0xFEE0] = ord(mark)
    for blank in "\u00a0\u2002\u2003\u2009\u200a\u202f\u3000\t\v":
        table[ord(blank)] = ord(" ")
    for form, plain in {
        "〔": "（",
        "〕": "）",
        "﹙": "（",
        "﹚": "）",
        "–": "-",
        "—": "-",
        "－": "-",
        "＊": "*",
        "Ｘ": "X",
        "﹑": "、",
        "．": ".",
        "〇": "〇",
        "○": "〇",
        "│": "|",
        "┃": "|",
        "┆": "|",
        "\u2028": "\n",
        "\u2029": "\n",
    }.items():
        table[ord(form)] = ord(plain)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # zhconv leaves its dictionary file open
        zhconv.loaddict()
    for code in [*range(0x3400, 0xA000), *range(0xF900, 0xFB00)]:
        plain = unicodedata.normalize("NFKC", zhconv.convert(chr(code), "zh-hans"))
        if len(plain) == 1 and ord(plain) != code:
            table[code] = ord(plain)
    for (
        kept
    ) in "著乾於後覆藉瞭徵鍾甦":  # ambiguous outside phrases or usual in names; those that matter come back below
        table.pop(ord(kept), None)
    table.update({ord("於"): ord("于"), ord("後"): ord("后"), ord("覆"): ord("复")})
    return table


# 零宽 "李\u200b某", variation selectors, soft hyphen, combining marks over Han
_INVISIBLE = r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef\u0300-\u036f]+"
_NO_BLANKS = re.compile(
    rf"(?<=[{_HAN}）」』”，。；：、？！]) +(?=[0-9（])|(?<=[0-9.)）%]) +(?=[{_HAN}])|"  # "2015 年 6 月"
    r"(?<! ) +(?=[，。；：、？！）”》])|(?<=[，。；：、？！（“《]) +(?=\S)|"  # beside punctuation
    r"(?<=\d)，(?=\d{3}(?!\d))|"  # 12,000元
    r"(?<=\d) +(?=[\d.])"
)
_SPACED_OUT = re.compile(rf"(?:(?<=[ \n])|^)(?:[{_HAN}，。、；：0-9] ){{4,}}[{_HAN}。]?", re.M)  # 被 害 人 沈 某
_LABEL_GAP = re.compile(rf"(?<=[姓性年民住职籍地出罪]) {{1,4}}(?=[名别龄族址业贯生案][：: {_HAN}])")  # 姓  名：
_PAGE_LINE = re.compile(
    r"^[ ]*(?:[-~·]{1,2} ?\d{1,4} ?[-~·]{1,2}|第 ?[0-9一二三四五六七八九十百]{1,4} ?页(?: ?[，/（]? ?共 ?[0-9一二三四五六七八九十百]{1,4} ?页 ?）?)?|"
    r"\d{1,4} ?/ ?\d{1,4}|\d{1,3}|共 ?\d{1,4} ?页 ?第 ?\d{1,4} ?页)[ ]*$"
)
_NEW_PARAGRAPH = re.compile(
    r"^(?:  |[一二三四五六七八九十]{1,3}[、．.]|（[一二三四五六七八九十0-9]{1,3}）|[0-9]{1,2}[、.．）](?![0-9])|问[：:]|答[：:]|[被询讯记]?[^，。；]{0,8}[：:])"
)
_ENDS_SENTENCE = re.compile(r"[。！？；：](?:[”」』）]{0,2})[ ]*$")


def view_of(document: Document) -> TextView:
    """Build the view of a document."""
    text = document.text.translate(_replacements())
    dropped: list[tuple[int, int]] = [m.span() for m in re.finditer(_INVISIBLE, text)]
    if "\r" in text:
        dropped += [m.span() for m in re.finditer("\r", text)]
    dropped += [m.span() for pattern in (_NO_BLANKS, _LABEL_GAP) for m in pattern.finditer(text)]
    for spaced in _SPACED_OUT.finditer(text):
        dropped += [(i, i + 1) for i in range(*spaced.span()) if text[i] == " "]
    dropped += _dropped_lines_and_breaks(text, _running_lines(document, text))
    return _without(document.id, text, dropped)


def normal(text: str) -> str:
    """The one-to-one replacements alone: 羅慶堂 to 罗庆堂, １ to 1."""
    return text.translate(_replacements())


def replaced_in(text: str) -> dict[str, str]:
    """Letters and digits of a text that `normal` replaces, each with what it puts there.

    >>> replaced_in("經鑒定為重傷，２级，重傷")
    {'傷': '伤', '為': '为', '經': '经', '鑒': '鉴', '２': '2'}
    """
    pairs = ((each, normal(each)) for each in set(text))
    return dict(sorted(pair for pair in pairs if pair[1] != pair[0] and pair[1].isalnum()))


def _in_columns(line: str) -> bool:
    """A row of a table, drawn with bars or with blanks."""
    return line.count("|") > 1 or len(re.findall(r"(?<=\S) {2,}(?=\S)", line)) > 2


def _without(document_id: str, text: str, dropped: list[tuple[int, int]]) -> TextView:
    pieces, in_view, in_document = [], [0], [0]
    position = length = 0
    for start, end in sorted(dropped):
        if start > position:
            pieces.append(text[position:start])
            length += start - position
        if end > position:
            position = end
            if in_view[-1] == length:
                in_document[-1] = position
            else:
                in_view.append(length)
                in_document.append(position)
    pieces.append(text[position:])
    return TextView(document_id, "".join(pieces), tuple(in_view), tuple(in_document))


def _running_lines(document: Document, text: str) -> frozenset[str]:
    """Headers and footers: the same first or last line on at least three pages (digits apart)."""
    seen: Counter[str] = Counter()
    for page in document.pages:
        lines = [line.strip() for line in text[page.start : page.end].split("\n") if line.strip()]
        if len(lines) > 2:
            seen.update({_no_digits(line) for line in (lines[0], lines[-1]) if len(line) <= 60})
    return frozenset(line for line, count in seen.items() if count >= 3 and line)


def _no_digits(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip())


def _dropped_lines_and_breaks(text: str, running: frozenset[str]) -> list[tuple[int, int]]:
    """Ranges of page lines and of line breaks inside a sentence."""
    dropped: list[tuple[int, int]] = []
    lines: list[tuple[int, int]] = []  # kept lines, without their break
    position = 0
    for raw in text.split("\n"):
        start, end = position, position + len(raw)
        position = end + 1
        line = raw.rstrip("\r ")
        if line.strip() and (_PAGE_LINE.match(line) or (running and _no_digits(line) in running)):
            dropped.append((start, min(end + 1, len(text))))
        else:
            lines.append((start, start + len(line)))
    lengths = sorted(end - start for start, end in lines if end > start)
    if not lengths:
        return dropped
    width = lengths[int(len(lengths) * 0.9)] if len(lengths) > 4 else lengths[-1]
    if width > 120 or width < 12:  # one paragraph a line: nothing is wrapped
        return dropped
    filled = [(start, end) for start, end in lines if text[start:end].strip()]
    blank_after = {start for (start, _), (nxt, nxt_end) in pairwise(lines) if not text[nxt:nxt_end].strip()}
    for (start, end), (next_start, next_end) in pairwise(filled):
        line, following = text[start:end], text[next_start:next_end]
        full = end - start >= 0.62 * width
        crosses_page = "\f" in text[end:next_start] or any(end <= a < next_start for a, _ in dropped)
        if (
            full
            and not _ENDS_SENTENCE.search(line)
            and not _NEW_PARAGRAPH.match(following)
            and not (_in_columns(line) or _in_columns(following))
            and (start not in blank_after or crosses_page)
        ):
            indent = len(following) - len(following.lstrip(" "))
            dropped.append((end, next_start + indent))
    return dropped
