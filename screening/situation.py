"""One victim's situation: the view of `CaseFacts` that conditions are evaluated on.

What comes in is the whole case, what goes out are answers about one victim. It never looks at another victim's
facts, and a circumstance that the papers both state and deny is open, with the words of both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dossier.span import Span
from nlp.facts import (
    Age,
    Attribute,
    CaseFacts,
    Circumstance,
    CircumstanceKind,
    Compensation,
    Disability,
    Fact,
    Hardship,
    Injury,
    Loss,
    VictimFacts,
)
from screening.answer import Answer, MissingFact, met, not_met, undetermined

_K = CircumstanceKind

# Which question settles a circumstance. Those left out have no place in the closed list of missing facts:
# nobody is sent to ask whether a victim lied.
SETTLED_BY: Mapping[CircumstanceKind, MissingFact] = {
    _K.OFFENDER_NO_MEANS: MissingFact.UNPAID_REASON,
    _K.OFFENDER_DEAD: MissingFact.UNPAID_REASON,
    _K.OFFENDER_UNKNOWN: MissingFact.UNPAID_REASON,
    _K.TIME_BARRED: MissingFact.UNPAID_REASON,
    _K.ENFORCEMENT_FRUITLESS: MissingFact.UNPAID_REASON,
    _K.NOT_PROSECUTED: MissingFact.UNPAID_REASON,
    _K.HARDSHIP_FROM_CASE: MissingFact.CAUSED_BY_CASE,
    _K.HARDSHIP_UNRELATED: MissingFact.CAUSED_BY_CASE,
    _K.PRIOR_AID: MissingFact.PRIOR_AID,
    _K.UNDER_TREATMENT: MissingFact.TREATMENT_COST,
    _K.TREATMENT_UNAFFORDABLE: MissingFact.TREATMENT_COST,
    _K.DEPENDANT: MissingFact.DEPENDANTS,
    _K.MAIN_EARNER: MissingFact.DEPENDANTS,
    _K.APPLICANT: MissingFact.APPLICANT,
    _K.CIVIL_SUIT: MissingFact.LITIGATION,
}

# How a circumstance is worded when the papers state it, and when they state the contrary.
WORDS: Mapping[CircumstanceKind, tuple[str, str]] = {
    _K.OFFENDER_NO_MEANS: ("加害人无赔偿能力", "加害人有赔偿能力"),
    _K.OFFENDER_DEAD: ("加害人死亡", "加害人未死亡"),
    _K.OFFENDER_UNKNOWN: ("案件未侦破或嫌疑人在逃", "加害人已查明到案"),
    _K.TIME_BARRED: ("已过追诉时效", "未过追诉时效"),
    _K.ENFORCEMENT_FRUITLESS: ("执行未果", "执行到位"),
    _K.NOT_PROSECUTED: ("不起诉或撤销案件", "已提起公诉"),
    _K.GROSS_FAULT: ("被害人有重大过错或负主要责任", "被害人没有过错或不负主要责任"),
    _K.REFUSED_COOPERATION: ("拒绝配合查明事实", "配合查明事实"),
    _K.FALSE_STATEMENT: ("虚假陈述或伪造证据", "陈述属实"),
    _K.WAIVED_CLAIM: ("表示放弃赔偿", "未放弃赔偿"),
    _K.HARDSHIP_UNRELATED: ("困难与本案无关", "困难与本案有关"),
    _K.OTHERWISE_COMPENSATED: ("已通过其他途径获得补偿或救助", "未通过其他途径获得补偿或救助"),
    _K.PRIOR_AID: ("同案已获司法救助", "同案未获司法救助"),
    _K.LASTING_STATE: ("遗留严重状态", "未遗留严重状态"),
    _K.SERIOUS_SIGN: ("有抢救、手术等伤重迹象", "无伤重迹象"),
    _K.APPRAISAL_PENDING: ("伤情待鉴定", "鉴定已完成"),
    _K.PSYCHOLOGICAL_TRAUMA: ("心理创伤", "未见心理创伤"),
    _K.SEXUAL_OFFENCE: ("遭受性侵害", "未遭受性侵害"),
    _K.ABUSE: ("遭受虐待", "未遭受虐待"),
    _K.DOMESTIC_VIOLENCE: ("遭受家庭暴力", "未遭受家庭暴力"),
    _K.ABDUCTION: ("遭受拐卖、绑架或非法拘禁", "未遭受拐卖、绑架或非法拘禁"),
    _K.TRAFFIC_OR_TORT: ("道路交通事故或其他民事侵权致害", "非交通事故或民事侵权致害"),
    _K.RETALIATION: ("因举报、作证或鉴定遭报复", "并非因举报、作证或鉴定遭报复"),
    _K.DEATH_UNRELATED: ("死亡系自杀或自身疾病所致", "死亡并非自杀或自身疾病所致"),
    _K.UNDER_TREATMENT: ("仍在治疗", "治疗已结束"),
    _K.TREATMENT_UNAFFORDABLE: ("医疗费拖欠或无力支付", "医疗费能够支付"),
    _K.MEDICAL_COST: ("医疗费用", "未产生医疗费用"),
    _K.HARDSHIP_FROM_CASE: ("困难因本案造成", "困难并非本案造成"),
    _K.DEPENDANT: ("有人依靠被害人收入生活", "无人依靠被害人收入生活"),
    _K.MAIN_EARNER: ("被害人系家庭主要收入来源", "被害人并非家庭主要收入来源"),
    _K.APPLICANT: ("近亲属或被扶养人在卷", "无近亲属或被扶养人"),
    _K.VETERAN: ("退役军人", "并非退役军人"),
    _K.PETITIONER: ("涉法涉诉信访", "未涉法涉诉信访"),
    _K.RURAL: ("农村居民", "并非农村居民"),
    _K.CIVIL_SUIT: ("已提起民事诉讼", "未提起民事诉讼"),
    _K.INSURANCE_PAID: ("保险已赔付", "保险未赔付"),
    _K.PROPERTY_RETURNED: ("财物已退还或追回", "财物未退还或追回"),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """One victim, seen with the parameters in force.

    Attributes:
        facts: the whole case.
        victim: whom every answer is about.
        parameters: value in force by parameter id.
        bars: answers of the excluding rules by their article (`8-1`); empty until those were evaluated.
    """

    facts: CaseFacts
    victim: VictimFacts
    parameters: Mapping[str, float]
    bars: Mapping[str, Answer] = field(default_factory=dict)

    def fact(self, attribute: Attribute) -> Fact | None:
        return self.victim.first(attribute)

    def injury(self) -> tuple[Injury, Fact] | None:
        fact = self.fact(Attribute.INJURY)
        return (fact.value, fact) if fact and isinstance(fact.value, Injury) else None

    def age(self) -> tuple[Age, Fact] | None:
        fact = self.fact(Attribute.AGE)
        return (fact.value, fact) if fact and isinstance(fact.value, Age) else None

    def compensation(self) -> tuple[Compensation, Fact] | None:
        fact = self.fact(Attribute.COMPENSATION)
        return (fact.value, fact) if fact and isinstance(fact.value, Compensation) else None

    def loss(self) -> tuple[Loss, Fact] | None:
        fact = self.fact(Attribute.LOSS)
        return (fact.value, fact) if fact and isinstance(fact.value, Loss) else None

    def hardships(self) -> tuple[tuple[Hardship, Fact], ...]:
        facts = self.victim.of(Attribute.HARDSHIP)
        return tuple((fact.value, fact) for fact in facts if isinstance(fact.value, Hardship))

    def disabilities(self, status: str) -> tuple[tuple[Disability, Fact], ...]:
        facts = self.victim.of(Attribute.DISABILITY)
        found = ((fact.value, fact) for fact in facts if isinstance(fact.value, Disability))
        return tuple((value, fact) for value, fact in found if value.status == status)

    def records(self, kind: CircumstanceKind, *, stated: bool = True) -> tuple[Circumstance, ...]:
        """What the papers state (or deny) of this kind, for this victim or the whole case."""
        found = self.facts.circumstances_of(self.victim.person.id, kind)
        return tuple(record for record in found if record.stated is stated)

    def circumstance(self, kind: CircumstanceKind) -> Answer:
        stated, denied = self.records(kind), self.records(kind, stated=False)
        yes, no = WORDS[kind]
        if stated and denied:
            evidence = evidence_of(stated + denied)
            return undetermined(*self.settled_by(kind), evidence=evidence, words=(f"{yes}（记载不一）",))
        if stated:
            return met(evidence_of(stated), _worded(stated, yes))
        if denied:
            return not_met(evidence_of(denied), no)
        return undetermined(*self.settled_by(kind))

    def settled_by(self, kind: CircumstanceKind) -> tuple[MissingFact, ...]:
        fact = SETTLED_BY.get(kind)
        return (fact,) if fact else ()

    def noted(self, attribute: Attribute, word: str) -> str:
        """The word, with a note when the papers contradict each other on this attribute."""
        disputed = any(conflict.attribute is attribute for conflict in self.victim.conflicts)
        return f"{word}（另有不同记载）" if disputed else word


def evidence_of(items: Iterable[Fact | Circumstance]) -> tuple[Span, ...]:
    return tuple(span for item in items for span in item.evidence)


def yuan(amount: float) -> str:
    """An amount for a person to read: `12,345.67 元`, `30,000 元`."""
    text = f"{amount:,.2f}".removesuffix(".00")
    return f"{text} 元"


def _worded(records: Iterable[Circumstance], word: str) -> str:
    """The word once, with what the records say beside it: `有抢救、手术等伤重迹象（骨折、昏迷）`."""
    details: list[str] = []
    for record in records:
        detail = [record.value] if record.value else []
        detail += [yuan(record.amount)] if record.amount is not None else []
        details += ["，".join(detail)] if detail else []
    return f"{word}（{'、'.join(dict.fromkeys(details))}）" if details else word
