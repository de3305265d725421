"""Numbers that lead to a person: identity, telephone, bank and account numbers, and addresses, wherever they stand.

In: a text. Out: the places of its numbers, and the text with them starred, of the same length. A number may be written
in full-width digits, in groups, and broken once by the end of a line, as the layout of a page breaks it. Where it is in
doubt whether digits are such a number, they are covered.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_BLANK = r"[ \t\u3000\u00a0\u200b-\u200d\ufeff]"
_GAP = rf"{_BLANK}{{0,6}}(?:\r?\n{_BLANK}{{0,6}})?"  # blanks, and the end of a line
_JOINT = rf"{_GAP}[-－—‐]?{_GAP}"


def _digits(count: int, joint: str = _GAP) -> str:
    return rf"\d(?:{joint}\d){{{count - 1}}}" if count > 1 else r"\d"


@dataclass(frozen=True, slots=True)
class _Number:
    """Attributes:
    front, behind: how many letters and digits are left to see.
    groups: after how many digits a blank may stand; a number of separate digits, as in the boxes of a form, always may
        have them, and one end of a line may stand anywhere.
    """

    pattern: re.Pattern[str]
    front: int = 0
    behind: int = 0
    cued: bool = False  # told by a word before it
    groups: frozenset[int] | None = None

    def places(self, content: str) -> Iterator[tuple[int, int]]:
        if self.cued:
            yield from self._within(content, 0, len(content))
        else:
            for run in _RUN.finditer(content):
                yield from self._within(content, *run.span())

    def _within(self, content: str, at: int, stop: int) -> Iterator[tuple[int, int]]:
        while (match := self.pattern.search(content, at, stop)) is not None:
            start, end = match.span("number") if "number" in self.pattern.groupindex else match.span()
            if self.groups is None or self._is_one(content[start:end]):
                yield start, end
                at = end
            else:
                at = start + 1

    def _is_one(self, written: str) -> bool:
        """Whether digits are one number and no row or column of several."""
        parts = re.split(r"[^\dXxＸｘ]+", written.strip("()（）+＋ "))
        ends = set(itertools.accumulate(len(part) for part in parts[:-1]))
        digits = "".join(parts)
        if all(len(part) == 1 for part in parts) or (len(digits) == 18 and _BIRTH.match(digits, 6)):
            return True
        broken = len(re.findall(r"\n", written))
        groups = self.groups or frozenset()
        return broken <= 1 and len(ends - groups) <= broken


# where digits stand together at all: the patterns need look no further
_RUN = re.compile(r"(?<!\d)(?:[+＋(（][ \u3000]?)?\d[\d\s()（）+＋－—‐\u200b-\u200d\ufeff-]{5,}[\dXxＸｘ]")
_BIRTH = re.compile(r"(?:19|20|１９|２０)\d\d(?:[0０][1-9１-９]|[1１][0-2０-２])(?:[0-2０-２]\d|[3３][01０１])")
# near misses: a case number, a sum, a date, a row of sums
_NUMBERS = (
    _Number(
        re.compile(rf"(?<!\d){_digits(17)}{_GAP}[\dXxＸｘ](?!\d)"), 4, groups=frozenset({6, 10, 12, 14})
    ),  # identity
    _Number(  # identity, of before 2000
        re.compile(rf"(?<!\d){_digits(8)}{_GAP}[01]{_GAP}\d{_GAP}[0-3]{_GAP}{_digits(4)}(?!\d)"),
        4,
        groups=frozenset({6, 12}),
    ),
    _Number(  # bank card
        re.compile(rf"(?<!\d){_digits(16)}(?:{_GAP}\d){{0,3}}(?!\d)"), 0, 4, groups=frozenset({4, 6, 8, 12, 16})
    ),
    _Number(re.compile(r"(?<!\d)\d{16,}(?!\d)"), 0, 4),  # longer than any of them
    _Number(  # mobile, also +86 138…
        re.compile(
            rf"(?<!\d)(?:[+＋]?{_GAP}(?:[0０]{_GAP}[0０]{_GAP})?[8８]{_GAP}[6６]{_JOINT})?"
            rf"[1１]{_JOINT}[3-9３-９]{_JOINT}{_digits(9, _JOINT)}(?!\d)"
        ),
        3,
        2,
        groups=frozenset({2, 3, 4, 5, 7, 9, 11, 13}),
    ),
    _Number(  # landline, also (0571)87654321
        re.compile(
            rf"(?<!\d)[(（]?{_BLANK}?[0０]{_GAP}[1-9１-９]{_GAP}\d(?:{_GAP}\d)?{_BLANK}?[)）]?{_JOINT}{_digits(7)}(?:{_GAP}\d)?(?!\d)"
        ),
        4,
        groups=frozenset({3, 4, 7, 8}),
    ),
    _Number(  # landline without its area, by what it is called
        re.compile(
            rf"(?:电话|座机|固话|传真|联系方式|手机号?码?|号码)[^\d\n，。；]{{0,4}}{_GAP}"
            rf"(?P<number>[2-9２-９](?:{_JOINT}\d){{6,7}})(?!\d)"
        ),
        2,
        cued=True,
        groups=frozenset({3, 4}),
    ),
    _Number(  # accounts and papers, by what they are called
        re.compile(
            r"(?:微信|QQ|ＱＱ|支付宝|账户|账号|帐号|卡号|护照|通行证|驾驶证)(?:账号|帐号|号码|号)?[：:为是 ]{0,3}"
            r"(?P<number>[A-Za-z0-9０-９][A-Za-z0-9０-９_-]{4,})"
        ),
        2,
        cued=True,
    ),
)
# the address behind its cue, from below the county on: 住临溪县沙窝镇章家坳村12号; near misses: 住院23天, 住ICU观察
_PLACE = r"[\u3400-\u9fffA-Za-z0-9０-９#×\-－]"
_ADDRESS = re.compile(
    r"(?:住址|(?:居|经常居)?住所?地|住所|现住|家住|租住|借住|暂住|寄住|户籍所在地|户籍地址?|户籍|居住|(?:送达|通讯|联系)?地址|现居|老家(?=[在是])|家(?=在)|住)"
    r"(?:[：:为在于是]|址)?[ ]?"
    rf"(?P<place>(?=[^，。；：]{{0,24}}?(?:[省市县区镇乡村屯庄寨路街巷弄组]|小区|大队)\n?[\u3400-\u9fff0-9０-９]{{0,20}})"
    rf"(?!院|宿费|房)[\u3400-\u9fff](?:\n?{_PLACE}){{3,50}})"
)
_KEPT_PLACE = re.compile(
    r"^(?:[\u3400-\u9fff]{2,9}?(?:省|自治区))?(?:[\u3400-\u9fff]{1,9}?(?:市|自治州|盟))?(?:[\u3400-\u9fff]{1,8}?(?:县|区|市|旗))?"
)
_LONG = re.compile(r"[0-9A-Za-z]*(?:\d[A-Za-z]*){7,}[0-9A-Za-z]*")
_WRITTEN = re.compile(r"[^\W_]")


def numbers_of(content: str) -> list[tuple[int, int]]:
    """Where numbers of people stand in a text, in order and without overlap."""
    found: list[tuple[int, int]] = []
    for number in _NUMBERS:
        places = list(number.places(content))
        found += places
        content = _put_over(content, places, "*")
    return sorted(found)


def without_numbers(content: str) -> str:
    """The text of the same length, with blanks for its numbers and for every row of digits as long as a telephone's."""
    return _LONG.sub(lambda match: " " * len(match.group()), _put_over(content, numbers_of(content), " "))


def starred(content: str) -> str:
    """The text of the same length, with numbers and addresses starred but for what tells where they are from."""
    for number in _NUMBERS:
        places = list(number.places(content))
        if places:
            content = _starred(content, places, number.front, number.behind)
    return _ADDRESS.sub(_address, content)


def _put_over(content: str, places: Iterable[tuple[int, int]], char: str) -> str:
    chars = list(content)
    for start, end in places:
        chars[start:end] = char * (end - start)
    return "".join(chars)


def _starred(content: str, places: list[tuple[int, int]], front: int, behind: int) -> str:
    """Letters and digits starred but for the first and last; blanks and the end of a line stay where they are."""
    chars = list(content)
    for start, end in places:
        written = [place for place in range(start, end) if _WRITTEN.match(chars[place])]
        for place in written[front : len(written) - behind]:
            chars[place] = "*"
    return "".join(chars)


def _address(match: re.Match[str]) -> str:
    whole, place = match.group(), match["place"]
    known = _KEPT_PLACE.match(place)
    kept = known.end() if known else 0
    hidden = "".join("\n" if char == "\n" else "*" for char in place[kept:])
    return whole[: len(whole) - len(place) + kept] + hidden
