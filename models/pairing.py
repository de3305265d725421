"""Which predicted victim stands for which gold victim of the same case.

In: the two `victims` lists of one case. Out: pairs, with None on the side that has no counterpart.
Names decide, in three rounds of falling strictness; agreement of values only breaks ties, so that a
prediction can never be paired with another person because its values happen to fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.units import ATTRIBUTES, Record, all_names, comparable_name, units_of

Pair = tuple[Record | None, Record | None]

_SHORTEST_CONTAINED = 3  # code points; two characters of a group's phrase would fit any other group


def _same_name(gold: Record, predicted: Record) -> bool:
    name = comparable_name(gold.get("name"))
    return bool(name) and name == comparable_name(predicted.get("name"))


def _shared_alias(gold: Record, predicted: Record) -> bool:
    return not all_names(gold).isdisjoint(all_names(predicted))


def _contained_group(gold: Record, predicted: Record) -> bool:
    if not (gold.get("type") == "group" and predicted.get("type") == "group"):
        return False
    for mine in all_names(gold):
        for theirs in all_names(predicted):
            shorter, longer = sorted((mine, theirs), key=len)
            if len(shorter) >= _SHORTEST_CONTAINED and shorter in longer:
                return True
    return False


_ROUNDS: tuple[Callable[[Record, Record], bool], ...] = (_same_name, _shared_alias, _contained_group)


def agreeing_units(gold: Record, predicted: Record) -> int:
    """How many attribute values the two records share."""
    return sum(len(units_of(gold, name).keys() & units_of(predicted, name).keys()) for name in ATTRIBUTES)


def pair_victims(gold: Sequence[Record], predicted: Sequence[Record]) -> list[Pair]:
    """Pairs first (in the order in which they were made), then unmatched gold, then unmatched predictions."""
    open_gold = dict(enumerate(gold))
    open_predicted = dict(enumerate(predicted))
    pairs: list[Pair] = []
    for fits in _ROUNDS:
        candidates = [
            (-agreeing_units(mine, theirs), i, j)
            for i, mine in open_gold.items()
            for j, theirs in open_predicted.items()
            if fits(mine, theirs)
        ]
        for _, i, j in sorted(candidates):
            if i in open_gold and j in open_predicted:
                pairs.append((open_gold.pop(i), open_predicted.pop(j)))
    pairs.extend((mine, None) for mine in open_gold.values())
    pairs.extend((None, theirs) for theirs in open_predicted.values())
    return pairs
