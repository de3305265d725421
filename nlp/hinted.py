"""What a learned people finder adds to cues and deeds, and where its doubt counts.

Of a name it must be all but certain: dossiers are full of witnesses and kin. Where nobody is known to be harmed it also
names nouns, firms and crowds. It never takes away whom a word in the papers calls a victim; of one whom only a deed
made a victim, it must see at least a trace somewhere. The bounds were chosen on sentences and cases that the finder had
not learned.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from nlp.candidates import OFFICE_ROLES, OUT_OF_CASE, OWN_CUE, TOLD, Candidate, Named, somebody_harmed
from nlp.collectives import Collective
from nlp.facts import Role, VictimType
from nlp.frames import PersonMention
from nlp.numerals import CHINESE_NUMBER, number_of
from nlp.people_hints import PaperHints
from nlp.reading import Reading

NAME_FROM = 0.95  # how likely a victim's, from which a name is believed to be one: all but certain
NEVER_OVERRULED = frozenset((*OFFICE_ROLES, Role.RELATIVE))
NEVER_BESIDE = NEVER_OVERRULED | {Role.WITNESS}  # who is heard where the victim is known tells of another
NO_TRACE = 0.1  # below it the finder sees nobody harmed
NO_ACCUSED = 0.4  # and how likely an accused's at most
NOUN_FROM = 0.65  # score of a stretch without a name
COLLECTIVE_FROM = 0.8
_ASKED = 8  # mentions of one person that are read at most beside known victims: the first tell who somebody is
_TELLING = 3  # mentions that decide: elsewhere the same name stands among people of whom nothing is told
# nouns that mean a victim known by another word
_KNOWN_OTHERWISE = re.compile(
    "被害人|受害人|被害者|受害者|死者|伤者|失主|事主|被害单位|原告|被?上诉|被?申请|被告|我|他|她|本人|其|该"
)


def undecided(names: Sequence[Sequence[Named]], candidates: dict[str, Candidate]) -> list[list[tuple[int, int]]]:
    """Where those stand in each paper of whom the finder is asked beside known victims: harmed by a deed alone, or
    without a part in the case. Everybody else it could not change."""

    def is_open(candidate: Candidate) -> bool:
        if candidate.role() is Role.VICTIM:
            return not candidate.votes[Role.VICTIM]
        return (
            candidate.kin is None and candidate.votes[Role.ACCUSED] < OWN_CUE and candidate.role() not in NEVER_BESIDE
        )

    left = Counter({key: _ASKED for key, candidate in candidates.items() if is_open(candidate)})
    places: list[list[tuple[int, int]]] = [[] for _ in names]
    for own, found in zip(places, names, strict=True):
        for item in found:
            if item.zone not in OUT_OF_CASE and left[item.key] > 0:
                own.append((item.name_start, item.end))
                left[item.key] -= 1
    return places


def add_hinted_names(
    names: Sequence[Sequence[Named]],
    candidates: dict[str, Candidate],
    hints: Sequence[PaperHints],
    *,
    known_by: frozenset[Role],
) -> None:
    """Mark those whom the finder is sure of, and who are no kin or plain accused.

    Args:
        known_by: parts in the case that the finder does not overrule.
    """
    told = {item.key for found in names for item in found if item.zone in TOLD}
    for key, shares in _said(names, hints).items():
        if candidates[key].role() is Role.WITNESS and key not in told:
            continue  # stands in a list of evidence only
        if _top(v for v, _ in shares) >= NAME_FROM and _top(a for _, a in shares) < NO_ACCUSED:
            candidate = candidates[key]
            announced = candidate.votes[Role.ACCUSED] >= OWN_CUE or candidate.role() in known_by
            candidate.hinted = not announced and candidate.kin is None


def doubt_deeds(
    names: Sequence[Sequence[Named]], candidates: dict[str, Candidate], hints: Sequence[PaperHints]
) -> None:
    """Forget the deeds of which the finder sees no trace: a construction was read that says something else."""
    for key, shares in _said(names, hints).items():
        candidate = candidates[key]
        told_by_deed = candidate.role() is Role.VICTIM and not candidate.votes[Role.VICTIM]
        if told_by_deed and _top(v for v, _ in shares) < NO_TRACE:
            candidate.done_to = 0


def _said(names: Sequence[Sequence[Named]], hints: Sequence[PaperHints]) -> dict[str, list[tuple[float, float]]]:
    """How likely a victim's and an accused's each mention of everybody is, by key."""
    said: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for found, paper in zip(names, hints, strict=True):
        for item in found:
            if item.zone not in OUT_OF_CASE:
                said[item.key].append(paper.of(item.name_start, item.end))
    return said


def _top(shares: Iterable[float]) -> float:
    best = sorted(shares, reverse=True)[:_TELLING]
    return sum(best) / len(best)


def add_hinted_nouns(
    readings: Sequence[Reading],
    names: list[list[Named]],
    candidates: dict[str, Candidate],
    hints: Sequence[PaperHints],
) -> None:
    """Where no name was marked: those whom the finder sees harmed under a noun (一名路人)."""
    if somebody_harmed(candidates):
        return
    for number, (reading, found, paper) in enumerate(zip(readings, names, hints, strict=True)):
        for hint in paper.hints:
            noun = reading.text[hint.start : hint.end]
            zone = reading.sentence_at(hint.start).zone
            if (
                hint.role != "victim"
                or hint.score < NOUN_FROM
                or len(noun) < 2
                or zone in OUT_OF_CASE
                or _KNOWN_OTHERWISE.match(noun)
                or any(item.start < hint.end and hint.start < item.end for item in found)
            ):
                continue
            candidate = candidates.setdefault(noun, Candidate(noun, (number, hint.start)))
            candidate.votes[Role.VICTIM] += 1
            found.append(Named(hint.start, hint.end, hint.start, noun, Role.VICTIM, False, zone, "", noun))
        found.sort(key=lambda item: item.start)


# how many a crowd is: 四十余名, 48人; near miss: 多名
_COUNTED = re.compile(rf"(?P<count>\d{{1,5}}|{CHINESE_NUMBER})(?:余|多)?[名位个户人]")
_TYPES = {"group": VictimType.GROUP, "organization": VictimType.ORGANIZATION}


def hinted_collectives(
    readings: Sequence[Reading],
    named: Sequence[Sequence[PersonMention]],
    hints: Sequence[PaperHints],
    known: Sequence[Collective],
) -> tuple[Collective, ...]:
    """Crowds and organizations that the finder is sure were harmed and that nobody knows yet, in order of place.

    Args:
        named: mentions of named people in each reading; a firm is no person.
    """
    places: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    taken = [(number, start, end) for collective in known for number, start, end in collective.places]
    names = {collective.name for collective in known} | {a for c in known for a in c.aliases}
    for number, (reading, people, paper) in enumerate(zip(readings, named, hints, strict=True)):
        for hint in paper.hints:
            words = reading.text[hint.start : hint.end]
            if (
                hint.role not in _TYPES
                or hint.score < COLLECTIVE_FROM
                or len(words) < 3
                or words in names
                or reading.sentence_at(hint.start).zone in OUT_OF_CASE
                or any(n == number and s < hint.end and hint.start < e for n, s, e in taken)
                or any(m.name_start < hint.end and hint.start < m.end for m in people)
            ):
                continue
            places[hint.role, words].append((number, hint.start, hint.end))
    found = [
        Collective(words, _TYPES[role], _size(words) if role == "group" else None, (), tuple(at))
        for (role, words), at in places.items()
    ]
    return tuple(sorted(_without_parts(found), key=lambda c: c.places[0]))


def _without_parts(found: Sequence[Collective]) -> list[Collective]:
    """The fullest form of each: 水泥厂 beside 某水泥厂 is the same."""
    return [c for c in found if not any(c.name != o.name and c.name in o.name and c.type is o.type for o in found)]


def _size(words: str) -> int | None:
    counted = _COUNTED.search(words)
    number = number_of(counted["count"]) if counted else None
    return int(number) if number else None
