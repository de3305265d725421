"""Which dossiers a visitor may see: those of the office, those given to the person, never a sealed one without the
right to sealed cases. What may not be seen does not exist for whoever asks.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from api.accounts.rights import Permission, Visitor
from api.store.tables import Access, DossierRow, Lead
from dossier.errors import JiuzhuError


class NotFound(JiuzhuError):
    """Nothing of that id, or nothing that this visitor may know of."""


def visible(visitor: Visitor) -> ColumnElement[bool]:
    """A condition over `DossierRow`."""
    if not (visitor.may(Permission.READ) or visitor.may(Permission.UPLOAD)):
        return false()
    mine: ColumnElement[bool] = DossierRow.office_id == visitor.office_id
    if visitor.given:
        mine = or_(mine, DossierRow.id.in_(select(Access.dossier_id).where(Access.user_id == visitor.id)))
    open_ = DossierRow.sealed.is_(False)
    return and_(mine, DossierRow.deleted_at.is_(None), *(() if visitor.sealed_cases else (open_,)))


def lead_visible(visitor: Visitor) -> ColumnElement[bool]:
    """A condition over `Lead`."""
    if not visitor.may(Permission.READ):
        return false()
    mine: ColumnElement[bool] = Lead.office_id == visitor.office_id
    if visitor.given:
        mine = or_(mine, Lead.dossier_id.in_(select(Access.dossier_id).where(Access.user_id == visitor.id)))
    return mine if visitor.sealed_cases else and_(mine, Lead.sealed.is_(False))


def require_dossier(session: Session, visitor: Visitor, dossier_id: str) -> DossierRow:
    """Raises: NotFound."""
    row = session.scalars(select(DossierRow).where(DossierRow.id == dossier_id, visible(visitor))).first()
    if row is None:
        raise NotFound("dossier.not_found", "没有这件卷宗，或您无权查阅", "请核对地址；需要查阅的，请本院负责人授权")
    return row


def require_lead(session: Session, visitor: Visitor, lead_id: str) -> Lead:
    """Raises: NotFound."""
    lead = session.scalars(select(Lead).where(Lead.id == lead_id, lead_visible(visitor))).first()
    if lead is None:
        raise NotFound("lead.not_found", "没有这条线索，或您无权查阅", "请核对地址")
    return lead
