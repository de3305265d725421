"""Cuts text at every boundary of its places and writes it as HTML, so that the browser does no offset arithmetic.

In: text and places in code points. Out: segments that, joined, are the text again, and their markup. Overlapping
places become nested `<mark>` elements of one segment, never crossing tags. Text is always escaped here: markup in a
dossier is text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markupsafe import Markup, escape

from api.web.places import Place


@dataclass(frozen=True, slots=True)
class Segment:
    """Attributes:
    places: those that cover the segment, outermost first.
    first: those of them that begin with it; only here the mark carries the anchor.
    """

    text: str = field(repr=False)
    places: tuple[Place, ...] = ()
    first: tuple[Place, ...] = ()


def cut(text: str, start: int, end: int, places: Sequence[Place]) -> tuple[Segment, ...]:
    """Segments of `text[start:end]`.

    Args:
        places: of this document, in reading order; those outside the range are ignored.
    """
    inside = [place for place in places if place.start < end and place.end > start]
    edges = {start, end}
    for place in inside:
        edges.update((max(place.start, start), min(place.end, end)))
    ordered = sorted(edges)
    return tuple(
        Segment(
            text[left:right],
            tuple(place for place in inside if place.start <= left and right <= place.end),
            tuple(place for place in inside if place.start == left),
        )
        for left, right in pairwise(ordered)
    )


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Ranges of the lines of `text[start:end]`, each with its line feed."""
    while start < end:
        line_end = text.find("\n", start, end) + 1 or end
        yield start, line_end
        start = line_end


def as_html(segments: Sequence[Segment]) -> Markup:
    """The markup of one line."""
    return Markup("").join(_segment_html(segment) for segment in segments)


def _segment_html(segment: Segment) -> Markup:
    html = _escaped(segment.text)
    for depth, place in reversed(list(enumerate(segment.places))):
        begins = place in segment.first
        tags = _tags(segment) if depth == 0 and segment.first else Markup("")
        anchor = (
            Markup(' id="{}" data-says="{}" tabindex="-1"').format(place.id, place.says)
            if begins and place.style != "name"
            else Markup("")
        )
        html = Markup('<mark class="{}{}" data-e="{}"{}>{}{}</mark>').format(
            place.style, " in" if depth else "", place.id, anchor, tags, html
        )
    return html


def _tags(segment: Segment) -> Markup:
    # the sign is an attribute and drawn by the style sheet: the element's text stays exactly the document's
    signs = Markup("").join(
        Markup('<i class="{}" data-t="{}"></i>').format(place.style, place.tag) for place in segment.first
    )
    # inside words already marked the sign stands higher, lest it cover the sign of those
    level = " up" if any(place not in segment.first and place.style != "name" for place in segment.places) else ""
    names = "" if any(place.style != "name" for place in segment.first) else " names-only"
    return Markup('<span class="tags{}{}" aria-hidden="true">{}</span>').format(level, names, signs)


def _escaped(text: str) -> Markup:
    # A bare CR would be read as a line feed, and a NUL or a lone surrogate cannot stand in an HTML file at all.
    safe = str(escape(text)).replace("\r", "&#13;").replace("\x00", "\u2400")
    return Markup("".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in safe))
