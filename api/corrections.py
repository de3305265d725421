"""What people put right: another value, another person's fact, a fact that is none, one that was missed. Who is a
victim at all is put right in `api.person_corrections`, which writes its corrections here.

A correction is kept beside the prediction and never over it: the page shows both, annotation learns from it, and a new
screening does not lose it. It can be withdrawn by who made it or by a leader, not changed. What was predicted is taken
from the stored result; what several of them come to is told by `api.in_force`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.rights import Permission, Visitor
from api.annotation.queue import ask_of_correction, forget_correction
from api.schemas import ScreeningResult
from api.store.papers import load_document
from api.store.results import current_result
from api.store.store import Store
from api.store.tables import Correction, new_id, now
from api.wording import ATTRIBUTES, UNSTATED, describe, values_of
from dossier.errors import JiuzhuError

MANY = ("disability", "hardship")  # attributes that a person may have several values of
KINDS = {"value": "改值", "owner": "属于他人", "remove": "卷内无此记载", "add": "补充"}


def correct(
    session: Session,
    store: Store,
    visitor: Visitor,
    dossier_id: str,
    *,
    victim: str,
    attribute: str,
    kind: str,
    predicted: str | None = None,
    corrected: str | None = None,
    evidence: list[dict[str, Any]] | None = None,
    note: str | None = None,
    result: str | None = None,
) -> Correction:
    """Writes a correction of the current result.

    Args:
        predicted: the value that was looked at, in words; None for all that the result says.
        corrected: the value in words, or for `owner` whose it is.
        evidence: places `{"document", "start", "end"}`; what stands there is stored with them.
        result: the result that was looked at, refused when it is not the current one any more; None: whichever it is.

    Raises:
        JiuzhuError: `correction.…` when it does not fit the result.
    """
    if attribute not in ATTRIBUTES or kind not in KINDS:
        raise JiuzhuError(
            "correction.kind", "无法识别的更正", f"属性：{'、'.join(ATTRIBUTES)}；方式：{'、'.join(KINDS)}"
        )
    result_id, current = result_of(session, store, dossier_id, victim)
    if result is not None and result != result_id:
        raise JiuzhuError("correction.changed", "卷宗刚刚重新筛查过", "请刷新页面，看过新的结果再更正")
    if kind in ("value", "owner", "add") and not (corrected or "").strip():
        raise JiuzhuError("correction.value", "须写明更正后的内容", "请填写后重试")
    body = {
        "name": next(each.name for each in current.victims if each.id == victim),
        "predicted": _predicted(current, victim, attribute, kind, predicted),
        "corrected": (corrected or "").strip() or None,
        "evidence": places_of(session, store, dossier_id, evidence or []),
        "note": note,
    }
    return write(session, store, visitor, dossier_id, result_id, victim, attribute, kind, body)


def result_of(
    session: Session, store: Store, dossier_id: str, victim: str | None = None
) -> tuple[str, ScreeningResult]:
    """Id and content of the current result, which must know the victim.

    Raises:
        JiuzhuError: `correction.no_result`, `correction.victim`.
    """
    current = current_result(session, store, dossier_id)
    if current is None:
        raise JiuzhuError("correction.no_result", "卷宗尚未筛查", "请等筛查完成")
    if victim is not None and victim not in {v.id for v in current.result.victims}:
        raise JiuzhuError("correction.victim", "卷内没有这名被害人", "请刷新页面")
    return current.row.id, current.result


def write(
    session: Session,
    store: Store,
    visitor: Visitor,
    dossier_id: str,
    result_id: str,
    victim: str,
    attribute: str,
    kind: str,
    body: Mapping[str, Any],
) -> Correction:
    """Keeps a correction that was checked, and asks annotators about it."""
    correction = Correction(
        id=new_id(),
        dossier_id=dossier_id,
        result_id=result_id,
        victim=victim,
        attribute=attribute,
        kind=kind,
        user_id=visitor.id,
        at=now(),
    )
    said = {**body, "note": (body["note"] or "").strip() or None}
    correction.body_sealed = store.vault.seal_json(said, f"correction.body:{correction.id}")
    session.add(correction)
    session.flush()
    ask_of_correction(session, correction)
    record(session, visitor.id, "fact.correct", f"dossier:{dossier_id}", victim=victim, attribute=attribute, kind=kind)
    return correction


def corrections_of(session: Session, store: Store, dossier_id: str) -> list[tuple[Correction, dict[str, Any]]]:
    """Those that were not withdrawn, oldest first, each with what it says."""
    rows = session.scalars(
        select(Correction)
        .where(Correction.dossier_id == dossier_id, Correction.withdrawn_at.is_(None))
        .order_by(Correction.at, Correction.id)
    )
    return [(row, store.vault.open_json(row.body_sealed, f"correction.body:{row.id}")) for row in rows]


def corrected_among(session: Session, dossier_ids: Iterable[str]) -> frozenset[str]:
    """Those of the dossiers that have corrections."""
    query = select(Correction.dossier_id).where(Correction.withdrawn_at.is_(None))
    return frozenset(session.scalars(query.where(Correction.dossier_id.in_(list(dossier_ids))).distinct()))


def withdraw(session: Session, visitor: Visitor, dossier_id: str, correction_id: str) -> bool:
    """Withdraws a correction; false when there is none.

    Raises:
        JiuzhuError: `correction.not_own` when it is another's and the visitor is no leader.
    """
    row = session.get(Correction, correction_id)
    if row is None or row.dossier_id != dossier_id or row.withdrawn_at is not None:
        return False
    if not may_withdraw(visitor, row.user_id):
        raise JiuzhuError("correction.not_own", "这是他人作出的更正，不能由您撤回", "意见不同的，请另作更正，两者并列")
    row.withdrawn_at = now()
    forget_correction(session, row)
    record(session, visitor.id, "fact.withdraw", f"dossier:{dossier_id}", correction=correction_id)
    return True


def places_of(session: Session, store: Store, dossier_id: str, places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The places with what stands there.

    Raises:
        JiuzhuError: `correction.place`.
    """
    return [_place(session, store, dossier_id, place) for place in places]


def may_withdraw(visitor: Visitor, made_by: str) -> bool:
    return visitor.id == made_by or visitor.may(Permission.GRANT)


def _predicted(result: ScreeningResult, victim_id: str, attribute: str, kind: str, told: str | None) -> str | None:
    """What the result says of that value; a further one of several stands beside nothing."""
    victim = next(victim for victim in result.victims if victim.id == victim_id)
    said = [describe(attribute, value) for value in values_of(victim, attribute)]
    whole = "；".join(said) or None
    if told is not None and told not in said and told != whole:
        raise JiuzhuError(
            "correction.predicted", f"识别结果与所填的不同，现为：{whole or UNSTATED}", "请刷新页面，看过后再更正"
        )
    return told or (None if kind == "add" and attribute in MANY else whole)


def _place(session: Session, store: Store, dossier_id: str, place: dict[str, Any]) -> dict[str, Any]:
    try:
        document = load_document(session, store, dossier_id, str(place["document"]))
        start, end = int(place["start"]), int(place["end"])
    except (KeyError, TypeError, ValueError):
        raise JiuzhuError("correction.place", "指明的位置不在卷内", "请重新选取文字") from None
    if not 0 <= start < end <= len(document.text):
        raise JiuzhuError("correction.place", "指明的位置不在卷内", "请重新选取文字")
    return {"document": document.id, "start": start, "end": end, "text": document.text[start:end]}
