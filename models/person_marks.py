"""What the network is told of people: for each character, whose mention it belongs to as the pattern path found it.

A window deep in a long dossier cannot show who the victims are; the whole dossier does. So people are found first
(`nlp.people`) and every character carries a mark: nobody, or the first or a further character of a mention of a
victim, an accused or somebody else. Mentions of victims are also what a found span can be credited to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nlp.frames import A, V
from nlp.people import Paper

ROLES = ("victim", "accused", "other")
MARKS = 1 + 2 * len(ROLES)  # nobody, then begin and inside of each role

Marks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MarkedMention:
    """One place where people are named or meant.

    Attributes:
        start, end: in the view.
        role: one of `ROLES`.
        people: ids; several for 二被害人.
    """

    start: int
    end: int
    role: str
    people: tuple[str, ...] = field(repr=False)


def mentions_of(paper: Paper) -> tuple[MarkedMention, ...]:
    """Everybody whom the pattern path sees in a paper, in order."""
    frame = paper.frame
    return tuple(
        MarkedMention(mention.start, mention.end, _role(frame.text[place]), mention.people)
        for mention, place in zip(frame.mentions, frame.places, strict=True)
    )


def _role(placeholder: str) -> str:
    return {V: "victim", A: "accused"}.get(placeholder, "other")


def marks_of(length: int, mentions: Iterable[MarkedMention]) -> Marks:
    """The mark of each of `length` characters."""
    marks = np.zeros(length, dtype=np.int64)
    for mention in mentions:
        begin = 1 + 2 * ROLES.index(mention.role)
        marks[mention.start : mention.end] = begin + 1
        marks[mention.start] = begin
    return marks


def victims_in(mentions: Sequence[MarkedMention], start: int, end: int) -> tuple[MarkedMention, ...]:
    """Mentions of victims that begin in a window: those a span of that window can be credited to."""
    return tuple(m for m in mentions if m.role == "victim" and start <= m.start < end)
