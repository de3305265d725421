"""A page shown as its image, with a box over every line of words that are evidence.

In: a paper with character boxes, its places, the address of the page's image. Out: the image's size in points and the
boxes in the same frame, so that the browser scales both alike and no arithmetic is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from api.web.places import Place
from dossier.document import Document, Page
from dossier.span import Span

# (document id, page from 1) → address of the page's image, None where there is none
ImageAddress = Callable[[str, int], str | None]
_MARGIN = 1.0  # points around the ink
_LINE = 12.0  # points; signs nearer than this stand beside one another
_SIGN = 9.0  # points that a character of a sign takes
_APART = 3.0  # points between two signs


@dataclass(frozen=True, slots=True)
class PlaceBox:
    """One line of a place; the first of a place carries its sign, which stands in the page's margin beside the line:
    above the words it would cover those of the line before.
    """

    place: str
    style: str
    tag: str
    says: str = field(repr=False)
    first: bool
    x: float
    y: float
    width: float
    height: float
    tag_x: float
    tag_y: float


@dataclass(frozen=True, slots=True)
class PageDrawing:
    """Attributes:
    width, height: of the page in points.
    """

    address: str
    width: float
    height: float
    boxes: tuple[PlaceBox, ...]


def draw(document: Document, page: Page, places: Sequence[Place], images: ImageAddress | None) -> PageDrawing | None:
    """The drawing of a page, None where it has no image."""
    address = images(document.id, page.number) if images is not None else None
    if address is None or page.size is None:
        return None
    boxes: list[PlaceBox] = []
    beside: dict[int, float] = {}  # points that the signs beside a line take already
    for place in places:
        if place.style == "name" or place.start >= page.end or place.end <= page.start:
            continue
        lines = [b for b in document.boxes_of(Span(document.id, place.start, place.end)) if b.page == page.number]
        for number, box in enumerate(lines):
            line = round((box.y0 + box.y1) / 2 / _LINE)
            taken = beside.get(line, 4.0)
            if number == 0:
                beside[line] = taken + _SIGN * len(place.tag) + _APART
            boxes.append(
                PlaceBox(
                    place.id,
                    place.style,
                    place.tag,
                    place.says,
                    number == 0,
                    round(box.x0 - _MARGIN, 1),
                    round(box.y0 - _MARGIN, 1),
                    round(box.x1 - box.x0 + 2 * _MARGIN, 1),
                    round(box.y1 - box.y0 + 2 * _MARGIN, 1),
                    round(taken, 1),
                    round((box.y0 + box.y1) / 2 + 3.0, 1),
                )
            )
    return PageDrawing(address, page.size[0], page.size[1], tuple(boxes))
