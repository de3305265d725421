"""A place in a document: the one way in which every later stage points at words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of Unicode code points into `Document.text` of one document.

    Raises:
        ValueError: when the range is empty, reversed or negative.
    """

    document_id: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span {self.start}:{self.end}: start must be >= 0 and before end")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        return self.document_id == other.document_id and self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        return self.document_id == other.document_id and self.start <= other.start and other.end <= self.end
