"""Who is a victim, put right by people: one that was missed, and one that is none.

Kept beside the prediction like any correction, under the attribute `person`. The name of a missed person is found again
in the papers, whether the one who writes it sees the mask or not, and is masked from then on wherever names are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.accounts.masking import Mask, mask_of
from api.accounts.rights import Visitor
from api.corrections import places_of, result_of, write
from api.store.missed import PERSON, missed_names
from api.store.store import Store
from api.store.tables import Correction, PageImage
from dossier.errors import JiuzhuError
from nlp.facts import VictimType

PERSON_KINDS = {"missed": "漏列的被害人", "mistaken": "误列为被害人"}
VICTIM_TYPES = {VictimType.PERSON: "自然人", VictimType.GROUP: "群体", VictimType.ORGANIZATION: "单位"}
MISTAKEN_REASONS = {
    "accused": "被追诉人",
    "kin": "被害人的亲属、代理人",
    "witness": "证人、报案人或其他人",
    "other_case": "另案的被害人",
    "same": "与另一被害人是同一人",
    "nobody": "不是人，识别有误",
    "other": "其他，见附言",
}
_LONGEST_NAME = 40


def correct_missed(
    session: Session,
    store: Store,
    visitor: Visitor,
    dossier_id: str,
    *,
    name: str | None,
    victim_type: str | None,
    evidence: list[dict[str, Any]],
    note: str | None,
) -> Correction:
    """Writes that the result has missed somebody.

    Args:
        name: as it stands in one of the places, masked or not.
        evidence: places `{"document", "start", "end"}` that name the person and tell of the harm; at least one.

    Raises:
        JiuzhuError: `correction.…` when it does not fit the result.
    """
    result_id, result = result_of(session, store, dossier_id)
    if victim_type not in set(VICTIM_TYPES):
        raise JiuzhuError("correction.type", "须写明是哪种被害人", f"可用：{'、'.join(VICTIM_TYPES)}")
    places = places_of(session, store, dossier_id, evidence)
    if not places:
        raise JiuzhuError("correction.place", "没有指明卷内文字", "请选取写明此人受害的文字")
    mask = mask_of(result, missed=missed_names(session, store, dossier_id))
    there = _in_the_papers((name or "").strip(), places, mask)
    known = {each for victim in result.victims for each in (victim.name, *victim.aliases)}
    if there in known or there in missed_names(session, store, dossier_id, standing=True):
        raise JiuzhuError("correction.exists", "这个人已在被害人之列，或已有人补充", "请刷新页面")
    body = {"name": there, "type": str(victim_type), "predicted": None, "corrected": there, "evidence": places}
    correction = write(session, store, visitor, dossier_id, result_id, "", PERSON, "missed", {**body, "note": note})
    session.execute(delete(PageImage).where(PageImage.dossier_id == dossier_id))  # drawn again with this name covered
    return correction


def correct_mistaken(
    session: Session,
    store: Store,
    visitor: Visitor,
    dossier_id: str,
    *,
    victim: str,
    reason: str | None,
    evidence: list[dict[str, Any]],
    note: str | None,
) -> Correction:
    """Writes that somebody whom the result holds for a victim is none.

    Raises:
        JiuzhuError: `correction.…` when it does not fit the result.
    """
    result_id, result = result_of(session, store, dossier_id, victim)
    if reason not in MISTAKEN_REASONS:
        raise JiuzhuError("correction.reason", "须选择理由", f"可用：{'、'.join(MISTAKEN_REASONS)}")
    if reason == "other" and not (note or "").strip():
        raise JiuzhuError("correction.reason", "选“其他”须写附言", "请在附言中写明理由")
    person = next(v for v in result.victims if v.id == victim)
    body: Mapping[str, Any] = {
        "reason": reason,
        "predicted": person.name,
        "corrected": MISTAKEN_REASONS[reason],
        "evidence": places_of(session, store, dossier_id, evidence),
        "note": note,
    }
    return write(session, store, visitor, dossier_id, result_id, victim, PERSON, "mistaken", body)


def missed_of(session: Session, store: Store, dossier_id: str) -> dict[str, dict[str, Any]]:
    """What was written of missed persons, by correction; also of corrections that were withdrawn."""
    rows = session.scalars(
        select(Correction)
        .where(Correction.dossier_id == dossier_id, Correction.kind == "missed")
        .order_by(Correction.at)
    )
    return {row.id: store.vault.open_json(row.body_sealed, f"correction.body:{row.id}") for row in rows}


def _in_the_papers(name: str, places: list[dict[str, Any]], mask: Mask) -> str:
    """The name as the papers have it, which must stand in one of the places."""
    for place in places:
        for words in (place["text"], mask.words(place["text"])):
            at = words.find(name)
            if name and len(name) <= _LONGEST_NAME and at >= 0:
                return str(place["text"][at : at + len(name)])
    raise JiuzhuError("correction.name", "所写的姓名或称谓不在选取的文字中", "请照卷内文字填写，并选取含有它的一处")
