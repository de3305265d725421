"""What a victim is, beside being a victim, that gives priority: veteran, petitioner, villager."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.facts import Circumstance, CircumstanceKind, VictimFacts
from nlp.people import Cast
from nlp.remarks import about, either, find_remarks, merge

_K = CircumstanceKind

_KINDS = (
    # matches 系退役军人, 复员军人, 曾在部队服役; near: 退役军人事务局, 冒充军人
    (
        _K.VETERAN,
        ("退役", "退伍", "复员", "转业", "伤残军人", "残疾军人", "服役", "参战", "优抚"),
        either(
            r"(?:退役|退伍|复员|转业)(?:军人|士兵|老兵|干部)(?!事务|服务|保障|管理|优先|、|和|及)|(?:伤残|残疾|因战)军人",
            r"(?:曾|在)[^，。；]{0,8}部队[^，。；]{0,8}服(?:过)?(?:现)?役|参战(?:退役)?人员|优抚对象(?!、|和)|\d{4}年退(?:役|伍)",
        ),
    ),
    # matches 多次到省里上访, 涉法涉诉信访人; near: 信访部门, 不得信访
    (
        _K.PETITIONER,
        ("信访", "上访"),
        either(
            r"涉法涉诉信访|(?:多次|反复|持续|到[^，。；]{0,8}|赴[^，。；]{0,6})(?:上访|信访)|信访人(?!员)|(?:上访|信访)(?:多年|[^，。；]{0,4}次)|就本案[^，。；]{0,8}信访"
        ),
    ),
    # matches 农民, 务农, 系我村村民, 农业家庭户口; near: 村民委员会, 农民工工资
    (
        _K.RURAL,
        ("农", "村民", "种地"),
        either(
            r"农民(?!工|专业|合作)|务农|(?:系|为|是|我村|本村)[^，。；]{0,10}村民(?!委|小组|代表)|村民(?!委|小组|代表|会|自治)|农村居民|农业(?:家庭)?户口|农户",
        ),
    ),
)


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    return merge(_all(cast))


def _all(cast: Cast) -> Iterator[Circumstance]:
    for kind, keys, pattern in _KINDS:
        for remark in find_remarks(cast, keys, pattern):
            if remark.supposed or remark.denied or re.search("冒充|谎称|自称", remark.clause_before):
                continue
            for victim in about(remark, back=0):
                yield remark.circumstance(kind, victim)


TOPIC = find
