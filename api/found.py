"""A search as its page and its route show it: hits with their dossiers, masked, each leading to its place."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.masking import Mask, is_unmasked
from api.accounts.rights import Visitor
from api.accounts.visibility import visible
from api.opened import shown_number
from api.service import Service
from api.store.leads import open_card
from api.store.papers import load_document
from api.store.search import Hit, find
from api.store.tables import DossierRow, Lead
from api.wording import case_title, short_names

_MARGIN = 60  # code points


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SnippetPart(_Part):
    text: str
    marked: bool


class HitPart(_Part):
    """Attributes:
    start, end: code points into the paper's text.
    """

    dossier: str
    title: str
    number: str | None
    level: str | None
    document: str
    document_name: str
    page: int
    start: int
    end: int
    snippet: tuple[SnippetPart, ...]


class FoundPart(_Part):
    """Attributes:
    total: dossiers that hold the words, counted to a thousand.
    more: there are more than counted.
    """

    total: int
    more: bool = False
    hits: tuple[HitPart, ...]


def search(service: Service, visitor: Visitor, query: str, *, limit: int, offset: int) -> FoundPart:
    """What is found, masked; an empty query finds nothing."""
    store = service.store
    with store.read() as session:
        found = find(session, store, query, visible=visible(visitor), limit=limit, offset=offset)
        parts = [part for hit in found.hits if (part := _part(session, service, visitor, hit)) is not None]
    service.readings.found(visitor, [part.dossier for part in parts])
    return FoundPart(total=found.total, more=found.more, hits=tuple(parts))


def _part(session: Session, service: Service, visitor: Visitor, hit: Hit) -> HitPart | None:
    """A hit with its dossier. The names to cover are those that the dossier's cards list: opening each dossier whole
    would cost more than the search."""
    store = service.store
    row = session.get_one(DossierRow, hit.dossier_id)
    if row.result_id is None:
        return None
    lead = session.scalars(select(Lead).where(Lead.dossier_id == row.id).limit(1)).first()
    if lead is None:
        entry = service.shelf.get(session, store, row)
        mask, title, stated = entry.mask, case_title(entry.plain.result), entry.plain.result.dossier.case.number
    else:
        card = open_card(store, lead)
        mask, title, stated = Mask(card.get("people", {}), {}), card["case"], card.get("number")
    document = load_document(session, store, row.id, hit.document_id)
    low = max(0, hit.start - hit.before - _MARGIN)  # a name or a number may begin before the snippet
    around = document.text[low : hit.end + len(hit.snippet) + _MARGIN]
    (name,) = short_names((document.name,))
    if not is_unmasked(session, visitor, row.id):
        around, title, name = mask.words(around), mask.words(title), mask.file_name(name)
    start = hit.start - hit.before - low
    return HitPart(
        dossier=row.id,
        title=title,
        number=shown_number(store, row) or stated,
        level=row.level,
        document=hit.document_id,
        document_name=name,
        page=document.page_at(hit.start),
        start=hit.start,
        end=hit.end,
        snippet=_snippet(around[start : start + len(hit.snippet)], hit),
    )


def _snippet(content: str, hit: Hit) -> tuple[SnippetPart, ...]:
    """The words around a hit, as this visitor sees them."""
    parts, position = [], 0
    for start, end in hit.marks:
        if start < position:
            continue
        if start > position:
            parts.append(SnippetPart(text=content[position:start], marked=False))
        parts.append(SnippetPart(text=content[start:end], marked=True))
        position = end
    if position < len(content):
        parts.append(SnippetPart(text=content[position:], marked=False))
    return tuple(parts)
