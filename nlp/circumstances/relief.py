"""Money from elsewhere: insurers, other assistance that covered the loss, judicial aid already given, goods returned.

Health insurance is no payment for the harm, and a sum that a court only orders has not come. Judicial aid counts
when it was granted to this victim in this case; an application or a donation is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.facts import Attribute, Circumstance, CircumstanceKind, Compensation, Role, VictimFacts
from nlp.numerals import find_amounts
from nlp.people import Cast
from nlp.remarks import Remark, about, either, find_remarks, mentions_between, merge, sole_victim

_K = CircumstanceKind

# matches 已在交强险限额内赔付, 保险公司赔的三万元, 保险理赔款已到账; near: 判令保险公司赔偿, 投保交强险
_INSURER = "(?:保险公司|保险[^，。；]{0,8}公司|财险|交强险|商业(?:三者)?险|三者险|意外险|车损险|我公司)"
_INSURED = either(
    rf"{_INSURER}[^。；]{{0,24}}?(?:已|已经|均已)[^。；]{{0,20}}?(?:赔付|赔偿|理赔|支付|汇入|打到|转入|给付)(?:了|完毕)?",
    rf"{_INSURER}[^，。；]{{0,12}}(?:赔付了|赔了|赔偿了|理赔了|赔的|赔偿的|应付的)[^。；]{{0,24}}(?:收到|到账|汇入|打到|元|万)",
    r"(?:收到|领取|领到)(?:了)?[^，。；]{0,8}保险[^，。；]{0,6}(?:赔偿|赔付|理赔)|理赔款[^，。；]{0,8}(?:到账|收到|汇入|领取)",
)
_ORDERED = re.compile("判令|判决|应当?(?:在|由|于)?|按[^，。；]{0,8}赔$|内赔偿[^，。；]{0,12}于本判决")
_UNINSURED = either(
    r"(?:未|没有?|均未)(?:投保|买|购买|参加|上)(?:过)?[^，。；]{0,8}保险|未投保|脱保|保险(?:公司)?[^，。；]{0,8}(?:拒赔|拒绝(?:赔付|理赔)|不予(?:赔付|理赔))",
    r"(?:未|没有?)(?:获得|得到|收到)[^，。；]{0,6}保险[^，。；]{0,6}(?:赔付|理赔|赔偿)|保险(?:公司)?[^，。；]{0,8}(?:未|没有?)(?:赔付|理赔)",
)
_HEALTH = re.compile("医保|新农合|农合|医疗保险|统筹|居民保险|大病保险|社保")
# matches 损失已由保险公司全额赔付, 已获得足额补偿, 工伤保险已支付全部; near: 医保报销一部分, 垫付了丧葬费
_COVERED = either(
    r"(?:损失|费用|医疗费|医药费|治疗费)[^。；]{0,16}(?:已|均)[^，。；]{0,6}由[^，。；]{0,16}(?:全部|全额|足额)[^，。；]{0,6}(?:赔付|承担|解决|支付|报销|补偿)",
    r"(?:损失|费用|医疗费|医药费|治疗费)[^。；]{0,10}(?:全部|全额|足额)由[^，。；]{0,16}(?:赔付|承担|解决|支付|报销|补偿)",
    r"(?:已|已经)(?:通过|从|由|获得|得到)[^，。；]{0,20}(?:足额|充分|全额|全部|合理)(?:的)?(?:补偿|救助|赔付|理赔)",
    r"(?:工伤(?:保险)?|意外险|商业(?:保)?险|抚恤)[^，。；]{0,14}(?:已)?(?:全额|足额|全部)(?:支付|赔付|发放|理赔)",
    r"(?:补偿|救助|赔付|理赔)[^，。；]{0,10}(?:已)?(?:足以|完全)?(?:弥补|覆盖|填补)(?:了)?[^，。；]{0,6}(?:全部|其)?损失",
)
_UNCOVERED = either(
    r"(?:未|没有?|未曾|从未)(?:通过|从)?[^，。；]{0,6}(?:获得|得到|享受|领取)(?:过)?[^，。；]{0,6}(?:其他|任何)(?:途径|渠道|部门|形式)?(?:的)?[^，。；]{0,4}(?:补偿|赔偿|救助|救济)"
)
# matches 给予国家司法救助金30000元, 领到司法救助金贰万元, 已获司法救助; near: 申请司法救助, 符合救助条件
_AID = either(
    r"(?:给予|发放|予以|支付|拨付|核发)(?:了)?[^。；]{0,24}司法救助(?:金|资金|款)?[^，。；]{0,14}",
    r"(?:领到|领取|收到|获得|获|得到|享受|领)(?:了|过)?[^，。；]{0,20}司法救助(?:金|资金|款)?[^，。；]{0,14}",
    r"司法救助(?:金|资金|款)[^，。；]{0,16}(?:已(?:经)?(?:发放|收到|领取|到账|支付)|发放到位|已[^，。；]{0,6}到账)",
)
_NO_AID = either(
    r"(?:未|没有?|从未|未曾|尚未|均未|不曾)(?:向[^，。；]{0,16})?(?:获得|得到|领取|领|享受|接受|申请|发放|给予)(?:过)?[^，。；]{0,16}司法救助",
    r"无(?:其他|任何)?[^，。；]{0,6}司法救助(?:记录|情况)|不予(?:国家)?司法救助|司法救助[^，。；]{0,6}(?:记录|情况)?[：:]?无(?=[，。；\s])",
)
_WISH = re.compile("申请|请求|要求|希望|建议|拟|提请|可以|可|应当|是否|移送|能否|想|准备|符合[^，。；]{0,8}条件|审批")
_OTHER_CASE = re.compile(
    "另案|另一(?:起|件|案)|其他案件|别的案|他案|与本案无关|与该案无关|不是本案|非本案|另一被害人|他人"
)
# matches 已发还被害人, 全部退还, 追回并发还; near: 责令退赔, 应予发还, 未追回
_RETURNED = re.compile(
    r"(?:已(?:经|全部|依法|悉数)?|均已|全部|业已|现已)[^，。；]{0,10}(?:发还|返还|退还|归还|退赔|退回|追回)(?:并发还)?(?:给)?|"
    r"(?:发还|返还|退还|归还|退赔|退回)(?:给|了)"
)
_ORDERS = re.compile("责令|判令|应当?(?:予)?|依法予以|予以|限期|要求|判决")


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    return merge((*_insurance(cast), *_covered(cast), *_aid(cast), *_no_aid(cast), *_returned(cast, victims)))


def _amount(remark: Remark, reach: int = 24) -> float | None:
    """The first sum in the words or right behind them."""
    sums = find_amounts(remark.text, remark.start, min(remark.end + reach, remark.sentence.end))
    return sums[0].yuan if sums else None


def _insurance(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, ("险", "理赔", "我公司"), _INSURED):
        words = remark.match.group()
        if remark.supposed or remark.claimed or _ORDERED.search(words) or _HEALTH.search(remark.clause_before + words):
            continue
        if "险" not in remark.words or re.search("未|没有|拒", words):
            continue
        for victim in _whose(remark):
            yield remark.circumstance(_K.INSURANCE_PAID, victim, amount=_amount(remark))
    for remark in find_remarks(cast, ("险", "脱保"), _UNINSURED):
        if not remark.supposed and not _HEALTH.search(remark.words):
            yield remark.circumstance(_K.INSURANCE_PAID, None, stated=False)


def _covered(cast: Cast) -> Iterator[Circumstance]:
    keys = ("全额", "足额", "全部", "充分", "合理", "弥补", "覆盖", "填补")
    for remark in find_remarks(cast, keys, _COVERED):
        if not remark.supposed and not remark.denied and not remark.claimed:
            for victim in _whose(remark):
                yield remark.circumstance(_K.OTHERWISE_COMPENSATED, victim, amount=_amount(remark))
    for remark in find_remarks(cast, ("补偿", "赔偿", "救助", "救济"), _UNCOVERED):
        if not remark.supposed:
            for victim in _whose(remark):
                yield remark.circumstance(_K.OTHERWISE_COMPENSATED, victim, stated=False)


def _aid(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, ("司法救助",), _AID):
        words = remark.clause_before + remark.match.group()
        if remark.supposed or remark.denied or _OTHER_CASE.search(remark.words) or _WISH.search(_last(words)):
            continue
        if _NO_AID.search(remark.words) or re.search("如下|事项", remark.before[-8:]):
            continue
        for victim in _whose(remark):
            yield remark.circumstance(_K.PRIOR_AID, victim, amount=_amount(remark), confidence=0.95)


def _last(words: str) -> str:
    """The words up to 司法救助; an applicant is a person, not a wish."""
    return words.split("司法救助")[0].replace("申请人", "")


def _no_aid(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, ("司法救助",), _NO_AID):
        if not remark.supposed:
            for victim in _whose(remark):
                yield remark.circumstance(_K.PRIOR_AID, victim, stated=False)


def _whose(remark: Remark) -> tuple[str, ...]:
    """The victims named in the sentence, before the words or behind them; else whom the paper is about."""
    owners = about(remark, household=True)
    if owners:
        return owners
    behind = mentions_between(remark.paper, remark.start, min(remark.end + 30, remark.sentence.end))
    named = [i for mention in behind for i in mention.people if remark.cast.person(i).role is Role.VICTIM]
    if named:
        return (named[0],)
    nobody_else = not mentions_between(remark.paper, remark.sentence.start, remark.start)
    alone = sole_victim(remark.cast)
    return (alone,) if alone is not None and nobody_else else ()


def _returned(cast: Cast, victims: Sequence[VictimFacts]) -> Iterator[Circumstance]:
    """Goods or money that came back, where one victim is named as receiving them."""
    paid = {facts.person.id: fact for facts in victims if (fact := facts.first(Attribute.COMPENSATION))}
    keys = ("发还", "返还", "退还", "归还", "退赔", "退回", "追回")
    for remark in find_remarks(cast, keys, _RETURNED):
        ordered = _ORDERS.search(remark.clause_before[-12:] + remark.match.group())
        if remark.supposed or remark.denied or remark.claimed or ordered or "未" in remark.match.group():
            continue
        behind = mentions_between(remark.paper, remark.start, min(remark.end + 16, remark.sentence.end))
        named = {i for mention in behind for i in mention.people if cast.person(i).role is Role.VICTIM}
        for victim in sorted(named) if len(named) == 1 else ():
            known = paid.get(victim)
            if known is not None and isinstance(known.value, Compensation) and known.value.status is not None:
                continue  # the same return is already counted as compensation
            yield remark.circumstance(_K.PROPERTY_RETURNED, victim, amount=_amount(remark, 12))


TOPIC = find
