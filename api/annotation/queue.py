"""What enters the queue of annotation: corrections, values that another version read otherwise, papers that contradict,
and what annotators found to be another victim's.

In: a correction, or a new result beside the one before. Out: items, one for each victim and attribute that nobody has
settled; further reasons join the item that is there. While the papers stay the same, items follow the dossier to its
newest result; when papers were added, what was answered about the old ones is closed, and gold of them goes no further.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.changes import facts_text
from api.same_person import same_people
from api.schemas import ScreeningResult, VictimPart
from api.store.tables import AnnotationItem, Correction, Result, new_id, now
from api.wording import ATTRIBUTES

SOURCES = {
    "correction": "检察官更正",
    "version": "版本读法不同",
    "conflict": "卷内记载矛盾",
    "owner": "他人名下的记载",
}
LIVE = ("open", "once", "conflict")  # states in which an answer is still wanted
_RANK = {source: rank for rank, source in enumerate(SOURCES)}

_Key = tuple[str, str]  # victim id in the current result, or of the correction that tells of one missed; attribute


def ask_of_correction(session: Session, correction: Correction) -> None:
    """Puts a correction into the queue."""
    victim = correction.victim or correction.id
    item = session.scalars(
        select(AnnotationItem).where(
            AnnotationItem.dossier_id == correction.dossier_id,
            AnnotationItem.result_id == correction.result_id,
            AnnotationItem.victim == victim,
            AnnotationItem.attribute == correction.attribute,
            AnnotationItem.state.in_(LIVE),
        )
    ).first()
    if item is None:
        item = _item(correction.dossier_id, correction.result_id, (victim, correction.attribute))
        item.source = "correction"
        session.add(item)
    item.correction_id, item.rank = correction.id, _RANK["correction"]
    session.flush()


def ask_of_owner(session: Session, item: AnnotationItem, result_id: str, victim: str) -> None:
    """Asks about the person to whom annotators gave what was read as somebody else's, unless that is asked already."""
    known = session.scalars(
        select(AnnotationItem.id).where(
            AnnotationItem.dossier_id == item.dossier_id,
            AnnotationItem.result_id == result_id,
            AnnotationItem.victim == victim,
            AnnotationItem.attribute == item.attribute,
            AnnotationItem.state != "closed",
        )
    ).first()
    if known is None:
        asked = _item(item.dossier_id, result_id, (victim, item.attribute))
        asked.source, asked.rank = "owner", _RANK["owner"]
        session.add(asked)


def forget_correction(session: Session, correction: Correction) -> None:
    """Takes a withdrawn correction out; an item that has another reason, or an answer, stays."""
    items = session.scalars(
        select(AnnotationItem).where(AnnotationItem.correction_id == correction.id, AnnotationItem.state.in_(LIVE))
    )
    for item in items:
        if item.source == "correction" and item.before_id is not None:
            item.source = "version"
        if item.source != "correction":
            item.correction_id, item.rank = None, _RANK[item.source]
        elif item.state == "open":
            item.state = "closed"


def ask_of_result(
    session: Session,
    row: Result,
    result: ScreeningResult,
    earlier: tuple[Result, ScreeningResult] | None,
    load: Callable[[str], ScreeningResult],
) -> None:
    """Brings the queue of a dossier to its new result.

    Args:
        earlier: the result that was current until now.
        load: an older result by its id.
    """
    same = earlier is not None and papers_of(earlier[1]) == papers_of(result)
    known = _carry(session, row, result, earlier, load, same=same)
    fresh: dict[_Key, AnnotationItem] = {}

    def ask(key: _Key, source: str, before_id: str | None = None) -> None:
        item = known.get(key) or fresh.get(key)
        if item is None:
            item = fresh[key] = _item(row.dossier_id, row.id, key)
            item.source, item.rank = source, _RANK[source]
        if item.state not in LIVE:
            return
        item.before_id = before_id or item.before_id
        if source == "conflict" and item.source == "correction":
            item.source = source  # outlives a withdrawal; the rank stays the correction's

    if same and earlier is not None and _versions(earlier[0]) != _versions(row):
        for victim, attribute in _read_otherwise(earlier[1], result):
            ask((victim, attribute), "version", earlier[0].id)
    for part in result.victims:
        for conflict in part.conflicts:
            ask((part.id, str(conflict.attribute)), "conflict")
    session.add_all(fresh.values())
    session.flush()


