"""What the harm did to the victim beside its grade: a lasting state, signs of a grave injury, an appraisal that is
still to come, psychological trauma."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.facts import Attribute, Circumstance, CircumstanceKind, Injury, VictimFacts
from nlp.people import Cast
from nlp.remarks import Remark, about, either, find_remarks, merge

_K = CircumstanceKind

# matches 呈植物状态, 致高位截瘫, 完全护理依赖, 四肢瘫; near: 植物油, 部分护理依赖
_STATE = either(
    r"植物(?:人|状态|生存状态)|持续性?昏迷状态|去(?:大脑)?皮[层质]状态|高位截瘫|四肢瘫|(?:完全|大部分)护理依赖",
    r"(?:终身|永久(?:性)?)(?:瘫痪|卧床|失明)|瘫痪在床|双目(?:完全)?失明",
)
# matches 因伤丧失劳动能力, 鉴定为完全丧失劳动能力; near: 年老丧失劳动能力, 部分丧失劳动能力
_INCAPABLE = either(
    r"(?:完全|全部|大部分|已|基本|彻底)?(?:丧失|失去)(?:了)?(?:全部|大部分|基本)?(?:的)?劳动(?:能力|力)"
)
_THROUGH_CASE = re.compile("伤|致|打|砍|撞|车祸|事故|案|断|瘫|被|鉴定|脊髓|烧")
_OWN_CAUSE = re.compile("因病|年老|年迈|年事|高龄|先天|自幼|患有?|疾病|残疾人|老伴|其母|其父|中风|偏瘫(?=多年)")
_PARTLY = re.compile("部分$|部份$|轻度$")
# value by pattern; matches 送医抢救, 转入ICU, 粉碎性骨折, 行切开复位内固定术; near: 无骨折, 否认昏迷, 陈旧性骨折
_SIGNS = (
    ("抢救", ("抢救",), re.compile(r"抢救(?!无效|车)")),
    ("重症监护", ("重症", "ICU", "监护室"), re.compile(r"重症(?:监护|医学科)(?:室|病房)?|ICU(?:病房)?|监护室")),
    (
        "病危",
        ("病危", "危及生命", "生命危险"),
        re.compile(r"病危(?!险)|(?:随时|可能)?危及生命|(?:有|未脱离|尚未脱离)生命危险"),
    ),
    ("昏迷", ("昏迷", "没醒", "不省人事"), re.compile(r"(?:深度)?昏迷(?:不醒)?|一直没醒|不省人事")),
    (
        "手术",
        ("术",),
        re.compile(
            r"(?:行|做|接受|进行|实施|急诊|经)[^，。；]{0,20}?(?:切除|固定|清除|修补|缝合|吻合|植皮|截肢|开颅|开腹|探查|置换|引流|内固定)(?:手)?术|(?:手术(?:治疗|切除|取出))"
        ),
    ),
    ("骨折", ("骨折",), re.compile(r"[\u4e00-\u9fff]{0,6}骨折(?!风险|愈合)")),
)
_NO_SIGN = re.compile(r"(?:无|未见|未发现|没有|没|否认|排除|未|不伴|未出现|未检见|不构成|并非)[^，。；]{0,10}$")
# matches 暂缓鉴定, 伤情待鉴定, 待治疗终结后再行鉴定, 不具备评定条件; near: 已鉴定, 请求重新鉴定
_PENDING = either(
    r"(?:暂缓|暂不(?:予|宜|作)?|暂未(?:作|进行|做)?|不予|尚未(?:作|进行|做|出具)?|还没(?:有)?(?:做|出|进行)?)[^，。；]{0,8}鉴定(?!费)",
    r"(?:损伤程度|伤情|伤势|损伤)?(?:尚)?待(?:进一步)?鉴定|(?:待|等)[^，。；]{0,18}(?:后|时|再)[^，。；]{0,8}鉴定|等定了伤",
    r"不(?:具备|宜)[^，。；]{0,6}(?:鉴定|评定)(?:的)?条件|(?:正在|已委托[^，。；]{0,12}进行)[^，。；]{0,6}(?:伤情|损伤程度)[^，。；]{0,4}鉴定|鉴定(?:意见|结果)(?:尚|还)未(?:作)?出",
)
_PENDING_KEYS = ("鉴定", "评定条件", "定了伤")
# matches 符合创伤后应激障碍表现, 伴中度抑郁情绪, 心理创伤; near: 未见明显抑郁, 精神损害抚慰金
_TRAUMA = either(
    r"创伤后?应激(?:性)?(?:障碍|反应|相关障碍)|应激(?:相关|性)障碍|急性应激(?:障碍|反应)|PTSD",
    r"(?:心理|精神)(?:上)?(?:的)?(?:严重|重大|极大|巨大)?(?:的)?(?:创伤|伤害|阴影|障碍)(?!赔|抚慰|司法|鉴定|患者)",
    r"(?:重度|中度|轻度|严重)(?:的)?(?:抑郁|焦虑)(?:状态|情绪|症状|症|障碍)?|抑郁(?:症|状态|障碍|发作)|焦虑(?:症|状态|障碍)|(?:创伤)?(?:再体验|闪回)",
    r"(?:自残|自伤|轻生)(?:行为|念头|倾向)|自杀(?:倾向|念头|意念)",
)
_TRAUMA_KEYS = (
    "应激",
    "PTSD",
    "创伤",
    "心理",
    "精神",
    "抑郁",
    "焦虑",
    "自残",
    "自伤",
    "轻生",
    "自杀",
    "闪回",
    "再体验",
)


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    grades = {facts.person.id: grade for facts in victims if (grade := _grade(facts))}
    dead = {victim for victim, grade in grades.items() if grade == "死亡"}
    graded = {victim for victim, grade in grades.items() if grade != "受伤"}
    living = (one for one in (*_lasting(cast), *_serious(cast), *_trauma(cast)) if one.victim not in dead)
    return merge((*living, *(one for one in _pending(cast) if one.victim not in graded)))


def _grade(facts: VictimFacts) -> str | None:
    fact = facts.first(Attribute.INJURY)
    return fact.value.grade if fact is not None and isinstance(fact.value, Injury) else None


def _lasting(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, ("植物", "瘫", "护理依赖", "昏迷状态", "皮层", "皮质", "失明", "卧床"), _STATE):
        if _is_fact(remark) and not _own_illness(remark):
            for victim in about(remark):
                yield remark.circumstance(_K.LASTING_STATE, victim, value=remark.match.group())
    for remark in find_remarks(cast, ("劳动能力", "劳动力"), _INCAPABLE):
        if not _is_fact(remark) or _PARTLY.search(remark.before[-3:]) or _own_illness(remark):
            continue
        if _THROUGH_CASE.search(remark.before) or remark.kind in ("鉴定意见", "伤残鉴定"):
            for victim in about(remark):
                yield remark.circumstance(_K.LASTING_STATE, victim, value="丧失劳动能力")


def _is_fact(remark: Remark) -> bool:
    return not (remark.supposed or remark.denied or remark.claimed or remark.old)


def _own_illness(remark: Remark) -> bool:
    return _OWN_CAUSE.search(remark.clause_before[-20:]) is not None


def _serious(cast: Cast) -> Iterator[Circumstance]:
    for value, keys, pattern in _SIGNS:
        for remark in find_remarks(cast, keys, pattern):
            if _NO_SIGN.search(remark.clause_before) or "陈旧" in remark.match.group() or not _is_fact(remark):
                continue
            if re.search("未见|没有|无|否认", remark.match.group()):
                continue
            for victim in about(remark, household=True):
                yield remark.circumstance(_K.SERIOUS_SIGN, victim, value=value)


def _pending(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, _PENDING_KEYS, _PENDING):
        if remark.claimed or re.search("精神|价格|责任能力|尸体|车辆|笔迹|DNA", remark.words):
            continue
        for victim in about(remark, household=True):
            yield remark.circumstance(_K.APPRAISAL_PENDING, victim)


def _trauma(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, _TRAUMA_KEYS, _TRAUMA):
        if (
            not _is_fact(remark)
            or _NO_SIGN.search(remark.clause_before)
            or re.search("抚慰金|赔偿|责任能力|量表|测评|筛查", remark.after[:8])
        ):
            continue
        for victim in about(remark):
            yield remark.circumstance(_K.PSYCHOLOGICAL_TRAUMA, victim)


TOPIC = find
