"""Age of a victim at the time of harm: birth date and years from the strongest source each, group from them."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facts import Age, Attribute, Conflict, Fact
from nlp.settle import AttributeRule, Choice, Statement, conflict_why, evidence

_NOTHING = Age(None, None, None)


def choose(statements: Sequence[Statement]) -> Choice:
    ages = [(statement, _age(statement)) for statement in statements]
    value = next((age for _, age in ages if age.value is not None or age.birth_date), ages[0][1] if ages else _NOTHING)
    for _, age in ages:  # the strongest that tells years or a birth date stands; what agrees with it completes it
        if _agree(age, value):
            value = Age(
                age.value if value.value is None else value.value,
                value.birth_date or age.birth_date,
                value.group or age.group,
            )
    if value == _NOTHING:
        return Choice()
    agreeing = [s for s, age in ages if _agree(age, value)]
    fact = Fact(Attribute.AGE, value, evidence(agreeing), max(s.score for s in agreeing))
    against: dict[Age, list[Statement]] = {}
    for statement, age in ages:
        if not _agree(age, value):
            against.setdefault(age, []).append(statement)
    if not against:
        return Choice((fact,))
    others = tuple(Fact(Attribute.AGE, age, evidence(group_), group_[0].score) for age, group_ in against.items())
    first_other = next(iter(against.values()))[0]
    return Choice((fact,), (Conflict(Attribute.AGE, (fact, *others), 0, conflict_why(agreeing[0], first_other)),))


def _age(statement: Statement) -> Age:
    assert isinstance(statement.value, Age)
    return statement.value


def _agree(age: Age, value: Age) -> bool:
    """No contradiction: the same years and birth date as far as both state them, the same group."""
    if age.value is not None and value.value is not None and age.value != value.value:
        return False
    if (
        age.birth_date
        and value.birth_date
        and not (age.birth_date.startswith(value.birth_date) or value.birth_date.startswith(age.birth_date))
    ):
        return False
    return not (age.group and value.group and age.group != value.group)


ATTRIBUTE = AttributeRule(Attribute.AGE, choose)
