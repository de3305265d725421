"""How the sums of one victim in one account add up: items and cash are added, totals replace what they add up.

A sum that is said again (in an appraisal, in the summary) counts once. Nothing is looked up in the text here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from nlp.losses.entries import Entry, Kind


@dataclass(frozen=True, slots=True)
class Item:
    """An entry in place.

    Attributes:
        start, end: in the view.
        sentence: index of its sentence; `incident` counts within the paper.
        before: the words right before the sum.
        opening: the words that open its incident (3、2016年5月), empty when nothing marks one.
    """

    entry: Entry
    start: int
    end: int
    sentence: int
    incident: int
    before: str = field(default="", repr=False)
    opening: str = field(default="", repr=False)


def counted(items: Sequence[Item]) -> list[Item]:
    """The items whose sums together are the loss."""
    by_incident: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        by_incident[item.incident].append(item)
    result: list[Item] = []
    overviews: list[Item] = []  # they may hold what was taken from others too: used when nothing else is said
    for several in by_incident.values():
        kept: list[Item] = []
        for item in several:
            if item.entry.total and result and kept and _near(_sum(result) + _sum(kept), item.entry.yuan):
                continue  # 又借款5000元，共计借款25000元: all that was told so far
            kept = _with(kept, item)
        before = list(result)
        for item in kept:
            if item.entry.total and result and _near(_sum(result), item.entry.yuan):
                continue
            if item.entry.overview:
                overviews.append(item)
            elif not any(_said_again(known, item) for known in before):
                result.append(item)
    result = result or overviews[-1:]
    if any(item.entry.kind is Kind.WAGES for item in result):  # money handed over beside unpaid wages pays them
        result = [item for item in result if item.entry.kind is not Kind.CASH or item.entry.rank > 2]
    surest = max((item.entry.rank for item in result if item.entry.kind is Kind.LOSS), default=0)
    result = [item for item in result if item.entry.kind is not Kind.LOSS or item.entry.rank == surest]
    return [item for item in result if item.entry.rank > 1]  # what was only demanded did not go


def _with(kept: list[Item], item: Item) -> list[Item]:
    """What counts in an incident when one more sum is read."""
    entry = item.entry
    if entry.overview:
        return [*kept, item]
    if entry.on_top and not _near(_sum(kept), entry.yuan):
        return [*kept, item]
    for known in kept:
        same = known.entry.yuan == entry.yuan
        if same and (
            entry.again
            or known.sentence != item.sentence
            or known.entry.kind is entry.kind in (Kind.CASH, Kind.WAGES)
            or entry.total
        ):
            return kept
    surer = [k for k in kept if k.entry.kind is Kind.CASH and k.entry.rank > entry.rank]
    if entry.kind is Kind.CASH and surer and (entry.rank == 1 or entry.yuan <= _sum(surer) * 1.001):
        return kept
    if any(k.entry.broken_down and k.entry.kind in (entry.kind, Kind.LOSS) and entry.yuan < k.entry.yuan for k in kept):
        return kept
    covered: list[Item] = []
    if entry.net:
        return [k for k in kept if k.entry.kind is not Kind.CASH or k.sentence != item.sentence] + [item]
    if entry.kind is Kind.LOSS:
        covered = [k for k in kept if k.entry.kind in (Kind.GOODS, Kind.LOSS) and not entry.each]
    elif entry.total:
        covered = [k for k in kept if entry.covers_all or k.entry.kind is entry.kind or k.sentence == item.sentence]
    if entry.total and kept and _near(_sum(kept), entry.yuan):
        covered = list(kept)
    if covered and _sum(covered) > entry.yuan * 1.001 + 1:
        covered = []
    if entry.kind is Kind.CASH:
        covered = [
            *covered,
            *(k for k in kept if k.entry.kind is Kind.CASH and k.entry.rank < entry.rank and k not in covered),
        ]
    return [k for k in kept if k not in covered] + [item]


def _said_again(known: Item, item: Item) -> bool:
    """The same sum of the same thing in another passage."""
    if item.entry.again and known.entry.yuan == item.entry.yuan:
        return True
    if known.entry.yuan != item.entry.yuan or known.entry.kind is not item.entry.kind:
        return False
    if (
        item.opening
        and known.opening
        and item.opening != known.opening
        and item.entry.kind is Kind.CASH
        and item.entry.yuan % 100 == 0
    ):
        return False  # 1、…盗窃现金500元。2、…盗窃现金500元: twice
    return item.entry.yuan % 100 != 0 or known.before[-6:] == item.before[-6:]


def _sum(items: Sequence[Item]) -> float:
    return sum(item.entry.yuan for item in items)


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= max(1.0, 0.001 * other)
