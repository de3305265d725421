"""Invented Chinese names: surnames out of the lexicon that the people finder knows, given names out of a list of ours.

All drawing is by a seeded generator. A maker never gives a name twice, nor one that stands in the text at hand.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from nlp.lexicon import words
from nlp.text_view import normal

_TWO_CHARACTERS = 0.75  # share of given names with two characters, where nothing asks for a length
_COMMON_FIRST = 12  # the lexicon goes from common to rare: the n-th surname weighs 1 / (n + this)
# How papers mask a given name; full-width masks are left out, as normalization undoes them.
_MASKS = ("某", "某", "某某", "××", "×", "XX", "**")
_SIGNS = ("甲乙丙丁戊己庚辛壬癸", "123456789", "ABCDEFGHJK")  # behind the mask, of several people with one surname


@cache
def given_characters() -> tuple[str, ...]:
    """First column of `given_names.tsv`."""
    lines = files("annotation").joinpath("given_names.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(line.split("\t")[0] for line in lines)


@cache
def _families() -> tuple[str, ...]:
    return tuple(family for family in words("surnames") if normal(family) == family)


@cache
def _weights() -> tuple[float, ...]:
    return tuple(1 / (place + _COMMON_FIRST) for place in range(len(_families())))


@dataclass(slots=True)
class NameMaker:
    """Draws names for one text.

    Args:
        text: no given name that stands in it is drawn.
        taken: surnames not to be given.
        numbers: whether people of one surname may be told apart by numbers (冯某1); not where sums follow names.
    """

    choice: random.Random = field(repr=False)
    text: str = field(repr=False)
    taken: set[str] = field(repr=False)
    numbers: bool = True
    _mask: str = field(init=False, repr=False)
    _signs: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._mask = self.choice.choice(_MASKS)  # one manner of masking a text
        fitting = [signs for signs in _SIGNS if not (signs[0] == "1" and not self.numbers)]
        self._signs = self.choice.choice(fitting if self._mask[0] != "X" else fitting[:1])

    def family(self) -> str:
        """A surname not given before."""
        while True:
            (drawn,) = self.choice.choices(_families(), _weights())
            if drawn not in self.taken:
                self.taken.add(drawn)
                return drawn

    def given(self) -> str:
        """A given name not given before."""
        while True:
            length = 2 if self.choice.random() < _TWO_CHARACTERS else 1
            drawn = "".join(self.choice.choices(given_characters(), k=length))
            if drawn not in self.text and drawn not in self.taken:
                self.taken.add(drawn)
                return drawn

    def masks(self, count: int) -> list[str]:
        """Masks in place of the given names of `count` people of one surname: 某 alone; 某甲, 某乙; or 某1, 某2."""
        if count == 1:
            return [self._mask]
        signs = list(self._signs) if count <= len(self._signs) else [str(n) for n in range(1, count + 1)]
        return [self._mask + sign for sign in signs[:count]]
