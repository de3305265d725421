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
    """View offsets of the passage, widened to whole words and names if it stays within `most`, else shortened."""
    if end - start > most:
        word = _unbroken(paper, start + most)
        return start, word[0] if word is not None and word[0] > start else start + most
    left, right = _unbroken(paper, start), _unbroken(paper, end)
    if left is not None and end - left[0] <= most and not _LEADS.match(paper.reading.text, left[0]):
        start = left[0]
    if right is not None and right[1] - start <= most:
        end = right[1]
    return start, end


def _unbroken(paper: Paper, at: int) -> tuple[int, int] | None:
    """The name or the word that `at` falls inside of.

    The segmenter joins a name with its neighbours (致伍 春霞), so that a word which overlaps a name is none.
    """
    frame = paper.frame
    near = frame.mentions_in(frame.from_view(max(0, at - _REACH)), frame.from_view(at) + _REACH)
    for mention in near:
        if mention.name_start < at < mention.end:
            return mention.name_start, mention.end
    word = _word_at(paper, at)
    return None if word is None or any(m.start < word[1] and word[0] < m.end for m in near) else word


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
