"""What people answer: a value with its words, that the papers do not state it, or that no gold can come of it.

Two people answer without seeing each other's answer; when they differ, a third decides, and all three stay on record.
An answer is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.rights import Visitor
from api.annotation.items import require_item
from api.annotation.queue import LIVE
from api.annotation.values import MANY, Fields, checked, says_same
from api.annotation.words import Quote
from api.store.store import Store
from api.store.tables import Annotation, AnnotationItem, DossierRow, new_id, now
from dossier.errors import JiuzhuError

VERDICTS = {"value": "有记载", "unstated": "未载明", "reject": "不作标注"}
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
        body: `{"verdict", "values": [{"fields", "quotes"}], "note"}`.
    """

    row: Annotation
    body: Mapping[str, Any] = field(repr=False)


def check_answer(
    attribute: str, verdict: str, values: tuple[GivenValue, ...], reason: str | None, note: str | None
) -> dict[str, Any]:
    """The body of an answer.

    Raises:
        JiuzhuError: `annotation.verdict`, `annotation.value`, `annotation.reason`.
    """
    if verdict not in VERDICTS:
        raise JiuzhuError("annotation.verdict", "没有这种回答", f"可用：{'、'.join(VERDICTS)}")
    if verdict == "value" and not values:
        raise JiuzhuError("annotation.value", "没有填写值", "请填写值并选取卷内文字；卷内没有的，选“未载明”")
    if verdict == "value" and any(not value.quotes for value in values):
        raise JiuzhuError("annotation.words", "没有选取卷内文字", "每个值至少选取一处能说明它的文字")
    if verdict == "value" and len(values) > 1 and attribute not in MANY:
        raise JiuzhuError("annotation.value", "这一属性只有一个值", "请只保留一项")
    if verdict == "reject" and reason not in REASONS:
        raise JiuzhuError("annotation.reason", "须选择理由", f"可用：{'、'.join(REASONS)}")
    if verdict == "reject" and reason == "other" and not (note or "").strip():
        raise JiuzhuError("annotation.reason", "选“其他”须写附言", "请在附言中写明理由")
    kept = values if verdict == "value" else ()
    return {
        "verdict": verdict,
        "values": [
            {
                "fields": checked(attribute, value.fields),
                "quotes": [
                    {"document": q.document, "start": q.start, "end": q.end, "text": q.text}
                    for q in dict.fromkeys(value.quotes)
                ],
            }
            for value in kept
        ],
        "note": (note or "").strip() or None,
    }


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
    deciding = item.state == "conflict"
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
    if deciding or (given and says_same(given[0].body, body)):
        item.state = "rejected" if body["verdict"] == "reject" else "settled"
        item.settled_at = row.at
    else:
        item.state = "conflict" if given else "once"
    session.flush()
    act = "annotation.settle" if deciding else "annotation.answer"
    detail = {"dossier": item.dossier_id, "attribute": item.attribute, "verdict": body["verdict"]}
    record(session, visitor.id, act, f"annotation:{item.id}", **detail, reason=row.reason, state=item.state)
    return item


def answers_of(session: Session, store: Store, item: AnnotationItem) -> list[Answer]:
    """All of an item, oldest first."""
    rows = session.scalars(
        select(Annotation).where(Annotation.item_id == item.id).order_by(Annotation.at, Annotation.id)
    )
    return [Answer(row, store.vault.open_json(row.body_sealed, f"annotation.body:{row.id}")) for row in rows]


def shown_answers(session: Session, store: Store, visitor: Visitor, item: AnnotationItem) -> list[Answer]:
    """Those that this person may see: all after their own; before it only where two are in and a third decides."""
    given = answers_of(session, store, item)
    if len(given) > 1 or item.state not in LIVE:
        return given
    return given if any(each.row.user_id == visitor.id for each in given) else []
