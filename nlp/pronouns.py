"""Whom 其, 他 and 二人 mean where an account tells what was done: the sentence again with the people in their place.

In: a sentence of a frame with the accused marked. Out: its words with each pronoun that can be told replaced by the
sign of a person, and who stands at every sign. A pronoun is told only as the object of what the accused did: where
somebody else is the subject, or nobody is near, it is left as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nlp.frames import A, Frame, O, P, PersonMention
from nlp.name_cues import KIN
from nlp.numerals import CHINESE_NUMBER, number_of


@dataclass(frozen=True, slots=True)
class Told:
    """Attributes:
    text: the words; offsets are its own.
    people: who stands at each sign of a person, by offset into `text`; several where 二人 stood.
    """

    text: str = field(repr=False)
    people: dict[int, tuple[PersonMention, ...]] = field(repr=False)


# matches 将其打伤, 致二人死亡, 他; near miss: 其他, 尤其, 其妻, 三人民币
_PRONOUN = re.compile(
    rf"(?<![尤极])其(?!他|中|余|间|它|实|次|后|(?:本人|自己)|(?:的|所在)?(?:{KIN.pattern}|家属|亲属|亲友|朋友|同伙|同事|家|住处|住所|名下|租住|单位|公司|雇主|老板|行为|供述|辩解))(?:本人)?"
    r"|[他她](?!人|们|的?(?:妻|父|母|丈夫|儿|女))"
    rf"|(?:其|该)?(?P<count>{CHINESE_NUMBER})人(?!民|次|以)"
)
# an accomplice or a go-between, before the sign: 伙同⟨O⟩, 通过⟨O⟩; near miss: 遇到⟨O⟩
_ON_THEIR_SIDE = re.compile(
    r"(?:伙同|纠集|纠合|指使|授意|安排|雇佣|雇请|叫上|邀约|邀集|召集|通过|经|由|被|会同|带领|指派|联系)$"
)
_CLAUSE = re.compile("[，；：]")
# words that may stand between a comma and the subject of what follows
_THEN = re.compile(r"^(?:遂|便|即|又|后|随后|随即|并|再|而|但|当|在此过程中|期间|其间|后又|之后)?$")
_SUFFERS = re.compile("被|遭|受|信以为真|因害怕|迫于|无奈|当场|死亡|经")
# before one who is acted on or met: 趁⟨O⟩, 遇到⟨O⟩, 给⟨O⟩
_AS_OBJECT = re.compile("[与和同对向将把给趁乘遇见到找为帮跟及、]$")
_BACK = 90  # characters of the sentence before in which the one meant may stand


def with_pronouns(frame: Frame, start: int, end: int) -> Told | None:
    """The sentence from `start` to `end` (offsets into the frame) with its pronouns told; None when there are none.

    >>> from nlp.frames import build_frame
    >>> text = "甲某遇到乙某后将其打伤"
    >>> people = (PersonMention(0, 2, 0, ("a",)), PersonMention(4, 6, 4, ("b",)))
    >>> told = with_pronouns(build_frame(text, people, {"a": A}), 0, 9)
    >>> [told.people[i][0].people for i, char in enumerate(told.text) if char == O]
    [('b',), ('b',)]
    """
    words = frame.text[start:end]
    if not _PRONOUN.search(words) or A not in frame.text[max(0, start - 4 * _BACK) : end]:
        return None
    pieces: list[str] = []
    people: dict[int, tuple[PersonMention, ...]] = {}
    length = position = 0
    found = False
    for match in _PRONOUN.finditer(words):
        meant = _meant(frame, start, match)
        if not meant:
            continue
        found = True
        length = _copy(frame, start, words, position, match.start(), pieces, people, length)
        people[length] = meant
        pieces.append(O)
        length += 1
        position = match.end()
    _copy(frame, start, words, position, len(words), pieces, people, length)
    return Told("".join(pieces), people) if found else None


def _copy(
    frame: Frame,
    start: int,
    words: str,
    low: int,
    high: int,
    pieces: list[str],
    people: dict[int, tuple[PersonMention, ...]],
    length: int,
) -> int:
    for offset in range(low, high):
        if words[offset] in P[1:-1]:
            mention = frame.mention_at(start + offset)
            if mention is not None:
                people[length + offset - low] = (mention,)
    pieces.append(words[low:high])
    return length + high - low


def _meant(frame: Frame, start: int, match: re.Match[str]) -> tuple[PersonMention, ...]:
    words, at = match.string, match.start()
    clause = max((m.end() for m in _CLAUSE.finditer(words, 0, at)), default=0)
    if _THEN.match(words[clause:at]) and not (match["count"] or _SUFFERS.match(words, match.end())):
        return ()  # a subject: who acts here is another question
    if _subject(words, at) == O:
        return ()
    row = _last_row(words, at)
    if row and row[0] > clause and not _AS_OBJECT.search(words[: row[0]][-3:]):
        return ()  # 投诉⟨O⟩拖欠其工资: who is named acts in what is said of 其
    base = start
    if not row:
        back = frame.text[max(0, start - _BACK) : start].rsplit("\n", 1)[-1]
        base, row = start - len(back), _last_row(back, len(back))
        if len({m.people for m in (frame.mention_at(base + place) for place in row) if m is not None}) != 1:
            return ()
    if match["count"] and len(row) != number_of(match["count"]):
        return ()
    return tuple(m for m in (frame.mention_at(base + place) for place in row) if m is not None)


def _subject(words: str, at: int) -> str | None:
    """The sign that the clause before `at`, or the nearest one that has a subject, begins with."""
    starts = [0, *(m.end() for m in _CLAUSE.finditer(words, 0, at))]
    for index in range(len(starts) - 1, -1, -1):
        low = starts[index]
        high = min(at, starts[index + 1] if index + 1 < len(starts) else at)
        for place in range(low, high):
            if words[place] in P[1:-1]:
                if _THEN.match(words[low:place]):
                    return words[place]
                break
    return None


def _last_row(words: str, at: int) -> list[int]:
    """Offsets of the nearest people before `at` who are not of the accused's side, one or a row of them."""
    row: list[int] = []
    for place in range(at - 1, -1, -1):
        if words[place] not in P[1:-1]:
            continue
        if row and words[place + 1 : row[0]] not in ("、", "和", "及", "与", "以及"):
            break
        if words[place] == A:
            if row:
                break
            continue
        row.insert(0, place)
    if row and _ON_THEIR_SIDE.search(words[: row[0]][-4:]):
        return _last_row(words, row[0]) if row[0] else []
    return row
