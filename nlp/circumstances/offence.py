"""What kind of offence this person was the victim of, where a rule asks for it.

A charge alone tells it only when there is one victim; with several, each needs a sentence that names them. An old
record of the accused never counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlp.facts import Attribute, Circumstance, CircumstanceKind, Injury, Role, VictimFacts, VictimType
from nlp.frames import NOTE, A, O, V
from nlp.people import Cast
from nlp.remarks import Remark, about, either, find_remarks, mentions_between, merge, persons, sentences_with

_K = CircumstanceKind
_GAP = "[^。；]"


@dataclass(frozen=True, slots=True)
class _Deed:
    """Attributes:
    keys: words without which no sentence is searched.
    done: pattern over the frame; the victims inside the match are those harmed.
    charge: pattern over the text that charges the accused with it.
    """

    kind: CircumstanceKind
    keys: tuple[str, ...]
    done: re.Pattern[str]
    charge: re.Pattern[str]


_SEXUAL = "(?:强奸|奸淫|猥亵|轮奸|性侵|强制侮辱|搂抱|抚摸|亲吻|发生(?:了)?性(?:关系|行为)|性行为|强迫卖淫)"
_HOLD = "(?:拐卖|绑架|拐骗|拘禁|扣押|关押|反锁|软禁|限制[^，。；]{0,4}人身自由|关在|拘押|贩卖)"
_CHARGED = r"(?:涉嫌|犯|以|构成|系|的)[^，。；《》]{0,10}"
_DEEDS = (
    # matches ⟨A⟩强行与⟨V⟩发生性关系, 对⟨V⟩实施猥亵, 将⟨V⟩骗至屋内实施猥亵; near: ⟨A⟩曾因强奸被判刑
    _Deed(
        _K.SEXUAL_OFFENCE,
        ("奸", "猥亵", "性侵", "性关系", "性行为", "搂抱", "抚摸", "强制侮辱", "卖淫"),
        either(
            rf"(?:[对将把与和向让给逼带抱拉拽拖搂]|强行)[^，。；]{{0,12}}?{V}{NOTE}{_GAP}{{0,60}}?{_SEXUAL}",
            rf"{V}{NOTE}{_GAP}{{0,30}}?(?:被|遭|受到){_GAP}{{0,30}}?{_SEXUAL}",
            rf"(?:强奸|奸淫|猥亵|轮奸|性侵)(?:了)?(?:不满[^，。；]{{0,8}}的)?(?:幼女|儿童|女童|少女)?{V}",
        ),
        re.compile(
            rf"{_CHARGED}(?:强奸|猥亵儿童|强制猥亵(?:、侮辱)?|强制侮辱|负有照护职责人员性侵|强迫卖淫|组织卖淫)罪"
        ),
    ),
    # matches 长期虐待⟨V⟩, 对⟨V⟩打骂、冻饿; near: 虐待俘虏(law)
    _Deed(
        _K.ABUSE,
        ("虐待", "冻饿", "打骂", "体罚"),
        either(
            rf"虐待(?:被害人)?{V}",
            rf"{V}{NOTE}{_GAP}{{0,40}}?(?:虐待|冻饿|(?:经常|长期|多次)[^，。；]{{0,6}}打骂|体罚)",
        ),
        re.compile(rf"{_CHARGED}虐待(?:被监护、被看护人)?罪"),
    ),
    # matches 将⟨V⟩拐卖至, 非法拘禁⟨V⟩, 把⟨V⟩骗至砖厂反锁在工棚内; near: 被羁押于看守所
    _Deed(
        _K.ABDUCTION,
        ("拐", "绑架", "拘禁", "扣押", "关押", "反锁", "软禁", "人身自由", "关在", "拘押"),
        either(
            rf"(?:将|把|对|限制)[^，。；]{{0,10}}?{V}{NOTE}(?:、{V}{NOTE})*{_GAP}{{0,60}}?{_HOLD}",
            rf"(?:拐卖|绑架|拐骗|非法拘禁|非法扣押)(?:了)?{V}",
            rf"{V}{NOTE}{_GAP}{{0,8}}被{_GAP}{{0,30}}?(?:拐卖|绑架|拐骗|非法拘禁|关押|反锁|软禁)",
        ),
        re.compile(rf"{_CHARGED}(?:非法拘禁|绑架|拐卖(?:妇女|儿童|妇女、儿童)|拐骗儿童|强迫劳动)罪"),
    ),
)
# matches 酒后殴打妻子⟨V⟩, 被丈夫⟨A⟩打伤, 对其母⟨V⟩拳打脚踢; near: ⟨A⟩与妻子⟨O⟩殴打⟨V⟩
_FAMILY = "(?:前妻|前夫|妻子?|丈夫|老公|老婆|儿子|女儿|父亲|母亲|[养继]子|[养继]女|[养继]父|[养继]母|同居(?:女友|男友|人员)|父|母|岳父|岳母|婆婆|儿媳)"
_HIT = "(?:殴打|打|踢|踹|砍|捅|刺|掐|烫|勒|扇|实施|施暴|家暴|杀|揪|撞|推)"
_NO_ONE = f"[^，。；、与和及{V}{A}{O}]"
_DOMESTIC = either(
    rf"(?:{_HIT}(?!电话)){_NO_ONE}{{0,6}}(?:其|自己的)?{_FAMILY}{V}",
    rf"(?:对|将|把|向|与|和)(?:其|自己的)?{_FAMILY}{V}{_GAP}{{0,30}}?{_HIT}(?!电话)",
)
_BEATEN = either(
    rf"{V}{NOTE}{_GAP}{{0,12}}被(?:其|自己的)?(?:酒后的)?{_FAMILY}(?:{A})?{_GAP}{{0,12}}?{_HIT}",
    rf"{V}{NOTE}{_GAP}{{0,30}}?(?:遭受?|受到|长期|多次)[^，。；]{{0,10}}(?:家庭暴力|家暴)",
)
# matches ⟨A⟩系⟨V⟩之子, ⟨V⟩与⟨A⟩系夫妻, ⟨A⟩与其父⟨V⟩同住; near: ⟨A⟩与⟨V⟩的妻子⟨O⟩
_KIN_OF = either(
    rf"{A}{NOTE}[，]?(?:系|是|为){V}(?:的|之){_FAMILY}|{V}{NOTE}[，]?(?:系|是|为){A}(?:的|之){_FAMILY}",
    rf"{A}与(?:其)?{_FAMILY}{V}(?:因|发生|在|争|同|共同)",
    rf"(?:{A}[与和]{V}|{V}[与和]{A})(?:系|是|为)(?:夫妻|父子|父女|母子|母女|同居|恋人|恋爱|男女朋友)",
)
_DOMESTIC_WORD = re.compile("家庭暴力|家暴")
_HURT_CHARGE = re.compile("故意(?:伤害|杀人)|虐待|寻衅滋事|殴打|过失致人")
# matches 犯交通肇事罪, 道路交通事故认定书, 机动车交通事故责任纠纷
_TRAFFIC = either(
    r"交通肇事(?:罪|逃逸|案)?|道路交通事故|发生(?:道路)?交通事故|机动车交通事故责任纠纷|危险驾驶罪",
    r"(?:侵权责任|健康权|身体权|生命权|医疗损害|饲养动物损害|高空抛物|产品责任|触电人身损害|提供劳务者受害)[^，。；]{0,8}纠纷",
)
# matches 因⟨V⟩举报其偷采而报复, 打击报复证人; near: 报复社会, 担心被报复
_REVENGE = either(
    r"打击报复[^，。；]{0,6}(?:证人|举报人|控告人|鉴定人)|打击报复",
    r"(?:举报|作证|出庭|证言|检举|控告|指证|鉴定(?:意见)?)[^。；]{0,40}?(?:报复|泄愤|怀恨|记恨|怨恨|教训)",
    r"(?:报复|泄愤|怀恨|记恨|怨恨|教训)[^。；]{0,40}?(?:举报|作证|检举|控告|指证|检察院作证)",
)
# matches 系自杀, 因脑出血在家中病故, 疾病猝死, 不属于刑事案件; near: 排除自杀, 排除疾病猝死
_OWN_DEATH = either(
    r"(?:系|属|为|认定为?)(?:自杀|自缢|意外(?:溺水|坠落|死亡))|因[^，。；]{0,12}(?:病|脑出血|脑梗|心梗|心肌梗死|癌|衰竭)[^，。；]{0,10}(?:病故|去世|死亡|病逝)",
    r"(?:疾病|心源性|冠心病)[^，。；]{0,6}猝死|自然死亡|(?:喝农药|服毒|上吊|跳楼|投河|自缢)(?:自杀)?(?:死亡|身亡|死了)|排除他杀",
)
_BY_OTHERS = re.compile("他杀(?<!排除他杀)|被.{0,12}(?:打|砍|刺|撞|勒|掐|害)|致.{0,6}死亡|外伤")


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    hurt = {facts.person.id: _grade(facts) for facts in victims}
    return merge((*_deeds(cast), *_domestic(cast), *_traffic(cast, hurt), *_revenge(cast), *_own_death(cast, hurt)))


def _grade(facts: VictimFacts) -> str | None:
    fact = facts.first(Attribute.INJURY)
    return fact.value.grade if fact is not None and isinstance(fact.value, Injury) else None


def _in_frame(cast: Cast, keys: Sequence[str], pattern: re.Pattern[str]) -> Iterator[tuple[Remark, tuple[str, ...]]]:
    """Matches over the frame with the victims inside them."""
    for paper in cast.papers:
        frame = paper.frame
        for sentence in sentences_with(paper, keys):
            low, high = frame.from_view(sentence.start), frame.from_view(sentence.end - 1) + 1
            for match in pattern.finditer(frame.text, low, high):
                start, end = frame.to_view(match.start()), frame.end_to_view(match.end())
                inside = frame.mentions_in(match.start(), match.end())
                owners = persons(cast, (i for mention in inside for i in mention.people))
                yield Remark(cast, paper, sentence, match, start, end), owners


def _alone(cast: Cast) -> tuple[str, ...]:
    people = [person.id for person in cast.victims if person.type is VictimType.PERSON]
    return tuple(people) if len(people) == 1 else ()


def _deeds(cast: Cast) -> Iterator[Circumstance]:
    for deed in _DEEDS:
        for remark, owners in _in_frame(cast, deed.keys, deed.done):
            if remark.supposed or remark.denied or re.search("没有|未|否认", remark.match.group()):
                continue
            if "性关系" not in remark.match.group() or _AGAINST_WILL.search(remark.words):
                for victim in owners:
                    yield _tail(remark).circumstance(deed.kind, victim)
        for remark in find_remarks(cast, ("罪",), deed.charge):
            if not remark.supposed:
                for victim in _alone(cast):
                    yield remark.circumstance(deed.kind, victim)


_AGAINST_WILL = re.compile("强行|强迫|暴力|威胁|胁迫|违背|醉|幼女|不满|1[0-7]岁|[1-9]岁|未满|奸|殴打|恐吓|趁|迷")


def _tail(remark: Remark, length: int = 30) -> Remark:
    """The end of a long match, where the deed itself is named."""
    start = max(remark.start, remark.end - length)
    return Remark(remark.cast, remark.paper, remark.sentence, remark.match, start, remark.end)


def _domestic(cast: Cast) -> Iterator[Circumstance]:
    keys = ("妻", "夫", "老公", "老婆", "母", "父", "儿", "女", "子", "家暴", "家庭暴力", "同居", "恋")
    charged = any(_HURT_CHARGE.search(paper.reading.text) for paper in cast.papers)
    for pattern in (_DOMESTIC, _BEATEN, *((_KIN_OF,) if charged else ())):
        for remark, owners in _in_frame(cast, keys, pattern):
            if remark.supposed or remark.denied or (pattern is _DOMESTIC and not _by_accused(remark)):
                continue
            for victim in owners:
                yield _tail(remark).circumstance(_K.DOMESTIC_VIOLENCE, victim)
    for remark in find_remarks(cast, ("家庭暴力", "家暴"), _DOMESTIC_WORD):
        if not remark.supposed and not remark.denied:
            for victim in about(remark):
                yield remark.circumstance(_K.DOMESTIC_VIOLENCE, victim)


def _by_accused(remark: Remark) -> bool:
    """其妻 is the accused's wife only when the accused is the last person named before."""
    earlier = mentions_between(remark.paper, remark.sentence.start, remark.start)
    if earlier:
        return any(remark.cast.person(i).role is Role.ACCUSED for i in earlier[-1].people)
    return re.search("被告人|嫌疑人", remark.before) is not None


