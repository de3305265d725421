"""A search as its page and its route show it: hits with their dossiers, masked, each leading to its place."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from api.accounts.masking import is_unmasked
from api.accounts.rights import Visitor
from api.accounts.visibility import visible
from api.opened import shown_number
from api.service import Service
from api.store.search import Hit, find
from api.store.tables import DossierRow
from api.wording import case_title


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
    total: int
    hits: tuple[HitPart, ...]


def search(service: Service, visitor: Visitor, query: str, *, limit: int, offset: int) -> FoundPart:
    """Raises: nothing of its own; an empty query finds nothing."""
    store = service.store
    with store.read() as session:
        found = find(session, store, query, visible=visible(visitor), limit=limit, offset=offset)
        parts = []
        for hit in found.hits:
            row = session.get_one(DossierRow, hit.dossier_id)
            if row.result_id is None:
                continue
            entry = service.shelf.get(session, store, row)
            plain = is_unmasked(session, visitor, row.id)
            screened = entry.plain if plain else entry.masked
            document = screened.dossier.document(hit.document_id)
            parts.append(
                HitPart(
                    dossier=row.id,
                    title=case_title(screened.result),
                    number=shown_number(store, row),
                    level=row.level,
                    document=hit.document_id,
                    document_name=document.name,
                    page=document.page_at(hit.start),
                    start=hit.start,
                    end=hit.end,
                    snippet=_snippet(document.text, hit),
                )
            )
    return FoundPart(total=found.total, hits=tuple(parts))


def _snippet(shown: str, hit: Hit) -> tuple[SnippetPart, ...]:
    """The words around a hit, cut from the text as this visitor sees it."""
    low = hit.start - hit.before
    content = shown[low : low + len(hit.snippet)]
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
