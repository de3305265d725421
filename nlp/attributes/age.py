"""Age of a victim at the time of harm: birth date and years from the strongest source each, group from them."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facts import Age, Attribute, Conflict, Fact
from nlp.settle import AttributeRule, Choice, Statement, conflict_why, evidence


def choose(statements: Sequence[Statement]) -> Choice:
    ages = [(statement, _age(statement)) for statement in statements]
    years = next((age.value for _, age in ages if age.value is not None), None)
    birth = next((age.birth_date for _, age in ages if age.birth_date is not None), None)
    group = next((age.group for _, age in ages if age.value is not None and age.group), None) or next(
        (age.group for _, age in ages if age.group), None
    )
    value = Age(years, birth, group)
    if value == Age(None, None, None):
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
