"""Disability of a victim: one value a status, kind and grade; a grade says more than a bare status."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facts import Attribute, Conflict, Disability, Fact
from nlp.settle import AttributeRule, Choice, Statement, conflict_why, evidence


def choose(statements: Sequence[Statement]) -> Choice:
    facts: list[Fact] = []
    conflicts: list[Conflict] = []
    for status in ("preexisting", "caused"):
        same = [s for s in statements if _value(s).status == status]
        if not same:
            continue
        groups = _groups(same)
        chosen, against = _stands(status, groups)
        made = {
            value: Fact(Attribute.DISABILITY, value, evidence(group), max(s.score for s in group))
            for value, group in (chosen | against).items()
        }
        facts += [made[value] for value in chosen]
        for value, group in against.items():
            first_value, first = next(iter(chosen.items()))
            conflicts.append(
                Conflict(Attribute.DISABILITY, (made[first_value], made[value]), 0, conflict_why(first[0], group[0]))
            )
    return Choice(tuple(facts), tuple(conflicts))


def _groups(statements: Sequence[Statement]) -> dict[Disability, list[Statement]]:
    """Statements by value, a vaguer one joined to the first that says the same and more."""
    groups: dict[Disability, list[Statement]] = {}
    for statement in sorted(statements, key=lambda s: (_value(s).grade is None, _value(s).kind is None)):
        value = _value(statement)
        home = next((known for known in groups if _says_as_much(known, value)), value)
        groups.setdefault(home, []).append(statement)
    return groups


def _says_as_much(known: Disability, value: Disability) -> bool:
    return value.grade in (None, known.grade) and (value.kind is None or known.kind is None or value.kind == known.kind)


def _stands(
    status: str, groups: dict[Disability, list[Statement]]
) -> tuple[dict[Disability, list[Statement]], dict[Disability, list[Statement]]]:
    """Grades of the strongest source stand beside each other; another grade of a weaker one contradicts."""
    graded = {value: group for value, group in groups.items() if value.grade is not None}
    if len(graded) < 2:
        return groups, {}
    strongest = min(min(s.rank for s in group) for group in graded.values())
    best = {value: group for value, group in groups.items() if min(s.rank for s in group) == strongest}
    weaker = {
        value: group
        for value, group in graded.items()
        if value not in best and any(other.kind == value.kind or status == "caused" for other in best)
    }
    rest = {value: group for value, group in groups.items() if value not in best and value not in weaker}
    return best | rest, weaker


def _value(statement: Statement) -> Disability:
    assert isinstance(statement.value, Disability)
    return statement.value


ATTRIBUTE = AttributeRule(Attribute.DISABILITY, choose)
