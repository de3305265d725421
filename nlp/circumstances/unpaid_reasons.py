"""Why nothing was paid: the offender has nothing, is dead or unknown, the limitation ran out, enforcement found
nothing, nobody was prosecuted. These hold for the whole case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.facts import Circumstance, CircumstanceKind, Role, VictimFacts
from nlp.frames import NOTE, A
from nlp.people import Cast
from nlp.remarks import Remark, either, find_remarks, mentions_between, merge, sentences_with, side_of, speaker

_K = CircumstanceKind

# matches 无赔偿能力, 不具备履行能力, 名下无房产, 查无可供执行财产; near: 无劳动能力, 具有赔偿能力
_NO_MEANS = either(
    r"(?:无|没有|缺乏|不具备|不具有|丧失|欠缺)(?:实际|任何|经济)?"
    r"(?:赔偿|履行|退赔|偿还|支付|偿付|清偿|给付|赔付|执行)(?:的)?能力",
    r"(?:无|没有|未(?:能)?(?:再)?(?:发现|查到|查询到|查获)|查无)[^，。；]{0,12}可供执行(?:的)?[^，。；]{0,4}财产(?!线索)",
    r"名下[^。；，]{0,8}(?:无|没有|未发现|查无)[^。；]{0,24}?(?:财产|存款|房产|车辆|不动产|东西)",
)
_NO_MEANS_KEYS = ("能力", "可供执行", "名下")
# matches 家里拿不出钱, 赔不起, 没钱退, 家中无力筹款; near: 没钱做手术 (the hurt one's: see `_of_offender`)
_POOR = either(
    r"无力(?:赔|退|偿|支付赔|筹|履行|代赔|再?支付)[^，。；]{0,6}",
    r"没(?:有)?能力(?:代?赔|退|偿|履行)[^，。；]{0,4}|赔不起|退不(?:出|起)|要钱没有|一分钱?(?:也|都)拿不出",
    r"(?:没(?:有)?|拿不出|凑不(?:出|齐)|筹不(?:到|出)|掏不出)(?:什么|一分)?(?:钱|财产|东西|款)(?:来|了)?(?:可)?(?:赔|退|给|付)?",
    r"拿不出(?:来|了)?(?=[，。；])|身无分文|没(?:有)?钱(?:赔|退|给)",
)
_POOR_KEYS = (
    "无力", "能力", "赔不起", "退不", "没钱", "没有钱", "拿不出", "凑不", "筹不", "掏不出", "身无分文", "没有财产",
    "要钱没有", "没有什么",
)  # fmt: skip
_TREATMENT = re.compile("医|治|手术|住院|药费|看病")
# matches 有赔偿能力, 具有一定履行能力; near: 没有赔偿能力
_HAS_MEANS = either(
    r"(?<![没未])(?:有|具有|具备)(?:一定|相应|足够)?(?:的)?(?:经济)?(?:赔偿|履行|退赔|偿还)能力",
    r"有能力(?:履行|赔偿)而",
)
# matches 犯罪嫌疑人已于…自杀身亡, ⟨A⟩溺水死亡; near: ⟨A⟩致人死亡, 犯罪嫌疑人死亡的，(law), 自杀未遂
_DEAD = re.compile(
    rf"(?:{A}{NOTE}|(?:犯罪)?嫌疑人|被告人|被执行人|肇事(?:司机|驾驶人|者)|加害人|行凶者)"
    r"(?:已经?|也|亦|现已|均已|系|后|因病|随后|当场|作案后|当晚|次日|畏罪)*"
    r"(?:于[^，。；]{0,18})?(?:已|在[^，。；]{0,14}|因[^，。；致]{0,10})?(?:跳[楼河水江]|服毒|投河|溺水|系生前入水)?"
    r"(?:自杀(?!未遂)|死亡|身亡|病亡|病故|去世|自缢|溺亡|坠亡|溺死|猝死|被击毙)(?!的[，。；：])"
)
_DEAD_KEYS = ("死", "亡", "自杀", "自缢", "病故", "去世", "击毙")
# matches 案件尚未侦破, 肇事驾驶人至今未查获, 身份尚未查明, 人还没抓到, 中止侦查; near: 抓获在逃人员, 已侦破
_UNKNOWN = either(
    r"案(?:件|子)?(?:至今|目前|现|一直)?(?:尚|仍|还|均)?(?:未|没有?|无法|未能|未予)(?:被)?(?:侦破|告破|破获|破案|查破)",
    r"(?:无法|未能|没能|至今未)(?:侦破|锁定)|(?:决定|予以|依法)(?:中止|终止)侦查",
    r"(?:嫌疑人|肇事者|肇事(?:驾驶人|司机|车辆|人)|驾驶人|凶手|作案人|加害人|行凶者|[撞打砍捅骗偷]人的|司机|人)[^，。；]{0,18}"
    r"(?:在逃(?!人员)|未(?:能)?(?:到案|归案|抓获|查获|查明|锁定|落网|找到)|没(?:有)?(?:抓(?:着|到|住)|找(?:着|到)|归案|到案)|"
    r"下落不明|身份不明|身份不详|找不(?:到|着))",
    r"身份(?:尚|仍|至今)?(?:未|无法|没有)(?:能)?查明|未知名(?:驾驶人|男子|女子)|[：:]未查获|列为网上(?:追逃|在逃)",
    r"(?:找不(?:到|着)|没(?:有)?(?:找|抓)(?:到|着))[^，。；]{0,4}(?:司机|凶手|肇事者|嫌疑人|打人的)|不知道是谁(?:的车|打的|干的|撞的)",
)
_UNKNOWN_KEYS = (
    "破", "在逃", "到案", "归案", "查获", "查明", "锁定", "落网", "找", "抓", "下落不明", "身份", "未知名", "止侦查", "追逃",
    "是谁",
)  # fmt: skip
_IN_HAND_KINDS = frozenset({"起诉书", "判决书", "裁定书", "不起诉决定书", "认罪认罚具结书", "讯问笔录"})
# matches 已过追诉时效期限, 超过追诉期限, 追诉时效已届满; near: 未过追诉时效, 不受追诉期限的限制
_BARRED = either(
    r"(?<!未)(?:已经?|均已|早已)?(?:过|超过|超出|经过|逾)(?:了)?[^，。；]{0,8}追诉(?:时效|期限)(?:期限)?",
    r"追诉(?:时效|期限)(?:期限)?(?:已经?|均已)?(?:过|届满|超过|消灭)",
)
_NOT_BARRED = either(r"(?:未|尚未|没有)(?:超)?过(?:法定)?追诉(?:时效|期限)", r"不受追诉(?:时效|期限)[^，。；]{0,6}限制")
# matches 终结本次执行程序, 执行到位0元, 尚有9万元未执行到位, 均未受偿; near: 执行完毕, 可以再次申请执行
_FRUITLESS = either(
    r"终结(?:本院)?[^，。；]{0,30}?(?:的)?本次执行(?:程序)?|终本|执行到位(?:金额|款项|标的)?(?:为|人民币|：)?(?:0元|零元|0)(?![.\d])",
    r"(?:未|没有?|未能)(?:能)?执行到位|执行未果|执行不能|无法执行|未能执行到|中止执行|(?:均|全部|分文)未受偿|未获清偿",
    r"(?:仍有|尚有|还有)[^，。；]{0,18}未(?:履行|受偿|清偿|给付)",
)
_DONE = either(r"(?:已|全部|均已)(?:全部)?(?:执行完毕|执行到位|履行完毕)|全额受偿|全部受偿|执行案款已(?:全部)?发放")
# matches 决定对李某不起诉, 决定撤销此案, 作存疑不起诉处理; near: 不服不起诉决定的
_DROPPED = either(
    r"决定(?:对)?[^，。；]{0,24}不(?:予)?起诉(?!决定)|(?:决定|予以|应当)?撤销(?:此|本|该)案(?:件)?(?!的)",
    r"作(?:出)?[^，。；]{0,8}不起诉(?:处理|决定)|不构成犯罪[^。；]{0,6}撤销案件",
)


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    return merge((*_means(cast), *_dead(cast), *_unknown(cast), *_barred(cast), *_enforcement(cast), *_dropped(cast)))


def _means(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, _NO_MEANS_KEYS, _NO_MEANS):
        if not remark.supposed and not _of_victim(remark):
            yield remark.circumstance(_K.OFFENDER_NO_MEANS, None, confidence=0.6 if remark.claimed else 0.9)
    for remark in find_remarks(cast, _POOR_KEYS, _POOR):
        around = remark.clause_before + remark.match.group() + remark.after[:6]
        if _TREATMENT.search(around) or _PRETEXT.search(around) or not _about_payment(remark):
            continue
        if not remark.supposed and not remark.denied and _of_offender(remark):
            yield remark.circumstance(_K.OFFENDER_NO_MEANS, None, confidence=0.6)
    for remark in find_remarks(cast, ("能力",), _HAS_MEANS):
        if not remark.supposed and not remark.denied and not remark.claimed and not _of_victim(remark):
            yield remark.circumstance(_K.OFFENDER_NO_MEANS, None, stated=False)


_PRETEXT = re.compile("谎称|为由|冒充|买|花")
_PAYMENT = re.compile("赔|退|偿|医|治疗|损失|执行|履行|工钱|工资|丧葬")


def _about_payment(remark: Remark) -> bool:
    """Plain words of poverty count only where payment to the other side is spoken of, here or in the question."""
    sentences = remark.paper.reading.sentences
    first = sentences[max(0, remark.sentence.index - 2)]
    return _PAYMENT.search(remark.text, first.start, remark.sentence.end) is not None


def _of_victim(remark: Remark) -> bool:
    """The victim's own lack of means is no reason why the offender does not pay."""
    earlier = mentions_between(remark.paper, remark.sentence.start, remark.start)
    if not earlier:
        return False
    person = remark.cast.person(earlier[-1].people[0])
    if re.search("被告|对方|被执行人", remark.clause_before):
        return False
    return bool(side_of(remark.cast, person.id))


