"""The shapes in which questions, their sides and answers leave and enter the service."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field

from api.routes.parts import Shape


class ItemLine(Shape):
    """Attributes:
    attribute: `person` where it is asked whether somebody is a victim at all.
    sources: why it is asked: `correction`, `version`, `conflict`, `owner`.
    unsure: how many were unsure and left it to somebody else.
    state: `open`, `once`, `conflict`, `settled`, `rejected`, `closed`.
    person, case: masked.
    """

    id: str
    dossier: str
    victim: str
    person: str
    case: str
    attribute: str
    sources: list[str]
    state: str
    unsure: int
    created_at: dt.datetime
    settled_at: dt.datetime | None


class ItemCountsPart(Shape):
    total: int
    shows: dict[str, int]
    sources: dict[str, int]
    attributes: dict[str, int]


class ItemList(Shape):
    items: list[ItemLine]
    after: str | None
    counts: ItemCountsPart | None


class WordsPart(Shape):
    """Words of a paper: the first and the last segment of a passage, and what stands from the one to the other."""

    document: str = Field(max_length=16, examples=["d1"])
    first: str = Field(max_length=16, examples=["4.12"])
    last: str = Field(max_length=16, examples=["4.14"])
    words: str = Field(min_length=1, max_length=400, examples=["重伤二级"])


class ReadPart(Shape):
    """Attributes:
    fields: as an answer would give them; null where words cannot be put into fields.
    """

    says: str
    fields: dict[str, Any] | None
    words: list[WordsPart]


class ReadingPart(Shape):
    """Attributes:
    words: those that bear out a reading without a value.
    """

    letter: str
    title: str
    says: str
    unstated: bool
    note: str
    values: list[ReadPart]
    words: list[WordsPart]


class SegmentPart(Shape):
    id: str
    text: str


class PassagePart(Shape):
    document: str
    name: str
    page: int
    lines: list[list[SegmentPart]]


class AnsweredValue(Shape):
    """Attributes:
    words: the same as `quotes`, where they can still be named by segments.
    """

    fields: dict[str, Any]
    quotes: list[str]
    words: list[WordsPart]


class AnswerPart(Shape):
    """Attributes:
    owner: whose the words are, where they are another's: a name, or `—` for no victim.
    """

    by: str
    mine: bool
    deciding: bool
    verdict: str
    reason: str | None
    owner: str | None
    note: str | None
    values: list[AnsweredValue]
    at: dt.datetime


class ItemDetail(Shape):
    """Attributes:
    result: the result that the question is about; an answer names it.
    verdicts, reasons: what may be answered here, in words.
    owners: to whom else words may belong: other victims by id, `nobody`.
    answers: those of others only after one's own, or where two differ, and those of people who were unsure.
    """

    item: ItemLine
    result: str
    verdicts: dict[str, str]
    reasons: dict[str, str]
    owners: dict[str, str]
    readings: list[ReadingPart]
    passages: list[PassagePart]
    answers: list[AnswerPart]


class ValueBody(Shape):
    fields: dict[str, str | int | float | bool | None] = Field(
        default_factory=dict, max_length=8, examples=[{"grade": "重伤二级"}]
    )
    words: list[WordsPart] = Field(max_length=20)


class AnswerBody(Shape):
    """Attributes:
    verdict: `value`, `unstated`, `other` (the words are of `owner`), `reject` (with `reason`), `unsure` (with `note`).
    values: of `other` without fields.
    """

    result: str = Field(max_length=12)
    verdict: str = Field(max_length=10, examples=["value"])
    values: list[ValueBody] = Field(default_factory=list, max_length=20)
    reason: str | None = Field(default=None, max_length=40)
    owner: str | None = Field(default=None, max_length=16, examples=["v2"])
    note: str | None = Field(default=None, max_length=2000)


class Answered(Shape):
    """Attributes:
    next: the item that asks for this person's answer next, None when none does.
    """

    item: str
    state: str
    next: str | None
    left: int


class AgreedPart(Shape):
    """Attributes:
    items: questions that two people answered without seeing each other's answer.
    equal: those of them where both said the same.
    kappa: Cohen's, null where chance alone would make every pair equal.
    """

    items: int
    equal: int
    share: float
    kappa: float | None


class AgreementPart(Shape):
    attributes: dict[str, AgreedPart]
    all: AgreedPart | None
