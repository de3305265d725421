"""What a victim does in the proceedings that Article 8 speaks of: refusing to help find the facts, and lying.

Only what an authority or an uninvolved writer records counts; the accused's word that the other side lies does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.facts import Circumstance, CircumstanceKind, Role, VictimFacts
from nlp.people import Cast
from nlp.remarks import Remark, either, find_remarks, is_object, mentions_between, merge, persons, side_of

_K = CircumstanceKind

# matches 无正当理由拒绝前往, 拒不配合鉴定, 不配合调查, 拒绝作伤情鉴定; near: 拒绝调解, 拒绝赔偿, 拒绝签收
_REFUSED = either(
    r"(?:无正当理由|多次|一再|均|仍|始终|明确)?(?:拒绝|拒不|不肯|不愿|拒)[^，。；]{0,10}"
    r"(?:鉴定|检查|检验|询问|调查|陈述|到案|作证|核实|取证|配合|说明情况|如实|前往)",
    r"(?:不(?:予|愿|肯)?|未|没有)配合[^，。；]{0,10}(?:鉴定|检查|调查|询问|取证|办案|核实|查明|工作)|(?:不予|拒不)配合",
)
_REFUSED_KEYS = ("拒", "配合", "不肯", "不愿")
_GOOD_REASON = re.compile(r"因[^，。；]{0,14}(?:伤情|病情|住院|手术|昏迷|未成年|行动不便|路途|身体)[^，。；]{0,12}")
# matches 提交的误工证明系伪造, 伪造重要证据, 虚构伤情, 作虚假陈述; near: 虚构事实骗取, 未发现虚假陈述
_FALSE = either(
    r"伪造(?:了)?(?:重要|主要|虚假)?(?:的)?(?:证据|证明|病历|票据|发票|材料|工资|误工|收据|借条|欠条|单据)",
    r"(?:系|为|均为|属|属于|查验为)(?:其)?(?:伪造|虚假|变造|假造|编造)(?:的)?",
    r"(?:提交|提供|出具|使用|出示)(?:了)?[^，。；]{0,16}(?:伪造|虚假|变造|不实|假)(?:的)?(?:证据|证明|病历|票据|发票|材料|单据)",
    r"(?:虚构|夸大|谎报|编造|捏造|虚报|虚增)(?:了)?(?:其)?(?:伤情|伤势|损失|病情|收入|误工|护理|医疗费|经过|事实|情节|被)",
    r"(?:作|做|故意作|有)(?:了|出)?虚假(?:的)?(?:陈述|证言|供述)|陈述(?:系|属|均)?(?:虚假|不实|不属实)",
    r"花钱请人(?:制作|开具|做)|(?:假|虚假)(?:病历|发票|证明|票据)",
)
_FALSE_KEYS = (
    "伪造",
    "虚假",
    "虚构",
    "夸大",
    "谎报",
    "编造",
    "捏造",
    "变造",
    "不实",
    "不属实",
    "虚报",
    "虚增",
    "假",
    "花钱请人",
)
_PARTY_WORD = frozenset({"讯问笔录", "认罪认罚具结书"})


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    return merge((*_refused(cast), *_false(cast)))


def _refused(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, _REFUSED_KEYS, _REFUSED):
        if remark.kind in _PARTY_WORD or remark.supposed or remark.claimed or _GOOD_REASON.search(remark.before):
            continue
        for victim in _doers(remark, back=False):
            yield remark.circumstance(_K.REFUSED_COOPERATION, victim)


def _false(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, _FALSE_KEYS, _FALSE):
        if remark.kind in _PARTY_WORD or remark.supposed or remark.denied or remark.claimed:
            continue
        if re.search("骗|诈", remark.words):  # 虚构事实 is then the offender's deed
            continue
        for victim in _doers(remark, back=True):
            yield remark.circumstance(_K.FALSE_STATEMENT, victim)


def _doers(remark: Remark, *, back: bool) -> tuple[str, ...]:
    """Victims who do it: the nearest person before the words, who is not its object."""
    start = remark.sentence.start
    if back and remark.sentence.index > 0:
        start = remark.paper.reading.sentences[remark.sentence.index - 1].start
    for mention in reversed(mentions_between(remark.paper, start, remark.start)):
        people = [remark.cast.person(i) for i in mention.people]
        if (mention.by == "noun" and len(people) > 1) or is_object(remark, mention):
            return ()
        if all(person.role in (Role.OFFICER, Role.EXPERT, Role.REPRESENTATIVE) for person in people):
            continue
        return persons(remark.cast, (v for i in mention.people for v in side_of(remark.cast, i)))
    return ()


TOPIC = find