def _traffic(cast: Cast, hurt: dict[str, str | None]) -> Iterator[Circumstance]:
    bodily = [victim for victim, grade in hurt.items() if grade]
    for remark in find_remarks(cast, ("交通", "纠纷", "危险驾驶"), _TRAFFIC):
        if not remark.supposed and not remark.old and not re.search("基金|救助|法》?第", remark.words):
            for victim in bodily:
                yield remark.circumstance(_K.TRAFFIC_OR_TORT, victim)


def _revenge(cast: Cast) -> Iterator[Circumstance]:
    keys = ("报复", "泄愤", "怀恨", "记恨", "怨恨", "教训")
    for remark in find_remarks(cast, keys, _REVENGE):
        if remark.supposed or remark.denied or re.search("怕|担心|恐", remark.clause_before[-6:]):
            continue
        owners = about(remark) or tuple(
            persons(
                cast,
                (
                    i
                    for m in mentions_between(remark.paper, remark.sentence.start, remark.sentence.end)
                    for i in m.people
                ),
            )[:1]
        )
        for victim in owners or _alone(cast):
            yield _tail(remark).circumstance(_K.RETALIATION, victim)


def _own_death(cast: Cast, hurt: dict[str, str | None]) -> Iterator[Circumstance]:
    keys = ("自杀", "自缢", "病", "猝死", "溺", "自然死亡", "死了", "他杀", "意外", "脑", "心", "癌", "衰竭")
    for remark in find_remarks(cast, keys, _OWN_DEATH):
        if remark.supposed or remark.denied or "排除" in remark.clause_before or _BY_OTHERS.search(remark.words):
            continue
        for victim in about(remark):
            yield remark.circumstance(_K.DEATH_UNRELATED, victim)


TOPIC = find
