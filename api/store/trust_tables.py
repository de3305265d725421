"""Tables that others rely on to trust the rest: who saw names, who did what, what was missed, which versions ran."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import BigId, Id, Sha, Table, new_id, now


class Unmasking(Table):
    """A person's act of seeing one dossier with its names and numbers, for a while; also in the audit trail."""

    __tablename__ = "unmasking"
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    until: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(String(40))


class AuditEntry(Table):
    """One act, chained: `hash` covers the entry and the hash before it. Rows are only ever added.

    Attributes:
        actor: account or API key id, `system`, or `anonymous`.
        action: dotted word of `api.accounts.audit`, e.g. `lead.unmask`.
        object: kind and id of what was acted on, `dossier:ab12…`.
        detail: small facts without anybody's name or words of a dossier.
    """

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(40), index=True)
    action: Mapped[str] = mapped_column(String(40), index=True)
    object: Mapped[str | None] = mapped_column(String(60), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[str] = mapped_column(Sha)
    hash: Mapped[str] = mapped_column(Sha)


class RecallCheck(Table):
    """A dossier without a lead, drawn blind for checking: what a person found in it measures what is missed.

    Attributes:
        month: `2026-03`.
        missed: victims that should have been found, None until checked.
        victims: victims that are in the papers at all, as the checker counts.
        names_sealed: JSON list of the missed ones' names, as they are written there; as many as the checker gave.
    """

    __tablename__ = "recall_check"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"))
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    month: Mapped[str] = mapped_column(String(7))
    population: Mapped[int]  # dossiers without a lead in that month and office, the draw's denominator
    drawn_at: Mapped[dt.datetime] = mapped_column(default=now)
    checked_by: Mapped[str | None] = mapped_column(Id)
    checked_at: Mapped[dt.datetime | None]
    missed: Mapped[int | None]
    victims: Mapped[int | None]
    note_sealed: Mapped[bytes | None]
    names_sealed: Mapped[bytes | None]
    __table_args__ = (UniqueConstraint("month", "dossier_id"),)


class RemovedLeads(Table):
    """A lead that went with its removed dossier, as figures count it: those of the past stay, nothing of anybody does.

    Attributes:
        day: on which it had arrived.
        state: what had been decided of it.
        screening, deciding, reasons: as in `api.store.counts.Counted`.
    """

    __tablename__ = "removed_leads"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    day: Mapped[dt.date] = mapped_column(Date, index=True)
    level: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10))
    articles: Mapped[list[str]] = mapped_column(default=list)
    groups: Mapped[list[str]] = mapped_column(default=list)
    charges: Mapped[list[str]] = mapped_column(default=list)
    screening: Mapped[int]
    deciding: Mapped[int | None]
    reasons: Mapped[list[str]] = mapped_column(default=list)


class VersionSeen(Table):
    """A model or rule version from the day this installation first ran with it, with what changed in words."""

    __tablename__ = "version_seen"
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)  # pipeline, model, rules
    version: Mapped[str] = mapped_column(String(80), primary_key=True)
    first_seen: Mapped[dt.datetime] = mapped_column(default=now)
    note: Mapped[str | None] = mapped_column(String(2000))
