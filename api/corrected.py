"""Corrections as pages show them: whose value, what was read before, what a person put in its place, on which words.

In: a dossier opened for somebody. Out: what `api.in_force` tells of its corrections, with the words that the papers
still say at the places it was founded on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from api.annotation.questions import QUESTIONS
from api.corrections import KINDS
from api.in_force import amendments_of
from api.opened import Opened
from api.person_corrections import PERSON_KINDS
from api.schemas import SpanPart
from api.store.store import Store
from api.web.panels import Panel
from api.web.places import Claimed
from api.wording import UNSTATED


@dataclass(frozen=True, slots=True)
class Corrected:
    """Attributes:
    victim: id in the current result; empty when the person is not among its victims.
    attribute: one of the questions of annotation, so also whether somebody is a victim.
    predicted: what was read, None where nothing was.
    says: what stands in its place.
    stands: false when somebody put the same value right later.
    missed: it tells of somebody whom the result does not hold for a victim.
    words: where the papers bear it out.
    """

    id: str
    victim: str
    name: str = field(repr=False)
    attribute: str
    kind: str
    predicted: str | None = field(repr=False)
    says: str = field(repr=False)
    note: str | None = field(repr=False)
    user_id: str
    by: str
    at: dt.datetime
    stands: bool
    missed: bool
    words: tuple[SpanPart, ...] = field(repr=False)

    @property
    def style(self) -> str:
        return QUESTIONS[self.attribute].style

    @property
    def title(self) -> str:
        return QUESTIONS[self.attribute].title


def corrected_of(session: Session, store: Store, opened: Opened) -> tuple[Corrected, ...]:
    """Corrections that were not withdrawn, oldest first, masked like the dossier."""
    return tuple(
        Corrected(
            id=each.id,
            victim=each.victim,
            name=each.name,
            attribute=each.attribute,
            kind={**KINDS, **PERSON_KINDS}[each.kind],
            predicted=each.predicted,
            says=UNSTATED if each.kind == "remove" else each.says,
            note=each.body["note"],
            user_id=each.user_id,
            by=each.by,
            at=each.at,
            stands=each.stands,
            missed=each.kind == "missed",
            words=tuple(_words(opened, each.places)),
        )
        for each in amendments_of(session, store, opened.row, opened.mask)
    )


def claims_of(opened: Opened, corrected: Sequence[Corrected]) -> tuple[Claimed, ...]:
    """The words of those that stand as places of the page."""
    numbers = {victim.id: (number, victim.name) for number, victim in enumerate(opened.result.victims, 1)}
    claims = []
    for each in corrected:
        if each.stands and each.victim in numbers:
            number, name = numbers[each.victim]
            says = f"{name}　{each.title}：更正为{each.says}"
            claims += [Claimed(span, each.style, number, says) for span in each.words]
    return tuple(claims)


def beside_facts(panels: Sequence[Panel], corrected: Sequence[Corrected]) -> dict[tuple[str, int], list[Corrected]]:
    """Each that stands beside the fact row of what was read: by victim and number of the row."""
    beside: dict[tuple[str, int], list[Corrected]] = {}
    for each in corrected:
        panel = next((panel for panel in panels if panel.id == each.victim), None)
        if panel is None or not each.stands:
            continue
        rows = [(number, row) for number, row in enumerate(panel.facts) if row.style == each.style]
        same = [number for number, row in rows if row.text == each.predicted]
        where = same[0] if same else rows[-1][0] if rows else len(panel.facts)
        beside.setdefault((panel.id, where), []).append(each)
    return beside


def _words(opened: Opened, evidence: Sequence[Mapping[str, Any]]) -> Iterator[SpanPart]:
    for place in evidence:
        start, end = place["start"], place["end"]
        document = next((d for d in opened.original.dossier.documents if d.id == place["document"]), None)
        if document is None or document.text[start:end] != place["text"]:
            continue
        shown = opened.screened.dossier.document(document.id)
        page = document.page_at(start)
        yield SpanPart(
            document=shown.id, document_name=shown.name, start=start, end=end, text=shown.text[start:end], page=page
        )
