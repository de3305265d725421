"""What the papers say of each person: the result of understanding, and all that `screening` sees of it.

Everything here is immutable. A value that the papers do not state is absent, never a default; a value
without evidence cannot be built. Offsets are code points into `Document.text` (`dossier.span.Span`).
The vocabulary of values is that of the annotation guidelines, in Chinese.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dossier.span import Span

DISABILITY_KINDS = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
HARDSHIP_CATEGORIES = ("低保", "特困", "低保边缘", "脱贫监测", "孤儿", "重病", "失能失业", "生活困难")
INJURY_GRADES = (
    "死亡",
    "重伤一级",
    "重伤二级",
    "重伤",
    "轻伤一级",
    "轻伤二级",
    "轻伤",
    "轻微伤",
    "受伤",
)  # worst first
COMPENSATION_STATUSES = ("settled", "partial", "ordered", "none")


class Role(StrEnum):
    """The part that a person plays in the case."""

    VICTIM = "victim"
    ACCUSED = "accused"
    WITNESS = "witness"
    RELATIVE = "relative"
    GUARDIAN = "guardian"  # 法定代理人, 监护人
    REPRESENTATIVE = "representative"  # 诉讼代理人, 辩护人, 法定代表人
    EXPERT = "expert"  # 鉴定人, 医生
    OFFICER = "officer"  # 办案人员: 民警, 检察员, 审判员, 书记员
    OTHER = "other"


class VictimType(StrEnum):
    PERSON = "person"
    GROUP = "group"
    ORGANIZATION = "organization"


class Attribute(StrEnum):
    GENDER = "gender"
    AGE = "age"
    DISABILITY = "disability"
    HARDSHIP = "hardship"
    INJURY = "injury"
    COMPENSATION = "compensation"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class Person:
    """One individual, group or organization across the whole dossier.

    Attributes:
        id: `v1`, `v2` … for victims in order of appearance, `p1`, `p2` … for everybody else.
        name: fullest form in the papers.
        of: id of the person whom `relation` refers to (a victim's mother: `of` is the victim).
        relation: kinship word as the papers have it (母亲), or None.
        size: number of members of a group when stated (48名老年人: 48).
    """

    id: str
    name: str = field(repr=False)
    role: Role
    mentions: tuple[Span, ...]
    aliases: tuple[str, ...] = field(default=(), repr=False)
    type: VictimType = VictimType.PERSON
    of: str | None = None
    relation: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Gender:
    value: str  # 男 | 女


@dataclass(frozen=True, slots=True)
class Age:
    """Attributes:
    value: completed years at the time of harm, as stated or computed.
    birth_date: ISO date, YYYY-MM or YYYY, as far as stated.
    group: minor (<18) | adult | elder (>=60) at the time of harm.
    """

    value: int | None
    birth_date: str | None
    group: str | None


@dataclass(frozen=True, slots=True)
class Disability:
    """Attributes:
    status: preexisting (before the harm) | caused (by the harm).
    kind: one of `DISABILITY_KINDS` or None.
    grade: 一级 … 十级 (caused: 伤残等级, 1-10; preexisting: 残疾人证, 1-4) or None.
    """

    status: str
    kind: str | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Hardship:
    category: str  # one of HARDSHIP_CATEGORIES


@dataclass(frozen=True, slots=True)
class Injury:
    grade: str  # one of INJURY_GRADES


@dataclass(frozen=True, slots=True)
class Compensation:
    """Attributes:
    status: settled | partial | ordered | none, or None when only 谅解 or an agreement without payment is stated.
    amount: yuan paid to the victim's side, None when not stated.
    owed: yuan agreed, claimed or ordered, None when not stated.
    performed: True when payment itself is in the papers, False when the papers say it is not, None otherwise.
    forgiven: True when 谅解 is stated.
    """

    status: str | None
    amount: float | None = None
    owed: float | None = None
    performed: bool | None = None
    forgiven: bool = False


@dataclass(frozen=True, slots=True)
class Loss:
    amount: float  # yuan, gross, at the time of the offence


Value = Gender | Age | Disability | Hardship | Injury | Compensation | Loss


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one attribute with the words that carry it (most telling first; at most 120 code points
    each, 600 together). Confidence 0..1.

    Raises:
        ValueError: without evidence.
    """

    attribute: Attribute
    value: Value
    evidence: tuple[Span, ...]
    confidence: float = 1.0

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"a {self.attribute} value needs evidence")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements on one attribute that contradict; `facts[preferred]` is the value in use, `why` says the
    reason in Chinese (e.g. 鉴定意见优先于询问笔录)."""

    attribute: Attribute
    facts: tuple[Fact, ...]
    preferred: int
    why: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """Words that look like a value of this victim but are credited to nobody, with the reason in Chinese."""

    attribute: Attribute
    value: str
    why: str
    evidence: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class VictimFacts:
    """All that the papers say of one victim. Empty means: not stated."""

    person: Person
    facts: tuple[Fact, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    def of(self, attribute: Attribute) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.attribute is attribute)

    def first(self, attribute: Attribute) -> Fact | None:
        """The fact of a single-valued attribute, None when not stated."""
        return next((fact for fact in self.facts if fact.attribute is attribute), None)


class CircumstanceKind(StrEnum):
    """Facts beside the seven attributes on which limbs, bars and levels rest."""

    # why nothing was paid (limb `unpaid` of Art. 7)
    OFFENDER_NO_MEANS = "offender_no_means"  # 无赔偿能力, 名下无可供执行财产
    OFFENDER_DEAD = "offender_dead"
    OFFENDER_UNKNOWN = "offender_unknown"  # 案件未侦破, 嫌疑人在逃, 中止侦查
    TIME_BARRED = "time_barred"  # 已过追诉时效
    ENFORCEMENT_FRUITLESS = "enforcement_fruitless"  # 终结本次执行程序
    NOT_PROSECUTED = "not_prosecuted"  # 不起诉, 撤销案件
    # bars of Art. 8
    GROSS_FAULT = "gross_fault"  # 8-1 重大过错, 全部/主要责任; stated False: 无责任, 无过错
    REFUSED_COOPERATION = "refused_cooperation"  # 8-2
    FALSE_STATEMENT = "false_statement"  # 8-3
    WAIVED_CLAIM = "waived_claim"  # 8-4 放弃赔偿, 拒绝接受赔偿 (not after full payment)
    HARDSHIP_UNRELATED = "hardship_unrelated"  # 8-5 困难与本案无关, long before the case
    OTHERWISE_COMPENSATED = "otherwise_compensated"  # 8-6 insurance or assistance covered the loss
    PRIOR_AID = "prior_aid"  # one-time: judicial aid already given in the same case (amount when stated)
    # harm
    LASTING_STATE = "lasting_state"  # 植物状态, 高位截瘫, 丧失劳动能力 through the case
    SERIOUS_SIGN = "serious_sign"  # 抢救, 重症监护, 手术, 骨折, 昏迷
    APPRAISAL_PENDING = "appraisal_pending"  # 待鉴定, 暂缓鉴定
    PSYCHOLOGICAL_TRAUMA = "psychological_trauma"
    SEXUAL_OFFENCE = "sexual_offence"  # this person was the victim of one
    ABUSE = "abuse"  # 虐待
    DOMESTIC_VIOLENCE = "domestic_violence"
    ABDUCTION = "abduction"  # 拐卖, 绑架, 非法拘禁
    TRAFFIC_OR_TORT = "traffic_or_tort"  # harmed in a traffic accident or by another civil tort
    RETALIATION = "retaliation"  # informant, witness or expert retaliated against
    DEATH_UNRELATED = "death_unrelated"  # own suicide or illness, no crime or tort
    # treatment
    UNDER_TREATMENT = "under_treatment"  # still in hospital, further operation ordered
    TREATMENT_UNAFFORDABLE = "treatment_unaffordable"  # 催缴, 欠费, 无力支付医疗费 (amount owed when stated)
    MEDICAL_COST = "medical_cost"  # amount
    # hardship and dependants
    HARDSHIP_FROM_CASE = "hardship_from_case"  # 因本案致贫, 因伤失去劳动收入
    DEPENDANT = "dependant"  # somebody lived on this victim's income
    MAIN_EARNER = "main_earner"  # the victim was the household's earner
    APPLICANT = "applicant"  # a close relative or supported person of a dead victim is in the papers
    VETERAN = "veteran"
    PETITIONER = "petitioner"  # 涉法涉诉信访
    RURAL = "rural"  # farmer, village resident
    CIVIL_SUIT = "civil_suit"  # 提起附带民事诉讼; stated False: 未提起
    INSURANCE_PAID = "insurance_paid"
    PROPERTY_RETURNED = "property_returned"  # amount returned or recovered


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One such fact.

    Attributes:
        victim: id of the victim whom it concerns, None when it holds for the whole case.
        stated: True when the papers state it, False when they state the contrary. Not stated: no record.
        amount: yuan, where the kind has one.
        value: further word (the relation of an applicant, the charge, the responsibility), or None.
        person: id of another person concerned (the applicant, the dependant), or None.
        date: ISO date that the words are bound to, when the papers give one.
    """

    kind: CircumstanceKind
    victim: str | None
    stated: bool
    evidence: tuple[Span, ...]
    amount: float | None = None
    value: str | None = None
    person: str | None = None
    date: str | None = None
    confidence: float = 1.0

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"circumstance {self.kind} needs evidence")


@dataclass(frozen=True, slots=True)
class CaseInfo:
    """Each None or empty when not stated. `harm_date`: ISO date (or YYYY-MM, YYYY) of the offence."""

    number: str | None = None
    charges: tuple[str, ...] = ()
    stage: str | None = None
    harm_date: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What understanding adds to a document: its kind (起诉书, 询问笔录 …; None when unknown) and ISO date."""

    document_id: str
    kind: str | None
    date: str | None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything that was understood of one dossier."""

    case: CaseInfo
    documents: tuple[DocumentInfo, ...]
    people: tuple[Person, ...]  # everybody but the victims
    victims: tuple[VictimFacts, ...]
    circumstances: tuple[Circumstance, ...] = ()

    def victim(self, victim_id: str) -> VictimFacts:
        for victim in self.victims:
            if victim.person.id == victim_id:
                return victim
        raise KeyError(victim_id)

    def circumstances_of(self, victim_id: str, kind: CircumstanceKind) -> tuple[Circumstance, ...]:
        """Those of this victim and those of the whole case."""
        return tuple(c for c in self.circumstances if c.kind is kind and c.victim in (victim_id, None))
