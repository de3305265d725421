"""Treatment: whether it still goes on, what it costs, and whether the bill is owed or out of reach.

Papers of one dossier span months, so of "still in hospital" and "discharged" the later dated statement stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.facts import Attribute as Attr
from nlp.facts import Circumstance, CircumstanceKind, Injury, VictimFacts
from nlp.numerals import find_amounts
from nlp.people import Cast
from nlp.remarks import Remark, about, either, find_remarks, merge

_K = CircumstanceKind

_CURE = "(?:住院|治疗|抢救|救治|重症监护|监护室|ICU|康复|透析|昏迷|卧床治疗|化疗|换药)"
# matches 仍在住院治疗, 需继续住院, 拟行二期手术, 还得开一刀, 至今未出院; near: 住院治疗15天, 曾住院
_ONGOING = either(
    rf"(?:仍|尚|目前|现(?!场|金|年)|正在|还在|还需|尚需|至今|一直|继续|仍需|仍在|需要?(?:继续|长期|定期|进一步)?)[^，。；]{{0,12}}{_CURE}",
    r"(?:拟|择期|尚需|还需|仍需|需要?|待|下一步需?|准备)[^，。；]{0,12}(?:行|进行|做|接受|实施)[^，。；]{0,14}(?:手术|术(?!后)|内固定取出)",
    r"(?:还|还要|还得|仍要|仍需|再|尚需)(?:得|要|需要|需|再)*(?:开|做|行|进行|接受)[^，。；]{0,8}(?:一?刀|手术|植皮|修复)",
    r"(?:后续|二期|二次|第二次|后期)(?:的)?(?:治疗|手术)[^，。；]{0,10}(?:需|要|预计|约|尚|还|怎么办|没)",
    r"(?:尚|仍|至今|还|现)?(?:未|没有?)(?:能)?出院|一直没醒|(?:还|仍)没(?:有)?(?:脱离危险|醒)|病情(?:仍)?危重|病危|尚未脱离(?:生命)?危险",
)
_ONGOING_KEYS = (
    "住院", "治疗", "抢救", "救治", "监护", "ICU", "康复", "透析", "昏迷", "手术", "出院", "没醒", "危", "刀", "术", "换药",
    "植皮",
)  # fmt: skip
# matches 已出院, 伤已痊愈, 治疗终结, 石膏已拆除; near: 未出院, 出院后
_ENDED = either(
    r"(?:已经?|均已|现已)(?:于[^，。；]{0,14})?(?:治愈|痊愈|伤愈|康复(?!治疗)|出院|拆除)|治疗(?:已)?(?:终结|结束|完毕)(?!时间|期)",
    r"(?:伤|手腕|手|腿|身体)[^，。；]{0,6}(?:已|现)?(?:无大碍|没(?:有)?(?:什么)?大碍|好了)|(?:已|现已)医疗终结|治愈出院",
    r"(?:拆除|取出)[^，。；]{0,8}(?:石膏|内固定)(?:已|完)|石膏已[^，。；]{0,10}拆除",
)
_ENDED_KEYS = ("治愈", "痊愈", "伤愈", "康复", "出院", "拆除", "终结", "结束", "完毕", "大碍", "好了", "取出")
_FAR = re.compile(
    "视[^，。；]{0,10}情况|[一二两三四五六七八九十半\\d]年后|遵医嘱|不适随诊|复查|待[^，。；]{0,8}(?:终结|稳定)后"
)

# matches 欠费66,420元, 第三次催缴, 尚欠医院, 请补缴, 无力支付医疗费, 交不出来手术费; near: 无欠费, 已结清
_OWED = either(
    r"催[缴款交费](?:通知|单)?|欠费(?!超过|的)(?:金额|合计|共计|为)?|(?:尚|还|仍|累计|共)欠[^，。；]{0,10}(?:医|费|元|款)",
    r"欠(?:着|了|下)?(?:医院|住院|人家医院)[^，。；]{0,12}|拖欠[^，。；]{0,6}(?:医|住院|治疗)[^，。；]{0,4}费|补[缴交][^，。；]{0,6}(?:费|款|押金|预交)?",
    r"(?:费用|医药费|医疗费|治疗费|手术费)[^，。；]{0,6}(?:尚未|未|没(?:有)?)(?:缴|交|付|结)(?:清|齐)?|催(?:了)?[^，。；]{0,4}(?:缴|交)费|医院[^，。；]{0,6}催",
)
_OWED_KEYS = ("催", "欠", "补缴", "补交", "未缴", "未交", "未付", "未结", "没交", "没有交", "没结")
_REACH = either(
    r"(?:无力|无钱|没(?:有)?(?:能力|钱)|拿不出(?:钱)?|付不起|交不(?:起|出|上)|负担不(?:起|了)|承担不(?:起|了)|支付不(?:起|了)|凑不(?:齐|够|出)|"
    r"筹不(?:到|齐)|筹措不到|借不到(?:钱)?|难以(?:承担|支付|负担|筹措)|无法(?:承担|支付|负担|筹措|继续支付|缴纳))"
    r"[^，。；]{0,12}(?:医|治|手术|住院|药|看病|继续|康复|费用)",
    r"(?:医疗费|治疗费|手术费|住院费|医药费|费用)[^，。；]{0,10}(?:无着落|没(?:有)?着落|无法筹措|凑不齐|难以为继|缺口|无力)",
    r"(?:没(?:有)?钱|无钱)(?:给[他她])?(?:治|做手术|看病|住院)|因(?:无钱|没钱|费用)[^，。；]{0,8}(?:停止|中断|放弃|出院)|被迫(?:出院|中断治疗|停药)|"
    r"(?:先要|要先|还要|得先|需要?|要)交[^，。；]{0,8}，[^，。；]{0,6}(?:交|拿|凑|借)不(?:出|起|到|齐)",
    r"(?:再也|已经|都)?(?:借|凑)不到了|(?:亲戚|能借的)[^，。；]{0,6}(?:借完|借遍|都借)[^，。；]{0,4}",
)
_REACH_KEYS = ("无力", "钱", "不起", "不出", "不上", "不了", "不齐", "不够", "不到", "难以", "无法", "着落", "缺口", "没有能力", "没能力", "被迫", "借完", "借遍", "能借的", "因费用")  # fmt: skip
# matches 无欠费, 不欠医院的钱, 费用已结清; near: 无钱缴费
_CLEARED = either(
    r"(?:无|没有|未|不|没)(?:拖)?欠(?:费|医院|任何|住院)?[^，。；]{0,6}|(?:费用|住院费|医疗费|个人支付)[^。；]{0,24}(?:已|均已)(?:全部)?(?:结清|缴清|付清|补缴)"
)
_DEBT = re.compile("工资|货款|贷款|信用社|外债|银行|房租|劳务|赌债|高利贷|赔偿款|执行")
# matches 共花去医疗费34,000元, 总费用86420.5元; near: 请求赔偿医疗费5万元
_COST = either(r"(?:总费用|费用(?:合计|总计|共计)|(?:医疗|医药|住院|治疗|手术)费(?:用)?)[^，。；\d元]{0,10}")
_ASKED_FOR = re.compile("赔偿|请求|要求|判令|主张|支持|垫付|先行|诉请")


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    dead = {facts.person.id for facts in victims if _died(facts)}
    found = (*_later(_going_on(cast)), *_later(_unaffordable(cast)), *_cost(cast))
    return merge(one for one in found if one.victim not in dead)


def _died(facts: VictimFacts) -> bool:
    fact = facts.first(Attr.INJURY)
    return fact is not None and isinstance(fact.value, Injury) and fact.value.grade == "死亡"


def _later(found: Iterable[Circumstance]) -> Iterator[Circumstance]:
    """Of statement and denial about one victim, those of the later dated paper."""
    known = tuple(found)
    for one in known:
        against = [o for o in known if o.victim == one.victim and o.stated is not one.stated and o.date and one.date]
        if not any((other.date or "") > (one.date or "") for other in against):
            yield one


def _going_on(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, _ONGOING_KEYS, _ONGOING):
        if remark.supposed and not re.search("拟|需|建议", remark.match.group()):
            continue
        if remark.old or remark.claimed or _FAR.search(remark.clause_before + remark.match.group()):
            continue
        if re.search("不需要?|无需|不用|未", remark.match.group()[:4]) and "出院" not in remark.match.group():
            continue
        for victim in about(remark, household=True):
            yield remark.circumstance(_K.UNDER_TREATMENT, victim)
    for remark in find_remarks(cast, _ENDED_KEYS, _ENDED):
        if not remark.supposed and not remark.denied and not re.search("待|后再|尚", remark.clause_before):
            for victim in about(remark, household=True):
                yield remark.circumstance(_K.UNDER_TREATMENT, victim, stated=False)


def _unaffordable(cast: Cast) -> Iterator[Circumstance]:
    for pattern, keys in ((_OWED, _OWED_KEYS), (_REACH, _REACH_KEYS)):
        for remark in find_remarks(cast, keys, pattern):
            words = remark.clause_before + remark.match.group() + remark.after[:14]
            if _supposed_bill(remark) or remark.denied or _DEBT.search(words) or _CLEARED.search(words):
                continue
            if remark.claimed or remark.old or not _medical(remark):
                continue
            for victim in about(remark, household=True):
                amount = _owed_sum(remark) if pattern is _OWED else None
                yield remark.circumstance(_K.TREATMENT_UNAFFORDABLE, victim, amount=amount)
    for remark in find_remarks(cast, ("欠", "结清", "缴清", "付清", "补缴"), _CLEARED):
        if not remark.supposed and _medical(remark):
            for victim in about(remark, household=True):
                yield remark.circumstance(_K.TREATMENT_UNAFFORDABLE, victim, stated=False)


def _supposed_bill(remark: Remark) -> bool:
    """建议补缴 is a reminder of a bill that exists; 如欠费 is none."""
    return remark.supposed and remark.kind != "费用清单"


def _medical(remark: Remark) -> bool:
    if remark.kind in ("费用清单", "诊断证明", "病历", "出院小结"):
        return True
    around = remark.text[max(0, remark.start - 60) : remark.end + 40]
    return re.search("医|住院|治疗|手术|药费|ICU|开一?刀|预交", around) is not None


def _owed_sum(remark: Remark) -> float | None:
    sums = find_amounts(remark.text, remark.start, min(remark.end + 20, remark.sentence.end))
    return sums[0].yuan if sums else None


def _cost(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, ("费",), _COST):
        sums = find_amounts(remark.text, remark.start, min(remark.end + 16, remark.sentence.end))
        near = [one for one in sums if one.start - remark.end <= 2]
        if not near or remark.supposed or remark.claimed or _ASKED_FOR.search(remark.clause_before):
            continue
        for victim in about(remark, household=True):
            yield remark.circumstance(_K.MEDICAL_COST, victim, amount=near[0].yuan, confidence=0.75)


TOPIC = find
