"""Other names for the people of an example, the same for each of them through the whole text.

A recognizer that has seen 刘大勇 hurt in forty windows learns 刘大勇. So copies of examples give everybody another
surname (one for one: kin keep theirs in common) and another given name, mask full names (刘大勇, 刘建国 to 冯某甲,
冯某乙) or give masked people a full name. Nicknames without a surname and names of other peoples (阿依古丽) stay.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache

from annotation.edits import Edit, fits
from annotation.invented_names import NameMaker
from models.examples import Example
from nlp.name_cues import CUES, KIN, NOT_NAMES, STEMS, masked_pattern, surname
from nlp.segment import is_word

_HAN = "\u4e00-\u9fff"
_MASKS = "某×xX*"
_CUE = re.compile(rf"(?:{CUES}|{KIN.pattern})[：: ）]*")
# what follows a surname in address: 刘师傅, 刘家, 刘姓男子; near miss: 刘海
_TITLE = re.compile(
    "(?:家[人里]?|姓.{0,4}|师傅|老师|医生|大夫|阿姨|警官|法官|主任|书记|村长|队长|老板|经理|总|工|老汉|大爷|大娘|大妈|"
    "奶奶|爷爷|[叔婶伯哥姐嫂姨]|女士|先生|[父母妻]|老太太?)"
)
_NO_GIVEN = re.compile("[人孩娃妈爸爷奶叔婶哥姐嫂姨舅家方者员×]$|^[女男]")  # 那女娃, 于家: people, but no given name


class How(StrEnum):
    """What becomes of the names of one text."""

    ANOTHER = "another"  # full names stay full, masked ones masked
    MASKED = "masked"  # full names become masked ones
    NAMED = "named"  # masked names become full ones


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name at the end of the words of a mention.

    Attributes:
        at: where in those words the surname begins.
        rest: given name or mask.
    """

    at: int
    family: str = field(repr=False)
    rest: str = field(repr=False)

    @property
    def whole(self) -> str:
        return self.family + self.rest

    @property
    def is_masked(self) -> bool:
        return any(sign in _MASKS for sign in self.rest)


@cache
def _full() -> re.Pattern[str]:
    """Matches 刘勇, 欧阳小川, 刘某盛, 冯1某盛; not 刘."""
    return re.compile(rf"(?P<family>{surname()})(?P<rest>[{_HAN}]{{1,2}}|\d{{1,2}}某[{_HAN}])")


@lru_cache(maxsize=20_000)  # the same mentions come again in every copy
def name_in(words: str) -> FoundName | None:
    """The name that ends a mention: 被害人刘大勇 and 刘某甲 have one; 被害人, 老刘 and 原告 have none."""
    if _CUE.fullmatch(words):
        return None
    for at in [*(cue.end() for cue in _CUE.finditer(words)), 0]:
        name = words[at:]
        family = re.match(surname(), name)
        if family and masked_pattern().fullmatch(name):
            return FoundName(at, family.group(), name[family.end() :])
        full = _full().fullmatch(name)
        if full and not (
            _NO_GIVEN.search(full["rest"]) or _TITLE.fullmatch(full["rest"]) or NOT_NAMES.match(name) or is_word(name)
        ):
            return FoundName(at, full["family"], full["rest"])
    return None


@dataclass(frozen=True, slots=True)
class _Place:
    """A mention of one person; offsets into the example's text."""

    start: int
    end: int
    person: str
    name: FoundName | None


def renaming(example: Example, how: How, choice: random.Random) -> tuple[Edit, ...]:
    """Edits that give the people of an example other names; a person whose names cannot all be changed keeps them."""
    places = tuple(_places(example))
    edits = list(_edits(example.text, places, _Names(example.text, places, how, choice)))
    good = fits(example, [edit for edit, _ in edits])
    kept = {person for (_, person), fit in zip(edits, good, strict=True) if not fit}
    return tuple(edit for edit, person in edits if person not in kept)


