"""How well spans are found, label by label: strict (same place and label), touching (overlap and same label), owners.

`strict` is the exact match that entity recognition usually reports; `touching` is what evidence needs, because
annotators end a phrase a word earlier or later. A predicted span counts once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.examples import Example, LabelledSpan
from models.predict import Prediction

OWNER_FROM = 0.5  # probability from which a span counts as a person's


@dataclass(frozen=True, slots=True)
class Counts:
    """Spans found rightly, found in all and there in all."""

    right: int = 0
    found: int = 0
    there: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.there) if self.found + self.there else 0.0


@dataclass(frozen=True, slots=True)
class SpanScores:
    """Attributes:
    strict, touching: by label name.
    owned: touching spans that are credited to exactly the right people, of those whose owners are known.
    """

    strict: Mapping[str, Counts]
    touching: Mapping[str, Counts]
    owned: Counts

    @property
    def strict_f1(self) -> float:
        return total(self.strict).f1

    @property
    def touching_f1(self) -> float:
        return total(self.touching).f1

    @property
    def credited_f1(self) -> float:
        """Like `touching_f1`, a span credited to the wrong people counted as wrong: what a fact needs."""
        counts = total(self.touching)
        wrong = self.owned.found - self.owned.right
        return Counts(counts.right - wrong, counts.found, counts.there).f1

    def as_data(self) -> dict[str, object]:
        """For a manifest or a report: rounded figures."""
        return {
            "strict_f1": round(self.strict_f1, 4),
            "touching_f1": round(self.touching_f1, 4),
            "credited_f1": round(self.credited_f1, 4),
            "owner_accuracy": round(self.owned.recall, 4),
            "labels": {
                name: {
                    "strict_f1": round(counts.f1, 4),
                    "touching_f1": round(self.touching[name].f1, 4),
                    "support": counts.there,
                }
                for name, counts in sorted(self.strict.items())
            },
        }


def total(counts: Mapping[str, Counts]) -> Counts:
    """The sum over all labels."""
    rows = counts.values()
    return Counts(sum(c.right for c in rows), sum(c.found for c in rows), sum(c.there for c in rows))


def score_spans(examples: Sequence[Example], predictions: Sequence[Sequence[Prediction]]) -> SpanScores:
    """Compare predictions with the labels of the same texts. Spans where the labels are unsure count for nothing."""
    strict: Counter[tuple[str, str]] = Counter()
    touching: Counter[tuple[str, str]] = Counter()
    owned = [0, 0]
    for example, predicted in zip(examples, predictions, strict=True):
        judged = [p for p in predicted if not is_unsure(p, example)]
        for counter in (strict, touching):
            counter.update((p.label.name, "found") for p in judged)
            counter.update((s.label, "there") for s in example.spans)
        for pred, span in pairs(judged, example.spans):
            touching[span.label, "right"] += 1
            strict[span.label, "right"] += (pred.start, pred.end) == (span.start, span.end)
            if span.owners and pred.owners:
                owned[0] += {person for person, share in pred.owners if share >= OWNER_FROM} == set(span.owners)
                owned[1] += 1
    return SpanScores(_counts(strict), _counts(touching), Counts(owned[0], owned[1], owned[1]))


def pairs(predicted: Iterable[Prediction], spans: Sequence[LabelledSpan]) -> list[tuple[Prediction, LabelledSpan]]:
    """Each prediction with a span of its label that it touches; no span twice, exact ones first."""
    candidates = [
        ((p.start, p.end) != (s.start, s.end), p.start, number, place, p, s)
        for number, p in enumerate(predicted)
        for place, s in enumerate(spans)
        if p.label.name == s.label and p.start < s.end and s.start < p.end
    ]
    found, used, taken = [], set(), set()
    for _, _, number, place, prediction, span in sorted(candidates, key=lambda c: c[:4]):
        if number not in used and place not in taken:
            used.add(number)
            taken.add(place)
            found.append((prediction, span))
    return found


def is_unsure(prediction: Prediction, example: Example) -> bool:
    """Whether the labels do not tell what stands at a predicted span."""
    return any(
        u.attribute == prediction.label.attribute and u.start < prediction.end and prediction.start < u.end
        for u in example.unsure
    ) and not any(
        s.label == prediction.label.name and s.start < prediction.end and prediction.start < s.end
        for s in example.spans
    )


def _counts(counter: Counter[tuple[str, str]]) -> dict[str, Counts]:
    names = {name for name, _ in counter}
    return {name: Counts(*(counter[name, kind] for kind in ("right", "found", "there"))) for name in names}
