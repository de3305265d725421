"""Leads: the inbox as data, decisions with their history, corrections of what was read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.http import requires
from api.accounts.masking import is_unmasked, unmasked_by
from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import NotFound, require_dossier, require_lead
from api.annotation.shapes import WordsPart
from api.chosen_words import find_chosen, places_shown
from api.corrections import correct, corrected_among, withdraw
from api.decisions import REASONS, decide, decisions_of, maker_of, note_of
from api.in_force import amend_facts, amendments_of, in_force_of
from api.inbox import LEVELS, Counts, LeadFilters, counts, list_leads
from api.opened import open_dossier_for
from api.person_corrections import correct_missed, correct_mistaken
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.service import Service
from api.store.leads import open_card, shown_card
from api.store.tables import DossierRow, Lead, User

router = APIRouter(tags=["leads"], responses=PROBLEMS)
Reader = Annotated[Visitor, Depends(requires(Permission.READ))]


class LeadLine(Shape):
    """Attributes:
    card: what a row shows: name, facts, quote with its place and what stands before and behind it in its sentence,
        summary; masked. A fact has its value in force, and in `beside` what was read where somebody put it right.
    victim: in the current result; null when the person, about whom somebody decided, is no longer found there.
    changed: what was decided on has changed since, by a supplement or another version.
    """

    id: str
    dossier: str
    victim: str | None
    level: str
    urgent: bool
    state: str
    changed: bool
    articles: list[str]
    groups: list[str]
    charges: list[str]
    questions: int
    created_at: dt.datetime
    decided_at: dt.datetime | None
    handler: str | None
    card: dict[str, Any]


class CountsPart(Shape):
    total: int
    levels: dict[str, int]
    states: dict[str, int]
    articles: dict[str, int]
    groups: dict[str, int]
    charges: dict[str, int]
    late: int
    fresh: int
    changed: int
    sealed: int


class LeadList(Shape):
    leads: list[LeadLine]
    after: str | None
    counts: CountsPart | None


class DecisionBody(Shape):
    """Attributes:
    last: id of the newest decision that was seen, `last` of the lead's state; null when there was none.
    """

    action: str = Field(pattern="^(accept|check|reject|undo)$", examples=["check"])
    reason: str | None = Field(default=None, max_length=40, examples=["hardship"])
    note: str | None = Field(default=None, max_length=4000)
    last: str | None = Field(default=None, max_length=12)


class DecisionPart(Shape):
    id: str
    action: str
    reason: str | None
    note: str | None
    by: str
    level: str
    at: dt.datetime


class LeadState(Shape):
    """Attributes:
    last: id of the newest decision; the next one names it.
    """

    lead: str
    state: str
    last: str | None
    decisions: list[DecisionPart]


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


def filters_of(
    level: Annotated[list[str] | None, Query()] = None,
    state: Annotated[list[str] | None, Query()] = None,
    article: Annotated[list[str] | None, Query()] = None,
    group: Annotated[list[str] | None, Query()] = None,
    charge: Annotated[list[str] | None, Query()] = None,
    office: Annotated[str | None, Query(max_length=12)] = None,
    waiting: Annotated[str | None, Query(pattern="^(late|fresh)$")] = None,
    changed: bool = False,
) -> LeadFilters:
    """The filters in an address, for the route and the page alike."""
    standard = LeadFilters()
    return LeadFilters(
        levels=tuple(lv for lv in level if lv in LEVELS) if level else standard.levels,
        states=tuple(state) if state else () if changed else standard.states,
        articles=tuple(article or ()),
        groups=tuple(group or ()),
        charges=tuple(charge or ()),
        office=office,
        waiting=waiting,
        changed=changed,
    )


@router.get("/leads")
def lead_list(
    service: ServiceOf,
    visitor: Reader,
    filters: Annotated[LeadFilters, Depends(filters_of)],
    after: Annotated[str | None, Query(max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    with_counts: bool = False,
) -> LeadList:
    """Leads by level, newest first; `after` of one answer asks for the next page."""
    with service.store.read() as session:
        page = list_leads(session, visitor, filters, after=after, limit=limit)
        lines = lead_lines(session, service, visitor, page.leads)
        counted = counts(session, visitor, filters) if with_counts else None
    return LeadList(leads=lines, after=page.after, counts=_counts(counted))


def lead_lines(session: Session, service: Service, visitor: Visitor, leads: Sequence[Lead]) -> list[LeadLine]:
    """Rows of the inbox as this visitor may see them; what they need is fetched at once, not row by row."""
    rows = session.scalars(select(DossierRow).where(DossierRow.id.in_([lead.dossier_id for lead in leads])))
    dossiers = {row.id: row for row in rows}
    users = session.scalars(select(User).where(User.id.in_([row.handler_id for row in dossiers.values()])))
    handlers = {user.id: user.name for user in users}
    plain = unmasked_by(session, visitor)
    corrected = corrected_among(session, dossiers)
    lines = []
    for lead in leads:
        row, card = dossiers[lead.dossier_id], open_card(service.store, lead)
        mask = service.shelf.mask_for(row, card) if row.id not in plain else None
        if mask is not None:
            card = mask.json(card)
        amendments = amendments_of(session, service.store, row, mask) if row.id in corrected else ()
        card["facts"] = amend_facts(card["facts"], lead.victim or "", in_force_of(amendments))
        lines.append(_line(lead, card, handlers.get(row.handler_id or "")))
    return lines


def _line(lead: Lead, card: dict[str, Any], handler: str | None) -> LeadLine:
    return LeadLine(
        id=lead.id,
        dossier=lead.dossier_id,
        victim=lead.victim,
        level=lead.level,
        urgent=lead.urgent,
        state=lead.state,
        changed=lead.changed,
        articles=lead.articles,
        groups=lead.groups,
        charges=lead.charges,
        questions=lead.questions,
        created_at=lead.created_at,
        decided_at=lead.decided_at,
        handler=handler,
        card=shown_card(card),
    )


def _counts(counted: Counts | None) -> CountsPart | None:
    if counted is None:
        return None
    return CountsPart(
        total=counted.total,
        levels=counted.levels,
        states=counted.states,
        articles=counted.articles,
        groups=counted.groups,
        charges=counted.charges,
        late=counted.late,
        fresh=counted.fresh,
        changed=counted.changed,
        sealed=counted.sealed,
    )


@router.get("/decision-reasons")
def decision_reasons(_visitor: Reader) -> dict[str, dict[str, str]]:
    """Reason codes of every action, in the order of their keys 1–5."""
    return REASONS


@router.get("/leads/{lead_id}/decisions")
def lead_decisions(lead_id: str, service: ServiceOf, visitor: Reader) -> LeadState:
    """The history of a lead's decisions, oldest first."""
    with service.store.read() as session:
        return lead_state(session, service, visitor, require_lead(session, visitor, lead_id))


