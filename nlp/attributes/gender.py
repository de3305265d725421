"""Sex of a victim: the strongest source stands, another sex stated elsewhere is a conflict."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facts import Attribute, Conflict, Fact
from nlp.settle import AttributeRule, Choice, Statement, conflict_why, evidence


def choose(statements: Sequence[Statement]) -> Choice:
    by_value: dict[object, list[Statement]] = {}
    for statement in statements:
        by_value.setdefault(statement.value, []).append(statement)
    facts = tuple(
        Fact(Attribute.GENDER, group[0].value, evidence(group), max(s.score for s in group))
        for group in by_value.values()
    )
    if len(facts) == 1:
        return Choice(facts)
    first, second = list(by_value.values())[:2]
    return Choice(facts[:1], (Conflict(Attribute.GENDER, facts, 0, conflict_why(first[0], second[0])),))


ATTRIBUTE = AttributeRule(Attribute.GENDER, choose)
