"""Giving up compensation of one's own will: Article 8(4).

No waiver: that no civil suit was filed, that the rest is forgone once the agreed sum is paid, that an offer was
not taken, a condition, and anything that the other side tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.facts import Attribute, Circumstance, CircumstanceKind, Compensation, Role, VictimFacts
from nlp.people import Cast
from nlp.remarks import SPOKEN, Remark, about, either, find_remarks, merge, speaker

_WAIVED = CircumstanceKind.WAIVED_CLAIM
_PAYER = "(?:他们?|她|对方|其|被告人|犯罪嫌疑人|被告|任何人?|家属|[\u4e00-\u9fff]{2,3})?"

# matches 自愿放弃民事赔偿, 放弃索赔权利; near: 没有放弃, 放弃治疗
_GIVES_UP = either(
    r"放弃(?:了)?(?:对|向)?[^，。；]{0,14}?(?:民事|附带民事|经济|索赔|求偿|追偿|赔偿)[^，。；]{0,8}",
    r"(?:免除|不追究)[^，。；]{0,14}(?:民事|赔偿)(?:赔偿)?责任",
)
# matches 不要求赔偿, 不用他赔, 钱我不要, 赔不赔都无所谓; near: 没要求赔偿, 不要求从重处罚
_ASKS_NOTHING = either(
    rf"(?<!暂)(?:不|无)(?:再)?(?:需要?|用|想|打算|准备)?(?:要求|要|主张|索要|提出|提)?{_PAYER}(?:的)?(?:承担|进行|给予|作|给)?"
    r"(?:任何)?(?:经济|民事)?(?:赔偿(?!协议)|索赔|赔钱|赔款|补偿|赔(?=[，。；了]|我))",
    r"(?:钱|赔偿|赔款)(?:我)?(?:一分)?(?:也|都|就)?不要(?:了)?|一分钱?(?:我)?(?:也|都)不要|赔不赔(?:钱)?(?:都)?(?:无所谓|没关系|随便)",
)
# matches 拒绝接受赔偿款, 不肯收下赔偿金; near: 拒绝赔偿 (the payer refuses)
_REFUSES = either(
    r"(?:拒绝|不(?:愿|肯|同意|予)?|坚决不)(?:接受|收取?|收下|领取|要)[^，。；]{0,14}(?:赔偿|赔款|补偿|慰问金|款项|的钱)",
    r"将[^，。；]{0,14}(?:赔偿|赔款|补偿)[^，。；]{0,6}(?:退回|退还)(?:给)?(?:被告|嫌疑|对方)",
)
_WITHDRAWS = either(r"撤回(?:了)?[^，。；]{0,10}(?:附带民事|民事)[^，。；]{0,6}(?:诉讼|起诉|请求|诉状)?")
_KEYS = ("放弃", "赔", "补偿", "不要", "索", "免除", "不追究", "拒绝", "撤回", "不肯", "不愿", "退回", "退还")
_KEPT = re.compile(
    "(?:没有|没|未|不|并未|从未|没有说过|未表示|不会|不同意|不愿意?)(?:表示|说过|说)?(?:要|过)?[^，。；]{0,4}$"
)
_REST = re.compile("其他|其它|其余|此外|今后|以后|日后|此后|再(?:就|提|主张|追究|要求|向|以)|不再|他项|另行")
_PAID_FIRST = re.compile(
    "(?:收到|付清|到账|履行|支付|赔偿|结清|领取)[^。；]{0,30}(?:后|之后|完毕|的同时)|已(?:全部|全额)?(?:赔|付|收)"
)
_WHY = re.compile(
    "(?:因为|考虑到|鉴于|念在|念及|看在|由于|怕|毕竟)[^。；]{2,24}|[他她](?:家)?也?没(?:有)?钱|[^，。；]{0,6}(?:亲戚|邻居|同学)一场"
)


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    paid = {facts.person.id for facts in victims if _paid(facts)}
    return merge(one for one in _all(cast) if one.victim not in paid or not one.stated)


def _paid(facts: VictimFacts) -> bool:
    fact = facts.first(Attribute.COMPENSATION)
    return fact is not None and isinstance(fact.value, Compensation) and fact.value.status == "settled"


def _all(cast: Cast) -> Iterator[Circumstance]:
    for pattern in (_GIVES_UP, _ASKS_NOTHING, _REFUSES, _WITHDRAWS):
        for remark in find_remarks(cast, _KEYS, pattern):
            if speaker(cast, remark.paper, remark.start) is Role.ACCUSED or remark.claimed or remark.supposed:
                continue
            kept = _KEPT.search(remark.clause_before) is not None
            if not kept and _after_payment(remark):
                continue
            for victim in _who(remark):
                yield remark.circumstance(_WAIVED, victim, stated=not kept, value=None if kept else _reason(remark))


def _after_payment(remark: Remark) -> bool:
    """Forgoing what is left once the agreed sum is or will be paid is part of a settlement, no waiver."""
    if _REST.search(remark.clause_before + remark.match.group() + remark.after[:8]):
        return True
    return _PAID_FIRST.search(remark.before) is not None


def _who(remark: Remark) -> tuple[str, ...]:
    owners = about(remark, household=True)
    if owners or remark.kind in SPOKEN:
        return owners
    return ()


def _reason(remark: Remark) -> str | None:
    """The reason as the papers give it, in the same sentence or the answer's next one."""
    sentences = remark.paper.reading.sentences
    last = sentences[min(remark.sentence.index + 2, len(sentences) - 1)]
    match = _WHY.search(remark.text, remark.sentence.start, last.end)
    return match.group() if match else None


TOPIC = find
