"""Sums of a payment, and the rows of victims whom each of them goes to, inside one sentence of a frame."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from nlp.frames import V
from nlp.numerals import Amount, find_amounts, number_of
from nlp.payments.cues import NOT_PAID_SUM, ROW, ROW_LEFT, TOTAL

# matches 5万某 (a masked unit), 100万给, in speech 两万, 一万五; not 五十万元 (an ordinary sum), 两万人
_SPOKEN = re.compile(
    r"(?:\d+(?:\.\d+)?万(?!元|名|人|余人|股|户|公里|余元|多元)|(?:[一二两三四五六七八九十]{1,3}[万千百](?:[零一二两三四五六七八九][千百十]?){0,4})(?!元|块|余元|名|人|多?人|年|天|公里|米|股|多元|斤|家|里|分))(?:[多余来某])?"
)
# where a verb's sums and receivers end: matches ，尚欠 ，并取得 （价值 ，⟨V⟩3万元未退; not ，共计 （其中
_REGION_END = re.compile(
    rf"，(?={V}[^，。；]{{0,20}}?(?:未|没有?)(?:能)?(?:退|还|付|支付|追|赔|发还|返还|获))|"
    r"，(?:尚|余|剩|另外|下欠|其余|并?(?:取得|得到|获得|获)|并?于|被告|现|已(?!退|发|返|归|追)|首[期笔次]|第一[期笔次]|至今|骗|造成|致使|双方|同日|但|经|后|而|除)|（(?!其中|人民币)"
)
# matches 各5000元, 每人; not 各项损失
_EACH = re.compile("各(?!项|类|种|自|方|被害|受害)|每人|人均")
_JOIN = re.compile("[、和及，与]")
# before a verb: matches 扣押赃款435元，现已; not 扣押手机。后
_SEIZED = re.compile(r"(?:扣押|缴获|追缴|起获|追回|查获|起回|扣划|划拨|冻结)[^。；]{0,40}，[^，。；]{0,12}$")
_COST = re.compile("费|金|损失|赔偿|款")


@dataclass(frozen=True, slots=True)
class Payee:
    """A row of victims, by the offset of its first placeholder.

    Attributes:
        amount: what goes to the row, None when not stated.
        each: everybody of the row got that much.
    """

    place: int
    amount: float | None = None
    each: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """What a verb moves, to whom.

    Attributes:
        amount: the sum when no payee carries it.
        start, end: where the sums stand; equal when there are none.
    """

    payees: tuple[Payee, ...] = ()
    amount: float | None = None
    start: int = 0
    end: int = 0


def sums_in(text: str, start: int, end: int, *, spoken: bool = False) -> list[Amount]:
    """Sums in a range that are no price, rest or interest."""
    found = find_amounts(text, start, end)
    if spoken or "万" in text[start:end]:
        for match in _SPOKEN.finditer(text, start, end):
            words = match.group()
            if any(a.start < match.end() and match.start() < a.end for a in found):
                continue
            if (
                not spoken
                and not words.endswith("某")
                and text[match.end() : match.end() + 1] not in ("给", "，", "。", "的")
            ):
                continue
            value = number_of(words.rstrip("多余来某"))
            if value and value >= 100:
                found.append(Amount(match.start(), match.end(), value))
        found.sort(key=lambda a: a.start)
    return [a for a in found if not NOT_PAID_SUM.search(text[max(start, a.start - 14) : a.start])]


def money_of(
    words: str, verb_start: int, verb_end: int, begin: int, stop: int, *, goods: bool, spoken: bool = False
) -> Money:
    """What the verb at `verb_start` moves.

    Args:
        begin: start of its clause; stop: where the next verb begins.
        goods: the verb returns what was taken: sums may stand before it (将赃款4300元退还).
        spoken: figures without a unit count (给了两万).
    """
    match = _REGION_END.search(words, verb_end)
    end = min(match.start(), stop) if match else stop
    sums = sums_in(words, verb_end, end, spoken=spoken)
    rows = list(ROW.finditer(words, verb_end, end))
    inner = words.find("（其中", verb_end, end)
    if inner >= 0:  # 发还各被害人（其中甲…元、乙…元）
        crowd, rows = rows[:1], [row for row in rows if row.start() > inner]
        if rows and sums:
            whole_row = [Payee(row.start()) for row in crowd if row.start() < inner]
            return Money((*whole_row, *_in_turn(words, rows, sums, end)), None, sums[0].start, sums[-1].end)
    left = [m for m in ROW_LEFT.finditer(words, max(0, begin - 1), verb_start)]
    each = bool(_EACH.search(words, max(0, verb_start - 8), end))
    if not sums:
        sums = _sums_before(words, verb_start, begin, goods)
        place = rows[0].start() if rows else left[-1].start("row") if left else None
        amount = sum_of(words, sums)
        payees = (Payee(place, amount, each),) if place is not None else ()
        return Money(payees, amount, sums[0].start, sums[-1].end) if sums else Money(payees)
    if len(rows) > 1 and len(sums) > 1 and any(rows[0].end() <= a.start < rows[1].start() for a in sums):
        return Money(_in_turn(words, rows, sums, end), None, sums[0].start, sums[-1].end)
    before = [r for r in rows if r.start() < sums[0].start]
    if not before and not left and rows:
        before = rows
    place = before[-1].start() if before else left[-1].start("row") if left else None
    if place is None:
        return Money((), sum_of(words, sums), sums[0].start, _end_of(words, sums))
    whole = ROW.match(words, place)
    members = [i for i in range(place, whole.end() if whole else place + 1) if words[i] == V]
    if len(sums) == len(members) > 1:
        pairs = [Payee(i, a.yuan, True) for i, a in zip(members, sums, strict=True)]
        return Money(tuple(pairs), None, sums[0].start, sums[-1].end)
    return Money((Payee(place, sum_of(words, sums), each),), None, sums[0].start, _end_of(words, sums))


def _in_turn(words: str, rows: list[re.Match[str]], sums: list[Amount], end: int) -> tuple[Payee, ...]:
    """Rows of victims, each followed by its sum: 赔偿甲三万元、乙二万元."""
    pairs = []
    for index, row in enumerate(rows):
        limit = rows[index + 1].start() if index + 1 < len(rows) else end
        own = [a for a in sums if row.end() <= a.start < limit]
        each = bool(own) and bool(_EACH.search(words, row.end(), own[0].start))
        pairs.append(Payee(row.start(), sum_of(words, own), each))
    return tuple(pairs)


def _end_of(words: str, sums: list[Amount]) -> int:
    return next((a.end for a in sums if a.yuan == sum_of(words, sums)), sums[-1].end)


def _sums_before(words: str, verb_start: int, begin: int, goods: bool) -> list[Amount]:
    """A sum before the verb in its clause, before its bracket, or in the clause that says what was seized."""
    left = sums_in(words, max(begin, verb_start - 60), verb_start)
    if left:
        return left[-1:]
    if words[begin - 1 : begin] == "（" and words[begin:verb_start] in (
        "",
        "已",
        "均已",
        "现已",
        "后已",
        "已被",
        "已经",
    ):  # 现金800元（已发还）
        return [a for a in sums_in(words, max(0, begin - 24), begin) if begin - 1 - a.end <= 2][-1:]
    if re.search("(?:该|此|上述)(?:笔|项)?(?:费用|款项|款)", words[begin:verb_start]):  # 医疗费3000元，该费用由…支付
        return sums_in(words, max(0, begin - 30), begin)[-1:]
    seized = _SEIZED.search(words[:verb_start])
    if goods and seized and not re.search("上述|物品|财物", words[begin:verb_start]):
        return sums_in(words, max(0, verb_start - 50), verb_start)[-1:]
    return []


def sum_of(words: str, sums: list[Amount]) -> float | None:
    """One figure of several: the stated total, else items of cost added up, else the first."""
    if not sums:
        return None
    for amount in sums:
        if TOTAL.search(words[max(0, amount.start - 8) : amount.start]):
            return amount.yuan
    if len(sums) > 1 and re.search(
        "先后|分别|分[两二三四五几多0-9]*次", words[max(0, sums[0].start - 40) : sums[0].start]
    ):
        return round(sum(a.yuan for a in sums), 2)
    costs = all(_COST.search(words, max(0, a.start - 10), a.start) for a in sums)
    if len(sums) > 1 and costs and all(_JOIN.search(words, x.end, y.start) for x, y in pairwise(sums)):
        return round(sum(a.yuan for a in sums), 2)
    return sums[0].yuan
