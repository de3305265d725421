"""Who of one result is who of another: people keep their facts and decisions over screenings, positions do not.

In: two results of one dossier. Out: victims' ids, paired. A person is known first by the words that name them in the
papers, which stay where they are; where those were read anew, by name and kind; at last by a name that is only fuller.
Who cannot be told apart for certain is nobody's counterpart: what is known of one person must not reach another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from api.schemas import ScreeningResult, VictimPart

_Place = tuple[str, int, str]  # paper without folders, which change with the number of uploads; start; the words


def same_people(before: ScreeningResult, after: ScreeningResult) -> dict[str, str]:
    """Ids of victims in `before`, each with the id of the same person in `after`; the others are left out."""
    found: dict[str, str] = {}
    for step in (_by_words, _by_name, _by_alias):
        taken = set(found.values())
        ones = [victim for victim in before.victims if victim.id not in found]
        others = [victim for victim in after.victims if victim.id not in taken]
        found |= step(ones, others)
    return found


def _by_words(ones: list[VictimPart], others: list[VictimPart]) -> dict[str, str]:
    """Those more than half of whose words name one person now; of two that became one, the one with more words."""
    kinds = {victim.id: victim.type for victim in others}
    whose = {place: victim.id for victim in others for place in _places(victim)}
    claims = []
    for one in ones:
        places = _places(one)
        named = Counter(whose[place] for place in places if place in whose)
        for other, number in named.most_common(1):
            if 2 * number > len(places) and kinds[other] == one.type:
                claims.append((-number, one.id, other))
    pairs: dict[str, str] = {}
    for _, one_id, other in sorted(claims):
        if other not in pairs.values():
            pairs[one_id] = other
    return pairs


def _by_name(ones: list[VictimPart], others: list[VictimPart]) -> dict[str, str]:
    """Those of equal name and kind, in their order where several share a masked name and none came or went."""
    there = _called(others)
    return {
        one.id: other.id
        for who, alike in _called(ones).items()
        if len(alike) == len(there[who])
        for one, other in zip(alike, there[who], strict=True)
    }


def _by_alias(ones: list[VictimPart], others: list[VictimPart]) -> dict[str, str]:
    """Those of whom one result has another name, when that fits one person only, from either side."""
    linked = [(one.id, other.id) for one in ones for other in others if _alike(one, other)]
    left, right = Counter(one for one, _ in linked), Counter(other for _, other in linked)
    return {one: other for one, other in linked if left[one] == right[other] == 1}


def _alike(one: VictimPart, other: VictimPart) -> bool:
    return one.type == other.type and (one.name in other.aliases or other.name in one.aliases)


def _places(victim: VictimPart) -> set[_Place]:
    return {(PurePosixPath(span.document_name).name, span.start, span.text) for span in victim.mentions}


def _called(victims: Iterable[VictimPart]) -> dict[tuple[str, str], list[VictimPart]]:
    by_name: dict[tuple[str, str], list[VictimPart]] = defaultdict(list)
    for victim in victims:
        by_name[victim.name, str(victim.type)].append(victim)
    return by_name
