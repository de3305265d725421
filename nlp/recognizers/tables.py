"""What tables say of each victim: what was taken or is owed, what was given back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nlp.facts import Attribute, Compensation, Loss
from nlp.mentions import Mention
from nlp.people import Cast
from nlp.tables import ListedSum, Meaning, listed_sums

_AS_EVIDENCE = 3  # a price list holds goods only, a charge the money too
# a list of what is given out first: 按比例先行发还; near miss: 全部发还
_IN_PART = re.compile("先行|比例|部分|首[期次笔]|第[一二三]次|余款|[0-9]%|[一二三四五六七八九]成")


@dataclass(frozen=True, slots=True)
class TablePatterns:
    """See module."""

    name: str = "table-patterns"
    version: str = "1"

    def find(self, cast: Cast) -> Iterable[Mention]:
        persons = {person.id for person in cast.victims if person.type != "organization"}
        for index, paper in enumerate(cast.papers):
            listed = [found for found in listed_sums(paper) if found.person in persons]
            yield from _lost(index, listed)
            yield from _paid(index, listed)


def _lost(index: int, listed: Iterable[ListedSum]) -> Iterator[Mention]:
    for found in listed:
        if found.meaning is not Meaning.PAID:
            yield Mention(
                Attribute.LOSS,
                Loss(round(found.yuan, 2)),
                index,
                found.start,
                found.end,
                (found.person,),
                recognizer="table-patterns",
                weight=_AS_EVIDENCE,
            )


def _paid(index: int, listed: Iterable[ListedSum]) -> Iterator[Mention]:
    for found in listed:
        if found.meaning is Meaning.PAID:
            yield Mention(
                Attribute.COMPENSATION,
                Compensation("partial" if _IN_PART.search(found.title) else "settled", found.yuan, performed=True),
                index,
                found.start,
                found.end,
                (found.person,),
                recognizer="table-patterns",
                score=0.9,
            )


RECOGNIZER = TablePatterns()
