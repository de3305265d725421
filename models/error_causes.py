"""Why a prediction and gold part: each missed and each spurious unit of a case under the cause that explains it.

In: gold and predicted records of one case, and its texts. Out: one `Mistake` for each thing that went wrong. Where
scoring counts a value under a wrong name twice (missed here, spurious there), this tells it once. Units are those of
`models.scoring`, so that the mistakes of a case add up to its tallies. Nothing here reads files or runs the pipeline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.cases import CaseText
from models.pairing import Pair, pair_victims
from models.scoring import Place, Texts, evidence_places, quote_places
from models.units import ATTRIBUTES, Record, UnitValue, units_of

VICTIM = "victim"  # stands in the place of an attribute where the victim himself is missed or spurious


class Cause(StrEnum):
    """In the order in which they are looked for."""

    WRONG_OWNER = "wrong_owner"  # read rightly, credited to somebody else of the case
    MISSED_VICTIM = "missed_victim"  # nobody to credit it to
    SPURIOUS_VICTIM = "spurious_victim"  # said of somebody who is no victim
    WRONG_VALUE = "wrong_value"  # the victim has another value of this attribute
    MISSED_MENTION = "missed_mention"  # the victim has no value of this attribute
    SPURIOUS = "spurious"  # gold states nothing


CAUSE_TITLES: Mapping[Cause, str] = {
    Cause.WRONG_OWNER: "张冠李戴",
    Cause.MISSED_VICTIM: "漏了被害人",
    Cause.SPURIOUS_VICTIM: "多了被害人",
    Cause.WRONG_VALUE: "值不对",
    Cause.MISSED_MENTION: "漏了记载",
    Cause.SPURIOUS: "无中生有",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that went wrong.

    Attributes:
        attribute: one of `ATTRIBUTES`, or `VICTIM`.
        missed: the unit that gold has (the name, for a victim); None where gold has none here.
        said: the unit that was predicted; None where nothing was.
    """

    case: str
    attribute: str
    cause: Cause
    missed: str | None = field(default=None, repr=False)
    said: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CaseMistakes:
    """How often each cause struck in one case: no word of the case."""

    case: str
    causes: Mapping[Cause, int]

    @property
    def total(self) -> int:
        return sum(self.causes.values())


@dataclass(frozen=True, slots=True)
class _Unit:
    """A value of the attribute in question; `pair` is the number of its victim among the pairs of the case."""

    pair: int
    value: UnitValue
    places: tuple[Place, ...] = field(repr=False)


def mistakes_of_case(case: str, gold: Record, predicted: Record, texts: Texts | None = None) -> tuple[Mistake, ...]:
    """What went wrong in one case, victims first.

    Args:
        texts: None to tell a wrong owner by the value alone, without looking where gold quote and evidence stand.
    """
    pairs = pair_victims(gold.get("victims") or [], predicted.get("victims") or [])
    mistakes = list(_of_victims(case, pairs))
    for attribute in ATTRIBUTES:
        mistakes += _of_attribute(case, attribute, pairs, texts or {})
    return tuple(mistakes)


def mistakes_of(
    gold: Mapping[str, Record], predictions: Mapping[str, Record], texts: Mapping[str, CaseText]
) -> tuple[Mistake, ...]:
    """The mistakes of every gold case; a case without prediction misses all."""
    return tuple(
        mistake
        for key, record in gold.items()
        for mistake in mistakes_of_case(
            key, record, predictions.get(key, {}), texts[key].documents if key in texts else None
        )
    )


def worst_cases(mistakes: Iterable[Mistake], most: int = 20) -> tuple[CaseMistakes, ...]:
    """The cases with most mistakes, by number and then by id."""
    counted: dict[str, Counter[Cause]] = {}
    for mistake in mistakes:
        counted.setdefault(mistake.case, Counter())[mistake.cause] += 1
    cases = (CaseMistakes(case, causes) for case, causes in counted.items())
    return tuple(sorted(cases, key=lambda c: (-c.total, c.case))[:most])


