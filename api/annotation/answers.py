"""What people answer: a value with its words, that the papers do not state it, that the words are somebody else's, that
no gold can come of it, or that they are unsure.

Two people answer without seeing each other's answer; when they differ, a third decides, and all three stay on record.
Who is unsure leaves a note and the question to somebody else: that counts as no answer. An answer is never changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.rights import Visitor
from api.annotation.items import require_item
from api.annotation.questions import NONE
from api.annotation.queue import LIVE, ask_of_owner
from api.annotation.values import MANY, Fields, checked, says_same
from api.annotation.words import Quote
from api.store.missed import PERSON
from api.store.store import Store
from api.store.tables import Annotation, AnnotationItem, DossierRow, new_id, now
from dossier.errors import JiuzhuError

VERDICTS = {"value": "有记载", "unstated": "未载明", "other": "属于他人", "reject": "不作标注", "unsure": "拿不准"}
PERSON_VERDICTS = {**VERDICTS, "value": "是被害人", "unstated": NONE}  # without `other`: nobody else is asked about
NOBODY = "nobody"  # whose the words are when they are no victim's
REASONS = {
    "illegible": "文字无法辨认",
    "not_victim": "不是本案被害人",
    "mixed": "两人的材料混在一起",
    "uncovered": "规范没有规定",
    "other": "其他，见附言",
}


@dataclass(frozen=True, slots=True)
class GivenValue:
    """A value with the words that carry it."""

    fields: Fields = field(repr=False)
    quotes: tuple[Quote, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer on record, opened.

    Attributes:
        body: `{"verdict", "owner", "values": [{"fields", "quotes"}], "note"}`; answers of before owners have none.
    """

    row: Annotation
    body: Mapping[str, Any] = field(repr=False)


def verdicts_of(attribute: str) -> dict[str, str]:
    """The answers that a question takes."""
    if attribute == PERSON:
        return {verdict: words for verdict, words in PERSON_VERDICTS.items() if verdict != "other"}
    return VERDICTS


def reasons_of(attribute: str) -> dict[str, str]:
    """Why no gold can come of a question; that somebody is no victim is an answer where just that is asked."""
    return {code: words for code, words in REASONS.items() if attribute != PERSON or code != "not_victim"}


def check_answer(
    attribute: str,
    verdict: str,
    values: tuple[GivenValue, ...],
    reason: str | None,
    note: str | None,
    owner: str | None = None,
    others: Collection[str] = (),
) -> dict[str, Any]:
    """The body of an answer.

    Args:
        owner: whose the words are, where they are not this victim's.
        others: ids of the other victims.

    Raises:
        JiuzhuError: `annotation.verdict`, `annotation.value`, `annotation.reason`, `annotation.owner`,
            `annotation.note`.
    """
    if verdict not in verdicts_of(attribute):
        raise JiuzhuError("annotation.verdict", "没有这种回答", f"可用：{'、'.join(verdicts_of(attribute))}")
    match verdict:
        case "value":
            _check_values(attribute, values)
        case "other" if owner != NOBODY and owner not in others:
            raise JiuzhuError("annotation.owner", "须写明属于谁", f"可用：{'、'.join((*others, NOBODY))}")
        case "other" if not any(value.quotes for value in values):
            raise JiuzhuError("annotation.words", "没有选取卷内文字", "请选取属于他人的文字")
        case "reject":
            _check_reason(attribute, reason, note)
        case "unsure" if not (note or "").strip():
            raise JiuzhuError("annotation.note", "没有写明哪里拿不准", "请在附言中写明，第二人会看到")
    kept = values if verdict in ("value", "other") else ()
    return {
        "verdict": verdict,
        "owner": owner if verdict == "other" else None,
        "values": [
            {
                "fields": checked(attribute, value.fields) if verdict == "value" else {},
                "quotes": [
                    {"document": q.document, "start": q.start, "end": q.end, "text": q.text}
                    for q in dict.fromkeys(value.quotes)
                ],
            }
            for value in kept
        ],
        "note": (note or "").strip() or None,
    }


