"""What a recognizer reports: a passage of one paper that states a value, and how it is to be taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from nlp.facts import Attribute, Value


class Context(StrEnum):
    """How a passage is to be taken. Only AFFIRMED and ALLEGED ones can become facts."""

    AFFIRMED = "affirmed"
    ALLEGED = "alleged"  # by one side, not found by anybody: 诉称, 辩称
    NEGATED = "negated"
    HYPOTHETICAL = "hypothetical"
    OLD_CASE = "old_case"  # an earlier case, a status that ended
    QUOTED_LAW = "quoted_law"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Mention:
    """One stated value.

    Attributes:
        paper: index of the paper in `Cast.papers`.
        start, end: in that paper's view; the shortest passage that carries the value (at most 120 code points).
        owners: ids of the people whose it is, in order; empty when the recognizer does not know
            (`nlp.ownership` then decides).
        more: further passages (start, end in the same view) that carry the value too.
        score: 0..1.
        weight: override of the precedence of the passage (0 strongest … 9), None to take it from the paper.
        source: what the source is called in an explanation (公民身份号码), None to take it from the paper.
        why: for look-alikes, the reason in Chinese why it counts for nobody (那是被告人的残疾).
    """

    attribute: Attribute
    value: Value
    paper: int
    start: int
    end: int
    owners: tuple[str, ...] = ()
    context: Context = Context.AFFIRMED
    score: float = 0.9
    recognizer: str = "patterns"
    more: tuple[tuple[int, int], ...] = field(default=())
    weight: int | None = None
    why: str | None = None
    source: str | None = None
