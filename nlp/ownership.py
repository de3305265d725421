"""Whose a statement is, where the recognizer only knows that it was made.

Chinese legal prose puts the person before what is said of them: the nearest person to the left in the same
sentence, unless that one is the doer (被张某打成…), then the row of people it stands in, then the sentence before.
"""

from __future__ import annotations

import re

from nlp.frames import Frame, LIST, NOTE, P, PersonMention, V
from nlp.people import Paper

_ROW = re.compile(rf"{P}{NOTE}(?:{LIST}{P}{NOTE})*")
_DOER_BEFORE = re.compile(r"(?:被|遭|由|受|让|叫)$")
_ROW_GAP = re.compile(rf"^{NOTE}(?:等人)?{LIST}$")


def owners_left(paper: Paper, start: int, *, reach: int = 220, victims_only: bool = True, sentences_back: int = 2) -> tuple[str, ...]:
    """People whom words at view offset `start` are said of, in order; empty when nobody fits.

    Args:
        reach: how far to look back, in frame characters.
        victims_only: pass over everybody who is no victim (what is said may still be theirs: see `nearest`).
        sentences_back: how many sentences before this one may be searched.
    """
    frame = paper.frame
    place = frame.from_view(start)
    index = paper.reading.sentence_at(start).index
    first = paper.reading.sentences[max(0, index - sentences_back)]
    low = max(place - reach, frame.from_view(first.start))
    return row_before(frame, low, place, victims_only)


def row_before(frame: Frame, low: int, place: int, victims_only: bool) -> tuple[str, ...]:
    """The nearest row of people that ends before `place`, not doers."""
    mentions = frame.mentions_in(low, place)
    for last in range(len(mentions) - 1, -1, -1):
        at = frame.from_view(mentions[last].start)
        if victims_only and frame.text[at] != V:
            continue
        if _DOER_BEFORE.search(frame.text[max(0, at - 1) : at]):
            continue
        first = last
        while first > 0:
            earlier = frame.from_view(mentions[first - 1].start)
            if not _ROW_GAP.match(frame.text[earlier + 1 : frame.from_view(mentions[first].start)]) or (
                victims_only and frame.text[earlier] != V
            ):
                break
            first -= 1
        row: list[str] = []
        for mention in mentions[first : last + 1]:
            row += [p for p in mention.people if p not in row]
        return tuple(row)
    return ()


def nearest(paper: Paper, start: int, *, reach: int = 120) -> PersonMention | None:
    """The nearest person of any role before view offset `start` in the same sentence, doers passed over."""
    frame = paper.frame
    place = frame.from_view(start)
    low = max(place - reach, frame.from_view(paper.reading.sentence_at(start).start))
    for mention in reversed(frame.mentions_in(low, place)):
        at = frame.from_view(mention.start)
        if not _DOER_BEFORE.search(frame.text[max(0, at - 1) : at]):
            return mention
    return None
