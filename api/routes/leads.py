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
from api.corrections import correct, corrections_of, withdraw
from api.decisions import REASONS, decide, decisions_of, note_of
from api.inbox import LEVELS, Counts, LeadFilters, counts, list_leads
from api.opened import mask_for
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.service import Service
from api.store.leads import open_card, shown_card
from api.store.tables import DossierRow, Lead, User

router = APIRouter(tags=["leads"], responses=PROBLEMS)
Reader = Annotated[Visitor, Depends(requires(Permission.READ))]


class LeadLine(Shape):
    """Attributes:
    card: what a row shows: name, facts, quote with its place and what stands before and behind it in its sentence,
        summary; masked.
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
    action: str = Field(pattern="^(accept|check|reject|undo)$", examples=["check"])
    reason: str | None = Field(default=None, max_length=40, examples=["hardship"])
    note: str | None = Field(default=None, max_length=4000)


class DecisionPart(Shape):
    id: str
    action: str
    reason: str | None
    note: str | None
    by: str
    level: str
    at: dt.datetime


class LeadState(Shape):
    lead: str
    state: str
    decisions: list[DecisionPart]


class EvidencePlace(Shape):
    document: str = Field(max_length=16)
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class CorrectionBody(Shape):
    victim: str = Field(max_length=16, examples=["v1"])
    attribute: str = Field(max_length=16, examples=["injury"])
    kind: str = Field(max_length=8, examples=["value"])
    predicted: str | None = Field(default=None, max_length=500)
    corrected: str | None = Field(default=None, max_length=500, examples=["重伤一级"])
    evidence: list[EvidencePlace] = Field(default_factory=list, max_length=20)
    note: str | None = Field(default=None, max_length=2000)


class CorrectionPart(Shape):
    id: str
    victim: str
    attribute: str
    kind: str
    body: dict[str, Any]
    by: str
    at: dt.datetime


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
    return [
        _line(session, service, lead, dossiers[lead.dossier_id], handlers, masked=lead.dossier_id not in plain)
        for lead in leads
    ]


def _line(
    session: Session, service: Service, lead: Lead, row: DossierRow, handlers: dict[str, str], *, masked: bool
) -> LeadLine:
    card = open_card(service.store, lead)
    if masked:
        card = service.shelf.card(session, service.store, row, card)
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
        handler=handlers.get(row.handler_id or ""),
        card=shown_card(card),
    )


def _counts(counted: Counts | None) -> CountsPart | None:
    if counted is None:
        return None
    return CountsPart(
        total=counted.total,
        levels=counted.levels,
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
        lead = require_lead(session, visitor, lead_id)
        return _shown_state(session, service, visitor, lead)


@router.post("/leads/{lead_id}/decisions", status_code=201)
def decide_lead(
    lead_id: str,
    body: DecisionBody,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.DECIDE))],
) -> LeadState:
    """Takes up a lead, asks for a check first, or does not take it up; `undo` takes the newest back."""
    with service.store.begin() as session:
        lead = require_lead(session, visitor, lead_id)
        decide(session, service.store, visitor, lead, body.action, body.reason, body.note)
        return _shown_state(session, service, visitor, lead)


def _shown_state(session: Session, service: Service, visitor: Visitor, lead: Lead) -> LeadState:
    """A lead's decisions with their notes as this visitor may see them."""
    state = lead_state(session, service, lead)
    row = session.get_one(DossierRow, lead.dossier_id)
    if not is_unmasked(session, visitor, row.id):
        mask = mask_for(session, service.store, service.shelf, row)
        for decision in state.decisions:
            decision.note = mask.words(decision.note) if decision.note else None
    return state


def lead_state(session: Session, service: Service, lead: Lead) -> LeadState:
    parts = []
    for decision in decisions_of(session, lead.id):
        user = session.get(User, decision.user_id)
        parts.append(
            DecisionPart(
                id=decision.id,
                action=decision.action,
                reason=decision.reason,
                note=note_of(service.store, decision),
                by=user.name if user else "接口",
                level=decision.level,
                at=decision.at,
            )
        )
    return LeadState(lead=lead.id, state=lead.state, decisions=parts)


@router.get("/dossiers/{dossier_id}/corrections")
def list_corrections(dossier_id: str, service: ServiceOf, visitor: Reader) -> list[CorrectionPart]:
    """Corrections that stand, beside what was predicted."""
    with service.store.read() as session:
        row = require_dossier(session, visitor, dossier_id)
        return correction_parts(session, service, visitor, row)


def correction_parts(session: Session, service: Service, visitor: Visitor, row: DossierRow) -> list[CorrectionPart]:
    plain = is_unmasked(session, visitor, row.id)
    mask = None if plain else mask_for(session, service.store, service.shelf, row)
    parts = []
    for correction, body in corrections_of(session, service.store, row.id):
        user = session.get(User, correction.user_id)
        parts.append(
            CorrectionPart(
                id=correction.id,
                victim=correction.victim,
                attribute=correction.attribute,
                kind=correction.kind,
                body=mask.json(body) if mask is not None else body,
                by=user.name if user else "接口",
                at=correction.at,
            )
        )
    return parts


@router.post("/dossiers/{dossier_id}/corrections", status_code=201)
def add_correction(
    dossier_id: str,
    body: CorrectionBody,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.READ, Permission.CORRECT))],
) -> list[CorrectionPart]:
    """Puts a value or an attribution right; the prediction stays beside it."""
    with service.store.begin() as session:
        row = require_dossier(session, visitor, dossier_id)
        correct(
            session,
            service.store,
            visitor,
            dossier_id,
            victim=body.victim,
            attribute=body.attribute,
            kind=body.kind,
            predicted=body.predicted,
            corrected=body.corrected,
            evidence=[place.model_dump() for place in body.evidence],
            note=body.note,
        )
        return correction_parts(session, service, visitor, row)


@router.delete("/dossiers/{dossier_id}/corrections/{correction_id}", status_code=204)
def withdraw_correction(
    dossier_id: str,
    correction_id: str,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.READ, Permission.CORRECT))],
) -> None:
    """Withdraws a correction; that it was there stays on record."""
    with service.store.begin() as session:
        require_dossier(session, visitor, dossier_id)
        if not withdraw(session, visitor, dossier_id, correction_id):
            raise NotFound("correction.not_found", "没有这条更正", "请刷新页面")
