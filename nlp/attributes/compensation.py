"""Compensation: payments added up, weighed against what is open, ordered or denied.

Statements come as `nlp.recognizers.compensation` writes them: a payment is `performed`; what stays open is a
`partial` that is not; a denial is `none`; an order is `ordered`; an agreement or (ALLEGED) claim has no status.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlp.facts import Attribute, Compensation, Conflict, Fact, Injury, Loss
from nlp.mentions import Context
from nlp.payments.deed import FULL
from nlp.settle import AttributeRule, Choice, Statement, conflict_why, evidence

_BREATH = 60  # code points
_SAME = 10  # code points between two tellings of one payment
_MOST = 0.9  # of a loss, as a share: what is less leaves a rest
_OWN_WORD = 4  # rank from which somebody speaks of himself


@dataclass(frozen=True, slots=True)
class _Told:
    """The statements on one victim by what they say, each strongest first."""

    paid: tuple[Statement, ...]
    unpaid: tuple[Statement, ...]
    opened: tuple[Statement, ...]
    orders: tuple[Statement, ...]
    agreed: tuple[Statement, ...]
    claimed: tuple[Statement, ...]
    forgiven: tuple[Statement, ...]

    @property
    def owed(self) -> float | None:
        return _owed(self.orders) or _owed(self.agreed) or _owed(self.claimed)


def choose(statements: Sequence[Statement]) -> Choice:
    """What stands for one victim; `statements` come strongest first."""
    told = _sorted(statements)
    denied = [s for s in told.unpaid if s.score > 0.5] or ([] if told.paid else list(told.unpaid))
    if told.paid and not (denied and denied[0].rank < told.paid[0].rank):
        return _paid(told)
    if denied:
        value = Compensation("none", None, told.owed, False, bool(told.forgiven))
        fact = _fact(value, [*denied, *told.orders, *told.agreed], denied[0].score)
        return Choice((fact,), _against(fact, denied[0], told.paid))
    if told.agreed and told.forgiven and not (told.orders and _owed(told.agreed) is None):
        amount = _owed(told.agreed)
        value = Compensation("settled", amount, amount, None, True)
        return Choice((_fact(value, [*told.agreed, *told.forgiven], 0.8),))
    if told.orders:
        value = Compensation("ordered", None, told.owed, None, bool(told.forgiven))
        return Choice((_fact(value, [*told.orders, *told.forgiven], told.orders[0].score),))
    if told.agreed or told.forgiven:
        value = Compensation(None, None, told.owed, None, bool(told.forgiven))
        return Choice((_fact(value, [*told.agreed, *told.forgiven], 0.8),))
    return Choice()


def weigh(fact: Fact, statements: Sequence[Statement], others: Sequence[Fact]) -> Fact:
    """A sum paid back that is clearly less than what was taken leaves a rest open, where nobody was hurt, no goods
    came back beside the sum, and nothing says that all is settled."""
    loss = next((other for other in others if isinstance(other.value, Loss)), None)
    value, paid = fact.value, _sorted(statements).paid
    if (
        loss is None
        or not isinstance(loss.value, Loss)
        or not isinstance(value, Compensation)
        or value.status != "settled"
        or value.forgiven
        or value.amount is None
        or value.amount >= _MOST * loss.value.amount
        or any(isinstance(other.value, Injury) for other in others)
        or any(s.score >= FULL or not _has_sum(s, paid) for s in paid)
    ):
        return fact
    spans = tuple(dict.fromkeys([*fact.evidence, *loss.evidence[:1]]))
    return replace(fact, value=replace(value, status="partial"), evidence=spans)


def _has_sum(payment: Statement, paid: Sequence[Statement]) -> bool:
    """Is the sum of a payment told, with it or in the same breath: 退赔3万元，已发还?"""
    start, paper = payment.spans[0].start, payment.spans[0].document_id
    return bool(_value(payment).amount) or any(
        _value(s).amount and s.spans[0].document_id == paper and s.spans[0].start < start < s.spans[0].end + _SAME
        for s in paid
    )


def _sorted(statements: Sequence[Statement]) -> _Told:
    def those(test: str) -> tuple[Statement, ...]:
        return tuple(s for s in statements if isinstance(s.value, Compensation) and _says(s.value, s.context) == test)

    return _Told(*(those(t) for t in ("paid", "unpaid", "opened", "ordered", "agreed", "claimed", "forgiven")))


def _says(value: Compensation, context: Context) -> str:
    if value.performed:
        return "paid"
    if value.forgiven:
        return "forgiven"
    if value.status is None:
        return "claimed" if context is Context.ALLEGED else "agreed"
    return {"none": "unpaid", "partial": "opened"}.get(value.status, "ordered")


def _paid(told: _Told) -> Choice:
    best = told.paid[0].rank
    strong = [s for s in told.paid if s.rank == best]
    first = min(s.order for s in strong)
    denials = [s for s in told.unpaid if s.score > 0.5 and s.rank >= best and _comes_after(s, strong, first)]
    opened, orders = list(told.opened), list(told.orders)
    amount, promised = _paid_sum(told.paid), _owed(told.agreed)
    full = [s for s in strong if s.score >= FULL]
    if full:  # all was paid: what weaker or equal papers tell of a rest is outdated, unless said in the same breath
        denials = []
        opened = [s for s in opened if s.rank < best or any(_right_behind(s, f) for f in full)]
        promised = promised or _owed([s for s in orders if s.order < full[-1].order])
        orders = [s for s in orders if s.order > full[-1].order]
    closed = _closed_at(strong, told.forgiven)
    opened = [s for s in opened if s.order > closed]
    orders = [s for s in orders if s.order > closed or (_value(s).owed or 0) > 2 * (amount or 0)]
    settled = any(_value(s).status == "settled" for s in strong)
    if amount is None and promised and settled and not opened and not denials:
        amount = promised
    ordered = _owed(told.orders)
    covered = ordered is not None and amount is not None and amount >= ordered - 1
    still_open = [*denials, *opened, *(() if covered else orders)]
    less = promised is not None and amount is not None and amount < promised - 1
    claim_open = bool(told.claimed) or (told.owed is not None and amount is not None and amount < told.owed - 1)
    partial = bool(still_open) or less or (not told.forgiven and (not settled or claim_open))
    value = Compensation("partial" if partial else "settled", amount, told.owed, True, bool(told.forgiven))
    said = [*strong, *(still_open if partial else ()), *told.forgiven, *told.paid]
    fact = _fact(value, said, strong[0].score)
    return Choice((fact,), _against(fact, strong[0], [s for s in told.unpaid if s.score > 0.5 and s.rank > best]))


def _closed_at(paid: Sequence[Statement], forgiven: Sequence[Statement]) -> int:
    """Order of the last payment that forgiveness follows in the same paper: what was open before it is no more."""
    last = max(paid, key=lambda s: s.order)
    paper = last.spans[0].document_id
    pardoned = any(f.order > last.order and f.spans[0].document_id == paper for f in forgiven)
    return last.order if pardoned and _value(last).amount else -1


def _right_behind(rest: Statement, payment: Statement) -> bool:
    """Is a rest told within a sentence or two behind a payment: 第一期已付清，余款未付?"""
    one, other = rest.spans[0], payment.spans[0]
    return one.document_id == other.document_id and 0 <= one.start - other.end < _BREATH


def _comes_after(denial: Statement, paid: Sequence[Statement], first: int) -> bool:
    """Is it said after a payment was told that something is unpaid? In another paper the dates tell."""
    papers = {s.spans[0].document_id for s in paid}
    if denial.spans[0].document_id in papers:
        return denial.order > first
    return bool(denial.date) and denial.date > max(s.date for s in paid)


def _fact(value: Compensation, statements: Sequence[Statement], confidence: float) -> Fact:
    return Fact(Attribute.COMPENSATION, value, evidence(statements), confidence)


def _value(statement: Statement) -> Compensation:
    value = statement.value
    if not isinstance(value, Compensation):
        raise TypeError("a statement on compensation carries a Compensation")
    return value


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
    other = _fact(_value(others[0]), others[:1], others[0].score)
    return (Conflict(Attribute.COMPENSATION, (fact, other), 0, conflict_why(preferred, others[0])),)


ATTRIBUTE = AttributeRule(Attribute.COMPENSATION, choose, weigh)