def _of_victims(case: str, pairs: Sequence[Pair]) -> Iterator[Mistake]:
    for gold, predicted in pairs:
        if predicted is None and gold is not None:
            yield Mistake(case, VICTIM, Cause.MISSED_VICTIM, missed=str(gold.get("name")))
        if gold is None and predicted is not None:
            yield Mistake(case, VICTIM, Cause.SPURIOUS_VICTIM, said=str(predicted.get("name")))


def _of_attribute(case: str, attribute: str, pairs: Sequence[Pair], texts: Texts) -> Iterator[Mistake]:
    stated = [_gold_units(number, gold, attribute, texts) for number, (gold, _) in enumerate(pairs)]
    given = [_predicted_units(number, predicted, attribute, texts) for number, (_, predicted) in enumerate(pairs)]
    missed, said = _left(stated, given), _left(given, stated)

    def mistake(cause: Cause, wanted: _Unit | None, got: _Unit | None) -> Mistake:
        if wanted:
            missed.remove(wanted)
        if got:
            said.remove(got)
        return Mistake(case, attribute, cause, str(wanted.value) if wanted else None, str(got.value) if got else None)

    for wanted in [unit for unit in missed if None not in pairs[unit.pair]]:
        taken = next((got for got in said if got.pair != wanted.pair and _is_same(wanted, got)), None)
        if taken:
            yield mistake(Cause.WRONG_OWNER, wanted, taken)
    for got in tuple(said):
        if _is_anothers(got, stated):
            yield mistake(Cause.WRONG_OWNER, _of_pair(missed, got.pair), got)
    for wanted in [unit for unit in missed if pairs[unit.pair][1] is None]:
        yield mistake(Cause.MISSED_VICTIM, wanted, None)
    for got in [unit for unit in said if pairs[unit.pair][0] is None]:
        yield mistake(Cause.SPURIOUS_VICTIM, None, got)
    for wanted in tuple(missed):
        instead = _of_pair(said, wanted.pair)
        yield mistake(Cause.WRONG_VALUE if instead else Cause.MISSED_MENTION, wanted, instead)
    for got in tuple(said):
        yield mistake(Cause.SPURIOUS, None, got)


def _gold_units(number: int, gold: Record | None, attribute: str, texts: Texts) -> list[_Unit]:
    units = units_of(gold, attribute)
    return [_Unit(number, value, quote_places(texts, holders)) for value, holders in units.items()]


def _predicted_units(number: int, predicted: Record | None, attribute: str, texts: Texts) -> list[_Unit]:
    units = units_of(predicted, attribute)
    return [_Unit(number, v, evidence_places(texts, holders) if texts else ()) for v, holders in units.items()]


def _left(these: Sequence[Sequence[_Unit]], those: Sequence[Sequence[_Unit]]) -> list[_Unit]:
    """Units whose victim lacks the value on the other side."""
    return [
        unit
        for mine, theirs in zip(these, those, strict=True)
        for unit in mine
        if unit.value not in {other.value for other in theirs}
    ]


def _of_pair(units: Iterable[_Unit], pair: int) -> _Unit | None:
    return next((unit for unit in units if unit.pair == pair), None)


def _is_same(wanted: _Unit, got: _Unit) -> bool:
    """Whether a predicted unit is this gold unit under another name: two people can be of one sex or age by chance."""
    if wanted.value != got.value:
        return False
    return not (wanted.places and got.places) or _meet(wanted.places, got.places)


def _is_anothers(got: _Unit, stated: Sequence[Sequence[_Unit]]) -> bool:
    """Whether a predicted unit was read in the words that gold quotes for the same value of another victim."""
    return any(
        unit.pair != got.pair and unit.value == got.value and _meet(unit.places, got.places)
        for units in stated
        for unit in units
    )


def _meet(these: Sequence[Place], those: Sequence[Place]) -> bool:
    return any(
        mine.document == theirs.document and mine.start < theirs.end and theirs.start < mine.end
        for mine in these
        for theirs in those
    )
