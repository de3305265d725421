"""Words of a page that a person may choose, and those chosen, found again.

In: a dossier opened for somebody. Out: a page's text in numbered words, each with its place on the page's image; and
for what a browser names by those numbers, the place in the paper. Words are cut where the page cuts its text, so that a
browser can lay them over what it shows without counting characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from api.annotation.shapes import WordsPart
from api.annotation.words import Lines, Quote, Word
from api.corrected import claims_of, corrected_of
from api.opened import Opened
from api.store.store import Store
from api.web.places import Place, find_places
from api.web.sheets import page_ranges
from dossier.document import Document
from dossier.errors import JiuzhuError
from dossier.span import Span

PlaceOnImage = tuple[float, float, float, float]


def places_shown(session: Session, store: Store, opened: Opened) -> tuple[Place, ...]:
    """Every place that the dossier page marks."""
    return find_places(opened.result, claims_of(opened, corrected_of(session, store, opened))).all


def page_words(
    opened: Opened, places: Sequence[Place], document_id: str, page: int, line: int = 0, count: int | None = None
) -> Iterator[tuple[Word, str, PlaceOnImage | None]]:
    """The words of a page in order: each with its text as shown and its place in points, where the page has places.

    Args:
        line, count: only so many lines of the page, from this one on; a plain text is one page of sixty thousand
            characters.

    Raises:
        KeyError: there is no such paper or page.
    """
    document = opened.screened.dossier.document(document_id)
    numbers = [each.number for each in document.pages] or [1]
    if page not in numbers:
        raise KeyError(page)
    start, end = page_ranges(document)[numbers.index(page)]
    # only this page's places: where a line is cut depends on nothing outside it, and a long dossier has thousands
    near = [place for place in places if place.start <= end and start <= place.end]
    lines = _lines(opened, near, document)
    first, last = lines.near(start, end, 0)
    end_line = last + 1 if count is None else min(last + 1, first + line + count)
    for number in range(first + line, end_line):
        for word in lines.words(number):
            if start <= word.start and word.end <= end:
                yield word, lines.text[word.start : word.end], _on_image(document, word, page)


def find_chosen(opened: Opened, places: Sequence[Place], chosen: Iterable[WordsPart]) -> tuple[Quote, ...]:
    """The places of chosen words.

    Raises:
        JiuzhuError: `annotation.words` when they are not there.
    """
    papers = {document.id: document for document in opened.screened.dossier.documents}
    found = []
    for each in chosen:
        if each.document not in papers:
            raise JiuzhuError("annotation.words", "选取的文字不在卷内", "请刷新后重新选取")
        lines = _lines(opened, places, papers[each.document])
        found.append(lines.quote(each.document, each.first, each.last, each.words))
    return tuple(found)


def _lines(opened: Opened, places: Sequence[Place], document: Document) -> Lines:
    edges = {edge for start, end in page_ranges(document) for edge in (start, end)}
    edges |= {edge for place in places if place.document_id == document.id for edge in (place.start, place.end)}
    return Lines.of(document.text, opened.original.dossier.document(document.id).text, edges)


def _on_image(document: Document, word: Word, page: int) -> PlaceOnImage | None:
    boxes = [box for box in document.boxes_of(Span(document.id, word.start, word.end)) if box.page == page]
    if not boxes:
        return None
    x0, y0 = min(box.x0 for box in boxes), min(box.y0 for box in boxes)
    return x0, y0, max(box.x1 for box in boxes), max(box.y1 for box in boxes)
