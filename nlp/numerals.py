"""Numbers as legal papers write them: 3800, 1.5万, 六万, 壹万伍仟, 两千余."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {
    c: i
    for i, group in enumerate(("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in group
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10_000, "亿": 100_000_000}
CHINESE_NUMBER = "[零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟万亿]+"
NUMBER = rf"(?:\d+(?:\.\d+)?(?:万|千|百|亿)?|{CHINESE_NUMBER})"

# matches 人民币3800元, 六万元, 1.5万元, 8000余元, 壹万伍仟元整, 5万5千元; not 3元件 (handled by the look-ahead), 第30元月
AMOUNT = re.compile(
    rf"(?P<yuan>\d+(?:\.\d+)?|\d+(?:\.\d+)?[万千百亿](?:\d+(?:\.\d+)?[千百]?)?|{CHINESE_NUMBER}(?:点[零〇一二三四五六七八九]+)?万?)"
    r"(?P<more>余|多|来)?(?P<unit>万|千)?(?P<more2>余|多)?(?:块钱|块|元)(?!月|旦|件|素|宝|首|老|谋|凶|配)(?:人民币)?"
    r"(?:(?P<jiao>[0-9一二三四五六七八九])角(?:(?P<fen>[0-9一二三四五六七八九])分)?)?"
)


def number_of(text: str) -> float | None:
    """Value of an Arabic, Chinese or mixed number, None when it is none.

    >>> number_of("十五"), number_of("1.5万"), number_of("壹万伍仟"), number_of("两千三")
    (15.0, 15000.0, 15000.0, 2300.0)
    """
    text = text.replace(",", "").replace("，", "")
    mixed = re.fullmatch(r"(\d+(?:\.\d+)?)([万千百亿]?)(?:(\d+(?:\.\d+)?)([千百]?))?", text)
    if mixed:
        scale = {"": 1, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
        value = float(mixed[1]) * scale[mixed[2]]
        if mixed[3]:
            value += float(mixed[3]) * (scale[mixed[4]] if mixed[4] else 1)
        return round(value, 6)
    return _chinese(text)


def _chinese(text: str) -> float | None:
    if not text or not re.fullmatch(CHINESE_NUMBER, text):
        return None
    total = section = digit = 0
    last_unit = 1
    plain = [_DIGITS[c] for c in text if c in _DIGITS]
    if len(plain) == len(text) and len(text) > 1:  # 二〇一五, 六五
        return float("".join(map(str, plain)))
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
            if digit == 0:
                last_unit = 1
        elif char in _UNITS:
            section += (digit or 1) * _UNITS[char]
            last_unit, digit = _UNITS[char], 0
        else:
            total = (
                (total + section + digit) * _BIG[char] if char == "亿" else total + (section + digit or 1) * _BIG[char]
            )
            last_unit, section, digit = _BIG[char], 0, 0
    if digit and last_unit >= 100:  # 两千三, 一万五
        digit *= last_unit // 10
    return float(total + section + digit)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money: half-open range in the text that was searched, and yuan."""

    start: int
    end: int
    yuan: float


def find_amounts(text: str, start: int = 0, end: int | None = None) -> list[Amount]:
    """All sums in `text[start:end]`, offsets in the frame of `text`."""
    found = []
    for match in AMOUNT.finditer(text, start, len(text) if end is None else end):
        value = number_of(match["yuan"])
        if value is None:
            continue
        if match["unit"]:
            value *= {"万": 10_000, "千": 1000}[match["unit"]]
        for part, scale in (("jiao", 0.1), ("fen", 0.01)):
            if match[part]:
                value += scale * (number_of(match[part]) or 0)
        found.append(Amount(match.start(), match.end(), round(value, 2)))
    return found
