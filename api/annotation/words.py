"""Words of a paper that can be chosen one after another: by mouse or by key, and named without counting characters.

In: a paper's text. Out: segments, numbered by line and within the line, that joined are the text again. A browser sends
the first and the last segment and the words it showed; here they are looked up again and compared, so that a page that
is out of date, or a made-up place, cannot become evidence. Lines are cut only when somebody looks at them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from dossier.errors import JiuzhuError
from nlp.segment import tokens

LONGEST = 80  # code points of one quote; the guidelines ask for 40
_ID = re.compile(r"(\d{1,7})\.(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Word:
    """Attributes:
    id: `12.3`, line and number in it, both from 0.
    start, end: code points into the paper's text.
    """

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that somebody chose, found again in the paper."""

    document: str
    start: int
    end: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lines:
    """A paper by lines.

    Attributes:
        text: as the reader sees it, masked or not; both are of equal length.
        plain: as the paper has it, which decides where words are cut, so that the mask moves nothing.
        edges: offsets at which words are cut in any case: where the readings begin and end.
    """

    text: str = field(repr=False)
    plain: str = field(repr=False)
    edges: frozenset[int]
    bounds: tuple[tuple[int, int], ...]

    @staticmethod
    def of(text: str, plain: str, edges: Iterable[int] = ()) -> Lines:
        starts = [0, *(match.end() for match in re.finditer("\n", plain)), len(plain)]
        bounds = tuple(pair for pair in pairwise(starts) if pair[0] < pair[1])
        return Lines(text, plain, frozenset(edges), bounds)

    def near(self, start: int, end: int, around: int) -> tuple[int, int]:
        """First and last line of those that meet the range and `around` code points beside it."""
        met = [n for n, (a, b) in enumerate(self.bounds) if a < end + around and start - around < b]
        return (met[0], met[-1]) if met else (0, -1)

    def words(self, line: int) -> Iterator[Word]:
        """The words of one line, in order; together they are the line."""
        start, end = self.bounds[line]
        cuts = {start, end} | {edge for edge in self.edges if start < edge < end}
        cuts |= {start + at for at, _, _ in tokens(self.plain[start:end])}
        for number, (left, right) in enumerate(pairwise(sorted(cuts))):
            yield Word(f"{line}.{number}", left, right)

    def quote(self, document: str, first: str, last: str, words: str) -> Quote:
        """The words from one segment to another, which must be those that were shown.

        Raises:
            JiuzhuError: `annotation.words`.
        """
        start, end = self._word(first), self._word(last)
        if start is None or end is None or start.start >= end.end:
            raise _not_there()
        there = self.text[start.start : end.end]
        if there != words:
            raise _not_there()
        left, right = len(there) - len(there.lstrip()), len(there.rstrip())
        if not 0 < right - left <= LONGEST:
            raise JiuzhuError("annotation.words", f"选取的文字须为 1 至 {LONGEST} 字", "请只选能说明该值的字句")
        start_at = start.start + left
        return Quote(document, start_at, start.start + right, self.plain[start_at : start.start + right])

    def at(self, start: int, end: int) -> tuple[str, str] | None:
        """The segments that begin and end exactly there; None where the range does not fall on any."""
        lines = [n for n, (a, b) in enumerate(self.bounds) if a < end and start < b]
        found = [word for line in lines for word in self.words(line)]
        first = next((word.id for word in found if word.start == start), None)
        last = next((word.id for word in found if word.end == end), None)
        return (first, last) if first is not None and last is not None else None

    def _word(self, name: str) -> Word | None:
        match = _ID.fullmatch(name)
        if match is None or int(match[1]) >= len(self.bounds):
            return None
        return next((word for word in self.words(int(match[1])) if word.id == name), None)


def _not_there() -> JiuzhuError:
    return JiuzhuError("annotation.words", "选取的文字与卷内不符", "页面可能已过期，请刷新后重新选取")
