"""How far annotators agree: the first two answers of every question, given blind, by attribute.

A third answer, which decides, and those of people who were unsure are not counted; nor are questions that left the
queue.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from annotation.agreement import Agreement, agreement
from api.annotation.answers import answers_of, counting
from api.annotation.questions import QUESTIONS
from api.annotation.values import said
from api.store.store import Store
from api.store.tables import Annotation, AnnotationItem, DossierRow

ALL = "all"


def agreement_of(
    session: Session, store: Store, *, seen: Sequence[ColumnElement[bool]] = ()
) -> Mapping[str, Agreement]:
    """Figures by attribute, and over all under `ALL`; empty while nobody answered twice.

    Args:
        seen: conditions over `DossierRow`.
    """
    twice = (
        select(Annotation.item_id)
        .where(Annotation.verdict != "unsure")
        .group_by(Annotation.item_id)
        .having(func.count() > 1)
    )
    items = (
        select(AnnotationItem)
        .join(DossierRow)
        .where(AnnotationItem.state != "closed", AnnotationItem.id.in_(twice), DossierRow.deleted_at.is_(None), *seen)
    )
    pairs: dict[str, list[tuple[Hashable, Hashable]]] = {name: [] for name in QUESTIONS}
    for item in session.scalars(items):
        one, other = counting(answers_of(session, store, item))[:2]
        pairs[item.attribute].append((said(one.body), said(other.body)))
    figures = {name: agreement(of_attribute) for name, of_attribute in pairs.items()}
    # over all, equal words of different attributes are different answers
    figures[ALL] = agreement(
        [((name, one), (name, other)) for name, of_attribute in pairs.items() for one, other in of_attribute]
    )
    return {name: figure for name, figure in figures.items() if figure is not None}
