"""Missing facts become questions: whom to ask, for which paper, in plain Chinese without names.

The list of facts is closed (`MissingFact`); a fact may be asked differently of a death, a loss or an injury.
"""

from __future__ import annotations

from collections.abc import Iterable

from screening import harm
from screening.answer import MissingFact
from screening.finding import Missing
from screening.situation import Situation

_F = MissingFact

_GENERAL: dict[MissingFact, Missing] = {
    _F.HARDSHIP: Missing(
        _F.HARDSHIP,
        "民政部门、村（居）民委员会",
        "低保、特困等救助证明或家庭经济状况证明",
        "被害人家庭是否存在低保、特困、重病、失去收入等生活困难？",
    ),
    _F.COMPENSATION: Missing(
        _F.COMPENSATION,
        "被害人一方、办案部门",
        "收条、转账凭证或未赔偿情况说明",
        "被害人是否已获得赔偿？实际到位多少，是否还有未付款项？",
    ),
    _F.INJURY: Missing(
        _F.INJURY,
        "公安机关、鉴定机构",
        "人体损伤程度鉴定意见",
        "被害人的伤情是否已经鉴定？构成何种等级？",
    ),
    _F.DISABILITY: Missing(
        _F.DISABILITY,
        "被害人一方、鉴定机构",
        "伤残等级鉴定意见或诊断证明",
        "被害人是否因本案致残？伤残等级如何？",
    ),
    _F.AGE: Missing(
        _F.AGE,
        "公安机关户籍部门",
        "常住人口信息或身份证明",
        "被害人案发时的年龄是多少，是否未成年人或者老年人？",
    ),
    _F.APPLICANT: Missing(
        _F.APPLICANT,
        "公安机关户籍部门、村（居）民委员会",
        "亲属关系证明",
        "被害人有哪些近亲属或者由其赡养、扶养、抚养的人？",
    ),
    _F.DEPENDANTS: Missing(
        _F.DEPENDANTS,
        "村（居）民委员会、被害人近亲属",
        "家庭成员及主要生活来源证明",
        "哪些家庭成员主要依靠被害人的收入生活？",
    ),
    _F.LITIGATION: Missing(
        _F.LITIGATION,
        "人民法院、被害人一方",
        "裁判文书、执行裁定书或未起诉情况说明",
        "是否提起过民事诉讼？裁判和执行结果如何？",
    ),
    _F.CAUSED_BY_CASE: Missing(
        _F.CAUSED_BY_CASE,
        "村（居）民委员会、民政部门",
        "载明致困时间和原因的证明",
        "家庭困难是否因本案造成？何时开始，原因是什么？",
    ),
    _F.PRIOR_AID: Missing(
        _F.PRIOR_AID,
        "人民法院、公安机关、司法行政机关",
        "司法救助情况复函",
        "被害人是否已就同一案件获得过国家司法救助？",
    ),
    _F.UNPAID_REASON: Missing(
        _F.UNPAID_REASON,
        "公安机关、人民法院执行部门",
        "财产查询结果、执行裁定书或案件侦查情况说明",
        "未获赔偿的原因是什么：案件未破、已过追诉时效、加害人死亡还是没有赔偿能力？",
    ),
    _F.WAIVER_REASON: Missing(
        _F.WAIVER_REASON,
        "被害人本人或其法定代理人",
        "询问笔录或情况说明",
        "被害人为何表示放弃赔偿？是否出于本人真实意愿，是否知晓后果？",
    ),
    _F.TREATMENT_COST: Missing(
        _F.TREATMENT_COST,
        "收治医院",
        "诊断证明、费用清单、欠费或催缴通知",
        "是否仍需治疗？已发生和尚需的费用是多少，由谁支付，是否拖欠？",
    ),
}

_OF_PROPERTY: dict[MissingFact, Missing] = {
    _F.COMPENSATION: Missing(
        _F.COMPENSATION,
        "办案部门、被害人一方",
        "发还清单、退赔收条或未退赔情况说明",
        "被害人的损失是否已经追回、发还或者退赔？数额是多少？",
    ),
}


def question_for(fact: MissingFact, situation: Situation) -> Missing:
    """The question for one fact, worded for what happened to this victim."""
    only_property = situation.injury() is None and harm.net_loss(situation) is not None
    if only_property and fact in _OF_PROPERTY:
        return _OF_PROPERTY[fact]
    return _GENERAL[fact]


def _is_told(fact: MissingFact, situation: Situation) -> bool:
    """Whether the papers tell it already, if not in the form that one limb needs (低保 is told, 重病 is asked)."""
    if fact is MissingFact.DISABILITY:
        return any(disability.grade for disability, _ in situation.disabilities("caused"))
    return fact is MissingFact.HARDSHIP and bool(situation.hardships())


def questions_for(facts: Iterable[MissingFact], situation: Situation) -> tuple[Missing, ...]:
    """One question per fact, in the order of the closed list."""
    wanted = {fact for fact in facts if not _is_told(fact, situation)}
    return tuple(question_for(fact, situation) for fact in MissingFact if fact in wanted)