def _places(example: Example) -> Iterator[_Place]:
    for mention in example.mentions:
        if len(mention.people) == 1:
            found = name_in(example.text[mention.start : mention.end])
            yield _Place(mention.start, mention.end, mention.people[0], found)


class _Names:
    """Which name each name of a text becomes."""

    def __init__(self, text: str, places: tuple[_Place, ...], how: How, choice: random.Random) -> None:
        self._how = how
        found = [(place.person, place.name) for place in places if place.name is not None]
        families = dict.fromkeys(name.family for _, name in found)
        run_in = any(text[place.end : place.end + 1].isdigit() for place in places)  # 刘某3000元
        self._maker = NameMaker(choice, text, set(families), numbers=not run_in)
        self.families = {family: self._maker.family() for family in families}
        self._given: dict[str, str] = {}  # by the given name, or the person, that it replaces
        self._head = {  # the given name by which a person is known in full
            person: name.rest for person, name in sorted(found, key=lambda f: len(f[1].whole)) if not name.is_masked
        }
        self._masks: dict[tuple[str, str], str] = {}  # (person, surname) -> mask
        for family in families:
            people = list(dict.fromkeys(person for person, name in found if name.family == family))
            masks = self._maker.masks(len(people))
            self._masks |= {(person, family): mask for person, mask in zip(people, masks, strict=True)}

    def new(self, person: str, name: FoundName) -> str:
        """What stands instead of a name."""
        family = self.families[name.family]
        if self._how is How.MASKED:
            return family + self._masks[person, name.family]
        if name.is_masked and self._how is How.ANOTHER:
            return family + name.rest
        key = name.rest if not name.is_masked else self._head.get(person, f"{person} {name.family}")
        return family + self._for(key)

    def given(self, person: str, words: str) -> str | None:
        """What stands instead of a given name alone (大勇); None when the words are not this person's given name."""
        if words != self._head.get(person) or self._how is How.MASKED:
            return None
        return self._for(words)

    def _for(self, key: str) -> str:
        if key not in self._given:
            self._given[key] = self._maker.given()
        return self._given[key]


def _edits(text: str, places: tuple[_Place, ...], names: _Names) -> Iterator[tuple[Edit, str]]:
    """Edits with the person whom each is about: at mentions, then wherever else a name of one person stands."""
    whole: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for place in places:
        words = text[place.start : place.end]
        if place.name is not None:
            new = names.new(place.person, place.name)
            whole[place.name.whole].add((place.person, new))
            yield Edit(place.start + place.name.at, place.end, new), place.person
        elif given := names.given(place.person, words):
            yield Edit(place.start, place.end, given), place.person
        elif (at := _addressed(words)) is not None and words[at : at + 1] in names.families:
            start = place.start + at
            yield Edit(start, start + 1, names.families[words[at : at + 1]]), place.person
    certain = {old: next(iter(new)) for old, new in whole.items() if len(new) == 1}
    if certain:
        longest_first = sorted(certain, key=len, reverse=True)
        for match in re.finditer("|".join(re.escape(old) + _behind(old) for old in longest_first), text):
            person, new = certain[match.group()]
            yield Edit(*match.span(), new), person


def _behind(name: str) -> str:
    """Where a masked name may end when nothing marks it: 刘某500元 has 刘某, 刘某甲 and 刘某1 do not."""
    if name[-1].isdigit():
        return r"(?!\d)"
    return rf"(?![{_MASKS}{STEMS}A-Za-z]|\d{{1,2}}(?![\d.万余元年月日]))" if name[-1] in _MASKS else ""


def _addressed(words: str) -> int | None:
    """Where the surname stands in an address: 1 in 老刘, 0 in 刘师傅."""
    if len(words) == 2 and words[0] in "老小阿":
        return 1
    return 0 if _TITLE.fullmatch(words, 1) else None
