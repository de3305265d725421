"""Hardship of a victim: every category that is stated stands; one that ended or is denied is set aside before."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facts import HARDSHIP_CATEGORIES, Attribute, Fact, Hardship
from nlp.settle import AttributeRule, Choice, Statement, evidence


def choose(statements: Sequence[Statement]) -> Choice:
    by_category: dict[str, list[Statement]] = {}
    for statement in statements:
        assert isinstance(statement.value, Hardship)
        by_category.setdefault(statement.value.category, []).append(statement)
    return Choice(
        tuple(
            Fact(
                Attribute.HARDSHIP,
                Hardship(category),
                evidence(by_category[category]),
                max(s.score for s in by_category[category]),
            )
            for category in HARDSHIP_CATEGORIES
            if category in by_category
        )
    )


ATTRIBUTE = AttributeRule(Attribute.HARDSHIP, choose)
