"""How a statement is to be taken by its passage, and by the answer where it stands in a question.

问：你享受低保吗？答：以前享受过，后来停了。A question states nothing; a short answer that repeats none of its words can.
"""

from __future__ import annotations

import re

from nlp.mentions import Context
from nlp.reading import ASKS, Reading, Sentence, Zone

# who speaks, before what is said: 答：, A3, —, 黎小满：
_SAID = r"^(?:(?:答|A[0-9]*(?:-[0-9]+)?|—+)[：: ]*|[^：，。；\n]{1,9}：[ ]?)?"
_ENDED = re.compile(
    f"{_SAID}(?:以前|原来|过去|曾经|早些年|前些年|早先|早年|从前|先前)[^。；]{{0,10}}(?:过|有|是)|{_SAID}[^。；]{{0,12}}(?:停了|取消了|退出了|撤了|取掉了)"
)
# matches 前年报过，说我儿子有工作，没批; 困难谈不上; 吃倒是没吃过; near miss: 有，前年批的
_REFUSED = re.compile(
    f"{_SAID}(?:[^。；]{{0,30}}?(?:没有?批|未批|不够格|不够条件|够不到|没评上|评不上|没办下来|不符合|没通过)|[^，。；]{{0,4}}谈不上|[^，。；]{{0,5}}没(?:吃|办|评|享受|领|有)过)"
)
_NO = re.compile(
    f"{_SAID}(?:(?:我|我们|俺|俺们|咱|咱们|我家|我们家|家里)(?:也|都|从来)?)?(?:没|不|无|未|从来没|都没|哪有)"
)
_YES = re.compile(
    f"{_SAID}(?:是(?!否|不|想)|有(?!时|人|点|一)|享受|在享受|对[，。的]|嗯|办了|吃着|一直|评上|纳入|领着|拿着|都有)"
)


_OF_ZONE = {
    Zone.LAW: Context.QUOTED_LAW,
    Zone.BOILERPLATE: Context.BOILERPLATE,
    Zone.RECORD: Context.OLD_CASE,
    Zone.CLAIM: Context.ALLEGED,
    Zone.DEFENCE: Context.ALLEGED,
    Zone.QUESTION: Context.HYPOTHETICAL,
}


def passage_context(sentence: Sentence) -> Context:
    """How a statement is to be taken by the passage it stands in alone."""
    return _OF_ZONE.get(sentence.zone, Context.AFFIRMED)


def context_of(reading: Reading, sentence: Sentence) -> Context:
    """As `passage_context`, but of a question by the answer that follows it."""
    return answered(reading, sentence) if sentence.zone is Zone.QUESTION else passage_context(sentence)


def is_asked(reading: Reading, sentence: Sentence) -> bool:
    """Whether a sentence of a question's passage asks; an answer that nothing marks as one does not."""
    words = reading.text[sentence.start : sentence.end]
    return sentence.zone is Zone.QUESTION and ASKS.search(words) is not None


def answered(reading: Reading, question: Sentence) -> Context:
    """How a statement that stands in a question is to be taken, by the answer that follows it."""
    following = reading.sentences[question.index + 1 : question.index + 2]
    if not following or following[0].zone is not Zone.ANSWER:
        return Context.HYPOTHETICAL
    words = reading.text[following[0].start : following[0].end]
    for pattern, context in (
        (_ENDED, Context.OLD_CASE),
        (_REFUSED, Context.NEGATED),
        (_NO, Context.NEGATED),
        (_YES, Context.AFFIRMED),
    ):
        if pattern.match(words):
            return context
    return Context.HYPOTHETICAL
