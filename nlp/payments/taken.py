"""What was taken from a victim, to weigh what came back: by sum, and by kind of thing.

Offsets are in the frame. Reads only what is told before a payment, in sentences that name the victim.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from nlp.frames import P
from nlp.payments.deed import Clause, Deed, clause_start
from nlp.payments.payee import Story
from nlp.payments.sums import sums_in

STORY = 3000  # frame characters before a payment that may tell what was taken
# what takes: matches 窃得, 骗取, 勒索, 借款; not 赔偿
_TAKE = re.compile(
    "盗|窃|骗|抢|劫|夺|勒索|索要|收取|吸收|募集|集资|侵占|借得|借到|借走|借款|拿走|拿出|占为己有|出资|投资|挪用"
)
# what ends the row of things taken: matches ，后逃离, 经鉴定; not ，手机一部
_ROW_ENDS = re.compile(
    f"逃离|逃跑|离开现场|经鉴定|经估价|经价格|销赃|卖给|得款|变卖|驾驶|骑(?!走)|乘坐|用于|供|[{P[1:-1]}]报案|案发|破案"
)
_KINDS = {
    "phone": r"手机",
    "car": r"车(?!间|站|库|牌|内|上|钥匙|主|款|门|厢|棚|位|窗|祸|锁|座|费|行|胎|筐|篮|底|后备)",
    "battery": r"电瓶(?!车)|蓄电池|电池",
    "computer": r"电脑|笔记本|平板|ipad|IPAD|iPad",
    "jewels": r"项链|戒指|手镯|手链|耳环|耳钉|吊坠|首饰|金饰|玉佩|手串",
    "watch": r"手表|腕表|名表",
    "camera": r"相机|摄像机",
    "smoke": r"香烟|卷烟|烟(?=[0-9一二三四五六七八九十两]+[条包])",
    "drink": r"白酒|茅台|五粮液|红酒|茶叶|[0-9一二三四五六七八九十两]瓶酒",
    "gas": r"煤气罐|液化气|钢瓶|煤气瓶",
    "food": r"大米|菜油|菜籽油|腊肉|猪肉|粮食|稻谷|玉米",
    "beast": r"[耕黄水奶]牛|[0-9一二三四五六七八九十两][头只条][牛羊猪狗鸡鸭鹅]",
    "metal": r"电缆|铜线|铝线|钢筋|钢管|铜块|废铁|电线",
    "screen": r"电视机|显示器|空调|冰箱|洗衣机",
}
_KIND = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _KINDS.items()))
# all that was taken is meant: matches 赃物, 上述物品; not 上述车辆
_ALL_OF_IT = re.compile("赃|财物|(?<!等)物品|全部|均|悉数|一并|失窃|被盗(?:物|财|款)|其他|退款|所有|款物|钱款|如数")


def kinds_in(words: str) -> frozenset[str]:
    """Kinds of things named in words."""
    return frozenset(str(match.lastgroup) for match in _KIND.finditer(words))


def is_one_thing(words: str) -> bool:
    """Is what comes back a thing of a kind, and not all that was taken: 该车, a phone?"""
    return bool(_KIND.search(words)) and not _ALL_OF_IT.search(words)


def sums_taken(story: Story, person: str | None, place: int) -> Iterator[tuple[float, bool]]:
    """Sums taken before `place`, and whether in cash; from this person, or from anybody."""
    text = story.paper.frame.text
    for verb in _takings(story, person, place):
        for amount in sums_in(text, verb.end(), min(verb.end() + 70, stop(text, verb.end()), place)):
            yield amount.yuan, "现金" in text[max(0, amount.start - 12) : amount.start]


def kinds_taken(story: Story, person: str, place: int) -> frozenset[str]:
    """Kinds of things taken from this person before `place`, `cash` among them."""
    text = story.paper.frame.text
    found: set[str] = set()
    for verb in _takings(story, person, place, marks="。；\n"):
        end = min(verb.end() + 120, stop(text, verb.end(), "。；\n"), place)
        ends = _ROW_ENDS.search(text, verb.end(), end)
        limit = ends.start() if ends else end
        begin = max(text.rfind(mark, 0, verb.start()) for mark in "，。；：\n") + 1
        told = text[verb.end() : limit]
        handed = re.search("[将把从].*$", text[begin : verb.start()])
        found |= kinds_in(told) | kinds_in(handed.group() if handed else "")
        if re.search("现金(?!价值)", told) or re.search("现金", handed.group() if handed else ""):
            found.add("cash")
    return frozenset(found)


# matches 未窃得财物, 未发现值钱财物, 未得逞; not 未发现异常
_IN_VAIN = re.compile(
    "未(?:能)?(?:窃得|盗得|盗走|骗得|劫得|抢得|得逞|得手|遂)|未(?:发现|找到|翻到)[^，。；]{0,6}(?:财物|物品|钱|值钱)|一无所获|[盗窃抢骗]未遂"
)


def nothing_taken(story: Story, person: str, place: int) -> bool:
    """Was it only tried on this person: every sentence before `place` that names him and tells of it says in vain?"""
    text = story.paper.frame.text
    told = {(text.rfind("。", 0, at) + 1, stop(text, at)) for at, who in story.named if who == person and at < place}
    tried = [text[begin:end] for begin, end in told if _TAKE.search(text, begin, end)]
    return bool(tried) and all(_IN_VAIN.search(words) for words in tried)


def _takings(story: Story, person: str | None, place: int, marks: str = "。") -> Iterator[re.Match[str]]:
    """Words of taking, told of a person when he is named between two of the marks around them."""
    for match in _TAKE.finditer(story.paper.frame.text, max(0, place - STORY), place):
        if person is None or _said_of(story, person, match.start(), marks):
            yield match


def _said_of(story: Story, person: str, place: int, marks: str) -> bool:
    text = story.paper.frame.text
    begin, end = max(text.rfind(mark, 0, place) for mark in marks) + 1, stop(text, place, marks)
    low, high = bisect_left(story.named, (begin, "")), bisect_left(story.named, (end, ""))
    return any(who == person for _, who in story.named[low:high])


def stop(text: str, offset: int, marks: str = "。") -> int:
    """The next of the marks behind `offset`."""
    return min((end for mark in marks if (end := text.find(mark, offset)) >= 0), default=len(text))


def weighed(
    story: Story, clause: Clause, start: int, owners: tuple[str, ...], *, named: bool
) -> Iterator[tuple[Clause, tuple[str, ...]]]:
    """A payment as it is for each of its owners: a return of less than was taken is a part.

    Args:
        start: frame offset of the sentence of the clause.
        named: the owners are named beside it.
    """
    if clause.deed not in (Deed.RETURNED, Deed.PAID):
        yield clause, _who_may_have(story, clause, owners, start, named=named)
        return
    text, place = story.paper.frame.text, start + clause.start
    words = text[place : start + clause.end]
    part = replace(clause, deed=Deed.PART)
    but = _ALL_BUT.search(text, max(start, place - 24), start + clause.end)
    if ("部分" in words or but) and clause.deed is Deed.RETURNED:
        yield part, owners
        return
    one = owners[0] if named and len(owners) == 1 else None
    if clause.sum is not None and any(yuan > clause.sum * 1.02 + 1 for yuan, _ in sums_taken(story, one, place)):
        yield part, _who_may_have(story, part, owners, start, named=named)
        return
    short = _came_short(story, clause, start, owners)
    if short and len(clause.payees) < 2:
        yield part, short
    rest = tuple(owner for owner in owners if owner not in short)
    if rest or not short:
        yield clause, rest


def _came_short(story: Story, clause: Clause, start: int, owners: tuple[str, ...]) -> tuple[str, ...]:
    """Owners from whom more kinds of things were taken than the one that came back."""
    if clause.deed is not Deed.RETURNED or clause.sum is not None:
        return ()
    words, place = told_back(story, clause, start), start + clause.start
    if not is_one_thing(words):
        return ()
    back = kinds_in(words) | ({"cash"} if re.search("现金|[0-9]元", words) else set())
    return tuple(owner for owner in owners if kinds_taken(story, owner, place) - back)


def told_back(story: Story, clause: Clause, start: int) -> str:
    """The words that say what came back: of the clause, and of the one before that says what was seized."""
    text, place = story.paper.frame.text, start + clause.start
    begin = max(start, place - 60, clause_start(text, place))
    seized = re.search("(?:扣|缴获|查获|起获|追回|追缴|找到|起出|搜出)[^。；]*$", text[max(start, begin - 60) : begin])
    return (seized.group() if seized else "") + text[begin : start + clause.end]


def _who_may_have(story: Story, clause: Clause, owners: tuple[str, ...], start: int, *, named: bool) -> tuple[str, ...]:
    """退出人民币十万元 where many lost millions: a sum handed in that is said to go to nobody is nobody's part."""
    said = story.paper.frame.text[max(start, start + clause.start - 4) : start + clause.end]
    unsaid = clause.sum is not None and _HANDED_IN.search(said) and not re.search("退赔|部分|被害", said)
    if clause.deed is Deed.PART and not named and len(owners) > 1 and unsaid:
        return tuple(owner for owner in owners if story.cast.person(owner).type == "group")
    return owners


# matches 除手机外，其余物品均已; not 除退还车辆外，还赔偿
_ALL_BUT = re.compile("除[^，。；]{1,16}?(?:以)?外[，]?(?:其余|其他|其它|剩余)")
# matches 退出人民币十万元, 退缴违法所得; not 退赔被害人
_HANDED_IN = re.compile("退出|退缴|退赃|上缴|上交|缴纳")
