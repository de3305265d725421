"""A question opened for somebody: its sides, the papers around their words, the answers this person may see.

Everything shown comes out of the dossier as `api.opened` gives it to this person, so that the mask holds here as
anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.rights import Visitor
from api.annotation.answers import Answer, shown_answers
from api.annotation.items import require_item
from api.annotation.readings import Reading, Spot, readings_of, victim_of
from api.annotation.words import Lines, Quote, Word
from api.opened import Opened, open_dossier_for
from api.page_images import has_image
from api.schemas import VictimPart
from api.service import Service
from api.store.missed import PERSON
from api.store.tables import AnnotationItem
from dossier.document import Document
from dossier.errors import JiuzhuError

_AROUND = 220  # code points of a paper shown on each side of a reading's words
_LONGEST_PAGE = 12_000  # code points of a whole page shown at a time; a plain text can be one page of sixty thousand


class PersonGone(JiuzhuError):
    """The current result does not know the person that the question is about."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of a paper in a row; of a page that has an image, all its lines.

    Attributes:
        first, last: numbers of lines.
        page: of its beginning.
    """

    document: str
    name: str = field(repr=False)
    page: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class OpenedItem:
    """Attributes:
    victim: the person, in the current result, or somebody whom it missed.
    lines: papers by document id.
    """

    item: AnnotationItem
    opened: Opened = field(repr=False)
    victim: VictimPart = field(repr=False)
    readings: tuple[Reading, ...] = field(repr=False)
    lines: dict[str, Lines] = field(repr=False)
    answers: tuple[Answer, ...] = field(repr=False)

    @property
    def others(self) -> tuple[VictimPart, ...]:
        """The other victims, to whom words may belong; nobody where the question is about the person as such."""
        if self.item.attribute == PERSON:
            return ()
        return tuple(victim for victim in self.opened.result.victims if victim.id != self.victim.id)

    def quote(self, document: str, first: str, last: str, words: str) -> Quote:
        """Words that a browser named, found again.

        Raises:
            JiuzhuError: `annotation.words`.
        """
        if document not in self.lines:
            raise JiuzhuError("annotation.words", "选取的文字不在卷内", "请刷新后重新选取")
        return self.lines[document].quote(document, first, last, words)

    def text(self, quote: dict[str, Any]) -> str:
        """The words of an answer as this person may see them."""
        if self.stands(quote):
            return self.lines[quote["document"]].text[quote["start"] : quote["end"]]
        return self.opened.mask.words(quote["text"]) if self.opened.mask is not None else str(quote["text"])

    def words(self, passage: Passage) -> Iterator[tuple[int, list[Word]]]:
        """The lines of a passage with their words."""
        lines = self.lines[passage.document]
        for number in range(passage.first, passage.last + 1):
            yield number, list(lines.words(number))

    def spots(self) -> list[tuple[str, Spot]]:
        """Every place of a reading with the reading's letter."""
        return [(reading.letter, spot) for reading in self.readings for spot in reading.spots]

    def passages(self, page: tuple[str, int] | None = None) -> tuple[Passage, ...]:
        """What is shown: the lines around the readings' words, and around the person's first mention where there are
        none; a page that was asked for as a whole.

        Args:
            page: document id and number of the page.
        """
        found: list[Passage] = []
        for document in self.opened.screened.dossier.documents:
            ranges = [(spot.start, spot.end) for _, spot in self.spots() if spot.document == document.id]
            if not self.spots():
                ranges += [(m.start, m.end) for m in self.victim.mentions[:1] if m.document == document.id]
            near = [place for start, end in ranges for place in self._near(document, start, end)]
            if page is not None and page[0] == document.id:
                near += self._whole(document, page[1])
            found += _joined(document, self.lines[document.id], near)
        return tuple(found)

    def _near(self, document: Document, start: int, end: int) -> list[tuple[int, int]]:
        """The lines around a place; where its page has an image, those of the whole page, for they stand beside it."""
        pages = [page for page in document.pages if page.start < end and start < page.end]
        if pages and all(has_image(page) for page in pages):
            return [lines for page in pages for lines in self._whole(document, page.number)]
        return [self.lines[document.id].near(start, end, _AROUND)]

    def _whole(self, document: Document, number: int) -> list[tuple[int, int]]:
        page = next((p for p in document.pages if p.number == number), None)
        if page is None:
            return []
        return [self.lines[document.id].near(page.start, min(page.end, page.start + _LONGEST_PAGE), 0)]

    def stands(self, quote: dict[str, Any]) -> bool:
        """Whether the words of an answer still stand where they were chosen."""
        lines = self.lines.get(quote["document"])
        return lines is not None and lines.plain[quote["start"] : quote["end"]] == quote["text"]


def open_item(session: Session, service: Service, visitor: Visitor, item_id: str) -> OpenedItem:
    """Raises:
    NotFound; PersonGone; NotReady before the first screening.
    """
    store = service.store
    item = require_item(session, visitor, item_id)
    opened = open_dossier_for(session, store, service.shelf, visitor, item.dossier_id)
    victim = victim_of(session, store, opened, item)
    if victim is None:
        raise PersonGone("annotation.gone", "当前结果中已没有这名被害人", "这道题已撤销，请继续下一题")
    readings = readings_of(session, store, opened, item, victim)
    edges: dict[str, set[int]] = {}
    for reading in readings:
        for spot in reading.spots:
            edges.setdefault(spot.document, set()).update((spot.start, spot.end))
    plain = {document.id: document.text for document in opened.original.dossier.documents}
    lines = {
        document.id: Lines.of(document.text, plain[document.id], edges.get(document.id, ()))
        for document in opened.screened.dossier.documents
    }
    answers = tuple(shown_answers(session, store, visitor, item))
    return OpenedItem(item, opened, victim, readings, lines, answers)


def close_if_gone(session: Session, item_id: str) -> None:
    """Takes an item out of the queue whose person the result does not know any more."""
    item = session.get(AnnotationItem, item_id)
    if item is not None and item.state == "open":
        item.state = "closed"


def _joined(document: Document, lines: Lines, ranges: list[tuple[int, int]]) -> Iterator[Passage]:
    rows = sorted({number for first, last in ranges for number in range(first, last + 1)})
    pages = {page.number: page for page in document.pages}
    start = previous = None
    for number in [*rows, None]:
        if start is not None and previous is not None:
            page = document.page_at(lines.bounds[start][0])
            ends = page in pages and has_image(pages[page]) and number is not None
            if number != previous + 1 or (ends and document.page_at(lines.bounds[number][0]) != page):
                yield Passage(document.id, document.name, page, start, previous)
                start = None
        if start is None:
            start = number
        previous = number
