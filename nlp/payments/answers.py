"""Payment in interviews: what an answer says when the question asked for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.payments import cues as cue
from nlp.payments.deed import Clause, Deed, clause_end, clause_start
from nlp.payments.payee import Story
from nlp.payments.sums import sums_in
from nlp.reading import Sentence, Zone

# questions about payment: matches 赔了没有, 给过钱吗, 医药费是谁出的, 钱退了没有; not 来看过你没有
ABOUT_PAYMENT = re.compile(
    r"赔|给.{0,6}钱|付.{0,6}(?:钱|费)|垫|退.{0,6}(?:钱|款|给|没)|钱.{0,4}(?:退|还|要回)|(?:收到|拿到).{0,8}(?:钱|款|吗)|补偿|给(?:过|了)你|[医药]费.{0,10}(?:谁|怎么|出|解决)|损失.{0,6}(?:挽回|弥补|追回)"
)
# a question beside it, whose no is none to payment: matches 签过赔偿协议吗, 愿意赔偿吗; not 赔了没有
_BESIDE = re.compile("协议|谅解|要求|意见|同意|愿意|打算|考虑|能力|准备")
# an answer that begins with no: matches 没有，他家没人来; 一直没给; not 没再给
_NO = re.compile(
    r"^(?:答[：:])?[ ]?(?:都|还|一直|从来|至今|到现在)?(?:没有?(?!再)|未|哪有)(?:[，。]|啊|呢|给|赔|退|付|拿|人|收|出|还)[^，。；]{0,10}"
)
# matches 给了两万, 垫过; not 给钱
_GAVE = re.compile(r"(?:给|赔|退|付|拿|打|转|出|垫|带|送|还)(?:了|过|给|来)")
# matches 那是瞎话; not 真话
_UNTRUE = re.compile("瞎话|瞎说|胡说|没有的事|没这回事|不属实|假的|不是真的|撒谎")
# before _GAVE: matches 没, 答应年底; not 后来
_NOT_GAVE = re.compile("(?:不|没|未|愿意?|想|准备|打算|等|会|应该|要是|说好?|答应)[^，。；]{0,8}$")
# questions about the past: matches 有没有前科, 因什么被判刑; not 以前认识吗
_OLD_DEEDS = re.compile("前科|处理过|处罚过|打过架|违法犯罪|以前[^，。？]{0,6}(?:被|有)|劣迹|判刑|判过|坐过牢")
# behind _GAVE, the money was not taken: matches 我没要, 扔出去了, 退回去了; not 没要够
_REFUSED = re.compile(
    "我?(?:们)?(?:没|不|未)(?:敢|肯|想)?(?:要(?!够)|收|接)(?!到)|扔(?:了|出|到)|丢(?:了|出|到)|退(?:了)?(?:回|给他)"
)
# before a sum: matches 一共要, 要求; not 给了
_WANTS = re.compile(r"(?:要|要求|想要|合计|一共|总共|算)[^。；]{0,20}$")


def answered(story: Story, sentence: Sentence, words: str, found: list[Clause]) -> list[Clause]:
    """Clauses of an answer, in the light of its question: one on old deeds tells nothing of this case."""
    question = _question(story, sentence)
    asked = story.paper.reading.text[question.start : question.end] if question is not None else ""
    if _OLD_DEEDS.search(asked):
        return []
    if _UNTRUE.search(words):
        return [c for c in found if c.deed not in (Deed.PAID, Deed.PART)]
    if not ABOUT_PAYMENT.search(asked):
        return [*found, *(_wanted(words) if "要求" in asked else ())]
    first = question is not None and question.index == sentence.index - 1
    return [*found, *_answer(words, found, first=first, beside=bool(_BESIDE.search(asked)))]


def _answer(words: str, found: list[Clause], *, first: bool, beside: bool) -> Iterator[Clause]:
    """What an answer says when the question asked for payment: no, or how much."""
    no = _NO.match(words)
    if no and first and not beside:
        yield Clause(Deed.UNPAID, 2 if words.startswith("答") else 0, no.end())
        return
    if any(c.deed in (Deed.PAID, Deed.PART, Deed.UNPAID) for c in found):
        return
    for verb in _GAVE.finditer(words):
        if _NOT_GAVE.search(words[: verb.start()]) or cue.PUBLIC_GIVER.search(words[: verb.start()]):
            continue
        if _REFUSED.search(words, verb.end(), verb.end() + 40) or cue.AID.search(
            words, clause_start(words, verb.start()), clause_end(words, verb.end())
        ):
            continue
        sums = sums_in(words, verb.end(), clause_end(words, verb.end()), spoken=True)
        if sums:
            yield Clause(Deed.PAID, verb.start(), sums[0].end, (), sums[0].yuan, made=True)
            return


def _wanted(words: str) -> Iterator[Clause]:
    sums = sums_in(words, 0, len(words), spoken=True)
    if sums and _WANTS.search(words[: sums[-1].start]):
        yield Clause(Deed.CLAIMED, max(0, sums[-1].start - 6), sums[-1].end, (), sums[-1].yuan)


def _question(story: Story, sentence: Sentence) -> Sentence | None:
    """The question that the answer of which this sentence is part belongs to."""
    for index in range(sentence.index - 1, max(-1, sentence.index - 7), -1):
        before = story.paper.reading.sentences[index]
        if before.zone is Zone.QUESTION or story.paper.reading.text.startswith(("问：", "问:"), before.start):
            return before
        if before.zone is not Zone.ANSWER:
            return None
    return None
