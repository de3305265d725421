"""Cuts text at every boundary of its places and writes it as HTML, so that the browser does no offset arithmetic.

In: text and places in code points. Out: segments that, joined, are the text again, and their markup. Overlapping
places become nested `<mark>` elements of one segment, never crossing tags. Text is always escaped here: markup in a
dossier is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markupsafe import Markup, escape

from api.web.places import Place

# em of the text's size; a sign is set in 10 of its 16 pixels
_SIGN = 0.65  # for each of its characters
_GAP = 0.2


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
    if not inside:
        return (Segment(text[start:end]),) if start < end else ()
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
    """The markup of one line, built from strings: a long dossier has tens of thousands of lines."""
    written = []
    at, taken, raised = 0.0, -1.0, False  # em along the line: here, and up to where the last signs reach
    for segment in segments:
        signs = [place.tag for place in segment.first if place.style != "name"]
        if signs:
            raised = at < taken and not raised  # words close together: the later sign stands higher than the earlier
            taken = at + sum(_SIGN * len(sign) + _GAP for sign in signs)
        written.append(_segment_html(segment, raised=raised and bool(signs)))
        at += sum(1.0 if character > "\u2e7f" else 0.55 for character in segment.text)
    return Markup("".join(written))  # every part is escaped below


def _segment_html(segment: Segment, *, raised: bool) -> str:
    html = escaped(segment.text)
    for depth in range(len(segment.places) - 1, -1, -1):
        place = segment.places[depth]
        begins = place.style != "name" and place in segment.first
        tags = _tags(segment, raised=raised) if depth == 0 and segment.first else ""
        name = escape(place.id)
        anchor = f' id="{name}" data-says="{escape(place.says)}" tabindex="-1"' if begins else ""
        inner = " in" if depth else ""
        html = f'<mark class="{escape(place.style)}{inner}" data-e="{name}"{anchor}>{tags}{html}</mark>'
    return html


def _tags(segment: Segment, *, raised: bool) -> str:
    # the sign is an attribute and drawn by the style sheet: the element's text stays exactly the document's
    signs = "".join(f'<i class="{escape(place.style)}" data-t="{escape(place.tag)}"></i>' for place in segment.first)
    # inside words already marked the sign stands higher, lest it cover the sign of those
    inside = any(place not in segment.first and place.style != "name" for place in segment.places)
    level = " up" if inside or raised else ""
    names = "" if any(place.style != "name" for place in segment.first) else " names-only"
    return f'<span class="tags{level}{names}" aria-hidden="true">{signs}</span>'


# what cannot stand in an HTML file, or would be read as something else
_UNWRITABLE = re.compile("[\r\x00\ud800-\udfff]")


def escaped(text: str) -> str:
    """Text of a dossier as it stands in an HTML file."""
    # A bare CR would be read as a line feed, and a NUL or a lone surrogate cannot stand in an HTML file at all.
    safe = str(escape(text))
    return _UNWRITABLE.sub(_written, safe) if _UNWRITABLE.search(safe) else safe


def _written(match: re.Match[str]) -> str:
    return {"\r": "&#13;", "\x00": "\u2400"}.get(match.group(), "\ufffd")
