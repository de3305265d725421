"""Questions about a person as such: somebody whom the screening missed, or somebody held for a victim who may be none.

In: an item and what a prosecutor wrote. Out: the person in the shape of a victim, so that all that draws questions need
not know the difference, and the two sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.opened import Opened
from api.schemas import ScreeningResult, SpanPart, VictimPart
from api.store.store import Store
from api.store.tables import AnnotationItem, Correction
from api.wording import ROLES
from dossier.document import Dossier
from nlp.facts import VictimType

_MOST = 6  # mentions that a question shows


def is_missed(item: AnnotationItem) -> bool:
    """Whether the question is about somebody whom no result knows: it bears the correction's id for the person's."""
    return item.correction_id is not None and item.victim == item.correction_id


def missed_body(session: Session, store: Store, item: AnnotationItem) -> dict[str, Any]:
    """What a prosecutor wrote of somebody missed, with the name as the papers have it."""
    correction = session.get_one(Correction, item.correction_id)
    body: dict[str, Any] = store.vault.open_json(correction.body_sealed, f"correction.body:{correction.id}")
    return body


def missed_victim(item: AnnotationItem, body: Mapping[str, Any], opened: Opened) -> VictimPart:
    """Somebody missed, as this visitor may see them: the result's own record where it has found them since."""
    found = victim_named(opened.original.result, body["name"])
    if found is not None:
        return next(victim for victim in opened.result.victims if victim.id == found.id)
    name = opened.mask.words(body["name"]) if opened.mask is not None else body["name"]
    return VictimPart(
        id=item.victim,
        name=name,
        aliases=(),
        type=VictimType(body["type"]),
        mentions=tuple(spans_at(body["evidence"], opened.original.dossier, opened.screened.dossier)),
        gender=None,
        age=None,
        disability=(),
        hardship=(),
        injury=None,
        compensation=None,
        loss=None,
        conflicts=(),
        set_aside=(),
    )


def victim_named(result: ScreeningResult, name: str) -> VictimPart | None:
    return next((v for v in result.victims if name in (v.name, *v.aliases)), None)


def spans_at(places: Iterable[Mapping[str, Any]], plain: Dossier, shown: Dossier) -> Iterable[SpanPart]:
    """The places that still say what they said, in the words that may be shown."""
    seen = {document.id: document for document in shown.documents}
    for document in plain.documents:
        for place in places:
            start, end = place["start"], place["end"]
            if place["document"] == document.id and document.text[start:end] == place["text"]:
                text = seen[document.id].text[start:end]
                name = seen[document.id].name
                page = document.page_at(start)
                yield SpanPart(document=document.id, document_name=name, start=start, end=end, text=text, page=page)


def as_read(opened: Opened, victim: VictimPart) -> tuple[list[tuple[Mapping[str, Any], tuple[SpanPart, ...]]], str]:
    """What the screening makes of the person: the value of a victim with the first mentions, or none and a remark."""
    if any(v.id == victim.id for v in opened.result.victims):
        return [({"type": str(victim.type)}, victim.mentions[:_MOST])], ""
    person = next((p for p in opened.result.people if p.name == victim.name), None)
    return [], f"识别为{ROLES[person.role]}" if person is not None else "没有识别出此人"
