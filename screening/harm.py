"""The classes of harm that levels and rules speak of, each a three-valued question about one victim.

Harm is a set, not a scale: a victim can be light in body and grave in property. The grade limits and the amount
of a major loss are the office's own settings (`parameters/`), not words of Article 7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dossier.span import Span
from nlp.facts import Attribute, CircumstanceKind, Disability, Fact, VictimType
from screening.answer import Answer, MissingFact, all_of, any_of, met, not_met, undetermined, unique
from screening.situation import Situation, evidence_of, yuan

_K = CircumstanceKind
GRADES = ("一级", "二级", "三级", "四级", "五级", "六级", "七级", "八级", "九级", "十级")  # 一级 is the heaviest
_SERIOUS = ("重伤一级", "重伤二级", "重伤")
_LIGHT = ("轻伤一级", "轻伤二级", "轻伤")
_SIGNS = (_K.SERIOUS_SIGN, _K.APPRAISAL_PENDING)
_TRAUMA = (_K.SEXUAL_OFFENCE, _K.ABUSE, _K.DOMESTIC_VIOLENCE, _K.ABDUCTION, _K.PSYCHOLOGICAL_TRAUMA)
_SMALLEST_GROUP = 2  # a group of unknown number has at least two members


def death(situation: Situation) -> Answer:
    """Killed by what the case is about; a death by own suicide or illness is none."""
    injury = situation.injury()
    if injury is None:
        return undetermined()
    value, fact = injury
    if value.grade != "死亡":
        return not_met(fact.evidence, _injury_word(situation, value.grade))
    unrelated = situation.circumstance(_K.DEATH_UNRELATED)
    if unrelated.met:
        return not_met(unrelated.evidence, *unrelated.words)
    return met(fact.evidence, _injury_word(situation, "死亡"))


def serious(situation: Situation) -> Answer:
    """Any 重伤, a caused disability within the office's limit, or a lasting state of that weight."""
    limit = situation.parameters["serious_disability_max_grade"]
    graded = _caused(situation, 1, limit)
    lasting = situation.circumstance(_K.LASTING_STATE)
    injury = situation.injury()
    shown = [graded] if graded.met else []
    shown += [lasting] if lasting.met else []
    if injury and injury[0].grade in _SERIOUS:
        shown.insert(0, met(injury[1].evidence, _injury_word(situation, injury[0].grade)))
    if shown:
        return all_of(shown)
    if injury is None:
        body = bodily(situation)
        asked = (MissingFact.INJURY,) if body.met else ()
        return undetermined(*asked, evidence=body.evidence, words=body.words)
    grade, fact = injury[0].grade, injury[1]
    word = _injury_word(situation, grade)
    disabled = situation.disabilities("caused")
    ungraded = tuple(fact for value, fact in disabled if value.grade is None)
    if grade == "死亡":
        return not_met(fact.evidence, word)
    if ungraded:
        return undetermined(MissingFact.DISABILITY, evidence=fact.evidence + evidence_of(ungraded), words=(word,))
    if grade == "受伤":
        return undetermined(MissingFact.INJURY, evidence=fact.evidence, words=(word,))
    if grade == "轻微伤" or disabled:
        evidence = fact.evidence + evidence_of(fact for _, fact in disabled)
        return not_met(evidence, word, *(disability_word(situation, value) for value, _ in disabled))
    return undetermined(MissingFact.DISABILITY, evidence=fact.evidence, words=(word,))


def light(situation: Situation) -> Answer:
    """Any 轻伤, or a caused disability lighter than the serious ones."""
    lowest = situation.parameters["serious_disability_max_grade"] + 1
    graded = _caused(situation, lowest, situation.parameters["light_disability_max_grade"])
    injury = situation.injury()
    shown = [graded] if graded.met else []
    if injury and injury[0].grade in _LIGHT:
        shown.insert(0, met(injury[1].evidence, _injury_word(situation, injury[0].grade)))
    if shown:
        return all_of(shown)
    if injury and injury[0].grade not in ("受伤", "轻微伤"):
        return not_met(injury[1].evidence, _injury_word(situation, injury[0].grade))
    return _ungraded_answer(situation)


