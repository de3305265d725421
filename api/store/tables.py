"""The tables of the store: what is kept of dossiers, jobs, results, people who work with them, and the audit trail.

One place names every column; `api/store/migrations` brings a database to it, and a test compares the two. Columns
that end in `_sealed` hold bytes that only the store's `Vault` can read (dossier text, names, quotes, notes): nothing
else writes them, and nothing readable about a person stands in any other column. Times are aware, in UTC. Identifiers
of things that leave the product are random words of `new_id`, never counters.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.annotation_tables import Annotation, AnnotationItem
from api.store.base import BigId, Id, Sha, Table, new_id, now
from api.store.key_tables import StoreKey
from api.store.people_tables import ApiKey, Office, SignIn, User
from api.store.trust_tables import AuditEntry, RecallCheck, RemovedLeads, Unmasking, VersionSeen

__all__ = [
    "Access",
    "Annotation",
    "AnnotationItem",
    "ApiKey",
    "AuditEntry",
    "Correction",
    "Decision",
    "DossierRow",
    "Hook",
    "Job",
    "Lead",
    "LeadTag",
    "Office",
    "PageImage",
    "Paper",
    "Passage",
    "RecallCheck",
    "RemovedLeads",
    "Result",
    "SignIn",
    "StoreKey",
    "Table",
    "Unmasking",
    "Upload",
    "User",
    "VersionSeen",
    "new_id",
    "now",
]

# ---------------------------------------------------------------- dossiers and what was made of them


class DossierRow(Table):
    """A dossier (卷宗): one matter, with every upload that belongs to it.

    Attributes:
        name_sealed: as uploaded; file names carry people's names.
        number_hash: keyed hash of the case number, to find the dossier a supplement belongs to.
        state: `waiting`, `screening`, `screened`, `failed`.
        level: of the current result, None before the first.
        sealed: a sealed case of a minor: seen only by accounts with `sealed_cases`.
        keep_until: day after which retention removes it; None keeps it.
        deleted_at: its contents are gone; the row stays for the audit trail's sake, emptied.
    """

    __tablename__ = "dossier"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    handler_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    name_sealed: Mapped[bytes | None]
    number_sealed: Mapped[bytes | None]
    number_hash: Mapped[str | None] = mapped_column(Sha)
    metadata_sealed: Mapped[bytes | None]  # whatever the case system sent beside the files
    charges: Mapped[list[str]] = mapped_column(default=list)
    stage: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    level: Mapped[str | None] = mapped_column(String(8))
    urgent: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(default=False)
    result_id: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    screened_at: Mapped[dt.datetime | None]
    keep_until: Mapped[dt.date | None] = mapped_column(Date)
    deleted_at: Mapped[dt.datetime | None]
    __table_args__ = (
        UniqueConstraint("office_id", "number_hash"),
        Index("ix_dossier_office_created", "office_id", "created_at"),
        Index("ix_dossier_state", "state"),
    )


class Access(Table):
    """A right to one dossier given to one account beyond its office's."""

    __tablename__ = "access"
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    given_by: Mapped[str | None] = mapped_column(Id)
    given_at: Mapped[dt.datetime] = mapped_column(default=now)


class Upload(Table):
    """One file or archive as it came in; its bytes are the blob of that id.

    Attributes:
        content_key: keyed hash over the office and the files of one call, so that the same call made again is found.
        batch: which call it came with: files of one call share it.
        kind: `main`, or `supplement` (补充卷) for everything added after the first call.
    """

    __tablename__ = "upload"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), index=True)
    batch: Mapped[str] = mapped_column(Id)
    content_key: Mapped[str] = mapped_column(Sha)
    position: Mapped[int]
    blob: Mapped[str] = mapped_column(Sha, index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    name_sealed: Mapped[bytes]
    kind: Mapped[str] = mapped_column(String(12), default="main")
    received_by: Mapped[str | None] = mapped_column(Id)  # account or API key
    received_at: Mapped[dt.datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("content_key", "position"),)


class Result(Table):
    """A screening of a dossier; earlier ones are kept, the dossier's `result_id` names the current one.

    Attributes:
        number: 1, 2, … within the dossier.
        body_sealed: the contract's JSON, compressed.
        change_sealed: JSON of what changed against the one before, None for the first.
    """

    __tablename__ = "result"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"))
    number: Mapped[int]
    job_id: Mapped[str | None] = mapped_column(Id, unique=True)  # one job can leave one result
    as_of: Mapped[dt.date] = mapped_column(Date)
    pipeline: Mapped[str] = mapped_column(String(80))
    model: Mapped[str] = mapped_column(String(80))
    rules: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(8))
    body_sealed: Mapped[bytes]
    change_sealed: Mapped[bytes | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("dossier_id", "number"),)


class Paper(Table):
    """A document of the current result, with its text as served and where its pages and characters stand.

    Attributes:
        document: its id in the contract, `d1`.
        upload_id: where it came from; `member` inside an archive is part of the sealed name.
        layout_sealed: pages and character boxes, see `api.store.papers`.
    """

    __tablename__ = "paper"
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True)
    document: Mapped[str] = mapped_column(String(16), primary_key=True)
    position: Mapped[int]
    kind: Mapped[str | None] = mapped_column(String(40))
    chars: Mapped[int]
    pages: Mapped[int]
    name_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]
    layout_sealed: Mapped[bytes]


