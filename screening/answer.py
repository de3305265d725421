"""Three-valued answers: the arithmetic under every limb, finding and level.

An answer comes in as what the papers say of one question and goes out combined with others by Kleene's logic.
It never turns an unknown into a no: what the papers do not state stays `UNDETERMINED`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from dossier.span import Span

_T = TypeVar("_T")


class Verdict(StrEnum):
    """What the papers make of a question. Of an excluding rule, `MET` says that the bar is indicated, no more."""

    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"


class MissingFact(StrEnum):
    """The closed list of facts that the service may ask for."""

    HARDSHIP = "hardship"
    COMPENSATION = "compensation"
    INJURY = "injury"
    DISABILITY = "disability"
    AGE = "age"
    APPLICANT = "applicant"
    DEPENDANTS = "dependants"
    LITIGATION = "litigation"
    CAUSED_BY_CASE = "caused_by_case"
    PRIOR_AID = "prior_aid"
    UNPAID_REASON = "unpaid_reason"
    WAIVER_REASON = "waiver_reason"
    TREATMENT_COST = "treatment_cost"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    Attributes:
        verdict: what the papers make of it.
        evidence: the words that it rests on; of an undetermined answer, what is there but does not settle it.
        words: short Chinese phrases of what is on the papers (`重伤二级`), for a person to read.
        missing: facts that would settle it. Empty on an undetermined answer means that no question of the
            closed list would: nothing on the papers raises it, or only a person can weigh it.
    """

    verdict: Verdict
    evidence: tuple[Span, ...] = ()
    words: tuple[str, ...] = field(default=(), repr=False)
    missing: tuple[MissingFact, ...] = ()

    @property
    def met(self) -> bool:
        return self.verdict is Verdict.MET

    @property
    def open(self) -> bool:
        return self.verdict is Verdict.UNDETERMINED


def met(evidence: Iterable[Span], *words: str) -> Answer:
    return Answer(Verdict.MET, unique(evidence), words)


def not_met(evidence: Iterable[Span], *words: str) -> Answer:
    return Answer(Verdict.NOT_MET, unique(evidence), words)


def undetermined(*missing: MissingFact, evidence: Iterable[Span] = (), words: tuple[str, ...] = ()) -> Answer:
    return Answer(Verdict.UNDETERMINED, unique(evidence), words, missing)


def all_of(answers: Iterable[Answer]) -> Answer:
    """Conjunction. A no rests on the words of those that say no, a yes on the words of all.

    When one part is open and no question would settle it, the others are not asked either: `grave harm` that
    nothing on the papers raises must not make the service ask every victim of a small theft about payment.
    """
    parts = tuple(answers)
    denied = [part for part in parts if part.verdict is Verdict.NOT_MET]
    if denied:
        return _joined(Verdict.NOT_MET, denied)
    opened = [part for part in parts if part.open]
    if not opened:
        return _joined(Verdict.MET, parts)
    answer = _joined(Verdict.UNDETERMINED, parts)
    return answer if all(part.missing for part in opened) else replace(answer, missing=())


def any_of(answers: Iterable[Answer]) -> Answer:
    """Disjunction. A yes rests on the words of those that say yes, a no on the words of all."""
    parts = tuple(answers)
    affirmed = [part for part in parts if part.met]
    if affirmed:
        return _joined(Verdict.MET, affirmed)
    if any(part.open for part in parts):
        return _joined(Verdict.UNDETERMINED, parts)
    return _joined(Verdict.NOT_MET, parts)


def negation(answer: Answer) -> Answer:
    swapped = {Verdict.MET: Verdict.NOT_MET, Verdict.NOT_MET: Verdict.MET}
    return replace(answer, verdict=swapped.get(answer.verdict, answer.verdict))


def not_shown(answer: Answer) -> Answer:
    """Holds unless the papers show it; what would show it stays a missing fact.

    This is no logic of unknowns but a policy on what to do meanwhile (a light injury whose payment is unknown is
    worth a question), so rule files may use it only for levels and bars. That nothing shows it has no words.
    """
    if answer.met:
        return replace(answer, verdict=Verdict.NOT_MET)
    return Answer(Verdict.MET, missing=answer.missing)


def unique(items: Iterable[_T]) -> tuple[_T, ...]:
    """The items without repetition, in order of first appearance."""
    return tuple(dict.fromkeys(items))


def _joined(verdict: Verdict, parts: Iterable[Answer]) -> Answer:
    kept = tuple(parts)
    return Answer(
        verdict,
        unique(span for part in kept for span in part.evidence),
        unique(word for part in kept for word in part.words),
        unique(fact for part in kept for fact in part.missing),
    )
