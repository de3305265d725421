"""Words that show that a statement is about somebody outside: a neighbour, the accused's side, a name in a list.

In: a paper and where a status (低保, 残疾, 重病) is stated. Out: why it is nobody's among the harmed, in Chinese, or
None. Whose it is among known people is another question (`nlp.ownership`).
"""

from __future__ import annotations

import re

from nlp.frames import P
from nlp.name_cues import KIN, surname
from nlp.people import Paper
from nlp.reading import Zone

SOMEBODY, ACCUSED_KIN = "说的是其他人", "说的是被告人的亲属"
# kin in the words of the country: 婆姨, 婆娘, 老汉 beside 妻子, 父亲
KIN_TOLD = rf"(?:{KIN.pattern}|爱人|老伴|婆姨|婆娘|家属|亲属|家里人)"
# matches 肇事人黎大海之母, 被告人的妻子; near miss: 被告人赔偿被害人之母
_ACCUSED_SIDE = re.compile(
    rf"(?:肇事人|作案人|嫌疑人|被告人|行为人|被执行人|被抓的)[^，。；]{{0,8}}?(?:之|的|家)?{KIN_TOLD}[^。；]{{0,24}}$"
)
_SAID_AFTER = re.compile("[^。]{0,30}(?:系|是|为)(?:作案人|被告人|嫌疑人|行为人|肇事人)(?:的)?(?:一方|家属|亲属)")
# matches 有一名透析的[低保]老人, 隔壁有个[残疾]; near miss: 家里有个残疾孩子, 我是一名残疾人
_SOMEBODY = re.compile(
    "(?:(?<!家)(?<!家里)(?<!家中)(?<![头还我])(?<!膝下)有(?:一)?[名位个](?!人)|隔壁|邻居|对门|对面|别人家?|别家|同[巷村屋楼院])[^，。；我咱俺]{0,12}$"
)
# matches 有个老太太出来讲…她也苦，听讲是个[低保户]; near miss: 我妈…她吃低保
_INTRODUCED = re.compile(
    "(?:有|来了?|那)(?:一)?[个名位][^，。；]{0,6}(?:老太|老头|老人|大爷|大妈|女的|男的|人|媳妇|汉子|阿姨)"
)
_HERS = re.compile("(?:^|[，。；：])[她他][^。；我咱俺]{0,24}$")
# a name that nobody read, at the head of an entry or in brackets: （4）黎大海，男; 14号的黎大海（[低保]
_UNREAD = re.compile(
    rf"(?:^[ ]*(?:（[一二三四五六七八九十0-9]{{1,2}}）|[一二三四五六七八九十0-9]{{1,2}}(?:[、．）)]|\.(?![0-9])))[ ]?|[的 ])(?P<name>{surname()}[\u4e00-\u9fff]{{1,2}})(?=，(?:男|女|生于|[0-9一二])|之{KIN_TOLD}|（|诉：|称：|：)"
    rf"|^{surname()}[\u4e00-\u9fff]{{1,2}}(?=家(?![里庭属中]))"
)


def outsider(paper: Paper, start: int) -> str | None:
    """Why a status at view offset `start` is none of the harmed's; None where nothing speaks against them."""
    reading, frame = paper.reading, paper.frame
    here = reading.sentence_at(start)
    place = frame.from_view(start)
    before = frame.text[frame.from_view(here.start) : place]
    last = max((at for at, char in enumerate(before) if char in P[1:-1]), default=-1)
    side = _ACCUSED_SIDE.search(before)
    if (side and not re.search(P, before[side.start() + 4 :])) or _SAID_AFTER.match(frame.text, place):
        return ACCUSED_KIN
    if _SOMEBODY.search(before[last + 1 :]):
        return SOMEBODY
    line = frame.text.rfind("\n", 0, place) + 1
    entry = frame.text[line:place]
    unread = next(reversed(list(_UNREAD.finditer(entry))), None)
    if unread and not re.search(P, entry[unread.end() :]):
        return SOMEBODY
    if here.zone is Zone.ANSWER and _HERS.search(before):
        told = reading.text[reading.sentences[max(0, here.index - 3)].start : start]
        known = list(_INTRODUCED.finditer(told))
        if known and not re.search(P, _framed(paper, start - len(told) + known[-1].end(), start)):
            return SOMEBODY
    return None


def _framed(paper: Paper, start: int, end: int) -> str:
    return paper.frame.text[paper.frame.from_view(start) : paper.frame.from_view(end)]
