"""Entity-level scores in the four ways of nervaluate: strict, exact, partial, type.

`models.span_scores` counts what this project needs (labels that are unsure, owners); here an independent scorer says
the same of places and labels, in the terms in which entity recognition is usually reported. In all is told twice:
`micro` sums what each label scores among its own spans; `overall` pairs spans across labels, as nervaluate does. Where
spans of several labels overlap (聋哑老汉), a span answers for one of another label once only, and `overall` is lower.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nervaluate import Evaluator

from models.examples import Example
from models.predict import Prediction
from models.span_scores import is_unsure

# strict: place and label; exact: place; partial: half for an overlap; type: label and an overlap
WAYS: Mapping[str, str] = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}


@dataclass(frozen=True, slots=True)
class Matched:
    """How predicted spans were paired with labelled ones, in one way.

    Attributes:
        correct: paired, and right in this way.
        incorrect: paired, and wrong.
        partial: paired, and half right; other than 0 in the way `partial` only.
        missed: labelled spans without a partner.
        spurious: predicted spans without one.
    """

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    missed: int = 0
    spurious: int = 0

    @property
    def precision(self) -> float:
        found = self.correct + self.incorrect + self.partial + self.spurious
        return (self.correct + 0.5 * self.partial) / found if found else 0.0

    @property
    def recall(self) -> float:
        return (self.correct + 0.5 * self.partial) / self.there if self.there else 0.0

    @property
    def there(self) -> int:
        """Labelled spans in all."""
        return self.correct + self.incorrect + self.partial + self.missed

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __add__(self, other: Matched) -> Matched:
        return Matched(
            self.correct + other.correct,
            self.incorrect + other.incorrect,
            self.partial + other.partial,
            self.missed + other.missed,
            self.spurious + other.spurious,
        )


@dataclass(frozen=True, slots=True)
class EntityScores:
    """Attributes:
    labels: label name -> way -> result among the spans of that label.
    overall: way -> result among all spans, paired across labels.
    """

    labels: Mapping[str, Mapping[str, Matched]]
    overall: Mapping[str, Matched]

    @property
    def micro(self) -> Mapping[str, Matched]:
        """Way -> sum over the labels."""
        return {way: sum((ways[way] for ways in self.labels.values()), Matched()) for way in WAYS}

    def as_data(self) -> dict[str, Any]:
        """For a manifest or a report: rounded F1s."""
        return {
            "micro": _f1s(self.micro),
            "overall": _f1s(self.overall),
            "labels": {
                name: {**_f1s(ways), "support": ways["strict"].there} for name, ways in sorted(self.labels.items())
            },
        }


def entity_scores(examples: Sequence[Example], predictions: Sequence[Sequence[Prediction]]) -> EntityScores:
    """Compare predictions with the labels of the same texts. Spans where the labels are unsure count for nothing."""
    there = [_entities((s.start, s.end, s.label) for s in example.spans) for example in examples]
    found = [
        _entities((p.start, p.end, p.label.name) for p in predicted if not is_unsure(p, example))
        for example, predicted in zip(examples, predictions, strict=True)
    ]
    names = sorted({str(entity["label"]) for document in (*there, *found) for entity in document})
    if not names:
        return EntityScores({}, {way: Matched() for way in WAYS})
    results = Evaluator(there, found, tags=names, loader="dict").evaluate()
    return EntityScores(
        labels={name: _ways(results["entities"][name]) for name in names},
        overall=_ways(results["overall"]),
    )


def _entities(spans: Iterable[tuple[int, int, str]]) -> list[dict[str, str | int]]:
    """In nervaluate's form, whose ends are the last character of a span."""
    return [{"label": label, "start": start, "end": end - 1} for start, end, label in sorted(spans)]


def _ways(results: Mapping[str, Any]) -> dict[str, Matched]:
    """Counts alone: nervaluate leaves precision and recall of some results unset."""
    found = {way: results[theirs] for way, theirs in WAYS.items()}
    return {
        way: Matched(result.correct, result.incorrect, result.partial, result.missed, result.spurious)
        for way, result in found.items()
    }


def _f1s(ways: Mapping[str, Matched]) -> dict[str, float]:
    return {way: round(matched.f1, 4) for way, matched in ways.items()}