def _check_values(attribute: str, values: Sequence[GivenValue]) -> None:
    if not values:
        raise JiuzhuError("annotation.value", "没有填写值", "请填写值并选取卷内文字；卷内没有的，选“未载明”")
    if any(not value.quotes for value in values):
        raise JiuzhuError("annotation.words", "没有选取卷内文字", "每个值至少选取一处能说明它的文字")
    if len(values) > 1 and attribute not in MANY:
        raise JiuzhuError("annotation.value", "这一属性只有一个值", "请只保留一项")


def _check_reason(attribute: str, reason: str | None, note: str | None) -> None:
    if reason not in reasons_of(attribute):
        raise JiuzhuError("annotation.reason", "须选择理由", f"可用：{'、'.join(reasons_of(attribute))}")
    if reason == "other" and not (note or "").strip():
        raise JiuzhuError("annotation.reason", "选“其他”须写附言", "请在附言中写明理由")


def answer(
    session: Session,
    store: Store,
    visitor: Visitor,
    item_id: str,
    body: dict[str, Any],
    reason: str | None,
    *,
    result_id: str | None,
) -> AnnotationItem:
    """Writes an answer and what follows for the item.

    Args:
        body: of `check_answer`.
        result_id: the result that was looked at.

    Raises:
        NotFound; JiuzhuError: `annotation.exists`, `annotation.settled`, `annotation.changed`.
    """
    item = require_item(session, visitor, item_id, lock=True)
    given = answers_of(session, store, item)
    if any(each.row.user_id == visitor.id for each in given):
        raise JiuzhuError("annotation.exists", "您已回答过这道题", "回答不能更改；两人不一致时由第三人裁定")
    if item.state not in LIVE:
        raise JiuzhuError("annotation.settled", "这道题已有结论或已撤销", "请继续下一题")
    if result_id is None or result_id != session.get_one(DossierRow, item.dossier_id).result_id:
        raise JiuzhuError("annotation.changed", "卷宗刚刚重新筛查过", "请刷新页面，看过新的结果再回答")
    counted = counting(given)
    unsure = body["verdict"] == "unsure"
    deciding = item.state == "conflict" and not unsure
    row = Annotation(
        id=new_id(),
        item_id=item.id,
        dossier_id=item.dossier_id,
        result_id=result_id,
        user_id=visitor.id,
        verdict=body["verdict"],
        reason=reason if body["verdict"] == "reject" else None,
        deciding=deciding,
        at=now(),
    )
    row.body_sealed = store.vault.seal_json(body, f"annotation.body:{row.id}")
    session.add(row)
    if deciding or (not unsure and counted and says_same(counted[0].body, body)):
        item.state = "rejected" if body["verdict"] == "reject" else "settled"
        item.settled_at = row.at
        agreed = [] if deciding else [each.body for each in counted if each.row.result_id == result_id]
        for owner in {each["owner"] for each in (*agreed, body) if each.get("owner")} - {NOBODY}:
            ask_of_owner(session, item, result_id, owner)
    elif not unsure:
        item.state = "conflict" if counted else "once"
    session.flush()
    act = "annotation.settle" if deciding else "annotation.answer"
    detail = {"dossier": item.dossier_id, "attribute": item.attribute, "verdict": body["verdict"]}
    record(session, visitor.id, act, f"annotation:{item.id}", **detail, reason=row.reason, state=item.state)
    return item


def counting(given: Sequence[Answer]) -> list[Answer]:
    """Without those who were unsure."""
    return [each for each in given if each.row.verdict != "unsure"]


def answers_of(session: Session, store: Store, item: AnnotationItem) -> list[Answer]:
    """All of an item, oldest first."""
    rows = session.scalars(
        select(Annotation).where(Annotation.item_id == item.id).order_by(Annotation.at, Annotation.id)
    )
    return [Answer(row, store.vault.open_json(row.body_sealed, f"annotation.body:{row.id}")) for row in rows]


def shown_answers(session: Session, store: Store, visitor: Visitor, item: AnnotationItem) -> list[Answer]:
    """Those that this person may see: all after their own; before it only where two are in and a third decides, and
    what others left who were unsure."""
    given = answers_of(session, store, item)
    if len(counting(given)) > 1 or item.state not in LIVE:
        return given
    mine = any(each.row.user_id == visitor.id for each in given)
    return [each for each in given if mine or each.row.verdict == "unsure"]
