"""Injury: appraised grades, death, and hurt without a grade, each with whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nlp.answers import passage_context
from nlp.deaths import ONLY_MEANT, deaths, people_in
from nlp.deed_words import OWNER
from nlp.facts import Attribute, Injury
from nlp.frames import LIST, NOTE, A, P, V
from nlp.hurt_words import SPEAKS_OF_HARM, UNGRADED
from nlp.lasting import LASTING, from_before
from nlp.mentions import Context, Mention
from nlp.ownership import owners_left, row_before
from nlp.people import Cast, Paper
from nlp.reading import Sentence, Zone

_LEVEL = {"一": "一级", "1": "一级", "Ⅰ": "一级", "I": "一级", "二": "二级", "2": "二级", "Ⅱ": "二级", "II": "二级"}
# matches 重伤二级, 重伤（二级）, 轻伤2级, 轻伤Ⅱ级, 轻伤（偏轻）, 轻微伤; near miss: 轻伤害案件, 轻伤以下, 轻伤标准 alone
_GRADE = re.compile(
    r"(?P<class>重伤|轻伤|轻微伤)(?!害|员|标准(?!鉴))(?:（?(?P<level>[一二12ⅠⅡ]|II?)级）?|（偏[重轻]）)?(?P<limit>以上|以下)?"
)
# matches 未达轻伤, 不构成轻微伤, 尚未构成重伤, 排除重伤; near miss: 无异议，轻伤
_NOT_THIS = re.compile(
    r"(?:未达(?:到)?|不构成|未构成|不属于|不属|未造成|没有达到|没有构成|尚未达到|未致|排除|不足以(?:评定|认定)为|够不上|不够|达不到|未至|不是|否认)[^，。；]{0,8}$"
)
_HYPOTHESIS = re.compile(
    r"(?:如果|若|假如|可能(?:会)?(?:构成|达到|致)|是否(?:构成|达到|属于)?|应该是|觉得|估计|疑似|怀疑|感觉|初步判断|初步诊断|足以(?:致|造成)|拟|申请[^，。；]{0,10}鉴定|有无)[^，。；]{0,16}$"
)
_MAIMING = re.compile("[打砸撞砍压踢][断瞎聋残]")  # 威胁要把其[腿打断]
# a row of what was not seen: 未见裂伤、[出血]; near miss: 未见骨折，裂伤
_NONE_SEEN = re.compile("(?:未(?:检|查)?见|未发现|无)[^，。；：]{1,8}(?:、[^，。；：、]{1,8}){0,3}、$")
_DISTRIBUTED = re.compile(r"分别(?:为|系|属|构成|评定为|是|鉴定为|属于|达到)")
_GENERIC = re.compile(
    r"致(?:人|他人|一人|1人|多人|两人|二人|\d人|[一二三四五六七八九十]人)[^，。；]{0,6}$|造成(?:他人|一人|1人|[一二两三四五六七八九十\d]+人)[^，。；]{0,12}$|他人身体[^。；]{0,12}$"
)
# a rule goes on: 致人重伤[的，处三年以上]; near miss: 重伤的被害人
_OF_A_RULE = re.compile("的?[，、](?:或者[^，。；]{0,16}的，)?(?:处|应当|可以|依照|依法处)|的，")
_OWN = re.compile(
    rf"{A}(?:（[^（）]*）)?(?:本人|自己|自身)?(?:的|之)?(?:身体)?[^，。；{P[1:-1]}]{{0,12}}(?:损伤|伤情|伤势|受伤|所受|被|遭|受)|(?:自己|自身|本人)[^，。；]{{0,6}}$"
)
_DONE_TO_OTHER = re.compile(r"(?:将|把|致|使|对|给|朝|向|打|砍|刺|捅|撞|殴打|伤害)(?:了)?(?:其|他|她|对方|他人|人)")
_ILLNESS = re.compile("病故|因病(?:去世|死亡|逝世)|自然死亡")
_CRITERION = re.compile("的，?(?:应)?(?:属|为|系)?于?$")  # 脾破裂须手术治疗的属重伤二级: the standard, nobody's injury
_EARLIER_OPINION = re.compile("原(?:鉴定|评定|意见|结论)|第一次鉴定|首次鉴定|初次鉴定|不符合[^，。；]{0,8}$")
_REAPPRAISED = re.compile(r"(?:重新|再次|复核|补充|第二次|二次|另行)(?:委托)?[^，。；]{0,10}(?:鉴定|评定)")


@dataclass(frozen=True, slots=True)
class InjuryPatterns:
    """See module."""

    name: str = "injury-patterns"
    version: str = "1"

    def find(self, cast: Cast) -> Iterable[Mention]:
        for index, paper in enumerate(cast.papers):
            for sentence in paper.reading.sentences:
                yield from _sentence(index, paper, sentence, cast)
            yield from _called(index, paper)


# what a victim is called right before the name: [死者]李某
_CALLED = {"死者": ("死亡", 0.93), "死亡人": ("死亡", 0.93), "伤者": ("受伤", 0.75), "伤员": ("受伤", 0.75)}


def _called(index: int, paper: Paper) -> Iterable[Mention]:
    text = paper.reading.text
    for mention in paper.frame.mentions:
        called = _CALLED.get(text[mention.start : mention.name_start].rstrip("：: "))
        if called is None or paper.frame.text[paper.frame.from_view(mention.start)] != V:
            continue
        sentence = paper.reading.sentence_at(mention.start)
        if sentence.zone not in (Zone.LAW, Zone.RECORD, Zone.BOILERPLATE):
            grade, score = called
            context = passage_context(sentence)
            yield Mention(
                Attribute.INJURY,
                Injury(grade),
                index,
                mention.start,
                mention.end,
                mention.people,
                context,
                score,
            )


def _sentence(index: int, paper: Paper, sentence: Sentence, cast: Cast) -> Iterable[Mention]:
    words = paper.reading.text[sentence.start : sentence.end]
    if not SPEAKS_OF_HARM.search(words):
        return
    context = passage_context(sentence)
    grades = [m for m in _GRADE.finditer(words) if m["limit"] is None and not _OF_A_RULE.match(words, m.end())]
    distributed = _distribute(paper, sentence, words, grades)
    for number, match in enumerate(grades):
        grade = match["class"] + _LEVEL.get(match["level"] or "", "")
        before = words[: match.start()]
        how = (
            Context.NEGATED
            if _NOT_THIS.search(before[-14:])
            else Context.HYPOTHETICAL
            if _HYPOTHESIS.search(before[-24:])
            else context
        )
        owners, why = (
            (distributed[number], None)
            if number in distributed
            else _whose(paper, sentence, match.start(), before, cast)
        )
        start, end = _quote(words, match)
        if _CRITERION.search(before[-4:]) and not paper.frame.mentions_in(
            paper.frame.from_view(sentence.start), paper.frame.from_view(sentence.start + match.start())
        ):
            continue
        if (
            _EARLIER_OPINION.search(before[-24:])
            and how is Context.AFFIRMED
            and _is_reappraisal(paper, sentence.start + match.start())
        ):
            how = Context.OLD_CASE
        weight = -1 if how is Context.AFFIRMED and _is_reappraisal(paper, sentence.start + match.start()) else None
        weight = -1 if _REAPPRAISED.search(before[-60:]) and how is Context.AFFIRMED else weight
        if owners or why:
            yield Mention(
                Attribute.INJURY,
                Injury(grade),
                index,
                sentence.start + start,
                sentence.start + end,
                owners,
                how,
                0.95,
                weight=weight,
                source="重新鉴定" if weight == -1 else None,
                why=why,
            )
    for match, owners in deaths(paper, sentence, words):
        start, end = sentence.start + match.start(), sentence.start + match.end()
        yield Mention(Attribute.INJURY, Injury("死亡"), index, start, end, owners, context, 0.93)
    if sentence.zone in (Zone.LAW, Zone.RECORD, Zone.BOILERPLATE, Zone.QUESTION) or _ILLNESS.search(words):
        return
    for match in UNGRADED.finditer(words):
        if (
            _NONE_SEEN.search(words, 0, match.start())
            or (_MAIMING.search(match.group()) and ONLY_MEANT.search(words[: match.start()]))
            or _NOT_THIS.search(words[max(0, match.start() - 10) : match.start()])
            or re.search(
                "(?:未|没有?|无|未见|未检见|未检出|不见)(?:有|明显|外伤性|任何|受)?$",
                words[max(0, match.start() - 7) : match.start()],
            )
        ):
            continue
        lasting = LASTING.search(words, max(0, match.start() - 2), match.end())
        if lasting and from_before(
            paper.reading.text, sentence.start + lasting.start(), sentence.start + lasting.end()
        ):
            continue
        owners = _hurt(paper, sentence, match, words, cast)
        if owners:
            yield Mention(
                Attribute.INJURY,
                Injury("受伤"),
                index,
                sentence.start + match.start(),
                sentence.start + match.end(),
                owners,
                context,
                0.8,
            )


def _is_reappraisal(paper: Paper, at: int) -> bool:
    """Whether an appraisal paper says, before view offset `at`, that it appraises anew."""
    if paper.reading.kind not in ("鉴定意见", "伤残鉴定"):
        return False
    return (
        _REAPPRAISED.search(paper.reading.text[:at]) is not None
        or "重新鉴定" in "".join(paper.reading.text.split("\n")[:2])[:60]
    )


_LEAD = re.compile(r"(?:损伤程度|伤情|伤势|综合评定|评定|鉴定|构成|属|达到|为|系|程度|致)[^，。；]{0,10}$")


def _quote(words: str, match: re.Match[str]) -> tuple[int, int]:
    """The grade with the few words that lead to it (损伤程度为轻伤一级)."""
    lead = _LEAD.search(words[max(0, match.start() - 14) : match.start()])
    start = match.start() - (min(14, match.start()) - lead.start()) if lead else match.start()
    return start, match.end()


def _distribute(
    paper: Paper, sentence: Sentence, words: str, grades: list[re.Match[str]]
) -> dict[int, tuple[str, ...]]:
    """⟨V⟩、⟨V⟩的损伤程度分别为轻伤一级、轻微伤: one grade each, in order."""
    out: dict[int, tuple[str, ...]] = {}
    for marker in _DISTRIBUTED.finditer(words):
        following = [i for i, m in enumerate(grades) if m.start() >= marker.end()]
        row: list[int] = []
        for i in following:
            gap_start = grades[row[-1]].end() if row else marker.end()
            if not re.fullmatch(r"[、，和及与]{0,2}(?:构成|属|为)?", words[gap_start : grades[i].start()]):
                break
            row.append(i)
        owners = owners_left(paper, sentence.start + marker.start(), victims_only=False)
        if len(owners) == len(row) > 1:
            out.update({i: (owner,) for i, owner in zip(row, owners, strict=True)})
    return out


def _whose(paper: Paper, sentence: Sentence, at: int, before: str, cast: Cast) -> tuple[tuple[str, ...], str | None]:
    """Owners of a grade, and why it counts for nobody when it is the accused's own or an old one."""
    frame = paper.frame
    start = frame.from_view(sentence.start)
    place = frame.from_view(sentence.start + at)
    inside = frame.mentions_in(start, place)
    victims = cast.victims
    if place > start and frame.text[place - 1] == V and (crowd := frame.mention_at(place - 1)) and crowd.by == "noun":
        return crowd.people, None  # 致[3人]重伤
    single = (victims[0].id,) if len(victims) == 1 else ()
    if _GENERIC.search(before[-16:]):
        return single, None
    if inside:
        last = inside[-1]
        spot = frame.from_view(last.start)
        gap = frame.text[spot + 1 : place]
        doer = spot > start and frame.text[spot - 1] in "被遭由"
        if frame.text[spot] == V and not doer:
            return row_before(frame, start, place, True), None
        if frame.text[spot] == A and not doer:
            if _DONE_TO_OTHER.search(gap) or (
                re.search(r"(?:致|造成)[^，。；]{0,6}$|故意伤害|持|殴打|用", gap)
                and not _OWN.search(frame.text[spot:place])
            ):
                earlier = row_before(frame, max(0, start - 200), place, True)
                return (earlier or single), None
            if (
                re.search(r"[，：](?:其|被害人)?", gap)
                and re.search("经|鉴定|诊断", gap)
                and not re.search("本人|自己|自身", gap)
            ):
                earlier = row_before(frame, start, place, True)
                return (earlier or single), None
            return (last.people[0],), "是被告人自己的伤情"
        if doer:
            return row_before(frame, max(0, start - 120), place, True) or single, None
        return row_before(frame, start, place, True) or ((last.people[0],) if last.people else ()), None
    right = re.compile(rf"[^。；{P[1:-1]}]{{0,6}}（?(?P<who>{V})").match(frame.text, place + 2)
    back = owners_left(paper, sentence.start + at)
    if back:
        return back, None
    if right:
        mention = frame.mention_at(right.start("who"))
        return (mention.people if mention else ()), None
    subject = paper.subject_at(sentence.start)
    if subject and paper.reading.kind not in ("讯问笔录",):
        return (subject,), None
    return single, None


