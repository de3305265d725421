"""Property loss: the court's figure over an appraisal's, that over the charge's; a victim's word alone is none."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facts import Attribute, Conflict, Fact
from nlp.mentions import Context
from nlp.settle import AttributeRule, Choice, Statement, conflict_why, evidence

_OWN_WORD = 4  # rank of `nlp.precedence` from which a statement carries no value alone


def choose(statements: Sequence[Statement]) -> Choice:
    """The strongest account stands; papers that state another sum are shown beside it."""
    carrying = [s for s in statements if s.rank < _OWN_WORD and s.context is Context.AFFIRMED]
    if not carrying:
        return Choice()
    best = carrying[0]
    agreeing = [s for s in carrying if s.value == best.value]
    fact = Fact(Attribute.LOSS, best.value, evidence(agreeing), min(0.98, best.score + 0.02 * (len(agreeing) - 1)))
    other = next((s for s in statements if s.value != best.value), None)
    if other is None:
        return Choice((fact,))
    beside = Fact(Attribute.LOSS, other.value, evidence([other]), other.score)
    return Choice((fact,), (Conflict(Attribute.LOSS, (fact, beside), 0, conflict_why(best, other)),))


ATTRIBUTE = AttributeRule(Attribute.LOSS, choose)
