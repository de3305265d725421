"""Injury of a victim: the worst of the injuries, each in the form established last."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facts import INJURY_GRADES, Attribute, Conflict, Fact, Injury
from nlp.settle import AttributeRule, Choice, Statement, conflict_why, evidence

_CLASSES = ("死亡", "重伤", "轻伤", "轻微伤", "受伤")


def choose(statements: Sequence[Statement]) -> Choice:
    """Death where it is stated; else the worst grade of the strongest source that grades; else hurt.

    A bare 重伤 beside 重伤二级 is the same finding with less detail. A re-appraisal has the strongest rank.
    """
    affirmed = [s for s in statements if s.context == "affirmed"] or list(statements)
    dead = [s for s in affirmed if _grade(s) == "死亡"]
    graded = [s for s in affirmed if _grade(s) not in ("死亡", "受伤")]
    if dead:
        chosen = dead
        grade = "死亡"
    elif graded:
        strongest = min(s.rank for s in graded)
        best = [s for s in graded if s.rank == strongest]
        top = min(_CLASSES.index(_class(s)) for s in best)
        same = [s for s in graded if _CLASSES.index(_class(s)) == top]
        of_best = [s for s in best if _CLASSES.index(_class(s)) == top]
        detailed = [s for s in of_best if len(_grade(s)) > 2] or [s for s in same if len(_grade(s)) > 2] or of_best
        grade = min((_grade(s) for s in detailed), key=INJURY_GRADES.index)
        chosen = [s for s in detailed if _grade(s) == grade] + [s for s in same if _grade(s) == _CLASSES[top] != grade]
    else:
        chosen, grade = affirmed, "受伤"
    fact = Fact(Attribute.INJURY, Injury(grade), evidence(chosen), max(s.score for s in chosen))
    return Choice((fact,), _conflicts(fact, chosen[0], graded))


def _conflicts(fact: Fact, chosen: Statement, graded: Sequence[Statement]) -> tuple[Conflict, ...]:
    assert isinstance(fact.value, Injury)
    grade = fact.value.grade
    if grade == "死亡":
        return ()
    others: dict[str, list[Statement]] = {}
    for statement in graded:
        other = _grade(statement)
        if (
            other != grade
            and not other.startswith(grade)
            and not grade.startswith(other)
            and statement.rank != chosen.rank
        ):
            others.setdefault(other, []).append(statement)
    if not others:
        return ()
    facts = tuple(Fact(Attribute.INJURY, Injury(g), evidence(group), group[0].score) for g, group in others.items())
    return (Conflict(Attribute.INJURY, (fact, *facts), 0, conflict_why(chosen, next(iter(others.values()))[0])),)


def _grade(statement: Statement) -> str:
    assert isinstance(statement.value, Injury)
    return statement.value.grade


def _class(statement: Statement) -> str:
    return _grade(statement)[:3] if _grade(statement).startswith("轻微伤") else _grade(statement)[:2]


ATTRIBUTE = AttributeRule(Attribute.INJURY, choose)
