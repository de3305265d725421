"""How many victims screening missed, reckoned from the dossiers of a blind draw that people have checked.

In: how many missed victims each checked dossier held, and how many dossiers it was drawn from. Out: the mean of the
checked ones scaled to all, with a 95 % interval, for dossiers and for victims. The interval of a number of dossiers is
exact for a draw without replacement: Clopper and Pearson's with the hypergeometric distribution. That of victims adds
up layers, the dossiers with at least one, at least two, … of them, each at a share of the error (Bonferroni), so it is
never too short; it takes it that no other dossier holds more of them than the worst of those checked. Dossiers that
nobody has checked say nothing, least of all that nobody was missed there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_ERROR = 0.05


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number in a whole population, and the 95 % interval around it."""

    expected: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Attributes:
    dossiers: that hold a missed victim.
    victims: missed in all dossiers together.
    worst: missed in one checked dossier at most; at least 1.
    """

    dossiers: Bounds
    victims: Bounds
    worst: int


def reckon(found: Sequence[int], population: int) -> Missed | None:
    """What checked dossiers say of all; None when none was checked.

    >>> reckon([0] * 19 + [2], 100).victims
    Bounds(expected=10.0, low=2, high=50)

    Args:
        found: missed victims of each checked dossier.
        population: dossiers that they were drawn from, these included.
    """
    if not found:
        return None
    hits, worst = sum(number > 0 for number in found), max(1, *found)
    layers = [sum(number >= layer for number in found) for layer in range(1, worst + 1)]
    bounds = {layer: exact_bounds(layer, len(found), population, _ERROR / worst) for layer in set(layers)}
    return Missed(
        Bounds(round(population * hits / len(found), 1), *exact_bounds(hits, len(found), population, _ERROR)),
        Bounds(
            round(population * sum(found) / len(found), 1),
            sum(bounds[layer][0] for layer in layers),
            sum(bounds[layer][1] for layer in layers),
        ),
        worst,
    )


def exact_bounds(hits: int, drawn: int, population: int, error: float) -> tuple[int, int]:
    """Between which numbers the hits of a population lie when so many are among those drawn.

    >>> exact_bounds(0, 20, 100, 0.05), exact_bounds(1, 20, 20, 0.05)
    ((0, 15), (1, 1))
    """
    least, most = hits, population - drawn + hits

    def at_least(whole: int) -> float:
        return _probability(range(hits, drawn + 1), whole, drawn, population)

    def at_most(whole: int) -> float:
        return _probability(range(hits + 1), whole, drawn, population)

    low = _first(least, most, lambda whole: at_least(whole) > error / 2)
    high = _first(least, most, lambda whole: at_most(whole) <= error / 2, none=most + 1) - 1
    return low, max(low, high)


def _probability(among: range, whole: int, drawn: int, population: int) -> float:
    """How likely so many hits are among those drawn, when there are `whole` of them."""
    ways = sum(math.comb(whole, hits) * math.comb(population - whole, drawn - hits) for hits in among)
    return ways / math.comb(population, drawn)


def _first(low: int, high: int, is_so: Callable[[int], bool], *, none: int | None = None) -> int:
    """The first number from which on it is so; `none`, or the last one, when it never is."""
    end = high + 1
    while low < end:
        middle = (low + end) // 2
        if is_so(middle):
            end = middle
        else:
            low = middle + 1
    return low if low <= high else (high if none is None else none)
