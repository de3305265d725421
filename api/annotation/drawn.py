"""The papers of a question as its page draws them: words with their numbers, in the marks of the readings that rest on
them, and beside the text of a page that has an image that image, with the same places in boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup

from api.annotation.opening import OpenedItem, Passage
from api.annotation.questions import QUESTIONS
from api.annotation.readings import Spot
from api.annotation.words import Word
from api.page_images import has_image
from api.web.drawings import PageDrawing, draw
from api.web.places import Place
from api.web.segments import escaped
from api.wording import short_names


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """Words that one or more readings rest on.

    Attributes:
        letters: of those readings, `甲乙`.
    """

    id: str
    spot: Spot
    letters: str


def places_of(opened: OpenedItem) -> tuple[MarkedPlace, ...]:
    """The words of all readings in reading order, each place once."""
    letters: dict[Spot, str] = {}
    for letter, spot in opened.spots():
        letters[spot] = letters.get(spot, "") + (letter if letter not in letters.get(spot, "") else "")
    order = {document: number for number, document in enumerate(opened.lines)}
    ordered = sorted(letters, key=lambda spot: (order.get(spot.document, 0), spot.start, -spot.end))
    return tuple(MarkedPlace(f"r-{n}", spot, letters[spot]) for n, spot in enumerate(ordered, 1))


@dataclass(frozen=True, slots=True)
class PassageLines:
    """A passage as the page draws it: each line is markup of words with their numbers.

    Attributes:
        name: short, as other pages have it; `full_name` with its folders.
        image: the page that the passage is the text of, with a box around every marked place.
    """

    document: str
    name: str = field(repr=False)
    full_name: str = field(repr=False)
    page: int
    lines: tuple[Markup, ...] = field(repr=False)
    image: PageDrawing | None = field(repr=False)


def paper_names(opened: OpenedItem) -> dict[str, str]:
    """The papers' short names by document id."""
    documents = opened.opened.screened.dossier.documents
    names = short_names(tuple(document.name for document in documents))
    return {document.id: name for document, name in zip(documents, names, strict=True)}


def passage_lines(
    opened: OpenedItem, places: Sequence[MarkedPlace], page: tuple[str, int] | None = None
) -> list[PassageLines]:
    """Args: page: document id and number of a page that is shown whole."""
    style = QUESTIONS[opened.item.attribute].style
    names = paper_names(opened)
    drawn = []
    for passage in opened.passages(page):
        text = opened.lines[passage.document].text
        here = [place for place in places if place.spot.document == passage.document]
        lines = tuple(Markup(_line_html(words, text, here, style)) for _, words in opened.words(passage))
        name, image = names[passage.document], _image(opened, passage, here, style)
        drawn.append(PassageLines(passage.document, name, passage.name, passage.page, lines, image))
    return drawn


def _image(opened: OpenedItem, passage: Passage, places: Sequence[MarkedPlace], style: str) -> PageDrawing | None:
    """The image of a passage's page, with the places on it in boxes; None where the page has none."""
    document = opened.opened.screened.dossier.document(passage.document)
    page = next((page for page in document.pages if page.number == passage.page), None)
    if page is None or not has_image(page):
        return None
    text = opened.lines[passage.document].text
    marked = [
        Place(
            id=place.id,
            document_id=document.id,
            start=place.spot.start,
            end=place.spot.end,
            page=document.page_at(place.spot.start),
            style=style,
            tag=place.letters,
            says=f"{place.letters}：{text[place.spot.start : place.spot.end]}",
        )
        for place in places
    ]
    folder = f"/api/v1/dossiers/{opened.item.dossier_id}/documents"
    return draw(document, page, marked, lambda name, number: f"{folder}/{name}/pages/{number}/image")


def _line_html(words: Sequence[Word], text: str, places: Sequence[MarkedPlace], style: str) -> str:
    """Words with their numbers, in the marks of the readings that rest on them; words are cut where those begin and
    end."""

    def covering(word: Word) -> tuple[MarkedPlace, ...]:
        return tuple(place for place in places if place.spot.start <= word.start and word.end <= place.spot.end)

    html = ""
    for marked, group in groupby(words, covering):
        together = list(group)
        inside = "".join(
            f'<span class="w" data-w="{word.id}">{escaped(text[word.start : word.end])}</span>' for word in together
        )
        html += _marked_html(inside, together[0].start, marked, style)
    return html


def _marked_html(html: str, start: int, places: Sequence[MarkedPlace], style: str) -> str:
    for depth, place in reversed(list(enumerate(places))):
        begins = place.spot.start == start
        sign = f'<span class="tags" aria-hidden="true"><i class="{style}" data-t="{place.letters}"></i></span>'
        anchor = f' id="{place.id}" tabindex="-1"' if begins else ""
        inner = " in" if depth else ""
        html = f'<mark class="{style} hint{inner}" data-e="{place.id}"{anchor}>{sign if begins else ""}{html}</mark>'
    return html
