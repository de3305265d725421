"""A verb of paying with the words of the clause around it; offsets in the sentence of a frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.payments.cues import VERB
from nlp.payments.deed import clause_start


@dataclass(frozen=True, slots=True)
class Phrase:
    """A verb in its clause.

    Attributes:
        family: pay | back | got | move, as in `cues.VERB`.
        begin, stop: start of its clause, and where the next verb begins.
        before, after: the words from `begin` to the verb, and from the verb to `stop`.
        near: before, the verb, and the first part of after.
    """

    start: int
    end: int
    family: str
    word: str
    begin: int
    stop: int
    before: str
    after: str
    near: str


def phrases(words: str) -> Iterator[Phrase]:
    """Every verb of paying in one sentence, in order."""
    matches = list(VERB.finditer(words))
    for index, match in enumerate(matches):
        stop = matches[index + 1].start() if index + 1 < len(matches) else len(words)
        begin = clause_start(words, match.start())
        after = words[match.end() : stop]
        first = re.split("[，；]", after, maxsplit=1)[0]
        before = words[begin : match.start()]
        yield Phrase(
            match.start(),
            match.end(),
            str(match.lastgroup),
            match.group(),
            begin,
            stop,
            before,
            after,
            before + match.group() + first,
        )
