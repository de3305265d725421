"""Changing the words of a labelled example while every label stays on its words.

An edit replaces some characters of `Example.text`. Edits that would cut a labelled place apart are left out, so that
the characters under each mention, span and unsure stretch are the image of those before.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from models.examples import Example


@dataclass(frozen=True, slots=True)
class Edit:
    """`words` instead of the characters `start` to `end` (code points into the text; never empty)."""

    start: int
    end: int
    words: str = field(repr=False)


def apart(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Edits of which no two overlap, in order of place: the earlier given stays."""
    starts: list[int] = []
    kept: list[Edit] = []
    for edit in edits:
        at = bisect_left(starts, edit.start)
        free_before = at == 0 or kept[at - 1].end <= edit.start
        free_behind = at == len(kept) or edit.end <= kept[at].start
        if free_before and free_behind:
            starts.insert(at, edit.start)
            kept.insert(at, edit)
    return tuple(kept)


def fits(example: Example, edits: Iterable[Edit]) -> Iterator[bool]:
    """For each edit whether it leaves every labelled place whole.

    No border of a place lies inside the edit, and what is deleted is neither the first nor the last character of a
    place: a place keeps both, so that it never becomes empty.
    """
    starts = {start for start, _ in _places(example)}
    ends = {end for _, end in _places(example)}
    borders = sorted(starts | ends)
    for edit in edits:
        cut = bisect_right(borders, edit.start) < bisect_left(borders, edit.end)
        yield not cut and (bool(edit.words) or (edit.start not in starts and edit.end not in ends))


def edited(example: Example, edits: Sequence[Edit]) -> Example:
    """The example with these edits made; not those that do not fit (`fits`) or overlap an earlier one."""
    fitting = apart(edit for edit, good in zip(edits, fits(example, edits), strict=True) if good)
    pieces, position = [], 0
    for edit in fitting:
        pieces += [example.text[position : edit.start], edit.words]
        position = edit.end
    pieces.append(example.text[position:])
    ends = [edit.end for edit in fitting]
    grown = [0, *accumulate(len(edit.words) - (edit.end - edit.start) for edit in fitting)]

    def moved(offset: int) -> int:
        return offset + grown[bisect_right(ends, offset)]

    return replace(
        example,
        text="".join(pieces),
        mentions=tuple(replace(m, start=moved(m.start), end=moved(m.end)) for m in example.mentions),
        spans=tuple(replace(s, start=moved(s.start), end=moved(s.end)) for s in example.spans),
        unsure=tuple(replace(u, start=moved(u.start), end=moved(u.end)) for u in example.unsure),
    )


def _places(example: Example) -> Iterator[tuple[int, int]]:
    yield from ((mention.start, mention.end) for mention in example.mentions)
    yield from ((span.start, span.end) for span in example.spans)
    yield from ((unsure.start, unsure.end) for unsure in example.unsure)