# the accused among themselves: ⟨A⟩找到⟨A⟩将其[扎伤]; near miss: ⟨A⟩伙同⟨A⟩将其打伤
_MET_ACCUSED = re.compile(f"(?:找到|遇到|遇见|碰到|见到|发现|追上){A}(?:后)?(?:将|把|对)其[^，。；]{{0,6}}$")
# ⟨V⟩在⟨A⟩管理的泳池[溺水]; near miss: ⟨V⟩在场，⟨A⟩摔伤
_AT_PLACE_OF = re.compile(
    f"{V}(?:在|食用|饮用|服用|吃|喝|误食|乘坐){A}[^，。；{P[1:-1]}]{{0,12}}的[^。；{P[1:-1]}]{{1,30}}$"
)
_ACTIVE = re.compile("^[打砍刺捅撞扎咬烧烫砸踢划击抓戳压碾轧杀射炸灼]伤")


def _hurt(paper: Paper, sentence: Sentence, match: re.Match[str], words: str, cast: Cast) -> tuple[str, ...]:
    frame = paper.frame
    start, place = frame.from_view(sentence.start), frame.from_view(sentence.start + match.start())
    end = frame.from_view(sentence.start + match.end() - 1) + 1
    if _ACTIVE.match(match.group()):
        behind = re.compile(rf"(?:了)?{OWNER}?(?P<row>{V}{NOTE}(?:{LIST}{V}{NOTE})*)").match(frame.text, end)
        if behind:
            return people_in(frame, behind.span("row"))
    mentions = frame.mentions_in(start, place)
    if not mentions:
        if paper.subject and paper.reading.kind in ("鉴定意见", "诊断证明", "病历", "出院小结", "伤残鉴定"):
            return (paper.subject,)
        back = owners_left(paper, sentence.start + match.start(), sentences_back=1)
        return back if len(cast.victims) == 1 or len(back) == 1 else ()
    spot = frame.from_view(mentions[-1].start)
    if frame.text[spot] == V and not (spot > start and frame.text[spot - 1] in "被遭由"):
        if re.match("的?(?:家属|亲属|父|母|妻|丈夫|儿子|女儿)", frame.text[spot + 1 : spot + 5]):
            return ()
        return row_before(frame, start, place, True)
    if frame.text[spot] == A:
        if _AT_PLACE_OF.search(frame.text, start, place):
            return row_before(frame, start, place, True)
        if _MET_ACCUSED.search(frame.text, start, place):
            return ()
        if _DONE_TO_OTHER.search(frame.text[spot + 1 : place]) or (spot > start and frame.text[spot - 1] in "被遭由"):
            return row_before(frame, max(0, start - 120), place, True)
        return ()
    return row_before(frame, start, place, True) if spot > start and frame.text[spot - 1] in "被遭由" else ()


RECOGNIZER = InjuryPatterns()
