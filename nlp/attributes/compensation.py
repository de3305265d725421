"""Compensation: payments added up, weighed against what is open, ordered or denied."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facts import Attribute, Compensation, Conflict, Fact
from nlp.mentions import Context
from nlp.settle import AttributeRule, Choice, Statement, conflict_why, evidence


def choose(statements: Sequence[Statement]) -> Choice:
    """What stands for one victim; `statements` come strongest first."""
    stated = [(s, s.value) for s in statements if isinstance(s.value, Compensation)]
    paid = [s for s, v in stated if v.performed]
    unpaid = [s for s, v in stated if v.status == "none"]
    opened = [s for s, v in stated if v.status == "partial" and not v.performed]
    orders = [s for s, v in stated if v.status == "ordered"]
    agreed = [s for s, v in stated if v.status is None and not v.forgiven and s.context is Context.AFFIRMED]
    claimed = [s for s, v in stated if v.status is None and not v.forgiven and s.context is Context.ALLEGED]
    forgiven = [s for s, v in stated if v.forgiven]
    owed = _owed(orders) or _owed(agreed) or _owed(claimed)
    firm = [s for s in unpaid if s.score > 0.5] or ([] if paid else unpaid)
    if paid and not (firm and min(s.rank for s in firm) < min(s.rank for s in paid)):
        return _paid(paid, firm, opened, orders, agreed, claimed, forgiven, owed)
    if firm:
        value = Compensation("none", None, owed, False, bool(forgiven))
        fact = Fact(Attribute.COMPENSATION, value, evidence([*firm, *orders, *agreed]), firm[0].score)
        return Choice((fact,), _against(fact, firm[0], paid))
    if agreed and forgiven and not (orders and not _owed(agreed)):
        value = Compensation("settled", _owed(agreed), owed, None, True)
        return Choice((Fact(Attribute.COMPENSATION, value, evidence([*agreed, *forgiven]), 0.8),))
    if orders:
        value = Compensation("ordered", None, owed, None, bool(forgiven))
        return Choice((Fact(Attribute.COMPENSATION, value, evidence([*orders, *forgiven]), orders[0].score),))
    if agreed or forgiven:
        value = Compensation(None, None, owed, None, bool(forgiven))
        return Choice((Fact(Attribute.COMPENSATION, value, evidence([*agreed, *forgiven]), 0.8),))
    return Choice()


def _paid(
    paid: list[Statement],
    unpaid: list[Statement],
    opened: list[Statement],
    orders: list[Statement],
    agreed: list[Statement],
    claimed: list[Statement],
    forgiven: list[Statement],
    owed: float | None,
) -> Choice:
    best = min(s.rank for s in paid)
    strong = [s for s in paid if s.rank == best]
    amount = _paid_sum(paid)
    if amount is None and (agreed and (forgiven or any(_value(s).status == "settled" for s in strong))):
        amount = _owed(agreed)
    whole = any(_value(s).status == "settled" for s in strong)
    later_none = [s for s in unpaid if s.order > strong[0].order or s.rank > best]
    less = owed is not None and amount is not None and amount < owed - 1
    partial = (
        bool(opened)
        or bool(later_none)
        or not whole
        or bool(orders)
        or (bool(claimed) and not forgiven)
        or (less and not forgiven)
    )
    if forgiven and not opened and not later_none:
        partial = False
    status = "partial" if partial else "settled"
    value = Compensation(status, amount, owed, True, bool(forgiven))
    fact = Fact(
        Attribute.COMPENSATION,
        value,
        evidence([*strong, *(later_none if partial else []), *(opened if partial else []), *forgiven, *paid]),
        strong[0].score,
    )
    return Choice((fact,), _against(fact, strong[0], [s for s in unpaid if s not in later_none]))


def _value(statement: Statement) -> Compensation:
    assert isinstance(statement.value, Compensation)
    return statement.value


def _paid_sum(paid: Sequence[Statement]) -> float | None:
    """Yuan paid: the sums of the strongest source, and what weaker ones add to them.

    A weaker source repeats what is known (a sum, or the total), tells a greater total, or one more payment.
    What somebody says of himself adds nothing to what better papers say.
    """
    total, known = 0.0, set[float]()
    for rank in sorted({s.rank for s in paid}):
        amounts = _sums([s for s in paid if s.rank == rank])
        if known and rank >= _OWN_WORD:
            break
        together = round(sum(amounts), 2)
        if not known:
            total, known = together, {*amounts, together} if amounts else set()
        elif together > total and not known & set(amounts):
            total, known = together, {*known, *amounts, together}
        else:
            more = [a for a in amounts if a not in known and a < total]
            total, known = round(total + sum(more), 2), {*known, *more}
    return total or None


_OWN_WORD = 4


def _sums(paid: Sequence[Statement]) -> list[float]:
    """Distinct sums; the same sum in two dated receipts is two payments; a sum of all others is their total."""
    sums: dict[tuple[float, str], None] = {}
    for statement in paid:
        amount = _value(statement).amount
        if amount:
            sums.setdefault((amount, statement.date if statement.rank == 0 else ""), None)
    amounts = [amount for amount, _ in sums]
    for amount in amounts:
        if len(amounts) > 2 and abs(sum(amounts) - 2 * amount) < 1:
            return [amount]
    return amounts


def _owed(statements: Sequence[Statement]) -> float | None:
    return max((v for v in (_value(s).owed for s in statements) if v), default=None)


def _against(fact: Fact, preferred: Statement, others: Sequence[Statement]) -> tuple[Conflict, ...]:
    if not others:
        return ()
    other = Fact(Attribute.COMPENSATION, others[0].value, evidence(others[:1]), others[0].score)
    return (Conflict(Attribute.COMPENSATION, (fact, other), 0, conflict_why(preferred, others[0])),)


ATTRIBUTE = AttributeRule(Attribute.COMPENSATION, choose)
