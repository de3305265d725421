"""People who were harmed by what a paper is: appraised and graded, a plaintiff with an injury, 被害人 without a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from nlp.candidates import TOLD, Candidate, Named
from nlp.deed_words import HURT, TAKE
from nlp.facts import Role
from nlp.reading import Reading
from nlp.roles import HURT_PLAINTIFF

# the head of one of several who were appraised: 甲、⟨who⟩：, 二 被鉴定人乙：⟨who⟩, 甲（⟨who⟩）
_APPRAISED_HEAD = re.compile(
    r"(?:^|[\n。；：|])[ \u3000]*(?:[甲乙丙丁戊一二三四五六七八九十]|\d{1,2})[、.．：: （(|]{0,3}(?:被鉴定人)?[甲乙丙丁一二三]?[：: ]{0,2}$"
)
# a grade that the appraisal gives: 评为轻微伤; near miss: 不构成轻伤
_GIVEN_GRADE = re.compile(
    r"(?<!不)(?<!未)(?:评定?为|属于?|构成|系|为|达到?|鉴定为)(?:人体)?(?:损伤程度)?(?:为)?(?:轻微伤|轻伤|重伤|[一二三四五六七八九十]级(?:伤残|残疾))|中毒死亡|(?:致|因)[^。；，]{1,16}死亡"
)
_APPRAISALS = frozenset({"鉴定意见", "伤残鉴定", "死亡鉴定"})


def watch_appraisals(readings: Sequence[Reading], names: list[list[Named]], candidates: dict[str, Candidate]) -> None:
    """Who is one of several that an appraisal goes through, and is given a grade there, was hurt."""
    for reading, found in zip(readings, names, strict=True):
        if reading.kind not in _APPRAISALS:
            continue
        text = reading.text
        heads = [item for item in found if _APPRAISED_HEAD.search(text, max(0, item.start - 16), item.start)]
        for head, following in zip_longest(heads, heads[1:]):
            stop = following.start if following is not None else min(len(text), head.end + 600)
            if _GIVEN_GRADE.search(text, head.end, stop):
                candidates[head.key].done_to += 3


_CIVIL = re.compile("被告人|犯罪嫌疑人|公诉|被害人|[\u4e00-\u9fff]罪")  # what a civil paper does not have


def watch_plaintiffs(readings: Sequence[Reading], names: list[list[Named]], candidates: dict[str, Candidate]) -> None:
    """In civil papers, and where no victim is named, a plaintiff who says to have been hurt is one: 原告…骨折, 致原告受伤.

    The lone 原告 means the only plaintiff of the paper.
    """
    nobody_yet = not any(c.role() is Role.VICTIM for c in candidates.values())
    for reading, found in zip(readings, names, strict=True):
        suing = {item.key for item in found if candidates[item.key].sues}
        if not suing or not (nobody_yet or _CIVIL.search(reading.text) is None):
            continue
        for match in HURT_PLAINTIFF.finditer(reading.text):
            start = match.start("who")
            named = {
                item.key for item in found if item.key in suing and item.start <= match.end("who") and item.end >= start
            }
            for key in named or (suing if len(suing) == 1 else ()):
                candidates[key].done_to += 3


_UNNAMED = re.compile(
    "(?<!各)(?<!名)(?P<noun>被害人|受害人|死者|伤者)(?!陈述|近亲属|家属|亲属|单位|的陈述|意见|权利|诉讼)"
)
_SEVERAL = re.compile(
    "[二两三四五六七八九十百多0-9](?:余|多)?[名位个]被害人|(?:向|骗取|吸收|涉及|造成|发展)[^。；]{0,20}\\d{2,}余?[名个]?(?:人|户)"
)  # then 被害人 alone is not one person
_DONE_TO = re.compile(f"{HURT}|{TAKE}|损失|侵害")


def add_unnamed(readings: Sequence[Reading], names: list[list[Named]], candidates: dict[str, Candidate]) -> None:
    """Where nobody is known to be harmed but the account speaks of 被害人: one victim who keeps the noun for a name,
    unless they are counted as several."""
    if any(c.role() is Role.VICTIM for c in candidates.values()) or any(_SEVERAL.search(r.text) for r in readings):
        return
    noun: str | None = None
    for number, (reading, found) in enumerate(zip(readings, names, strict=True)):
        taken = {item.end for item in found} | {item.name_start for item in found}
        for match in _UNNAMED.finditer(reading.text):
            sentence = reading.sentence_at(match.start())
            zone = sentence.zone
            if not _DONE_TO.search(reading.text, sentence.start, sentence.end):
                continue  # only forgives or is paid
            if zone not in TOLD or match.end() in taken or (noun is not None and match["noun"] != noun):
                continue
            noun = match["noun"]
            candidate = candidates.setdefault(noun, Candidate(noun, (number, match.start())))
            candidate.votes[Role.VICTIM] += 1
            found.append(Named(match.start(), match.end(), match.start(), noun, Role.VICTIM, True, zone, noun, noun))
        found.sort(key=lambda item: item.start)
