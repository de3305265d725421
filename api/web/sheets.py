"""The middle of a report: each document as sheets of paper, those without evidence folded away.

In: result, dossier, places. Out: for every document a row of sheets and folds that together hold the whole text, each
character once. Long stretches without evidence inside a page are folded too, because a plain-text dossier is one
page of sixty thousand characters. A fold keeps its text in the page: it opens with a click, by find, or by a link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup

from api.schemas import DocumentPart, ScreeningResult
from api.web.drawings import ImageAddress, PageDrawing, draw
from api.web.places import Place, Places
from api.web.segments import as_html, cut, lines
from api.wording import READINGS, reading_words, short_names
from dossier.document import Document, Dossier, ReadingMode

_CONTEXT = 160  # code points kept in view around evidence inside a long page
_WORTH_FOLDING = 900  # a shorter stretch is quicker read than opened
_FLOWING = {ReadingMode.PLAIN, ReadingMode.DOCX, ReadingMode.HTML}  # a line is a paragraph, not a line of print

_UNBREAKABLE = re.compile(r"[!-~]{24}")  # an address or markup; justified, it tears the line apart. Not: 2025年6月


@dataclass(frozen=True, slots=True)
class Line:
    html: Markup = field(repr=False)
    style: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines in a row; folded ones say what is folded."""

    lines: tuple[Line, ...]
    folded: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    id: str
    page: int
    title: str
    page_words: str
    reading: str
    style: str
    stretches: tuple[Stretch, ...]
    image: PageDrawing | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Sheets in a row that are shown or folded together."""

    sheets: tuple[Sheet, ...]
    folded: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One document.

    Attributes:
        document: id in the result.
        number: from 1, as printed.
        about: kind, date and, of a paper of one page, how it was read.
        reading: in a word or a percentage, for the list of papers.
        evidence: number of places of evidence.
    """

    id: str
    document: str
    number: int
    title: str
    full_name: str
    kind: str | None
    about: tuple[str, ...]
    reading: str
    evidence: int
    page_count: int
    warnings: tuple[str, ...]
    runs: tuple[Run, ...]


def lay_out(
    result: ScreeningResult, dossier: Dossier, places: Places, images: ImageAddress | None = None
) -> tuple[Paper, ...]:
    """All papers in reading order. Without any evidence nothing is folded: there is nothing to find."""
    titles = short_names(tuple(part.name for part in result.dossier.documents))
    fold = any(place.is_evidence for place in places.all)
    return tuple(
        _paper(number, part, title, dossier.document(part.id), places.of_document(part.id), fold, images)
        for number, (part, title) in enumerate(zip(result.dossier.documents, titles, strict=True), 1)
    )


def _paper(
    number: int,
    part: DocumentPart,
    title: str,
    document: Document,
    places: tuple[Place, ...],
    fold: bool,
    images: ImageAddress | None,
) -> Paper:
    shown = tuple(place for place in places if place.style != "name")
    sheets = [
        (_touched(shown, start, end), _sheet(number, index, part, title, document, places, (start, end), fold, images))
        for index, (start, end) in enumerate(page_ranges(document))
    ]
    runs: list[Run] = []
    for touched, group in groupby(sheets, key=lambda item: item[0] or not fold):
        members = tuple(sheet for _, sheet in group)
        runs.append(Run(members) if touched else Run(members, _fold_words(members)))
    return Paper(
        id=f"d-{number}",
        document=part.id,
        number=number,
        title=title,
        full_name=part.name,
        kind=part.kind,
        about=_about(part, title),
        reading=_reading_in_short(part),
        evidence=sum(place.is_evidence for place in places),
        page_count=len(part.pages),
        warnings=tuple(f"第 {w.page} 页：{w.message}" if w.page else w.message for w in part.warnings),
        runs=tuple(runs),
    )


def page_ranges(document: Document) -> list[tuple[int, int]]:
    """Ranges that tile the whole text: what stands between two pages goes with the earlier one."""
    if not document.pages:
        return [(0, len(document.text))] if document.text else []
    starts = [0, *(page.start for page in document.pages[1:])]
    return list(zip(starts, [*starts[1:], len(document.text)], strict=True))


def _touched(places: Sequence[Place], start: int, end: int) -> bool:
    return any(place.start < end and start < place.end for place in places)


