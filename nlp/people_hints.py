"""What a learned people finder says of each paper, before people are worked out: a second reader beside the cues.

The finder never decides: `nlp.people` weighs its hints against what the papers say beside the names. All offsets are
in the view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nlp.reading import Reading


@dataclass(frozen=True, slots=True)
class PersonHint:
    """A stretch that the finder takes for somebody.

    Attributes:
        role: a label of `nlp/person_labels.yaml`: victim, group, organization, accused.
        score: 0..1.
    """

    start: int
    end: int
    role: str
    score: float


@dataclass(frozen=True, slots=True)
class PaperHints:
    """Attributes:
    hints: in order of place.
    victim, accused: for each character of the view, how likely it belongs to somebody harmed or accused.
    """

    hints: tuple[PersonHint, ...] = field(repr=False)
    victim: Sequence[float] = field(repr=False)
    accused: Sequence[float] = field(repr=False)

    def of(self, start: int, end: int) -> tuple[float, float]:
        """How likely the name at `start:end` is a victim's, and an accused's."""
        size = max(1, end - start)
        return sum(self.victim[start:end]) / size, sum(self.accused[start:end]) / size


Places = Sequence[tuple[int, int]]  # half-open offsets into one view


class PeopleFinder(Protocol):
    """Gives hints for all papers of one dossier, in order."""

    def find(self, readings: Sequence[Reading], where: Sequence[Places] | None = None) -> tuple[PaperHints, ...]:
        """Args:
        where: of each paper the places that are asked about; elsewhere nothing need be read, and nothing is said.
        """
        ...