@router.post("/leads/{lead_id}/decisions", status_code=201)
def decide_lead(
    lead_id: str,
    body: DecisionBody,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.DECIDE))],
) -> LeadState:
    """Takes up a lead, asks for a check first, or does not take it up; `undo` takes one's own newest back."""
    with service.store.begin() as session:
        lead = require_lead(session, visitor, lead_id)
        decide(session, service.store, visitor, lead, body.action, body.reason, body.note, last=body.last)
        return lead_state(session, service, visitor, lead)


def lead_state(session: Session, service: Service, visitor: Visitor, lead: Lead) -> LeadState:
    """What was decided, as this visitor may see it: a note may name people."""
    mask = None
    if not is_unmasked(session, visitor, lead.dossier_id):
        row = session.get_one(DossierRow, lead.dossier_id)
        mask = service.shelf.mask_for(row, open_card(service.store, lead))
    parts = []
    for decision in decisions_of(session, lead.id):
        note = note_of(service.store, decision)
        parts.append(
            DecisionPart(
                id=decision.id,
                action=decision.action,
                reason=decision.reason,
                note=mask.words(note) if mask is not None and note else note,
                by=maker_of(session, decision),
                level=decision.level,
                at=decision.at,
            )
        )
    return LeadState(lead=lead.id, state=lead.state, last=parts[-1].id if parts else None, decisions=parts)


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
