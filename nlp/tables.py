"""Rows of tables and lists in which people stand with sums: audit tables, wage lists, lists of who signed for money.

A table is drawn with bars (｜ in the paper, | in the view) or with blanks only. What a sum in a row means is said by
the head of its column, or by the title where the row holds one sum. All offsets are view offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from nlp.frames import V
from nlp.numerals import number_of
from nlp.people import Paper


class Meaning(StrEnum):
    LOST = "lost"  # 被骗金额, 认定价
    OWED = "owed"  # wages: 欠付(元)
    PAID = "paid"  # 发还, 实领


@dataclass(frozen=True, slots=True)
class ListedSum:
    """A sum in a row that is about one victim: `start:end` from the name to the sum, or the sum alone."""

    person: str
    meaning: Meaning
    yuan: float
    start: int
    end: int
    title: str = field(repr=False)


_HEADS = (
    (
        Meaning.PAID,
        re.compile("已?(?:发还|退还|返还|退赔|兑付|领取|实领|签领|支付|赔付)(?:金额|数额|款)?|已退|已付|实发"),
    ),
    (Meaning.OWED, re.compile("欠付|欠薪|拖欠|未付|应付|工资")),
    (Meaning.LOST, re.compile("被骗|被盗|被抢|损失|认定(?:价|金额|价格)|鉴定价|价值|涉案金额|未退")),
)
_NEVER = re.compile("单价|单 价|数量|年龄|工号|返利|利息|投入|签约")
# what a list without columns is about, in the lines before it
_TITLES = (
    (Meaning.PAID, re.compile("发还|签领|退还|返还|兑付|退赔")),
    (Meaning.OWED, re.compile("欠薪|拖欠[^\n]{0,8}工资|工资[^\n]{0,6}(?:核对|明细|花名)")),
)
_SUM = re.compile(
    r"(?<![\d.:：/\-年月])(?P<yuan>\d{1,3}(?:，\d{3})+(?:\.\d{1,2})?|\d{3,9}(?:\.\d{1,2})?)(?![\d年月日:：/\-%人号])"
)
# what may stand before the name of a row: a number and marks
_ROW_START = re.compile(r"[ |┃│\d.、\-—]{0,8}$")
_SUBTOTAL = re.compile(
    rf"(?:小计|合计)[A-Za-z0-9一二三四五六七八九十]?（(?P<who>{V})）[ |]*(?P<yuan>\d[\d，]*(?:\.\d{{1,2}})?)"
)
_TITLE_REACH = 400


def listed_sums(paper: Paper) -> Iterator[ListedSum]:
    """Sums in rows that begin with one victim, in order."""
    text, frame = paper.reading.text, paper.frame
    for mention in frame.mentions:
        if frame.text[frame.from_view(mention.start)] != V or len(mention.people) != 1:
            continue
        begin = text.rfind("\n", 0, mention.start) + 1
        stop = text.find("\n", mention.end)
        stop = len(text) if stop < 0 else stop
        if not _starts_a_row(text, begin, mention.start) or re.search("[。；]", text[begin:stop]):
            continue
        found = _by_columns(text, begin, stop) if "|" in text[begin:stop] else _by_title(text, begin, mention.end, stop)
        for meaning, yuan, start, end in found:
            yield ListedSum(mention.people[0], meaning, yuan, start, end, text[max(0, begin - _TITLE_REACH) : begin])
    for match in _SUBTOTAL.finditer(frame.text):
        who = frame.mention_at(match.start("who"))
        total = number_of(match["yuan"].replace("，", ""))
        if who is not None and len(who.people) == 1 and total:
            start, end = frame.to_view(match.start("yuan")), frame.end_to_view(match.end("yuan"))
            yield ListedSum(who.people[0], Meaning.LOST, total, start, end, "")


def _starts_a_row(text: str, begin: int, name: int) -> bool:
    return _ROW_START.fullmatch(text, begin, name) is not None


def _by_columns(text: str, begin: int, stop: int) -> Iterator[tuple[Meaning, float, int, int]]:
    """Sums under a head that says what they are: the nearest line above that has as many bars."""
    bars = text.count("|", begin, stop)
    head = next(
        (
            line
            for line in reversed(text[:begin].split("\n")[-60:])
            if abs(line.count("|") - bars) <= 1 and _is_head(line)
        ),
        None,
    )
    if head is None:
        return
    heads = [cell.strip() for cell in head.strip().strip("|").split("|")]
    at, cells = begin, []
    for cell in text[begin:stop].split("|"):
        cells.append((at, cell))
        at += len(cell) + 1
    if cells and not cells[0][1].strip():
        cells = cells[1:]
    for title, (start, cell) in zip(heads, cells, strict=False):
        meaning = _meaning(title)
        found = _SUM.search(cell)
        if meaning is not None and found is not None:
            amount = number_of(found["yuan"].replace("，", ""))
            if amount:
                yield meaning, amount, start + found.start(), start + found.end()


def _is_head(line: str) -> bool:
    return _SUM.search(line) is None and any(_meaning(cell) is not None for cell in line.split("|"))


def _meaning(head: str) -> Meaning | None:
    if _NEVER.search(head):
        return None
    return next((meaning for meaning, pattern in _HEADS if pattern.search(head)), None)


def _by_title(text: str, begin: int, name_end: int, stop: int) -> Iterator[tuple[Meaning, float, int, int]]:
    """The first sum of a row without bars, if the lines above say what the list is of."""
    found = _SUM.search(text, name_end, stop)
    if found is None or found.start() - name_end > 24:
        return
    above = text[max(0, begin - _TITLE_REACH) : begin]
    last = {meaning: [m.end() for m in pattern.finditer(above)] for meaning, pattern in _TITLES}
    meaning = max((m for m in last if last[m]), key=lambda m: last[m][-1], default=None)
    yuan = number_of(found["yuan"].replace("，", ""))
    if meaning is not None and yuan:
        yield meaning, yuan, name_end, found.end()