def _sheet(
    number: int,
    index: int,
    part: DocumentPart,
    title: str,
    document: Document,
    places: Sequence[Place],
    bounds: tuple[int, int],
    fold: bool,
    images: ImageAddress | None,
) -> Sheet:
    page = part.pages[index] if part.pages else None
    mode = document.pages[index].mode if document.pages else ReadingMode.PLAIN
    flowing = mode in _FLOWING
    page_number = page.page if page else 1
    count = len(part.pages)
    return Sheet(
        id=f"p-{number}-{page_number}",
        page=page_number,
        title=title,
        page_words=f"第 {page_number} 页，共 {count} 页" if count > 1 else "",
        reading=reading_words(page) if page and count > 1 else "",
        style="" if flowing else _print_style(document.text, bounds),
        stretches=_stretches(document.text, bounds, places, flowing, fold),
        image=draw(document, document.pages[index], places, images) if document.pages else None,
    )


def _print_style(text: str, bounds: tuple[int, int]) -> str:
    """How small the lines of a printed page must be set so that nearly all of them fit the sheet."""
    widths = sorted(sum(1.0 if c > "\u2e7f" else 0.55 for c in text[a:b].rstrip()) for a, b in lines(text, *bounds))
    usual = widths[int(0.95 * (len(widths) - 1))] if widths else 0.0
    return "print-lines" if usual <= 37 else "print-lines dense" if usual <= 40 else "print-lines denser"


def _stretches(
    text: str, bounds: tuple[int, int], places: Sequence[Place], flowing: bool, fold: bool
) -> tuple[Stretch, ...]:
    start, end = bounds
    here = [place for place in places if place.start < end and place.end > start]
    shown = [place for place in here if place.style != "name"]
    near = [(place.start - _CONTEXT, place.end + _CONTEXT) for place in shown]
    near.append((start, start + _CONTEXT))  # the head of a page tells what it is
    ranges = list(lines(text, start, end))
    stretches: list[Stretch] = []
    pending: list[tuple[int, int]] = []

    def far(line: tuple[int, int]) -> bool:
        return fold and bool(shown) and not any(left < line[1] and line[0] < right for left, right in near)

    def close(folded: bool) -> None:
        if not pending:
            return
        size = pending[-1][1] - pending[0][0]
        written = tuple(_line(text, line, here, flowing) for line in pending)
        if folded and size >= _WORTH_FOLDING:
            stretches.append(Stretch(written, f"此处 {len(pending)} 段、{size:,} 字未见证据"))
        elif stretches and stretches[-1].folded is None:
            stretches[-1] = Stretch(stretches[-1].lines + written)
        else:
            stretches.append(Stretch(written))
        pending.clear()

    was_far = False
    for line in ranges:
        is_far = far(line)
        if is_far != was_far:
            close(was_far)
        pending.append(line)
        was_far = is_far
    close(was_far)
    return tuple(stretches)


def _line(text: str, bounds: tuple[int, int], places: Sequence[Place], flowing: bool) -> Line:
    start, end = bounds
    words = text[start:end]
    if words.startswith(("问：", "答：", "问:", "答:")):
        style = "qa"
    elif flowing and end - start > 24 and not words[0].isspace() and not _UNBREAKABLE.search(words):
        style = "para"
    else:
        style = ""
    return Line(as_html(cut(text, start, end, places)), style)


def _fold_words(sheets: tuple[Sheet, ...]) -> str:
    first, last = sheets[0], sheets[-1]
    pages = first.id.rsplit("-", 1)[1], last.id.rsplit("-", 1)[1]
    if not first.page_words:
        return f"《{first.title}》未见证据"
    which = f"第 {pages[0]} 页" if pages[0] == pages[1] else f"第 {pages[0]}–{pages[1]} 页"
    return f"《{first.title}》{which}未见证据"


def _about(part: DocumentPart, title: str) -> tuple[str, ...]:
    kind = part.kind or "文书种类未识别"
    reading = reading_words(part.pages[0]) if len(part.pages) == 1 else ""
    return tuple(words for words in ("" if kind in title else kind, part.date or "", reading) if words)


def _reading_in_short(part: DocumentPart) -> str:
    rates = [page.confidence for page in part.pages if page.confidence is not None]
    if rates:
        return f"{sum(rates) / len(rates):.0%}"
    return READINGS.get(part.pages[0].reading, part.pages[0].reading) if part.pages else "—"
