"""Corrections as pages show them: whose value, what was read before, what a person put in its place, on which words.

In: a dossier opened for somebody. Out: the corrections that stand, in the current result's frame and masked like it.
One whose victim the current result does not know, and words that the papers do not say any more, are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from api.annotation.questions import QUESTIONS
from api.annotation.queue import counterpart
from api.corrections import KINDS, corrections_of
from api.opened import Opened
from api.person_corrections import PERSON_KINDS
from api.schemas import SpanPart
from api.store.results import load_result
from api.store.store import Store
from api.store.tables import Correction, User
from api.web.panels import Panel
from api.web.places import Claimed
from api.wording import UNSTATED


@dataclass(frozen=True, slots=True)
class Corrected:
    """Attributes:
    victim: id in the current result; empty for somebody whom it missed.
    attribute: one of the questions of annotation, so also whether somebody is a victim.
    predicted: what was read, None where nothing was.
    says: what stands in its place.
    words: where the papers bear it out.
    """

    id: str
    victim: str
    attribute: str
    kind: str
    predicted: str | None = field(repr=False)
    says: str = field(repr=False)
    note: str | None = field(repr=False)
    by: str
    at: dt.datetime
    words: tuple[SpanPart, ...] = field(repr=False)

    @property
    def style(self) -> str:
        return QUESTIONS[self.attribute].style

    @property
    def title(self) -> str:
        return QUESTIONS[self.attribute].title


def corrected_of(session: Session, store: Store, opened: Opened) -> tuple[Corrected, ...]:
    """Corrections that stand, oldest first."""
    found = []
    for row, plain in corrections_of(session, store, opened.row.id):
        victim = _victim(session, store, opened, row)
        if victim is None:
            continue
        body = opened.mask.json(plain) if opened.mask is not None else plain
        user = session.get(User, row.user_id)
        found.append(
            Corrected(
                id=row.id,
                victim=victim,
                attribute=row.attribute,
                kind={**KINDS, **PERSON_KINDS}[row.kind],
                predicted=body["predicted"],
                says=_says(row.kind, body),
                note=body["note"],
                by=user.name if user else "接口",
                at=row.at,
                words=tuple(_words(opened, plain["evidence"])),
            )
        )
    return tuple(found)


def claims_of(opened: Opened, corrected: Sequence[Corrected]) -> tuple[Claimed, ...]:
    """Their words as places of the page."""
    numbers = {victim.id: (number, victim.name) for number, victim in enumerate(opened.result.victims, 1)}
    claims = []
    for each in corrected:
        if each.victim not in numbers:
            continue
        number, name = numbers[each.victim]
        says = f"{name}　{each.title}：更正为{each.says}"
        claims += [Claimed(span, each.style, number, says) for span in each.words]
    return tuple(claims)


def beside_facts(panels: Sequence[Panel], corrected: Sequence[Corrected]) -> dict[tuple[str, int], list[Corrected]]:
    """Each correction beside the fact row of what was read: by victim and number of the row."""
    beside: dict[tuple[str, int], list[Corrected]] = {}
    for each in corrected:
        panel = next((panel for panel in panels if panel.id == each.victim), None)
        if panel is None:
            continue
        rows = [(number, row) for number, row in enumerate(panel.facts) if row.style == each.style]
        same = [number for number, row in rows if row.text == each.predicted]
        where = same[0] if same else rows[-1][0] if rows else len(panel.facts)
        beside.setdefault((panel.id, where), []).append(each)
    return beside


def _victim(session: Session, store: Store, opened: Opened, row: Correction) -> str | None:
    if row.kind == "missed":
        return ""
    if row.result_id == opened.row.result_id:
        return row.victim
    known = counterpart(load_result(session, store, row.result_id).result, row.victim, opened.original.result)
    return known.id if known is not None else None


def _says(kind: str, body: dict[str, Any]) -> str:
    if kind == "owner":
        return f"属于{body['corrected']}"
    if kind == "missed":
        return f"{body['corrected']}是被害人"
    if kind == "mistaken":
        return f"不是被害人：{body['corrected']}"
    return UNSTATED if kind == "remove" else str(body["corrected"])


def _words(opened: Opened, evidence: Sequence[dict[str, Any]]) -> Iterator[SpanPart]:
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
