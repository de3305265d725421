"""Whether the hardship comes from the case (a limb of Article 7) or has nothing to do with it (Article 8(5)).

A status held long before the offence says nothing of either; only words that name the cause do, or a sudden
hardship registered after the day of harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.facts import Circumstance, CircumstanceKind, VictimFacts
from nlp.matter import harm_date
from nlp.people import Cast
from nlp.remarks import Remark, about, either, find_remarks, merge

_K = CircumstanceKind

_BLOW = (
    "(?:本案|此案|该案|伤|受伤|负伤|此次(?:事故|事件)|该?(?:起)?(?:车祸|事故)|出事|被(?:人)?(?:打|砍|撞|捅|骗|盗|抢|烧|害|伤)[^，。；]{0,8}|"
    "手术|[打砍撞刺烧炸轧]伤|火灾|被害|遇害|死(?:亡)?|去世|瘫痪|致残|停业|烧毁)"
)
_NEED = (
    "(?:致贫|返贫|致困|(?:不能|无法|没法|再也不能)(?:再)?(?:下地|干活|劳动|务工|打工|工作|上班|营业|出摊|做生意)|(?:失去|丧失|断了|没了|没有|无)(?:了)?[^，。；]{0,6}(?:收入|经济来源|生活来源|劳动能力|依靠)|"
    "干不了活|欠(?:下|了|着)[^，。；]{0,8}(?:债|款|钱|元)|欠外债|外债|负债|举债|困难|困境|拮据|停业|停运|停工|歇业|断供|辍学|开不成|没人管|无人照料|难以(?:维持|为继)|入不敷出)"
)
# matches 因伤失去劳动收入, 车祸后欠外债二十余万元, 因本案致贫; near: 因病致贫, 因犯罪被判刑
_FROM = either(
    rf"因(?:为)?{_BLOW}[^。；]{{0,40}}?{_NEED}",
    rf"{_BLOW}(?:以?后|之后|至今|以来|起)[^。；]{{0,60}}?{_NEED}",
    rf"(?:自|自从|从){_BLOW}[^。；]{{0,40}}?{_NEED}",
    rf"{_BLOW}[^。；]{{0,12}}(?:导致|致使|造成|使)[^。；]{{0,20}}?{_NEED}",
    r"(?:困难|贫困|致困)[^，。；]{0,10}(?:系|是|由)(?:因)?(?:本案|此案|该案|案件|此次)[^，。；]{0,8}(?:造成|引起|导致|所致)",
)
_FROM_KEYS = ("案", "伤", "事故", "车祸", "被", "手术", "火灾", "害", "死", "去世", "瘫", "残", "停业", "烧毁")
_NEED_SEARCH = re.compile(_NEED)
_ACCUSED_WORDS = re.compile("被告人|嫌疑人|被执行人|羁押|服刑|判刑|判处|工伤")
# matches 该户困难由来已久，与被骗没有关系; 困难并非本案造成; near: 陈旧性骨折与本案无关
_NEEDY = "(?:困难|贫困|致困|致贫|低保|生活状况|经济状况|家境)"
_THIS = "(?:本案|此案|该案|案件|这(?:个|件)案子|此事|该事|被[骗盗抢打伤][^，。；]{0,4}|受骗|受伤|此次[^，。；]{0,6})"
_UNRELATED = either(
    rf"{_NEEDY}[^。；]{{0,40}}?(?:与|同|跟|和){_THIS}[^，。；]{{0,6}}(?:无关|没有(?:直接|必然)?(?:的)?(?:因果)?(?:关系|关联|联系)|无(?:直接|必然)?(?:的)?(?:因果)?(?:关系|关联))",
    rf"{_NEEDY}[^。；]{{0,40}}?(?:不是|并非|非|不系)(?:因|由|是由)?{_THIS}(?:所)?(?:造成|引起|导致|所致)",
    rf"{_THIS}(?:与|同|跟)[^，。；]{{0,10}}{_NEEDY}[^，。；]{{0,6}}(?:无关|没有(?:因果)?(?:关系|关联))",
    rf"(?:未|没有?)(?:因|受){_THIS}[^，。；]{{0,14}}(?:致贫|致困|陷入困难|影响[^，。；]{{0,6}}生活|增加[^，。；]{{0,4}}困难)",
)
_UNRELATED_KEYS = ("无关", "关系", "关联", "联系", "造成", "引起", "导致", "所致", "致贫", "致困", "影响", "陷入")
# matches 突发严重困难户: by its name a sudden blow; its date must not be before the harm
_SUDDEN = re.compile("突发严重困难(?:户|家庭)?")


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    return merge((*_from_case(cast), *_sudden(cast), *_unrelated(cast)))


def _from_case(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, _FROM_KEYS, _FROM):
        if remark.supposed or remark.claimed or _ACCUSED_WORDS.search(remark.clause_before + remark.match.group()):
            continue
        if _unrelated_here(remark):
            continue
        narrowed = _narrow(remark)
        for victim in about(narrowed, household=True):
            yield narrowed.circumstance(_K.HARDSHIP_FROM_CASE, victim)


def _narrow(remark: Remark) -> Remark:
    """The match without people inside it deciding whose it is: the cause is said of whoever stands before."""
    if len(remark.match.group()) <= 40:
        return remark
    ends = [need.end() for need in _NEED_SEARCH.finditer(remark.text, remark.start, remark.end)]
    if not ends:
        return remark
    start = max(remark.start, ends[-1] - 40)
    return Remark(remark.cast, remark.paper, remark.sentence, remark.match, start, ends[-1])


def _unrelated_here(remark: Remark) -> bool:
    return re.search("无关|没有(?:直接)?(?:因果)?关系|并非|不是(?:因|由)?本案", remark.words) is not None


def _sudden(cast: Cast) -> Iterator[Circumstance]:
    harmed = harm_date([paper.reading for paper in cast.papers])
    for remark in find_remarks(cast, ("突发严重困难",), _SUDDEN):
        date = remark.paper.reading.date
        if remark.supposed or remark.denied or (harmed and date and date < harmed):
            continue
        for victim in about(remark, household=True):
            yield remark.circumstance(_K.HARDSHIP_FROM_CASE, victim, confidence=0.7)


def _unrelated(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, _UNRELATED_KEYS, _UNRELATED):
        if remark.supposed or remark.claimed or re.search("骨折|伤残|残疾|病变", remark.clause_before[-20:]):
            continue
        for victim in about(remark, household=True):
            yield remark.circumstance(_K.HARDSHIP_UNRELATED, victim, confidence=0.9)


TOPIC = find
