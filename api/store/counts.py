"""What figures count of a lead: the same of one that is there and of one that went with its dossier.

In: leads with what was decided of them. Out: `Counted`, and a row of `removed_leads` for each that is removed. Both
ways go through `Counted`, so that no figure of the past changes by a removal. Nothing in it says of whom or of which
dossier.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from api.store.leads import listed
from api.store.tables import Decision, DossierRow, Lead, RemovedLeads, new_id


@dataclass(frozen=True, slots=True)
class Counted:
    """Attributes:
    day: on which the lead arrived, by the clock of this machine, as pages show times.
    screening: seconds from the upload to the lead.
    deciding: seconds from the lead to the decision that stands; None while it is open.
    reasons: `accept.start`, one for each decision made, in order.
    """

    day: dt.date
    office_id: str
    level: str
    state: str
    articles: tuple[str, ...]
    groups: tuple[str, ...]
    charges: tuple[str, ...]
    screening: int
    deciding: int | None
    reasons: tuple[str, ...]


def counted_leads(session: Session, *conditions: ColumnElement[bool]) -> list[Counted]:
    """The leads that meet conditions over `Lead` and that are listed."""
    leads = session.execute(
        select(Lead, DossierRow.created_at)
        .join(DossierRow, DossierRow.id == Lead.dossier_id)
        .where(listed(), *conditions)
    ).all()
    reasons: dict[str, list[str]] = defaultdict(list)
    made = select(Decision).join(Lead, Lead.id == Decision.lead_id).where(*conditions)
    for decision in session.scalars(made.order_by(Decision.at, Decision.id)):
        if decision.reason is not None:
            reasons[decision.lead_id].append(f"{decision.action}.{decision.reason}")
    return [_counted(lead, uploaded, tuple(reasons[lead.id])) for lead, uploaded in leads]


def counted_removed(session: Session, *conditions: ColumnElement[bool]) -> list[Counted]:
    """Those that went with their dossiers and meet conditions over `RemovedLeads`."""
    return [
        Counted(
            row.day,
            row.office_id,
            row.level,
            row.state,
            tuple(row.articles),
            tuple(row.groups),
            tuple(row.charges),
            row.screening,
            row.deciding,
            tuple(row.reasons),
        )
        for row in session.scalars(select(RemovedLeads).where(*conditions))
    ]


def keep_counts(session: Session, dossier_id: str) -> None:
    """Writes down what is counted of a dossier's leads, before they go."""
    for counted in counted_leads(session, Lead.dossier_id == dossier_id):
        kept = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(counted).items()}
        session.add(RemovedLeads(id=new_id(), **kept))


def _counted(lead: Lead, uploaded: dt.datetime, reasons: tuple[str, ...]) -> Counted:
    return Counted(
        lead.created_at.astimezone().date(),  # the office's day, as its pages show it
        lead.office_id,
        lead.level,
        lead.state,
        tuple(dict.fromkeys(lead.articles)),
        tuple(dict.fromkeys(lead.groups)),
        tuple(dict.fromkeys(lead.charges)),
        int((lead.created_at - uploaded).total_seconds()),
        int((lead.decided_at - lead.created_at).total_seconds()) if lead.decided_at is not None else None,
        reasons,
    )
