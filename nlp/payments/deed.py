"""What can be said of paying a victim: paid, returned, partly, not at all, ordered, agreed, forgiven."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from nlp.payments.sums import Payee

FULL = 0.95  # score of words that say that all was paid; `nlp.attributes.compensation` lets them close what was open


class Deed(Enum):
    """What is said to have happened, or not."""

    PAID = "paid"
    PART = "part"  # some is paid, more is open
    RETURNED = "returned"  # goods or money taken came back
    DONE = "done"  # 履行完毕, 付清
    UNPAID = "unpaid"
    OPEN = "open"  # 余款未付
    ORDERED = "ordered"
    AGREED = "agreed"
    CLAIMED = "claimed"
    FORGIVEN = "forgiven"
    WAIVED = "waived"
    AID = "aid"  # 司法救助金, 医保: not compensation


@dataclass(frozen=True, slots=True)
class Clause:
    """One deed in one sentence.

    Attributes:
        start, end: the words that carry it.
        payees: rows of victims to whom it is done, with their sums.
        amount: the sum when no row carries it.
        weak: said in passing, gives way to anything firmer.
        every: everything that was taken came back (RETURNED).
        full: 全部, 付清, 全额: nothing stays open.
        made: said as a fact by 已, 了 and the like.
    """

    deed: Deed
    start: int
    end: int
    payees: tuple[Payee, ...] = ()
    amount: float | None = None
    weak: bool = False
    every: bool = False
    made: bool = False
    full: bool = False

    @property
    def sum(self) -> float | None:
        """The only sum of the clause."""
        if self.amount is not None or len(self.payees) != 1:
            return self.amount
        return self.payees[0].amount


def clause_start(words: str, offset: int) -> int:
    """Start of the clause that `offset` is in: behind the last comma, colon or bracket."""
    return max(words.rfind(mark, 0, offset) for mark in "，；：。（") + 1


def clause_end(words: str, offset: int, most: int = 40) -> int:
    match = re.compile("[，；。：）]").search(words, offset)
    return min(match.start() if match else len(words), offset + most)
