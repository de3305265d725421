"""Figures for predicted victims and attributes against gold records, case by case and in total.

In: gold and predicted records of the contract's form, and the texts to check evidence in. Out: a
`CaseScore` for each case and a table of all. The definitions are those of the annotation guidelines:
an attribute that gold leaves null counts against precision when it is predicted; evidence is looked at
only where the value is right. Nothing here reads files or runs the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from models.pairing import pair_victims
from models.units import ATTRIBUTES, SIX_ATTRIBUTES, Record, UnitValue, as_number, units_of

Texts = Mapping[str, str]  # document name -> text, of one case

LONGEST_SPAN = 120  # code points of one evidence span; longer ones point at everything
MOST_EVIDENCE = 600  # code points of all evidence spans of one value together

MICRO_ALL = "attributes (micro)"
MICRO_SIX = "six attributes (micro)"
MEAN_SIX = "six attributes (mean of cases)"
EVIDENCE = "evidence points at the gold quote"


@dataclass(slots=True)
class Tally:
    """Right, spurious and missed units; added up while cases are scored."""

    right: int = 0
    spurious: int = 0
    missed: int = 0

    def add(self, other: Tally) -> None:
        self.right += other.right
        self.spurious += other.spurious
        self.missed += other.missed

    @property
    def any(self) -> bool:
        return bool(self.right or self.spurious or self.missed)

    @property
    def f1(self) -> float:
        return float(self.row()["f1"])

    def row(self) -> dict[str, float | int]:
        """Precision, recall and F1 to four places, and how many units gold has."""
        said, wanted = self.right + self.spurious, self.right + self.missed
        precision = self.right / said if said else 0.0
        recall = self.right / wanted if wanted else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(f1, 4),
            "support": wanted,
        }


@dataclass(slots=True)
class Share:
    """How often something held, of how often it was looked at."""

    held: int = 0
    seen: int = 0

    def note(self, ok: bool) -> None:
        self.held += ok
        self.seen += 1

    def rounded(self) -> float | None:
        return round(self.held / self.seen, 4) if self.seen else None


@dataclass(frozen=True, slots=True)
class Place:
    """Words of one document: half-open code-point range, and the words themselves."""

    document: str
    start: int
    end: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Difference:
    """One unit (or victim) where prediction and gold part.

    Attributes:
        outcome: missed | spurious | evidence (the value is right, its evidence stands elsewhere).
        attribute: one of `ATTRIBUTES`, or `victim`.
        value: the unit in question, as a word; the victim's name for `victim`.
        gold: all units that gold has for this attribute.
        got: all units that were predicted for it.
        gold_places: where the gold quotes of the attribute stand.
        got_places: the predicted evidence of the attribute.
    """

    case: str
    outcome: str
    attribute: str
    victim: str = field(repr=False)
    value: str
    gold: tuple[str, ...] = ()
    got: tuple[str, ...] = ()
    gold_places: tuple[Place, ...] = ()
    got_places: tuple[Place, ...] = ()


@dataclass(slots=True)
class CaseScore:
    """All that one case adds to the figures."""

    case: str
    tallies: dict[str, Tally] = field(default_factory=lambda: {key: Tally() for key in ("victim", *ATTRIBUTES)})
    evidence: Share = field(default_factory=Share)
    beside: dict[str, Share] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def six(self) -> Tally:
        return sum_tallies(self.tallies[key] for key in SIX_ATTRIBUTES)

    def note(self, key: str, ok: bool) -> None:
        self.beside.setdefault(key, Share()).note(ok)


def sum_tallies(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def quote_places(texts: Texts, holders: Iterable[Record]) -> tuple[Place, ...]:
    """Every place in the case at which a gold quote of these holders stands."""
    quotes = {quote for holder in holders for quote in holder.get("quotes") or () if quote}
    places: list[Place] = []
    for document, text in texts.items():
        for quote in sorted(quotes):
            start = text.find(quote)
            while start >= 0:
                places.append(Place(document, start, start + len(quote), quote))
                start = text.find(quote, start + len(quote))
    return tuple(places)


def evidence_places(texts: Texts, holders: Iterable[Record]) -> tuple[Place, ...]:
    """The evidence spans of these holders. A case of one text needs no document name."""
    only = next(iter(texts)) if len(texts) == 1 else None
    places: list[Place] = []
    for holder in holders:
        for span in holder.get("evidence") or ():
            document = only if only is not None else str(span.get("document_name") or span.get("document"))
            start, end = int(span["start"]), int(span["end"])
            places.append(Place(document, start, end, texts.get(document, "")[start:end]))
    return tuple(places)


def evidence_fits(wanted: Sequence[Place], given: Sequence[Place]) -> bool:
    """Whether one given place overlaps a wanted one, and the given ones are short enough to point at all."""
    lengths = [place.end - place.start for place in given]
    if any(length > LONGEST_SPAN for length in lengths) or sum(lengths) > MOST_EVIDENCE:
        return False
    return any(
        mine.document == theirs.document and mine.start < theirs.end and theirs.start < mine.end
        for mine in given
        for theirs in wanted
    )


def score_case(case: str, gold: Record, predicted: Record, texts: Texts | None = None) -> CaseScore:
    """Compare the victims of one case.

    Args:
        gold: of a `partial` record only the attributes that its victims have are counted, and of its victims those that
            have `person`, which is null for somebody who is none: nobody was asked for the rest.
        predicted: a record without victims (also an error record) counts as empty.
        texts: None leaves evidence and disability grades out, as the reference figures do.
    """
    result = CaseScore(case)
    partial = bool(gold.get("partial"))
    for mine, theirs in pair_victims(gold.get("victims") or [], predicted.get("victims") or []):
        if partial and mine is None:
            continue
        if partial and theirs is not None:
            theirs = {key: value for key, value in theirs.items() if key not in ATTRIBUTES or key in (mine or {})}
        if not partial:
            _count_victim(result, mine, theirs)
        elif mine is not None and "person" in mine and (mine["person"] or theirs):
            _count_victim(result, mine if mine["person"] else None, theirs)
        for attribute in ATTRIBUTES:
            _count_attribute(result, attribute, mine, theirs, texts)
        if mine and theirs:
            _look_beside(result, mine, theirs)
    return result


def _count_victim(result: CaseScore, gold: Record | None, predicted: Record | None) -> None:
    tally = result.tallies["victim"]
    if gold and predicted:
        tally.right += 1
        return
    name = str((gold or predicted or {}).get("name"))
    if gold:
        tally.missed += 1
        result.differences.append(Difference(result.case, "missed", "victim", name, name, gold=(name,)))
    else:
        tally.spurious += 1
        result.differences.append(Difference(result.case, "spurious", "victim", name, name, got=(name,)))


def _count_attribute(
    result: CaseScore, attribute: str, gold: Record | None, predicted: Record | None, texts: Texts | None
) -> None:
    wanted, got = units_of(gold, attribute), units_of(predicted, attribute)
    right = [value for value in wanted if value in got]
    missed = [value for value in wanted if value not in got]
    spurious = [value for value in got if value not in wanted]
    result.tallies[attribute].add(Tally(len(right), len(spurious), len(missed)))

    wrong: list[tuple[str, UnitValue]] = [("missed", v) for v in missed] + [("spurious", v) for v in spurious]
    for value in right if texts is not None else ():
        places = quote_places(texts or {}, wanted[value])
        if places:
            fits = evidence_fits(places, evidence_places(texts or {}, got[value]))
            result.evidence.note(fits)
            if not fits:
                wrong.append(("evidence", value))
        if attribute == "disability":
            result.note("disability grade", _grades(wanted[value]) == _grades(got[value]))
    for outcome, value in wrong:
        result.differences.append(
            Difference(
                result.case,
                outcome,
                attribute,
                str((gold or predicted or {}).get("name")),
                str(value),
                tuple(map(str, wanted)),
                tuple(map(str, got)),
                tuple(p for holders in wanted.values() for p in quote_places(texts or {}, holders)),
                tuple(p for holders in got.values() for p in evidence_places(texts or {}, holders)),
            )
        )


def _grades(holders: Iterable[Record]) -> set[object]:
    return {holder.get("grade") for holder in holders}


def _look_beside(result: CaseScore, gold: Record, predicted: Record) -> None:
    """Figures that are reported but belong to no F1."""
    result.note("type of victim", gold.get("type") == predicted.get("type"))
    age, said_age = gold.get("age") or {}, predicted.get("age") or {}
    if age.get("value") is not None:
        result.note("age in years", as_number(said_age.get("value")) == age["value"])
    paid, said_paid = gold.get("compensation") or {}, predicted.get("compensation") or {}
    if paid.get("amount") or said_paid.get("amount"):
        apart = (as_number(paid.get("amount")) or 0) - (as_number(said_paid.get("amount")) or 0)
        result.note("amount paid", abs(apart) < 1)
    if paid.get("status"):
        result.note("forgiven", bool(paid.get("forgiven")) == bool(said_paid.get("forgiven")))


Table = dict[str, dict[str, float | int] | float | None]


def table_of(scores: Sequence[CaseScore]) -> Table:
    """The figures over all cases: micro rows, mean of cases, evidence, and those beside."""
    totals = {key: sum_tallies(score.tallies[key] for score in scores) for key in ("victim", *ATTRIBUTES)}
    table: Table = {key: tally.row() for key, tally in totals.items()}
    table[MICRO_ALL] = sum_tallies(totals[key] for key in ATTRIBUTES).row()
    table[MICRO_SIX] = sum_tallies(totals[key] for key in SIX_ATTRIBUTES).row()
    per_case = [six.f1 for six in (score.six() for score in scores) if six.any]
    table[MEAN_SIX] = round(sum(per_case) / len(per_case), 4) if per_case else None
    table[EVIDENCE] = _sum_shares(score.evidence for score in scores).rounded()
    for key in dict.fromkeys(key for score in scores for key in score.beside):
        table[f"beside: {key}"] = _sum_shares(score.beside[key] for score in scores if key in score.beside).rounded()
    return table


def _sum_shares(shares: Iterable[Share]) -> Share:
    total = Share()
    for share in shares:
        total.held += share.held
        total.seen += share.seen
    return total
