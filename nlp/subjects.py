"""Whom a line of a form, an identity number or a heading is about."""

from __future__ import annotations

import re

from nlp.people import Paper
from nlp.reading import Zone

_FORM = frozenset(
    {
        "户籍证明",
        "残疾人证",
        "低保证明",
        "困难证明",
        "诊断证明",
        "病历",
        "出院小结",
        "费用清单",
        "鉴定意见",
        "伤残鉴定",
        "死亡鉴定",
        "死亡证明",
        "询问笔录",
        "讯问笔录",
        "受案登记表",
        "申请书",
        "司法救助决定书",
        "附带民事起诉状",
    }
)
# another name in the form is no other person: 曾用名：黎大满
_OTHER_NAME = re.compile("(?:曾用名|又名|别名|绰号|外号|化名|小名)[：: ]{0,6}$")
_NEW_RECORD = re.compile(r"\n\s*\n")


def owner_of_form_line(paper: Paper, start: int) -> str | None:
    """Person whom a field (性别：女, an identity number) at view offset `start` belongs to: the last one named before
    it in the same sentence or within the last 160 characters of the same block; else whom the paper is about."""
    frame = paper.frame
    place = frame.from_view(start)
    low = max(0, place - 160)
    sentence = frame.from_view(paper.reading.sentence_at(start).start)
    for mention in reversed(frame.mentions_in(min(low, sentence), place)):
        if len(mention.people) != 1 or _OTHER_NAME.search(
            paper.reading.text[max(0, mention.name_start - 8) : mention.name_start]
        ):
            continue
        at = frame.from_view(mention.start)
        if at < sentence and _NEW_RECORD.search(frame.text[at:place]) is not None:
            break
        return mention.people[0]
    if paper.reading.kind in _FORM and paper.reading.sentence_at(start).zone is not Zone.BOILERPLATE:
        return paper.subject_at(start)
    return None
