"""Noisy copies of training examples: other names, and what a bad scan does to a text; labels stay on their words.

Examples hold normalized text (`nlp.text_view`), as the network sees it when serving. What normalization undoes is
therefore no noise: full-width digits and letters, half-width punctuation, all traditional characters but a few (著, 徵,
鍾 …) are read as their plain forms before the network sees them. Those few, glyphs of Japanese prints (対) that a
reader of images confuses with ours, look-alike characters (己 for 已, O for 0), characters torn in two (女子 for 好)
and stops that are lost or doubled do reach the network. Sums, ages and dates keep their values: no look-alike makes one
number of another. Mentions of people are not misread: a name that is misread is not found when serving.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from annotation.edits import Edit, edited
from annotation.renaming import How, renaming
from models.examples import NOISY, Example
from models.training_settings import NoiseSettings

_WEIGHTS = {"shape": 6, "letter": 6, "variant": 2, "split": 1}  # how often readers of images err in each way
_STOPS = "。，；："


@dataclass(frozen=True, slots=True)
class Confusion:
    """What a reader of images takes a printed character for.

    Attributes:
        kind: shape, letter (for a digit), variant (another form of the same character), split (into two).
    """

    printed: str
    read: str
    kind: str


@cache
def confusions() -> tuple[Confusion, ...]:
    """All of `confusions.tsv`."""
    lines = files("annotation").joinpath("confusions.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(Confusion(*line.split("\t")) for line in lines)


@cache
def _by_character() -> dict[str, tuple[Confusion, ...]]:
    table: dict[str, tuple[Confusion, ...]] = {}
    for confusion in confusions():
        table[confusion.printed] = (*table.get(confusion.printed, ()), confusion)
    return table


def noisy(example: Example, settings: NoiseSettings, seed: int) -> Example:
    """A noisy copy, the same one for the same seed; its source ends in `NOISY`, its case stays."""
    choice = random.Random(f"{seed}:{example.id}")
    copy = replace(example, id=f"{example.id}~{seed}", source=f"{example.source}{NOISY}")
    if choice.random() < settings.renamed:
        copy = edited(copy, renaming(copy, _how(settings, choice), choice))
    if choice.random() < settings.scanned:
        copy = edited(copy, tuple(_misread(copy, settings, choice)))
    return copy


def with_noisy_copies(
    examples: Iterable[Example], share: float, settings: NoiseSettings, seed: int
) -> Iterator[Example]:
    """Each example, and behind it its noisy copies.

    Args:
        share: copies an example on average: 0.5 copies every other example once, 2 each one twice. A copy that came
            out like the example is left out.
    """
    for example in examples:
        yield example
        more = _place(example.id, seed) < share % 1
        for number in range(int(share) + more):
            copy = noisy(example, settings, seed + number)
            if copy.text != example.text:
                yield copy


def _place(name: str, seed: int) -> float:
    return int(hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()[:12], 16) / 16**12


def _how(settings: NoiseSettings, choice: random.Random) -> How:
    drawn = choice.random()
    if drawn < settings.masked:
        return How.MASKED
    return How.NAMED if drawn < settings.masked + settings.named else How.ANOTHER


def _misread(example: Example, settings: NoiseSettings, choice: random.Random) -> Iterator[Edit]:
    table = _by_character()
    people = _covered(example)
    for at, char in enumerate(example.text):
        if at in people:
            continue
        if char in _STOPS:
            drawn = choice.random()
            if drawn < settings.stop_lost:
                yield Edit(at, at + 1, "")
            elif drawn < settings.stop_lost + settings.stop_doubled:
                yield Edit(at, at + 1, char * 2)
        elif char in table and choice.random() < settings.misread:
            yield Edit(at, at + 1, _read_as(table[char], choice))


def _read_as(ways: Sequence[Confusion], choice: random.Random) -> str:
    (drawn,) = choice.choices(ways, [_WEIGHTS[way.kind] for way in ways])
    return drawn.read


def _covered(example: Example) -> set[int]:
    return {at for mention in example.mentions for at in range(mention.start, mention.end)}
