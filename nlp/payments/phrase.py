"""A verb of paying with the words of the clause around it; offsets in the sentence of a frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.payments.cues import VERB
from nlp.payments.deed import clause_start


@dataclass(frozen=True, slots=True)
class Phrase:
    """A verb in its clause.

    Attributes:
        family: pay | back | got | move, as in `cues.VERB`.
        begin, stop: start of its clause, and where the next verb begins.
        before, after: the words from `begin` to the verb, and from the verb to `stop`.
        near: before, the verb, and the first part of after.
    """

    start: int
    end: int
    family: str
    word: str
    begin: int
    stop: int
    before: str
    after: str
    near: str


# an entry of a list of papers: matches 追缴物品清单, 退款收据; near miss: 已发还物品
_PAPER = (
    "(?:清单|笔录|经过|证明|照片|决定书|凭证|收据|票据|单据|登记表|明细|结论书?|认定书|记录|材料|说明|信息|陈述|供述|证言|"
    "鉴定(?:意见|结论)|户籍资料|通知书)"
)
_ENTRY_ENDS = re.compile(f"{_PAPER}(?:（[^（）]{{0,20}}）)?(?=、|，|。|；|$|等|以及|及|和|在案|予以|证实|佐证|为证)")
_BEFORE_IS_PAPER = re.compile(f"{_PAPER}(?:（[^（）]{{0,20}}）)?(?:、|，|以及|及|和)$")
_NEXT_IS_PAPER = re.compile(f"(?:、|，|以及|及|和)[^、，。；：]{{0,18}}?{_PAPER}")
# what makes a sentence of it: matches 已, 了, 5000元; near miss: 追缴
_TOLD = re.compile("[已了均未没]|元")


def is_title(words: str, start: int, end: int) -> bool:
    """Whether words belong to the title of one of several papers that are listed: 追缴物品清单、发破案经过、身份信息."""
    begin = max(words.rfind(mark, 0, start) for mark in "、，；：。") + 1
    close = _ENTRY_ENDS.search(words, end, end + 16)
    if close is None or re.search("[、，；：。]", words[end : close.start()]):
        return False
    if _TOLD.search(words[begin : close.start()]):
        return False
    return bool(_BEFORE_IS_PAPER.search(words[:begin]) or _NEXT_IS_PAPER.match(words, close.end()))


def phrases(words: str) -> Iterator[Phrase]:
    """Every verb of paying in one sentence, in order."""
    matches = [match for match in VERB.finditer(words) if not is_title(words, match.start(), match.end())]
    for index, match in enumerate(matches):
        stop = matches[index + 1].start() if index + 1 < len(matches) else len(words)
        begin = clause_start(words, match.start())
        after = words[match.end() : stop]
        first = re.split("[，；]", after, maxsplit=1)[0]
        before = words[begin : match.start()]
        yield Phrase(
            match.start(),
            match.end(),
            str(match.lastgroup),
            match.group(),
            begin,
            stop,
            before,
            after,
            before + match.group() + first,
        )