class Passage(Table):
    """A stretch of a paper that the full-text index holds; the words themselves are in the index, see `search`.

    Attributes:
        start, end: code points into the paper's text.
    """

    __tablename__ = "passage"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), index=True)
    document: Mapped[str] = mapped_column(String(16))
    start: Mapped[int]
    end: Mapped[int]


class PageImage(Table):
    """A page drawn as an image, made when first asked for; the blob is sealed like an upload."""

    __tablename__ = "page_image"
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True)
    document: Mapped[str] = mapped_column(String(16), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    blob: Mapped[str] = mapped_column(Sha, index=True)
    width: Mapped[int]
    height: Mapped[int]


class Lead(Table):
    """A victim of the current result, as the inbox lists it. The same person keeps the row over re-screenings.

    Attributes:
        victim: the victim's id in the current result, `v1`; None when the person is no longer found: the other columns
            then say what was known when they last were.
        person_hash: keyed hash of name and type: how somebody is known again who was not found for a while.
        state: `open`, `accepted`, `checking`, `rejected`: the newest decision, or none.
        card_sealed: JSON of what a row shows: name, facts, quote, summary.
    """

    __tablename__ = "lead"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"))
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    victim: Mapped[str | None] = mapped_column(String(16))
    person_hash: Mapped[str] = mapped_column(Sha)
    level: Mapped[str] = mapped_column(String(8))
    rank: Mapped[int]  # of the level: 0 red … 4 none, for ordering
    urgent: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(default=False)  # as the dossier's
    articles: Mapped[list[str]] = mapped_column(default=list)
    groups: Mapped[list[str]] = mapped_column(default=list)  # priority groups that are met
    charges: Mapped[list[str]] = mapped_column(default=list)
    questions: Mapped[int] = mapped_column(default=0)
    card_sealed: Mapped[bytes]
    state: Mapped[str] = mapped_column(String(10), default="open")
    changed: Mapped[bool] = mapped_column(default=False)  # since the newest decision, by a re-screening
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    decided_at: Mapped[dt.datetime | None]
    __table_args__ = (
        UniqueConstraint("dossier_id", "person_hash"),
        Index("ix_lead_inbox", "office_id", "state", "rank", "created_at"),
        Index("ix_lead_listing", "state", "rank", "created_at"),
    )


class LeadTag(Table):
    """Articles, groups and charges of a lead, one row each: what the inbox filters by."""

    __tablename__ = "lead_tag"
    lead_id: Mapped[str] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)  # article, group, charge
    word: Mapped[str] = mapped_column(String(80), primary_key=True)
    __table_args__ = (Index("ix_lead_tag_word", "kind", "word"),)


# ---------------------------------------------------------------- what people said of it


class Decision(Table):
    """What a person decided about a lead; never changed, a later one stands.

    Attributes:
        action: `accept`, `reject`, `check`, `undo`.
        reason: code of `api.decisions`.
        level: of the lead when it was decided.
    """

    __tablename__ = "decision"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    lead_id: Mapped[str] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"), index=True)
    dossier_id: Mapped[str] = mapped_column(Id, index=True)
    result_id: Mapped[str | None] = mapped_column(Id)
    user_id: Mapped[str] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(40))
    note_sealed: Mapped[bytes | None]
    level: Mapped[str] = mapped_column(String(8))
    at: Mapped[dt.datetime] = mapped_column(default=now)


class Correction(Table):
    """A value, an attribution or who is a victim, put right by a person and kept beside the prediction.

    Attributes:
        victim: id in the result; empty for `missed`.
        attribute: `person` for `missed` and `mistaken`.
        kind: `value`, `owner` (it is somebody else's), `remove`, `add`; of a person: `missed`, `mistaken` (no victim).
        body_sealed: JSON: predicted and corrected value, evidence spans, note; name and type, or reason, of a person.
    """

    __tablename__ = "correction"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), index=True)
    result_id: Mapped[str] = mapped_column(Id)
    victim: Mapped[str] = mapped_column(String(16))
    attribute: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(8))
    body_sealed: Mapped[bytes]
    user_id: Mapped[str] = mapped_column(Id)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[dt.datetime | None]


# ---------------------------------------------------------------- work in the background


class Job(Table):
    """Work to be done, written in the transaction that makes it necessary.

    Attributes:
        kind: a module of `api.jobs.kinds`: `screen`, `deliver`, `tidy`.
        state: `waiting`, `running`, `done`, `dead` (given up, `error` says why), `cancelled`.
        once: jobs with equal words here are one job while it waits.
        after: not before this time.
        lease_until: a running job whose lease has run out may be taken by another worker.
        worker: who holds it; every write of a worker names it, so that one that lost its lease can write nothing.
        error: `{"code", "message", "hint"}` in the shape of every error.
    """

    __tablename__ = "job"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    dossier_id: Mapped[str | None] = mapped_column(Id, index=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    once: Mapped[str | None] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=4)
    after: Mapped[dt.datetime] = mapped_column(default=now)
    lease_until: Mapped[dt.datetime | None]
    worker: Mapped[str | None] = mapped_column(String(80))
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[dict[str, Any] | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    __table_args__ = (Index("ix_job_next", "state", "after"), Index("ix_job_once", "once"))


class Hook(Table):
    """An address of the case system that is told what happened; bodies are signed with the secret."""

    __tablename__ = "hook"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    url: Mapped[str] = mapped_column(String(500))
    secret_sealed: Mapped[bytes]
    events: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