def _of_offender(remark: Remark) -> bool:
    """Poverty in plain words counts only where it is the offender's: own words, or said of the offender by name."""
    earlier = mentions_between(remark.paper, remark.sentence.start, remark.start)
    for mention in reversed(earlier):
        person = remark.cast.person(mention.people[0])
        if person.role is Role.ACCUSED:
            return True
        if person.of is not None:
            return remark.cast.person(person.of).role is Role.ACCUSED
        if mention.by == "pronoun":
            break
        return False
    if re.search("被告人|嫌疑人|被执行人|对方|肇事", remark.before):
        return True
    return speaker(remark.cast, remark.paper, remark.start) is Role.ACCUSED


def _dead(cast: Cast) -> Iterator[Circumstance]:
    accused = {person.id for person in cast.people if person.role is Role.ACCUSED}
    dead: set[str] = set()
    found: list[Circumstance] = []
    closed = any(paper.reading.kind == "撤销案件决定书" for paper in cast.papers)
    for paper in cast.papers:
        frame = paper.frame
        for sentence in sentences_with(paper, _DEAD_KEYS):
            low, high = frame.from_view(sentence.start), frame.from_view(sentence.end - 1) + 1
            for match in _DEAD.finditer(frame.text, low, high):
                start, end = frame.to_view(match.start()), frame.end_to_view(match.end())
                remark = Remark(cast, paper, sentence, match, start, end)
                if remark.supposed:
                    continue
                named = mentions_between(paper, start, end)
                dead |= {i for mention in named for i in mention.people} & accused
                if not named:
                    dead |= accused if len(accused) == 1 else set()
                found.append(remark.circumstance(_K.OFFENDER_DEAD, None))
    if found and (closed or len(accused) <= 1 or accused <= dead):
        yield from found


