"""Corrections of what was read: a value, an attribution, who is a victim at all."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy.orm import Session

from api.accounts.http import requires
from api.accounts.masking import is_unmasked
from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import NotFound, require_dossier
from api.annotation.shapes import WordsPart
from api.chosen_words import find_chosen, places_shown
from api.corrections import correct, withdraw
from api.in_force import amendments_of
from api.opened import open_dossier_for
from api.person_corrections import correct_missed, correct_mistaken
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.service import Service
from api.store.tables import DossierRow

router = APIRouter(tags=["leads"], responses=PROBLEMS)
Reader = Annotated[Visitor, Depends(requires(Permission.READ))]


class EvidencePlace(Shape):
    document: str = Field(max_length=16)
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class CorrectionBody(Shape):
    """Attributes:
    victim: id in the current result; none for somebody who was missed.
    attribute: none where the person as such is put right.
    kind: of a value: `value`, `owner`, `remove`, `add`; of a person: `missed`, `mistaken`.
    predicted: the value that was looked at, as the result says it; refused when it says otherwise.
    name, type: of somebody who was missed; the name stands in one of the places.
    reason: why somebody is no victim.
    evidence: places that bear it out, by offsets.
    words: the same by numbered words, as `…/pages/{page}/words` gives them.
    result: the result that was looked at; a newer one refuses the correction.
    """

    victim: str | None = Field(default=None, max_length=16, examples=["v1"])
    attribute: str | None = Field(default=None, max_length=16, examples=["injury"])
    kind: str = Field(max_length=8, examples=["value"])
    name: str | None = Field(default=None, max_length=40)
    type: str | None = Field(default=None, max_length=16)
    reason: str | None = Field(default=None, max_length=16)
    predicted: str | None = Field(default=None, max_length=500)
    corrected: str | None = Field(default=None, max_length=500, examples=["重伤一级"])
    evidence: list[EvidencePlace] = Field(default_factory=list, max_length=20)
    words: list[WordsPart] = Field(default_factory=list, max_length=20)
    note: str | None = Field(default=None, max_length=2000)
    result: str | None = Field(default=None, max_length=12)


class CorrectionPart(Shape):
    """Attributes:
    victim: id in the current result; empty when the person is not among its victims or was missed.
    name: of the person, masked.
    attribute: `person` where the person as such was put right.
    body: what was predicted and what is right, places, note; of a person also `name`, `type`, `reason`.
    stands: false when somebody put the same value right later.
    """

    id: str
    victim: str
    name: str
    attribute: str
    kind: str
    body: dict[str, Any]
    by: str
    at: dt.datetime
    stands: bool


@router.get("/dossiers/{dossier_id}/corrections")
def list_corrections(dossier_id: str, service: ServiceOf, visitor: Reader) -> list[CorrectionPart]:
    """Corrections that were not withdrawn, beside what was predicted, oldest first; of several about one value the
    newest stands."""
    with service.store.read() as session:
        row = require_dossier(session, visitor, dossier_id)
        return correction_parts(session, service, visitor, row)


def correction_parts(session: Session, service: Service, visitor: Visitor, row: DossierRow) -> list[CorrectionPart]:
    plain = is_unmasked(session, visitor, row.id)
    mask = None if plain or row.result_id is None else service.shelf.get(session, service.store, row).mask
    return [
        CorrectionPart(
            id=each.id,
            victim=each.victim,
            name=each.name,
            attribute=each.attribute,
            kind=each.kind,
            body=each.body,
            by=each.by,
            at=each.at,
            stands=each.stands,
        )
        for each in amendments_of(session, service.store, row, mask)
    ]


@router.post("/dossiers/{dossier_id}/corrections", status_code=201)
def add_correction(
    dossier_id: str,
    body: CorrectionBody,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.READ, Permission.CORRECT))],
) -> list[CorrectionPart]:
    """Puts a value, an attribution or who is a victim right; the prediction stays beside it."""
    with service.store.begin() as session:
        row = require_dossier(session, visitor, dossier_id)
        _correct(session, service, visitor, dossier_id, body)
        return correction_parts(session, service, visitor, row)


def _correct(session: Session, service: Service, visitor: Visitor, dossier_id: str, body: CorrectionBody) -> None:
    places = [place.model_dump() for place in body.evidence]
    if body.words:
        opened = open_dossier_for(session, service.store, service.shelf, visitor, dossier_id)
        chosen = find_chosen(opened, places_shown(session, service.store, opened), body.words)
        places += [{"document": quote.document, "start": quote.start, "end": quote.end} for quote in chosen]
    whose = (session, service.store, visitor, dossier_id)
    if body.kind == "missed":
        correct_missed(*whose, name=body.name, victim_type=body.type, evidence=places, note=body.note)
    elif body.kind == "mistaken":
        correct_mistaken(*whose, victim=body.victim or "", reason=body.reason, evidence=places, note=body.note)
    else:
        correct(
            *whose,
            victim=body.victim or "",
            attribute=body.attribute or "",
            kind=body.kind,
            predicted=body.predicted,
            corrected=body.corrected,
            evidence=places,
            note=body.note,
            result=body.result,
        )


@router.delete("/dossiers/{dossier_id}/corrections/{correction_id}", status_code=204)
def withdraw_correction(
    dossier_id: str,
    correction_id: str,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.READ, Permission.CORRECT))],
) -> None:
    """Withdraws one's own correction, a leader anybody's; that it was there stays on record."""
    with service.store.begin() as session:
        require_dossier(session, visitor, dossier_id)
        if not withdraw(session, visitor, dossier_id, correction_id):
            raise NotFound("correction.not_found", "没有这条更正", "请刷新页面")
