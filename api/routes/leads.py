"""Leads: the inbox as data, decisions with their history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.directory import find_user
from api.accounts.http import requires
from api.accounts.masking import is_unmasked, unmasked_by
from api.accounts.rights import Permission, Visitor
from api.accounts.sessions import visitor_of
from api.accounts.visibility import require_lead
from api.corrections import corrected_among
from api.decisions import REASONS, STATE_TITLES, decide, decisions_of, maker_of, note_of
from api.in_force import amend_facts, amendments_of, in_force_of
from api.inbox import LEVELS, Counts, LeadFilters, counts, list_leads
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.service import Service
from api.store.leads import open_card, shown_card
from api.store.tables import DossierRow, Lead, User
from dossier.errors import JiuzhuError

router = APIRouter(tags=["leads"], responses=PROBLEMS)
Reader = Annotated[Visitor, Depends(requires(Permission.READ))]
_Level = Annotated[str, Field(pattern=f"^({'|'.join(LEVELS)})$")]
_State = Annotated[str, Field(pattern=f"^({'|'.join(STATE_TITLES)})$")]


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
    by: str | None = Field(
        default=None, max_length=64, description="处理人的登录名；接口密钥须写明，登录的人不写", examples=[None]
    )


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


def filters_of(
    level: Annotated[list[_Level] | None, Query()] = None,
    state: Annotated[list[_State] | None, Query()] = None,
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
        levels=tuple(level) if level else standard.levels,
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
    since: Annotated[AwareDatetime | None, Query(description="只列此时以后新到的线索，须带时区")] = None,
) -> LeadList:
    """Leads by level, newest first; `after` of one answer asks for the next page."""
    filters = replace(filters, since=since)
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
        visitor = _decider(session, visitor, lead, body.by)
        decide(session, service.store, visitor, lead, body.action, body.reason, body.note, last=body.last)
        return lead_state(session, service, visitor, lead)


def _decider(session: Session, visitor: Visitor, lead: Lead, login: str | None) -> Visitor:
    """The person who decides: whoever has signed in, or whom the key's system names; a key alone decides nothing.

    Raises:
        JiuzhuError: `decision.by`.
    """
    if visitor.kind == "user":
        if login is not None:
            raise JiuzhuError("decision.by", "处理人就是登录的人，不能另写", "请去掉 by")
        return visitor
    user = find_user(session, login or "")
    person = visitor_of(user) if user is not None and user.active else None
    if person is None or not person.may(Permission.DECIDE) or person.office_id != visitor.office_id:
        raise JiuzhuError("decision.by", "接口作出处理须写明本院有权处理的人", "请在 by 中写明其登录名")
    require_lead(session, person, lead.id)
    record(session, visitor.id, "key.decide", f"lead:{lead.id}", person=person.id)
    return person


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
