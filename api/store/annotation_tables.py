"""Tables of annotation: what the queue asks, and what people answered, each answer for good."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import Id, Table, new_id, now


class AnnotationItem(Table):
    """A question to annotators: what do the papers say of this attribute of this victim, or, where the attribute is
    `person`, are they a victim at all?

    Attributes:
        result_id: the result that the question is about; `victim` is an id in it, or the id of the
            correction that tells of a victim it missed. While nobody has settled it, a new
            screening of the same papers moves it to the new result.
        source: `correction`, `version` (another version read otherwise), `conflict` (the papers contradict),
            `owner` (words read as another victim's were given to this one).
        before_id: the result that read otherwise, for `version`.
        state: `open`, `once` (one answer), `conflict` (two that differ), `settled`, `rejected` (no gold comes of it),
            `closed` (withdrawn, or overtaken by other papers).
    """

    __tablename__ = "annotation_item"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), index=True)
    result_id: Mapped[str] = mapped_column(Id)
    victim: Mapped[str] = mapped_column(String(16))
    attribute: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(12))
    before_id: Mapped[str | None] = mapped_column(Id)
    correction_id: Mapped[str | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(10), default="open")
    rank: Mapped[int]  # of the source, for ordering: corrections first
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    settled_at: Mapped[dt.datetime | None]
    __table_args__ = (Index("ix_annotation_item_queue", "state", "rank", "created_at"),)


class Annotation(Table):
    """One person's answer. Rows are only ever added: the database itself refuses to change them, and to delete them
    while their dossier is there.

    Attributes:
        result_id: the result that was looked at.
        verdict: `value`, `unstated`, `other` (the words are somebody else's), `reject`, `unsure` (left to others, no
            answer that counts).
        deciding: settles two answers that differ.
        body_sealed: JSON: values with their fields and quotes, whose they are, note.
    """

    __tablename__ = "annotation"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    item_id: Mapped[str] = mapped_column(ForeignKey("annotation_item.id", ondelete="CASCADE"))
    dossier_id: Mapped[str] = mapped_column(Id, index=True)
    result_id: Mapped[str] = mapped_column(Id)
    user_id: Mapped[str] = mapped_column(Id)
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))
    deciding: Mapped[bool] = mapped_column(default=False)
    body_sealed: Mapped[bytes]
    at: Mapped[dt.datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("item_id", "user_id"),)
