"""How far two people who label the same things agree: the share of equal answers, and Cohen's kappa.

In: pairs of answers, each as a category. Out: figures. It knows nothing of what is answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """Attributes:
    kappa: agreement beyond chance (Cohen 1960), from −1 to 1; None where both always chose one and the same category,
        so that chance alone explains everything.
    """

    items: int
    equal: int
    kappa: float | None

    @property
    def share(self) -> float:
        return self.equal / self.items


def agreement(pairs: Sequence[tuple[Hashable, Hashable]]) -> Agreement | None:
    """Figures of at least one pair.

    >>> agreement([("yes", "yes"), ("no", "no"), ("yes", "no"), ("no", "no")])
    Agreement(items=4, equal=3, kappa=0.5)
    """
    if not pairs:
        return None
    number = len(pairs)
    equal = sum(one == other for one, other in pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[category] * second[category] for category in first)  # of number²
    if by_chance == number**2:
        return Agreement(number, equal, None)
    return Agreement(number, equal, (number * equal - by_chance) / (number**2 - by_chance))