def ungraded(situation: Situation) -> Answer:
    """Hurt without a grade, with signs of more, or disabled through the case without a grade."""
    injury = situation.injury()
    if injury and injury[0].grade != "受伤":
        return not_met(injury[1].evidence, _injury_word(situation, injury[0].grade))
    signs = any_of(situation.circumstance(kind) for kind in _SIGNS)
    disabled = tuple(fact for value, fact in situation.disabilities("caused") if value.grade is None)
    if signs.met:
        return met(signs.evidence, *signs.words)
    if disabled:
        return met(evidence_of(disabled), "因案致残，等级未载明")
    return undetermined(*((MissingFact.INJURY,) if injury else ()))


def slight(situation: Situation) -> Answer:
    """轻微伤, or hurt without a grade and without signs of more."""
    injury = situation.injury()
    if injury is None:
        return undetermined()
    value, fact = injury
    word = _injury_word(situation, value.grade)
    if value.grade == "轻微伤" or (value.grade == "受伤" and not ungraded(situation).met):
        return met(fact.evidence, word)
    return not_met(fact.evidence, word)


def trauma(situation: Situation) -> Answer:
    """Victim of a sexual offence, abuse, domestic violence or abduction, or psychological trauma itself."""
    return any_of(situation.circumstance(kind) for kind in _TRAUMA)


def bodily(situation: Situation) -> Answer:
    """Any harm to the body of a living victim: what Article 7(1), (2) and (6) can be about."""
    injury = situation.injury()
    if injury and injury[0].grade == "死亡":
        return not_met(injury[1].evidence, _injury_word(situation, "死亡"))
    shown = [situation.circumstance(kind) for kind in (_K.LASTING_STATE, *_SIGNS)]
    shown += [met(fact.evidence, disability_word(situation, value)) for value, fact in situation.disabilities("caused")]
    if injury:
        shown.insert(0, met(injury[1].evidence, _injury_word(situation, injury[0].grade)))
    answer = any_of(shown)
    # 无伤重迹象 alone is no statement that the body was unhurt
    return answer if answer.met else undetermined(evidence=answer.evidence, words=answer.words)


def minor(situation: Situation) -> Answer:
    return _age_at(situation, "minor", lambda value: value < situation.parameters["minor_age"])


def elder(situation: Situation) -> Answer:
    return _age_at(situation, "elder", lambda value: value >= situation.parameters["elder_age"])


def grave(situation: Situation) -> Answer:
    """Death, serious, property, and trauma of a minor."""
    young_trauma = all_of((trauma(situation), minor(situation)))
    return any_of((death(situation), serious(situation), property_loss(situation), young_trauma))


@dataclass(frozen=True, slots=True)
class NetLoss:
    """Yuan of loss per head after what came back. `low` and `high` differ when the papers leave it open."""

    low: float
    high: float
    evidence: tuple[Span, ...]
    words: tuple[str, ...]