def _unknown(cast: Cast) -> Iterator[Circumstance]:
    """An offender at large beside another in custody leaves somebody who can pay, so it is no reason."""
    in_hand = any(p.reading.kind in _IN_HAND_KINDS or "被告人" in p.reading.text for p in cast.papers)
    for remark in find_remarks(cast, _UNKNOWN_KEYS, _UNKNOWN):
        suspended = "止侦查" in remark.match.group() or "破" in remark.match.group()
        if not remark.supposed and (not in_hand or suspended):
            yield remark.circumstance(_K.OFFENDER_UNKNOWN, None)


def _barred(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, ("追诉",), _NOT_BARRED):
        if not remark.supposed and not remark.claimed:
            yield remark.circumstance(_K.TIME_BARRED, None, stated=False)
    for remark in find_remarks(cast, ("追诉",), _BARRED):
        if not remark.supposed and not remark.denied and not remark.claimed:
            yield remark.circumstance(_K.TIME_BARRED, None)


def _enforcement(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, ("执行", "终本", "受偿", "清偿", "未履行", "未给付"), _FRUITLESS):
        if not remark.supposed and not remark.denied:
            yield remark.circumstance(_K.ENFORCEMENT_FRUITLESS, None, confidence=0.95)
    for remark in find_remarks(cast, ("执行", "履行完毕", "受偿"), _DONE):
        if not remark.supposed and not remark.denied and remark.kind in ("执行裁定书", "询问笔录", "审查报告"):
            yield remark.circumstance(_K.ENFORCEMENT_FRUITLESS, None, stated=False)


def _dropped(cast: Cast) -> Iterator[Circumstance]:
    kinds = {paper.reading.kind for paper in cast.papers}
    if kinds & {"起诉书", "判决书", "执行裁定书"}:
        return
    for remark in find_remarks(cast, ("不起诉", "不予起诉", "撤销"), _DROPPED):
        if not remark.supposed and not remark.denied:
            yield remark.circumstance(_K.NOT_PROSECUTED, None)


TOPIC = find
