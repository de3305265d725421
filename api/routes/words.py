"""Words of a page, numbered, for whoever marks what bears a correction out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import NotFound
from api.chosen_words import page_words, places_shown
from api.opened import open_dossier_for
from api.routes.parts import PROBLEMS, ServiceOf, Shape

router = APIRouter(prefix="/dossiers/{dossier_id}", tags=["reading"], responses=PROBLEMS)


class WordPart(Shape):
    """Attributes:
    id: number of the line and of the word in it; a correction names its first and its last word by it.
    box: `[x0, y0, x1, y1]` in points from the top left of the page, null where the page has no places.
    """

    id: str
    text: str
    box: tuple[float, float, float, float] | None


class PageWords(Shape):
    """Attributes:
    result: the result whose page this is; a correction names it.
    words: joined, they are the text of the lines that were asked for.
    """

    result: str
    words: list[WordPart]


@router.get("/documents/{document_id}/pages/{page}/words")
def paper_page_words(
    dossier_id: str,
    document_id: str,
    page: Annotated[int, Path(ge=1)],
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.READ, Permission.CORRECT))],
    line: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    count: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> PageWords:
    """Lines of a page in words that a correction can point at; masked as everything is."""
    with service.store.read() as session:
        opened = open_dossier_for(session, service.store, service.shelf, visitor, dossier_id)
        places = places_shown(session, service.store, opened)
    try:
        words = [
            WordPart(id=word.id, text=text, box=box)
            for word, text, box in page_words(opened, places, document_id, page, line, count)
        ]
    except KeyError:
        raise NotFound("page.not_found", "没有这一页", "请核对地址") from None
    return PageWords(result=str(opened.row.result_id), words=words)