def net_loss(situation: Situation) -> NetLoss | None:
    """Loss less what was returned or paid, a group's divided by its number; None when no loss is stated.

    A sum that came back can be told twice, as returned goods and as compensation. Unless the papers show one and
    the same words for both, the truth lies between counting it once and counting it twice.
    """
    stated = situation.loss()
    if stated is None:
        return None
    loss, fact = stated
    words = [situation.noted(Attribute.LOSS, f"损失 {yuan(loss.amount)}")]
    evidence = list(fact.evidence)
    returns = situation.records(_K.PROPERTY_RETURNED) + situation.records(_K.INSURANCE_PAID)
    amounts = [record.amount for record in returns if record.amount is not None]
    most, least = sum(amounts), max(amounts, default=0.0)
    words += [f"已退还或赔付 {yuan(amount)}" for amount in amounts]
    evidence += evidence_of(returns)
    unknown_share = any(record.amount is None for record in returns)
    compensation = situation.compensation()
    if compensation:
        value, paid_fact = compensation
        evidence += paid_fact.evidence
        if (value.status == "settled" and value.performed is None) or (value.status == "partial" and not value.amount):
            words.append("赔偿实际到位数额未载明")
            unknown_share = True
        elif value.amount:
            words.append(f"已赔偿 {yuan(value.amount)}")
            same = any(span.overlaps(other) for span in paid_fact.evidence for other in evidence_of(returns))
            most = max(most, value.amount) if same else most + value.amount
            least = max(least, value.amount)
        elif value.status == "settled" and value.performed:
            words.append("已赔偿完毕")
            most = least = loss.amount
    low = 0.0 if unknown_share else max(0.0, loss.amount - most)
    high = max(0.0, loss.amount - least)
    person = situation.victim.person
    if person.type is VictimType.GROUP:
        heads = person.size or _SMALLEST_GROUP
        low, high = (low / heads if person.size else 0.0), high / heads
        words.append(f"涉及 {person.size} 人，按人均计" if person.size else "人数未载明")
    return NetLoss(low, high, unique(evidence), tuple(words))


def property_loss(situation: Situation) -> Answer:
    """A major loss of property, by the office's own amount."""
    net = net_loss(situation)
    if net is None:
        return undetermined()
    threshold = situation.parameters["property_threshold"]
    mark = f"本院设定的线为 {yuan(threshold)}"
    if net.low >= threshold:
        return met(net.evidence, *net.words)
    if net.high < threshold:
        return not_met(net.evidence, *net.words, mark)
    return undetermined(MissingFact.COMPENSATION, evidence=net.evidence, words=(*net.words, mark))


def disability_word(situation: Situation, value: Disability) -> str:
    if value.status == "caused":
        return situation.noted(Attribute.DISABILITY, f"{value.grade}伤残" if value.grade else "因案致残")
    return situation.noted(Attribute.DISABILITY, f"{value.kind or ''}残疾{value.grade or ''}")


def _injury_word(situation: Situation, grade: str) -> str:
    return situation.noted(Attribute.INJURY, grade)


def _caused(situation: Situation, first: float, last: float) -> Answer:
    found: list[tuple[Disability, Fact]] = [
        (value, fact)
        for value, fact in situation.disabilities("caused")
        if value.grade in GRADES and first <= GRADES.index(value.grade) + 1 <= last
    ]
    if not found:
        return undetermined()
    return met(evidence_of(fact for _, fact in found), *(disability_word(situation, value) for value, _ in found))


def _ungraded_answer(situation: Situation) -> Answer:
    injury = situation.injury()
    if injury and injury[0].grade == "轻微伤" and not situation.disabilities("caused"):
        return not_met(injury[1].evidence, _injury_word(situation, "轻微伤"))
    body = bodily(situation)
    return undetermined(*((MissingFact.INJURY,) if body.met else ()), evidence=body.evidence, words=body.words)


def _age_at(situation: Situation, group: str, holds: Callable[[int], bool]) -> Answer:
    stated = situation.age()
    if stated is None:
        return undetermined(MissingFact.AGE)
    age, fact = stated
    if age.value is not None:
        word = situation.noted(Attribute.AGE, f"案发时 {age.value} 周岁")
        return met(fact.evidence, word) if holds(age.value) else not_met(fact.evidence, word)
    if age.group is None:
        return undetermined(MissingFact.AGE, evidence=fact.evidence)
    word = situation.noted(Attribute.AGE, {"minor": "未成年人", "adult": "成年人", "elder": "老年人"}[age.group])
    return met(fact.evidence, word) if age.group == group else not_met(fact.evidence, word)
