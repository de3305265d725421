"""Named questions that rule files may ask beyond the plain operators, each about one victim.

A predicate is added here only when attributes and circumstances alone cannot say it. Its name is part of the rule
language: `conditions.py` rejects any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from nlp.facts import Attribute, CircumstanceKind, Role, VictimType
from screening import harm
from screening.answer import Answer, MissingFact, Verdict, any_of, met, not_met, undetermined
from screening.situation import Situation, evidence_of, yuan

_K = CircumstanceKind
Predicate = Callable[[Situation], Answer]

_MORTAL_SIGNS = ("抢救", "重症监护", "昏迷", "病危")
_ENOUGH_MENTIONS = 2  # of a relative: enough to show that the person is in the papers


def organization(situation: Situation) -> Answer:
    person = situation.victim.person
    if person.type is VictimType.ORGANIZATION:
        return met(person.mentions, "被害方为单位")
    return not_met(person.mentions, "被害方为自然人")


def paid(situation: Situation) -> Answer:
    """Compensation settled and performed. 谅解 or an agreement without its payment leaves it open."""
    stated = situation.compensation()
    if stated is None:
        return undetermined(MissingFact.COMPENSATION)
    value, fact = stated
    if value.status == "settled" and value.performed:
        word = f"已赔偿 {yuan(value.amount)}" if value.amount else "已赔偿完毕"
        return met(fact.evidence, situation.noted(Attribute.COMPENSATION, word))
    if value.status in _UNPAID_WORDS or value.performed is False:
        word = _UNPAID_WORDS.get(value.status or "", "约定的赔偿未支付")
        if value.status == "partial" and value.amount:
            word = f"已付 {yuan(value.amount)}，" + (f"应付 {yuan(value.owed)}" if value.owed else "未全部到位")
        elif value.owed:
            word = f"{word}（应付 {yuan(value.owed)}）"
        return not_met(fact.evidence, situation.noted(Attribute.COMPENSATION, word))
    word = "和解或协议在卷，是否支付未载明" if value.status else "表示谅解，赔偿未载明"
    if value.status is None and not value.forgiven:
        word = "协议在卷，是否支付未载明"
    return undetermined(MissingFact.COMPENSATION, evidence=fact.evidence, words=(word,))


_UNPAID_WORDS: Mapping[str, str] = {"none": "未获赔偿", "partial": "部分赔偿", "ordered": "判决赔偿，未见履行"}


def needy(situation: Situation) -> Answer:
    """Any hardship category, or a disability that was there before."""
    hardships, disabilities = situation.hardships(), situation.disabilities("preexisting")
    if not hardships and not disabilities:
        return undetermined(MissingFact.HARDSHIP)
    words = [situation.noted(Attribute.HARDSHIP, value.category) for value, _ in hardships]
    words += [harm.disability_word(situation, value) for value, _ in disabilities]
    return met(evidence_of(fact for _, fact in (*hardships, *disabilities)), *words)


def applicant(situation: Situation) -> Answer:
    """A close relative, or a person whom the victim supported, is in the papers.

    The accused is left out: who kills a spouse does not apply in the spouse's place.
    """
    victim_id = situation.victim.person.id
    related = [
        person
        for person in situation.facts.people
        if person.of == victim_id
        and person.role is not Role.ACCUSED
        and person.mentions
        and (person.relation or person.role in (Role.RELATIVE, Role.GUARDIAN))
    ]
    shown = [met(person.mentions[:_ENOUGH_MENTIONS], f"{person.relation or '近亲属'}在卷") for person in related]
    answer = any_of((*shown, *(situation.circumstance(kind) for kind in (_K.APPLICANT, _K.DEPENDANT))))
    # who lived on the victim's income is asked by the limb on dependency
    return replace(answer, missing=(MissingFact.APPLICANT,)) if answer.open else answer


def caused_by_case(situation: Situation) -> Answer:
    """Whether the hardship comes from the case. A status such as 低保 alone says nothing of its cause."""
    origin = _hardship_origin(situation)
    unaffordable = situation.circumstance(_K.TREATMENT_UNAFFORDABLE)
    if origin.met or not unaffordable.met:
        return origin
    if origin.open:
        return unaffordable
    words = (*unaffordable.words, *origin.words, "记载不一")
    return undetermined(MissingFact.CAUSED_BY_CASE, evidence=unaffordable.evidence + origin.evidence, words=words)


def hardship_unrelated(situation: Situation) -> Answer:
    """The bar of Article 8(5), from what the papers say of the cause of the hardship itself."""
    origin = _hardship_origin(situation)
    if origin.open:
        # a bill that cannot be paid answers the limb on the cause already: the bar does not ask for it again
        told = situation.circumstance(_K.TREATMENT_UNAFFORDABLE).met and not origin.evidence
        return replace(origin, missing=()) if told else origin
    return not_met(origin.evidence, *origin.words) if origin.met else met(origin.evidence, *origin.words)


def litigation_fruitless(situation: Situation) -> Answer:
    """Compensation was sought by law and not obtained. An order alone, or no suit, does not tell."""
    fruitless = situation.circumstance(_K.ENFORCEMENT_FRUITLESS)
    if not fruitless.open:
        return fruitless
    suit = situation.circumstance(_K.CIVIL_SUIT)
    return undetermined(MissingFact.LITIGATION, evidence=fruitless.evidence + suit.evidence, words=suit.words)


def treatment_going_on(situation: Situation) -> Answer:
    """Still under treatment. Asked about only when the papers speak of treatment at all."""
    return _treatment(situation, _K.UNDER_TREATMENT)


def treatment_unaffordable(situation: Situation) -> Answer:
    return _treatment(situation, _K.TREATMENT_UNAFFORDABLE)


def life_threatening(situation: Situation) -> Answer:
    """危及生命 of the 2016 text: rescue, intensive care or coma; an operation or a fracture alone does not tell."""
    records = [record for record in situation.records(_K.SERIOUS_SIGN) if record.value in _MORTAL_SIGNS]
    if records:
        return met(evidence_of(records), *(record.value or "" for record in records))
    injury = situation.injury()
    if injury and injury[0].grade == "轻微伤":
        return not_met(injury[1].evidence, "轻微伤")
    return undetermined(MissingFact.INJURY)


def death_or_incapacity(situation: Situation) -> Answer:
    """Killed, or living on without working capacity. Of a dead victim a lasting state is no question."""
    injury = situation.injury()
    if injury and injury[0].grade == "死亡":
        return harm.death(situation)
    return situation.circumstance(_K.LASTING_STATE)


def property_open(situation: Situation) -> Answer:
    """A loss is stated, and what came back, or how many share it, decides whether it is a major one."""
    answer = harm.property_loss(situation)
    if answer.open and answer.evidence:
        return replace(answer, verdict=Verdict.MET)
    if answer.open:
        return answer
    return not_met(answer.evidence, *answer.words)


def prioritized_household(situation: Situation) -> Answer:
    """One of the six rural groups: monitored household, veteran, minor, woman, disabled person, petitioner."""
    monitored = [
        met(fact.evidence, value.category) for value, fact in situation.hardships() if value.category == "脱贫监测"
    ]
    disabled = [
        met(fact.evidence, harm.disability_word(situation, value))
        for value, fact in situation.disabilities("preexisting")
    ]
    groups = (situation.circumstance(_K.VETERAN), situation.circumstance(_K.PETITIONER), harm.minor(situation))
    return any_of((*monitored, *disabled, *groups, woman(situation)))


def woman(situation: Situation) -> Answer:
    fact = situation.fact(Attribute.GENDER)
    if fact is None:
        return undetermined()
    value = getattr(fact.value, "value", None)
    word = situation.noted(Attribute.GENDER, "女性" if value == "女" else "男性")
    return met(fact.evidence, word) if value == "女" else not_met(fact.evidence, word)


def _hardship_origin(situation: Situation) -> Answer:
    caused = situation.circumstance(_K.HARDSHIP_FROM_CASE)
    unrelated = situation.circumstance(_K.HARDSHIP_UNRELATED)
    if caused.met and unrelated.met:
        words = (*caused.words, *unrelated.words, "记载不一")
        return undetermined(MissingFact.CAUSED_BY_CASE, evidence=caused.evidence + unrelated.evidence, words=words)
    if caused.met:
        return caused
    if unrelated.met:
        return not_met(unrelated.evidence, *unrelated.words)
    return undetermined(MissingFact.CAUSED_BY_CASE, evidence=caused.evidence + unrelated.evidence)


def _treatment(situation: Situation, kind: CircumstanceKind) -> Answer:
    answer = situation.circumstance(kind)
    spoken_of = (_K.UNDER_TREATMENT, _K.TREATMENT_UNAFFORDABLE, _K.MEDICAL_COST, _K.SERIOUS_SIGN)
    if answer.open and not any(situation.records(other) for other in spoken_of):
        return undetermined(evidence=answer.evidence, words=answer.words)
    return answer


PREDICATES: Mapping[str, Predicate] = {
    "applicant": applicant,
    "bodily": harm.bodily,
    "caused_by_case": caused_by_case,
    "death": harm.death,
    "death_or_incapacity": death_or_incapacity,
    "elder": harm.elder,
    "grave": harm.grave,
    "hardship_unrelated": hardship_unrelated,
    "light": harm.light,
    "life_threatening": life_threatening,
    "litigation_fruitless": litigation_fruitless,
    "minor": harm.minor,
    "needy": needy,
    "organization": organization,
    "paid": paid,
    "prioritized_household": prioritized_household,
    "property_loss": harm.property_loss,
    "property_open": property_open,
    "serious": harm.serious,
    "slight": harm.slight,
    "trauma": harm.trauma,
    "treatment_going_on": treatment_going_on,
    "treatment_unaffordable": treatment_unaffordable,
    "ungraded": harm.ungraded,
    "woman": woman,
}
