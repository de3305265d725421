"""Borders of a quotation: it neither begins nor ends in the middle of a word.

Patterns stop where what they look for is decided (其余损失未); a reader needs the word whole (人民币, not 人民).
"""

from __future__ import annotations

import re

from nlp.people import Paper
from nlp.segment import tokens

_REACH = 24  # view characters on each side that the segmenter reads; longer than any word
# a word before what is quoted, which the segmenter joins with it: matches 因涉嫌, 致其, 人均; not 尚未, 评为
_LEADS = re.compile("[因致并示人将把对于在]")
_WORD = re.compile(r"[\u3400-\u9fff]{2,6}|\d{2,12}")


def whole_words(paper: Paper, start: int, end: int, most: int) -> tuple[int, int]:
    """View offsets of the passage, widened to whole words where it stays within `most` characters, else shortened.

    A person's name is no word: the segmenter joins it with its neighbours (致伍 春霞), so nothing grows into one.
    """
    if end - start > most:
        return start, _inside(paper, start + most)
    left, right = _word_at(paper, start), _word_at(paper, end)
    leads = left is not None and _LEADS.match(paper.reading.text, left[0])
    if left is not None and not leads and end - left[0] <= most and not _is_named(paper, left[0], start):
        start = left[0]
    if right is not None and right[1] - start <= most and not _is_named(paper, end, right[1]):
        end = right[1]
    return start, end


def _inside(paper: Paper, at: int) -> int:
    word = _word_at(paper, at)
    return at if word is None else word[0]


def _word_at(paper: Paper, at: int) -> tuple[int, int] | None:
    """The word that `at` falls inside of."""
    text = paper.reading.text
    if not _WORD.fullmatch(text[max(0, at - 1) : at + 1]):
        return None  # a mark, a space or the end of the text stands here
    low, high = max(0, at - _REACH), min(len(text), at + _REACH)
    for start, end, _ in tokens(text[low:high]):
        if low + start < at < low + end:
            return (low + start, low + end) if _WORD.fullmatch(text, low + start, low + end) else None
    return None


def _is_named(paper: Paper, start: int, end: int) -> bool:
    frame = paper.frame
    low, high = frame.from_view(start), frame.from_view(end - 1) + 1
    return any(m.start < end and start < m.end for m in frame.mentions_in(low, high))
