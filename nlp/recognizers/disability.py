"""Disability: a state that a person had before (聋哑人, 残疾人证), and 伤残等级 that the harm left."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nlp.answers import context_of, is_asked
from nlp.facts import Attribute, Disability, Role
from nlp.frames import V
from nlp.identity import find_identities
from nlp.lasting import from_before
from nlp.mentions import Context, Mention
from nlp.numerals import number_of
from nlp.ownership import Credit, credit
from nlp.people import Cast, Paper
from nlp.reading import Zone
from nlp.subjects import owner_of_form_line

_ORDINAL = "一二三四五六七八九十"
_G = r"(?P<{0}>[一二三四五六七八九十贰叁肆伍陆柒捌玖拾]|10|[1-9]|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]|VIII|VII|VI|IV|IX|III|II|V|X|I)"
_ROMAN = {
    "Ⅰ": 1,
    "Ⅱ": 2,
    "Ⅲ": 3,
    "Ⅳ": 4,
    "Ⅴ": 5,
    "Ⅵ": 6,
    "Ⅶ": 7,
    "Ⅷ": 8,
    "Ⅸ": 9,
    "Ⅹ": 10,
    "I": 1,
    "II": 2,
    "III": 3,
    "IV": 4,
    "V": 5,
    "VI": 6,
    "VII": 7,
    "VIII": 8,
    "IX": 9,
    "X": 10,
}
# matches 构成九级伤残, 十级残疾, 伤残等级为八级, 残疾程度为七级, 伤残Ⅷ级; near miss: 八级以上伤残的(law), 伤残赔偿金
_CAUSED = re.compile(
    rf"{_G.format('a')}[）)]?级[）)]?(?:（[^（）]{{0,8}}）)?(?:伤残|残疾(?!人证|证)|致残|残(?=[，。；、])|劳动功能障碍|劳动能力)(?!赔偿|者证)|(?:伤残|(?<!类别)残疾|致残|工伤)(?:等级|程度|级别)?(?:分别)?(?:评定|鉴定)?(?:为|属|系|达|构成|是|达到|了)?(?:人体损伤)?(?:致残)?(?:程度)?(?:等级)?{_G.format('b')}级"
)
# matches 致其终身残疾; near miss: 可能造成终身残疾 is asked, not told
_STATE = re.compile("高位截瘫|植物状态|植物人|植物生存状态|(?:致|造成|导致|落下|留下)[^，。；]{0,8}终[身生]残[疾废]")
_KIND_WORDS = "视力|听力|言语|肢体|智力|精神|多重"
# matches 肢体残疾三级, 三级肢体残疾, 听力的，三级, 听力二级, 智力残疾（二级）, 残疾类别：肢体, 残疾等级：三级
_CERTIFIED = re.compile(
    rf"(?P<k1>{_KIND_WORDS})(?:残疾)?(?:（)?(?P<g1>[一二三四1-4])级(?:残疾)?|(?P<g2>[一二三四1-4])级(?P<k2>{_KIND_WORDS})残疾|(?P<k3>{_KIND_WORDS})残疾(?!鉴定|等级评定)|(?P<k5>{_KIND_WORDS})(?:残疾)?的?，(?P<g5>[一二三四])级(?=，|。|；|的|$)|(?:残疾)?类别[：: ]{{0,8}}(?P<k4>{_KIND_WORDS})(?:残疾)?(?:[^。]{{0,20}}?(?:残疾)?等级[：: ]{{0,8}}(?P<g4>[一二三四1-4])级)?"
)
_STATES = (
    ("听力", re.compile("聋哑人|聋哑|又聋又哑|聋人|耳聋(?=人|，|、|。)|听力障碍|失聪")),
    ("言语", re.compile("哑巴|哑人|言语障碍")),
    ("视力", re.compile("盲人|(?:系|自幼|先天)双目失明|视力障碍|双[目眼]失明")),
    (
        "智力",
        re.compile("精神发育迟滞|智力障碍|智障|弱智|呆傻|痴傻|智力低下|智力缺陷|痴呆|智能障碍|先天愚型|智力发育迟缓"),
    ),
    ("精神", re.compile("精神分裂症|精神障碍患者|精神病人|患有?精神(?:病|障碍|疾病)|精神疾病患者|系精神病")),
    ("肢体", re.compile("跛脚|肢体残疾|小儿麻痹|瘸腿|(?:自幼|先天|原本|本来)瘫痪|佝偻")),
    (
        None,
        re.compile(
            "残疾人(?!证|联合|电动|机动|轮椅|专用|代步|三轮|助力|保障|保护|权益|事业|联|人口)|残疾军人|重度残疾|残疾证|残疾人证|身患残疾|身体残疾|系残疾"
        ),
    ),
)
_DENIED = re.compile(
    "(?:未见|谈不上|没(?:办|有|领|评)过?|不是|并非|非|无|没有|未(?:办理|持有?|取得|评定|领取|申领|申请)(?:过)?|不属于?|不构成|未构成|未达|不符合|均无)[^，。；]{0,8}$"
)
_ENDED = re.compile("(?:曾经?|过去|以前|已(?:注销|过期|治愈|失效)|原持有)[^，。；]{0,10}$")
_ASKED = re.compile(
    "(?:是否|申请|要求|拟|准备|如果|若|可能|进行|委托|能否|有无|需要|等待|待)[^，。；]{0,14}$|(?<!已)(?<!未)(?:代?办|补办|办理)(?:一[个张本])?$"
)
# feared, not come: 再偏一点我就成[植物人]了, 险些[终身残疾]; near miss: 现已成植物人
_ALMOST = re.compile("(?:要(?:是|再)|差(?:一)?点|险些|万一|再偏|再深|再晚|再重)[^。；]{0,14}$")
# an old harm of another place: 早年让木头砸的，评过[七级伤残]; [十级伤残]，与本次无关; near miss: 与本案有因果关系
_LONG_AGO = re.compile("(?:早年|早些年|年轻时|小时候|几年前|[一二三四五六七八九十0-9]+年前)[^。；]{0,30}$")
_UNRELATED = re.compile("[^。；]{0,24}与(?:本|这)(?:次|案|回|事)(?:事故|伤害)?(?:没有?|无)关")
# what an appraisal finds of a sense, before its grade: 右耳[听力障碍]评定为十级; near miss: 听力障碍，持证三级
_FOUND_OF_A_SENSE = re.compile(
    "(?:（[^（）]*）)?[^，。；\n]{0,10}(?:评定|评为|可评|符合|构成|属于?)[^，。；\n]{0,24}(?:级|轻伤|重伤|条|标准)"
)
_STATUTE = re.compile("以上(?:伤残|残疾)|的，处|赔偿金|以下(?:情形|人员)|下列")
# 双目失明的(被害人黎某), 智障人员(黎某)
_BEFORE_A_VICTIM = re.compile(f"(?:人员?|患者|男子|女子|妇女|少[年女]|儿童)?的?{V}")
# behind the words: matches 盲人按摩店, 聋哑学校, 残疾人用品店; near miss: 盲人按摩师
_OF_A_NAME = re.compile(r"[\u4e00-\u9fff]{0,4}?(?:店|学校|中心|馆|协会|联合会|公司|诊所|工厂)")
# behind the words of a charge: matches 强迫智力残疾的他人劳动; near miss: 残疾的黎某
_OF_ANYBODY = re.compile("人?的(?:他人|人(?!民)|人员|群体)")


@dataclass(frozen=True, slots=True)
class DisabilityPatterns:
    """See module."""

    name: str = "disability-patterns"
    version: str = "1"

    def find(self, cast: Cast) -> Iterable[Mention]:
        for index, paper in enumerate(cast.papers):
            text = paper.reading.text
            if not re.search("残|聋|哑|盲|智|精神|截瘫|植物|痴呆|呆傻|痴傻|弱智|先天愚型|级劳动|失明|跛|麻痹", text):
                continue
            taken: list[tuple[int, int]] = []
            for start, end, value in (*_caused(text), *_certified(text), *_states(text)):
                if any(a < end and start < b for a, b in taken):
                    continue
                taken.append((start, end))
                mention = _mention(cast, index, paper, start, end, value)
                if mention is not None:
                    yield mention


def _grade(word: str | None) -> str | None:
    if not word:
        return None
    number = _ROMAN.get(word) or int(number_of(word) or 0)
    return f"{_ORDINAL[number - 1]}级"


def _caused(text: str) -> Iterable[tuple[int, int, Disability]]:
    for match in _CAUSED.finditer(text):
        if _STATUTE.search(text[max(0, match.start() - 6) : match.end() + 6]) or re.search(
            rf"(?:{_KIND_WORDS})$", text[max(0, match.start() - 2) : match.start()]
        ):
            continue
        yield (
            match.start(),
            match.end(),
            Disability(
                "caused", _limb(text[max(0, match.start() - 60) : match.start()]), _grade(match["a"] or match["b"])
            ),
        )
    for match in _STATE.finditer(text):
        yield match.start(), match.end(), Disability("caused", "肢体" if "截瘫" in match.group() else None, None)


def _limb(before: str) -> str | None:
    """Kind of a caused disability where the words right before name the limb, sense or mind."""
    clause = re.split("[。；]", before)[-1]
    for kind, pattern in (
        ("视力", "眼|视力|视野"),
        ("听力", "耳|听力"),
        ("肢体", "肢|手|足|腿|臂|指|趾|关节|髋|膝|踝|腕|肘|肩|股骨|胫|腓|尺骨|桡骨|肱骨|截瘫"),
        ("智力", "智力|智能"),
        ("精神", "精神"),
    ):
        if re.search(pattern, clause):
            return kind
    return None


def _certified(text: str) -> Iterable[tuple[int, int, Disability]]:
    for identity in find_identities(text):
        if identity.certificate:
            kind, grade = (
                _KIND_WORDS.split("|")[int(identity.certificate[0]) - 1],
                _ORDINAL[int(identity.certificate[1]) - 1],
            )
            yield identity.start, identity.end, Disability("preexisting", kind, f"{grade}级")
    for match in _CERTIFIED.finditer(text):
        kind = match["k1"] or match["k2"] or match["k3"] or match["k4"] or match["k5"]
        if kind == "精神" and match["k1"] and "残疾" not in match.group() and not match["g1"]:
            continue
        yield (
            match.start(),
            match.end(),
            Disability("preexisting", kind, _grade(match["g1"] or match["g2"] or match["g4"] or match["g5"])),
        )


def _states(text: str) -> Iterable[tuple[int, int, Disability]]:
    for kind, pattern in _STATES:
        for match in pattern.finditer(text):
            if match.group().endswith("障碍") and _FOUND_OF_A_SENSE.match(text, match.end()):
                continue
            if match.group().startswith("双") and not from_before(text, match.start(), match.end()):
                continue
            yield match.start(), match.end(), Disability("preexisting", kind, None)


def _mention(cast: Cast, index: int, paper: Paper, start: int, end: int, value: Disability) -> Mention | None:
    reading = paper.reading
    sentence = reading.sentence_at(start)
    before = reading.text[max(sentence.start, start - 20) : start]
    context = context_of(reading, sentence)
    if not is_asked(reading, sentence) and _DENIED.search(before):
        context = Context.NEGATED
    elif (
        (
            value.status == "caused"
            and (_UNRELATED.match(reading.text, end) or _LONG_AGO.search(reading.text, sentence.start, start))
        )
        or _ENDED.search(before)
        or re.match("[^，。；]{0,6}(?:已注销|已过期|现已注销|已治愈)", reading.text[end : end + 14])
    ):
        context = Context.OLD_CASE
    elif _ALMOST.search(before) or (sentence.zone is not Zone.QUESTION and _ASKED.search(before)):
        context = Context.HYPOTHETICAL
    if reading.kind == "残疾人证":
        owner = owner_of_form_line(paper, start)
        who = (
            Credit((owner,))
            if owner is not None and cast.person(owner).role is Role.VICTIM
            else credit(cast, paper, start)
        )
    elif behind := _BEFORE_A_VICTIM.match(paper.frame.text, paper.frame.from_view(end - 1) + 1):
        named = paper.frame.mention_at(behind.end() - 1)
        who = Credit(named.people[:1]) if named and named.people else credit(cast, paper, start)
    elif _OF_A_NAME.match(reading.text, end):
        who = Credit((), "是店铺、机构的名称，不是对人的描述")
    elif _OF_ANYBODY.match(reading.text, end):
        who = Credit((), "泛指他人，未指明是谁")
    else:
        who = credit(cast, paper, start)
    if context in (Context.QUOTED_LAW, Context.BOILERPLATE, Context.HYPOTHETICAL) and not who.owners:
        return None
    owners = who.owners
    if (
        value.status == "caused"
        and who.why
        and not who.owners
        and who.why == "原文未说明是谁"
        and len(cast.victims) == 1
    ):
        owners, who = (cast.victims[0].id,), credit(cast, paper, start)
        return Mention(Attribute.DISABILITY, value, index, start, end, owners, context, 0.8)
    return Mention(
        Attribute.DISABILITY, value, index, start, end, owners, context, 0.92, why=None if owners else who.why
    )


RECOGNIZER = DisabilityPatterns()