def _carry(
    session: Session,
    row: Result,
    result: ScreeningResult,
    earlier: tuple[Result, ScreeningResult] | None,
    load: Callable[[str], ScreeningResult],
    *,
    same: bool,
) -> dict[_Key, AnnotationItem]:
    """Moves the items of a dossier to its new result; those that are there by victim and attribute."""
    known: dict[_Key, AnnotationItem] = {}
    items = session.scalars(
        select(AnnotationItem)
        .where(AnnotationItem.dossier_id == row.dossier_id, AnnotationItem.state != "closed")
        .order_by(AnnotationItem.created_at, AnnotationItem.id)
    )
    for item in items:
        current = earlier is not None and item.result_id == earlier[0].id
        live = item.state in LIVE
        if not live and not (same and current):
            continue  # settled on other papers: it stays with them
        missed = item.victim == item.correction_id  # no result knows the person
        victim = None
        if not missed:
            before = earlier[1] if current and earlier is not None else load(item.result_id)
            victim = counterpart(before, item.victim, result)
        if (victim is None and not missed) or (live and not same and not _outlives_papers(item, victim)):
            if live:
                item.state = "closed"
            continue
        if not same and item.before_id is not None:
            _drop_version(item)
        item.result_id = row.id
        item.victim = victim.id if victim is not None else item.victim
        known[item.victim, item.attribute] = item
    return known


def _drop_version(item: AnnotationItem) -> None:
    """What another version read of other papers is no reason any more; a correction or a contradiction still is."""
    item.before_id = None
    if item.source == "version":
        item.source = "correction" if item.correction_id is not None else "conflict"
        item.rank = _RANK[item.source]


def _outlives_papers(item: AnnotationItem, victim: VictimPart | None) -> bool:
    """Whether an unanswered question is still one when papers were added."""
    if item.state != "open":
        return False
    conflicts = victim.conflicts if victim is not None else ()
    return item.correction_id is not None or any(str(c.attribute) == item.attribute for c in conflicts)


def papers_of(result: ScreeningResult) -> tuple[str, ...]:
    """What tells whether two results are of the same papers; their text may be read better by a newer version."""
    # earlier results have 001_起诉书.txt or 001/起诉书.txt for 起诉书.txt, by the order in which files came in
    return tuple(re.sub(r"^\d{3}[_/]", "", document.name) for document in result.dossier.documents)


def counterpart(before: ScreeningResult, victim_id: str, after: ScreeningResult) -> VictimPart | None:
    """The same person in another result."""
    known = same_people(before, after).get(victim_id)
    return next((victim for victim in after.victims if victim.id == known), None)


def _read_otherwise(before: ScreeningResult, after: ScreeningResult) -> list[_Key]:
    was = {v.id: v for v in before.victims}
    there = {v.id: v for v in after.victims}
    return [
        (new_id, name)
        for old_id, new_id in same_people(before, after).items()
        for name in ATTRIBUTES
        if facts_text(was[old_id], name) != facts_text(there[new_id], name)
    ]


def _versions(row: Result) -> tuple[str, str, str]:
    return row.pipeline, row.model, row.rules


def _item(dossier_id: str, result_id: str, key: _Key) -> AnnotationItem:
    victim, attribute = key
    return AnnotationItem(
        id=new_id(),
        dossier_id=dossier_id,
        result_id=result_id,
        victim=victim,
        attribute=attribute,
        state="open",
        created_at=now(),
    )
